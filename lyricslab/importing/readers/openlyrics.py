"""OpenLyrics (docs.openlyrics.org, 0.7 to 0.9), the XML of programs that project songs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lyricslab.importing.readers.beginning import xml_root
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_file import LANGUAGE, field, parse_xml, words_in
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".openlyrics",)

MAX_REPEATS = 4
"""Lines marked to be sung more often are there this often."""
_LEFT_OUT = frozenset(("comment", "instrument"))
_BREAKS = frozenset(("br", "line"))


def matches(text: str) -> bool:
    """Return whether a text begins as OpenLyrics does."""
    name, attributes = xml_root(text)
    return name == "song" and (
        "openlyrics" in attributes or ("<verse" in text and "<lines" in text)
    )


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a file: each verse once, in the order in which they are first sung.

    Raises:
        ReadError: if it is not text, or its XML is damaged.
    """
    root, decoded = parse_xml(source, "OpenLyrics")
    songs = [_song(song) for song in root.iter("song")]
    return source.result("OpenLyrics", with_title(songs, source.title), decoded)


def in_order(stanzas: Iterable[tuple[str, str]], order: Iterable[str]) -> str:
    """Return the text of named stanzas: first as the order first names them, then all others."""
    place = {name.lower(): number for number, name in reversed(list(enumerate(order)))}
    known = sorted(stanzas, key=lambda stanza: place.get(stanza[0].lower(), len(place) + 1_000_000))
    return "\n\n".join(text for _, text in known if text)


def _song(song: Any) -> RawSong:
    verses = [
        (verse.get("name", ""), "\n".join(map(_lines, verse.iterchildren("lines"))))
        for verse in song.iterfind("lyrics/verse")
    ]
    authors = [
        words_in(author)
        for author in song.iterfind("properties/authors/author")
        if author.get("type") != "translation"
    ]
    themes = [words_in(theme) for theme in song.iterfind("properties/themes/theme")]
    books = [book.get("name", "") for book in song.iterfind("properties/songbooks/songbook")]
    details = (
        ("key", field(song, "properties/key")),
        ("album", ", ".join(filter(None, books))),
        ("tags", ", ".join(filter(None, themes))),
        ("language", song.get(LANGUAGE, "")),
    )
    return RawSong(
        field(song, "properties/titles/title"),
        in_order(verses, field(song, "properties/verseOrder").split()),
        ", ".join(dict.fromkeys(filter(None, authors))),
        details=tuple((name, value) for name, value in details if value),
    )


def _lines(lines: Any) -> str:
    """Return some lines of a verse, as often as they are sung."""
    repeats = lines.get("repeat", "1")
    times = min(int(repeats), MAX_REPEATS) if repeats.isdecimal() and len(repeats) < 4 else 1
    return "\n".join([words_in(lines, _LEFT_OUT, _BREAKS)] * max(1, times))
