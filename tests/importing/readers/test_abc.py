"""Tunes in ABC with words under the notes."""

from __future__ import annotations

import pytest

from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_songs

TIN = """\
%abc-2.1
X: 1
T: Tin Kettle
T: The Old One
C: Ola Bree
M: 4/4
L: 1/8
K: G clef=treble
GABc d2 d2 | edcB A4 |
w: 1.~The tin ket-tle | sings_ all day
w: 2.~The sea is far * and cold as_
cBAG c2 c2 | G8 |]
w: o-ver the fi-\\
w: re, oh.
w: well\\-known to me~too, oh. % softly
"""
BELOW = """\
X:7
T:Low Water
M:3/4
K:Dm
d2 ef | g4 :|
W:Low water, slow water
W:come to the door
W:
W:Low water, no water
W:never before
"""
CHOIR = """\
X:3
T:Two Bells
K:C
V:S
cdef g4|
w:Ring the bell for har-
V:A
cdef g4|
w:Ring the bell for har-
V:S
gfed c4|
w:bour, oh
V:A
gfed c4|
w:bour, oh
"""


@pytest.mark.parametrize("name", ["a.abc", "a.txt", "a"])
def test_words_under_notes_come_verse_by_verse(name: str) -> None:
    assert read_songs(name, TIN) == [
        RawSong(
            "Tin Kettle",
            "The tin kettle sings all day\nover the fire, oh.\n\n"
            "The sea is far and cold as\nwell-known to me too, oh.",
            "Ola Bree",
            details=(("key", "G"),),
        )
    ]


@pytest.mark.parametrize("name", ["a.abc", "a.txt"])
def test_words_below_a_tune(name: str) -> None:
    assert read_songs(name, BELOW.replace("\n", "\r\n")) == [
        RawSong(
            "Low Water",
            "Low water, slow water\ncome to the door\n\nLow water, no water\nnever before",
            details=(("key", "Dm"),),
        )
    ]


def test_several_tunes_and_what_stands_between_them() -> None:
    songs = read_songs("a.txt", TIN + "\nA note on the tune.\n\n" + BELOW + "\n\n" + CHOIR)
    assert [song.title for song in songs] == ["Tin Kettle", "Low Water", "Two Bells"]
    assert songs[2].text == "Ring the bell for harbour,\noh"


def test_accents_and_lines_that_go_on() -> None:
    text = "X:1\nT:Caf\\'e\nK:C\nCDEF|\nw:Na\\\"ive ca-f\\'e\n+:by sea\n"
    assert read_songs("a.abc", text) == [
        RawSong("Caf\u00e9", "Na\u00efve caf\u00e9 by sea", details=(("key", "C"),))
    ]


def test_a_tune_without_words_is_no_song() -> None:
    assert [song.text for song in read_songs("a.abc", "X:1\nT:Jig\nK:C\nCDE|\n\n" + BELOW)] == [
        "",
        "Low water, slow water\ncome to the door\n\nLow water, no water\nnever before",
    ]
