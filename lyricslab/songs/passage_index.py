"""Where every passage of some characters stands in songs, to look up copies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Array = np.ndarray

_BETWEEN = "\0"
"""Separates songs, and is in no text, so that no passage runs over the end of a song."""
_EIGHT = 8
"""Eight characters are one number of 64 bits."""
MAX_LENGTH = 3 * _EIGHT
_MIX = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_SHIFT = np.uint64(29)


class Passages:
    """The characters of songs one after the other, as text and as codes."""

    def __init__(self, songs: Sequence[str]) -> None:
        self.text = "".join(clean(song) + _BETWEEN for song in songs)
        self.codes = codes_of(self.text)
        """(N,)."""
        self._indexes: dict[int, PassageIndex] = {}

    def index(self, length: int) -> PassageIndex:
        """Return where every passage of this many characters stands, found out once.

        Args:
            length: 8 to MAX_LENGTH.
        """
        found = self._indexes.get(length)
        if found is None:
            found = self._indexes[length] = PassageIndex(self.codes, length)
        return found

    def song_at(self, place: int) -> int:
        """Return the number of the song that a place is in."""
        return self.text.count(_BETWEEN, 0, place)


class PassageIndex:
    """The places of every passage of `length` characters, sorted by a number made from it.

    A number and its place are one key of 64 bits, so that songs of 5 MB take 40 MB and are sorted
    in a fraction of a second. Two passages may have the same number: whoever asks compares.
    """

    def __init__(self, codes: Array, length: int) -> None:
        self.length = length
        self._bits = np.uint64(max(1, len(codes).bit_length()))
        numbers = _numbers(codes, length) >> self._bits << self._bits
        self._keys = np.sort(numbers | np.arange(len(numbers), dtype=np.uint64))
        self._place = (np.uint64(1) << self._bits) - np.uint64(1)

    def ranges(self, codes: Array) -> tuple[Array, Array]:
        """Return for each passage of a text the first and the end of its keys, two of (N,).

        Args:
            codes: the text's, of which the passages are all that have this index's length.
        """
        numbers = _numbers(codes, self.length) >> self._bits << self._bits
        first = np.searchsorted(self._keys, numbers)
        return first, np.searchsorted(self._keys, numbers | self._place, side="right")

    def places(self, first: int, end: int) -> Array:
        """Return the places of a range of keys, where its passages begin, in order, (P,)."""
        found: Array = (self._keys[first:end] & self._place).astype(np.int64)
        return found


def clean(text: str) -> str:
    """Return a text without the character that separates songs."""
    return text.replace(_BETWEEN, "\n")


def codes_of(text: str) -> Array:
    """Return a number for each character, alike only for the same one, (N,)."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _numbers(codes: Array, length: int) -> Array:
    """Return a number for each passage of `length` characters, in order, (N - length + 1,)."""
    if len(codes) < length:
        return np.zeros(0, np.uint64)
    narrow = np.ascontiguousarray(codes.astype(np.uint8))
    windows = np.lib.stride_tricks.sliding_window_view(narrow, _EIGHT)
    eights = np.ascontiguousarray(windows).view(np.uint64)[:, 0]
    count, last = len(codes) - length + 1, length - _EIGHT
    mixed = np.zeros(count, np.uint64)
    for odd, at in zip(_MIX, (0, last // 2, last), strict=True):
        mixed ^= eights[at : at + count]
        mixed *= odd
        mixed ^= mixed >> _SHIFT
    return mixed
