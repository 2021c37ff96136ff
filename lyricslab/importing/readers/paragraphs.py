"""Documents made of paragraphs, divided as plain text whose headings are marked."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from lyricslab.importing.boundaries.divide import divide
from lyricslab.importing.boundaries.divided import Divided
from lyricslab.importing.lines import is_label
from lyricslab.songs.raw_song import RawSong


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its line breaks as newlines and its page breaks as form feeds."""

    text: str
    level: int = 0
    """The depth of a heading, from 1 to 6; 0 for none."""
    bold: bool = False
    """Whether it is a line in bold, which may be a title where there are no headings."""

    @property
    def begins_song(self) -> bool:
        """Whether it is a heading with words that do not name a section."""
        return self.level > 0 and bool(self.text.strip()) and not is_label(self.text)


def songs_in(paragraphs: Sequence[Paragraph], declined: Container[str] = ()) -> Divided:
    """Divide a document into songs; without headings and page breaks it is plain text.

    Args:
        declined: the kinds of guesses that are not to be made.
    """
    full = [paragraph for paragraph in paragraphs if paragraph.text.strip()]
    bold = {paragraph.text.strip() for paragraph in full if paragraph.bold}
    if sum(paragraph.bold for paragraph in full) > len(full) / 2:
        bold = set()  # where all is bold, nothing stands out
    lines = [line for paragraph in paragraphs for line in _as_lines(paragraph, bold)]
    divided = divide("\n".join(lines), declined)
    return replace(divided, songs=tuple(_without_bold(song, bold) for song in divided.songs))


def separate_stanzas(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Add a blank line after each paragraph where most are stanzas of several lines."""
    full = [paragraph.text.strip() for paragraph in paragraphs if paragraph.text.strip()]
    if sum("\n" in text for text in full) <= len(full) / 2:
        return list(paragraphs)
    return [
        paragraph if paragraph.begins_song else replace(paragraph, text=paragraph.text + "\n")
        for paragraph in paragraphs
    ]


def set_apart(box: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs of a text box, with blank lines around them if they are several."""
    lines = sum(bool(line.strip()) for paragraph in box for line in paragraph.text.split("\n"))
    return [Paragraph(""), *box, Paragraph("")] if lines > 1 else list(box)


def with_title(songs: list[RawSong], title: str) -> list[RawSong]:
    """Give a single song this title if it has none."""
    if len(songs) == 1 and not songs[0].title:
        return [replace(songs[0], title=title)]
    return songs


def _as_lines(paragraph: Paragraph, bold: set[str]) -> list[str]:
    """Return a paragraph as lines of plain text, with headings and bold lines as in Markdown."""
    text = paragraph.text.strip()
    if paragraph.level and text:
        breaks = ["\f"] if paragraph.text.startswith("\f") else []
        return [*breaks, f"{'#' * paragraph.level} {' '.join(text.split())}"]
    if text in bold:
        return [paragraph.text.replace(text, f"**{text}**")]
    return paragraph.text.split("\n")


def _without_bold(song: RawSong, bold: set[str]) -> RawSong:
    """Remove the marks of bold paragraphs from a song."""
    lines = song.text.split("\n")
    return replace(
        song, text="\n".join(line[2:-2] if line.strip()[2:-2] in bold else line for line in lines)
    )
