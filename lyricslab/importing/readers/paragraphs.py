"""Songs of documents that are paragraphs: each becomes lines of plain text, headings marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lyricslab.importing.boundaries.strategies import divide
from lyricslab.importing.lines import is_label
from lyricslab.songs.raw_song import RawSong


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its line breaks as newlines and its page breaks as form feeds."""

    text: str
    level: int = 0
    """How deep a heading it is, from 1 to 6; 0 for none."""
    bold: bool = False
    """Whether it is a line set in bold, which may be a title where headings are missing."""

    @property
    def begins_song(self) -> bool:
        """Whether it is a heading with words that do not name a section."""
        return self.level > 0 and bool(self.text.strip()) and not is_label(self.text)


def songs(paragraphs: Sequence[Paragraph]) -> list[RawSong]:
    """The songs of a document; without headings and page breaks it is read as plain text."""
    full = [paragraph for paragraph in paragraphs if paragraph.text.strip()]
    bold = {paragraph.text.strip() for paragraph in full if paragraph.bold}
    if sum(paragraph.bold for paragraph in full) > len(full) / 2:
        bold = set()  # where all is bold, nothing stands out
    lines = [line for paragraph in paragraphs for line in _written(paragraph, bold)]
    return [_plain(draft, bold) for draft in divide("\n".join(lines))]


def spaced(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs with a blank line after each where most are stanzas of several lines."""
    full = [paragraph.text.strip() for paragraph in paragraphs if paragraph.text.strip()]
    if sum("\n" in text for text in full) <= len(full) / 2:
        return list(paragraphs)
    return [
        paragraph if paragraph.begins_song else replace(paragraph, text=paragraph.text + "\n")
        for paragraph in paragraphs
    ]


def called(drafts: list[RawSong], title: str) -> list[RawSong]:
    """The drafts; one that is alone and has no title gets this one."""
    if len(drafts) == 1 and not drafts[0].title:
        return [replace(drafts[0], title=title)]
    return drafts


def _written(paragraph: Paragraph, bold: set[str]) -> list[str]:
    """A paragraph as lines of plain text, with what makes it a heading as it is in Markdown."""
    text = paragraph.text.strip()
    if paragraph.level and text:
        breaks = ["\f"] if paragraph.text.startswith("\f") else []
        return [*breaks, f"{'#' * paragraph.level} {' '.join(text.split())}"]
    if text in bold:
        return [paragraph.text.replace(text, f"**{text}**")]
    return paragraph.text.split("\n")


def _plain(draft: RawSong, bold: set[str]) -> RawSong:
    """A draft without the marks that bold paragraphs got."""
    lines = draft.text.split("\n")
    return replace(
        draft, text="\n".join(line[2:-2] if line.strip()[2:-2] in bold else line for line in lines)
    )
