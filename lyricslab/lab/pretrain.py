"""Making a base: a network that reads a large pile of text, for others to start from.

Like `job.py` this imports `learning` inside functions only, so that the app never loads torch.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lyricslab.config import SEEDS, Config, ModelConfig, Range, SplitConfig, TrainConfig
from lyricslab.errors import CheckpointError, InputError, NotFoundError, ReadError
from lyricslab.lab import library
from lyricslab.lab.home import make_folder, writing
from lyricslab.model import checkpoint
from lyricslab.model.card import Card
from lyricslab.text import intake
from lyricslab.text.corpus import Corpus
from lyricslab.text.encoding import decode
from lyricslab.text.fold import fold
from lyricslab.text.pieces import cut
from lyricslab.text.readers.source import Draft
from lyricslab.text.song import Song
from lyricslab.text.split import split

if TYPE_CHECKING:
    from lyricslab.learning.training import Progress, Training

FORMATS = (".txt", ".jsonl", ".json", ".csv", ".tsv", ".docx", ".zip")
BOOK_CHARS = 100_000
"""A plain text longer than this is read as a book, in pieces without titles."""
PIECE_CHARS = 1_800
SPLIT = SplitConfig(train=0.9, val=0.05, test=0.05)
VAL_CHARS = 200_000
"""Enough validation text to choose a checkpoint by; more would cost time and decide nothing."""
TEST_CHARS = 1_000_000
CHECKPOINT_EVERY_S = 60.0
CALIBRATION_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BasePlan(Config):
    """What is to be trained, on how much, and what its card shall say."""

    name: str
    model: ModelConfig = field(default_factory=ModelConfig)
    minutes: float = 40
    """Minutes of one core; measured for a moment, then turned into steps."""
    epochs: float | None = None
    """Passes over the text; where given, instead of `minutes`."""
    learning_rate: float = 1e-2
    batch_size: int = 32
    window_chars: int = 80
    seed: int = 0
    reads: str = ""
    lyrics: bool = False
    sources: tuple[str, ...] = ()
    licence: str = ""
    command: str = ""

    RANGES = {
        "minutes": Range(0.01, 100_000),
        "epochs": Range(0.01, 10_000),
        "learning_rate": TrainConfig.RANGES["learning_rate"],
        "seed": SEEDS,
    }

    def issues(self) -> list[str]:
        found = Config.issues(self)
        issue = library.name_issue(self.name)
        return found if issue is None else [*found, issue]


def gather_texts(files: Sequence[str | Path]) -> list[Song]:
    """The songs in files and folders, and long plain texts in pieces; no text is there twice.

    Raises:
        ReadError: if a file cannot be read, or nothing is found.
    """
    paths: list[Path] = []
    for path in map(Path, files):
        inside = (p for p in path.rglob("*") if os.path.isfile(p) and p.suffix.lower() in FORMATS)
        paths += sorted(inside) if os.path.isdir(path) else [path]
    found: dict[str, Song] = {}
    for path in paths:
        for song in _texts(path):
            found.setdefault(song.text, song)
    if not found:
        raise ReadError("There is no text in what was named. Name files or folders that hold some.")
    return list(found.values())


def _texts(path: Path) -> list[Song]:
    data = intake.file_bytes(path)
    if path.suffix.lower() == ".txt" and len(data) > BOOK_CHARS:
        text = fold(decode(data, path.name).text).text
        if "\n---\n" not in text:
            pieces = cut(Draft(path.stem, text.strip("\n")), PIECE_CHARS)
            return [Song("", piece.text) for piece in pieces]
    return list(intake.read_file(path.name, data).songs)


class _Follower:
    """Keeps a checkpoint each minute and tells of each look at the validation songs."""

    def __init__(
        self,
        last: Path,
        facts: dict[str, Any],
        tell: Callable[[str], None],
        spent_s: float,
    ) -> None:
        self.last, self.facts, self.tell = last, facts, tell
        self.curve: list[dict[str, float | None]] = list(facts.get("curve", []))
        self.stopped = False
        self.began_s = time.process_time() - spent_s
        self.saved_s = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds of one core spent so far, earlier sittings included."""
        return time.process_time() - self.began_s

    def point(self, progress: Progress) -> None:
        pass

    def evaluated(self, training: Training, progress: Progress) -> None:
        self.curve.append({"step": progress.step, "train": progress.train, "val": progress.val})
        total = training.config.max_steps
        rate = self.seconds / max(1, progress.step)
        self.tell(
            f"step {progress.step:,} of {total:,}, epoch {progress.epoch:.2f}: validation "
            f"{progress.val:.4f} nats/char, about {(total - progress.step) * rate / 60:.0f} "
            "minutes of one core left"
        )

    def stepped(self, training: Training) -> None:
        if time.monotonic() - self.saved_s > CHECKPOINT_EVERY_S:
            self.save(training)

    def save(self, training: Training) -> None:
        """Writes all that `--resume` needs."""
        facts = {**self.facts, "seconds": self.seconds, "curve": self.curve}
        with writing(self.last.parent):
            checkpoint.write_file(self.last, training.freeze_dry())
            checkpoint.write_file(self.last.with_suffix(".facts.json"), json.dumps(facts).encode())
        self.saved_s = time.monotonic()

    def should_stop(self) -> bool:
        return self.stopped


def pretrain(
    songs: Sequence[Song],
    plan: BasePlan,
    bases: Path,
    *,
    resume: bool = False,
    replaces: bool = False,
    tell: Callable[[str], None] = lambda line: None,
    on_start: Callable[[Callable[[], None]], None] = lambda stop: None,
) -> Card:
    """Trains a base on songs or pieces of books and writes it to `bases`; returns its card.

    Args:
        resume: go on from the last checkpoint of the same name and text.
        replaces: take the place of a base of this name, finished or not.
        tell: given a line of progress at each look at the validation songs.
        on_start: given a function that asks the training to stop; what it has is kept.

    Raises:
        CorpusTooSmallError: if the text cannot be split.
        NotFoundError: if there is nothing to resume.
        InputError: if what is to be resumed was trained on other text, or the name is taken.
        CheckpointError: if what is to be resumed is damaged.
        StoreError: if `bases` cannot be written.
    """
    from lyricslab.learning.evaluation import evaluate
    from lyricslab.learning.machine import settle
    from lyricslab.learning.training import Training, train
    from lyricslab.model.lstm import build

    settle()
    corpus = Corpus(plan.name, tuple(songs))
    parts = split(corpus, SPLIT)
    train_ids, val_ids, test_ids = ([song.ids for song in part] for part in parts)
    val_ids, test_ids = _at_most(val_ids, VAL_CHARS), _at_most(test_ids, TEST_CHARS)
    last = bases / f".{plan.name}.last"
    with writing(bases):
        make_folder(bases)
    if not (resume or replaces):
        _check_free(bases / plan.name, last)
    facts: dict[str, Any] = {}
    if resume:
        facts = _facts(last, corpus.digest)
        config = TrainConfig.from_dict(facts["train"])
        plan = replace(plan, model=ModelConfig.from_dict(facts["model"]))
    else:
        config = budget(plan, train_ids, val_ids)
    tell(
        f"{len(songs):,} songs or pieces, {corpus.characters:,} characters, "
        f"{plan.model.parameters:,} weights, {config.max_steps:,} steps"
    )
    model = build(plan.model, seed=plan.seed)
    training = Training(model, train_ids, val_ids, config, plan.seed)
    facts = {
        **facts,
        "digest": corpus.digest,
        "train": config.to_dict(),
        "model": plan.model.to_dict(),
    }
    follower = _Follower(last, facts, tell, facts.get("seconds", 0.0))
    if resume:
        training.revive(last.read_bytes())
    on_start(lambda: setattr(follower, "stopped", True))
    finished = train(training, follower)
    if not finished:
        follower.save(training)
    model.load_weights(training.best_weights)
    card = Card(
        name=plan.name,
        kind="base",
        title=plan.name.capitalize(),
        model=plan.model,
        reads=plan.reads or f"{len(songs):,} songs or pieces of text",
        lyrics=plan.lyrics,
        sources=plan.sources,
        songs=len(train_ids),
        characters=training.streams.per_epoch - len(train_ids),
        characters_seen=training.streams.predictions,
        steps=training.step,
        seconds=round(follower.seconds, 1),
        val_nats_per_char=training.best_val if math.isfinite(training.best_val) else None,
        test_nats_per_char=evaluate(model, test_ids).nats_per_char,
        command=plan.command,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        licence=plan.licence,
        details={
            "train": config.to_dict(),
            "curve": follower.curve,
            "finished": finished,
        },
    )
    with writing(bases):
        card = checkpoint.save(bases / plan.name, training.best_weights, card)
    if finished:
        last.unlink(missing_ok=True)
        last.with_suffix(".facts.json").unlink(missing_ok=True)
    return card


def budget(
    plan: BasePlan, train_ids: Sequence[np.ndarray], val_ids: Sequence[np.ndarray]
) -> TrainConfig:
    """The training settings of a plan, its time or passes turned into steps."""
    characters = sum(map(len, train_ids))
    per_step = plan.batch_size * plan.window_chars
    if plan.epochs is not None:
        steps = round(plan.epochs * characters / per_step)
    else:
        steps = round(plan.minutes * 60 / _step_seconds(plan, train_ids, val_ids))
    steps = max(1, steps)
    return TrainConfig(
        learning_rate=plan.learning_rate,
        batch_size=plan.batch_size,
        window_chars=plan.window_chars,
        warmup_steps=min(200, steps // 10),
        grad_clip=1.0,
        max_steps=steps,
        eval_every_steps=max(1, steps // 60),
        point_every_steps=max(1, steps // 600),
        patience_evals=0,
    )


def _step_seconds(
    plan: BasePlan, train_ids: Sequence[np.ndarray], val_ids: Sequence[np.ndarray]
) -> float:
    """Seconds of one core that a step takes, looks at the validation songs included."""
    from lyricslab.learning.training import Training
    from lyricslab.model.lstm import build

    config = TrainConfig(
        batch_size=plan.batch_size, window_chars=plan.window_chars, learning_rate=1e-6
    )
    trial = Training(build(plan.model, seed=plan.seed), train_ids, val_ids, config, plan.seed)
    trial.take_step()  # the first one pays for start-up
    began_s, steps = time.process_time(), 0
    while time.process_time() - began_s < CALIBRATION_S:
        trial.take_step()
        steps += 1
    return (time.process_time() - began_s) / steps * 1.05


def _check_free(stem: Path, last: Path) -> None:
    """Refuses a name that a base has, or one that was begun."""
    if checkpoint.card_path(stem).exists() or checkpoint.weights_path(stem).exists():
        raise InputError(
            f"There is a base '{stem.name}' already. Choose another name, or --replace to train "
            "it anew."
        )
    if last.exists():
        raise InputError(
            f"The base '{stem.name}' was begun and not finished. Choose --resume to go on with it, "
            "--replace to begin again, or another name."
        )


def _facts(last: Path, digest: str) -> dict[str, Any]:
    path = last.with_suffix(".facts.json")
    if not (last.exists() and path.exists()):
        raise NotFoundError("There is no unfinished base of this name to go on with.")
    try:
        facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
        known = facts["digest"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CheckpointError(
            "The unfinished base of this name is damaged. Choose --replace to begin again."
        ) from error
    if known != digest:
        raise InputError(
            "The unfinished base of this name was trained on other text. Give the same files "
            "again, or choose another name."
        )
    return facts


def _at_most(songs: list[np.ndarray], characters: int) -> list[np.ndarray]:
    """The first songs that hold up to so many characters together, at least one."""
    kept: list[np.ndarray] = []
    total = 0
    for song in songs:
        if kept and total + len(song) > characters:
            break
        kept.append(song)
        total += len(song)
    return kept
