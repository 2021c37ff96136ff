"""PDF: lines and the gaps between them, told by where on its page each piece of text stands."""

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
from lyricslab.importing.readers.paragraphs import Paragraph, called, songs
from lyricslab.importing.readers.source import Found, Source

EXTENSIONS = (".pdf",)

MAX_PAGES = 800
MAX_STEPS = 1_000_000
"""So many steps of drawing, on all pages together, are far beyond any songbook's."""
MAX_STREAM_BYTES = 10 * 2**20
GAP = 1.4
"""Lines farther apart than this many usual distances have a blank line between them."""
_MOST_BLANKS = 3
_FOOT = 0.15
"""A page is full if its lines go down to this part of its height, or as low as any other's."""
_LARGE = 1.2
"""A title is written this many times as large as most letters."""
_NUMBER = re.compile(r"\W*(?:page|seite|p\.?)?\W*\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?\W*", re.I)
_FEW_PAGES = 3
_FEW_LINES = 3

# The library tells of every small flaw of a file on the console; a person cannot mend them.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class _Line:
    """A line of a page: its text, its height above the page's foot, and how large it is."""

    text: str
    height: float
    size: float


def read(source: Source) -> list[Found]:
    """The songs of a PDF; large lines begin them, else it is read as plain text.

    Raises:
        ReadError: if it is locked, or holds pictures of text.
        FileTooLargeError: if it has too many pages, or much else than words.
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
    except Exception as error:  # the library meets damage with whatever its parts raise
        raise BrokenFileError(
            f"'{source.name}' could not be opened as a PDF: it is damaged, cut short, or of "
            "another kind. Save it again, or copy and paste its text."
        ) from error
    if not any(pages):
        raise ReadError(
            f"'{source.name}' holds no letters, only pictures of them, as scanned pages do. Let a "
            "program for text recognition read it, or type the lyrics."
        )
    drafts = songs(_paragraphs(_without_margins(pages), foot))
    return source.found("PDF", called(drafts, source.title))


def _pages(source: Source) -> tuple[list[list[_Line]], float]:
    """The lines of each page in the order in which they were written, and how low a page goes."""
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
    """The lines of a page as its pieces of text come."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self._open = False

    def add(
        self, text: str, place: Sequence[float], own: Sequence[float], _font: Any, size: float
    ) -> None:
        """Takes a piece of text.

        Args:
            place: the matrix that turns the page's units into points, (6,).
            own: the matrix of the piece itself, (6,).
            size: of its letters, in its own units.
        """
        height = own[4] * place[1] + own[5] * place[3] + place[5]
        up = (own[2] * place[0] + own[3] * place[2], own[2] * place[1] + own[3] * place[3])
        size = abs(size) * hypot(*up)
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
    """The pages without numbers, and without what comes again at their top or foot."""
    usual = _usual_size([line for page in pages for line in page])
    edges = [[*page[:2], *page[2:][-2:]] for page in pages]
    seen = Counter(key for page in edges for key in set(map(_key, page)))
    full = sum(map(bool, pages))

    def goes(line: _Line) -> bool:
        if line.size >= _LARGE * usual:  # many a book has its titles at one height
            return False
        number = full > 1 and _NUMBER.fullmatch(line.text) is not None
        return number or seen[_key(line)] >= max(_FEW_PAGES, full / 3)

    kept = []
    for page in pages:
        top = len(list(takewhile(goes, page[:2])))
        foot = len(list(takewhile(goes, reversed(page[top:][-2:]))))
        kept.append(list(page[top : len(page) - foot]))
    return kept


def _key(line: _Line) -> tuple[str, int]:
    """What a header's line has in common with those of other pages."""
    return re.sub(r"\d+", "#", " ".join(line.text.split())), round(line.height)


def _paragraphs(pages: Sequence[Sequence[_Line]], foot: float) -> list[Paragraph]:
    """The lines of all pages as one text, with blank lines for gaps; large ones are headings."""
    lines = [line for page in pages for line in page]
    usual = _usual_size(lines)
    foot = min([foot, *(line.height for line in lines)])
    everywhere = _step([_falls(page) for page in pages])
    found: list[Paragraph] = []
    title = 0.0  # how large the title is that stands above, as long as no verse came after it
    for page in pages:
        step = _step([_falls(page)]) or everywhere
        for k, line in enumerate(page):
            large = line.size >= _LARGE * usual and 1 < len(line.text.strip()) <= TITLE_CHARS
            if large and title and found[-1].level and line.size > 0.95 * title:
                found[-1] = Paragraph(f"{found[-1].text} {line.text}", level=1)
                continue
            if k:
                found += _gap(page[k - 1].height - line.height, step)
            found.append(Paragraph(line.text, level=int(large and not title)))
            title = (title or line.size) if large else 0.0
        if page and step and page[-1].height - foot > 2 * step:
            # The page was left before it was full. If a title follows, it looks like one so.
            found += [Paragraph("")] * (_MOST_BLANKS + 1)
    return found


def _usual_size(lines: Sequence[_Line]) -> float:
    """How large most letters are."""
    letters = Counter[float]()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    return max(letters, key=lambda size: letters[size], default=0.0)


def _falls(page: Sequence[_Line]) -> list[float]:
    """How far below the one before it each line of a page stands."""
    falls = (above.height - below.height for above, below in pairwise(page))
    return [fall for fall in falls if fall > 0]


def _step(falls: Sequence[Sequence[float]]) -> float:
    """The usual distance of lines, 0 if it cannot be told; stanzas may be of two lines."""
    every = sorted(fall for page in falls for fall in page)
    return every[len(every) // 4] if len(every) >= _FEW_LINES else 0.0


def _gap(fall: float, step: float) -> list[Paragraph]:
    """The blank lines that a distance stands for."""
    if not step or 0 <= fall <= GAP * step:
        return []
    # A line above the one before it begins another column.
    blanks = round(fall / step) - 1 if fall > 0 else 1
    return [Paragraph("")] * max(1, min(blanks, _MOST_BLANKS))


def _too_large(name: str) -> FileTooLargeError:
    return FileTooLargeError(
        f"'{name}' has more pages, or more drawn on them, than a songbook: up to {MAX_PAGES} pages "
        "can be read. Bring the pages with the songs, or copy and paste their text."
    )
