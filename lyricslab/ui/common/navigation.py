"""The pages, and how to get to them: the bar of pages, links, buttons that open another page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from lyricslab.ui.common.url_state import UrlParam

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
    "help": ("Help", "help", ":material/help:", "How it works, and what the words mean."),
}

_OFF_THE_BAR = ("run", "help")
"""Reached by links only: a link says which run is shown, and the menu opens the help."""

ADDRESSES = frozenset(path for _, path, _, _ in _PAGES.values())
"""The address of each page, without its slash: "" is Start."""

LARGE = "large"
SIZE = UrlParam("app", "size", "", options=("", LARGE), hide_default=True)
"""Whether all is shown large, as for a projector: on every page, until it is switched off."""


def page_file(name: str) -> str:
    """Return the file of a page ("start", "train", ...) for `st.switch_page` and `st.page_link`."""
    return str(ROOT / "pages" / f"{name}.py")


def pages() -> dict[str, st.Page]:
    """Return every page by name, in the order of the bar."""
    return {
        name: st.Page(
            page_file(name),
            title=title,
            url_path=path,
            icon=icon,
            help=help,
            default=not path,
            visibility="hidden" if name in _OFF_THE_BAR else "visible",
        )
        for name, (title, path, icon, help) in _PAGES.items()
    }


def bar(now: st.Page) -> int:
    """Show a link to each page, all of them at any width; shell.css lays them out.

    Streamlit's own bar hides what does not fit under "3 more", and on a phone hides all of it.

    Returns:
        The place of the page `now` in the bar, from 1; 0 if it is not there.
    """
    shown = [name for name in _PAGES if name not in _OFF_THE_BAR]
    with st.container(key="app_pages", horizontal=True):
        for name in shown:
            title, _, icon, _ = _PAGES[name]
            link(name, title, icon)
    addresses = [_PAGES[name][1] for name in shown]
    return addresses.index(now.url_path) + 1 if now.url_path in addresses else 0


def go(name: str, **choices: str | None) -> None:
    """Open a page with these choices in its address; those that are None are left out."""
    st.switch_page(page_file(name), query_params=_given(choices))


def link(name: str, label: str, icon: str | None = None, **choices: str | None) -> None:
    """Show a link to a page with these choices in its address; None is left out."""
    st.page_link(page_file(name), label=label, icon=icon, help="", query_params=_given(choices))


def is_large() -> bool:
    """Return whether this session shows all large."""
    return bool(st.session_state.get(SIZE.key) == LARGE)


def _given(choices: dict[str, str | None]) -> dict[str, str]:
    asked = choices | {SIZE.name: LARGE if is_large() else None}
    return {name: value for name, value in asked.items() if value is not None}
