"""The longest passage that a text copies from the songs that its network read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

_BETWEEN = "\0"
"""Separates songs, and is in no text, so that no copy runs over the end of a song."""
_SEED_CHARS = 8
"""Eight characters are one number of 64 bits, which is fast to look up."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The longest run of characters that a text shares with a song."""

    text: str
    song: int
    """The index of the first song that has it; -1 if nothing is shared."""

    @property
    def chars(self) -> int:
        """The number of its characters."""
        return len(self.text)


class Source:
    """Songs to search for copies, indexed once for many texts."""

    def __init__(self, songs: Sequence[str]) -> None:
        self._all = _BETWEEN.join(song.replace(_BETWEEN, "\n") for song in songs)
        self._seeds = np.unique(_packed(self._all))

    def longest_copy(self, text: str) -> Copy:
        """Return the longest passage of `text` that is in one of the songs, letter for letter.

        If several have that length, any of them.
        """
        text = text.replace(_BETWEEN, "\n")
        found = ""
        for start, end in sorted(self._candidates(text), key=lambda ends: ends[0] - ends[1]):
            found = self._longer(text[start:end], found)
        found = found or self._short(text)
        song = self._all.count(_BETWEEN, 0, self._all.index(found)) if found else -1
        return Copy(found, song)

    def _candidates(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the ends of each stretch whose every run of 8 characters is in the songs."""
        packed = _packed(text)
        if not len(packed) or not len(self._seeds):
            return
        places = np.searchsorted(self._seeds, packed).clip(max=len(self._seeds) - 1)
        known = self._seeds[places] == packed
        for is_known, run in groupby(enumerate(known.tolist()), key=lambda pair: pair[1]):
            if is_known:
                starts = [at for at, _ in run]
                yield starts[0], starts[-1] + _SEED_CHARS

    def _longer(self, stretch: str, found: str) -> str:
        """Return the longest copy in a stretch of the text, or `found` if none is longer."""
        length = len(found)
        for at in range(len(stretch)):
            while at + length < len(stretch) and stretch[at : at + length + 1] in self._all:
                length += 1
                found = stretch[at : at + length]
        return found

    def _short(self, text: str) -> str:
        """Return the longest copy of fewer than 8 characters."""
        for length in range(min(len(text), _SEED_CHARS - 1), 0, -1):
            for piece in dict.fromkeys(
                text[at : at + length] for at in range(len(text) - length + 1)
            ):
                if piece in self._all:
                    return piece
        return ""


def _packed(text: str) -> np.ndarray:
    """Return each run of eight characters as a number, in order, (N - 7,) uint64."""
    codes = np.frombuffer(text.encode("ascii", "replace"), np.uint8)
    if len(codes) < _SEED_CHARS:
        return np.zeros(0, np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(codes, _SEED_CHARS)
    return np.ascontiguousarray(windows).view(np.uint64)[:, 0]
