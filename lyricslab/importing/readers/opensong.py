"""OpenSong (opensong.org): a song in XML, with chords above the words and verses side by side.

The first character of each line says what it is: "." chords, " " words, "[" a section, ";" a
comment, a digit the words of that verse.
"""

from __future__ import annotations

import re

from lyricslab.importing.lines import newlines, one_line
from lyricslab.importing.readers.beginning import xml_root
from lyricslab.importing.readers.openlyrics import in_order
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_file import field, parse_xml
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".opensong",)

_SECTION = re.compile(r"\[([^\[\]]{0,40})\]\s*")
_UNSUNG = (".", ";", "-")
_ALIGNING = str.maketrans({"_": "", "|": " "})


def matches(text: str) -> bool:
    """Return whether a text begins as OpenSong does."""
    name, attributes = xml_root(text)
    return (
        name == "song"
        and "openlyrics" not in attributes
        and "<lyrics" in text
        and ("<verse" not in text)
    )


def read(source: Source) -> list[FileSongs]:
    """Read the song of a file: each verse once, in the order in which they are first sung.

    Raises:
        ReadError: if it is not text, or its XML is damaged.
    """
    root, decoded = parse_xml(source, "OpenSong")
    lyrics = root.find("lyrics")
    written = "" if lyrics is None else "".join(lyrics.itertext())
    details = (("key", field(root, "key")), ("tags", field(root, "theme")))
    song = RawSong(
        field(root, "title"),
        in_order(_stanzas(written), field(root, "presentation").split()),
        field(root, "author"),
        details=tuple((name, value) for name, value in details if value),
    )
    return source.result("OpenSong", with_title([song], source.title), decoded)


def _stanzas(written: str) -> list[tuple[str, str]]:
    """Return the names and the words of the stanzas; verses side by side one after the other."""
    sections: list[tuple[str, dict[str, list[str]]]] = [("", {})]
    for line in newlines(written).split("\n"):
        if section := _SECTION.match(line):
            sections.append((section[1].strip(), {}))
        elif not line.startswith(_UNSUNG):
            verse = line[0] if line[:1].isdecimal() else ""
            words = one_line(line[len(verse) :].translate(_ALIGNING))
            sections[-1][1].setdefault(verse, []).append(words)
    return [
        (name + verse, "\n".join(lines).strip("\n"))
        for name, verses in sections
        for verse, lines in verses.items()
    ]
