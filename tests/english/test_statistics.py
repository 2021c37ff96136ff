"""The statistics of a corpus, against counts by hand and by brute force."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.english.statistics import (
    MAX_BINS,
    OPEN_BIN_SHARE,
    SPELLING_CHARS,
    CorpusStatistics,
    corpus_statistics,
    log_likelihood,
)
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song

HARBOUR = Song(
    "Harbour",
    """The gulls of Saltmarsh wake me up,
they wake me up, they do.

Oh, Saltmarsh, pour another cup
and pour one out for you.

Oh, Saltmarsh, pour another cup
and pour one out for you!""",
)
FERRY = Song(
    "Ferry",
    """We took the slow boat over there,
the ferry smelled of stew.
I said that Saltmarsh isn't where
I meant to sit with you.
OH SALTMARSH POUR ANOTHER CUP
and let the ropes go blue.""",
)
LIVE = Song("Harbour (live)", "\n".join(HARBOUR.text.split("\n")[:5]) + "\nGood night, all")


def of(*songs: Song) -> CorpusStatistics:
    return corpus_statistics(Corpus("c", songs))


def test_the_statistics_by_hand() -> None:
    found = of(HARBOUR, FERRY)
    assert (found.songs, found.lines) == (2, 6 + 6)
    assert found.characters == len(HARBOUR.framed) + len(FERRY.framed)
    assert found.words == (7 + 6 + 5 + 6 + 5 + 6) + (7 + 5 + 6 + 6 + 5 + 6)
    assert found.distinct_words == len(set(_plain(HARBOUR) + _plain(FERRY)))
    longest = [line for song in (HARBOUR, FERRY) for line in song.text.split("\n") if line]
    assert found.line_chars == pytest.approx(sum(map(len, longest)) / 12)
    assert found.repeated_line_share == pytest.approx(2 / 12)
    assert found.english_share == pytest.approx(1 - 5 / found.words)  # Saltmarsh is no word


def _plain(song: Song) -> list[str]:
    kept = (char if char.isalpha() or char in "'\n" else " " for char in song.text.lower())
    return "".join(kept).split()


def test_empty_corpora_have_statistics() -> None:
    for songs in ((), (Song("Only a title", ""),), (Song("", "...\n- - -"),)):
        found = of(*songs)
        assert (found.words, found.lines, found.english_share) == (0, 0, 0.0)
        assert not found.distinctive_words and not found.versions and not found.shared_lines
    assert of().lengths == ()


# ---- words


@given(st.integers(0, 50), st.integers(51, 900), st.integers(0, 400), st.integers(401, 10**6))
def test_log_likelihood_is_the_ratio_of_two_hypotheses(a: int, n: int, b: int, m: int) -> None:
    """Dunning's own way to write it: one share for both texts, against one for each."""

    def log_chance(k: int, total: int, share: float) -> float:
        out = total - k
        return (k * math.log(share) if k else 0.0) + (out * math.log(1 - share) if out else 0.0)

    if a + b == 0:
        return
    both = (a + b) / (n + m)
    apart = log_chance(a, n, a / n) + log_chance(b, m, b / m)
    together = log_chance(a, n, both) + log_chance(b, m, both)
    found = log_likelihood(a, n, b, m)
    assert abs(found) == pytest.approx(2 * (apart - together), abs=1e-6)
    assert found == 0 or (found > 0) == (a / n >= b / m)


def test_repeated_names_are_distinctive_and_common_words_are_not() -> None:
    found = of(HARBOUR, FERRY)
    distinctive = [word.word for word in found.distinctive_words]
    assert distinctive[0] == "saltmarsh"
    assert "the" not in distinctive and "you" not in distinctive
    assert "gulls" not in distinctive  # in one song only
    saltmarsh = found.distinctive_words[0]
    assert (saltmarsh.count, saltmarsh.songs, saltmarsh.english_per_million) == (5, 2, 0.0)
    assert saltmarsh.per_million == pytest.approx(1e6 * 5 / found.words)


def test_a_word_only_twice_as_frequent_is_not_distinctive() -> None:
    """A tenth of these words are "the", in English one in twenty-two; "billow" is rare there."""
    filler = "and so it came that all of them went"
    songs = [Song(f"{k}", f"the {filler}\n" * 60 + "billow " * 5) for k in range(9)]
    found = of(*songs)
    (the,) = (word for word in found.frequent_words if word.word == "the")
    assert the.g2 > 100 and 2 < the.times < 3
    distinctive = [word.word for word in found.distinctive_words]
    assert "the" not in distinctive and "billow" in distinctive


def test_frequent_words_are_in_order() -> None:
    counts = [word.count for word in of(HARBOUR, FERRY).frequent_words]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 5


def test_words_are_spelled_as_within_lines() -> None:
    verse = "Dot and I say Billie's late\nDot's own Dot, I'd wait\nPour tea, pour tea\n"
    long = Song("", verse * (SPELLING_CHARS // 50))  # longer than what is read
    spelled = {
        word.word: word.spelled for word in of(long, Song("", "we dot dot dot")).frequent_words
    }
    assert (spelled["i"], spelled["i'd"], spelled["dot"]) == ("I", "I'd", "Dot")
    assert (spelled["pour"], spelled["and"], spelled["billie's"]) == ("pour", "and", "Billie's")


# ---- lengths


def long(lines: int) -> Song:
    return Song("", "\n".join(f"line {k} of {lines}" for k in range(lines)))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_every_song_is_in_one_bin(lengths: list[int]) -> None:
    bins = of(*map(long, lengths)).lengths
    assert len(bins) <= MAX_BINS + 1
    for one in bins:
        high = math.inf if one.high is None else one.high
        assert one.songs == sum(one.low <= lines <= high for lines in lengths)
    assert sum(one.songs for one in bins) == len(lengths)
    assert all(a.high is not None and b.low == a.high + 1 for a, b in pairwise(bins))
    beyond = bins[-1].songs if bins[-1].high is None else 0
    assert beyond <= max(1, OPEN_BIN_SHARE * len(lengths))


def test_bins_are_round_and_a_far_one_stays_open() -> None:
    spans = [(one.low, one.high) for one in of(*map(long, [12, 14, 19, 23, 31])).lengths]
    assert spans == [(low, low + 1) for low in range(12, 32, 2)]
    lengths = [*range(20, 60), 900]
    last = of(*map(long, lengths)).lengths[-1]
    assert (last.high, last.songs) == (None, 1)


# ---- repeated lines


def test_versions_shared_lines_by_hand() -> None:
    found = of(FERRY, HARBOUR, LIVE)
    (version,) = found.versions
    assert version.songs == (1, 2)
    assert (version.shared_lines, version.shorter_lines) == (4, 4)
    (line,) = found.shared_lines
    assert line.text == "OH SALTMARSH POUR ANOTHER CUP"
    assert line.songs == (0, 1, 2)
    assert found.similar_pairs == ()


def test_songs_with_a_few_lines_in_common_are_similar_but_no_versions() -> None:
    shared = [
        "we walked along the shore",
        "and counted every door",
        "till there were doors no more",
    ]
    songs = [
        Song(f"{k}", "\n".join([*shared, *(f"verse {k} has line {n}" for n in range(4 + k))]))
        for k in range(2)
    ]
    found = of(*songs, FERRY)
    (pair,) = found.similar_pairs
    assert (pair.songs, pair.shared_lines, pair.shorter_lines) == ((0, 1), 3, 7)
    assert found.versions == () and found.shared_lines == ()


line = st.sampled_from(
    [f"number {word} of a few" for word in "one two three four five six".split()]
)


@given(st.lists(st.lists(line, min_size=1, max_size=6), min_size=2, max_size=7))
def test_what_is_shared_is_what_brute_force_finds(songs: list[list[str]]) -> None:
    found = of(*(Song("", "\n".join(lines)) for lines in songs))
    sets = [set(lines) for lines in songs]
    close = {
        (a, b): len(sets[a] & sets[b]) / min(len(sets[a]), len(sets[b]))
        for a, b in combinations(range(len(songs)), 2)
    }
    group_of = list(range(len(songs)))
    for (a, b), share in close.items():
        if share >= 0.5:
            group_of = [group_of[a] if group == group_of[b] else group for group in group_of]
    groups = {group: [k for k, g in enumerate(group_of) if g == group] for group in group_of}
    assert sorted(version.songs for version in found.versions) == sorted(
        tuple(group) for group in groups.values() if len(group) > 1
    )
    for version in found.versions:
        best = max(close[pair] for pair in combinations(version.songs, 2))
        assert version.shared_lines / version.shorter_lines == pytest.approx(best)
    for shared in found.shared_lines:
        assert shared.songs == tuple(k for k, lines in enumerate(sets) if shared.text in lines)
        assert len({group_of[k] for k in shared.songs}) > 1
