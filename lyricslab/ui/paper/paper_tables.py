"""Tables 1 and 2: the paper's figures and ours, side by side."""

from __future__ import annotations

import streamlit as st

from lyricslab.model.trainable import Trainable
from lyricslab.report.content import BaseTable, Figure, Line
from lyricslab.ui.common.error_boundary import plain as harmless
from lyricslab.ui.paper.book_table import Cell, Group, Row, book_table
from lyricslab.wording import plain

GROUPS = (
    Group("in the paper", ("val", "test")),
    Group("yours, padded as there", ("val", "test")),
    Group("yours, nats/char", ("val", "test")),
    Group("test loss over the baseline's", ("paper", "padded", "nats/char")),
)


def tables(found: tuple[BaseTable, ...]) -> None:
    """Draw a table for each base."""
    for table in found:
        st.subheader(f"Table {table.printed.number}: the base {harmless(table.base_title)}")
        st.caption(_against(table))
        rows = [_row(line) for line in table.lines]
        book_table(table.title, "layers retrained", GROUPS, rows, key=f"paper_table_{table.base}")
    st.caption(
        "Figures are means over seeds, in small print their standard deviation. Highlighted: the "
        "layers chosen by validation, among the paper's six. A dash: nothing to compare with, or "
        "not yet."
    )


def _against(table: BaseTable) -> str:
    read = "song lyrics" if table.lyrics else "books"
    return (
        f"It read {read}, so it is compared with the paper's Table {table.printed.number}: a "
        f"network that had read {table.printed.base}."
    )


def _row(line: Line) -> Row:
    paper = line.paper
    figures = (line.val_padded, line.test_padded, line.val, line.test)
    cells = (
        Cell(plain(paper and paper.val)),
        Cell(plain(paper and paper.test)),
        *map(_cell, figures),
        Cell(plain(line.paper_ratio)),
        Cell(plain(line.padded_ratio)),
        Cell(plain(line.ratio and line.ratio.value)),
    )
    waits = "" if line.seeds_done else ", still to come"
    mark = "best" if line.best else "" if line.kind == "subset" else "apart"
    return Row(f"{line.label}{waits}", cells, _stack(line), mark)


def _cell(figure: Figure | None) -> Cell:
    if figure is None:
        return Cell("–")
    return Cell(f"{figure.mean:.3f}", f"± {figure.sd:.3f}" if figure.seeds > 1 else "")


def _stack(line: Line) -> tuple[bool, ...] | None:
    """Return whether each part learned, from the head down; None for a baseline."""
    if line.kind == "baseline":
        return None
    trainable = Trainable.parse(line.trainable, line.num_layers)
    layers = [trainable.learns(layer) for layer in reversed(range(line.num_layers))]
    return (line.kind != "zero-shot", *layers)
