"""Line breaks that were lost, put where they may have been."""

from __future__ import annotations

from typing import Any

import pytest

from lyricslab.importing.cleaning.long_lines import FIT_CHARS, break_up, broken

LINES = [
    "The dog sleeps by the kitchen door",
    "And nobody knows what he dreams about",
    "Old McCoy is calling him home",
    "But I and my iPod will never go",
]


@pytest.mark.parametrize("between", [" / ", " // ", " | ", "\\n", "<br>", "<br />", "<BR/>", ""])
def test_a_break_that_stood_there_is_found(between: str) -> None:
    assert broken(between.join(LINES)) == LINES


@pytest.mark.parametrize("between", ["\\n\\n", "<br><br>", "<br /> <br/>", "\\n \\n"])
def test_two_breaks_part_stanzas(sheet: Any, between: str) -> None:
    mended = break_up(sheet(between.join(["<br>".join(LINES), "\\n".join(LINES)])))
    assert mended.lines == [*LINES, "", *LINES]


def test_sentences_then_commas_then_words() -> None:
    pieces = broken("Stay with me. " + "we run along the river side, " * 4 + "word " * 40)
    two = "we run along the river side, we run along the river side,"
    assert pieces[:3] == ["Stay with me.", two, two]
    assert [len(piece.split()) for piece in pieces[3:]] == [11, 11, 11, 7]
    assert all(len(piece) <= FIT_CHARS for piece in pieces)


def test_only_very_long_lines_are_broken(sheet: Any) -> None:
    song = sheet("and/or we go / we stay\nthe dogAnd then\n" + "word " * 19)
    assert break_up(song) is song
    mended = break_up(sheet("the dog\n" + " / ".join(LINES) + "\nhome"))
    assert mended.text == "\n".join(["the dog", *LINES, "home"])
    assert list(mended.origins) == [0, 1, 1, 1, 1, 2]


def test_one_word_without_end_stays(sheet: Any) -> None:
    song = sheet("a" * 300)
    assert break_up(song) is song
