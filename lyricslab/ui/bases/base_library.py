"""The library of bases: the person's own and those that ship, each on a card; and the import."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from lyricslab.library.bases import base_path, is_shipped
from lyricslab.ui.bases import base_cards, base_import
from lyricslab.ui.bases.base_cards import LibraryBase
from lyricslab.ui.common import base_order, services, song_sheet
from lyricslab.ui.common.error_boundary import boundary
from lyricslab.ui.common.run_list import run_list


def library_section() -> None:
    """Show every base, the person's own first, the newest on top."""
    song_sheet.style()
    own, shipped = _bases()
    heading, button = st.columns([4, 1], vertical_alignment="bottom")
    heading.subheader("Yours" if own else "With Lyrics Lab", anchor=False)
    with button.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Import a base", icon=":material/upload:", key="base_import"):
            base_import.ask()
    base_import.just_imported()
    if not own and not shipped:
        st.caption("There is no base here yet. Import one that somebody gave you.")
    for base in own:
        _card(base)
    if own and shipped:
        st.subheader("With Lyrics Lab", anchor=False)
    if shipped:
        st.caption(
            "These came with the program, so they stay and keep their names. How good one is, is "
            "measured on texts of its own kind: compare only those that have read the same."
        )
    for base in shipped:
        _card(base)


def _card(base: LibraryBase) -> None:
    with boundary():
        base_cards.show(base)


def _bases() -> tuple[list[LibraryBase], list[LibraryBase]]:
    """Return the person's own bases, and those that ship."""
    store = services.store()
    began = Counter(run.base for run in run_list(store, services.workspace()).rows)
    bases = []
    for card in base_order.in_order(store.home):
        path = base_path(store.home, card.name)
        own = not is_shipped(store.home, card.name)
        bases.append(LibraryBase(card, path, own, began[card.name]))
    return [base for base in bases if base.own], [base for base in bases if not base.own]
