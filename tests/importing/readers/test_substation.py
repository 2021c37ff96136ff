"""Captions with styles, and karaoke made of them."""

from __future__ import annotations

import pytest

from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_songs

HEAD = "[Script Info]\nTitle: {}\n\n[Events]\nFormat: Layer, Start, End, Style, Name, Text\n"
START = "Dialogue: 0,0:00:0{}.00,0:00:09.50,Default,,0,0,0,{},{}\n"
KETTLE = HEAD.format("Tin Kettle") + "".join(
    START.format(k, effect, text)
    for k, effect, text in (
        (1, "", "{\\k20}The {\\k30}tin {\\k10}ket{\\k12}tle"),
        (2, "fx", "{\\pos(1,2)}The"),
        (3, "karaoke", "sings, oh\\Nto me\\h now"),
        (3, "", "to me now"),
        (4, "", "{\\p1}m 0 0 l 100 0"),
        (5, "", "the tin kettle"),
    )
)


@pytest.mark.parametrize("name", ["a.ass", "a.ssa", "a.txt", "a"])
def test_the_words_of_dialogues(name: str) -> None:
    assert read_songs(name, KETTLE + "Comment: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,no\n") == [
        RawSong("Tin Kettle", "The tin kettle\nsings, oh\nto me now\nthe tin kettle")
    ]


def test_a_file_without_a_title_of_its_own() -> None:
    text = HEAD.format("Default Aegisub file") + START.format(1, "", "low water")
    assert read_songs("low_water.ass", text) == [RawSong("low water", "low water")]


def test_commas_are_sung_and_short_lines_are_none() -> None:
    text = START.format(1, "", "ring, ring, ring") + "Dialogue: 0,0:00:01.00,0:00:02.00,D\n"
    assert read_songs("a.txt", text.replace("\n", "\r\n"))[0].text == "ring, ring, ring"
