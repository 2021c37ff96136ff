"""Execute one run: a `JobSpec` in, messages out. Uses no store, so that any machine can do it.

`lyricslab.training` is imported inside functions only: a process that writes specs never loads
torch.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lyricslab.config import RunConfig
from lyricslab.engine.job_callbacks import JobCallbacks
from lyricslab.engine.messages import Ended, Note, Preempted, Result, Sink, Started
from lyricslab.engine.scoring import JobSongs, Kept, keep, score_rest, score_test
from lyricslab.errors import DivergedError, LyricsLabError
from lyricslab.importing.bulk.dataset import open_dataset
from lyricslab.model import network_file
from lyricslab.model.trainable import Trainable
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.store.rows import Status

if TYPE_CHECKING:
    from lyricslab.training.loop import Training

CHECKPOINT_EVERY_S = 10.0
"""The most work that is lost when the process dies."""
OVERFLOWED = (
    "over such a long song its gradient was too large for a number. A smaller learning rate or a "
    "shorter window prevents that."
)
NOT_CACHED = (
    "There are too many songs to cache the outputs of the frozen layers; they are computed again "
    "at every step, which takes longer."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """Everything a process needs to execute a run, also on another machine."""

    run_id: str
    attempt: int
    config: RunConfig
    songs: bytes
    """The corpus from `Corpus.to_json`; empty for a run that makes a base."""
    base: bytes | None
    """The base's weights file."""
    resume: bytes | None = None
    """The `LastCheckpoint` of an earlier attempt."""
    checkpoint_every_s: float = CHECKPOINT_EVERY_S
    datasets: Path | None = None
    """The folder with the dataset of a run that makes a base, on the engine's computer."""

    @property
    def key(self) -> str:
        """Identifies this attempt at the run."""
        return f"{self.run_id}-{self.attempt}"


def execute(
    spec: JobSpec | None,
    sink: Sink,
    should_stop: Callable[[], bool],
    should_abandon: Callable[[], bool] = lambda: False,
) -> None:
    """Execute a run; its last message is `Ended` or `Preempted`, except for a fuller `Result`.

    When it is stopped, the test songs are scored before the `Ended` and the others after it, so
    that a stop is quick.

    Args:
        spec: None on a rank of torchrun above 0, which helps to execute the run of rank 0.
        sink: called with each message, in order, in the caller's thread.
        should_stop: called at every step.
        should_abandon: whether to return without scores once it was stopped.
    """
    try:
        _execute(spec, sink, should_stop, should_abandon)
    except LyricsLabError as error:
        sink(Ended("failed", str(error)))
    except Exception as error:
        sink(Ended("failed", _sentence(error), traceback.format_exc()))


def _execute(
    spec: JobSpec | None,
    sink: Sink,
    should_stop: Callable[[], bool],
    should_abandon: Callable[[], bool],
) -> None:
    from lyricslab.training import distributed, hardware
    from lyricslab.training.evaluation import Interrupted
    from lyricslab.training.loop import Training, train
    from lyricslab.training.lstm import build

    hardware.configure()
    spec = distributed.broadcast(spec)
    config = spec.config
    songs = _load_songs(spec)
    # The same figures on any machine matter more than seconds, but less than hours.
    device = hardware.device("cpu" if songs.dataset is None else None)
    trainable = Trainable.parse(config.trainable, config.model.num_layers)
    base = None if spec.base is None else network_file.unpack_weights(spec.base)
    model = build(
        config.model,
        base,
        trainable=trainable,
        dropout=config.settings.dropout,
        input_dropout=config.settings.input_dropout,
        recurrent_dropout=config.settings.recurrent_dropout,
        output_dropout=config.settings.output_dropout,
        seed=config.seed,
    ).to(device)
    training = Training(model, songs.train, songs.val, config.settings, config.seed)
    if training.depth < trainable.frozen_prefix:
        sink(Note(NOT_CACHED))
    callbacks = JobCallbacks(
        config, sink, should_stop, training, songs.dataset, spec.checkpoint_every_s
    )
    if spec.resume is not None:
        callbacks.load_checkpoint(spec.resume)
    sink(Started(training.step, callbacks.seconds))
    diverged: DivergedError | None = None
    finished = False
    callbacks.start_clock()
    try:
        finished = train(training, callbacks)
    except DivergedError as error:
        diverged = error
    callbacks.stop_clock()
    if diverged is None:
        callbacks.send_checkpoint()
        if not finished and should_abandon():
            sink(Preempted())
            return
    if distributed.rank():
        return  # the rest is for rank 0
    status: Status = "failed" if diverged else "done" if finished else "stopped"
    ended = Ended(status, None if diverged is None else str(diverged))
    if finished and training.step < config.settings.max_steps:
        count = config.settings.patience_evals
        sink(Note(f"It ended early: validation did not improve in {count} evaluations in a row."))
    if training.skipped_steps:
        count = training.skipped_steps
        steps = "One step" if count == 1 else f"{count:,} steps"
        sink(Note(f"{steps} changed nothing: {OVERFLOWED}"))
    if callbacks.best is None:  # stopped before the first evaluation
        sink(ended)
        return
    try:
        kept = keep(training, None if diverged else base, should_abandon)
    except Interrupted:
        kept = Kept(training.best_weights, training.best_val)
    if kept.blend and kept.blend["kept"]:
        callbacks.send_best(kept)
    if finished and not callbacks.samples_at(training.best_step):
        callbacks.send_sample(training.best_step, kept.weights)
    values = _figures(spec, training, callbacks, songs, kept)
    values["hardware"] = hardware.describe(device, distributed.world_size())
    sink(Result(dict(values)))
    score_test(training, songs, kept, values, sink)
    if status == "stopped":
        sink(Result(dict(values)))
        sink(ended)
        if not should_abandon():
            score_rest(training, songs, values, sink)
            sink(Result(values))
    else:
        score_rest(training, songs, values, sink)
        sink(Result(values))
        sink(ended)


def _figures(
    spec: JobSpec, training: Training, callbacks: JobCallbacks, songs: JobSongs, kept: Kept
) -> dict[str, Any]:
    """Return the figures of a run whose songs are not scored yet, by their stable names."""
    config = spec.config
    trainable = Trainable.parse(config.trainable, config.model.num_layers)
    trained = trainable.trained_parameters(config.model, config.settings.lora_rank)
    frozen = trainable.frozen_parameters(config.model)
    if config.kind == "zero-shot":
        trained, frozen = 0, config.model.parameters
    drift = 0.0
    if spec.base is not None and callbacks.best is not None:  # from the files, as they are saved
        base, best = map(network_file.unpack_weights, (spec.base, callbacks.best))
        drift = network_file.frozen_drift(base, best, trainable)
    return {
        "run": spec.run_id,
        "base": config.base,
        "train": config.trainable,
        "seed": config.seed,
        "seconds": round(callbacks.seconds, 2),
        "chars_per_s": round(callbacks.chars_per_s, 1),
        "epochs": training.batcher.epochs,
        "best_epoch": training.best_epoch,
        "best_step": training.best_step,
        "val_nats_per_char": kept.val,
        "test_nats_per_char": None,
        "train_nats_per_char": None,
        "val_padded_loss": None,
        "test_padded_loss": None,
        "trained_parameters": trained,
        "frozen_parameters": frozen,
        "frozen_drift": drift,
        "songs": songs.count,
        "characters": songs.characters,
    }


def _load_songs(spec: JobSpec) -> JobSongs:
    if spec.datasets is not None:
        from lyricslab.training.dataset_splits import framed_splits

        dataset = open_dataset(spec.datasets, spec.config.corpus)
        splits = framed_splits(dataset, spec.config.split)
        return JobSongs(*splits, dataset.manifest.songs, dataset.manifest.characters, dataset)
    corpus = Corpus.from_json(spec.songs.decode())
    train, val, test = ([song.ids for song in part] for part in split(corpus, spec.config.split))
    return JobSongs(train, val, test, len(corpus.songs), corpus.characters)


def _sentence(error: Exception) -> str:
    """Return what to say of an error that is not one of ours."""
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
    """Load everything that training needs, so that the first job of a worker starts at once."""
    from lyricslab.training import hardware

    hardware.warm()
