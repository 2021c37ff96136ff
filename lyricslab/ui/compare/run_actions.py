"""The actions on the chosen runs: open, write, rename, mark, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from lyricslab.library.run_marks import (
    MAX_NOTE_CHARS,
    MAX_TAGS,
    note_on_run,
    star_run,
    tag_run,
    tags_in_use,
)
from lyricslab.library.runs import delete_run, rename_run
from lyricslab.store.rows import LEASED, RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.recipe_link import has_recipe, recipe_link
from lyricslab.ui.compare import comparison
from lyricslab.wording import listed

ASKING = "compare_asking"
Question = Literal["rename", "marks", "delete"]


def buttons(chosen: Sequence[RunRow]) -> None:
    """Offer the actions on the chosen runs, a button each."""
    if len(chosen) == 1:
        run = chosen[0]
        if st.button("Open", icon=":material/open_in_new:", key="compare_open"):
            navigation.go("run", run=run.id)
        again = has_recipe(run) and st.button(
            "Use these settings again", icon=":material/restart_alt:", key="compare_again"
        )
        if again:
            navigation.go("train", **(recipe_link(run) or {}))
        _asking_button("Rename", ":material/edit:", "rename")
        _asking_button("Note and tags", ":material/label:", "marks")
    if 1 <= len(chosen) <= 2 and all(run.best_step is not None for run in chosen):
        label = "Write with it" if len(chosen) == 1 else "Write side by side"
        if st.button(label, icon=":material/edit_note:", key="compare_write"):
            beside = chosen[1].id if len(chosen) == 2 else None
            navigation.go("write", model=chosen[0].id, beside=beside)
    if chosen:
        label = "Delete" if len(chosen) == 1 else f"Delete {len(chosen)} runs"
        _asking_button(label, ":material/delete:", "delete")


def _asking_button(label: str, icon: str, question: Question) -> None:
    st.button(
        label,
        icon=icon,
        key=f"compare_{question}",
        on_click=_ask,
        args=(question,),
        type="tertiary",
    )


def question(store: Store, chosen: Sequence[RunRow], all_rows: Sequence[RunRow]) -> None:
    """Show the form or the question that a button opened."""
    asking: Question | None = st.session_state.get(ASKING)
    if asking and not chosen:
        _ask(None)
    elif asking == "rename" and len(chosen) == 1:
        _rename(store, chosen[0])
    elif asking == "marks" and len(chosen) == 1:
        _marks(store, chosen[0], tags_in_use(all_rows))
    elif asking == "delete":
        _delete(store, chosen)


def _ask(question: Question | None) -> None:
    st.session_state[ASKING] = question


def _rename(store: Store, run: RunRow) -> None:
    with st.form("compare_rename_form", border=True):
        name = st.text_input("New name", run.name, max_chars=80, key=f"compare_name_{run.id}")
        with st.container(horizontal=True):
            if st.form_submit_button("Rename", type="primary"):
                if name and name.strip():
                    rename_run(store, run.id, name.strip())
                    _ask(None)
                    st.rerun()
                st.caption("A run needs a name of at least one letter.")
            st.form_submit_button("Leave it", on_click=_ask, args=(None,))


def _marks(store: Store, run: RunRow, in_use: Sequence[str]) -> None:
    with st.form("compare_marks_form", border=True):
        starred = st.checkbox("Star", run.starred, key=f"compare_star_{run.id}")
        note = st.text_area(
            "Note",
            run.own_note,
            max_chars=MAX_NOTE_CHARS,
            height=80,
            placeholder="What you tried, and what came of it",
            key=f"compare_note_{run.id}",
        )
        tags = st.multiselect(
            "Tags",
            sorted({*in_use, *run.tags}, key=str.casefold),
            run.tags,
            accept_new_options=True,
            max_selections=MAX_TAGS,
            placeholder="Choose, or type a new one",
            key=f"compare_tags_{run.id}",
        )
        with st.container(horizontal=True):
            if st.form_submit_button("Save", type="primary"):
                star_run(store, run.id, starred)
                note_on_run(store, run.id, note or "")
                tag_run(store, run.id, tags)
                _ask(None)
                st.rerun()
            st.form_submit_button("Leave it", on_click=_ask, args=(None,))


def _delete(store: Store, chosen: Sequence[RunRow]) -> None:
    training = [run for run in chosen if run.status in LEASED]
    with st.container(border=True):
        if training:
            names = listed([f"'{run.name}'" for run in training])
            verb = "is" if len(training) == 1 else "are"
            st.markdown(plain(f"{names} {verb} training. Stop first, then delete."))
            st.button("Leave it", key="compare_leave", on_click=_ask, args=(None,))
            return
        st.markdown(plain(comparison.what_goes(store, chosen)))
        with st.container(horizontal=True):
            if st.button("Delete for good", type="primary", key="compare_delete_yes"):
                for run in chosen:
                    delete_run(store, run.id)
                _ask(None)
                st.rerun()
            st.button("Keep", key="compare_leave", on_click=_ask, args=(None,))
