"""Which characters lead to a word that is known."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from string import digits as DIGITS

import numpy as np

from lyricslab.config import VOCAB_SIZE
from lyricslab.songs.vocab import END, PRINTABLE

Array = np.ndarray

APOSTROPHE = "'"
ONE_LETTER_WORDS = frozenset("aio")
CLITICS = ("s", "d", "ll", "ve", "re", "m")
"""What may follow any word and an apostrophe; "n't" is part of its words."""
ORDINALS = ("st", "nd", "rd", "th", "s")
"""What may follow a number."""
MAX_ROWS = 100_000
"""How many rows are kept in memory, one for each beginning of a word met so far."""

LETTERS = np.array([chr(code).isalpha() for code in range(VOCAB_SIZE)])
WORD_CHARS = LETTERS | (np.arange(VOCAB_SIZE) == ord(APOSTROPHE))
MAY_END = (PRINTABLE | (np.arange(VOCAB_SIZE) == END)) & ~WORD_CHARS
"""The codes that are not in words, (V,)."""
AFTER_WORD: Array = MAY_END & ~np.array([chr(code) in DIGITS for code in range(VOCAB_SIZE)])
ANY: Array = PRINTABLE | (np.arange(VOCAB_SIZE) == END)
NO_END: Array = ANY & ~MAY_END


class WordMask:
    """Known words, and for each beginning of one the characters that may follow.

    Case is kept natural: a word is in lower case, in capitals, or begins with one; words that are
    spelled otherwise in `spelled`, such as "McCoy", may be spelled so. A beginning that leads to
    no known word, as a person may type it, is free until it ends.
    """

    def __init__(self, known: Iterable[str], spelled: Iterable[str] = ()) -> None:
        """Take words in lower case, and words as a person's songs spell them."""
        spelled = frozenset(spelled)
        own = {word.lower() for word in spelled}
        listed = {word for word in known if len(word) > 1 or word in ONE_LETTER_WORDS}
        dropped = {word[:-1] for word in listed | own if word.endswith("ing") and len(word) > 4}
        self._words = sorted(listed | own | dropped)  # "lovin'" is "lovin" and an apostrophe
        self._known = frozenset(self._words)
        odd = {word for word in spelled if not _has_natural_case(word)}
        self._odd, self._odd_known = sorted(odd), frozenset(odd)
        self._rows: dict[str, Array] = {}

    def row(self, begun: str, banned: Collection[str] = ()) -> Array:
        """Return which codes may follow the beginning of a word, (V,) bool.

        Args:
            begun: the letters, apostrophes and digits since the last other character.
            banned: words in lower case that must not be written here.
        """
        begun = begun.lstrip(APOSTROPHE)
        lower = begun.lower()
        if any(word.startswith(lower) for word in banned):
            return self._find_row(begun, frozenset(banned))
        row = self._rows.get(begun)
        if row is None:
            if len(self._rows) >= MAX_ROWS:
                self._rows.clear()
            row = self._rows[begun] = self._find_row(begun, frozenset())
        return row

    def knows(self, word: str) -> bool:
        """Return whether a word, in lower case, is known; "dog's" is if "dog" is."""
        word = word.strip(APOSTROPHE)
        stem, _, clitic = word.rpartition(APOSTROPHE)
        return word in self._known or (stem in self._known and clitic in CLITICS)

    def _find_row(self, begun: str, banned: frozenset[str]) -> Array:
        if any(map(str.isdigit, begun)):
            return _row_of_number(begun)
        lower = begun.lower()
        row = np.zeros(VOCAB_SIZE, bool)
        for char in self._next_chars(lower, banned):
            row[_codes(char, begun)] = True
        for char in _following(self._odd, begun):
            row[ord(char)] = True
        stays = lower.strip(APOSTROPHE) in banned
        ends = not begun or self.knows(lower) or begun in self._odd_known
        if ends and not stays:
            row |= AFTER_WORD if begun else MAY_END
            row[ord(APOSTROPHE)] = not begun.endswith(APOSTROPHE)
        if row.any():
            return row
        return NO_END if stays else ANY

    def _next_chars(self, lower: str, banned: frozenset[str]) -> Iterator[str]:
        """Yield the characters after which a known word that is not banned can still be written."""
        for char in _following(self._words, lower):
            longer = lower + char
            if not any(word.startswith(longer) for word in banned):
                yield char
                continue
            first, end = _range(self._words, longer)
            if any(word not in banned for word in self._words[first:end]):
                yield char
        stem, apostrophe, clitic = lower.rpartition(APOSTROPHE)
        if apostrophe and stem in self._known:
            for ending in CLITICS:
                if ending.startswith(clitic) and len(ending) > len(clitic):
                    yield ending[len(clitic)]


def _row_of_number(begun: str) -> Array:
    """Return which codes may follow a number, or the letters after it, (V,) bool."""
    written = begun.lower().lstrip(APOSTROPHE + DIGITS)
    row = AFTER_WORD.copy() if written else MAY_END.copy()
    if written and written not in ORDINALS:
        row[:] = False
    for ending in ORDINALS:
        if ending.startswith(written) and len(ending) > len(written):
            row[ord(ending[len(written)])] = True
    return row if row.any() else ANY


def _range(words: list[str], begun: str) -> tuple[int, int]:
    """Return where the words with this beginning start and end in a sorted list."""
    return bisect_left(words, begun), bisect_left(words, begun + chr(VOCAB_SIZE))


def _following(words: list[str], begun: str) -> Iterator[str]:
    """Yield each character that follows a beginning in a sorted list of words."""
    at, end = _range(words, begun)
    if at < end and words[at] == begun:
        at += 1
    while at < end:
        char = words[at][len(begun)]
        yield char
        at = bisect_left(words, begun + chr(ord(char) + 1), at, end)


def _codes(char: str, begun: str) -> list[int]:
    """Return the codes of a lower-case character that fit the case of a word so far."""
    letters = [letter for letter in begun if letter.isalpha()]
    if not letters or (len(letters) == 1 and letters[0].isupper()):
        return [ord(char), ord(char.upper())]
    return [ord(char.upper() if all(map(str.isupper, letters)) else char)]


def _has_natural_case(word: str) -> bool:
    return word in (word.lower(), word.upper(), word[:1].upper() + word[1:].lower())


def spelled_words(songs: Iterable[str]) -> frozenset[str]:
    """Return the words of songs as they are spelled, without the apostrophes around them."""
    words: set[str] = set()
    for song in songs:
        plain = "".join(char if char.isalpha() or char == APOSTROPHE else " " for char in song)
        words.update(word.strip(APOSTROPHE) for word in plain.split())
    return frozenset(word for word in chain(words) if word.isascii() and word)
