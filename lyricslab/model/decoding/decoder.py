"""Draw characters one by one, with every part of a `DecodingConfig` that is on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np

from lyricslab.config import MAX_COPY_CHARS, VOCAB_SIZE, SampleConfig
from lyricslab.model.decoding import endings
from lyricslab.model.decoding.knowledge import NO_WORDS, NOTHING, Knowledge
from lyricslab.model.decoding.loop_guard import LoopGuard
from lyricslab.model.decoding.truncation import min_p, top_k, top_p
from lyricslab.model.decoding.word_mask import ANY, APOSTROPHE, LETTERS
from lyricslab.songs.vocab import END, PRINTABLE

Array = np.ndarray

MAX_SIGNS = 8
"""The most characters in a row that are neither letters nor digits."""
WORDS_ONLY: Array = ANY & (LETTERS | (np.arange(VOCAB_SIZE) == END))


@dataclass(slots=True)
class SongSoFar:
    """What the parts need to know of a song that is being written."""

    chars: int = 0
    lines: int = 0
    """Those that are finished and not blank."""
    signs: int = 0
    """The characters since the last letter or digit."""
    word: str = ""
    """The letters, apostrophes and digits since the last other character."""
    opened: str = ""
    """The brackets and quotation marks that are open."""
    last: str = ""
    """The last character."""
    tail: str = ""
    """The last MAX_COPY_CHARS characters."""
    no_copy_until: int = 0
    """Before it has this many characters no copy that is too long can end in it."""
    copied_words: tuple[str, ...] = ()
    """With which a copy would become too long, if the word that is begun is one of them."""
    guard: LoopGuard = field(default_factory=LoopGuard)

    def copied(self) -> SongSoFar:
        """Return a copy, to go on with alone."""
        return copy(self)

    def add(self, text: str) -> None:
        """Add what was written."""
        for char in text:
            self.signs = 0 if char.isalnum() else self.signs + 1
            if char.isalnum() or char == APOSTROPHE:
                self.word += char
            else:
                self._end_word(char)
            self.chars += 1
            self.last = char
        self.tail = (self.tail + text)[-MAX_COPY_CHARS:]

    def _end_word(self, char: str) -> None:
        if word := self.word.strip(APOSTROPHE):
            self.guard = self.guard.after(word.lower())
        self.word = ""
        self.opened = endings.opened_by(self.opened, char)
        self.lines += char == "\n" and self.last not in ("", "\n")


class Decoder:
    """The distribution that a song's next character is drawn from.

    In this order: the copy guard, words that are not known, and the loop guard; temperature;
    endings; top-k, top-p, min-p.
    """

    def __init__(self, config: SampleConfig, known: Knowledge = NOTHING) -> None:
        self.config = config
        self._known = known.words
        self.copy_guard = known.copy_guard(config.decoding.max_copy_chars)
        """None where copies may be of any length."""
        strict = config.decoding.known_words
        self._unknown = math.log1p(-strict) if strict < 1 else -math.inf
        """What is added to the score of a code that leads to no known word."""

    def shares(self, scores: Array, songs: Sequence[SongSoFar]) -> Array:
        """Return the chance of every code for B songs, up to a factor, (B, V) float64.

        Args:
            scores: the network's, (B, V).
        """
        parts = self.config.decoding
        scores = self._without_words(scores.astype(np.float64), songs)
        scores -= scores.max(axis=1, keepdims=True)
        if self.config.temperature:
            shares = np.exp(scores / self.config.temperature)
        else:
            shares = np.where(np.arange(VOCAB_SIZE) == scores.argmax(axis=1)[:, None], 1.0, 0.0)
        if parts.endings:
            before = shares.copy()
            self._end(shares, songs)
            for b, song in enumerate(songs):
                self.refuse_copies(shares[b], song, before[b])
        if parts.top_k:
            shares = top_k(shares, parts.top_k)
        if parts.top_p < 1:
            shares = top_p(shares, parts.top_p)
        if parts.min_p:
            shares = min_p(shares, parts.min_p)
        return shares

    def refuse_copies(self, shares: Array, song: SongSoFar, before: Array) -> None:
        """Set to 0 what would make a copy that is too long, after shares were moved, in place.

        Args:
            shares, before: the chance of each code, and what it was before, (V,) each: where
                nothing else is left, it is as it was, and if that was a copy, any letter may come.
        """
        banned = () if self.copy_guard is None else self.copy_guard.banned(song)
        if len(banned):
            shares[banned] = 0.0
            for other in (before, PRINTABLE):
                if not shares.any():
                    shares[:] = other
                    shares[banned] = 0.0

    def draw(self, scores: Array, songs: Sequence[SongSoFar], chances: Array) -> Array:
        """Return a code for each of B songs, (B,) uint8.

        Args:
            chances: uniform in [0, 1), (B,).
        """
        return self.pick(self.shares(scores, songs), chances)

    @staticmethod
    def pick(shares: Array, chances: Array) -> Array:
        """Return a code for each of B songs by the chance of every code, (B, V) to (B,) uint8."""
        below = np.cumsum(shares, axis=1)
        codes: Array = (below <= chances[:, None] * below[:, -1:]).sum(axis=1, dtype=np.uint8)
        return codes

    def _without_words(self, scores: Array, songs: Sequence[SongSoFar]) -> Array:
        """Lower the scores of codes that lead to no known word, to a loop, or to a copy."""
        parts = self.config.decoding
        original = scores
        banned = [self._banned_words(song) for song in songs]
        if parts.known_words:
            known = [
                self._known.row(song.word, words) for song, words in zip(songs, banned, strict=True)
            ]
            scores = np.where(np.stack(known), scores, scores + self._unknown)
        free = [self._free_row(song, words) for song, words in zip(songs, banned, strict=True)]
        allowed: Array = np.where(np.stack(free), scores, -np.inf)
        if self.copy_guard is not None:
            for b, song in enumerate(songs):
                copied = self.copy_guard.banned(song)
                allowed[b, copied] = -np.inf
                if not np.isfinite(allowed[b]).any():  # a word with but one end: then any other
                    allowed[b] = np.where(ANY, original[b], -np.inf)
                    allowed[b, copied] = -np.inf
        return allowed

    def _banned_words(self, song: SongSoFar) -> tuple[str, ...]:
        """Return the words, in lower case, that must not come next."""
        parts = self.config.decoding
        if self.copy_guard is not None and parts.known_words and not song.word:
            song.copied_words = self.copy_guard.words(song)
        return song.copied_words + (song.guard.banned if parts.loop_guard else ())

    def _free_row(self, song: SongSoFar, banned: Sequence[str]) -> Array:
        """Return what may be drawn if every word is known, (V,) bool."""
        if self.config.decoding.loop_guard and song.signs >= MAX_SIGNS:
            return WORDS_ONLY
        row: Array = NO_WORDS.row(song.word, banned) if banned else ANY
        return row

    def _end(self, shares: Array, songs: Sequence[SongSoFar]) -> None:
        """Close brackets, and end songs near the asked length, in place."""
        length = self.config.length_chars
        for b, song in enumerate(songs):
            endings.end_song(shares[b], song.chars, song.lines, length, song.last)
            endings.close_brackets(shares[b], song.opened)
