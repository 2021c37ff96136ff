"""What the commands share: the store, songs from files, settings, progress, a run right here."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from types import FrameType
from typing import Any

from lyricslab.config import RunConfig, SplitConfig, TrainConfig
from lyricslab.errors import ConfigError, InputError, ReadError
from lyricslab.importing import reading
from lyricslab.importing.cleaning.rules import DEFAULT_RULES, NAMES
from lyricslab.library.corpora import add_corpus
from lyricslab.songs.corpus import Corpus
from lyricslab.store.home import open_home
from lyricslab.store.rows import CorpusRow, RunRow
from lyricslab.store.store import Store

Answer = dict[str, Any]


def tell(line: str) -> None:
    """A line of progress, on standard error."""
    print(line, file=sys.stderr, flush=True)


def agree(question: str) -> None:
    """Goes on only once the person has typed yes."""
    tell(f"{question} Type yes.")
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise InputError("Nothing was deleted.")


def open_store() -> Store:
    """The store of the lab's home."""
    return Store(open_home())


def take_in(options: argparse.Namespace) -> reading.Intake:
    """The files named on the command line, read as songs."""
    named = (options.lyrics_column, options.title_column, options.artist_column)
    columns = reading.Columns(named[0] or "", *named[1:]) if any(named) else None
    read = [
        one
        for file in options.files
        for one in (
            _folder(Path(file), options.encoding, columns)
            if os.path.isdir(file)
            else [reading.read_path(file, encoding=options.encoding, columns=columns)]
        )
    ]
    taken = reading.gather(read)
    taken = replace(taken, enabled_rules=_rules(options.rules))
    for note in taken.notes:
        tell(note)
    for finding in taken.cleaning.findings:
        fate = "Put right." if finding.on else "Left as it is."
        tell(f"{finding.rule.title} ({finding.rule.name}): {finding.summary} {fate}")
    return taken.in_chunks() if options.pieces else taken


def _folder(
    folder: Path, encoding: str | None, columns: reading.Columns | None
) -> list[reading.Intake]:
    """What can be read of a folder; what cannot is told of and left out."""
    read = []
    for file in reading.files_in(folder):
        try:
            read.append(reading.read_path(file, encoding=encoding, columns=columns))
        except ReadError as error:
            tell(f"Left out: {error}")
    if not read:
        raise ReadError(f"No file in '{folder}' could be read as lyrics.")
    return read


def _rules(words: str) -> frozenset[str]:
    """The rules that are on: names with commas, "default", "all" or "none" among them."""
    groups = {"default": DEFAULT_RULES, "all": frozenset(NAMES), "none": frozenset[str]()}
    on: frozenset[str] = frozenset()
    for word in filter(None, (word.strip() for word in words.split(","))):
        if word not in groups and word not in NAMES:
            raise ConfigError(
                [f"'{word}' is no rule. There are {', '.join(NAMES)}; and default, all and none."]
            )
        on |= groups.get(word, frozenset({word}))
    return on


def keep(store: Store, options: argparse.Namespace) -> tuple[CorpusRow, Corpus]:
    """The files on the command line as a corpus of the library."""
    taken = take_in(options)
    found = taken.corpus(options.corpus_name)
    return add_corpus(store, found, taken.report(), intake=taken), found


def split_config(options: argparse.Namespace) -> SplitConfig:
    """The split asked for; the paper's preset divides in thirds unless told otherwise.

    Raises:
        ConfigError: if the shares are not three numbers that add up to 1.
    """
    text: str | None = options.split
    if text is None and vars(options).get("preset") == "paper":
        text = "1/3,1/3,1/3"
    if text is None:
        return SplitConfig(seed=options.split_seed)
    try:
        shares = [_fraction(part) for part in text.split(",")]
        train_share, val_share, test_share = shares
    except (ValueError, ZeroDivisionError):
        raise ConfigError(
            [f"'{text}' is not a split: give three shares, such as 0.8,0.1,0.1 or 1/3,1/3,1/3."]
        ) from None
    return SplitConfig(train=train_share, val=val_share, test=test_share, seed=options.split_seed)


def numbers(text: str) -> list[float]:
    """Numbers with commas between them.

    Raises:
        ConfigError: if they are none.
    """
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise ConfigError([f"'{text}' is no list of numbers, such as 1,3."]) from None


def _fraction(text: str) -> float:
    above, _, below = text.partition("/")
    return float(above) / (float(below) if below else 1.0)


def with_changes(config: TrainConfig, changes: Sequence[str]) -> TrainConfig:
    """A preset's settings with `name=value` changes.

    Raises:
        ConfigError: if a name is unknown or a value does not fit.
    """
    kinds = {f.name: type(getattr(config, f.name)) for f in fields(config)}
    values: dict[str, Any] = {}
    for change in changes:
        name, _, text = change.partition("=")
        if name not in kinds:
            raise ConfigError([f"There is no setting '{name}'; there are {', '.join(kinds)}."])
        try:
            values[name] = kinds[name](text)
        except ValueError:
            raise ConfigError([f"'{text}' is not a value for {name}."]) from None
    return replace(config, **values)


def train(store: Store, config: RunConfig, name: str | None) -> RunRow:
    """One training job in this process; Ctrl-C stops it and keeps its best checkpoint."""
    from lyricslab.engine.inline import run_inline

    try:
        run = run_inline(store, config, name=name, tell=tell, on_start=on_interrupt)
    finally:
        on_signals(signal.default_int_handler)
    if run.status == "failed":
        raise InputError(run.error or "The run failed.")
    return run


def on_interrupt(stop: Any) -> None:
    """Makes the first Ctrl-C, or request to end, ask for a stop; a second one ends at once."""

    def handle(number: int, frame: FrameType | None) -> None:
        tell("Stopping; what has been learned is kept. Press again to end at once.")
        on_signals(signal.default_int_handler)
        stop()

    on_signals(handle)


def on_signals(handle: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Handle Ctrl-C and a request to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)


def figures(run: RunRow) -> Answer:
    """A run under the names that scripts rely on."""
    result = run.result or {}
    return {
        "run": run.id,
        "name": run.name,
        "kind": run.kind,
        "corpus": run.corpus_name,
        "base": run.base,
        "train": run.trainable,
        "model": run.config.model.to_dict(),
        "dropout": run.config.settings.dropout,
        "preset": run.config.preset,
        "made_for": run.made_for,
        "seed": run.config.seed,
        "status": run.status,
        "seconds": run.seconds,
        "chars_per_s": run.chars_per_s,
        "epochs": run.epochs,
        "best_epoch": run.best_epoch,
        "best_step": run.best_step,
        "steps": run.step,
        "zero_shot_val_nats_per_char": run.zero_shot_val,
        "val_nats_per_char": run.best_val,
        "error": run.error,
        **result,
    }


def spoken_command() -> str:
    """The command as it was typed, for a card."""
    words = ["python", "-m", "lyricslab", *sys.argv[1:]]
    return " ".join(f'"{word}"' if " " in word else word for word in words)
