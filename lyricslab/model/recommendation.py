"""What to begin with: the base, layers and preset that were best for an amount of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lyricslab.model.card import Card

BASES = ("all-512", "songs-256", "songs")
"""The best first; the next is for a library that lacks it. Measured for 8 to 149 songs; the larger
base was better by 0.08 nats/char at every size (docs/LOG.md)."""
ALL_LAYERS_CHARS = 100_000
"""Up to this much text all layers take less than a minute of one core. Above, the top layer alone
takes half as long, and costs 0.002 to 0.015 nats/char (docs/LOG.md)."""


class Recommendation(NamedTuple):
    """A way to fine-tune; every value as an address and a command have it."""

    base: str
    trainable: str
    preset: str
    sentence: str
    """Why, for those who make music rather than networks."""


def recommend(songs: int, characters: int, bases: Sequence[Card]) -> Recommendation:
    """Return what gives the best songs in half a minute to a minute of one core.

    Args:
        songs, characters: the size of the corpus, with its validation and test songs.
        bases: those in the library, at least one.
    """
    cards = {card.name: card for card in bases}
    lyrics_first = sorted(bases, key=lambda card: not card.lyrics)
    base = next((name for name in BASES if name in cards), lyrics_first[0].name)
    top = str(cards[base].model.num_layers - 1)
    trainable = "all" if characters <= ALL_LAYERS_CHARS or top == "0" else top
    return Recommendation(base, trainable, "quick", f"{_why(base)}; {_how(trainable)}.")


def _why(base: str) -> str:
    if base in BASES:
        return "Of the bases here it did best with 8 songs and with 149"
    return "None of the bases that we measured is here, and this one comes first"


def _how(trainable: str) -> str:
    if trainable == "all":
        return "with all its layers learning it comes closest to yours"
    return "for this much text its top layer alone is nearly as good, in half the time"
