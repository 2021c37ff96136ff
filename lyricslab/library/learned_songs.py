"""The songs that a run learned from, to look up what a new song copies from them."""

from __future__ import annotations

from dataclasses import dataclass

from lyricslab.analysis.originality import Copy, Source
from lyricslab.library.corpora import load_corpus
from lyricslab.songs.song import Song
from lyricslab.store.cache import cached
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.wording import plural

MAX_KEPT = 8
"""How many corpora are kept in memory, indexed."""


@dataclass(frozen=True)
class LearnedSongs:
    """The songs of a run's corpus, indexed for copies."""

    songs: tuple[Song, ...]
    source: Source

    def longest_copy(self, text: str) -> Copy:
        """Return the longest passage of a text that stands in one of the songs."""
        return self.source.longest_copy(text)

    def title(self, copy: Copy) -> str:
        """Return the title of the song that a copy is from; "" if it has none, or none is."""
        return self.songs[copy.song].title if copy.song >= 0 else ""

    def say(self, copy: Copy) -> str:
        """Say which is the longest passage that a new song shares with those it learned from."""
        if not copy.chars:
            return "It shares nothing with the songs it learned from."
        title = self.title(copy)
        named = f" of “{title}”" if title else ""
        passage = " ".join(copy.text.split())
        return (
            f"The longest passage that is also in a song it learned from: “{passage}”"
            f"{named}, {plural(copy.chars, 'character')}."
        )


def learned_songs(store: Store, run: RunRow) -> LearnedSongs:
    """Return the songs that a run learned from.

    Raises:
        NotFoundError: if they are gone, or never were in this home.
        BrokenFileError: if their file is damaged.
    """

    def read() -> LearnedSongs:
        songs = load_corpus(store, run.corpus_id).songs
        return LearnedSongs(songs, Source([song.framed for song in songs]))

    return cached(store, "learned songs", run.corpus_id, read, limit=MAX_KEPT)
