"""Tidy texts and section labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.importing.lines import is_label, newlines, tidy


@pytest.mark.parametrize(
    "line",
    [
        "[Chorus]",
        "[Verse 1: Ann Lee & Bob]",
        "[Hook] x2",
        "[Ann Lee:]",
        "(Bridge)",
        "Chorus:",
        "VERSE 2",
        "Verse two",
        "Pre-Chorus",
        "Chorus x2",
        "(chorus)",
        "Refrain",
        "Couplet 2 :",
        "  Outro  ",
    ],
)
def test_labels(line: str) -> None:
    assert is_label(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "the chorus of the birds",
        "Break my heart",
        "Bridge over the river",
        "I tag along",
        "verses",
        "(oh yeah)",
    ],
)
def test_words_that_are_sung(line: str) -> None:
    assert not is_label(line)


def test_tidy() -> None:
    assert tidy("\n\n a  \n\t\n\n\nb\t\n") == " a\n\nb"
    assert newlines("a\r\nb\rc\u2028d\ve\ff") == "a\nb\nc\nd\ne\ff"


@given(st.text(alphabet="ab \t\n", max_size=60))
def test_tidying_keeps_words_and_settles_at_once(text: str) -> None:
    tidied = tidy(text)
    assert tidied.split() == text.split()
    assert tidy(tidied) == tidied
    assert "\n\n\n" not in tidied
    assert all(line == line.rstrip() for line in tidied.split("\n"))
