"""A corpus as a reader sees it: how much there is, which words are its own, what stands twice."""

from __future__ import annotations

import math
import string
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from lyricslab.english import lexicon
from lyricslab.songs import split
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.songs.words import words

MOST_WORDS = 60
"""How many words are kept of each list."""
SURE_G2 = 10.83
"""A word with less stands out by chance once in a thousand (chi-square, one degree)."""
OWN_TIMES = 3.0
"""A word is a corpus's own that comes so many times as often as in English at large."""
MOST_BINS = 18
OPEN_ENDED_SHARE = 0.03
"""At most this part of the songs lies in a last bin without an end."""
FEWEST_SHARED = 3
SOME_SHARED = 0.2
"""Two songs have something in common that share three lines and this part of the shorter one."""
FEWEST_WORDS_OF_A_LINE = 3
"""Shorter lines, such as "Oh yeah", stand in many songs and tell nothing."""
SPELLING_CHARS = 300_000
"""So much text tells well enough how its commonest words are spelled."""
_MARKS = string.punctuation
_ONE_LETTER = {"a", "i", "o", "u"}
"""Other single letters are no words of anybody's."""
MOST_PAIRS = 200
MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class UsedWord:
    """A word, how often it comes here, and how that compares with English at large."""

    word: str
    """In small letters, as `words.words` gives it."""
    spelled: str
    """As these songs spell it within a line: "Billie", "I'd"."""
    count: int
    songs: int
    """In how many songs."""
    per_million: float
    """How often it comes in a million words of these songs."""
    english_per_million: float
    """The same of English at large; 0 where our table does not list it."""
    g2: float
    """How surely it comes oftener here than in English at large: Dunning's log-likelihood ratio
    (1993); negative where it comes less often."""

    @property
    def times(self) -> float:
        """How many times as often it comes here; at least so many where our table lacks it."""
        return self.per_million / (self.english_per_million or lexicon.RARE_PER_MILLION)


@dataclass(frozen=True, slots=True)
class Bin:
    """How many songs have so many lines."""

    low: int
    high: int | None
    """The last number of lines that belongs to it; None for all beyond."""
    songs: int


@dataclass(frozen=True, slots=True)
class Shared:
    """Songs, by their numbers, and the lines that they share."""

    songs: tuple[int, ...]
    lines: int
    """Different lines that the two share; of more than two songs, those that are closest."""
    of: int
    """Different lines of the shorter one of these two."""


@dataclass(frozen=True, slots=True)
class Travelling:
    """A line that stands in several songs which otherwise differ."""

    text: str
    songs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """The figures of a corpus. Titles count as characters, but not as lines and words."""

    songs: int
    lines: int
    characters: int
    words: int
    different_words: int
    line_chars: float
    """Characters of a line, on average."""
    known_share: float
    """Which part of the words is known in English, 0 to 1."""
    repeated_line_share: float
    """Which part of the lines repeats an earlier line of its song, 0 to 1."""
    own_words: tuple[UsedWord, ...]
    """Words of at least two songs that come much oftener than in English, the surest first."""
    most_used: tuple[UsedWord, ...]
    """The words that come most often."""
    lengths: tuple[Bin, ...]
    """Songs by their number of lines."""
    versions: tuple[Shared, ...]
    """Groups of songs that share at least half of their lines, the closest first."""
    alike: tuple[Shared, ...]
    """Pairs that share less, but some, the closest first."""
    travelling: tuple[Travelling, ...]
    """Lines of three words or more that stand in several songs which have little else in common,
    those in most songs first."""


def corpus_statistics(corpus: Corpus) -> CorpusStatistics:
    """The figures of a corpus; ten million characters take a second or two."""
    songs = corpus.songs
    lines = [split.plain_lines(song) for song in songs]
    line_sets = [set(own) for own in lines]
    counts: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    for song in songs:
        sung = words(song.text)
        counts.update(sung)
        holders.update(set(sung))
    shared = split.shared_lines(line_sets)
    groups = split.grouped(line_sets, shared)
    alike = _alike(groups, line_sets, shared)
    line_count = sum(map(len, lines))
    line_chars = sum(len(line.strip()) for song in songs for line in song.text.split("\n"))
    english = sum(n for word, n in counts.items() if lexicon.is_english(word))
    own = _own_words(counts, holders)
    most = _used(counts.most_common(MOST_WORDS), holders, counts.total())
    spelling = _spelling({used.word for used in (*own, *most)}, songs)
    return CorpusStatistics(
        songs=len(songs),
        lines=line_count,
        characters=corpus.characters,
        words=counts.total(),
        different_words=len(counts),
        line_chars=line_chars / max(1, line_count),
        known_share=english / max(1, counts.total()),
        repeated_line_share=1 - sum(map(len, line_sets)) / max(1, line_count),
        own_words=tuple(replace(used, spelled=spelling[used.word]) for used in own),
        most_used=tuple(replace(used, spelled=spelling[used.word]) for used in most),
        lengths=_histogram([len(own) for own in lines]),
        versions=_versions(groups, line_sets, shared),
        alike=alike,
        travelling=_travelling(songs, groups, line_sets, {pair.songs for pair in alike}),
    )


# ---- words


def log_likelihood(count: int, total: int, other_count: float, other_total: float) -> float:
    """Dunning's G2 of a word in two texts (1993), negative where it is rarer in the first.

    G2 = 2 sum(O ln(O / E)) over the word and all other words in both texts, where E is what the
    share of the word in both together would suggest.
    """
    share = (count + other_count) / (total + other_total)
    g2 = 2 * (
        _term(count, total * share)
        + _term(other_count, other_total * share)
        + _term(total - count, total * (1 - share))
        + _term(other_total - other_count, other_total * (1 - share))
    )
    return math.copysign(g2, count / total - other_count / other_total)


def _term(observed: float, expected: float) -> float:
    return observed * math.log(observed / expected) if observed else 0.0


def _own_words(counts: Counter[str], holders: Counter[str]) -> tuple[UsedWord, ...]:
    several = [
        (word, n)
        for word, n in counts.items()
        if holders[word] >= 2 and (len(word) > 1 or word in _ONE_LETTER)
    ]
    used = _used(several, holders, counts.total())
    sure = [word for word in used if word.g2 >= SURE_G2 and word.times >= OWN_TIMES]
    return tuple(sorted(sure, key=lambda word: (-word.g2, word.word))[:MOST_WORDS])


def _used(
    counted: Sequence[tuple[str, int]], holders: Counter[str], total: int
) -> tuple[UsedWord, ...]:
    return tuple(
        UsedWord(
            word,
            word,
            count,
            holders[word],
            per_million=1e6 * count / total,
            english_per_million=lexicon.frequency_per_million(word),
            g2=log_likelihood(count, total, _expected(word), lexicon.counted_words()),
        )
        for word, count in counted
    )


def _spelling(wanted: set[str], songs: Sequence[Song]) -> dict[str, str]:
    """How words are spelled most often where they do not begin a line."""
    forms: dict[str, Counter[str]] = {word: Counter() for word in wanted}
    looked_chars = 0
    for song in songs:
        if looked_chars > SPELLING_CHARS:
            break
        looked_chars += len(song.text)
        for line in song.text.split("\n"):
            for piece in line.split()[1:]:
                form = piece.strip(_MARKS)
                if form.lower() in wanted:
                    forms[form.lower()][form] += 1
    return {word: max(found, key=found.__getitem__, default=word) for word, found in forms.items()}


def _expected(word: str) -> float:
    """How often a word came where English was counted; an unlisted one is taken for rare."""
    rate = lexicon.frequency_per_million(word) or lexicon.RARE_PER_MILLION
    return rate * lexicon.counted_words() / 1e6


# ---- lengths


def _histogram(lengths: Sequence[int]) -> tuple[Bin, ...]:
    """Songs by their lines, in bins as wide as a person would choose them."""
    if not lengths:
        return ()
    ordered = sorted(lengths)
    longest = ordered[-1]
    usual = ordered[math.ceil((1 - OPEN_ENDED_SHARE) * (len(ordered) - 1))]
    if longest <= 1.5 * usual:  # not far out: no bin without an end is needed
        usual = longest
    width = next(width for width in _widths() if usual < width * MOST_BINS)
    last = usual // width
    sizes = Counter(min(length // width, last + 1) for length in lengths)
    first = min(sizes)
    closed = [Bin(k * width, k * width + width - 1, sizes[k]) for k in range(first, last + 1)]
    beyond = [Bin((last + 1) * width, None, sizes[last + 1])] if sizes[last + 1] else []
    return tuple(closed + beyond)


@cache
def _widths() -> tuple[int, ...]:
    return tuple(step * 10**power for power in range(8) for step in (1, 2, 5))


# ---- what stands twice


def _versions(
    groups: Sequence[Sequence[int]], lines: Sequence[set[str]], shared: Counter[tuple[int, int]]
) -> tuple[Shared, ...]:
    found = []
    for group in groups:
        pairs = [
            Shared((a, b), shared[a, b], min(len(lines[a]), len(lines[b])))
            for k, a in enumerate(group)
            for b in group[k + 1 :]
            if shared[a, b]
        ]
        if pairs:
            closest = max(pairs, key=_closeness)
            found.append(Shared(tuple(group), closest.lines, closest.of))
    return tuple(sorted(found, key=_closeness, reverse=True)[:MOST_PAIRS])


def _alike(
    groups: Sequence[Sequence[int]], lines: Sequence[set[str]], shared: Counter[tuple[int, int]]
) -> tuple[Shared, ...]:
    group_of = {k: number for number, group in enumerate(groups) for k in group}
    pairs = [
        Shared((a, b), count, min(len(lines[a]), len(lines[b])))
        for (a, b), count in shared.items()
        if count >= FEWEST_SHARED and group_of[a] != group_of[b]
    ]
    some = [pair for pair in pairs if pair.lines >= SOME_SHARED * pair.of]
    return tuple(sorted(some, key=_closeness, reverse=True)[:MOST_PAIRS])


def _closeness(shared: Shared) -> tuple[float, int]:
    return shared.lines / shared.of, shared.lines


def _travelling(
    songs: Sequence[Song],
    groups: Sequence[Sequence[int]],
    lines: Sequence[set[str]],
    alike: set[tuple[int, ...]],
) -> tuple[Travelling, ...]:
    in_groups = (set().union(*(lines[k] for k in group)) for group in groups)
    times = Counter(line for own in in_groups for line in own)
    several = {
        line for line, n in times.items() if n > 1 and line.count(" ") >= FEWEST_WORDS_OF_A_LINE - 1
    }
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for k, own in enumerate(lines):
        for line in several & own:
            holders[line].append(k)
    found = [(line, tuple(who)) for line, who in holders.items() if tuple(who) not in alike]
    found.sort(key=lambda one: (-times[one[0]], one[1], one[0]))
    return tuple(
        Travelling(_as_written(songs[who[0]], line), who) for line, who in found[:MOST_LINES]
    )


def _as_written(song: Song, plain: str) -> str:
    """The line of a song that `split.plain_lines` gives so."""
    return next(
        line.strip()
        for line in song.text.split("\n")
        if split.plain_lines(Song("", line)) == [plain]
    )
