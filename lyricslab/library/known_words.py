"""The words that a network may write where only known ones are wanted."""

from __future__ import annotations

from functools import cache

from lyricslab.english.lexicon import listed_words
from lyricslab.errors import NotFoundError
from lyricslab.library.corpora import load_corpus
from lyricslab.model.decoding.word_mask import WordMask, spelled_words
from lyricslab.store.cache import cached
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store

MAX_KEPT = 8
"""How many corpora's words are kept in memory."""


@cache
def english_words() -> WordMask:
    """Return the words of the lexicon: what a base may write."""
    return WordMask(listed_words())


def words_of(store: Store, run: RunRow) -> WordMask:
    """Return the words of the lexicon and of the songs that a run learned from.

    Where its songs are gone, as with a run from another computer, those of the lexicon.
    """

    def read() -> WordMask:
        try:
            songs = load_corpus(store, run.corpus_id).songs
        except NotFoundError:
            return english_words()
        return WordMask(listed_words(), spelled_words([song.framed for song in songs]))

    return cached(store, "known words", run.corpus_id, read, limit=MAX_KEPT)
