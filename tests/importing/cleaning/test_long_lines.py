"""Line breaks that were lost are restored."""

from __future__ import annotations

from typing import Any

import pytest

from lyricslab.importing.cleaning.long_lines import FIT_CHARS, break_line, break_long_lines

LINES = [
    "The dog sleeps by the kitchen door",
    "And nobody knows what he dreams about",
    "Old McCoy is calling him home",
    "But I and my iPod will never go",
]


@pytest.mark.parametrize("between", [" / ", " // ", " | ", ""])
def test_a_lost_break_is_found(between: str) -> None:
    assert break_line(between.join(LINES)) == LINES


def test_sentences_then_commas_then_words() -> None:
    pieces = break_line("Stay with me. " + "we run along the river side, " * 4 + "word " * 40)
    two = "we run along the river side, we run along the river side,"
    assert pieces[:3] == ["Stay with me.", two, two]
    assert [len(piece.split()) for piece in pieces[3:]] == [11, 11, 11, 7]
    assert all(len(piece) <= FIT_CHARS for piece in pieces)


def test_only_very_long_lines_are_broken(traced: Any) -> None:
    song = traced("and/or we go / we stay\nthe dogAnd then\n" + "word " * 19)
    assert break_long_lines(song) is song
    fixed = break_long_lines(traced("the dog\n" + " / ".join(LINES) + "\nhome"))
    assert fixed.text == "\n".join(["the dog", *LINES, "home"])
    assert list(fixed.origins) == [0, 1, 1, 1, 1, 2]


def test_one_very_long_word_stays(traced: Any) -> None:
    song = traced("a" * 300)
    assert break_long_lines(song) is song
