"""The dialog that imports a network."""

from __future__ import annotations

import streamlit as st

from lyricslab.errors import LyricsLabError
from lyricslab.library.bases import free_base_name, list_bases, load_base_card
from lyricslab.library.imports import MAX_BYTES, ImportedNetwork, add_network, read_network
from lyricslab.ui.bases import base_cards
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import plain, problem

IMPORTED = "base_imported"
"""Session key: the name of a base that was just imported, until the page has said so."""


def just_imported() -> None:
    """Show the base that was just imported, and what to do next."""
    name = st.session_state.pop(IMPORTED, None)
    if name is None:
        return
    card = load_base_card(services.home(), name)
    st.success(
        f"{plain(card.title or name)} is in your library. Write with it, or let it learn your "
        "songs.",
        icon=":material/check_circle:",
    )
    navigation.link("train", "Start from it", icon=":material/arrow_forward:", base=name)


def ask() -> None:
    """Open the dialog that asks for a file."""
    st.dialog("Import a base", width="medium")(question)()


def question() -> None:
    """Ask for a file, show what is in it, and ask for a name."""
    st.text(
        "Choose a file that was exported: from this page, from a run's page, or with the "
        "command line. It is checked before anything of it is kept, and nothing in it can run."
    )
    upload = st.file_uploader(
        "A base or a run that was exported",
        type=["safetensors", "zip"],
        max_upload_size=MAX_BYTES // 1_000_000,
        key="base_upload",
        label_visibility="collapsed",
    )
    if upload is None:
        return
    try:
        found = read_network(upload.getvalue())
    except LyricsLabError as error:
        problem(error)
        return
    _offer(found)


def _offer(found: ImportedNetwork) -> None:
    """Show what the file holds, and offer to import it."""
    home, card = services.home(), found.card
    with st.container(border=True):
        st.markdown(f"**{plain(card.title or card.name)}**")
        st.text(base_cards.reads(card))
        layers = f"{card.model.num_layers} layers of {card.model.hidden_size} units"
        size = base_cards.megabytes(found.size_bytes)
        st.text(f"{layers}, {size}. Licence: {card.licence or 'not stated'}.")
    known = list_bases(home)
    same = next((c for c in known if c.weights_digest == card.weights_digest), None)
    if same is not None:
        st.caption(
            f":material/info: You have this very network already, as {plain(same.name)}. You "
            "may keep it twice, under two names."
        )
    with st.form("base_import_form", border=False):
        name = st.text_input(
            "Its name",
            free_base_name(home, card.name),
            max_chars=50,
            key=f"base_import_name_{card.weights_digest}",
        )
        if not st.form_submit_button("Import", type="primary", icon=":material/download_done:"):
            return
    try:
        added = add_network(home, found, name)
    except LyricsLabError as error:
        problem(error)
        return
    st.session_state[IMPORTED] = added.name
    st.rerun()
