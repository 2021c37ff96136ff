"""How a word ends for the ear: its rhyme part, from the last stressed vowel on."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import cache, lru_cache
from typing import NamedTuple

from lyricslab.english.lexicon import frequent_rows
from lyricslab.english.pronunciation import pronunciations

_CACHED = 100_000
_MIN_LETTERS, _MAX_LETTERS = 2, 20
"""How many last letters tell how an unknown word ends."""

_ONSETS = frozenset(
    """
    P|T|K|B|D|G|F|V|TH|DH|S|Z|SH|ZH|HH|CH|JH|M|N|L|R|W|Y|P L|P R|P Y|T R|T W|K L|K R|K W|K Y|B L|B R
    B Y|D R|D W|G L|G R|G W|F L|F R|F Y|V Y|TH R|TH W|SH R|S P|S T|S K|S M|S N|S L|S W|S F|M Y|HH Y
    HH W|S P L|S P R|S P Y|S T R|S K R|S K W|S K Y
    """.replace("\n", "|")
    .replace("    ", "")
    .strip("|")
    .split("|")
)
"""Consonants that English words begin with."""

_SAME_SOUND = (
    ("IH0", "AH0"),  # wanted, rabbit, abbot: weak vowels are one
    ("0", ""),
    ("1", ""),
    ("2", ""),
    (" IY R ", " IH R "),  # hear, here
    (" AY R ", " AY ER "),  # fire, higher
    (" AW R ", " AW ER "),  # our, power
    *((f" AO {after} ", f" AA {after} ") for after in ("G", "NG", "N", "F", "S", "TH")),
)
"""Sounds that most voices sing alike: dog, fog; gone, on."""


class WordEnding(NamedTuple):
    """The end of a word from the vowel that carries the rhyme."""

    part: str
    """The rhyme part in ARPAbet without stress: "AY T" of "tonight"."""
    onset: str
    """The consonants that begin its first syllable; "?" if they are unknown."""
    promoted: bool = False
    """Whether its vowel is an unstressed last one, which a beat may stress: "memory"."""


@lru_cache(_CACHED)
def word_endings(word: str) -> tuple[WordEnding, ...]:
    """Return how a word may end for the ear, the usual way first; () without letters.

    An unknown word sounds at its end like the known words that share most of its last letters.
    """
    said = pronunciations(word)
    if said:
        found = [ending for sounds in said for ending in endings_of(sounds)]
    else:
        found = [WordEnding(part, "?") for part in _heard_in_spelling(word.lower().strip("'"))]
    return tuple(dict.fromkeys(found))


def endings_of(sounds: str) -> list[WordEnding]:
    """Return how a pronunciation may end for the ear, its last stress first."""
    return [
        WordEnding(rhyme_part(sounds[start:]), onset(sounds[:start]), promoted)
        for start, promoted in rhyming_vowels(sounds)
    ]


def rhyming_vowels(sounds: str) -> list[tuple[int, bool]]:
    """Return where in a pronunciation a rhyme part may begin, and whether it is a promoted one.

    "tomorrow" rhymes with "borrow" from its main stress, with "go" from its lighter one.
    """
    main, lighter = sounds.rfind("1"), sounds.rfind("2")
    stressed = max(main, lighter)
    last = max(stressed, sounds.rfind("0"))
    if last < 0:
        return []  # "shh"
    vowels = [(stressed if stressed >= 0 else last, False)]
    if 0 <= main < lighter:
        vowels.append((main, False))
    if stressed < last and sounds.count("0", stressed) >= 2:
        vowels.append((last, True))
    return [(sounds.rfind(" ", 0, vowel) + 1, promoted) for vowel, promoted in vowels]


@lru_cache(_CACHED)
def rhyme_part(sounds: str) -> str:
    """Return sounds without stress, those that differ only in some voices made equal."""
    padded = f" {sounds} "
    for sound, same in _SAME_SOUND:
        padded = padded.replace(sound, same)
    return padded[1:-1]


@lru_cache(_CACHED)
def onset(before: str) -> str:
    """Return the most consonants at the end of some sounds that a syllable can begin with."""
    consonants = re.split(r"\d", before)[-1].split()
    while consonants and " ".join(consonants) not in _ONSETS:
        consonants = consonants[1:]
    return " ".join(consonants)


# ---- unknown words


def _heard_in_spelling(word: str) -> list[str]:
    """Return the rhyme part that most frequent words with the same last letters have."""
    sung_ing = word.endswith("in") and len(word) > 4
    letters = (word + "g" if sung_ing else word)[::-1].replace("'", "")
    reversed_words, parts = _by_last_letters()
    for size in range(min(len(letters), _MAX_LETTERS), _MIN_LETTERS - 1, -1):
        ending = letters[:size]
        first = bisect_left(reversed_words, ending)
        beyond = bisect_left(reversed_words, ending + "~")
        votes = Counter(parts[first:beyond])
        if votes:
            part = votes.most_common(1)[0][0]
            return [re.sub("AH NG$", "AH N", part) if sung_ing else part]
    return []


@cache
def _by_last_letters() -> tuple[list[str], list[str]]:
    """Return the frequent words spelled backwards, sorted, and the rhyme part of each."""
    rows = sorted(
        (word[::-1].replace("'", ""), endings[0].part)
        for word, said in frequent_rows()
        if said and (endings := endings_of(said[0]))
    )
    return [word for word, _ in rows], [part for _, part in rows]
