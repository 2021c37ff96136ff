"""Tables of cells, from a .csv file or a sheet: the names of their columns, and their rows."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from lyricslab.importing.tables.column_names import is_column_name
from lyricslab.importing.tables.column_profiles import Table

NAME_CHARS = 40
"""A longer cell is not the name of a column."""
MAX_ROWS_LOOKED_AT = 50
LIST_CHARS = 100_000
"""A longer cell is not read as a list."""
_LIST_STARTS = ("['", '["')


def cell_table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return rows of cells as a table; its columns without any cell are named as empty.

    Args:
        names: all different.
        rows: which may be shorter.
    """
    filled = sorted(_filled(len(names), rows))
    place = {names[k]: k for k in filled}

    def column(name: str) -> list[Any]:
        k = place.get(name, len(names))
        return [_value(row[k]) if k < len(row) else "" for row in rows]

    empty = tuple(name for name in names if name not in place)
    return Table(tuple(place), len(rows), column, empty)


def _value(cell: str) -> str | list[str]:
    """Return a cell's text, or the texts of a list that Python wrote: "['One line', 'Two']"."""
    if not cell.startswith(_LIST_STARTS) or not cell.endswith("]") or len(cell) > LIST_CHARS:
        return cell
    try:
        value = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return cell
    texts = isinstance(value, list) and all(isinstance(text, str) for text in value)
    return value if texts else cell


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
    short = all(len(cell) <= NAME_CHARS and "\n" not in cell for cell in named)
    unlike = len(set(named)) == len(named) and not any(map(str.isdigit, named))
    if not (named and short and unlike):
        return False
    if _over_numbers(first, rows[1:]):
        return True
    return len(named) == len(first) and _any_longer(rows[1:])


def _over_numbers(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row is blank or in words over a column of numbers."""
    for k, name in enumerate(first):
        cells = [row[k].strip() for row in rows[:MAX_ROWS_LOOKED_AT] if k < len(row)]
        numbers = [cell for cell in cells if cell]
        if len(numbers) > 1 and all(map(_is_number, numbers)) and not _is_number(name):
            return True
    return False


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).removeprefix("-").isdecimal()


def _any_longer(rows: Sequence[Sequence[str]]) -> bool:
    return any("\n" in cell or len(cell) > NAME_CHARS for row in rows for cell in row)
