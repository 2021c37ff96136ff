"""Pronunciations of words that are listed, and of those that follow from listed ones."""

from __future__ import annotations

import pytest

from lyricslab.english.pronunciation import is_word, pronunciations, vowels


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("love", "L AH1 V"),
        ("LOVE", "L AH1 V"),
        ("lovin'", "L AH1 V AH0 N"),
        ("flickerin'", "F L IH1 K ER0 AH0 N"),
        ("lanterns", "L AE1 N T ER0 N Z"),
        ("jukeboxes", "JH UW1 K B AA2 K S IH0 Z"),
        ("boats'", "B OW1 T S"),
        ("duchess's", "D AH1 CH AH0 S AH0 Z"),
        ("turn'd", "T ER1 N D"),
        ("lov'd", "L AH1 V D"),
        ("wander'd", "W AA1 N D ER0 D"),
        ("she'd've", "SH IY1 D AH0 V"),
        ("floweth", "F L OW1 AH0 TH"),
        ("harbours", "HH AA1 R B ER0 Z"),
        ("soooo", "S OW1"),
        ("goood", "G UH1 D"),
        ("mmmm", "M AH1 M"),
        ("ooooh", "UW1"),
        ("s" + "o" * 100_000, "S OW1"),
        ("moonswept", "M UW1 N S W EH2 P T"),
        ("'cause", "K AH1 Z"),
    ],
)
def test_how_a_word_is_pronounced(word: str, sounds: str) -> None:
    assert pronunciations(word)[0] == sounds


def test_words_with_two_sounds_and_with_none() -> None:
    assert {"R EH1 D", "R IY1 D"} == set(pronunciations("read"))
    assert pronunciations("blorf") == pronunciations("") == pronunciations("'") == ()
    assert pronunciations("za" * 50_000) == pronunciations("zq'" * 30_000) == ()


def test_stresses_are_read_off_the_sounds() -> None:
    assert vowels("T AH0 M AA1 R OW2") == "012"
    assert vowels("SH") == ""


@pytest.mark.parametrize(
    "word",
    "lanterns singin' wanderin she'd've boys' laaantern o'er 'cause Jesus's couldn't've turn'd I'm "
    "moon-swept oh-oh-oh prettiest 'neath hummingbird's".split(),
)
def test_words(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize(
    "word", ["blorf", "blorfing", "xqz", "moonswept", "", "'", "-", "quiero", "love-xqz", "'" * 9]
)
def test_no_words(word: str) -> None:
    assert not is_word(word)


def test_long_words_are_looked_up_at_once() -> None:
    for word in ("ing" * 40_000, "'" * 100_000, "a-" * 50_000, "n't" * 40_000 + "in'"):
        is_word(word)
        pronunciations(word)
