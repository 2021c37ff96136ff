"""One run's work, wherever it is done: an order in, messages out. Knows no store and no files.

`learning` is imported inside functions only: whoever merely writes orders never loads torch.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lyricslab.config import RunConfig, SampleConfig
from lyricslab.engine.messages import (
    BestCheckpoint,
    Ended,
    LastCheckpoint,
    Note,
    Point,
    Preempted,
    Result,
    Sample,
    Scores,
    Sink,
    Started,
)
from lyricslab.errors import DivergedError, LyricsLabError
from lyricslab.importing.bulk.dataset import Dataset, open_dataset
from lyricslab.model import network_file
from lyricslab.model.inference import Network
from lyricslab.model.sampler import write
from lyricslab.model.trainable import Trainable
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.store.rows import PointRow, SampleRow, Status

if TYPE_CHECKING:
    from lyricslab.training.loop import Progress, Training
    from lyricslab.training.song_batches import Songs

POINT_EVERY_S = 0.2
"""Points of the training curve that come faster are drawn together into one."""
CHECKPOINT_EVERY_S = 10.0
"""The most work that is lost when the process dies."""
CHECKPOINT_COST = 20
"""Keeping a checkpoint may take one part in so many of the time."""
SAMPLE_EVALS = frozenset({0, 1, 2, 4, 7, 11, 17, 26, 40, 60, 90, 135, 200, 300, 450, 675, 1000})
"""The looks at which the network is asked for a few lines: early on it changes most. And at the
end, the network that is kept."""
SAMPLE = SampleConfig(temperature=0.7, length_chars=200, seed=0)
TRAIN_SCORE_CHARS = 1_000_000
"""Enough training text to tell how well a network knows it."""
PADDED_POSITIONS = 4_000_000
"""The paper's loss reads every song as long as the longest; beyond this it is left out."""
OVERFLOWED = (
    "through so long a song the change that it called for grew beyond all numbers. A smaller "
    "learning rate or a shorter window prevents that."
)
READS_ANEW = (
    "There are too many songs to keep what the frozen layers make of them; they are read anew at "
    "every step, which takes longer."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """Everything a process needs to execute a run, be it on another machine."""

    run_id: str
    attempt: int
    config: RunConfig
    songs: bytes
    """The corpus as `Corpus.to_json` wrote it; none for a run that makes a base."""
    base: bytes | None
    """The base's weights file."""
    resume: bytes | None = None
    """The `LastCheckpoint` of an earlier attempt to go on from."""
    checkpoint_every_s: float = CHECKPOINT_EVERY_S
    datasets: Path | None = None
    """The folder with the dataset that a run which makes a base reads, on the engine's computer."""

    @property
    def key(self) -> str:
        """Tells this attempt from every other."""
        return f"{self.run_id}-{self.attempt}"


# ---- messages


def execute(
    order: JobSpec | None,
    sink: Sink,
    should_stop: Callable[[], bool],
    leaving: Callable[[], bool] = lambda: False,
) -> None:
    """Executes a run; its last word is `Ended` or `Preempted`, bar a fuller `Result`.

    When it is stopped, the test songs are read before the `Ended` and the rest of the figures
    after it, so that a stop is quick.

    Args:
        order: None on a rank of torchrun above 0, which executes the run of rank 0 along with it.
        sink: is given each message, in order, in the caller's thread.
        should_stop: asked at every step.
        leaving: whether, once it was stopped, nobody waits for its figures.
    """
    try:
        _execute(order, sink, should_stop, leaving)
    except LyricsLabError as error:
        sink(Ended("failed", str(error)))
    except Exception as error:
        sink(Ended("failed", _sentence(error), traceback.format_exc()))


def _execute(
    order: JobSpec | None,
    sink: Sink,
    should_stop: Callable[[], bool],
    leaving: Callable[[], bool],
) -> None:
    from lyricslab.training import distributed, hardware
    from lyricslab.training.loop import Training, train
    from lyricslab.training.lstm import build

    hardware.configure()
    order = distributed.broadcast(order)
    config = order.config
    text = _text(order)
    # The same figures on any machine are worth more than seconds; hours are another matter.
    device = hardware.device("cpu" if text.dataset is None else None)
    trainable = Trainable.parse(config.trainable, config.model.num_layers)
    base = None if order.base is None else network_file.unpack_weights(order.base)
    model = build(
        config.model, base, trainable=trainable, dropout=config.settings.dropout, seed=config.seed
    ).to(device)
    training = Training(model, text.train, text.val, config.settings, config.seed)
    if training.depth < trainable.frozen_prefix:
        sink(Note(READS_ANEW))
    follower = _Follower(order, sink, should_stop, training, text.dataset)
    if order.resume is not None:
        follower.load_state_dict(order.resume)
    sink(Started(training.step, follower.seconds))
    diverged: DivergedError | None = None
    finished = False
    follower.start_clock()
    try:
        finished = train(training, follower)
    except DivergedError as error:
        diverged = error
    follower.stop_clock()
    if diverged is None:
        follower.state_dict()
        if not finished and leaving():
            sink(Preempted())
            return
    if distributed.rank():
        return  # the rest is rank 0's
    status: Status = "failed" if diverged else "done" if finished else "stopped"
    ended = Ended(status, None if diverged is None else str(diverged))
    if finished and training.step < config.settings.max_steps:
        looks = config.settings.patience_evals
        sink(Note(f"It ended by itself: {looks} looks in a row brought no better validation."))
    if training.left_out:
        steps = "One step" if training.left_out == 1 else f"{training.left_out:,} steps"
        sink(Note(f"{steps} changed nothing: {OVERFLOWED}"))
    if follower.best is None:  # stopped before the first look
        sink(ended)
        return
    if finished and not follower.writes_at(training.best_step):
        follower.send_sample(training.best_step, training.best_weights)
    learned = trainable.trained_parameters(config.model, config.settings.lora_rank)
    frozen = trainable.frozen_parameters(config.model)
    if config.kind == "zero-shot":
        learned, frozen = 0, config.model.parameters
    values: dict[str, Any] = {
        "run": order.run_id,
        "base": config.base,
        "train": config.trainable,
        "seed": config.seed,
        "seconds": round(follower.seconds, 2),
        "chars_per_s": round(follower.chars_per_s, 1),
        "epochs": training.streams.epochs,
        "best_epoch": training.best_epoch,
        "val_nats_per_char": training.best_val,
        "test_nats_per_char": None,
        "train_nats_per_char": None,
        "val_padded_loss": None,
        "test_padded_loss": None,
        "trained_parameters": learned,
        "frozen_parameters": frozen,
        "frozen_drift": _drift(order, trainable, follower.best),
        "songs": text.songs,
        "characters": text.characters,
        "hardware": hardware.hardware(device, distributed.world_size()),
    }
    sink(Result(dict(values)))
    if status == "stopped":
        _score_test(training, text, values, sink)
        sink(Result(dict(values)))
        sink(ended)
        if not leaving():
            _score_rest(training, text, values, sink)
            sink(Result(values))
    else:
        _score_test(training, text, values, sink)
        _score_rest(training, text, values, sink)
        sink(Result(values))
        sink(ended)


@dataclass(frozen=True, slots=True)
class _Text:
    """What a run reads, divided; `dataset` where it makes a base."""

    train: Songs
    val: Songs
    test: Songs
    songs: int
    characters: int
    dataset: Dataset | None = None


def _text(order: JobSpec) -> _Text:
    if order.datasets is not None:
        from lyricslab.training.dataset_splits import framed_splits

        dataset = open_dataset(order.datasets, order.config.corpus)
        sides = framed_splits(dataset, order.config.split)
        return _Text(*sides, dataset.manifest.songs, dataset.manifest.characters, dataset)
    corpus = Corpus.from_json(order.songs.decode())
    train, val, test = ([song.ids for song in side] for side in split(corpus, order.config.split))
    return _Text(train, val, test, len(corpus.songs), corpus.characters)


class _Follower:
    """Follows a training and turns what happens into messages; keeps the time."""

    def __init__(
        self,
        order: JobSpec,
        sink: Sink,
        should_stop: Callable[[], bool],
        training: Training,
        dataset: Dataset | None,
    ) -> None:
        self.order, self.sink = order, sink
        self.should_stop = lambda: _agreed(should_stop())
        self.training, self.dataset = training, dataset
        self.best: bytes | None = None
        self.earlier_s = 0.0  # of training before the clock was last started
        self.began_s: float | None = None
        self.kept_s = time.monotonic()
        self.pause_s = order.checkpoint_every_s
        self.sent_s = -POINT_EVERY_S
        self.withheld: list[float] = []  # training losses not sent yet

    # ---- the clock: training only, over all attempts

    def start_clock(self) -> None:
        self.began_s = time.monotonic()

    def stop_clock(self) -> None:
        self.earlier_s, self.began_s = self.seconds, None

    @property
    def seconds(self) -> float:
        running = 0.0 if self.began_s is None else time.monotonic() - self.began_s
        return self.earlier_s + running

    @property
    def chars_per_s(self) -> float:
        return self.training.streams.predictions / max(self.seconds, 1e-9)

    # ---- checkpoints

    def load_state_dict(self, data: bytes) -> None:
        """Resume from a `LastCheckpoint`; send its best network again, in case it was torn."""
        self.training.load_state_dict(data)
        facts = json.loads(network_file.unpack(data)["job"].tobytes())
        self.earlier_s = facts["seconds"]
        if facts["best"]:
            self.send_best()

    def state_dict(self) -> None:
        """Sends all that is needed to go on from here."""
        began_s = time.monotonic()
        facts = {
            "seconds": self.seconds,
            "best": self.best is not None,
        }
        tensors = network_file.unpack(self.training.state_dict())
        tensors["job"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        self.sink(LastCheckpoint(network_file.pack(tensors)))
        if self.dataset is not None:
            self.dataset.let_go()
        self.kept_s = time.monotonic()
        self.pause_s = max(self.order.checkpoint_every_s, CHECKPOINT_COST * (self.kept_s - began_s))

    def send_best(self) -> None:
        training = self.training
        self.best = network_file.pack(training.best_weights)
        self.sink(
            BestCheckpoint(
                self.best,
                training.best_step,
                training.best_epoch,
                training.best_val,
                self.seconds,
                training.streams.predictions,
            )
        )

    # ---- learning.training.Watcher

    def point(self, progress: Progress) -> None:
        if progress.train is not None:
            self.withheld.append(progress.train)
        now_s = time.monotonic()
        if progress.val is None:
            settings = self.order.config.settings
            to_look = settings.eval_every_steps - progress.step % settings.eval_every_steps
            # The next look sends a point anyway: it shall be of as many steps as the others, or
            # the curve gets a notch where a mean of few stands beside means of many.
            soon = 2 * to_look < len(self.withheld) * settings.point_every_steps
            if soon or now_s - self.sent_s < POINT_EVERY_S:
                return
        train = float(np.mean(self.withheld)) if self.withheld else None
        self.withheld, self.sent_s = [], now_s
        row = PointRow(progress.step, progress.epoch, self.seconds, train, progress.val)
        self.sink(Point(row, self.chars_per_s))

    def evaluated(self, training: Training, progress: Progress) -> None:
        if training.is_best:
            self.send_best()
        if self.writes_at(progress.step):
            self.send_sample(progress.step, training.model.weights())

    # ---- what it writes

    def writes_at(self, step: int) -> bool:
        """Whether the look at this step is one of those that write a few lines."""
        settings = self.order.config.settings
        look, rest = divmod(step, settings.eval_every_steps)
        return step == settings.max_steps or (not rest and look in SAMPLE_EVALS)

    def send_sample(self, step: int, weights: network_file.Weights) -> None:
        """Sends a few lines by these weights."""
        text = write(Network(weights, self.order.config.model), SAMPLE)[0].text
        self.sink(Sample(SampleRow(step, text, SAMPLE.seed)))

    def stepped(self, training: Training) -> None:
        due = time.monotonic() - self.kept_s >= self.pause_s
        if _agreed(due):
            self.state_dict()


def _agreed(flag: bool) -> bool:
    """Return what rank 0 says: clocks and requests differ, but all ranks must do the same."""
    from lyricslab.training import distributed

    return distributed.broadcast(flag)


def _score_test(training: Training, text: _Text, values: dict[str, Any], sink: Sink) -> None:
    """Reads the test songs with the best network: the one time they are read."""
    training.model.load_weights(training.best_weights)
    values["test_nats_per_char"] = _score_side(training, "test", text.test, sink)


def _score_rest(training: Training, text: _Text, values: dict[str, Any], sink: Sink) -> None:
    """Adds the figures that no choice depends on."""
    from lyricslab.training.evaluation import padded_loss
    from lyricslab.training.song_batches import FramedSongs

    train, val, test = text.train, text.val, text.test
    if isinstance(train, FramedSongs) or isinstance(val, FramedSongs):
        return  # a dataset: its curve tells enough
    assert not isinstance(test, FramedSongs)
    share = -(-sum(map(len, train)) // TRAIN_SCORE_CHARS)
    values["train_nats_per_char"] = _score_side(training, "train", train[::share], sink)
    _score_side(training, "val", val, sink)
    for side, songs in (("val", val), ("test", test)):
        if len(songs) * max(map(len, songs)) <= PADDED_POSITIONS:
            values[f"{side}_padded_loss"] = padded_loss(training.model, songs)


def _score_side(training: Training, side: str, songs: Songs, sink: Sink) -> float:
    """Sends what each song costs; nats/char of all of them."""
    from lyricslab.training.evaluation import evaluate_each

    scores = evaluate_each(training.model, songs)
    nats, predictions = [s.nats for s in scores], [s.predictions for s in scores]
    sink(Scores(side, tuple(nats), tuple(predictions)))
    return sum(nats) / sum(predictions)


def _drift(order: JobSpec, trainable: Trainable, best: bytes) -> float:
    """How far any frozen weight has moved, from the two files as they were sent."""
    if order.base is None:
        return 0.0
    return network_file.frozen_drift(
        network_file.unpack_weights(order.base), network_file.unpack_weights(best), trainable
    )


def _sentence(error: Exception) -> str:
    """What to tell of a fault that is not one of ours."""
    if isinstance(error, MemoryError) or "allocate memory" in str(error):
        return (
            "The computer ran out of memory. Close other programs, or choose fewer songs side by "
            "side or a shorter window."
        )
    return (
        f"Something went wrong inside the program ({type(error).__name__}). The details are in "
        "the lab's folder of logs; what was learned until then is kept."
    )


def warm() -> None:
    """Loads what training needs, so that the first job starts at once."""
    import torch

    from lyricslab.training.hardware import configure

    configure()
    weight = torch.zeros(1, requires_grad=True)
    torch.optim.AdamW([weight])  # the first optimiser loads a good deal more
