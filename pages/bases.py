"""Bases: the networks to start from; looked at, heard, taken along, brought in, made."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lyricslab.ui.bases.base_library import library_section
from lyricslab.ui.bases.get_books import get_books_section
from lyricslab.ui.bases.pretrain_form import pretrain_section
from lyricslab.ui.common import links

SECTIONS: dict[str, tuple[str, Callable[[], None]]] = {
    "library": (":material/layers: Library", library_section),
    "make": (":material/exercise: Make your own", pretrain_section),
    "books": (":material/menu_book: Get books", get_books_section),
}
"""Each part of the page by its name in an address; only the chosen one is drawn."""


def page() -> None:
    """The heading, a choice of parts where there are several, and the chosen one."""
    st.title("Bases")
    st.markdown(
        "A base is a network that has read far more than you can write. It knows how words and "
        "lines go; your songs then teach it your manner."
    )
    chosen = "library"
    if len(SECTIONS) > 1:
        chosen = str(
            st.segmented_control(
                "Part of this page",
                list(SECTIONS),
                format_func=lambda name: SECTIONS[name][0],
                key=links.bound("section", list(SECTIONS), "library"),
                required=True,
                label_visibility="collapsed",
            )
        )
        links.keep("section", chosen)
        links.tell()
    SECTIONS[chosen][1]()


page()
