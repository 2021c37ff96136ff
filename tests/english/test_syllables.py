"""Syllables and stress, against words counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from lyricslab.english.spoken_words import number_words, spoken_words
from lyricslab.english.syllables import line_syllables, stress, syllables, syllables_by_letters

SPOKEN = Path(__file__).parent / "spoken"


@pytest.mark.parametrize("name", ["syllables_1.txt", "syllables_2.txt"])
def test_words_counted_by_hand(name: str) -> None:
    lines = (SPOKEN / name).read_text("ascii").splitlines()
    counted = [line.split() for line in lines if not line.startswith("#")]
    assert len(counted) == 150
    right = sum(str(syllables(word)) in count.split("/") for word, count in counted)
    assert right / len(counted) >= 0.97


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("blorfed", 1), ("glinted-up", 3), ("trindle", 2), ("grumbled", 2), ("vashes", 2),
        ("snorkles", 2), ("quivelly", 3), ("brizzing", 2), ("flooing", 2), ("zorbism", 3),
        ("krent", 1), ("pffft", 1),
    ],
)  # fmt: skip
def test_invented_words_are_counted_by_their_letters(word: str, count: int) -> None:
    assert syllables(word) == count


def test_no_word_has_no_syllables() -> None:
    assert [syllables(word) for word in ("", "'", "...", "-", "\u2014")] == [0] * 5
    assert syllables_by_letters("grr") == 1


@pytest.mark.parametrize(
    ("word", "marks"),
    [("tomorrow", "012"), ("midnight", "12"), ("guitar", "01"), ("a", "1"), ("la-la", "11"),
     ("hesitatin'", "1020"), ("moonswept", "12"), ("blorfander", "100")],
)  # fmt: skip
def test_stress(word: str, marks: str) -> None:
    assert stress(word) == marks


def test_lines() -> None:
    assert line_syllables("I left the lantern burning low") == 8
    assert line_syllables("Rock'n'roll in '69, oh-oh!") == 3 + 1 + 3 + 2
    assert line_syllables("  ... ") == line_syllables("") == 0


def test_words_as_they_are_spoken() -> None:
    assert spoken_words("Rollin' on, 'cause it's 2 late & \u201cgone\u201d") == (
        ["rollin'", "on", "'cause", "it's", "two", "late", "and", "gone"]
    )
    assert spoken_words("Caf\u00e9 twenty-one") == ["cafe", "twenty", "one"]


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("0", "zero"), ("17", "seventeen"), ("40", "forty"), ("99", "ninety nine"),
        ("365", "three hundred sixty five"), ("1969", "nineteen sixty nine"),
        ("1905", "nineteen oh five"), ("1900", "nineteen hundred"), ("1000", "one thousand"),
        ("1,500", "one thousand five hundred"), ("2012", "two thousand twelve"), ("007",
        "zero zero seven"), ("80s", "eighties"), ("1st", "first"), ("22nd", "twenty second"),
        ("20th", "twentieth"), ("1000000", "one million"),
    ],
)  # fmt: skip
def test_numbers(digits: str, said: str) -> None:
    assert number_words(digits) == said.split()


def test_a_number_of_any_length_is_read() -> None:
    assert len(number_words("7" * 100_000)) == 100_000
    assert syllables_by_letters("ae" * 50_000) > 0
