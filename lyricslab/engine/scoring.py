"""Choose the network that a run keeps, and score its songs with it, once training is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lyricslab.engine.messages import Scores, Sink
from lyricslab.importing.bulk.dataset import Dataset
from lyricslab.model.network_file import Weights

if TYPE_CHECKING:
    from lyricslab.training.loop import Training
    from lyricslab.training.song_batches import Songs

TRAIN_SCORE_CHARS = 1_000_000
"""Enough training text to measure how well a network knows it."""
PADDED_POSITIONS = 4_000_000
"""The paper's loss pads every song to the longest; with more positions than this it is left out."""


@dataclass(frozen=True, slots=True)
class JobSongs:
    """The songs of a run, divided; with `dataset` where it makes a base."""

    train: Songs
    val: Songs
    test: Songs
    count: int
    characters: int
    dataset: Dataset | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The network that a run keeps."""

    weights: Weights
    val: float
    """nats/char on validation."""
    blend: dict[str, Any] | None = None
    """The figures of the blend and of the checkpoint; None where none was made."""
    other: Weights | None = None
    """The one of the two that is not kept."""


def keep(training: Training, base: Weights | None, should_stop: Callable[[], bool]) -> Kept:
    """Return the network to keep: the best checkpoint, or its blend with the base.

    Raises:
        Interrupted: if `should_stop` returned True.
    """
    from lyricslab.training.blending import best_blend

    setting = training.config.blend
    if base is None or setting == "off" or not training.step:
        return Kept(training.best_weights, training.best_val)
    blend = best_blend(training, base, should_stop)
    kept = setting == "kept" and blend.val < training.best_val
    figures = {
        "strength": blend.strength,
        "of": blend.of,
        "curves": blend.curves,
        "kept": kept,
        "val_nats_per_char": blend.val,
        "test_nats_per_char": None,
        "checkpoint_val_nats_per_char": training.best_val,
        "checkpoint_test_nats_per_char": None,
    }
    checkpoint = training.best_weights
    if kept:
        return Kept(blend.weights, blend.val, figures, checkpoint)
    return Kept(checkpoint, training.best_val, figures, blend.weights)


def score_test(
    training: Training, songs: JobSongs, kept: Kept, values: dict[str, Any], sink: Sink
) -> None:
    """Score the test songs with the network that is kept: the only time that they are read.

    Of a blend and a checkpoint, the other one is scored as well.
    """
    from lyricslab.training.evaluation import evaluate

    model = training.model
    other: float | None = None
    if kept.other is not None:
        model.load_weights(kept.other)
        other = evaluate(model, songs.test).nats_per_char
    model.load_weights(kept.weights)
    test = values["test_nats_per_char"] = _score(training, "test", songs.test, sink)
    if kept.blend is not None:
        blend, checkpoint = (test, other) if kept.blend["kept"] else (other, test)
        values["blend"] = kept.blend | {
            "test_nats_per_char": blend,
            "checkpoint_test_nats_per_char": checkpoint,
        }


def score_rest(training: Training, songs: JobSongs, values: dict[str, Any], sink: Sink) -> None:
    """Score the training and validation songs of a corpus, and add the paper's own loss."""
    from lyricslab.training.evaluation import padded_loss
    from lyricslab.training.song_batches import FramedSongs

    train, val, test = songs.train, songs.val, songs.test
    if isinstance(train, FramedSongs) or isinstance(val, FramedSongs):
        return  # for a dataset its curve is enough
    assert not isinstance(test, FramedSongs)
    every = -(-sum(map(len, train)) // TRAIN_SCORE_CHARS)
    values["train_nats_per_char"] = _score(training, "train", train[::every], sink)
    _score(training, "val", val, sink)
    for name, part in (("val", val), ("test", test)):
        if len(part) * max(map(len, part)) <= PADDED_POSITIONS:
            values[f"{name}_padded_loss"] = padded_loss(training.model, part)


def _score(training: Training, split_name: str, songs: Songs, sink: Sink) -> float:
    """Send the score of each song; return the nats/char of all of them."""
    from lyricslab.training.evaluation import evaluate_each

    scores = evaluate_each(training.model, songs)
    nats, predictions = [s.nats for s in scores], [s.predictions for s in scores]
    sink(Scores(split_name, tuple(nats), tuple(predictions)))
    return sum(nats) / sum(predictions)
