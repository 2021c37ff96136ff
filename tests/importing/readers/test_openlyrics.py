"""Songs in OpenLyrics."""

from __future__ import annotations

import pytest

from lyricslab.errors import BrokenFileError
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_songs

KETTLE = """\
<?xml version='1.0' encoding='utf-8'?>
<?xml-stylesheet href="a.css" type="text/css"?>
<song xmlns="http://openlyrics.info/namespace/2009/song" version="0.8" xml:lang="en">
  <properties>
    <titles><title>Tin Kettle</title><title lang="de">Blechkessel</title></titles>
    <authors><author>Ola Bree</author><author type="translation">Max Blau</author></authors>
    <verseOrder>v1 c v2 c</verseOrder>
    <key>G</key>
    <songbooks><songbook name="Low Water" entry="7"/></songbooks>
    <themes><theme>morning</theme><theme>tea</theme></themes>
  </properties>
  <lyrics>
    <verse name="v1"><lines>The <chord name="G"/>tin ket<chord name="D"/>tle<br/>
      sings <comment>softly</comment>to me</lines></verse>
    <verse name="v2"><lines>The <tag name="b">sea</tag> is far<br/>and cold</lines></verse>
    <verse name="c"><lines part="men">Oh, morn&eacute;</lines>
    <lines repeat="2">oh day</lines></verse>
    <verse name="e"><lines>The end</lines></verse>
  </lyrics>
</song>
"""
NEWER = """\
<song xmlns="http://openlyrics.info/namespace/2009/song" version="0.9">
<properties><titles><title>Two Bells</title></titles></properties>
<lyrics><verse name="v1"><lines><chord root="C">Ring</chord> me<br/>
<chord root="F"/>ring you</lines>
</verse><instrument name="i"><lines><beat><chord root="C"/></beat></lines></instrument>
<verse name="v2"><lines>Ring us</lines></verse></lyrics></song>
"""
OLDER = """\
<song><properties><titles><title>Low Water</title></titles></properties>
<lyrics><verse name="v1"><lines><line>Low water</line><line>slow water</line></lines></verse>
</lyrics></song>
"""


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a", "a.openlyrics"])
def test_verses_are_stanzas_in_the_order_in_which_they_are_sung(name: str) -> None:
    assert read_songs(name, KETTLE) == [
        RawSong(
            "Tin Kettle",
            "The tin kettle\nsings to me\n\nOh, morn\u00e9\noh day\noh day\n\n"
            "The sea is far\nand cold\n\nThe end",
            "Ola Bree",
            details=(
                ("key", "G"),
                ("album", "Low Water"),
                ("tags", "morning, tea"),
                ("language", "en"),
            ),
        )
    ]


@pytest.mark.parametrize("name", ["a.xml", "a.txt"])
def test_older_and_newer_forms(name: str) -> None:
    assert read_songs(name, NEWER.encode("utf-16")) == [
        RawSong("Two Bells", "Ring me\nring you\n\nRing us")
    ]
    assert read_songs(name, OLDER) == [RawSong("Low Water", "Low water\nslow water")]


def test_the_declared_encoding_is_kept_to() -> None:
    text = OLDER.replace("slow", "sp\u00e4t")
    data = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{text}'.encode("latin-1")
    assert read_songs("a.xml", data)[0].text == "Low water\nsp\u00e4t water"


@pytest.mark.parametrize("cut", [60, 400, -9])
def test_damage_is_told(cut: int) -> None:
    with pytest.raises(BrokenFileError, match="damaged or cut short"):
        read_songs("a.openlyrics", KETTLE[:cut])


def test_entities_lead_nowhere() -> None:
    for entity in ('"la la"', 'SYSTEM "file:///etc/hostname"'):
        bomb = f"<!DOCTYPE song [<!ENTITY a {entity}>]>" + OLDER.replace("slow", "&a;&a;")
        assert read_songs("a.xml", bomb)[0].text == "Low water\nwater"
