"""Plain text, Markdown included: one song or many."""

from __future__ import annotations

from lyricslab.importing.boundaries.divide import divide
from lyricslab.importing.readers.source import FileSongs, Source

EXTENSIONS = (".txt", ".text", ".md", ".markdown", ".lyrics", ".onsong", "")


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a text; a single one without a title is named after the file."""
    decoded = source.text()
    return source.divided("text", divide(decoded.text, source.declined), decoded)
