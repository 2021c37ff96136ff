"""Score a run's songs with its best network, once its training is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lyricslab.engine.messages import Scores, Sink
from lyricslab.importing.bulk.dataset import Dataset

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


def score_test(training: Training, songs: JobSongs, values: dict[str, Any], sink: Sink) -> None:
    """Score the test songs with the best network: the only time that they are read."""
    training.model.load_weights(training.best_weights)
    values["test_nats_per_char"] = _score(training, "test", songs.test, sink)


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
