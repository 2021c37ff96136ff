"""Captions and timed lyrics in TTML."""

from __future__ import annotations

import pytest

from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_songs

KETTLE = """\
<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xml:lang="en">
<head><metadata><ttm:title>Tin Kettle</ttm:title></metadata></head>
<body dur="9s"><div begin="1s"><p begin="1s" end="2s"><span begin="1s">The</span>
<span begin="1.5s">ket</span><span>tle</span></p><p>sings<br/>to me
<span ttm:role="x-translation">singt</span></p></div>
<div><p>all day</p><p/></div></body></tt>
"""
BARE = "<tt><body><p>Low water</p><p>slow water</p></body></tt>"


@pytest.mark.parametrize("name", ["a.ttml", "a.xml", "a.txt", "a"])
def test_a_stanza_for_each_division(name: str) -> None:
    assert read_songs(name, KETTLE) == [
        RawSong("Tin Kettle", "The kettle\nsings\nto me\n\nall day", details=(("language", "en"),))
    ]


def test_captions_without_a_title() -> None:
    assert read_songs("low_water.dfxp", BARE) == [RawSong("low water", "Low water\nslow water")]
    assert read_songs("a.xml", BARE.encode("utf-16"))[0].text == "Low water\nslow water"
