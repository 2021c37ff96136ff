"""Word documents: paragraphs are lines, headings and page breaks begin songs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from zlib import error as ZlibError

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from lyricslab.errors import BrokenFileError, FileTooLargeError
from lyricslab.text.boundaries import divide, titled
from lyricslab.text.clean import is_label
from lyricslab.text.readers.source import Draft, Found, Source

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


def read(source: Source) -> list[Found]:
    """The songs of a document; without headings and page breaks it is read as plain text."""
    blocks: list[tuple[str, list[str]]] = [("", [])]
    try:
        _check_size(source)
        paragraphs = list(_paragraphs(Document(io.BytesIO(source.data))))
    except (zipfile.BadZipFile, OpcError, ZlibError, *_DAMAGES) as error:
        raise BrokenFileError(
            f"'{source.name}' could not be opened as a Word document: it is damaged, locked with a "
            "password, or of another kind. Save it again as .docx, or copy and paste its text."
        ) from error
    full = [text for _, text in paragraphs if text.strip("\f\n ")]
    stanzas = sum("\n" in text.strip() for text in full) > len(full) / 2
    for heading, text in paragraphs:
        if heading and text.strip() and not is_label(text):
            blocks.append((" ".join(text.split()), []))
            continue
        for k, page in enumerate(text.split("\f")):
            if k:
                blocks.append(("", []))
            blocks[-1][1].extend(page.split("\n"))
        if stanzas:
            blocks[-1][1].append("")
    blocks = [(title, own) for title, own in blocks if title or any(map(str.strip, own))]
    if len(blocks) > 1 or (blocks and blocks[0][0]):
        drafts = [_draft(title, own) for title, own in blocks]
    else:
        drafts = divide("\n".join(blocks[0][1])) if blocks else []
    if len(drafts) == 1 and not drafts[0].title:
        drafts = [Draft(source.title, drafts[0].text, drafts[0].artist)]
    return source.found("Word document", drafts)


def _draft(title: str, lines: list[str]) -> Draft:
    return Draft(title, "\n".join(lines)) if title else titled(lines)


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


def _paragraphs(container: Any) -> Iterator[tuple[bool, str]]:
    """Each paragraph: whether it is a heading, and its text, with form feeds for page breaks."""
    seen: set[Any] = set()
    for block in container.iter_inner_content():
        if isinstance(block, Paragraph):
            yield _is_heading(block), _text(block)
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    if cell._tc not in seen:  # a merged cell is met once for each place
                        seen.add(cell._tc)
                        yield from _paragraphs(cell)


def _is_heading(paragraph: Paragraph) -> bool:
    style = paragraph.style
    return style is not None and (style.name or "").startswith(("Heading", "Title"))


def _text(paragraph: Paragraph) -> str:
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
