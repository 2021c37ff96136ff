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
from lyricslab.importing.readers.columns import ARTIST, TITLE, is_column_name
from lyricslab.importing.readers.paragraphs import Paragraph, separate_stanzas, songs_in, with_title
from lyricslab.importing.readers.source import FileSongs, Source

EXTENSIONS = (".docx",)

MAX_XML_BYTES = 40 * 2**20
"""A document with more text than this is not lyrics but a trap."""
MAX_PARTS_BYTES = 200 * 2**20
_DAMAGES = (
    KeyError,  # a missing part
    AttributeError,
    ValueError,  # another kind of document
    SyntaxError,  # XML that is cut short
    NotImplementedError,  # packed in an unusual way
    RuntimeError,  # locked
    EOFError,
)
"""What python-docx raises on a damaged document."""
_MAX_LEVEL = 6


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a document; without headings and page breaks it is plain text."""
    try:
        _check_size(source)
        paragraphs = list(_paragraphs(Document(io.BytesIO(source.data))))
    except (zipfile.BadZipFile, OpcError, ZlibError, *_DAMAGES) as error:
        raise BrokenFileError(
            f"'{source.name}' could not be opened as a Word document: it is damaged, locked with a "
            "password, or of another kind. Save it again as .docx, or copy and paste its text."
        ) from error
    return source.result(
        "Word document", with_title(songs_in(separate_stanzas(paragraphs)), source.title)
    )


def _check_size(source: Source) -> None:
    """Refuse a document that would unpack to far more than lyrics."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        parts = archive.infolist()
    xml = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if xml > MAX_XML_BYTES or sum(part.file_size for part in parts) > MAX_PARTS_BYTES:
        raise FileTooLargeError(
            f"'{source.name}' unpacks to more than a document of lyrics ever holds. Save its text "
            "as .txt, and import that."
        )


def _paragraphs(container: Any) -> Iterator[Paragraph]:
    """Yield the paragraphs in order, those in tables included."""
    seen: set[Any] = set()
    for block in container.iter_inner_content():
        if isinstance(block, WordParagraph):
            yield Paragraph(_text(block), _level(block), _is_bold(block))
        elif isinstance(block, Table):
            rows: list[list[list[Paragraph]]] = []
            for row in block.rows:
                rows.append([])
                for cell in row.cells:
                    if cell._tc not in seen:  # a merged cell appears once for each place
                        seen.add(cell._tc)
                        rows[-1].append(list(_paragraphs(cell)))
            yield from _songs(rows) or (each for row in rows for cell in row for each in cell)


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
        paragraphs.append(Paragraph(row[title], _MAX_LEVEL))
        if artist is not None:
            paragraphs.append(Paragraph(f"Artist: {row[artist]}"))
        paragraphs += [*written[lyrics], Paragraph("")]
    return paragraphs


def _is_line(text: str) -> bool:
    return "\n" not in text and any(map(str.isalpha, text))


def _level(paragraph: WordParagraph) -> int:
    """Return the depth of a heading, 1 for the title of the document; 0 for other paragraphs."""
    name = (paragraph.style.name or "") if paragraph.style is not None else ""
    if name == "Title":
        return 1
    deep = name.removeprefix("Heading").strip() if name.startswith("Heading") else ""
    return min(int(deep) + 1, _MAX_LEVEL) if deep.isdigit() else 2 * name.startswith("Heading")


def _is_bold(paragraph: WordParagraph) -> bool:
    """Return whether a paragraph is one line in bold and does not name a section."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    text = paragraph.text.strip()
    fit = bool(runs) and "\n" not in text and not is_label(text)
    return fit and all(run.bold for run in runs)


def _text(paragraph: WordParagraph) -> str:
    """Return the text of a paragraph with its line breaks, tabs and page breaks."""
    breaks = "\f" if paragraph.paragraph_format.page_break_before else ""
    parts = [breaks]
    for element in paragraph._p.iter(qn("w:t"), qn("w:br"), qn("w:cr"), qn("w:tab")):
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif element.tag == qn("w:tab"):
            in_run = element.getparent().tag == qn("w:r")  # else it defines a tab stop
            parts.append("\t" if in_run else "")
        else:
            parts.append("\f" if element.get(qn("w:type")) == "page" else "\n")
    return "".join(parts)
