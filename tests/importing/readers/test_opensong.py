"""Songs in OpenSong."""

from __future__ import annotations

import pytest

from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_songs

KETTLE = """\
<?xml version="1.0" encoding="UTF-8"?>
<song><title>Tin Kettle</title><author>Ola Bree</author><copyright>nobody</copyright>
<presentation>V1 C V2</presentation><capo print="false"/><key>G</key><theme>tea</theme>
<lyrics>[V1]
.G        D
 The tin ket_tle
.G
 sings   to me
;softly
[V2]
 The sea is far || and cold
[C]
 Oh, morning &amp; day
---
[B]
 The end
</lyrics></song>
"""
BESIDE = """\
<song><title>Two Bells</title><lyrics>[V]
.C   F
1Ring me
2Ring him
.G
1ring you
2ring her
[C]
 Ring us</lyrics></song>
"""
BARE = "<song><title></title><lyrics> Low water\n slow water\n\n No water\n</lyrics></song>"


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a", "a.opensong"])
def test_sections_are_stanzas_in_the_order_in_which_they_are_sung(name: str) -> None:
    assert read_songs(name, KETTLE) == [
        RawSong(
            "Tin Kettle",
            "The tin kettle\nsings to me\n\nOh, morning & day\n\nThe sea is far and cold\n\n"
            "The end",
            "Ola Bree",
            details=(("key", "G"), ("tags", "tea")),
        )
    ]


@pytest.mark.parametrize("name", ["a.xml", "a.txt"])
def test_verses_side_by_side_come_one_after_the_other(name: str) -> None:
    assert read_songs(name, BESIDE.replace("\n", "\r\n")) == [
        RawSong("Two Bells", "Ring me\nring you\n\nRing him\nring her\n\nRing us")
    ]


def test_a_song_without_sections_and_title() -> None:
    assert read_songs("low_water", BARE) == [
        RawSong("low water", "Low water\nslow water\n\nNo water")
    ]
