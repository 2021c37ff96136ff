"""Which words rhyme, how well, and the rhyme scheme of lines.

How well two words rhyme is a strength, 0 to 1. They rhyme perfectly, 1, if they sound alike from
the last stressed vowel on and differ before it; a word that sounds the same is no rhyme. Below that
are near rhymes: the same vowel with related consonants ("time", "mine"), the same vowel alone
("road", "hope"), the same consonants alone ("moon", "mine").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from string import ascii_letters

from lyricslab.english.lexicon import rows
from lyricslab.english.rhyme_strength import (
    CONSONANCE,
    NEAR,
    PERFECT,
    PROMOTED,
    part_strength,
    vowels_alike,
)
from lyricslab.english.spoken_words import spoken_words
from lyricslab.english.word_ending import WordEnding, rhyme_part, rhyming_vowels, word_endings

NO_RHYME = "-"
"""Stands in a rhyme scheme for a line without words."""
_CACHED = 100_000


def rhymes(a: str, b: str, strictness: float = PERFECT) -> bool:
    """Return whether the last words of two words or lines rhyme.

    Args:
        strictness: the least strength, 0 to 1: `PERFECT`, `NEAR`, `ASSONANCE`, `CONSONANCE`.
    """
    return rhyme_strength(last_word(a), last_word(b)) >= strictness


@lru_cache(_CACHED)
def rhyme_strength(a: str, b: str) -> float:
    """Return how well two words rhyme, 0 to 1; 0 if they sound the same."""
    if _bare(a) == _bare(b):
        return 0.0
    pairs = ((one, other) for one in word_endings(a) for other in word_endings(b))
    return max((_strength(one, other) for one, other in pairs), default=0.0)


@lru_cache(1000)
def rhyme_class(word: str, strictness: float = PERFECT) -> tuple[str, ...]:
    """Return the words of the lexicon that rhyme with a word, the most frequent first.

    Args:
        word: the last word of a line, known or not.
        strictness: as for `rhymes`; lower ones take longer, up to some tenths of a second.
    """
    index = _index()
    places: set[int] = set()
    for ending in word_endings(word):
        for alike in index.alike(ending, strictness):
            places.update(alike)
    candidates = (index.words[place] for place in sorted(places))
    return tuple(other for other in candidates if rhyme_strength(word, other) >= strictness)


def rhyme_scheme(lines: Sequence[str], strictness: float = NEAR) -> str:
    """Return a letter for each line, "ABAB": lines with one letter rhyme or end in the same word.

    A line without words has a "-"; after Z follow small letters, which begin again after z.
    """
    heard: list[tuple[str, str]] = []
    scheme, used = "", 0
    for line in lines:
        word = last_word(line)
        letter = (
            NO_RHYME
            if not word
            else next(
                (
                    letter
                    for other, letter in reversed(heard)
                    if _end_alike(word, other, strictness)
                ),
                "",
            )
        )
        if not letter:
            letter = _LETTERS[used % len(_LETTERS)]
            used += 1
        if word:
            heard.append((word, letter))
        scheme += letter
    return scheme


def last_word(line: str) -> str:
    """Return the last word of a line as it is spoken; "" without one."""
    words = spoken_words(line)
    return words[-1] if words else ""


_LETTERS = ascii_letters[26:] + ascii_letters[:26]


def _end_alike(a: str, b: str, strictness: float) -> bool:
    same = any(_identical(one, other) for one in word_endings(a) for other in word_endings(b))
    return same or _bare(a) == _bare(b) or rhyme_strength(a, b) >= strictness


def _bare(word: str) -> str:
    return word.lower().strip("'")


def _identical(one: WordEnding, other: WordEnding) -> bool:
    """Whether two endings sound the same, the consonants before the vowel included."""
    return one.part == other.part and one.onset == other.onset != "?"


def _strength(one: WordEnding, other: WordEnding) -> float:
    if one.promoted or other.promoted:
        return PROMOTED * part_strength(one.part, other.part)
    return 0.0 if _identical(one, other) else part_strength(one.part, other.part)


Places = dict[str, dict[str, list[int]]]
"""By a rhyme part's first vowel and the part: the places in the lexicon of the words with it."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Where to find the words that end alike."""

    words: list[str]
    """By frequency."""
    stressed: Places
    promoted: Places
    """Unstressed last syllables."""

    def alike(self, ending: WordEnding, strictness: float) -> Iterator[list[int]]:
        """Yield the places of the words with each rhyme part that is alike enough."""
        for places, promoted in ((self.stressed, False), (self.promoted, True)):
            worth = PROMOTED if promoted or ending.promoted else PERFECT
            for vowel, parts in places.items():
                if vowels_alike(vowel, _vowel(ending.part)) * worth >= strictness or (
                    strictness <= CONSONANCE
                ):
                    for part, found in parts.items():
                        if part_strength(ending.part, part) * worth >= strictness:
                            yield found


def _vowel(part: str) -> str:
    return part.partition(" ")[0]


@cache
def _index() -> _Index:
    """Return the index of the whole lexicon; the first time it takes some tenths of a second."""
    words: list[str] = []
    stressed: Places = defaultdict(lambda: defaultdict(list))
    promoted: Places = defaultdict(lambda: defaultdict(list))
    places_of: dict[tuple[str, bool], list[int]] = {}
    """By the sounds before they are simplified: most words end in sounds that came before."""
    for place, (word, said) in enumerate(rows()):
        words.append(word)
        for sounds in said:
            for start, is_promoted in rhyming_vowels(sounds):
                key = sounds[start:], is_promoted
                places = places_of.get(key)
                if places is None:
                    part = rhyme_part(key[0])
                    places = (promoted if is_promoted else stressed)[_vowel(part)][part]
                    places_of[key] = places
                places.append(place)
    return _Index(words, stressed, promoted)
