"""Tables: .csv of any dialect, and .tsv."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lyricslab.errors import BrokenFileError, FileTooLargeError
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.tables.cell_table import cell_table, head_of
from lyricslab.importing.tables.column_names import is_column_name
from lyricslab.importing.tables.table_songs import read_table
from lyricslab.wording import plural

EXTENSIONS = (".csv", ".tsv", ".tab")

DELIMITERS = ",;\t|"
SAMPLE_CHARS = 200_000
MAX_ROWS = 1_000_000
"""More rows, even of one line of a song each, are no table of songs."""
_CELL_CHARS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Row:
    cells: list[str]
    raw: str
    """Its lines in the file."""
    line: int
    """The number of the first of them, from 1."""


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a table; a row may be a song, or a line or a section of one."""
    decoded = source.text()
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    delimiter, text = _delimiter(text, source.extension)
    rows = _rows(text, delimiter, source.name)
    if not rows:
        return source.result("table", [], decoded)
    names, head_rows = head_of([row.cells for row in rows])
    below = rows[head_rows:]
    fitted = [_fitted(row, len(names), delimiter) for row in below]
    found = read_table(cell_table(names, [cells for cells, _ in fitted]), source)
    wide = sum(
        not complete or (len(row.cells) > len(names) and found.lyrics != names[-1])
        for row, (_, complete) in zip(below, fitted, strict=True)
    )
    notes = [*_notes(source.name, wide, _unpaired(text, delimiter)), *found.notes]
    return source.result("table", found.songs, decoded, notes, found.guesses)


def _fitted(row: _Row, width: int, delimiter: str) -> tuple[list[str], bool]:
    """Return as many cells of a row as there are columns, and whether nothing was cut off."""
    cells, rest = row.cells[: width - 1], row.cells[width - 1 :]
    if len(rest) < 2:
        return row.cells, True
    quoted = rest[0].replace('"', '""')
    if f'"{quoted}"{delimiter}' in row.raw:
        return [*cells, rest[0]], not any(map(str.strip, rest[1:]))
    # Nobody quoted the last cell, so the delimiters in it are part of its text.
    return [*cells, delimiter.join(rest).rstrip(delimiter)], True


def _notes(name: str, wide: int, unpaired: int | None) -> Iterator[str]:
    if wide:
        have = plural(wide, "row has", "rows have")
        yield (
            f"{have} more cells than '{name}' has columns; what goes beyond is left out. Look at "
            "these songs, and put lyrics in quotation marks if they are cut."
        )
    if unpaired is not None:
        yield (
            f"The quotation marks in '{name}' do not pair up, first in the row that begins on "
            f"line {unpaired:,}: songs may be run together there. Look at them, or save the table "
            "again as .csv from your spreadsheet."
        )


def _rows(text: str, delimiter: str, name: str) -> list[_Row]:
    try:
        rows = list(islice(_read(text, delimiter), MAX_ROWS + 1))
    except csv.Error as error:
        raise BrokenFileError(
            f"'{name}' could not be read as a table: {error}. Save it again as .csv from your "
            "spreadsheet."
        ) from error
    if len(rows) > MAX_ROWS:
        raise FileTooLargeError(
            f"'{name}' has more than {MAX_ROWS:,} rows. Divide the songs into smaller files."
        )
    filled = [k for k, row in enumerate(rows) if any(map(str.strip, row.cells))]
    return rows[filled[0] : filled[-1] + 1] if filled else []


def _read(text: str, delimiter: str, *, strict: bool = False) -> Iterator[_Row]:
    csv.field_size_limit(_CELL_CHARS)  # the module's own limit is below a long song's length
    lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    begins = 0
    for cells in reader:
        yield _Row(cells, "".join(lines[begins : reader.line_num]), begins + 1)
        begins = reader.line_num


def _unpaired(text: str, delimiter: str) -> int | None:
    """Return the line of the first row whose quotation marks do not pair up, if any."""
    last_line = 0
    try:
        for row in _read(text, delimiter, strict=True):
            last_line = row.line + row.raw.count("\n")
    except csv.Error:
        return max(1, last_line)
    return None


def _delimiter(text: str, extension: str) -> tuple[str, str]:
    """Return the delimiter, and the text without a line that only names it."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:  # spreadsheets write this
        return first[4], rest
    sample = text[:SAMPLE_CHARS]
    if len(text) > SAMPLE_CHARS:
        sample = sample[: sample.rfind("\n") + 1] or sample

    def fitness(delimiter: str) -> tuple[bool, float, int]:
        rows = [row.cells for row in _rows(sample, delimiter, "") if any(row.cells)]
        widths = Counter(map(len, rows[:-1] or rows))  # the last row may be cut
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        named = bool(rows) and any(is_column_name(name) for name in rows[0]) and len(rows[0]) > 1
        return named, count / max(1, sum(widths.values())) if width > 1 else 0.0, width

    order = "\t,;|" if extension != ".csv" else DELIMITERS
    return max(order, key=fitness), text
