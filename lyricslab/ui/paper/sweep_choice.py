"""Which sweep The paper shows: one of the person's, or ours; and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lyricslab.errors import LyricsLabError
from lyricslab.experiments import experiment
from lyricslab.experiments.sweep_results import SweepTable
from lyricslab.library.bases import base_title
from lyricslab.report.sweep_record import SweepRecord
from lyricslab.store.rows import SearchRow, SweepRow
from lyricslab.ui.common import services
from lyricslab.ui.common.error_boundary import problem
from lyricslab.ui.common.url_state import UrlParam
from lyricslab.ui.paper import cached_experiments, experiment_form
from lyricslab.ui.paper.cached_experiments import ShownSweep
from lyricslab.wording import listed, plural

USES = "paper_menu_uses"
"""Session key: how often something was done in the menu."""
RENAMED = "paper_renamed"
"""Session key: the sweep that has another name since a moment ago."""


def choose_sweep(rows: Sequence[SweepRow], ours: Mapping[str, SweepRecord]) -> ShownSweep | None:
    """Ask which sweep is shown, the person's newest at first; None if there is none at all.

    Beside an own one there is a menu, and the way to another experiment.
    """
    store = services.store()
    own = {row.id: row for row in rows}
    names = {row.id: called(row) for row in rows}
    names |= {key: f"Ours: {described(record.table)}" for key, record in ours.items()}
    if not names:
        return None
    param = UrlParam("paper", "sweep", default=next(iter(names)), options=names)
    if renamed := st.session_state.pop(RENAMED, None):
        param.set(renamed)  # so that the browser shows the new name
    key = param.bind()
    if rows:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.selectbox(
                "Experiment",
                list(names),
                format_func=names.__getitem__,
                key=key,
                label_visibility="collapsed",
            )
            if st.button("New experiment", icon=":material/add:", type="primary"):
                _ask_for_another()
            if st.session_state[key] in own:
                _menu(own[st.session_state[key]])
    param.commit(st.session_state[key])
    shown = st.session_state[key]
    if shown in own:
        return cached_experiments.shown_sweep(store, own[shown])
    return ShownSweep(ours[shown].table, record=ours[shown])


def called(row: SweepRow | SearchRow) -> str:
    """Return what a sweep or search is called: its own name, or its songs, bases and seeds."""
    if row.name:
        return row.name
    home = services.store().home
    bases = listed([base_title(home, name) for name in row.plan.base_digests])
    seeds = plural(row.plan.seeds, "seed")
    return f"{row.corpus_name} · {bases} · {seeds} · {row.created_at[:10]}"


def described(found: SweepTable) -> str:
    """Return what one of ours is: its songs, bases and seeds."""
    bases = listed([*found.titles.values()])
    return f"{found.corpus_name} · {bases} · {plural(found.plan.seeds, 'seed')}"


@st.dialog("The same on your songs", width="large")
def _ask_for_another() -> None:
    experiment_form.sweep_form()


def _menu(row: SweepRow) -> None:
    # After each use it is another popover, and closed.
    uses = st.session_state.setdefault(USES, 0)
    with st.popover("More", icon=":material/more_horiz:", key=f"paper_more_{row.id}_{uses}"):
        with st.form(f"paper_rename_{row.id}", border=False):
            name = st.text_input("Name", row.name or "", placeholder=called(row), width=320)
            if st.form_submit_button("Rename", icon=":material/edit:"):
                try:
                    experiment.rename(services.store(), row.id, name)
                except LyricsLabError as error:
                    problem(error)
                else:
                    st.session_state[RENAMED] = row.id
                    _count_use()
                    st.rerun()
        again = st.button(
            "Start again, with changes",
            icon=":material/replay:",
            key=f"paper_again_{row.id}",
            on_click=_count_use,
        )
        delete = st.button(
            "Delete", icon=":material/delete:", key=f"paper_delete_{row.id}", on_click=_count_use
        )
    if again:
        experiment_form.fill_in(row)
        _ask_for_another()
    elif delete:
        st.dialog("Delete this experiment?")(delete_question)(row.id)


def _count_use() -> None:
    st.session_state[USES] += 1


def delete_question(sweep_id: str) -> None:
    """Ask whether to delete a sweep."""
    row = services.store().sweep(sweep_id)
    st.text(
        f"The table of “{called(row)}” will be gone, and what still trains for it stops. Its runs "
        "stay: they are on the page Compare, and the same experiment takes them up again."
    )
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", key="paper_delete_now"):
            experiment.delete(services.store(), row.id)
            st.query_params.pop("sweep", None)
            st.rerun()
        if st.button("Keep it"):
            st.rerun()
