"""The language of a song, from its words alone; for collections that are mostly in English.

A song is divided into runs of a few lines. Each word of a run is evidence, a log-likelihood ratio
in nats, for one of some languages against English. If the total is against English, the run is in
the language with the most evidence, provided enough of its function words occur. Vocables such as
"la la la" and "oh" are sung in every language and count for none.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from lyricslab.english.lexicon import KEPT_WORDS, LEXICON, frequency_per_million, is_english
from lyricslab.songs.words import words, words_by_line

ENGLISH = "English"
MIN_WORDS = 6
"""A text of fewer words is too short to say."""
RUN_WORDS = 12
"""A run of lines ends at the end of a stanza, or once it has this many words."""
PLAIN_SHARE = 0.96
"""With this share of English words a song is English, without a closer look."""
NAMING_SHARE = 0.15
"""The share of a run's words that must be function words of a language to name it."""

_VOCABLES = frozenset(
    """
    oh ooh oooh ohh ooo uh uhh ah ahh aah mm mmm mmmm hmm hm eh hey whoa woah wo yeah yeh yea ya ay
    aye ey ayy aw aww ow ooo oo woo whoo woohoo yo yoo huh hah haha hahaha ha lala lalala nana
    nanana dada doo shoop bop sha shala tra trala fal fala falala dum doo dooby doobie wop shoo
    hallelujah alleluia amen uhuh mhm ooooh
    """.split()
)
_VOCABLES_IN_ROWS = frozenset(
    "la na da di do du ba bo bam ti ta ra re ri le lo li fa so he hi ho wa pa tu".split()
)
"""Syllables that are words in some language, but not where one follows the other."""
_ALL_VOCABLES = _VOCABLES | _VOCABLES_IN_ROWS
_SURE_VOCABLES = _ALL_VOCABLES - {"do", "so", "he", "ho", "hi"}
"""A line without one of these has no vocables."""

_ZIPF_SHARE, _ZIPF_SHIFT = 0.15, 3
"""A function word's share of its language's words, by its rank r from 0: 0.15 / (r + 3), the
Zipf-Mandelbrot law."""
_MAX_EVIDENCE = 4.0
"""No single word decides more than this (nats)."""
_MIN_ENGLISH_SHARE = 3e-7
"""The share assumed for words that are not listed as English."""
_UNKNOWN_EVIDENCE = 1.0
"""The evidence of an unknown word against English, low because it may be a name or slang."""
_ENGLISH_EVIDENCE = ((1000.0, -3.5), (100.0, -2.5), (10.0, -2.0), (0.0, -1.2))
"""The evidence of an English word by its frequency per million: a foreign text has the most
frequent ones e^3.5 = 33 times less often, the rare ones, often loanwords, e^1.2 = 3 times."""


@dataclass(frozen=True, slots=True)
class TextLanguage:
    """The language of a text, as far as its words show."""

    words: int
    """The number of words, vocables such as "la la la" excluded."""
    english_share: float = 1.0
    """The share of these words in English lines, 0 to 1; 1 where they are too few to say."""
    other: str | None = None
    """The language of the rest; None where there is no rest, or its language is unknown."""

    @property
    def language(self) -> str | None:
        """The language of most of the text; None where it is unknown or the text too short."""
        if self.words < MIN_WORDS:
            return None
        return ENGLISH if self.english_share >= 0.5 else self.other


def language(text: str) -> TextLanguage:
    """Return the language of a text, folded to ASCII or not, and how much of it is English.

    If a song is in English and several other languages, these are called by one name, that of
    most of their words.
    """
    tokens = _without_vocables(words(text))
    if len(tokens) < MIN_WORDS or sum(map(is_english, tokens)) >= PLAIN_SHARE * len(tokens):
        return TextLanguage(len(tokens))
    of_text = _language_of(tokens)
    foreign = [
        word
        for run in _runs(words_by_line(text))
        if (_language_of(run) if len(run) >= MIN_WORDS else of_text) != ENGLISH
        for word in run
    ]
    if foreign == tokens:  # most often: songs are in one language
        name = of_text
    else:
        name = _language_of(foreign) if foreign else None
    share = 1 - len(foreign) / len(tokens)
    return TextLanguage(len(tokens), share, None if name == ENGLISH else name)


def _runs(lines: Sequence[list[str]]) -> Iterator[list[str]]:
    """Yield the words of a few lines at a time, never of two stanzas."""
    run: list[str] = []
    for line in lines:
        if run and (len(run) >= RUN_WORDS or not line):
            yield run
            run = []
        run += _without_vocables(line)
    if run:
        yield run


def _without_vocables(tokens: list[str]) -> list[str]:
    if _SURE_VOCABLES.isdisjoint(tokens):
        return tokens
    padded = ["", *tokens, ""]
    return [
        word
        for before, word, after in zip(padded, tokens, padded[2:], strict=False)
        if word not in _ALL_VOCABLES
        or (
            word in _VOCABLES_IN_ROWS and before not in _ALL_VOCABLES and after not in _ALL_VOCABLES
        )
    ]


def _language_of(tokens: Sequence[str]) -> str | None:
    """Return the language of a few lines; None if it is not English and unknown."""
    evidence = [_evidence(word) for word in tokens]
    if sum(word.most for word in evidence) <= 0:
        return ENGLISH
    unlisted = sum(word.unlisted for word in evidence)
    extra: defaultdict[str, float] = defaultdict(float)
    hits: Counter[str] = Counter()
    for word in evidence:
        for name, nats in word.extra:
            extra[name] += nats
            hits[name] += 1
    name, most = max(extra.items(), key=itemgetter(1), default=("", 0.0))
    if unlisted + most <= 0:
        return ENGLISH
    return name if hits[name] >= max(2, NAMING_SHARE * len(tokens)) else None


class _Evidence(NamedTuple):
    """What a word says for other languages against English (nats)."""

    unlisted: float
    """For each language whose function words do not include it."""
    extra: tuple[tuple[str, float], ...]
    """How much more for each language whose function words do."""
    most: float
    """For the language that it speaks for most."""


@lru_cache(KEPT_WORDS)
def _evidence(word: str) -> _Evidence:
    rate = frequency_per_million(word)
    unlisted = _UNKNOWN_EVIDENCE
    if is_english(word):
        unlisted = next(nats for least, nats in _ENGLISH_EVIDENCE if rate >= least)
    extra = []
    for name, rank in _function_words().get(word, ()):
        share = _ZIPF_SHARE / (rank + _ZIPF_SHIFT)
        nats = math.log(share / max(rate / 1e6, _MIN_ENGLISH_SHARE))
        extra.append((name, max(-_MAX_EVIDENCE, min(_MAX_EVIDENCE, nats)) - unlisted))
    return _Evidence(unlisted, tuple(extra), unlisted + max([0.0, *(nats for _, nats in extra)]))


@cache
def _function_words() -> dict[str, list[tuple[str, int]]]:
    """Return the languages that each function word belongs to, with its rank there, from 0."""
    languages: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for line in (LEXICON / "languages.txt").read_text("ascii").splitlines():
        name, _, listed = line.partition(": ")
        if not line.startswith("#"):
            for rank, word in enumerate(dict.fromkeys(listed.split())):
                languages[word].append((name, rank))
    return dict(languages)
