"""Notes exported from Evernote."""

from __future__ import annotations

import pytest

from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_songs

DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE en-note SYSTEM "http://xml.evernote.com/pub/enml2.dtd">\n'
)


def note(title: str, body: str, more: str = "") -> str:
    content = f"{DOCTYPE}<en-note>{body}</en-note>"
    return f"<note><title>{title}</title><content><![CDATA[{content}]]></content>{more}</note>"


def export(*notes: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE en-export SYSTEM '
        '"http://xml.evernote.com/pub/evernote-export3.dtd">\n<en-export version="Evernote">'
        f"{''.join(notes)}</en-export>"
    )


KETTLE = note(
    "Tin Kettle",
    "<div>The tin&nbsp;kettle</div><div>sings <b>to</b> me</div><div><br/></div>"
    "<div>all &amp; every day</div><en-media hash='x' type='image/png'/>",
    f"<tag>tea</tag><tag>morning</tag><resource><data>{'A' * 20_000_000}</data></resource>",
)
BELLS = note("Two Bells &amp; One", "Ring me<br/>ring you<br/><br/>ring us<br/>")
WATER = note("Low Water", "<p>Low water<br/>slow water</p><p>No water<br/>no more</p>")


@pytest.mark.parametrize("name", ["a.enex", "a.xml", "a.txt", "a"])
def test_each_note_is_a_song(name: str) -> None:
    assert read_songs(name, export(KETTLE, BELLS, WATER)) == [
        RawSong(
            "Tin Kettle",
            "The tin kettle\nsings to me\n\nall & every day",
            details=(("tags", "tea, morning"),),
        ),
        RawSong("Two Bells & One", "Ring me\nring you\n\nring us"),
        RawSong("Low Water", "Low water\nslow water\n\nNo water\nno more\n"),
    ]


def test_a_note_without_a_title_and_one_without_words() -> None:
    songs = read_songs("my notes.enex", export(note("", "<div>la la</div>")))
    assert songs == [RawSong("my notes", "la la")]
    assert [song.text for song in read_songs("a.enex", export(note("Empty", ""), BELLS))] == [
        "",
        "Ring me\nring you\n\nring us",
    ]
