"""Scores with words under their notes."""

from __future__ import annotations

import pytest

from lyricslab.errors import BrokenFileError, EmptyFileError
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_one
from tests.support.written_files import packed_up

CONTAINER = '<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>'


def score(*verses: str, title: str = "Tin Kettle", parts: int = 1) -> str:
    """A score with these verses, "-" between syllables and "/" where a line ends."""
    notes = []
    rows = [verse.split() for verse in verses]
    for k in range(max(map(len, rows))):
        lyrics = ""
        for number, row in enumerate(rows, 1):
            if k < len(row):
                begun = k > 0 and row[k - 1].endswith("-")
                going = row[k].endswith("-")
                kind = {(0, 1): "begin", (1, 1): "middle", (1, 0): "end"}.get((begun, going))
                end = "<end-line/>" if row[k].endswith("/") else ""
                lyrics += (
                    f'<lyric number="{number}"><syllabic>{kind or "single"}</syllabic>'
                    f"<text>{row[k].strip('-/')}</text>{end}</lyric>"
                )
        notes.append(f"<note><pitch><step>C</step></pitch>{lyrics}</note>")
    music = f"<measure>{''.join(notes)}<note><rest/></note></measure>"
    both = "".join(f'<part id="P{k}">{music}</part>' for k in range(parts))
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 '
        'Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n<score-partwise>'
        f"<work><work-title>{title}</work-title></work><identification>"
        f'<creator type="lyricist">Ola Bree</creator></identification>{both}</score-partwise>'
    )


VERSES = ("The tin ket- tle sings Oh morn- ing I say", "The sea is far And cold")
TEXT = "The tin kettle sings\nOh morning I say\n\nThe sea is far\nAnd cold"


@pytest.mark.parametrize("name", ["a.musicxml", "a.xml", "a.txt", "a"])
def test_verses_come_one_after_the_other(name: str) -> None:
    file = read_one(name, score(*VERSES, parts=2))
    assert file.songs == (RawSong("Tin Kettle", TEXT, "Ola Bree"),)
    assert "no line ends" in file.notes[0]


def test_a_packed_score() -> None:
    packed = packed_up({"META-INF/container.xml": CONTAINER, "score.xml": score(*VERSES)})
    assert read_one("a.mxl", packed).songs[0].text == TEXT
    with pytest.raises(BrokenFileError, match="Export it again"):
        read_one("a.mxl", packed_up({"META-INF/container.xml": CONTAINER}))


def test_lines_end_where_the_score_says_or_at_stops() -> None:
    file = read_one("a.xml", score("Ring me/ Ring you/ ring Us", title="Two Bells"))
    assert (file.songs[0].text, file.notes) == ("Ring me\nRing you\nring Us", ())
    small = read_one("a.xml", score("low wa- ter, slow wa- ter, no wa- ter, no more"))
    assert small.songs[0].text == "low water, slow water,\nno water, no more"


def test_two_words_under_a_note_and_a_score_without_words() -> None:
    two = score("Ring me").replace("<text>me", "<text>me</text><elision> </elision><text>oh")
    assert read_one("a.xml", two).songs[0].text == "Ring me oh"
    with pytest.raises(EmptyFileError, match="without words"):
        read_one(
            "a.xml", "<score-partwise><part><measure><note/></measure></part></score-partwise>"
        )
