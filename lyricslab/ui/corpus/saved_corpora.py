"""The saved corpora: shown, edited, renamed, deleted."""

from __future__ import annotations

import streamlit as st

from lyricslab.config import THIRDS, SplitConfig
from lyricslab.errors import LyricsLabError, NotFoundError
from lyricslab.library.corpora import (
    delete_corpus,
    load_corpus,
    load_intake,
    rename_corpus,
    saved_split,
)
from lyricslab.store.rows import CorpusRow
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import plain, problem
from lyricslab.ui.corpus import import_session, song_list, song_panel, statistics_view
from lyricslab.wording import listed, plural


def just_saved() -> None:
    """Say what to do next, right after a corpus was saved."""
    corpus_id = st.session_state.get("corpus_saved")
    rows = services.store().corpora(services.workspace())
    row = next((row for row in rows if row.id == corpus_id), None)
    if row is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="just_saved"):
        st.markdown(
            f":green[:material/check_circle:] **{plain(row.name)}** is saved: "
            f"{plural(row.songs, 'song')}. Next, choose a base and let it learn.",
            width="stretch",
        )
        if st.button(
            "Train on these songs",
            type="primary",
            icon=":material/arrow_forward:",
            key="train_saved",
        ):
            navigation.go("train", corpus=row.id)


def edited(corpus_id: str | None) -> CorpusRow | None:
    """Return the saved corpus that is being edited, if it still exists; say what saving will do."""
    if corpus_id is None:
        return None
    rows = services.store().corpora(services.workspace())
    row = next((row for row in rows if row.id == corpus_id), None)
    if row is None:
        return None
    users = services.store().runs(corpus_id=row.id, workspace_id=row.workspace_id)
    if users:
        learned = plural(len(users), "run")
        st.caption(
            f":material/history: {learned} learned from {plain(row.name)}, which stays as it is. "
            "What you change here is saved beside it, as its next version."
        )
    else:
        st.caption(
            f":material/edit: You are changing {plain(row.name)}. No run has learned from it yet, "
            "so saving puts these songs in its place."
        )
    return row


def _edit(row: CorpusRow) -> None:
    """Open a corpus for editing."""
    parts = saved_split(row)
    thirds = SplitConfig(**THIRDS, seed=parts.seed) == parts
    import_session.open_saved(
        row.id,
        load_intake(services.store(), row.id),
        "thirds" if thirds else "tenths",
        parts.seed,
    )


def missed(opened: str | None) -> None:
    """Say at the top of the page that the corpus of a link is gone."""
    rows = services.store().corpora(services.workspace())
    if opened is not None and all(row.id != opened for row in rows):
        problem(NotFoundError(f"There is no corpus {opened} here; it may have been deleted."))


def saved_list(opened: str | None) -> None:
    """Show every saved corpus, the newest first; one of them opened."""
    rows = services.store().corpora(services.workspace())
    st.subheader("Saved")
    if not rows:
        st.caption("Nothing yet. What you save appears here, ready to train on.")
        return
    for row in rows:
        with st.container(border=True):
            _row(row, opened == row.id)


def _row(row: CorpusRow, opened: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(
            f"{row.name}\n{row.songs:,} songs, {row.characters:,} characters, "
            f"{row.created_at[:10]}",
            width="stretch",
        )
        with st.container(horizontal=True, horizontal_alignment="right", width="content"):
            if st.button("Train", key=f"train_{row.id}", icon=":material/local_fire_department:"):
                navigation.go("train", corpus=row.id)
            if st.button(
                "Close" if opened else "Look", key=f"look_{row.id}", icon=":material/visibility:"
            ):
                navigation.go("corpus", corpus=None if opened else row.id)
            if st.button("Edit", key=f"edit_{row.id}", icon=":material/edit_note:"):
                _edit(row)
                navigation.go("corpus")
            _rename(row)
            if st.button(
                "Delete", key=f"delete_{row.id}", icon=":material/delete:", type="tertiary"
            ):
                _ask_to_delete(row)
    if opened:
        _contents(row)


def _rename(row: CorpusRow) -> None:
    # The name is in its keys: once the corpus is renamed, it is another popover, and closed.
    named = f"{row.id}_{row.name}"
    with (
        st.popover("Rename", icon=":material/edit:", key=f"renaming_{named}"),
        st.form(f"rename_form_{named}", border=False),
    ):
        name = st.text_input("Name", row.name, 60, key=f"rename_{named}", width=320)
        if st.form_submit_button("Rename"):
            if name.strip():
                rename_corpus(services.store(), row.id, name.strip())
                st.rerun()
            st.caption("A corpus needs a name of at least one letter.")


def _contents(row: CorpusRow) -> None:
    corpus = load_corpus(services.store(), row.id)
    parts = saved_split(row)
    sides = song_list.sides_of(corpus, parts)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        at = song_list.song_list(corpus.songs, sides, 0, f"saved_songs_{row.id}")
        st.caption(plain(corpus.verdict))
        song_list.division(corpus, sides)
    with right:
        song_panel.show(corpus.songs[at], f"saved_{row.id}")
    with st.expander("In figures", icon=":material/bar_chart:"):
        statistics_view.show(corpus, song_list.learned_from(corpus, sides), f"reading_{row.id}")


@st.dialog("Delete this corpus?")
def _ask_to_delete(row: CorpusRow) -> None:
    users = services.store().runs(corpus_id=row.id, workspace_id=row.workspace_id)
    if users:
        names = [f"'{run.name}'" for run in users[:5]]
        more = [f"{len(users) - 5} more"] if len(users) > 5 else []
        st.text(
            f"'{row.name}' cannot be deleted: {listed([*names, *more])} learned from it. "
            "Delete those runs first, on the page Compare."
        )
        if st.button("Close"):
            st.rerun()
        return
    st.text(
        f"'{row.name}' with its {row.songs:,} songs will be gone from this lab. No run depends "
        "on it. Your own files are not touched."
    )
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", key="delete_now"):
            try:
                delete_corpus(services.store(), row.id)
            except LyricsLabError as error:
                problem(error)
            else:
                if st.query_params.get("corpus") == row.id:
                    st.query_params.pop("corpus")
                st.rerun()
        if st.button("Keep it"):
            st.rerun()
