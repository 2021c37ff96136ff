"""Tables written as JSON: columns of equal length, and rows that are lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lyricslab.importing.tables.column_names import is_column_name, lyrics_rank, title_rank
from lyricslab.importing.tables.song_sections import SectionMap

LONG_CHARS = 100
"""A text of at least this many characters is longer than a line."""


def rows_of_columns(inner: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the rows of columns that are lists of equal length, as pandas writes a table."""
    names, data = inner.get("columns"), inner.get("data")
    if (
        isinstance(names, list)
        and isinstance(data, list)
        and all(isinstance(n, str) for n in names)
    ):
        if all(isinstance(row, list) and len(row) == len(names) for row in data):
            return [dict(zip(names, row, strict=True)) for row in data]
        return None
    columns = list(inner.values())
    if len(columns) < 2 or not all(isinstance(column, list) for column in columns):
        return None
    lengths = {len(column) for column in columns}
    sung = [column for name, column in inner.items() if lyrics_rank(name) is not None]
    if len(lengths) > 1 or max(lengths) < 2 or not sung or not has_title(inner):
        return None
    if not all(isinstance(text, str) or text is None for text in sung[0]):
        return None
    if not are_texts([text or "" for text in sung[0]]):
        return None
    return [dict(zip(inner, row, strict=True)) for row in zip(*columns, strict=True)]


def rows_by_number(columns: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the rows of columns whose values have the same numbers, as pandas writes a table."""
    values = list(columns.values())
    if len(values) < 2 or not all(isinstance(column, dict) for column in values):
        return None
    numbers = values[0].keys()
    if len(numbers) < 2 or "0" not in numbers or not all(map(str.isdecimal, numbers)):
        return None
    if any(column.keys() != numbers for column in values):
        return None
    return [{name: column[number] for name, column in columns.items()} for number in numbers]


def rows_of_lists(value: list[Any]) -> list[Any]:
    """Return songs as objects if they are lists such as [title, lyrics] or [title, artist, lyrics].

    Stanzas and songs as lists of lines look similar, but their parts have no line breaks.
    """
    if not value or not all(isinstance(row, list) for row in value):
        return value
    first = value[0]
    texts = all(isinstance(part, str) for part in first)
    if len(first) > 1 and texts and all(map(is_column_name, first)) and len(value) > 1:
        return [dict(zip(first, row, strict=False)) for row in value[1:]]
    if _are_tuples(value):
        names = ("title", "artist", "lyrics")
        return [
            dict(zip(names if len(row) == 3 else ("title", "lyrics"), row, strict=True))
            for row in value
        ]
    if len({len(row) for row in value}) == 1 and len(first) > 1 and _has_long_column(value):
        return [{f"Column {k + 1}": cell for k, cell in enumerate(row)} for row in value]
    return value


def _are_tuples(rows: Sequence[list[Any]]) -> bool:
    tuples = all(
        len(row) in (2, 3)
        and all(isinstance(part, str) for part in row)
        and not any("\n" in part for part in row[:-1])
        for row in rows
    )
    return tuples and any("\n" in row[-1] for row in rows)


def _has_long_column(rows: Sequence[list[Any]]) -> bool:
    """Return whether some column has lines in most of its cells, and another in none."""
    broken = [
        sum(isinstance(cell, str) and "\n" in cell for cell in column)
        for column in zip(*rows, strict=True)
    ]
    return 2 * max(broken) > len(rows) and min(broken) == 0


def are_texts(values: Sequence[Any]) -> bool:
    """Return whether half of the values, at least, are longer than one line."""
    long = [
        len(value) > 1
        if isinstance(value, list | SectionMap)
        else "\n" in value or len(value) >= LONG_CHARS
        for value in values
    ]
    return 2 * sum(long) >= len(long)


def has_title(names: Iterable[str]) -> bool:
    """Return whether one of some names is that of titles."""
    return any(title_rank(name) is not None for name in names)
