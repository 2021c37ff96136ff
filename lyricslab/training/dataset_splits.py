"""The songs of a dataset, as a training reads them."""

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
    """Return a dataset's training, validation and test songs, the latter two up to a limit.

    Those are sampled at random, because neighbours in a dataset are of one kind.
    """
    train, val, test = dataset.splits(config)
    rng = np.random.default_rng(config.seed)
    val = _head(rng.permutation(val), dataset.lengths, VAL_CHARS)
    test = _head(rng.permutation(test), dataset.lengths, TEST_CHARS)
    first, lengths = dataset.starts, dataset.lengths
    framed = [FramedSongs.view(dataset.codes, first[k], lengths[k]) for k in (train, val, test)]
    return framed[0], framed[1], framed[2]


def _head(songs: np.ndarray, lengths: np.ndarray, max_chars: int) -> np.ndarray:
    """Return the first songs with up to `max_chars` codes together, at least one, sorted."""
    count = int(lengths[songs].cumsum().searchsorted(max_chars, side="right"))
    return np.sort(songs[: max(1, count)])
