"""Tables: a song a row, in .csv of any dialect and .tsv."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence

from lyricslab.errors import BrokenFileError
from lyricslab.text.readers.columns import find_columns, tells
from lyricslab.text.readers.source import Draft, Found, Source

EXTENSIONS = (".csv", ".tsv", ".tab")

DELIMITERS = ",;\t|"
SAMPLE_CHARS = 200_000
NAME_CHARS = 40
"""A longer cell is no column's name."""
_CELL_CHARS = 2**31 - 1


def read(source: Source) -> list[Found]:
    """The songs of a table; its columns are told by their names in the first row."""
    decoded = source.text()
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    delimiter, text = _delimiter(text, source.extension)
    rows = [row for row in _rows(text, delimiter, source.name) if any(map(str.strip, row))]
    if not rows:
        return source.found("table", [], decoded)
    names, songs = _head(rows)
    columns = find_columns(names, source.columns, source.name)
    places = {name: k for k, name in reversed(list(enumerate(names)))}

    def cell(row: Sequence[str], name: str | None) -> str:
        place = places[name] if name is not None else len(row)
        if place == len(names) - 1:  # what follows the last column was not quoted, and is its own
            return delimiter.join(row[place:]).rstrip(delimiter)
        return row[place] if place < len(row) else ""

    drafts = [
        Draft(cell(row, columns.title), cell(row, columns.lyrics), cell(row, columns.artist))
        for row in songs
    ]
    return source.found("table", drafts, decoded)


def _rows(text: str, delimiter: str, name: str) -> list[list[str]]:
    csv.field_size_limit(_CELL_CHARS)  # the module's own limit is below a long song's length
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BrokenFileError(
            f"'{name}' could not be read as a table: {error}. Save it again as .csv from your "
            "spreadsheet."
        ) from error


def _delimiter(text: str, extension: str) -> tuple[str, str]:
    """What stands between cells, and the text without a line that only says so."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:  # spreadsheets write this
        return first[4], rest
    sample = text[:SAMPLE_CHARS]
    if len(text) > SAMPLE_CHARS:
        sample = sample[: sample.rfind("\n") + 1] or sample

    def fitness(delimiter: str) -> tuple[bool, float, int]:
        rows = [row for row in _rows(sample, delimiter, "") if any(map(str.strip, row))]
        widths = Counter(map(len, rows[:-1] or rows))  # the last row may be cut
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        named = bool(rows) and any(tells(name) for name in rows[0]) and len(rows[0]) > 1
        return named, count / max(1, sum(widths.values())) if width > 1 else 0.0, width

    order = "\t,;|" if extension != ".csv" else DELIMITERS
    return max(order, key=fitness), text


def _head(rows: Sequence[list[str]]) -> tuple[list[str], Sequence[list[str]]]:
    """The columns' names, made up where the first row is a song already, and the songs' rows."""
    first = [cell.strip() for cell in rows[0]]
    short = all(cell and len(cell) <= NAME_CHARS and "\n" not in cell for cell in first)
    below = [cell for row in rows[1:] for cell in row]
    longer = any("\n" in cell or len(cell) > NAME_CHARS for cell in below)
    unlike = len(set(first)) == len(first) and not any(map(str.isdigit, first))
    if any(map(tells, first)) and all(len(cell) <= NAME_CHARS for cell in first):
        head = True
    else:
        head = short and longer and unlike
    if head:
        return [cell or f"Column {k}" for k, cell in enumerate(first, start=1)], rows[1:]
    return [f"Column {k}" for k in range(1, max(map(len, rows)) + 1)], rows
