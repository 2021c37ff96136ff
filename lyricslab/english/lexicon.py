"""English at large: how often its words come, and which words it has. See assets/lexicon/."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

LEXICON = Path(__file__).resolve().parents[2] / "assets" / "lexicon"

RARE_PER_MILLION = 1.0
"""What a word that the table lacks is taken for: it lists all that come oftener than this."""
_LENGTHENED = re.compile(r"([a-z])\1{2,}")
_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("d", ""), ("ing", ""), ("ing", "e"),
    ("er", ""), ("r", ""), ("est", ""), ("ly", ""), ("y", ""), ("ness", ""), ("less", ""),
    ("in", "ing"),
)  # fmt: skip
"""How a word may end, and what stands there instead in a word of the table."""
_SHORTEST_STEM = 4
"""Shorter stems would make English words of many that are not."""
_TAILS = ("'s", "'d", "'ll", "'ve", "'re", "'m", "n't")


def frequency_per_million(word: str) -> float:
    """How often a word comes in a million words of English, as written; 0 if it is not listed.

    Args:
        word: in small letters, as `words.words` gives it.
    """
    return _table().get(word, 0.0)


@cache
def counted_words() -> int:
    """In how many words altogether the frequencies were counted."""
    card = json.loads((LEXICON / "english.json").read_text("utf-8"))
    return sum(card["counted_words"].values())


def is_english(word: str) -> bool:
    """Whether a word is English: listed, or plainly made from one that is.

    "harbours", "singin", "soooo" and "mother's" are; names and words of other languages are not,
    bar those that look the same in English.
    """
    return _known()[word]


def known_words() -> dict[str, bool]:
    """`is_english` as a table that fills itself, for those who ask it of millions of words."""
    return _known()


class _Known(dict[str, bool]):
    """Remembers for each word that was asked about whether it is English."""

    def __init__(self, listed: dict[str, float]) -> None:
        super().__init__(dict.fromkeys(listed, True))
        self.listed = listed

    def __missing__(self, word: str) -> bool:
        self[word] = found = self._made_from_a_listed_one(word)
        return found

    def _made_from_a_listed_one(self, word: str) -> bool:
        for tail in _TAILS:
            if word.endswith(tail):
                return word.removesuffix(tail) in self.listed
        short = _LENGTHENED.sub(r"\1", word)
        if short != word:
            return short in self.listed or _LENGTHENED.sub(r"\1\1", word) in self.listed
        for ending, instead in _ENDINGS:
            stem = word.removesuffix(ending)
            if stem != word and len(stem) >= _SHORTEST_STEM:
                doubled = stem[-1] == stem[-2]  # running: run
                if stem + instead in self.listed or (doubled and stem[:-1] in self.listed):
                    return True
        return False


@cache
def _known() -> _Known:
    return _Known(_table())


@cache
def _table() -> dict[str, float]:
    """Frequency per million of each listed word; a star behind it says that it is our estimate."""
    lines = (LEXICON / "english.txt").read_text("ascii").splitlines()
    pairs = (line.partition(" ") for line in lines)
    return {word: float(rate.rstrip("*")) for word, _, rate in pairs}
