"""Songs of documents that are paragraphs: headings and page breaks begin them, or nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lyricslab.text.boundaries import divide, titled
from lyricslab.text.clean import is_label
from lyricslab.text.readers.source import Draft


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its line breaks as newlines and its page breaks as form feeds."""

    text: str
    heading: bool = False

    @property
    def begins_song(self) -> bool:
        """Whether it is a heading with words that do not name a section."""
        return self.heading and bool(self.text.strip()) and not is_label(self.text)


def songs(paragraphs: Iterable[Paragraph]) -> list[Draft]:
    """The songs of a document; without headings and page breaks it is read as plain text."""
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for paragraph in paragraphs:
        if paragraph.begins_song:
            blocks.append((" ".join(paragraph.text.split()), []))
            continue
        for k, page in enumerate(paragraph.text.split("\f")):
            if k:
                blocks.append(("", []))
            blocks[-1][1].extend(page.split("\n"))
    blocks = [(title, own) for title, own in blocks if title or any(map(str.strip, own))]
    if len(blocks) == 1 and not blocks[0][0]:
        return divide("\n".join(blocks[0][1]))
    return [
        Draft(title, "\n".join(own).strip("\n")) if title else titled(own) for title, own in blocks
    ]


def spaced(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs with a blank line after each where most are stanzas of several lines."""
    full = [paragraph.text.strip() for paragraph in paragraphs if paragraph.text.strip()]
    if sum("\n" in text for text in full) <= len(full) / 2:
        return list(paragraphs)
    return [
        paragraph if paragraph.begins_song else replace(paragraph, text=paragraph.text + "\n")
        for paragraph in paragraphs
    ]


def called(drafts: list[Draft], title: str) -> list[Draft]:
    """The drafts; one that is alone and has no title gets this one."""
    if len(drafts) == 1 and not drafts[0].title:
        return [replace(drafts[0], title=title)]
    return drafts
