"""What a writer knows: words, and the songs that its network learned from."""

from __future__ import annotations

from dataclasses import dataclass

from lyricslab.model.decoding.copy_guard import CopyGuard
from lyricslab.model.decoding.word_mask import WordMask
from lyricslab.songs.passage_index import Passages

NO_WORDS = WordMask(())
"""A mask without words: it forbids only what the loop guard does."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the parts of a `DecodingConfig` look up."""

    words: WordMask = NO_WORDS
    """For `known_words`."""
    songs: Passages | None = None
    """The songs learned from, as they are framed, for `max_copy_chars`; None where they are not
    known, as for a base."""

    def copy_guard(self, max_chars: int) -> CopyGuard | None:
        """Return the guard against longer copies; None for 0, and where no songs are known."""
        return CopyGuard(self.songs, max_chars) if max_chars and self.songs is not None else None


NOTHING = Knowledge()
