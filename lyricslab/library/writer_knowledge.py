"""What a writer of the library knows: words, and the songs that its network learned from."""

from __future__ import annotations

from functools import cache

from lyricslab.english.lexicon import listed_words
from lyricslab.errors import NotFoundError
from lyricslab.library.learned_songs import learned_songs
from lyricslab.model.decoding.knowledge import Knowledge
from lyricslab.model.decoding.word_mask import WordMask, spelled_words
from lyricslab.store.cache import cached
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store

MAX_KEPT = 8
"""For how many corpora it is kept in memory."""


@cache
def knowledge_of_bases() -> Knowledge:
    """Return what a base knows: the words of the lexicon."""
    return Knowledge(WordMask(listed_words()))


def knowledge_of(store: Store, run: RunRow) -> Knowledge:
    """Return what a run knows: the words of the lexicon and of its songs, and these songs.

    Where its songs are gone, as with a run from another computer, it is what a base knows.
    """

    def read() -> Knowledge:
        try:
            learned = learned_songs(store, run)
        except NotFoundError:
            return knowledge_of_bases()
        own = spelled_words([song.framed for song in learned.songs])
        return Knowledge(WordMask(listed_words(), own), learned.source.passages)

    return cached(store, "knowledge", run.corpus_id, read, limit=MAX_KEPT)
