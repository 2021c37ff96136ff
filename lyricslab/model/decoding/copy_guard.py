"""A guard against copies: long passages of the songs that a network learned from are forbidden."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from lyricslab.config import MIN_COPY_CHARS
from lyricslab.songs.passage_index import Passages, codes_of

if TYPE_CHECKING:
    from lyricslab.model.decoding.decoder import SongSoFar

Array = np.ndarray


class CopyGuard:
    """Says which characters would make a passage that is too long and stands in a learned song.

    A passage is a copy if it is the same letter for letter, newlines included. Songs are looked up
    by their passages of MIN_COPY_CHARS. If the last of these is in no song, no copy that is too
    long can end for a while, so songs are seldom looked up.
    """

    def __init__(self, learned: Passages, max_chars: int) -> None:
        """Take songs, and the most characters of a copy, MIN_COPY_CHARS to MAX_COPY_CHARS."""
        self._text, self._codes = learned.text, learned.codes
        self._index = learned.index(MIN_COPY_CHARS)
        self.max_chars = max_chars

    def banned(self, song: SongSoFar) -> Array:
        """Return the codes that must not come next, (N,); `song` keeps what was looked up."""
        if song.chars < max(self.max_chars, song.no_copy_until):
            return _NONE
        places = self._places(song.tail[-self.max_chars :])
        if places is None:
            song.no_copy_until = song.chars + 1 + self.max_chars - MIN_COPY_CHARS
            return _NONE
        found: Array = np.unique(self._codes[places])
        return found[found > 0]  # after a song's end anything may come

    def words(self, song: SongSoFar) -> tuple[str, ...]:
        """Return the words, in lower case, that must not come next: within one of them, or with it,
        the copy would become too long, and a known word may have but one end.
        """
        passage = codes_of(song.tail[-self.max_chars :])
        if len(passage) < MIN_COPY_CHARS:
            return ()
        (first,), (end,) = self._index.ranges(passage[-MIN_COPY_CHARS:])
        ends = self._index.places(first, end) + MIN_COPY_CHARS
        # Before the first song stands, by its index, the 0 after the last.
        same = self._codes[ends[:, None] - np.arange(1, len(passage) + 1)] == passage[::-1]
        lengths = np.logical_and.accumulate(same, axis=1).sum(axis=1)
        found = set()
        for place, length in zip(ends.tolist(), lengths.tolist(), strict=True):
            word = _WORD.match(self._text, place)
            if word and length >= MIN_COPY_CHARS and length + len(word[0]) > self.max_chars:
                found.add(word[0].strip("'").lower())
        return tuple(found)

    def copies(self, song: SongSoFar, text: str) -> bool:
        """Return whether a text after a song would make a copy that is too long."""
        after = song.copied()
        for char in text:
            if ord(char) in self.banned(after):
                return True
            after.add(char)
        return False

    def _places(self, passage: str) -> Array | None:
        """Return the places after each occurrence of a passage; None if its end is nowhere."""
        codes = codes_of(passage)
        (first,), (end,) = self._index.ranges(codes[-MIN_COPY_CHARS:])
        if first == end:
            return None
        ends = self._index.places(first, end) + MIN_COPY_CHARS
        ends = ends[ends >= len(codes)]
        same = self._codes[ends[:, None] + np.arange(-len(codes), 0)] == codes
        found: Array = ends[same.all(axis=1)]
        return found


_WORD = re.compile("[A-Za-z']+")
_NONE = np.zeros(0, np.uint8)
