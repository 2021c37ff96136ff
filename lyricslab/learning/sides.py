"""The songs of a pile as a training reads them."""

from __future__ import annotations

import numpy as np

from lyricslab.config import SplitConfig
from lyricslab.learning.streams import FramedSongs
from lyricslab.text.pile import Pile

VAL_CHARS = 100_000
"""Enough validation text to choose a checkpoint by; more would cost time and decide nothing."""
TEST_CHARS = 500_000


def framed_sides(pile: Pile, config: SplitConfig) -> tuple[FramedSongs, FramedSongs, FramedSongs]:
    """A pile's songs to learn from, to choose by and to judge by; of the latter two, enough.

    Those are drawn at random, for texts of one kind lie together in a pile.
    """
    first = pile.first
    train, val, test = pile.sides(config)
    lot = np.random.default_rng(config.seed)
    sides = (
        train,
        _some(lot.permutation(val), pile.lengths, VAL_CHARS),
        _some(lot.permutation(test), pile.lengths, TEST_CHARS),
    )
    framed = [FramedSongs.within(pile.codes, first[side], pile.lengths[side]) for side in sides]
    return framed[0], framed[1], framed[2]


def _some(songs: np.ndarray, lengths: np.ndarray, most_chars: int) -> np.ndarray:
    """The first of these songs that hold up to so many codes together, at least one; in order."""
    many = int(lengths[songs].cumsum().searchsorted(most_chars, side="right"))
    return np.sort(songs[: max(1, many)])
