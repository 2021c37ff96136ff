"""Evernote's export (.enex): each note a song, its words those of the web page inside it."""

from __future__ import annotations

from typing import Any

from lyricslab.importing.readers.beginning import xml_root
from lyricslab.importing.readers.html import UNSEEN, parse_page
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_file import field, parse_xml, words_in
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".enex",)

_ATTACHMENT = "resource"
"""Pictures and recordings, far longer than all words."""
_LEFT_OUT = UNSEEN | {"en-crypt", "en-media"}


def matches(text: str) -> bool:
    """Return whether a text begins as an export does."""
    return xml_root(text)[0] == "en-export"


def read(source: Source) -> list[FileSongs]:
    """Read the notes of an export.

    Raises:
        FileTooLargeError: if a note is longer than any page of lyrics.
        ReadError: if it is not text, or its XML is damaged.
    """
    root, decoded = parse_xml(source, "an export of Evernote", _ATTACHMENT)
    songs = [_song(note, source.name) for note in root.iter("note")]
    return source.result("Evernote", with_title(songs, source.title), decoded)


def _song(note: Any, name: str) -> RawSong:
    content = note.find("content")
    page = parse_page("" if content is None else "".join(content.itertext()), name, _LEFT_OUT)
    text = "\n".join(paragraph.text for paragraph in page.paragraphs)
    tags = ", ".join(words_in(tag) for tag in note.iterchildren("tag"))
    return RawSong(field(note, "title"), text, details=(("tags", tags),) if tags else ())
