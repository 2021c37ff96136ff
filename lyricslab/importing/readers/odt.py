"""OpenDocument texts: paragraphs are lines, headings and page breaks begin songs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from xml.etree.ElementTree import Element

from lyricslab.importing.readers.paragraphs import (
    Paragraph,
    separate_stanzas,
    set_apart,
    songs_in,
)
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_zip import Package

EXTENSIONS = (".odt",)

_UNSEEN = frozenset(
    "tracked-changes annotation annotation-end note forms table-of-content illustration-index "
    "table-index alphabetical-index bibliography sequence-decls variable-decls ruby-text".split()
)
"""Elements that hold no words of the text."""
_SHAPES = frozenset(
    "frame custom-shape g rect ellipse circle line polyline polygon regular-polygon path connector "
    "caption measure".split()
)
"""Text boxes and drawings, which may hold paragraphs of their own."""
_BLANKS = re.compile("[ \t\r\n]+")
_MAX_SPACES = 100
MAX_CHARS = 20_000_000
"""A longer text is made of the blanks that a document need not write out, not of lyrics."""


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a document; without headings and page breaks it is plain text.

    Raises:
        ReadError: if it is locked with a password.
        FileTooLargeError: if it unpacks to too much.
        BrokenFileError: if it is damaged, or not a text document.
    """
    advice = "Save it again as .odt or .docx without a password, or copy and paste its text."
    with Package(source, "an OpenDocument text", advice) as package:
        manifest = "META-INF/manifest.xml"
        if manifest in package and package.xml(manifest).find(".//encryption-data") is not None:
            raise package.locked("locked with a password")
        content = package.xml("content.xml")
        styles = _Styles(content)
        if "styles.xml" in package:
            styles = _Styles(package.xml("styles.xml"), content)
        text = content.find("./body/text")
        if text is None:
            raise package.broken()
        paragraphs = _paragraphs(text, styles)
        if sum(len(paragraph.text) for paragraph in paragraphs) > MAX_CHARS:
            raise package.too_large()
    return source.divided(
        "OpenDocument text", songs_in(separate_stanzas(paragraphs), source.declined)
    )


class _Styles:
    """Which styles of paragraphs make headings and page breaks."""

    def __init__(self, *parts: Element) -> None:
        self._parents: dict[str, str] = {}
        self._breaks: set[tuple[str, str]] = set()
        for style in (style for part in parts for style in part.iter("style")):
            name = style.get("name", "")
            self._parents[name] = style.get("parent-style-name", "")
            properties = style.find("paragraph-properties")
            for side in ("before", "after"):
                if properties is not None and properties.get(f"break-{side}") == "page":
                    self._breaks.add((name, side))
            if style.get("master-page-name"):  # another kind of page begins
                self._breaks.add((name, "before"))

    def is_heading(self, name: str) -> bool:
        """Return whether a style is a heading style, or derived from one."""
        for _ in range(10):
            if name.startswith(("Heading", "Title")):
                return True
            name = self._parents.get(name, "")
        return False

    def breaks(self, name: str, side: str) -> bool:
        """Return whether a paragraph has a page break on a side, "before" or "after"."""
        return (name, side) in self._breaks


def _paragraphs(element: Element, styles: _Styles) -> list[Paragraph]:
    """Return the paragraphs in an element, those in lists, tables and shapes included."""
    found: list[Paragraph] = []
    for child in element:
        if child.tag in ("p", "h"):
            found += _paragraph(child, styles)
        elif child.tag in _SHAPES:
            found += set_apart(_paragraphs(child, styles))
        elif child.tag not in _UNSEEN:
            found += _paragraphs(child, styles)
    return found


def _paragraph(element: Element, styles: _Styles) -> list[Paragraph]:
    """Return a paragraph between the shapes that hang on it."""
    text = _Text()
    text.add(element)
    above = [set_apart(_paragraphs(shape, styles)) for shape in text.shapes_above]
    below = [set_apart(_paragraphs(shape, styles)) for shape in text.shapes_below]
    style = element.get("style-name", "")
    before = "\f" if styles.breaks(style, "before") else ""
    after = "\f" if styles.breaks(style, "after") else ""
    words = before + text.words() + after
    own = [Paragraph(words, int(element.tag == "h" or styles.is_heading(style)))]
    return [*chain(*above), *(own if words or not (above or below) else ()), *chain(*below)]


@dataclass(slots=True)
class _Text:
    """The text of a paragraph while it is read, and the shapes that hang on it."""

    parts: list[str] = field(default_factory=list)
    has_words: bool = False
    shapes_above: list[Element] = field(default_factory=list)
    """Those before any word of the paragraph."""
    shapes_below: list[Element] = field(default_factory=list)

    def add(self, element: Element) -> None:
        """Add all that is inside an element, with its line breaks and tabs."""
        self._add_letters(element.text)
        for child in element:
            if child.tag == "line-break":
                self.parts.append("\n")
            elif child.tag == "tab":
                self.parts.append("\t")
            elif child.tag == "s":
                count = child.get("c", "1")
                self.parts.append(" " * min(int(count) if count.isdecimal() else 1, _MAX_SPACES))
            elif child.tag in _SHAPES:
                (self.shapes_below if self.has_words else self.shapes_above).append(child)
            elif child.tag not in _UNSEEN:
                self.add(child)
            self._add_letters(child.tail)

    def words(self) -> str:
        """Return the text, without blanks around its lines."""
        return "\n".join(line.strip(" ") for line in "".join(self.parts).split("\n"))

    def _add_letters(self, letters: str | None) -> None:
        if letters:
            self.parts.append(_BLANKS.sub(" ", letters))
            self.has_words = self.has_words or self.parts[-1] != " "
