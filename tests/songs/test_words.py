"""What counts as a word, by hand; line by line is the same as all at once."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from lyricslab.songs.words import words, words_by_line


def test_a_line_by_hand() -> None:
    text = "Singin' 'bout the O'Hara-boys' 2 caf\u00e9s, rock \u2019TIS \u201cDon\u2019t\u201d"
    assert words(text) == [
        *("singin", "bout", "the", "o'hara", "boys", "cafes"),
        *("rock", "tis", "don't"),
    ]


def test_any_sign_for_an_apostrophe_is_one() -> None:
    assert words("don`t don\u2019t don't DON\u02bcT") == ["don't"] * 4


def test_line_by_line_keeps_empty_lines() -> None:
    assert words_by_line("Oh, 'ow\n\n'Tis 'em'\n9") == [["oh", "ow"], [], ["tis", "em"], []]


@given(st.text(alphabet="aZ'`-\n\u00e9\u2019 3_", max_size=40))
def test_words_are_letters_with_apostrophes_inside(text: str) -> None:
    found = words(text)
    assert all(re.fullmatch(r"[a-z]+('+[a-z]+)*", word) for word in found)
    assert [word for line in words_by_line(text) for word in line] == found
    assert len(words_by_line(text)) == text.count("\n") + 1
