"""Bases: the networks to start from: listed, sampled, exported, imported, trained."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lyricslab.ui.bases.base_library import library_section
from lyricslab.ui.bases.get_books import get_books_section
from lyricslab.ui.bases.pretrain_form import pretrain_section
from lyricslab.ui.common.url_state import UrlParam, publish

SECTIONS: dict[str, tuple[str, Callable[[], None]]] = {
    "library": (":material/layers: Library", library_section),
    "make": (":material/exercise: Make your own", pretrain_section),
    "books": (":material/menu_book: Get books", get_books_section),
}
"""Each part of the page by its name in an address; only the chosen one is shown."""


def page() -> None:
    """Show the heading, a choice of sections, and the chosen section."""
    st.title("Bases")
    st.markdown(
        "A base is a network that has read far more than you can write. It knows how words and "
        "lines go; your songs then teach it your style."
    )
    section = UrlParam("bases", "section", default="library", options=SECTIONS)
    chosen = st.segmented_control(
        "Part of this page",
        list(SECTIONS),
        format_func=lambda name: SECTIONS[name][0],
        key=section.bind(),
        required=True,
        label_visibility="collapsed",
    )
    section.commit(chosen or section.default)
    publish()
    SECTIONS[chosen or section.default][1]()


page()
