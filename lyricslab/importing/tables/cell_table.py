"""Tables of cells, from a .csv file or a sheet: the names of their columns, and their rows."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.importing.tables.column_names import is_column_name
from lyricslab.importing.tables.column_profiles import Table

NAME_CHARS = 40
"""A longer cell is not the name of a column."""


def cell_table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return rows of cells as a table; its columns without any cell are named as empty.

    Args:
        names: all different.
        rows: which may be shorter.
    """
    filled = sorted(_filled(len(names), rows))
    place = {names[k]: k for k in filled}

    def column(name: str) -> list[str]:
        k = place.get(name, len(names))
        return [row[k] if k < len(row) else "" for row in rows]

    empty = tuple(name for name in names if name not in place)
    return Table(tuple(place), len(rows), column, empty)


def _filled(width: int, rows: Sequence[Sequence[str]]) -> set[int]:
    empty, filled = set(range(width)), set[int]()
    for row in rows:
        if not empty:
            break
        now = {k for k in empty if k < len(row) and row[k].strip()}
        filled |= now
        empty -= now
    return filled


def head_of(rows: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """Return the names of the columns, and the number of rows that name them: 1 or 0.

    A column without a name is "Column 3", as all are where the first row is already a song.
    """
    head = _is_head(rows)
    given = [cell.strip() for cell in rows[0]] if head else [""] * max(map(len, rows))
    names: dict[str, None] = {}
    for k, name in enumerate(given):
        unique, again = name or f"Column {k + 1}", 2
        while unique in names:
            unique, again = f"{name or 'Column'} ({again})", again + 1
        names[unique] = None
    return list(names), int(head)


def _is_head(rows: Sequence[Sequence[str]]) -> bool:
    first = [cell.strip() for cell in rows[0]]
    named = [cell for cell in first if cell]
    if any(map(is_column_name, named)) and all(len(cell) <= NAME_CHARS for cell in named):
        return True
    short = len(named) == len(first) and all(len(cell) <= NAME_CHARS for cell in named)
    unlike = len(set(named)) == len(named) and not any(map(str.isdigit, named))
    return short and "\n" not in "".join(named) and unlike and _any_longer(rows[1:])


def _any_longer(rows: Sequence[Sequence[str]]) -> bool:
    return any("\n" in cell or len(cell) > NAME_CHARS for row in rows for cell in row)
