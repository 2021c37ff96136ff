"""A table as in a printed paper: grouped columns, a small stack for the layers that learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from lyricslab.ui.common.component import component
from lyricslab.ui.common.theme import colour


@dataclass(frozen=True, slots=True)
class Group:
    """Columns under one heading."""

    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and beside it in small print its spread."""

    main: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    name: str
    cells: tuple[Cell, ...]
    stack: tuple[bool, ...] | None = None
    """Whether each part learned, from the head down to layer 0; None shows no stack."""
    mark: str = ""
    """ "best" or "apart", or empty."""


_table = component(__file__, '<div class="frame"><table></table></div>')


def book_table(
    label: str, first: str, groups: Sequence[Group], rows: Sequence[Row], key: str
) -> None:
    """Draw the table.

    Args:
        label: what it shows, for a screen reader.
        first: the heading of the rows' names.
    """
    _table(
        key=key,
        data={
            "label": label,
            "first": first,
            "groups": [asdict(group) for group in groups],
            "rows": [asdict(row) for row in rows],
            "learns": colour("learns"),
            "frozen": colour("frozen"),
        },
    )
