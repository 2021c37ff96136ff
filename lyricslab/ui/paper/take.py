"""A sweep to take along: a report to hand in, the tables for a spreadsheet or a paper."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lyricslab.lab.report import whole
from lyricslab.lab.rows import SweepRow
from lyricslab.lab.store import Store
from lyricslab.ui.paper import known

FILES = (
    ("report", ".html", "text/html", "Report", ":material/description:"),
    ("tables", ".csv", "text/csv", "Tables as CSV", ":material/table:"),
    ("tables", ".md", "text/markdown", "Tables as Markdown", ":material/notes:"),
    ("tables", ".tex", "application/x-tex", "Tables as LaTeX", ":material/functions:"),
)


def take(store: Store, sweep: SweepRow) -> None:
    """The ways to take the sweep along; a file is made when its button is clicked."""
    with st.popover("Take along", icon=":material/download:"):
        st.caption("The report is one file with charts and samples, to print or to hand in.")
        for noun, end, mime, label, icon in FILES:
            name = f"lyricslab-{noun}-{sweep.id}{end}"
            st.download_button(
                label,
                _maker(store, sweep, name),
                name,
                mime,
                icon=icon,
                on_click="ignore",
                key=f"paper_take{end}",
                width="stretch",
            )


def _maker(store: Store, sweep: SweepRow, name: str) -> Callable[[], bytes]:
    return lambda: whole.make(store, known.table(store, sweep), name)
