"""The songs that a run learned from, to look up what a new song copies from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lyricslab.analysis.originality import LEAST_CHARS, Copy, Source
from lyricslab.config import SplitConfig
from lyricslab.errors import CorpusTooSmallError
from lyricslab.library.corpora import load_corpus
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.songs.split import split
from lyricslab.store.cache import cached
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.wording import plural

MAX_KEPT = 8
"""How many corpora are kept in memory, indexed."""
MAX_TOLD = 3
"""How many copied passages of a song are told."""
MAX_PASSAGE_CHARS = 100
"""How much of a passage is told."""
MAX_HELD_OUT = 30
"""How many held-out songs are compared with the others."""


@dataclass(frozen=True)
class LearnedSongs:
    """The songs of a run's corpus, indexed for copies."""

    corpus: Corpus
    source: Source

    @property
    def songs(self) -> tuple[Song, ...]:
        """The songs."""
        return self.corpus.songs

    @cached_property
    def shared_chars(self) -> int:
        """The longest passage that held-out songs of the corpus share with the others; 0 where
        there are too few songs.
        """
        try:
            parts = split(self.corpus, SplitConfig())
        except CorpusTooSmallError:
            return 0
        others = Source([song.framed for song in parts.train])
        return max(others.longest_copy(song.framed).chars for song in parts.test[:MAX_HELD_OUT])

    def longest_copy(self, text: str) -> Copy:
        """Return the longest passage of a text that stands in one of the songs."""
        return self.source.longest_copy(text)

    def title(self, copy: Copy) -> str:
        """Return the title of the song that a copy is from; "" without a title or a copy."""
        return self.songs[copy.song].title if copy.song >= 0 else ""

    def say(self, text: str) -> str:
        """Say which passages a new song shares with those it learned from, and whether that is
        much.
        """
        longest = self.longest_copy(text)
        if not longest.chars:
            return "It shares nothing with the songs it learned from."
        copies = sorted(self.source.copies(text), key=lambda copy: -copy.chars)
        told = [self._name(copy) for copy in copies[:MAX_TOLD] or [longest]]
        more = f", and {len(copies) - MAX_TOLD} more" if len(copies) > MAX_TOLD else ""
        is_one = (
            "The longest passage that is also in a song it learned from"
            if len(told) == 1
            else f"Passages of {LEAST_CHARS} characters or more that are also in songs it learned "
            "from"
        )
        said = f"{is_one}: {'; '.join(told)}{more}."
        if self.shared_chars:
            said += f" Those songs share up to {self.shared_chars} characters with each other."
        return said

    def _name(self, copy: Copy) -> str:
        title = self.title(copy)
        passage = " ".join(copy.text.split())
        if len(passage) > MAX_PASSAGE_CHARS:
            passage = passage[:MAX_PASSAGE_CHARS].rstrip() + " …"
        named = f" of “{title}”" if title else ""
        return f"“{passage}”{named}, {plural(copy.chars, 'character')}"


def learned_songs(store: Store, run: RunRow) -> LearnedSongs:
    """Return the songs that a run learned from.

    Raises:
        NotFoundError: if they are gone, or never were in this home.
        BrokenFileError: if their file is damaged.
    """

    def read() -> LearnedSongs:
        corpus = load_corpus(store, run.corpus_id)
        return LearnedSongs(corpus, Source([song.framed for song in corpus.songs]))

    return cached(store, "learned songs", run.corpus_id, read, limit=MAX_KEPT)
