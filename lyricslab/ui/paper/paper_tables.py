"""Tables 1 and 2: the paper's figures and ours, side by side."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from lyricslab.model.trainable import Trainable
from lyricslab.report.content import BaseTable, Line
from lyricslab.report.table_columns import Column, columns, note
from lyricslab.ui.common.error_boundary import plain as harmless
from lyricslab.ui.paper.book_table import Cell, Group, Row, book_table


def tables(found: tuple[BaseTable, ...]) -> None:
    """Draw a table for each base."""
    for table in found:
        st.subheader(f"Table {table.printed.number}: the base {harmless(table.base_title)}")
        st.caption(_against(table))
        shown = columns(table)
        groups = [
            Group(group, tuple(column.name for column in some))
            for group, some in groupby(shown, key=lambda column: column.group)
        ]
        rows = [_row(line, shown) for line in table.lines]
        book_table(table.title, "what learned", groups, rows, key=f"paper_table_{table.base}")
    st.caption(
        f"{harmless(note(found))} Highlighted: the layers that validation chose among the paper's "
        "six, once all are done. A dash: nothing to compare with, or not yet."
    )


def _against(table: BaseTable) -> str:
    read = "song lyrics" if table.lyrics else "books"
    return (
        f"It read {read}, so it is compared with the paper's Table {table.printed.number}: a "
        f"network that had read {table.printed.base}."
    )


def _row(line: Line, shown: tuple[Column, ...]) -> Row:
    cells = tuple(Cell(*column.show(line)) for column in shown)
    waits = "" if line.seeds_done else ", still to come"
    mark = "best" if line.best else "" if line.kind == "subset" else "apart"
    return Row(f"{line.label}{waits}", cells, _stack(line), mark)


def _stack(line: Line) -> tuple[bool, ...] | None:
    """Return whether each part learned, from the head down; None for a baseline."""
    if line.kind == "baseline":
        return None
    trainable = Trainable.parse(line.trainable, line.num_layers)
    layers = [trainable.learns(layer) for layer in reversed(range(line.num_layers))]
    return (line.kind != "zero-shot", *layers)
