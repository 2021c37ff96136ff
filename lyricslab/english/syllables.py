"""How many syllables words and lines have, and which of them are stressed."""

from __future__ import annotations

import re
from functools import lru_cache

from lyricslab.english.pronunciation import pronunciations, vowels
from lyricslab.english.spoken_words import spoken_words

_CACHED = 100_000

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_ENDING = re.compile(
    r"(?:(?<![td])(?<![^aeiouylr][lr])ed|(?<![sczgx])(?<!ch|sh)(?<![^aeiouylr][lr])es"
    r"|(?<![^aeiouylr][lr])e)$"
)
"""Letters that are written at the end of a word, and not spoken: lov(ed), dream(es), hom(e)."""
_SILENT_E = re.compile(r"(?<=[^aeiouy])(?<![^aeiouylr][lr])e(?=(?:ly|ness|less|ful|ment|some)s?$)")
"""The e in lone-ly and shame-less."""
_TWO_VOWELS = re.compile(
    r"(?<![tscgxq])i(?:a|o|um|us)|(?<=[^aeiou])i(?:er|est)$|[aeiou]ing$"
    r"|(?<=[^gq])u(?:al|ous|ate)|(?<!g)eo(?!u|us|pl)|(?<!^)y[ei][rt]?|(?<=[^aeiou])oi[nc]g"
)
"""Neighbouring vowels that are spoken one after the other: di-ary, see-ing, cru-el."""
_LAST_ONE = re.compile(r"(?:sm|thm)s?$")
"""Endings with a syllable, but without a letter for it: rhyth-m."""


@lru_cache(_CACHED)
def syllables(word: str) -> int:
    """Return the number of syllables of a word as it is usually sung; 0 without letter or number.

    "'cause" has 1, "lovin'" 2, "la-la-la" 3, "1969" 5. An unknown word is counted by its letters.
    """
    return sum(len(_stress(part)) for part in spoken_words(word))


@lru_cache(_CACHED)
def stress(word: str) -> str:
    """Return the stress of each syllable of a word: 1 main, 2 lighter, 0 none.

    "tomorrow" is 010 and "midnight" 12. Of an unknown word it is a guess.
    """
    return "".join(map(_stress, spoken_words(word)))


def line_syllables(line: str) -> int:
    """Return the number of syllables of a line."""
    return sum(map(syllables, spoken_words(line)))


@lru_cache(_CACHED)
def _stress(word: str) -> str:
    said = pronunciations(word)
    if said:
        return vowels(said[0]) or "1"  # "shh"
    return _guessed_stress(syllables_by_letters(word))


def _guessed_stress(count: int) -> str:
    """Return the stress of most English words of a number of syllables: the last but two."""
    main = max(0, count - 3)
    return "".join("1" if k == main else "0" for k in range(count))


def syllables_by_letters(word: str) -> int:
    """Return the number of syllables of a word by its spelling alone, at least 1."""
    letters = word.lower().replace("'", "")
    spoken = _SILENT_ENDING.sub("", _SILENT_E.sub("", letters))
    groups = len(_VOWELS.findall(spoken)) or len(_VOWELS.findall(letters))
    return max(1, groups + len(_TWO_VOWELS.findall(spoken)) + len(_LAST_ONE.findall(letters)))
