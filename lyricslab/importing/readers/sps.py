"""Songbooks of SoftProjector (.sps): a song a line, its fields between "#$#"; or XML (2.0)."""

from __future__ import annotations

import re

from lyricslab.errors import UnknownFormatError
from lyricslab.importing.encoding import Decoded
from lyricslab.importing.lines import is_label, newlines, one_line
from lyricslab.importing.readers.beginning import beginning, xml_root
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_file import field, parse_xml
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".sps",)

_FIELD, _STANZA, _LINE = "#$#", "@$", "@%"
_TITLE, _WORDS, _MUSIC, _TEXT = 1, 4, 5, 6
"""The places of fields in a line."""
_LABEL = re.compile(
    r"(?:verse|refrain|chorus|slide|insert|ending|куплет|припев|конец|вставка|слайд|приспів|"
    r"strophe|einschub|schluss|sloka|ref)\.?(?: ?\d{1,2})?[.:]?",
    re.IGNORECASE,
)
_ROOT = "spSongBook"


def matches(text: str) -> bool:
    """Return whether a text begins as a songbook does."""
    return xml_root(text)[0] == _ROOT or (
        text.startswith("##") and text.count(_FIELD, 0, 20_000) >= _TEXT
    )


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a songbook.

    Raises:
        UnknownFormatError: if it is a database, as SoftProjector 2 writes.
        ReadError: if it is not text, or its XML is damaged.
    """
    text = beginning(source.data)
    if text is None:
        raise UnknownFormatError(
            f"'{source.name}' is a songbook of SoftProjector 2, a database, which cannot be read "
            "here. Copy its songs as text, and paste them here or save them as .txt."
        )
    songs, decoded = _read_xml(source) if xml_root(text)[0] == _ROOT else _read_lines(source)
    return source.result("SoftProjector", with_title(songs, source.title), decoded)


def _read_lines(source: Source) -> tuple[list[RawSong], Decoded]:
    decoded = source.text()
    lines = newlines(decoded.text.removeprefix("\ufeff")).split("\n")
    head = [line for line in lines[:3] if line.startswith("##")]
    book = one_line(head[1].strip("#")) if len(head) > 1 else ""
    songs = []
    for line in lines[len(head) :]:
        fields = line.split(_FIELD)
        if len(fields) > _TEXT:
            stanzas = [stanza.split(_LINE) for stanza in fields[_TEXT].split(_STANZA)]
            artist = fields[_WORDS].strip() or fields[_MUSIC].strip()
            songs.append(_song(fields[_TITLE], artist, stanzas, book))
    return songs, decoded


def _read_xml(source: Source) -> tuple[list[RawSong], Decoded]:
    root, decoded = parse_xml(source, "a songbook of SoftProjector")
    book = field(root, "SongBook/title")
    songs = []
    for song in root.iter("Song"):
        written = song.find("song_text")
        text = newlines("" if written is None else "".join(written.itertext()))
        text = text.replace(_STANZA, "\n\n").replace(_LINE, "\n")
        stanzas = [stanza.split("\n") for stanza in text.split("\n\n")]
        artist = field(song, "words") or field(song, "music")
        songs.append(_song(field(song, "title"), artist, stanzas, book))
    return songs, decoded


def _song(title: str, artist: str, stanzas: list[list[str]], book: str) -> RawSong:
    """Return a song without the names of its stanzas."""
    texts = []
    for stanza in stanzas:
        lines = [one_line(line) for line in stanza]
        lines = [line for line in lines if line]
        if lines and (is_label(lines[0]) or _LABEL.fullmatch(lines[0])):
            lines = lines[1:]
        texts.append("\n".join(lines))
    details = (("album", book),) if book else ()
    return RawSong(one_line(title), "\n\n".join(filter(None, texts)), artist, details=details)
