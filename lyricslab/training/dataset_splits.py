"""The songs of a dataset as a training reads them."""

from __future__ import annotations

import numpy as np

from lyricslab.config import SplitConfig
from lyricslab.importing.bulk.dataset import Dataset
from lyricslab.training.song_batches import FramedSongs

VAL_CHARS = 100_000
"""Enough validation text to choose a checkpoint by; more would cost time and decide nothing."""
TEST_CHARS = 500_000


def framed_splits(
    dataset: Dataset, config: SplitConfig
) -> tuple[FramedSongs, FramedSongs, FramedSongs]:
    """A dataset's songs to learn from, to choose by and to judge by; of the latter two, enough.

    Those are drawn at random, for texts of one kind lie together in a dataset.
    """
    first = dataset.first
    train, val, test = dataset.sides(config)
    lot = np.random.default_rng(config.seed)
    sides = (
        train,
        _some(lot.permutation(val), dataset.lengths, VAL_CHARS),
        _some(lot.permutation(test), dataset.lengths, TEST_CHARS),
    )
    framed = [
        FramedSongs.within(dataset.codes, first[side], dataset.lengths[side]) for side in sides
    ]
    return framed[0], framed[1], framed[2]


def _some(songs: np.ndarray, lengths: np.ndarray, most_chars: int) -> np.ndarray:
    """The first of these songs that hold up to so many codes together, at least one; in order."""
    many = int(lengths[songs].cumsum().searchsorted(most_chars, side="right"))
    return np.sort(songs[: max(1, many)])
