"""Titles above the lyrics, and first lines that are sung."""

from __future__ import annotations

from typing import Any

import pytest

from lyricslab.importing.cleaning.title_lines import remove_titles


@pytest.mark.parametrize(
    "head",
    [
        "Old Dog\n",
        "OLD DOG\n",
        "1. Old Dog\n",
        '"Old Dog"\n',
        "Old Dog Lyrics\n",
        "Old Dog by Ann Bell\n",
        "Ann Bell - Old Dog\n",
        "Old Dog - Ann Bell",
        "Old Dog | Ann Bell",
        "Old Dog\nby Ann Bell\n",
        "Old Dog\n\nAnn Bell\n",
        "Old Dog\nLyrics by: Ann Bell",
    ],
)
def test_a_known_title_is_removed(traced: Any, body: str, head: str) -> None:
    if head == "Old Dog\nLyrics by: Ann Bell":
        head = "Old Dog\n\nLyrics by: Ann Bell\n"
    (fixed,) = remove_titles([traced(f"{head}\n{body}", "Old Dog", "Ann Bell")])
    assert fixed is not None
    assert (fixed.title, fixed.text) == ("Old Dog", body)
    assert fixed.origins[0] == head.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "Old dog\nthe dog sleeps\nby the door",
        "old dog, old dog,\n\nthe dog sleeps",
        "Old dog.\n\nthe dog sleeps",
        "Old Dog - come home\n\nthe dog sleeps",
        "Old dog by the river\nthe dog sleeps",
        "The dog\n\nsleeps",
        "Old Dog",
    ],
)
def test_a_first_line_that_is_sung_stays(traced: Any, text: str) -> None:
    song = traced(text, "Old Dog", "Ann Bell")
    assert remove_titles([song]) == [song]
    assert remove_titles([song])[0] is song


def test_a_numbered_verse_is_not_a_title(traced: Any) -> None:
    song = traced("1. This is the house.\n\n2. This is the malt.", "This is the House")
    assert remove_titles([song])[0] is song


def test_untitled_songs_get_titles_if_most_have_a_title_line(traced: Any, body: str) -> None:
    alone = [traced(f"{name}\n\n{body}") for name in ("Old Dog", "2. Red River")]
    plain = traced(body)
    fixed = remove_titles([*alone, plain])
    assert [(one.title, one.text) for one in fixed if one] == [
        ("Old Dog", body),
        ("Red River", body),
        ("", body),
    ]
    assert remove_titles([alone[0], plain])[0] is alone[0]
    assert remove_titles([*alone, plain, plain, plain])[0] is alone[0]


@pytest.mark.parametrize("above", ["Pins (1994)", "Pins, 2003", "1994 - Pins", "Peg Ode"])
def test_an_album_above_the_title_is_removed_with_it(traced: Any, above: str) -> None:
    song = traced(f"{above}\nSew Me\n\nthe needle\nand the thread", "Sew Me", "Peg Ode")
    (fixed,) = remove_titles([song])
    assert fixed is not None
    assert fixed.text == "the needle\nand the thread"


def test_a_line_above_the_titles_of_most_songs_stays_without_them(traced: Any, body: str) -> None:
    songs = [traced(f"Blue thread\n{name}\n\n{body}", name) for name in ("Sew", "Hem", "Sill")]
    assert remove_titles(songs[:2]) == songs[:2]  # it may be sung
    fixed = remove_titles(songs)
    assert [song.text for song in fixed if song] == [f"Blue thread\n\n{body}"] * 3
