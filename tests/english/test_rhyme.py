"""Rhymes, against pairs judged by ear, and rhyme schemes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.english.lexicon import frequency_per_million, frequent_rows
from lyricslab.english.rhyme import last_word, rhyme_class, rhyme_scheme, rhyme_strength, rhymes
from lyricslab.english.rhyme_strength import ASSONANCE, CONSONANCE, NEAR, PERFECT
from lyricslab.english.verse import rhyming_lines, verse
from lyricslab.english.word_ending import word_endings
from lyricslab.songs.song import Song

SPOKEN = Path(__file__).parent / "spoken"
WORDS = [word for word, said in frequent_rows() if said]


@pytest.mark.parametrize("name", ["rhymes_1.txt", "rhymes_2.txt", "rhymes_3.txt"])
def test_pairs_judged_by_ear(name: str) -> None:
    good, bad = (
        [line.split() for line in half.splitlines() if not line.startswith("#")]
        for half in (SPOKEN / name).read_text("ascii").split("\n\n")
    )
    assert len(good) == len(bad) == 100
    found = sum(rhymes(a, b) for a, b in good)
    wrong = sum(rhymes(a, b) for a, b in bad)
    assert found / len(good) >= 0.85
    assert found / (found + wrong) >= 0.95


@pytest.mark.parametrize(
    ("a", "b", "least", "below"),
    [
        ("time", "mine", NEAR, PERFECT),
        ("lantern", "lanterns", NEAR, PERFECT),
        ("memory", "free", NEAR, PERFECT),
        ("road", "hope", ASSONANCE, NEAR),
        ("moon", "mine", CONSONANCE, ASSONANCE),
        ("river", "guitar", 0.0, CONSONANCE),
        ("rain", "reign", 0.0, CONSONANCE),
        ("rain", "rain", 0.0, CONSONANCE),
        ("light", "delight", 0.0, CONSONANCE),
        ("light", "flight", PERFECT, 2),
        ("tomorrow", "borrow", PERFECT, 2),
        ("blorfing", "surfing", PERFECT, 2),
        ("zindle", "kindle", PERFECT, 2),
    ],
)
def test_how_well_words_rhyme(a: str, b: str, least: float, below: float) -> None:
    assert least <= rhyme_strength(a, b) < below
    assert rhyme_strength(a, b) == rhyme_strength(b, a)


def test_lines_rhyme_by_their_last_words() -> None:
    assert rhymes("The ferry comes at nine,", "and I'm a friend of mine!")
    assert not rhymes("The ferry comes at nine", "At nine")
    assert rhymes("all of the time", "mine", strictness=NEAR)
    assert not rhymes("...", "...") and not rhymes("", "day")
    assert last_word("See you in '99!") == "nine" and last_word(" - ") == ""


def test_a_rhyme_class_is_sorted_by_frequency_and_rhymes() -> None:
    for word in ("night", "wandering", "blorfander", "lovin'"):
        found = rhyme_class(word)
        assert word not in found
        assert all(rhymes(word, other) for other in found)
        rates = [frequency_per_million(other) for other in found]
        assert rates == sorted(rates, reverse=True)
    assert {"light", "alright", "moonlight"} < set(rhyme_class("night"))
    assert "tonight" not in rhyme_class("night") and "knight" not in rhyme_class("night")
    assert rhyme_class("") == rhyme_class("'") == ()


@pytest.mark.parametrize("strictness", [PERFECT, NEAR, 0.6, ASSONANCE, CONSONANCE])
def test_a_rhyme_class_holds_all_that_rhyme(strictness: float) -> None:
    sample = WORDS[:3000:7]
    for word in ("stone", "melody", "borrow")[: 1 if strictness == CONSONANCE else 3]:
        alike = {other for other in sample if rhymes(word, other, strictness)}
        assert alike == set(sample) & set(rhyme_class(word, strictness))


@given(st.sampled_from(WORDS[:3000]), st.sampled_from(WORDS[:3000]))
def test_strength_is_symmetric_and_in_range(a: str, b: str) -> None:
    assert 0 <= rhyme_strength(a, b) == rhyme_strength(b, a) <= 1
    assert rhyme_strength(a, a) == 0


@pytest.mark.parametrize(
    ("lines", "scheme"),
    [
        (["the sea", "a stone", "for me", "alone"], "ABAB"),
        (["the sea", "for me", "a stone", "alone"], "AABB"),
        (["the sea", "a road", "for me", "a hill"], "ABAC"),
        (["oh, the sea", "a stone", "oh, the sea", "my own"], "ABAB"),
        (["the sea", "...", "for me"], "A-A"),
        ([], ""),
    ],
)
def test_rhyme_schemes(lines: list[str], scheme: str) -> None:
    assert rhyme_scheme(lines) == scheme


def test_a_scheme_of_many_lines_has_a_letter_for_each() -> None:
    assert len(rhyme_scheme(WORDS[:900:10])) == 90


def test_unknown_words_end_as_words_spelled_alike() -> None:
    assert word_endings("blorfight")[0].part == "AY T"
    assert word_endings("zmation")[0].part == "EY SH AH N"
    assert word_endings("qx" * 50_000) == ()


def test_how_verse_is_built() -> None:
    text = "The boat is on the sea\nA lantern waits for me\n\nThe rain\n(...)\nfell on the sea"
    found = verse([Song("Boat", text)])
    assert found.line_syllables == (6 + 6 + 2 + 4) / 4
    assert found.rhyming_line_share == 0.5
    assert verse([]).rhyming_line_share == verse([Song("", "")]).line_syllables == 0
    assert rhyming_lines(["sea", "hill", "rain", "stone", "lamp", "me"]) == [False] * 6
