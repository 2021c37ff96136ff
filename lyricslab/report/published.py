"""The paper's figures (Tables 1 and 2, Sec. 4): cross-entropy averaged over padding too."""

from __future__ import annotations

from typing import NamedTuple


class Losses(NamedTuple):
    """The losses of one network on the validation and the test songs."""

    val: float
    test: float


class PrintedTable(NamedTuple):
    """A table as the paper prints it."""

    number: int
    base: str
    """What the base was trained on."""
    rows: dict[str, Losses]
    """By the layers retrained, as `Trainable` writes them, in the paper's order."""


BASELINE = Losses(1.039, 1.179)
"""A network of 2 x 64 units trained from nothing on the songs; the same for both tables."""

BOOKS = PrintedTable(
    1,
    "books",
    {
        "1,2": Losses(0.962, 1.100),
        "0,2": Losses(0.954, 1.090),
        "0,1": Losses(0.964, 1.101),
        "0": Losses(1.001, 1.133),
        "1": Losses(0.983, 1.123),
        "2": Losses(0.979, 1.116),
    },
)
LYRICS = PrintedTable(
    2,
    "song lyrics",
    {
        "1,2": Losses(0.817, 0.949),
        "0,2": Losses(0.816, 0.950),
        "0,1": Losses(0.818, 0.946),
        "0": Losses(0.816, 0.949),
        "1": Losses(0.816, 0.950),
        "2": Losses(0.813, 0.946),
    },
)

SONGS, CHARACTERS = 181, 146_000
"""The paper's target: one band's lyrics, a third each for training, validation and test."""


def table_for(lyrics: bool) -> PrintedTable:
    """Return the paper's table for a base of song lyrics, or of books."""
    return LYRICS if lyrics else BOOKS
