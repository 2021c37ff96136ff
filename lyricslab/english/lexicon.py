"""The lexicon of English: how frequent words are, how they are pronounced, which are English.

One table has it all, in assets/lexicon/ with its origin and its licences. Syllables, stress and
rhyme follow from a word's pronunciations: `syllables.py` and `rhyme.py`, for unknown words too.
"""

from __future__ import annotations

import gzip
import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from lyricslab.songs.words import words

LEXICON = Path(__file__).resolve().parents[2] / "assets" / "lexicon"
TABLE = LEXICON / "english.tsv.gz"

RARE_PER_MILLION = 1.0
"""The frequency assumed for an unlisted word: every more frequent word is listed."""
KEPT_WORDS = 200_000
"""What was found out about words is kept for as many."""
LONG_LETTERS = 4
"""Shorter words are often English by chance."""
LENGTHENED = re.compile(r"([a-z])\1{2,}")
"""A letter that is sung long, as in "soooo"."""
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
    """Return how often a word occurs in a million words of English; 0 if it was not counted.

    Args:
        word: lower case, as `words.words` returns it.
    """
    return _table().rates.get(word, 0.0)


def listed_pronunciations(word: str) -> tuple[str, ...]:
    """Return how the table says a lower-case word is pronounced, the usual way first.

    A pronunciation is in ARPAbet, as CMUdict writes it: "L AH1 V", where 1 is the main stress, 2 a
    lighter one and 0 none. Words that are only counted, and unlisted ones, have none.
    """
    return tuple(_row(line)[1]) if (line := _table().line(word)) else ()


def rows() -> Iterator[tuple[str, list[str]]]:
    """Yield every word with its pronunciations, the most frequent words first."""
    yield from frequent_rows()
    yield from map(_row, _table().rare)


def frequent_rows() -> Iterator[tuple[str, list[str]]]:
    """Yield the words whose frequency is known, with their pronunciations, as `rows` does."""
    yield from map(_row, _table().counted.values())


def _row(line: str) -> tuple[str, list[str]]:
    word, _, *pronunciations = line.split("\t")
    return word, pronunciations


def listed_words() -> frozenset[str]:
    """Return the words whose frequency is known, in lower case."""
    return frozenset(_table().rates)


@cache
def counted_words() -> int:
    """Return the number of words in which the frequencies were counted."""
    card = json.loads((LEXICON / "english.json").read_text("utf-8"))
    return sum(card["counted_words"].values())


@lru_cache(KEPT_WORDS)
def is_english(word: str) -> bool:
    """Return whether a lower-case word was counted, or is plainly derived from a counted word.

    "harbours", "singin", "soooo" and "mother's" are English. Names and foreign words are not,
    except those that are spelled like an English word.
    """
    listed = _table().rates
    if word in listed:
        return True
    for clitic in _CLITICS:
        if word.endswith(clitic):
            return word.removesuffix(clitic) in listed
    short = LENGTHENED.sub(r"\1", word)
    if short != word:
        return short in listed or LENGTHENED.sub(r"\1\1", word) in listed
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


@dataclass(frozen=True, slots=True)
class _Table:
    """The table's lines, split only when a word is looked up: quick to load, and small."""

    rates: dict[str, float]
    """How often each counted word comes in a million, the most frequent first."""
    counted: dict[str, str]
    """Its lines."""
    rare: list[str]
    """The lines of the other words, sorted."""

    def line(self, word: str) -> str:
        """Return the line of a word; "" if it is not listed."""
        line = self.counted.get(word)
        if line is None:
            place = bisect_left(self.rare, word + "\t")
            line = self.rare[place] if place < len(self.rare) else ""
        return line if line.startswith(word + "\t") else ""


@cache
def _table() -> _Table:
    """Return the table: a word, its rate (a star marks an estimate), its pronunciations."""
    text = gzip.decompress(TABLE.read_bytes()).decode("ascii")
    counted, _, rare = text.partition("\n\n")
    rates, lines = {}, {}
    for line in counted.split("\n"):
        word, rate, *_ = line.split("\t", 2)
        rates[word] = float(rate.rstrip("*"))
        lines[word] = line
    return _Table(rates, lines, rare.rstrip("\n").split("\n"))


def clear_cache() -> None:
    """Read the table again when it is next asked; for whoever writes it."""
    _table.cache_clear()
    is_english.cache_clear()
