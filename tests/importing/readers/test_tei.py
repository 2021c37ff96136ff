"""Editions of poems."""

from __future__ import annotations

import pytest

from lyricslab.errors import EmptyFileError
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_songs

HEADER = (
    "<teiHeader><fileDesc><titleStmt><title>All Kettles</title><author>Ola Bree</author>"
    "</titleStmt></fileDesc></teiHeader>"
)
ONE = f"""\
<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="en">{HEADER}
<text><front><p>a preface</p></front><body><pb n="1"/>
<lg type="quatrain"><l n="1">The tin <note>of iron</note>kettle</l><l>sings
  to <choice><sic>mee</sic><corr>me</corr></choice></l></lg>
<lg><l>and <app><lem>all</lem><rdg>no</rdg></app> day</l></lg></body></text></TEI>
"""
BOOK = f"""\
<TEI.2>{HEADER}<text><body><head>First Book</head>
<div type="poem"><head>Two <hi>Bells</hi></head><lg><l>Ring me</l></lg>
<lg><l>ring you</l></lg></div>
<div type="poem"><head>Low Water</head><div><head>I</head><lg><l>Low water</l></lg></div>
<div><head>II</head><lg><l>slow water</l><l>no water</l></lg></div></div>
</body></text></TEI.2>
"""
GROUPS = """\
<teiCorpus><TEI><text><group><text><body><lg type="sonnet"><head>On Tea</head>
<lg><l>It is hot</l><l>and black</l></lg><lg><l>and gone</l></lg></lg>
<lg type="sonnet"><head>On Milk</head><lg><l>It is cold</l></lg></lg>
</body></text></group></text></TEI>
<TEI><text><body><lg><head>On Bread</head><l>It is old</l></lg><lg><head>On Salt</head><l>It is
white</l></lg></body></text></TEI></teiCorpus>
"""


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a", "a.tei"])
def test_a_poem_of_its_own(name: str) -> None:
    assert read_songs(name, ONE) == [
        RawSong(
            "All Kettles",
            "The tin kettle\nsings to me\n\nand all day",
            "Ola Bree",
            details=(("language", "en"),),
        )
    ]


@pytest.mark.parametrize("name", ["a.xml", "a.txt"])
def test_the_poems_of_a_book(name: str) -> None:
    assert read_songs(name, BOOK) == [
        RawSong("Two Bells", "Ring me\n\nring you", "Ola Bree"),
        RawSong("Low Water", "Low water\n\nslow water\nno water", "Ola Bree"),
    ]


def test_the_poems_of_a_corpus() -> None:
    assert read_songs("a.xml", GROUPS) == [
        RawSong("On Tea", "It is hot\nand black\n\nand gone"),
        RawSong("On Milk", "It is cold"),
        RawSong("On Bread", "It is old"),
        RawSong("On Salt", "It is white"),
    ]


def test_the_poet_may_be_named_in_the_source_alone() -> None:
    header = "<author>Ola Bree</author></titleStmt>"
    source = "</titleStmt><sourceDesc><bibl>by <author>Max Blau</author></bibl></sourceDesc>"
    assert read_songs("a.xml", ONE.replace(header, source))[0].artist == "Max Blau"


def test_an_edition_of_prose() -> None:
    with pytest.raises(EmptyFileError, match="TEI without verse"):
        read_songs("a.xml", f"<TEI>{HEADER}<text><body><p>The tin kettle</p></body></text></TEI>")
