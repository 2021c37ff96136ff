"""The pages, and how to get to them: the menu, links, buttons that open another page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[3]

_PAGES = {
    "start": ("Start", "", ":material/home:", "What this is, and your latest runs."),
    "corpus": ("Corpus", "corpus", ":material/library_books:", "Add songs, check and save them."),
    "bases": (
        "Bases",
        "bases",
        ":material/layers:",
        "Networks that have read a lot, to start from.",
    ),
    "train": ("Train", "train", ":material/local_fire_department:", "Let a base learn from them."),
    "paper": ("The paper", "paper", ":material/science:", "The experiment, on your songs."),
    "compare": ("Compare", "compare", ":material/stacked_line_chart:", "Runs side by side."),
    "run": ("Run", "run", ":material/show_chart:", "One run: its curve, what it writes."),
    "write": ("Write", "write", ":material/edit_note:", "New songs, by a run or a base."),
}

_OFF_THE_MENU = ("run",)
"""Reached by links only: the address says which run is shown."""


def page_file(name: str) -> str:
    """Return the file of a page ("start", "train", ...) for `st.switch_page` and `st.page_link`."""
    return str(ROOT / "pages" / f"{name}.py")


def pages() -> dict[str, st.Page]:
    """Return every page by name, in the order of the menu."""
    return {
        name: st.Page(
            page_file(name),
            title=title,
            url_path=path,
            icon=icon,
            help=help,
            default=not path,
            visibility="hidden" if name in _OFF_THE_MENU else "visible",
        )
        for name, (title, path, icon, help) in _PAGES.items()
    }


def go(name: str, **choices: str | None) -> None:
    """Open a page with these choices in its address; those that are None are left out."""
    st.switch_page(page_file(name), query_params=_given(choices))


def link(name: str, label: str, icon: str | None = None, **choices: str | None) -> None:
    """Show a link to a page with these choices in its address; None is left out."""
    st.page_link(page_file(name), label=label, icon=icon, query_params=_given(choices))


def _given(choices: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in choices.items() if value is not None}
