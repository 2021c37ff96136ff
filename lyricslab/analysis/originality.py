"""What a text has word for word from the songs that its network read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

_BETWEEN = "\0"
"""Stands between two songs, and in no text: what runs over the end of a song is no copy of it."""
_SEED_CHARS = 8
"""So many characters are one number of 64 bits, and quickly looked up."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The longest run of characters that a text shares with a song."""

    text: str
    song: int
    """The number of the first song that has it; -1 where nothing is shared."""

    @property
    def chars(self) -> int:
        """How many characters it has."""
        return len(self.text)


class Source:
    """Songs in which copies are looked for, made ready once for many texts."""

    def __init__(self, songs: Sequence[str]) -> None:
        self._all = _BETWEEN.join(song.replace(_BETWEEN, "\n") for song in songs)
        self._seeds = np.unique(_packed(self._all))

    def longest_copy(self, text: str) -> Copy:
        """The longest piece of `text` that stands letter for letter in one of the songs.

        Of several of that length, one.
        """
        text = text.replace(_BETWEEN, "\n")
        found = ""
        for start, end in sorted(self._candidates(text), key=lambda ends: ends[0] - ends[1]):
            found = self._longer(text[start:end], found)
        found = found or self._short(text)
        song = self._all.count(_BETWEEN, 0, self._all.index(found)) if found else -1
        return Copy(found, song)

    def _candidates(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a copy may lie: stretches of which every few characters stand in the songs."""
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
        """The longest copy in a stretch of the text, where it is longer than what was found."""
        length = len(found)
        for at in range(len(stretch)):
            while at + length < len(stretch) and stretch[at : at + length + 1] in self._all:
                length += 1
                found = stretch[at : at + length]
        return found

    def _short(self, text: str) -> str:
        """The longest copy of a text that has none of as many characters as are looked up."""
        for length in range(min(len(text), _SEED_CHARS - 1), 0, -1):
            for piece in dict.fromkeys(
                text[at : at + length] for at in range(len(text) - length + 1)
            ):
                if piece in self._all:
                    return piece
        return ""


def _packed(text: str) -> np.ndarray:
    """Each run of eight characters as a number, in order, (N - 7,) uint64."""
    codes = np.frombuffer(text.encode("ascii", "replace"), np.uint8)
    if len(codes) < _SEED_CHARS:
        return np.zeros(0, np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(codes, _SEED_CHARS)
    return np.ascontiguousarray(windows).view(np.uint64)[:, 0]
