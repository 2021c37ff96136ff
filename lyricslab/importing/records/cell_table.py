"""A table of cells, from a .csv file or a sheet: the names of its columns, and its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lyricslab.importing.records.names import is_column_name
from lyricslab.importing.records.profiles import Records

NAME_CHARS = 40
"""A longer cell is not the name of a column."""


@dataclass(frozen=True, slots=True)
class CellTable:
    """Rows of cells below the names of their columns."""

    names: tuple[str, ...]
    """All different; a column without a name is "Column 3"."""
    rows: Sequence[Sequence[str]]

    def records(self) -> Records:
        """Return the rows as records; columns without any cell are left out."""
        filled = sorted(self._filled())
        place = {self.names[k]: k for k in filled}

        def column(name: str) -> list[str]:
            k = place.get(name, len(self.names))
            return [row[k] if k < len(row) else "" for row in self.rows]

        empty = tuple(name for name in self.names if name not in place)
        return Records(tuple(place), len(self.rows), column, empty)

    def _filled(self) -> set[int]:
        empty, filled = set(range(len(self.names))), set[int]()
        for row in self.rows:
            if not empty:
                break
            now = {k for k in empty if k < len(row) and row[k].strip()}
            filled |= now
            empty -= now
        return filled


def cell_table(rows: Sequence[Sequence[str]]) -> CellTable:
    """Return a table whose columns are named by its first row, if that does not begin a song."""
    head = _is_head(rows)
    width = len(rows[0]) if head else max(map(len, rows), default=0)
    given = [cell.strip() for cell in rows[0]] if head else []
    names: dict[str, None] = {}
    for k in range(width):
        name = given[k] if head and given[k] else f"Column {k + 1}"
        again = 2
        while name in names:
            name, again = f"{given[k] or name} ({again})", again + 1
        names[name] = None
    return CellTable(tuple(names), rows[1:] if head else rows)


def _is_head(rows: Sequence[Sequence[str]]) -> bool:
    first = [cell.strip() for cell in rows[0]]
    named = [cell for cell in first if cell]
    if any(map(is_column_name, named)) and all(len(cell) <= NAME_CHARS for cell in named):
        return True
    short = bool(named) and all(len(cell) <= NAME_CHARS and "\n" not in cell for cell in named)
    unlike = len(set(named)) == len(named) and not any(map(str.isdigit, named))
    return short and unlike and len(named) == len(first) and _any_longer(rows[1:])


def _any_longer(rows: Sequence[Sequence[str]]) -> bool:
    return any("\n" in cell or len(cell) > NAME_CHARS for row in rows for cell in row)
