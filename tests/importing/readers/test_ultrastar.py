"""Karaoke files with a note for each syllable."""

from __future__ import annotations

import pytest

from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_one, read_songs

KETTLE = """\
#TITLE:Tin Kettle
#ARTIST:Ola Bree
#LANGUAGE:English
#BPM:210,5
#GAP:1200
: 0 4 2 The
: 4 2 2  tin
* 8 5 4  ket
: 13 3 4 tle
- 20
: 24 3 4 sings
F 28 3 4  to
: 32 6 4  me
- 40 44
: 48 3 4 all
: 52 3 4  morn
: 56 9 4 ~
: 66 3 4 ing
E
"""
DUET = """\
#title : Two Bells
#artist:Ola Bree
#BPM:200
P1
: 0 4 2 ring
: 4 4 2  me
- 10
: 40 4 2 ring
: 44 4 2  us
- 50
P2
: 20 4 2 ring
: 24 4 2  you
- 30
: 40 4 2 ring
: 44 4 2  us
E
"""
BLANKS_AT_ENDS = """\
#ARTIST: Ola Bree
#Title: Low Water
#Year: 1999
#BPM: 300
R 0 4 2 Low\x20
R 4 4 2 wa
G 8 4 2 ter\x20
: 12 4 -3 falls~
- 18
: 20 4 2 Slow
: 24 4 2  wa
: 28 4 2 ~
: 32 4 2 ter
"""


@pytest.mark.parametrize("name", ["a.ultrastar", "a.txt", "a", "a.song"])
def test_syllables_are_joined_to_lines(name: str) -> None:
    assert read_songs(name, KETTLE) == [
        RawSong(
            "Tin Kettle",
            "The tin kettle\nsings to me\nall morning",
            "Ola Bree",
            details=(("language", "English"),),
        )
    ]


def test_a_duet_is_sung_in_order_of_time() -> None:
    assert read_songs("a.txt", DUET.replace("\n", "\r\n")) == [
        RawSong("Two Bells", "ring me\nring you\nring us", "Ola Bree")
    ]
    same = DUET.replace("P1\n", "P 1\n").replace("P2\n", "P 2\n").encode("utf-16")
    assert read_songs("a.txt", same)[0].text == "ring me\nring you\nring us"


def test_blanks_may_end_a_syllable_or_begin_it() -> None:
    assert read_songs("a.txt", BLANKS_AT_ENDS) == [
        RawSong("Low Water", "Low water falls\nSlow water", "Ola Bree", details=(("year", "1999"),))
    ]


def test_beats_may_count_from_the_line_before() -> None:
    text = "#TITLE:Up\n#RELATIVE:YES\n#BPM:9\nP1\n: 0 2 1 up\n- 10\n: 0 2 1 on\nP2\n: 5 2 1 we\n"
    assert read_songs("a.txt", text)[0].text == "up\nwe\non"


def test_files_after_one_another() -> None:
    songs = read_songs("a.txt", KETTLE + DUET + BLANKS_AT_ENDS.replace("#ARTIST: Ola Bree\n", ""))
    assert [song.title for song in songs] == ["Tin Kettle", "Two Bells", "Low Water"]
    assert [len(song.text.split("\n")) for song in songs] == [3, 3, 2]


def test_a_file_without_a_title() -> None:
    text = "#BPM:9\n: 0 2 1 up\n: 2 2 1  we\n- 5\n: 6 2 1 go\n"
    (song,) = read_one("up we go.txt", text).songs
    assert (song.title, song.text) == ("up we go", "up we\ngo")
