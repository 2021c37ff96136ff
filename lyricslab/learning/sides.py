"""The songs of a pile as a training reads them."""

from __future__ import annotations

from lyricslab.config import SplitConfig
from lyricslab.learning.streams import FramedSongs
from lyricslab.text.pile import Pile

VAL_CHARS = 100_000
"""Enough validation text to choose a checkpoint by; more would cost time and decide nothing."""
TEST_CHARS = 500_000


def framed_sides(pile: Pile, config: SplitConfig) -> tuple[FramedSongs, FramedSongs, FramedSongs]:
    """A pile's songs to learn from, to choose by and to judge by; of the latter two, enough."""
    first = pile.first
    train, val, test = (
        FramedSongs.within(pile.codes, first[side], pile.lengths[side])
        for side in pile.sides(config)
    )
    return train, val.some(VAL_CHARS), test.some(TEST_CHARS)
