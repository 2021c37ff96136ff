"""Columns of a PDF that are drawn row by row, found by the empty gutters between them.

A gutter is a strip from top to foot of a page that hardly any line crosses, with a column on each
side: several lines of several words, most of them beginning at one place. Chords and tabs leave
gaps in lines too, but at other places in each, and lines without any gap lie across them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lyricslab.importing.readers.pdf_lines import PdfLine, TextPiece, usual_size

Gutter = tuple[float, float]
"""The left and right edges of an empty strip, in points."""

_GAP = 1.0
"""A gap within a line may be part of a gutter from this width on, in sizes of the letters."""
_EDGE = 0.1
"""The lines of a column begin at one place, give or take this, in sizes of the letters."""
_CROSSED = 0.12
"""The largest share of a page's rows that lie across a gutter, such as the title."""
_MIN_ROWS = 3
_MIN_ROWS_LIKE_OTHERS = 2
"""Of a column on a page with the gutter of another page, such as the last."""
_MIN_SHARE = 0.35
"""A column has at least this share of the rows of the longest."""
_MIN_LETTERS = 10
"""In a row of a column, on average; labels, numbers and chords have fewer."""
_ALIGNED = 0.5
"""The share of the rows of a column that begin, or have their middle, at one place."""
_GOES_ON = 0.7
"""If this share of rows on the right begin in lower case, they go on with those on the left."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Pieces of a row without a wide gap between them."""

    pieces: tuple[TextPiece, ...]
    left: float
    right: float

    @property
    def letters(self) -> int:
        return sum(len(piece.text.strip()) for piece in self.pieces)


_Row = list[_Run]


@dataclass(frozen=True, slots=True)
class PageInColumns:
    """A page that is drawn across its columns."""

    columns: int
    lines: tuple[PdfLine, ...]
    """In reading order: down each column, and from title to title across them."""


def read_down_columns(pages: Sequence[Sequence[PdfLine]]) -> dict[int, PageInColumns]:
    """Return the pages that are drawn across columns, by their numbers from 0 on."""
    rows = [_rows(page) for page in pages]
    gutters = [_gutters(page, _MIN_ROWS) for page in rows]
    known = [gutter for found in gutters for gutter in found]
    if not known:
        return {}
    pages_in_columns = {}
    for number, page in enumerate(pages):
        found = gutters[number] or _gutters(rows[number], _MIN_ROWS_LIKE_OTHERS, known)
        if found and _is_drawn_across(page, rows[number], found):
            lines = tuple(_reading_order(rows[number], found))
            pages_in_columns[number] = PageInColumns(len(found) + 1, lines)
    return pages_in_columns


def _rows(page: Sequence[PdfLine]) -> list[_Row]:
    """Return the rows of a page from top to foot, in whatever order they are drawn."""
    pieces = sorted(
        (piece for line in page for piece in line.pieces), key=lambda piece: -piece.height
    )
    rows: list[list[TextPiece]] = []
    for piece in pieces:
        if rows and rows[-1][0].height - piece.height < piece.size / 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_runs(row) for row in rows]


def _runs(row: list[TextPiece]) -> _Row:
    """Part a row at its wide gaps."""
    row = sorted(row, key=lambda piece: piece.left)
    runs: list[list[TextPiece]] = []
    end = 0.0
    for piece in row:
        if runs and piece.left - end < _GAP * piece.size:
            runs[-1].append(piece)
            end = max(end, piece.right)
        else:
            runs.append([piece])
            end = piece.right
    return [_Run(tuple(run), run[0].left, max(each.right for each in run)) for run in runs]


def _gutters(rows: Sequence[_Row], least: int, known: Sequence[Gutter] = ()) -> list[Gutter]:
    """Return the gutters of a page from left to right.

    Args:
        least: how many rows each column must have.
        known: gutters of other pages; if given, only such at the same places.
    """
    size = usual_size(piece for row in rows for run in row for piece in run.pieces)
    gutters = _strips(rows, size)
    if known:
        gutters = [
            (left, right)
            for left, right in gutters
            if any(max(left, other) < min(right, edge) for other, edge in known)
        ]
    while gutters:
        columns = _columns(rows, gutters)
        longest = max(len(column) for column in columns)
        share = 0.0 if known else _MIN_SHARE
        poor = [
            k
            for k, column in enumerate(columns)
            if len(column) < max(least, share * longest) or not _is_text(column, size, k > 0)
        ]
        poor += [k for k in range(1, len(columns)) if _goes_on(columns[k - 1], columns[k])]
        if not poor:
            break
        # What is no column belongs to the one at its left, or to the first.
        del gutters[max(poor[0] - 1, 0)]
    return gutters


def _strips(rows: Sequence[_Row], size: float) -> list[Gutter]:
    """Return the strips between the edges of the text that hardly any row crosses."""
    edges = sorted(
        [(run.left, 1) for row in rows for run in row]
        + [(run.right, -1) for row in rows for run in row]
    )
    allowed = max(1, int(_CROSSED * len(rows)))
    strips: list[Gutter] = []
    depth = 0
    start: float | None = None
    for place, change in edges:
        depth += change
        if depth > allowed and start is not None:
            if place - start >= _GAP * size:
                strips.append((start, place))
            start = None
        elif depth <= allowed and change < 0 and start is None:
            start = place
    return strips


def _columns(rows: Sequence[_Row], gutters: Sequence[Gutter]) -> list[list[_Run]]:
    """Return the first run of each row in each column, without the runs across gutters."""
    columns: list[list[_Run]] = [[] for _ in range(len(gutters) + 1)]
    for row in rows:
        for k, runs in enumerate(_by_column(row, gutters) or ()):
            columns[k] += runs[:1]
    return columns


def _by_column(row: _Row, gutters: Sequence[Gutter]) -> list[_Row] | None:
    """Return the runs of a row in each column; None if one lies across a gutter."""
    columns: list[_Row] = [[] for _ in range(len(gutters) + 1)]
    for run in (part for whole in row for part in _parted(whole, gutters)):
        if any(run.left < left and run.right > right for left, right in gutters):
            return None
        middle = (run.left + run.right) / 2
        columns[sum(middle > (left + right) / 2 for left, right in gutters)].append(run)
    return columns


def _parted(run: _Run, gutters: Sequence[Gutter]) -> list[_Run]:
    """Part a run where a long line comes close to one that begins at the edge of its column."""
    edges = [right for left, right in gutters if run.left < left and run.right > right]
    starts = [
        k
        for k, piece in enumerate(run.pieces)
        if k and any(abs(piece.left - edge) < _EDGE * piece.size for edge in edges)
    ]
    bounds = [0, *starts, len(run.pieces)]
    parts = [run.pieces[start:end] for start, end in pairwise(bounds)]
    return [_Run(part, part[0].left, max(piece.right for piece in part)) for part in parts]


def _is_text(column: Sequence[_Run], size: float, aligned: bool) -> bool:
    """Return whether the rows of a column have words, and begin or have their middle at one place.

    Args:
        aligned: whether they must be aligned; the first column is by the edge of the page.
    """
    if sum(run.letters for run in column) < _MIN_LETTERS * len(column):
        return False
    return not aligned or any(
        max(Counter(round(place / size) for place in places).values()) >= _ALIGNED * len(column)
        for places in (
            [run.left for run in column],
            [run.left + size / 2 for run in column],  # a place may lie between two roundings
            [(run.left + run.right) / 2 for run in column],
        )
    )


def _goes_on(left: Sequence[_Run], right: Sequence[_Run]) -> bool:
    """Return whether the rows of a column go on with those at their left."""

    def lower(column: Sequence[_Run]) -> float:
        firsts = [run.pieces[0].text.lstrip(" \"'(")[:1] for run in column]
        return sum(first.islower() for first in firsts) / max(len(firsts), 1)

    return lower(right) >= _GOES_ON and lower(left) < 1 - _GOES_ON


def _is_drawn_across(
    page: Sequence[PdfLine], rows: Sequence[_Row], gutters: Sequence[Gutter]
) -> bool:
    """Return whether a page is drawn row by row, from one column into the next and back."""
    places = []
    for line in page:
        for piece in line.pieces:
            middle = (piece.left + piece.right) / 2
            places.append(sum(middle > (left + right) / 2 for left, right in gutters))
    changes = sum(place != following for place, following in pairwise(places))
    return changes > min(len(column) for column in _columns(rows, gutters)) / 2


def _reading_order(rows: Sequence[_Row], gutters: Sequence[Gutter]) -> list[PdfLine]:
    """Return the lines of a page down each column, and across where a row lies across."""
    lines: list[PdfLine] = []
    columns: list[list[PdfLine]] = [[] for _ in range(len(gutters) + 1)]
    for row in [*rows, None]:
        parts = _by_column(row, gutters) if row else None
        for k, runs in enumerate(parts or ()):
            if runs:
                columns[k].append(PdfLine([piece for run in runs for piece in run.pieces]))
        if parts is None:
            lines += [line for column in columns for line in column]
            columns = [[] for _ in columns]
            if row:
                lines.append(PdfLine([piece for run in row for piece in run.pieces]))
    return [line for line in lines if line.text.strip()]
