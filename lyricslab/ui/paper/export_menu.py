"""Exports of a sweep or a search: a report to hand in, tables for a spreadsheet or a paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from lyricslab.store.rows import ExperimentKind

FILES = (
    ("report", ".html", "text/html", "Report", ":material/description:"),
    ("tables", ".csv", "text/csv", "Tables as CSV", ":material/table:"),
    ("tables", ".md", "text/markdown", "Tables as Markdown", ":material/notes:"),
    ("tables", ".tex", "application/x-tex", "Tables as LaTeX", ":material/functions:"),
)
HINTS: dict[ExperimentKind, str] = {
    "sweep": "The report is one file with charts and samples, to print or to hand in.",
    "search": "The report is one file with the chart and the table, to print or to hand in.",
}


def export_menu(kind: ExperimentKind, experiment_id: str, make: Callable[[str], bytes]) -> None:
    """Draw the menu.

    Args:
        make: returns the file of a name; called when its button is clicked.
    """
    with st.popover("Export", icon=":material/download:"):
        st.caption(HINTS[kind])
        for noun, end, mime, label, icon in FILES:
            name = f"lyricslab-{noun}-{experiment_id}{end}"
            st.download_button(
                label,
                partial(make, name),
                name,
                mime,
                icon=icon,
                on_click="ignore",
                key=f"paper_export_{kind}{end}",
                width="stretch",
            )
