"""PDF: lines and the gaps between them, from the position of each text on its page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from lyricslab.errors import ReadError
from lyricslab.importing.boundaries.song_titles import TITLE_CHARS
from lyricslab.importing.guess import PAGE_COLUMNS, Guess
from lyricslab.importing.readers.paragraphs import Paragraph, songs_in
from lyricslab.importing.readers.pdf_columns import PageInColumns, read_down_columns
from lyricslab.importing.readers.pdf_lines import PdfLine, usual_size
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.wording import listed, plural

EXTENSIONS = (".pdf",)

GAP = 1.4
"""Lines farther apart than this many usual distances have a blank line between them."""
_MAX_BLANKS = 3
_LARGE = 1.2
"""A title is at least this many times as large as most letters."""
_NUMBER = re.compile(r"\W*(?:page|seite|p\.?)?\W*\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?\W*", re.I)
_MAX_NUMBER_CHARS = 40
_MIN_PAGES = 3
_MIN_LINES = 3
_COUNTS = {2: "two", 3: "three", 4: "four"}


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a PDF; large lines begin them, else it is plain text.

    Raises:
        ReadError: if it is locked, or holds pictures of text.
        FileTooLargeError: if it has too many pages, or too much besides words.
        BrokenFileError: if it is damaged.
    """
    from lyricslab.importing.readers.pdf_pages import read_pages  # pypdf takes time to import

    pages, foot = read_pages(source)
    if not any(pages):
        raise ReadError(
            f"'{source.name}' holds no letters, only pictures of them, as scanned pages do. Let a "
            "program for text recognition read it, or type the lyrics."
        )
    pages = _without_margins(pages)
    in_columns = read_down_columns(pages)
    on = PAGE_COLUMNS not in source.declined
    if on:
        pages = [
            list(in_columns[number].lines) if number in in_columns else page
            for number, page in enumerate(pages)
        ]
    divided = songs_in(_paragraphs(pages, foot), source.declined)
    (file,) = source.divided("PDF", divided)
    if in_columns:
        guess = Guess(PAGE_COLUMNS, _found(list(in_columns.values())), len(file.songs), on)
        file = replace(file, guesses=(guess, *file.guesses))
    return [file]


def _found(pages: Sequence[PageInColumns]) -> str:
    """Return what was found in a sentence."""
    counts = sorted({page.columns for page in pages})
    columns = listed([_COUNTS.get(count, str(count)) for count in counts], "or")
    return f"{plural(len(pages), 'page')} in {columns} columns, read down each column."


def _without_margins(pages: Sequence[Sequence[PdfLine]]) -> list[list[PdfLine]]:
    """Remove page numbers, and lines that recur at the top or foot of pages."""
    usual = _usual_size([line for page in pages for line in page])
    edges = [[*page[:2], *page[2:][-2:]] for page in pages]
    seen = Counter(key for page in edges for key in set(map(_key, page)))
    full = sum(map(bool, pages))

    def is_margin(line: PdfLine) -> bool:
        if line.size >= _LARGE * usual:  # many books have their titles at one height
            return False
        short = len(line.text) <= _MAX_NUMBER_CHARS
        number = full > 1 and short and _NUMBER.fullmatch(line.text) is not None
        return number or seen[_key(line)] >= max(_MIN_PAGES, full / 3)

    bodies = []
    for page in pages:
        top = len(list(takewhile(is_margin, page[:2])))
        foot = len(list(takewhile(is_margin, reversed(page[top:][-2:]))))
        bodies.append(list(page[top : len(page) - foot]))
    return bodies


def _key(line: PdfLine) -> tuple[str, int]:
    """Return what a line at a margin has in common with those of other pages."""
    return re.sub(r"\d+", "#", " ".join(line.text.split())), round(line.height)


def _paragraphs(pages: Sequence[Sequence[PdfLine]], foot: float) -> list[Paragraph]:
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
            if k and _begins_column_with_title(page[k - 1 : k + 2], step):
                paragraphs += [Paragraph("")] * (_MAX_BLANKS + 1)
            elif k:
                paragraphs += _gap(page[k - 1].height - line.height, step)
            paragraphs.append(Paragraph(line.text, level=int(large and not title)))
            title = (title or line.size) if large else 0.0
        if page and step and page[-1].height - foot > 2 * step:
            # The page ended before it was full: the wide gap shows a title that may follow.
            paragraphs += [Paragraph("")] * (_MAX_BLANKS + 1)
    return paragraphs


def _begins_column_with_title(lines: Sequence[PdfLine], step: float) -> bool:
    """Return whether the second of three lines begins a column, apart from the line below it."""
    if len(lines) < 3 or not step:
        return False
    above, line, below = lines
    return line.height > above.height + step and line.height - below.height > GAP * step


def _usual_size(lines: Sequence[PdfLine]) -> float:
    """Return the size of most letters."""
    return usual_size(piece for line in lines for piece in line.pieces)


def _distances(page: Sequence[PdfLine]) -> list[float]:
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
