"""What to begin with: the base, layers and preset that were best for a number of songs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lyricslab.model.card import Card


class Recommendation(NamedTuple):
    """A way to fine-tune; every value as an address and a command have it."""

    base: str
    trainable: str
    preset: str


class _Row(NamedTuple):
    most_songs: float
    bases: tuple[str, ...]
    """The best first; the next is for a library that lacks it."""
    trainable: str
    preset: str


_TABLE = (_Row(float("inf"), ("songs-256", "songs"), "all", "quick"),)
"""Measured, docs/LOG.md."""


def recommend(songs: int, characters: int, bases: Sequence[Card]) -> Recommendation:
    """Return what gives the best songs in at most half a minute of two cores.

    Args:
        songs, characters: the size of the corpus, the songs to check by included.
        bases: those in the library, at least one.
    """
    row = next(row for row in _TABLE if songs <= row.most_songs)
    names = [card.name for card in bases]
    lyrics_first = sorted(bases, key=lambda card: not card.lyrics)
    base = next((name for name in row.bases if name in names), lyrics_first[0].name)
    return Recommendation(base, row.trainable, row.preset)
