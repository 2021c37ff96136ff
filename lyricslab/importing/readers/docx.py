"""Word documents: paragraphs are lines, headings and page breaks begin songs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from zlib import error as ZlibError

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from lyricslab.errors import BrokenFileError, FileTooLargeError
from lyricslab.importing.lines import is_label
from lyricslab.importing.readers.columns import ARTIST, TITLE, tells
from lyricslab.importing.readers.paragraphs import Paragraph, called, songs, spaced
from lyricslab.importing.readers.source import Found, Source

EXTENSIONS = (".docx",)

MAX_XML_BYTES = 40 * 2**20
"""More words than this in one document are not lyrics but a trap."""
MAX_PARTS_BYTES = 200 * 2**20
_DAMAGES = (
    KeyError,  # a part that the document ought to have
    AttributeError,
    ValueError,  # another kind of document
    SyntaxError,  # XML that is cut short
    NotImplementedError,  # packed in an unusual way
    RuntimeError,  # locked
    EOFError,
)
"""What the library lets through of the trouble inside a document."""


_MAX_LEVEL = 6


def read(source: Source) -> list[Found]:
    """The songs of a document; without headings and page breaks it is read as plain text."""
    try:
        _check_size(source)
        paragraphs = list(_paragraphs(Document(io.BytesIO(source.data))))
    except (zipfile.BadZipFile, OpcError, ZlibError, *_DAMAGES) as error:
        raise BrokenFileError(
            f"'{source.name}' could not be opened as a Word document: it is damaged, locked with a "
            "password, or of another kind. Save it again as .docx, or copy and paste its text."
        ) from error
    return source.found("Word document", called(songs(spaced(paragraphs)), source.title))


def _check_size(source: Source) -> None:
    """Refuses a document that would unpack to far more than words."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        parts = archive.infolist()
    xml = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if xml > MAX_XML_BYTES or sum(part.file_size for part in parts) > MAX_PARTS_BYTES:
        raise FileTooLargeError(
            f"'{source.name}' unpacks to more than a document of lyrics ever holds. Save its text "
            "as .txt, and bring that."
        )


def _paragraphs(container: Any) -> Iterator[Paragraph]:
    """The paragraphs in order, those in tables included."""
    seen: set[Any] = set()
    for block in container.iter_inner_content():
        if isinstance(block, WordParagraph):
            yield Paragraph(_text(block), _level(block), _is_bold(block))
        elif isinstance(block, Table):
            rows: list[list[list[Paragraph]]] = []
            for row in block.rows:
                rows.append([])
                for cell in row.cells:
                    if cell._tc not in seen:  # a merged cell is met once for each place
                        seen.add(cell._tc)
                        rows[-1].append(list(_paragraphs(cell)))
            yield from _songs(rows) or (each for row in rows for cell in row for each in cell)


def _songs(rows: Sequence[Sequence[Sequence[Paragraph]]]) -> list[Paragraph]:
    """The paragraphs of a table with a song a row, their titles as headings; else none."""
    cells = [["\n".join(each.text for each in cell).strip() for cell in row] for row in rows]
    width = len(cells[0]) if cells else 0
    if width < 2 or any(len(row) != width for row in cells):
        return []
    named = len(cells) > 1 and all(map(tells, cells[0]))
    names = [name.casefold() for name in cells[0]] if named else [""] * width
    rows, cells = rows[named:], cells[named:]
    lyrics = max(range(width), key=lambda k: sum(len(row[k]) for row in cells))
    lines = [k for k in range(width) if k != lyrics and all(_is_line(row[k]) for row in cells)]
    if not lines or sum("\n" in row[lyrics] for row in cells) <= len(cells) / 2:
        return []
    title = next((k for k in lines if names[k] in TITLE), lines[0])
    artist = next((k for k in lines if names[k] in ARTIST and k != title), None)
    made: list[Paragraph] = []
    for row, written in zip(cells, rows, strict=True):
        made.append(Paragraph(row[title], _MAX_LEVEL))
        if artist is not None:
            made.append(Paragraph(f"Artist: {row[artist]}"))
        made += [*written[lyrics], Paragraph("")]
    return made


def _is_line(text: str) -> bool:
    return "\n" not in text and any(map(str.isalpha, text))


def _level(paragraph: WordParagraph) -> int:
    """How deep a heading is, the title of a document being the highest; 0 for none."""
    name = (paragraph.style.name or "") if paragraph.style is not None else ""
    if name == "Title":
        return 1
    deep = name.removeprefix("Heading").strip() if name.startswith("Heading") else ""
    return min(int(deep) + 1, _MAX_LEVEL) if deep.isdigit() else 2 * name.startswith("Heading")


def _is_bold(paragraph: WordParagraph) -> bool:
    """Whether all of a line is set in bold, and names no section."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    text = paragraph.text.strip()
    fit = bool(runs) and "\n" not in text and not is_label(text)
    return fit and all(run.bold for run in runs)


def _text(paragraph: WordParagraph) -> str:
    """A paragraph's text with its line breaks, tabs and page breaks."""
    breaks = "\f" if paragraph.paragraph_format.page_break_before else ""
    parts = [breaks]
    for piece in paragraph._p.iter(qn("w:t"), qn("w:br"), qn("w:cr"), qn("w:tab")):
        if piece.tag == qn("w:t"):
            parts.append(piece.text or "")
        elif piece.tag == qn("w:tab"):
            in_run = piece.getparent().tag == qn("w:r")  # else it sets a tab stop
            parts.append("\t" if in_run else "")
        else:
            parts.append("\f" if piece.get(qn("w:type")) == "page" else "\n")
    return "".join(parts)
