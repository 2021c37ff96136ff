"""The statistics of a corpus: its size, its distinctive words, song lengths, repeated lines."""

from __future__ import annotations

import math
import string
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from operator import attrgetter

from lyricslab.english import lexicon
from lyricslab.english.verse import Verse, verse
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.similarity import (
    count_shared_lines,
    group_near_duplicates,
    normalised_lines,
)
from lyricslab.songs.song import Song
from lyricslab.songs.words import words
from lyricslab.wording import round_numbers

MAX_WORDS = 60
"""How many words each list holds."""
MIN_G2 = 10.83
"""A lower log-likelihood ratio occurs by chance once in a thousand (chi-square, one degree)."""
MIN_TIMES = 3.0
"""A distinctive word is at least this many times as frequent as in English."""
MAX_BINS = 18
OPEN_BIN_SHARE = 0.03
"""At most this share of the songs is in a last bin without an upper end."""
MIN_SHARED_LINES = 3
MIN_SHARED_SHARE = 0.2
"""Songs are similar if they share three lines and this part of the shorter one's lines."""
MIN_LINE_WORDS = 3
"""Shorter lines, such as "Oh yeah", are in too many songs to mean anything."""
SPELLING_CHARS = 300_000
"""How much text is read to find out how the frequent words are spelled."""
MAX_PAIRS = 200
MAX_LINES = 40
_ONE_LETTER_WORDS = {"a", "i", "o", "u"}


@dataclass(frozen=True, slots=True)
class UsedWord:
    """A word of a corpus, and how its frequency compares with English in general."""

    word: str
    """Lower case, as `words.words` returns it."""
    spelled: str
    """As these songs spell it within a line: "Billie", "I'd"."""
    count: int
    songs: int
    """The number of songs it is in."""
    per_million: float
    """How often it occurs in a million words of these songs."""
    english_per_million: float
    """The same for English; 0 for an unlisted word."""
    g2: float
    """Dunning's log-likelihood ratio (1993): the evidence that the word is more frequent here
    than in English; negative where it is less frequent."""

    @property
    def times(self) -> float:
        """How many times as frequent it is here; a lower bound for an unlisted word."""
        return self.per_million / (self.english_per_million or lexicon.RARE_PER_MILLION)


@dataclass(frozen=True, slots=True)
class Bin:
    """The number of songs that have `low` to `high` lines."""

    low: int
    high: int | None
    """Inclusive; None for a bin without an upper end."""
    songs: int


@dataclass(frozen=True, slots=True)
class SimilarSongs:
    """Songs, by position, and how many lines they share."""

    songs: tuple[int, ...]
    shared_lines: int
    """Distinct lines that two songs share; in a larger group, the two most similar songs."""
    shorter_lines: int
    """Distinct lines of the shorter of these two."""

    @property
    def similarity(self) -> tuple[float, int]:
        """A sort key: the shared part of the shorter song, then the number of lines."""
        return self.shared_lines / self.shorter_lines, self.shared_lines


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A line that is in several songs which otherwise differ."""

    text: str
    songs: tuple[int, ...]
    """Positions of the songs."""


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """The statistics of a corpus. Titles count as characters, but not as lines and words."""

    songs: int
    lines: int
    characters: int
    words: int
    distinct_words: int
    line_chars: float
    """Mean characters of a line."""
    english_share: float
    """The share of the words that are English, 0 to 1."""
    verse: Verse
    """How the lines are built, as far as they are English."""
    repeated_line_share: float
    """The share of the lines that repeat an earlier line of their song, 0 to 1."""
    distinctive_words: tuple[UsedWord, ...]
    """Words of at least two songs that are much more frequent than in English, by `g2`."""
    frequent_words: tuple[UsedWord, ...]
    """The most frequent words."""
    lengths: tuple[Bin, ...]
    """Songs by their number of lines."""
    versions: tuple[SimilarSongs, ...]
    """Groups of near-duplicates, the most similar first."""
    similar_pairs: tuple[SimilarSongs, ...]
    """Pairs that share fewer lines, but some, the most similar first."""
    shared_lines: tuple[SharedLine, ...]
    """Lines of three words or more in songs that are otherwise different, by number of songs."""


def corpus_statistics(corpus: Corpus) -> CorpusStatistics:
    """Return the statistics of a corpus; ten million characters take a second or two."""
    songs = corpus.songs
    lines = [normalised_lines(song) for song in songs]
    line_sets = [set(song_lines) for song_lines in lines]
    counts: Counter[str] = Counter()
    songs_with: Counter[str] = Counter()
    for song in songs:
        song_words = words(song.text)
        counts.update(song_words)
        songs_with.update(set(song_words))
    shared = count_shared_lines(line_sets)
    groups = group_near_duplicates(line_sets, shared)
    similar_pairs = _similar_pairs(groups, line_sets, shared)
    lengths = [len(song.sung_lines) for song in songs]
    line_chars = sum(len(line.strip()) for song in songs for line in song.sung_lines)
    english = sum(count for word, count in counts.items() if lexicon.is_english(word))
    distinctive = _distinctive_words(counts, songs_with)
    frequent = _used_words(counts.most_common(MAX_WORDS), songs_with, counts.total())
    spelling = _spelling({used.word for used in (*distinctive, *frequent)}, songs)
    return CorpusStatistics(
        songs=len(songs),
        lines=sum(lengths),
        characters=corpus.characters,
        words=counts.total(),
        distinct_words=len(counts),
        line_chars=line_chars / max(1, sum(lengths)),
        english_share=english / max(1, counts.total()),
        verse=verse(songs),
        repeated_line_share=1 - sum(map(len, line_sets)) / max(1, sum(map(len, lines))),
        distinctive_words=tuple(replace(w, spelled=spelling[w.word]) for w in distinctive),
        frequent_words=tuple(replace(w, spelled=spelling[w.word]) for w in frequent),
        lengths=_histogram(lengths),
        versions=_versions(groups, line_sets, shared),
        similar_pairs=similar_pairs,
        shared_lines=_shared_lines(songs, groups, line_sets, {p.songs for p in similar_pairs}),
    )


# ---- words


def log_likelihood(count: int, total: int, other_count: float, other_total: float) -> float:
    """Return Dunning's G2 of a word in two texts (1993), negative if it is rarer in the first.

    G2 = 2 sum(O ln(O / E)) over the word and all other words in both texts, where E is the count
    expected from the word's share of both texts together.
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


def _distinctive_words(counts: Counter[str], songs_with: Counter[str]) -> tuple[UsedWord, ...]:
    candidates = [
        (word, count)
        for word, count in counts.items()
        if songs_with[word] >= 2 and (len(word) > 1 or word in _ONE_LETTER_WORDS)
    ]
    used = _used_words(candidates, songs_with, counts.total())
    distinctive = [word for word in used if word.g2 >= MIN_G2 and word.times >= MIN_TIMES]
    return tuple(sorted(distinctive, key=lambda word: (-word.g2, word.word))[:MAX_WORDS])


def _used_words(
    counts: Sequence[tuple[str, int]], songs_with: Counter[str], total: int
) -> tuple[UsedWord, ...]:
    return tuple(
        UsedWord(
            word,
            word,
            count,
            songs_with[word],
            per_million=1e6 * count / total,
            english_per_million=lexicon.frequency_per_million(word),
            g2=log_likelihood(count, total, _english_count(word), lexicon.counted_words()),
        )
        for word, count in counts
    )


def _english_count(word: str) -> float:
    """Return how often a word occurred in the texts that the lexicon was counted in."""
    rate = lexicon.frequency_per_million(word) or lexicon.RARE_PER_MILLION
    return rate * lexicon.counted_words() / 1e6


def _spelling(lower_case: set[str], songs: Sequence[Song]) -> dict[str, str]:
    """Return the most frequent spelling of each word where it does not begin a line."""
    spellings: dict[str, Counter[str]] = {word: Counter() for word in lower_case}
    read_chars = 0
    for song in songs:
        if read_chars > SPELLING_CHARS:
            break
        read_chars += len(song.text)
        for line in song.text.split("\n"):
            for token in line.split()[1:]:
                spelled = token.strip(string.punctuation)
                if spelled.lower() in lower_case:
                    spellings[spelled.lower()][spelled] += 1
    return {
        word: max(counts, key=counts.__getitem__, default=word)
        for word, counts in spellings.items()
    }


# ---- lengths


def _histogram(lengths: Sequence[int]) -> tuple[Bin, ...]:
    """Return bins of round width: 1, 2 or 5 lines, or one of these times a power of ten."""
    if not lengths:
        return ()
    ordered = sorted(lengths)
    longest = ordered[-1]
    usual = ordered[math.ceil((1 - OPEN_BIN_SHARE) * (len(ordered) - 1))]
    if longest <= 1.5 * usual:  # no outliers, so no open bin is needed
        usual = longest
    width = next(int(width) for width in round_numbers(1, 1e9) if usual < width * MAX_BINS)
    last = usual // width
    sizes = Counter(min(length // width, last + 1) for length in lengths)
    first = min(sizes)
    closed = [Bin(k * width, k * width + width - 1, sizes[k]) for k in range(first, last + 1)]
    beyond = [Bin((last + 1) * width, None, sizes[last + 1])] if sizes[last + 1] else []
    return tuple(closed + beyond)


# ---- repeated lines


def _versions(
    groups: Sequence[Sequence[int]], lines: Sequence[set[str]], shared: Counter[tuple[int, int]]
) -> tuple[SimilarSongs, ...]:
    versions = []
    for group in groups:
        pairs = [
            SimilarSongs((a, b), shared[a, b], min(len(lines[a]), len(lines[b])))
            for a, b in combinations(group, 2)
            if shared[a, b]
        ]
        if pairs:
            closest = max(pairs, key=attrgetter("similarity"))
            versions.append(replace(closest, songs=tuple(group)))
    return tuple(sorted(versions, key=attrgetter("similarity"), reverse=True)[:MAX_PAIRS])


def _similar_pairs(
    groups: Sequence[Sequence[int]], lines: Sequence[set[str]], shared: Counter[tuple[int, int]]
) -> tuple[SimilarSongs, ...]:
    group_of = {k: number for number, group in enumerate(groups) for k in group}
    pairs = [
        SimilarSongs((a, b), count, min(len(lines[a]), len(lines[b])))
        for (a, b), count in shared.items()
        if count >= MIN_SHARED_LINES and group_of[a] != group_of[b]
    ]
    similar = [p for p in pairs if p.shared_lines >= MIN_SHARED_SHARE * p.shorter_lines]
    return tuple(sorted(similar, key=attrgetter("similarity"), reverse=True)[:MAX_PAIRS])


def _shared_lines(
    songs: Sequence[Song],
    groups: Sequence[Sequence[int]],
    lines: Sequence[set[str]],
    similar_pairs: set[tuple[int, ...]],
) -> tuple[SharedLine, ...]:
    lines_of_groups = (set().union(*(lines[k] for k in group)) for group in groups)
    group_counts = Counter(line for group_lines in lines_of_groups for line in group_lines)
    shared = {
        line
        for line, count in group_counts.items()
        if count > 1 and line.count(" ") >= MIN_LINE_WORDS - 1
    }
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for k, song_lines in enumerate(lines):
        for line in shared & song_lines:
            holders[line].append(k)
    rows = [
        (line, tuple(positions))
        for line, positions in holders.items()
        if tuple(positions) not in similar_pairs
    ]
    rows.sort(key=lambda row: (-group_counts[row[0]], row[1], row[0]))
    return tuple(
        SharedLine(_as_written(songs[positions[0]], line), positions)
        for line, positions in rows[:MAX_LINES]
    )


def _as_written(song: Song, normalised: str) -> str:
    """Return the line of a song whose normalised form this is."""
    return next(
        line.strip()
        for line in song.text.split("\n")
        if normalised_lines(Song("", line)) == [normalised]
    )
