"""Brackets that close, songs that end with a line."""

from __future__ import annotations

import numpy as np
import pytest

from lyricslab.model.decoding import endings
from lyricslab.model.decoding.endings import ending_share, opened_by, whole_lines

NEWLINE, END = ord("\n"), 0


def shares(**chances: float) -> np.ndarray:
    found = np.zeros(128)
    names = {"newline": NEWLINE, "end": END, "space": 32, "round": ord(")"), "square": ord("]")}
    for name, chance in chances.items():
        found[names[name]] = chance
    return found


def test_a_line_cannot_end_within_brackets() -> None:
    some = shares(newline=0.3, end=0.1, space=0.4, round=0.05, square=0.15)
    endings.close_brackets(some, "[(")
    assert some == pytest.approx(shares(space=0.4, round=0.45))


def test_nothing_is_closed_that_is_not_open() -> None:
    some = shares(newline=0.5, round=0.25, square=0.25)
    endings.close_brackets(some, "")
    assert some == pytest.approx(shares(newline=0.5))


def test_what_is_open_after_each_character() -> None:
    opened, seen = "", []
    for char in 'a ("b" [c]) "d\n':
        opened = opened_by(opened, char)
        seen.append(opened)
    assert seen[2:] == ["(", '("', '("', "(", "(", "([", "([", "(", "", "", '"', '"', ""]


@pytest.mark.parametrize(
    ("done", "stanza_ends", "expected"),
    [(0.7, True, 0), (0.8, True, 0.25), (0.95, True, 1), (0.9, False, 0), (0.975, False, 0.5),
     (1.0, False, 1)],
)  # fmt: skip
def test_the_end_takes_over_from_the_new_line(
    done: float, stanza_ends: bool, expected: float
) -> None:
    assert ending_share(done, stanza_ends=stanza_ends) == pytest.approx(expected)
    some = shares(newline=0.4, end=0.1, space=0.5)
    last = "\n" if stanza_ends else "x"
    endings.end_song(some, round(done * 1000), 20, 1000, last)
    assert some[END] == pytest.approx(0.1 + 0.4 * expected)
    assert some.sum() == pytest.approx(1)


def test_a_song_does_not_end_after_its_title() -> None:
    some = shares(newline=0.2, end=0.7, space=0.1)
    endings.end_song(some, 20, 1, 400, "x")
    assert some == pytest.approx(shares(newline=0.9, space=0.1))


def test_a_line_that_goes_on_and_on_is_broken_after_a_word() -> None:
    some = shares(space=0.6, newline=0.4)
    endings.end_song(some, 435, 9, 400, "x")
    assert some == pytest.approx(shares(space=0.3, end=0.7))
    some = shares(space=0.2, newline=0.1, round=0.1)
    some[ord("a")] = 0.6
    endings.end_song(some, 450, 9, 400, "x")
    assert some == pytest.approx(shares(end=0.4))


def test_an_unfinished_line_is_left_out() -> None:
    assert whole_lines("Title\n\nOne line\nHalf a l") == "Title\n\nOne line"
    assert whole_lines("Title\n\nOne line\n\nHa") == "Title\n\nOne line"
    assert whole_lines("Only thi") == "Only thi"
