"""Songbooks of SoftProjector."""

from __future__ import annotations

import pytest

from lyricslab.errors import UnknownFormatError
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_songs

LINES = """\
##2
##Low Songs
##made by hand
1#$#Tin Kettle#$#0#$##$#Ola Bree#$#Max Blau#$#Verse 1@%The tin kettle@%sings to me@$Refrain\
@%all day#$##$#left#$#
2#$#Two Bells#$#0#$#C#$##$#Max Blau#$#Куплет 1@%Ring me@$Припев@%ring you@$ring us
"""
XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<spSongBook version="2.0"><SongBook><title>Low Songs</title><info/></SongBook>
<Song number="1"><title>Low Water</title><category>0</category><words>Ola Bree</words><music/>
<song_text>Verse 1
Low water
slow water

Chorus
no water</song_text></Song></spSongBook>
"""
ALBUM = (("album", "Low Songs"),)


@pytest.mark.parametrize("name", ["a.sps", "a.txt", "a"])
def test_a_song_a_line(name: str) -> None:
    assert read_songs(name, LINES) == [
        RawSong("Tin Kettle", "The tin kettle\nsings to me\n\nall day", "Ola Bree", details=ALBUM),
        RawSong("Two Bells", "Ring me\n\nring you\n\nring us", "Max Blau", details=ALBUM),
    ]


@pytest.mark.parametrize("name", ["a.sps", "a.xml", "a.txt"])
def test_songs_in_xml(name: str) -> None:
    assert read_songs(name, XML) == [
        RawSong("Low Water", "Low water\nslow water\n\nno water", "Ola Bree", details=ALBUM)
    ]


def test_a_database_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnknownFormatError, match="a database.*paste them"):
        read_songs("a.sps", b"SQLite format 3\0" + bytes(99))
