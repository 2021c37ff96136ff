"""The passages that a text copies from the songs that its network read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lyricslab.songs.passage_index import PassageIndex, Passages, clean, codes_of
from lyricslab.songs.song import sung_lines

Array = np.ndarray

LEAST_CHARS = 20
"""Passages from this length on are reported; shorter ones may be shared by chance."""
_SHORT_CHARS = 8
"""What is looked up where no passage of LEAST_CHARS is shared."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A run of characters that a text shares with a song."""

    text: str
    song: int
    """The index of the first song that has it; -1 if nothing is shared."""
    start: int = 0
    """Where it begins in the text."""

    @property
    def chars(self) -> int:
        """The number of its characters."""
        return len(self.text)

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.text)


class Source:
    """Songs to search for copies, indexed once for many texts."""

    def __init__(self, songs: Sequence[str]) -> None:
        self.passages = Passages(songs)

    def longest_copy(self, text: str) -> Copy:
        """Return the longest passage of `text` that is in one of the songs, letter for letter.

        If several have that length, the first of them.
        """
        text = clean(text)
        for least in (LEAST_CHARS, _SHORT_CHARS):
            lengths = self._lengths(text, least)
            if lengths.any():
                end = int(lengths.argmax()) + 1
                return self._copy(text, end - int(lengths.max()), end)
        return self._shorter(text)

    def copies(self, text: str, least: int = LEAST_CHARS) -> list[Copy]:
        """Return the copied passages of `text`, in its order.

        The longest is found first, then the longest of what lies before and behind it, and so on.

        Args:
            least: the fewest characters of a passage, LEAST_CHARS or more.
        """
        text = clean(text)
        lengths = self._lengths(text, LEAST_CHARS)
        left, found = [(0, len(text))], []
        while left:
            start, end = left.pop()
            within = np.minimum(lengths[start:end], np.arange(1, end - start + 1))
            if not len(within) or (longest := int(within.max())) < least:
                continue
            last = start + int(within.argmax()) + 1
            found.append(self._copy(text, last - longest, last))
            left += [(start, last - longest), (last, end)]
        return sorted(found, key=lambda copy: copy.start)

    def share_of_lines_copied(self, text: str) -> float:
        """Return the share of a text's sung lines that are also lines of the songs, 0 to 1."""
        lines = [line.strip() for line in sung_lines(text)]
        return sum(line in self._lines for line in lines) / max(1, len(lines))

    @cached_property
    def _lines(self) -> frozenset[str]:
        return frozenset(
            line.strip() for line in self.passages.text.replace("\0", "\n").split("\n")
        )

    def _copy(self, text: str, start: int, end: int) -> Copy:
        passage = text[start:end]
        song = self.passages.song_at(self.passages.text.index(passage))
        return Copy(passage, song, start)

    def _lengths(self, text: str, least: int) -> Array:
        """Return the length of the longest copy that ends with each character, (N,).

        Args:
            least: 0 is returned for shorter ones.
        """
        codes, index = codes_of(text), self.passages.index(least)
        lengths = np.zeros(len(codes), np.int64)
        for end, longest in _longest_by_end(codes, self.passages.codes, index):
            lengths[end - 1] = longest
        return lengths

    def _shorter(self, text: str) -> Copy:
        """Return the longest copy of fewer than 8 characters."""
        codes, learned = codes_of(text), self.passages.codes
        shared, found = 0, Copy("", -1)
        none_from = min(len(text), _SHORT_CHARS - 1) + 1
        while none_from - shared > 1:
            length = (none_from + shared) // 2
            places = np.flatnonzero(_shared(_packed(codes, length), _packed(learned, length)))
            pieces = ((at, text[at : at + length]) for at in places.tolist())
            start = next((at for at, piece in pieces if piece in self.passages.text), None)
            if start is None:
                none_from = length
            else:
                shared, found = length, self._copy(text, start, start + length)
        return found


def _shared(few: Array, many: Array) -> Array:
    """Return whether each of a few numbers is among many, (F,) bool."""
    if not len(few):
        return np.zeros(0, bool)
    known = np.unique(few)
    found = np.zeros(len(known), bool)
    at = np.searchsorted(known, many).clip(max=len(known) - 1)
    found[at[known[at] == many]] = True
    shared: Array = found[np.searchsorted(known, few)]
    return shared


def _packed(codes: Array, length: int) -> Array:
    """Return the low bytes of each run of up to 8 characters as a number, (N - length + 1,)."""
    packed = np.zeros(max(0, len(codes) - length + 1), np.uint64)
    for at in range(length):
        packed <<= np.uint64(8)
        packed |= codes[at : at + len(packed)].astype(np.uint8)
    return packed


def _longest_by_end(codes: Array, learned: Array, index: PassageIndex) -> Iterator[tuple[int, int]]:
    """Yield (end, length) of the longest copy that ends at each place of a text, if there is one.

    A copy that ends in a song at some place is one longer than the copy before that place was, or
    just as long as the index's passages.
    """
    least = index.length
    offsets = np.arange(-least, 0)
    last, before, before_lengths = -1, _NOWHERE, _NOWHERE
    firsts, key_ends = index.ranges(codes)
    for start in np.flatnonzero(firsts < key_ends).tolist():
        end = start + least
        if last != end - 1:
            before, before_lengths = _NOWHERE, _NOWHERE
        ends = index.places(firsts[start], key_ends[start]) + least
        ends = ends[learned[ends - 1] == codes[end - 1]]
        lengths = _one_longer(ends - 1, before, before_lengths)
        new = np.flatnonzero(lengths == 0)
        same = (learned[ends[new, None] + offsets] == codes[start:end]).all(axis=1)
        lengths[new[same]] = least
        before, before_lengths, last = ends[lengths > 0], lengths[lengths > 0], end
        if len(before):
            yield end, int(before_lengths.max())


def _one_longer(places: Array, before: Array, lengths: Array) -> Array:
    """Return for each place one more than its length before, 0 where it had none, (P,).

    Args:
        before: the places that had a length, in order.
        lengths: theirs.
    """
    if not len(before):
        return np.zeros(len(places), np.int64)
    at = np.searchsorted(before, places).clip(max=len(before) - 1)
    longer: Array = np.where(before[at] == places, lengths[at] + 1, 0)
    return longer


_NOWHERE = np.zeros(0, np.int64)
