"""Word documents: paragraphs are lines, headings and page breaks begin songs.

We read the XML itself: python-docx leaves out text boxes and content controls, stops at a small
damage, and takes a millisecond for each cell of a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from xml.etree.ElementTree import Element

from lyricslab.importing.lines import is_label
from lyricslab.importing.readers.paragraphs import (
    Paragraph,
    separate_stanzas,
    set_apart,
    songs_in,
)
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.word_styles import MAX_LEVEL, WordStyles, is_on
from lyricslab.importing.readers.xml_zip import Package, beside
from lyricslab.importing.tables.column_names import ARTIST, TITLE, is_column_name

EXTENSIONS = (".docx",)

_UNSEEN = frozenset("del moveFrom rPr rt sectPr tblPr tblGrid trPr tcPr sdtPr sdtEndPr".split())
"""Elements that hold no words of the text: deleted ones, readings above a line, formatting."""
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a document; without headings and page breaks it is plain text.

    Raises:
        FileTooLargeError: if it unpacks to too much.
        BrokenFileError: if it is damaged, locked, or not a Word document.
    """
    advice = "Save it again as .docx without a password, or copy and paste its text."
    with Package(source, "a Word document", advice) as package:
        main = _main_part(package)
        body = package.xml(main).find("./body")
        if body is None:
            raise package.broken()
        styles = beside(main, "styles.xml")
        document = _Document(
            WordStyles(package.xml(styles) if styles in package else None), _page_ends(body)
        )
        paragraphs = document.paragraphs(body)
    return source.divided("Word document", songs_in(separate_stanzas(paragraphs), source.declined))


def _main_part(package: Package) -> str:
    """Return the part with the text; its name is almost always the same."""
    usual = "word/document.xml"
    if usual in package:
        return usual
    for link in package.xml("_rels/.rels"):
        if link.get("Type", "").endswith("/officeDocument"):
            return beside("", link.get("Target", "").lstrip("/"))
    raise package.broken()


def _page_ends(body: Element) -> set[Element]:
    """Return the marks of sections that end with their page, which the next one says."""
    sections = list(body.iter("sectPr"))
    return {
        section
        for section, following in zip(sections, sections[1:], strict=False)
        if _value(following.find("./type")) not in ("continuous", "nextColumn")
    }


@dataclass(slots=True)
class _Text:
    """The text of a paragraph while it is read, and the text boxes that hang on it."""

    parts: list[str] = field(default_factory=list)
    bold: set[bool] = field(default_factory=set)
    """Whether its runs with words are in bold."""
    boxes_above: list[Element] = field(default_factory=list)
    """Those before any word of the paragraph."""
    boxes_below: list[Element] = field(default_factory=list)

    def add(self, element: Element, bold: bool = False) -> None:
        """Add all that is inside an element."""
        for child in element:
            tag = child.tag
            if tag == "t":
                self.parts.append(child.text or "")
                if self.parts[-1].strip():
                    self.bold.add(bold)
            elif tag in _SIGNS:
                self.parts.append(_SIGNS[tag])
            elif tag == "br":
                self.parts.append("\f" if child.get("type") == "page" else "\n")
            elif tag == "txbxContent":
                (self.boxes_below if self.bold else self.boxes_above).append(child)
            elif tag == "AlternateContent":
                self._add_alternative(child)
            elif tag == "r":
                look = child.find("./rPr")
                if look is None or not is_on(look.find("./vanish")):
                    self.add(child, look is not None and is_on(look.find("./b")))
            elif tag != "pPr" and tag not in _UNSEEN:
                self.add(child, bold)

    def _add_alternative(self, element: Element) -> None:
        """Add what newer programs show, else what is there for older ones: never both."""
        for choice in element:
            before = len(self.parts) + len(self.boxes_above) + len(self.boxes_below)
            self.add(choice)
            if len(self.parts) + len(self.boxes_above) + len(self.boxes_below) > before:
                return


class _Document:
    """The paragraphs of a document, given its styles."""

    def __init__(self, styles: WordStyles, page_ends: set[Element]) -> None:
        self._styles = styles
        self._page_ends = page_ends

    def paragraphs(self, container: Element) -> list[Paragraph]:
        """Return the paragraphs in order, those in tables and content controls included."""
        found: list[Paragraph] = []
        for child in container:
            if child.tag == "p":
                found += self._paragraph(child)
            elif child.tag == "tbl":
                rows = [[self.paragraphs(cell) for cell in _cells(row)] for row in _rows(child)]
                found += _songs(rows) or [each for row in rows for cell in row for each in cell]
            elif child.tag == "AlternateContent":
                found += next(filter(None, map(self.paragraphs, child)), [])
            elif child.tag not in _UNSEEN and not _is_contents(child):
                found += self.paragraphs(child)
        return found

    def _paragraph(self, element: Element) -> list[Paragraph]:
        """Return a paragraph between the text boxes that hang on it."""
        look = element.find("./pPr")
        style = self._styles.of(look)
        if style.contents:
            return []
        text = _Text()
        text.add(element)
        above = [set_apart(self.paragraphs(box)) for box in text.boxes_above]
        below = [set_apart(self.paragraphs(box)) for box in text.boxes_below]
        break_above = "\f" if style.page_break else ""
        break_below = "\f" if look is not None and look.find("./sectPr") in self._page_ends else ""
        words = break_above + "".join(text.parts) + break_below
        line = words.strip()
        bold = text.bold == {True} and "\n" not in line and not is_label(line)
        own = [Paragraph(words, style.level, bold)]
        return [*chain(*above), *(own if words or not (above or below) else ()), *chain(*below)]


def _is_contents(element: Element) -> bool:
    """Return whether an element is a table of contents that Word made."""
    gallery = element.find("./sdtPr/docPartObj/docPartGallery")
    return element.tag == "sdt" and _value(gallery) == "Table of Contents"


def _rows(table: Element) -> Iterator[Element]:
    """Yield the rows of a table, those in content controls included."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag not in _UNSEEN:
            yield from _rows(child)


def _cells(row: Element) -> Iterator[Element]:
    """Yield the cells of a row, without those that go on from the cell above."""
    for child in row:
        if child.tag == "tc":
            merged = child.find("./tcPr/vMerge")
            if merged is None or merged.get("val") == "restart":
                yield child
        elif child.tag not in _UNSEEN:
            yield from _cells(child)


def _songs(rows: Sequence[Sequence[Sequence[Paragraph]]]) -> list[Paragraph]:
    """Return the paragraphs of a table with a song in each row, titles as headings; else none."""
    cells = [["\n".join(each.text for each in cell).strip() for cell in row] for row in rows]
    width = len(cells[0]) if cells else 0
    if width < 2 or any(len(row) != width for row in cells):
        return []
    named = len(cells) > 1 and all(map(is_column_name, cells[0]))
    names = [name.casefold() for name in cells[0]] if named else [""] * width
    rows, cells = rows[named:], cells[named:]
    lyrics = max(range(width), key=lambda k: sum(len(row[k]) for row in cells))
    lines = [k for k in range(width) if k != lyrics and all(_is_line(row[k]) for row in cells)]
    if not lines or sum("\n" in row[lyrics] for row in cells) <= len(cells) / 2:
        return []
    title = next((k for k in lines if names[k] in TITLE), lines[0])
    artist = next((k for k in lines if names[k] in ARTIST and k != title), None)
    paragraphs: list[Paragraph] = []
    for row, written in zip(cells, rows, strict=True):
        paragraphs.append(Paragraph(row[title], MAX_LEVEL))
        if artist is not None:
            paragraphs.append(Paragraph(f"Artist: {row[artist]}"))
        paragraphs += [*written[lyrics], Paragraph("")]
    return paragraphs


def _is_line(text: str) -> bool:
    return "\n" not in text and any(map(str.isalpha, text))


def _value(element: Element | None) -> str:
    return "" if element is None else element.get("val", "")
