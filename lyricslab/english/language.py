"""Which language a song is in, from its words alone; of use where a few are not in English.

A song is cut into runs of lines. Each run is weighed by its words: small words that a language is
known by speak for it, words that English has speak for English, others a little against it. Where
English loses, the language of the heaviest small words wins, if there are enough of them. Words
such as "la la la" and "oh" are sung everywhere and weigh nothing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from lyricslab.english.lexicon import LEXICON, frequency_per_million, is_english
from lyricslab.songs.words import words, words_by_line

ENGLISH = "English"
FEWEST_WORDS = 6
"""A text of fewer words that tell is too short to say."""
RUN_WORDS = 12
"""A run of lines ends with a stanza, or once it has so many words."""
PLAIN_SHARE = 0.96
"""Where so many of a song's words are known in English, nobody needs to look closer."""
NAMING_SHARE = 0.15
"""The part of a run's words that must be small words of a language to call it by its name."""

_SURELY_SUNG = frozenset(
    """
    oh ooh oooh ohh ooo uh uhh ah ahh aah mm mmm mmmm hmm hm eh hey whoa woah wo yeah yeh yea ya ay
    aye ey ayy aw aww ow ooo oo woo whoo woohoo yo yoo huh hah haha hahaha ha lala lalala nana
    nanana dada doo shoop bop sha shala tra trala fal fala falala dum doo dooby doobie wop shoo
    hallelujah alleluia amen uhuh mhm ooooh
    """.split()
)
_SUNG_IN_ROWS = frozenset(
    "la na da di do du ba bo bam ti ta ra re ri le lo li fa so he hi ho wa pa tu".split()
)
"""Syllables that are words somewhere, but not where one follows the other."""
_SUNG = _SURELY_SUNG | _SUNG_IN_ROWS
_TELLTALE = _SUNG - {"do", "so", "he", "ho", "hi"}
"""Without one of these nothing is taken out."""

_LISTED_SHARE = 0.15
"""A listed small word's share of its language's words: this over its rank and three."""
_MOST_WEIGHT = 4.0
"""No one word decides more than this (nats)."""
_RARE_IN_ENGLISH = 3e-7
_UNKNOWN_WEIGHT = 1.0
"""What an unknown word says against English: it may be a name, or slang."""
_ENGLISH_WEIGHTS = ((1000.0, -3.5), (100.0, -2.5), (10.0, -2.0), (0.0, -1.2))
"""What an English word says for English, by how often it comes in a million words."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The language of a text, as far as its words tell."""

    words: int
    """Words that tell: all but those sung anywhere, such as "la la la"."""
    english_share: float = 1.0
    """Which part of these stand in lines of English, 0 to 1; 1 where they are too few to say."""
    other: str | None = None
    """The language of the rest; None where there is none, or it is none known here."""

    @property
    def language(self) -> str | None:
        """The language of most of it; None where that is not known, or it is too short to say."""
        if self.words < FEWEST_WORDS:
            return None
        return ENGLISH if self.english_share >= 0.5 else self.other


def language(text: str) -> Guess:
    """The language of a text, folded to ASCII or not, and how much of it is in English.

    Where a song is in English and others, the others together are called by one name, that of
    most of their words.
    """
    told = _telling(words(text))
    if len(told) < FEWEST_WORDS or _plainly_english(told):
        return Guess(len(told))
    lines = words_by_line(text)
    whole = _judge(told)
    rest = [
        run
        for run in _runs(lines)
        if (_judge(run) if len(run) >= FEWEST_WORDS else whole) != ENGLISH
    ]
    foreign = [word for run in rest for word in run]
    name = _judge(foreign) if foreign else None
    share = 1 - len(foreign) / len(told)
    return Guess(len(told), share, None if name == ENGLISH else name)


def _plainly_english(told: Sequence[str]) -> bool:
    return sum(map(is_english, told)) >= PLAIN_SHARE * len(told)


def _runs(lines: Sequence[list[str]]) -> Iterator[list[str]]:
    """The telling words of a few lines at a time, never from two stanzas."""
    held: list[str] = []
    for line in lines:
        if held and (len(held) >= RUN_WORDS or not line):
            yield held
            held = []
        held += _telling(line)
    if held:
        yield held


def _telling(those: list[str]) -> list[str]:
    """The words without those that are sung anywhere."""
    if _TELLTALE.isdisjoint(those):
        return list(those)
    nothing = [""]
    return [
        word
        for word, before, after in zip(those, nothing + those, those[1:] + nothing, strict=False)
        if word not in _SUNG
        or (word in _SUNG_IN_ROWS and before not in _SUNG and after not in _SUNG)
    ]


def _judge(told: Sequence[str]) -> str | None:
    """The language of a few lines; None if it is not English and nothing known."""
    weights = _weights()
    known = [weights[word] for word in told]
    if sum(weight.most for weight in known) <= 0:
        return ENGLISH
    common = sum(weight.elsewhere for weight in known)
    extra: defaultdict[str, float] = defaultdict(float)
    hits: Counter[str] = Counter()
    for weight in known:
        for name, more in weight.extra:
            extra[name] += more
            hits[name] += 1
    name, most = max(extra.items(), key=itemgetter(1), default=("", 0.0))
    if common + most <= 0:
        return ENGLISH
    return name if hits[name] >= max(2, NAMING_SHARE * len(told)) else None


class _Weight(NamedTuple):
    """What a word says against English and for others (nats)."""

    elsewhere: float
    """For every language that does not list it."""
    extra: tuple[tuple[str, float], ...]
    """How much more for each that does."""
    most: float
    """For the language that it speaks for most."""


class _Weights(dict[str, _Weight]):
    """The weight of each word, worked out when it is first asked for."""

    def __missing__(self, word: str) -> _Weight:
        rate = frequency_per_million(word)
        elsewhere = _UNKNOWN_WEIGHT
        if is_english(word):
            elsewhere = next(weight for least, weight in _ENGLISH_WEIGHTS if rate >= least)
        extra = []
        for name, rank in _small_words().get(word, ()):
            weight = math.log(_LISTED_SHARE / (rank + 3) / max(rate / 1e6, _RARE_IN_ENGLISH))
            extra.append((name, max(-_MOST_WEIGHT, min(_MOST_WEIGHT, weight)) - elsewhere))
        most = elsewhere + max([0.0, *(more for _, more in extra)])
        self[word] = found = _Weight(elsewhere, tuple(extra), most)
        return found


@cache
def _weights() -> _Weights:
    return _Weights()


@cache
def _small_words() -> dict[str, list[tuple[str, int]]]:
    """For each small word the languages that list it, and its rank there."""
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for line in (LEXICON / "languages.txt").read_text("ascii").splitlines():
        name, _, listed = line.partition(": ")
        if not line.startswith("#"):
            for rank, word in enumerate(dict.fromkeys(listed.split())):
                found[word].append((name, rank))
    return dict(found)
