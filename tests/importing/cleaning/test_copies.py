"""The longest of near-duplicates is kept."""

from __future__ import annotations

from typing import Any

from lyricslab.importing.cleaning.copies import keep_longest


def test_the_longest_is_kept(traced: Any) -> None:
    lines = [f"the dog sleeps {k}" for k in "abcdefgh"]
    short, long = "\n".join(lines), "\n".join([*lines, "and wakes"])
    cover = "\n".join(line.upper() + "!" for line in lines)
    other = "a river\nran down\nto the sea"
    songs = [traced(short), traced(other), traced(long), traced(cover)]
    assert keep_longest(songs) == [None, songs[1], songs[2], None]


def test_of_equally_long_ones_the_first(traced: Any) -> None:
    same = [traced("the dog\nsleeps\nhere", title) for title in "AB"]
    assert keep_longest(same) == [same[0], None]
