"""PDF: lines and the gaps between them, from the position of each text on its page."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from math import hypot
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import LimitReachedError

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.boundaries.song_titles import TITLE_CHARS
from lyricslab.importing.readers.paragraphs import Paragraph, songs_in
from lyricslab.importing.readers.source import FileSongs, Source

EXTENSIONS = (".pdf",)

MAX_PAGES = 800
MAX_STEPS = 1_000_000
"""Drawing steps on all pages together, far more than any songbook has."""
MAX_STREAM_BYTES = 10 * 2**20
GAP = 1.4
"""Lines farther apart than this many usual distances have a blank line between them."""
_MAX_BLANKS = 3
_FOOT = 0.15
"""A page is full if its lines reach this share of its height, or the lowest line of any page."""
_LARGE = 1.2
"""A title is at least this many times as large as most letters."""
_NUMBER = re.compile(r"\W*(?:page|seite|p\.?)?\W*\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?\W*", re.I)
_MIN_PAGES = 3
_MIN_LINES = 3

# pypdf logs every small flaw of a file on the console; users cannot fix them.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class _Line:
    """A line of a page with its height above the foot and the size of its letters, in points."""

    text: str
    height: float
    size: float


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a PDF; large lines begin them, else it is plain text.

    Raises:
        ReadError: if it is locked, or holds pictures of text.
        FileTooLargeError: if it has too many pages, or too much besides words.
        BrokenFileError: if it is damaged.
    """
    try:
        with apply_configuration(
            stream_parsing_work_maximum_count=MAX_STEPS,
            zlib_maximum_output_length=MAX_STREAM_BYTES,
            lzw_maximum_output_length=MAX_STREAM_BYTES,
            run_length_maximum_output_length=MAX_STREAM_BYTES,
        ):
            pages, foot = _pages(source)
    except ReadError:
        raise
    except LimitReachedError as error:
        raise _too_large(source.name) from error
    except Exception as error:  # pypdf raises anything on damaged files
        raise BrokenFileError(
            f"'{source.name}' could not be opened as a PDF: it is damaged, cut short, or of "
            "another kind. Save it again, or copy and paste its text."
        ) from error
    if not any(pages):
        raise ReadError(
            f"'{source.name}' holds no letters, only pictures of them, as scanned pages do. Let a "
            "program for text recognition read it, or type the lyrics."
        )
    songs = songs_in(_paragraphs(_without_margins(pages), foot), source.declined)
    return source.divided("PDF", songs)


def _pages(source: Source) -> tuple[list[list[_Line]], float]:
    """Return the lines of each page in drawing order, and the height where a full page ends."""
    reader = PdfReader(io.BytesIO(source.data))
    if reader.is_encrypted:
        raise ReadError(
            f"'{source.name}' is locked against reading. Print it to a new PDF without a password, "
            "or copy and paste its text."
        )
    if len(reader.pages) > MAX_PAGES:
        raise _too_large(source.name)
    pages = []
    feet = []
    steps = 0

    def count(*_: Any) -> None:
        nonlocal steps
        steps += 1

    for page in reader.pages:
        lines = _Lines()
        page.extract_text(visitor_text=lines.add, visitor_operand_before=count)
        if steps > MAX_STEPS:
            raise _too_large(source.name)
        pages.append([line for line in lines.lines if line.text.strip()])
        feet.append(float(page.mediabox.bottom) + _FOOT * float(page.mediabox.height))
    return pages, min(feet, default=0.0)


class _Lines:
    """Collects the lines of a page from its texts."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self._open = False

    def add(
        self,
        text: str,
        page_matrix: Sequence[float],
        text_matrix: Sequence[float],
        _font: Any,
        size: float,
    ) -> None:
        """Add a text (a visitor for pypdf).

        Args:
            page_matrix: turns the page's units into points, (6,).
            text_matrix: turns the text's units into the page's, (6,).
            size: of the letters, in the text's units.
        """
        _, b, _, d, _, f = page_matrix
        height = text_matrix[4] * b + text_matrix[5] * d + f
        up_x, up_y = text_matrix[2:4]
        size = abs(size) * hypot(up_x * page_matrix[0] + up_y * page_matrix[2], up_x * b + up_y * d)
        for k, part in enumerate(text.split("\n")):
            if k:
                self._open = False
            if not part.strip():
                if self._open:
                    self.lines[-1].text += part
            elif self._open and abs(height - self.lines[-1].height) < max(size, 1) / 2:
                self.lines[-1].text += part
            else:
                self.lines.append(_Line(part, height, size))
                self._open = True


def _without_margins(pages: Sequence[Sequence[_Line]]) -> list[list[_Line]]:
    """Remove page numbers, and what recurs at the top or foot of pages."""
    usual = _usual_size([line for page in pages for line in page])
    edges = [[*page[:2], *page[2:][-2:]] for page in pages]
    seen = Counter(key for page in edges for key in set(map(_key, page)))
    full = sum(map(bool, pages))

    def is_margin(line: _Line) -> bool:
        if line.size >= _LARGE * usual:  # many books have their titles at one height
            return False
        number = full > 1 and _NUMBER.fullmatch(line.text) is not None
        return number or seen[_key(line)] >= max(_MIN_PAGES, full / 3)

    bodies = []
    for page in pages:
        top = len(list(takewhile(is_margin, page[:2])))
        foot = len(list(takewhile(is_margin, reversed(page[top:][-2:]))))
        bodies.append(list(page[top : len(page) - foot]))
    return bodies


def _key(line: _Line) -> tuple[str, int]:
    """Return what a line at a margin has in common with those of other pages."""
    return re.sub(r"\d+", "#", " ".join(line.text.split())), round(line.height)


def _paragraphs(pages: Sequence[Sequence[_Line]], foot: float) -> list[Paragraph]:
    """Return the lines of all pages with blank lines for gaps; large lines are headings."""
    lines = [line for page in pages for line in page]
    usual = _usual_size(lines)
    foot = min([foot, *(line.height for line in lines)])
    usual_step = _step([_distances(page) for page in pages])
    paragraphs: list[Paragraph] = []
    title = 0.0  # the size of the title above, until a verse follows it
    for page in pages:
        step = _step([_distances(page)]) or usual_step
        for k, line in enumerate(page):
            large = line.size >= _LARGE * usual and 1 < len(line.text.strip()) <= TITLE_CHARS
            if large and title and paragraphs[-1].level and line.size > 0.95 * title:
                paragraphs[-1] = Paragraph(f"{paragraphs[-1].text} {line.text}", level=1)
                continue
            if k:
                paragraphs += _gap(page[k - 1].height - line.height, step)
            paragraphs.append(Paragraph(line.text, level=int(large and not title)))
            title = (title or line.size) if large else 0.0
        if page and step and page[-1].height - foot > 2 * step:
            # The page ended before it was full: the wide gap shows a title that may follow.
            paragraphs += [Paragraph("")] * (_MAX_BLANKS + 1)
    return paragraphs


def _usual_size(lines: Sequence[_Line]) -> float:
    """Return the size of most letters."""
    letters = Counter[float]()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    return max(letters, key=lambda size: letters[size], default=0.0)


def _distances(page: Sequence[_Line]) -> list[float]:
    """Return the distances of the lines of a page from those above them."""
    distances = (above.height - below.height for above, below in pairwise(page))
    return [distance for distance in distances if distance > 0]


def _step(distances: Sequence[Sequence[float]]) -> float:
    """Return the usual distance of lines, 0 if unknown; stanzas may have only two lines."""
    ordered = sorted(distance for page in distances for distance in page)
    return ordered[len(ordered) // 4] if len(ordered) >= _MIN_LINES else 0.0


def _gap(distance: float, step: float) -> list[Paragraph]:
    """Return the blank lines for a distance between lines."""
    if not step or 0 <= distance <= GAP * step:
        return []
    # A line above the previous one begins another column.
    blanks = round(distance / step) - 1 if distance > 0 else 1
    return [Paragraph("")] * max(1, min(blanks, _MAX_BLANKS))


def _too_large(name: str) -> FileTooLargeError:
    return FileTooLargeError(
        f"'{name}' has more pages, or more drawn on them, than a songbook: up to {MAX_PAGES} pages "
        "can be read. Import the pages with the songs, or copy and paste their text."
    )
