"""TTML of the W3C (.ttml, .dfxp), captions in XML, also the timed lyrics of music services.

Each `<p>` is a line, each `<div>` a stanza.
"""

from __future__ import annotations

from typing import Any

from lyricslab.importing.readers.beginning import xml_root
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_file import LANGUAGE, field, parse_xml, words_in
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".ttml", ".dfxp")

_ROLE = "{http://www.w3.org/ns/ttml#metadata}role"
_UNSUNG = ("x-translation", "x-roman")


def matches(text: str) -> bool:
    """Return whether a text begins as TTML does."""
    return xml_root(text)[0] == "tt"


def read(source: Source) -> list[FileSongs]:
    """Read the song of a file.

    Raises:
        ReadError: if it is not text, or its XML is damaged.
    """
    root, decoded = parse_xml(source, "TTML")
    for span in list(root.iter("span")):
        if span.get(_ROLE) in _UNSUNG:
            span.tag = "metadata"
    stanzas = [stanza for body in root.iter("body") for stanza in (*body.iter("div"), body)]
    texts = ["\n".join(filter(None, map(_line, one.iterchildren("p")))) for one in stanzas]
    language = root.get(LANGUAGE, "")
    song = RawSong(
        field(root, "head/metadata/title"),
        "\n\n".join(filter(None, texts)),
        details=(("language", language),) if language else (),
    )
    return source.result("captions", with_title([song], source.title), decoded)


def _line(paragraph: Any) -> str:
    return words_in(paragraph, ("metadata",), ("br",))
