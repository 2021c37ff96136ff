"""Plain text, Markdown included: one song or many."""

from __future__ import annotations

from dataclasses import replace

from lyricslab.importing.boundaries.strategies import divide
from lyricslab.importing.readers.source import Found, Source

EXTENSIONS = (".txt", ".text", ".md", ".markdown", ".lyrics", "")


def read(source: Source) -> list[Found]:
    """The songs of a text; one without a title is called as its file."""
    decoded = source.text()
    drafts = divide(decoded.text)
    if len(drafts) == 1 and not drafts[0].title:
        drafts = [replace(drafts[0], title=source.title)]
    return source.found("text", drafts, decoded)
