"""The vocabulary of English: how frequent its words are, and which words belong to it.

The word list, its origin and its licence are in assets/lexicon/.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lyricslab.songs.words import words

LEXICON = Path(__file__).resolve().parents[2] / "assets" / "lexicon"

RARE_PER_MILLION = 1.0
"""The frequency assumed for an unlisted word: every more frequent word is listed."""
LONG_LETTERS = 4
"""Shorter words are often English by chance."""
_LENGTHENED = re.compile(r"([a-z])\1{2,}")
_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("d", ""), ("ing", ""), ("ing", "e"),
    ("er", ""), ("r", ""), ("est", ""), ("ly", ""), ("y", ""), ("ness", ""), ("less", ""),
    ("in", "ing"),
)  # fmt: skip
"""Endings of derived words, and what the listed word has in their place."""
_MIN_STEM_LETTERS = 4
"""Shorter stems would make many foreign words look English."""
_CLITICS = ("'s", "'d", "'ll", "'ve", "'re", "'m", "n't")


def frequency_per_million(word: str) -> float:
    """Return how often a word occurs in a million words of English; 0 if it is not listed.

    Args:
        word: lower case, as `words.words` returns it.
    """
    return _frequencies().get(word, 0.0)


def listed_words() -> frozenset[str]:
    """Return the words that are listed, in lower case."""
    return frozenset(_frequencies())


@cache
def counted_words() -> int:
    """Return the number of words in which the frequencies were counted."""
    card = json.loads((LEXICON / "english.json").read_text("utf-8"))
    return sum(card["counted_words"].values())


@cache
def is_english(word: str) -> bool:
    """Return whether a lower-case word is listed, or plainly derived from a listed word.

    "harbours", "singin", "soooo" and "mother's" are English. Names and foreign words are not,
    except those that are spelled like an English word.
    """
    listed = _frequencies()
    if word in listed:
        return True
    for clitic in _CLITICS:
        if word.endswith(clitic):
            return word.removesuffix(clitic) in listed
    short = _LENGTHENED.sub(r"\1", word)
    if short != word:
        return short in listed or _LENGTHENED.sub(r"\1\1", word) in listed
    for ending, replacement in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _MIN_STEM_LETTERS:
            doubled = stem[-1] == stem[-2]  # running: run
            if stem + replacement in listed or (doubled and stem[:-1] in listed):
                return True
    return False


@dataclass(frozen=True, slots=True)
class EnglishShare:
    """How much of a text is English, 0 to 1 (Sec. 4.1)."""

    all_words: float
    long_words: float
    """Among words of four letters or more."""


def english_share(text: str) -> EnglishShare:
    """Return the share of words that are English; the paper estimates it by eye."""
    all_words = words(text)
    long_words = [word for word in all_words if len(word.replace("'", "")) >= LONG_LETTERS]
    return EnglishShare(_share(all_words), _share(long_words))


def _share(tokens: list[str]) -> float:
    return sum(map(is_english, tokens)) / max(1, len(tokens))


@cache
def _frequencies() -> dict[str, float]:
    """Return each listed word's frequency per million; a star marks an estimated one."""
    lines = (LEXICON / "english.txt").read_text("ascii").splitlines()
    pairs = (line.partition(" ") for line in lines)
    return {word: float(rate.rstrip("*")) for word, _, rate in pairs}
