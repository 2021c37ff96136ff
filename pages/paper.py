"""The paper: its experiment repeated on the person's songs: tables, claims, weights, songs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.config import SplitConfig
from lyricslab.store.rows import SearchRow, SweepRow
from lyricslab.store.store import Store
from lyricslab.ui.common import experiment_progress, services
from lyricslab.ui.common.url_state import UrlParam, publish
from lyricslab.ui.paper import (
    cached_experiments,
    claims_view,
    export_menu,
    results,
    sample_songs,
    weights_view,
)
from lyricslab.ui.paper.cached_experiments import ShownSweep
from lyricslab.ui.paper.experiment_form import sweep_form
from lyricslab.ui.paper.intro import idea
from lyricslab.ui.paper.sweep_choice import called, choose_sweep

PARTS = {
    "idea": "The idea",
    "tables": "The tables",
    "claims": "The claims",
    "weights": "The weights",
    "songs": "The songs",
}
WITHOUT_SWEEP = ("idea", "weights")
"""The parts that there are where there is no sweep at all."""
SHOWN = "paper_sweep_beside"
"""Session key: the sweep that was last shown with searches."""
LINKED = ("corpus", "base", "preset")
"""What the address may fill in, for an experiment that is to be started."""


def page() -> None:
    """Show the page: an own sweep, else ours and how to do the same."""
    store = services.store()
    rows = store.sweeps(services.workspace())
    heading, beside = st.columns([4, 1.3], vertical_alignment="bottom")
    heading.title("The paper")
    st.caption(
        "A. Fischer, *Transfer Learning in Stacked LSTM's for Text Generation*: what was done "
        "there, and the same done again on songs of today."
    )
    part = part_param(tuple(PARTS), "tables").resolve()
    asked = any(name in st.query_params for name in LINKED)
    if part != "weights" and (asked or not rows):  # which has a form of its own
        with st.container(border=True):
            st.markdown("**The same on your songs**")
            sweep_form()
    shown = choose_sweep(rows, cached_experiments.shipped(store))
    if shown is None:
        if part_choice(WITHOUT_SWEEP, "idea") == "weights":
            weights_view.weights(store, own_searches(store), None, search_choice, right(beside))
        else:
            idea()
        return
    if shown.row is None:
        ours(shown)
    elif experiment_progress.status_of(store, shown.row).state != "done":
        experiment_progress.show_progress(shown.row.id, link=False, news=True)
    part = part_choice(tuple(PARTS), "tables")
    if part == "weights":
        weights_view.weights(store, own_searches(store), shown.row, search_choice, right(beside))
        return
    with right(beside):
        export_menu.export_menu(
            "sweep",
            shown.table.sweep_id,
            lambda name: cached_experiments.report(store, shown, name),
        )
    if part == "idea":
        idea()
    elif part == "tables":
        results.results(shown)
    elif part == "claims":
        claims_view.verdicts(cached_experiments.claims(store, shown.table))
    else:
        sample_songs.songs(store, shown)


def ours(shown: ShownSweep) -> None:
    """Say whose experiment is shown, and on which songs."""
    songs = shown.table.corpus_name
    st.subheader("What we found")
    st.text(
        f"Measured by us on songs that ship with the program ({songs}), before you have trained "
        "anything. On yours it may come out otherwise."
    )


def right(column: DeltaGenerator) -> DeltaGenerator:
    """Return a container at the right of a column."""
    return column.container(horizontal=True, horizontal_alignment="right")


def own_searches(store: Store) -> list[SearchRow]:
    """Return the person's searches, the newest first."""
    return store.searches(services.workspace())


def search_choice(rows: Sequence[SearchRow], sweep: SweepRow | None) -> SearchRow:
    """Ask which search is shown; at first the newest on the sweep's songs."""
    of_sweep = [row.id for row in rows if sweep is not None and songs_of(row) == songs_of(sweep)]
    by_id = {row.id: row for row in rows}
    shown = st.session_state.get(SHOWN, sweep and sweep.id)
    st.session_state[SHOWN] = sweep and sweep.id
    param = UrlParam("paper", "search", default=(of_sweep or list(by_id))[0], options=by_id)
    if st.session_state[SHOWN] != shown and of_sweep:  # another sweep was chosen
        param.set(of_sweep[0])
    key = param.bind()
    if len(rows) > 1:
        st.selectbox(
            "Search", list(by_id), format_func=lambda key: called(by_id[key]), key=key, width=560
        )
    else:
        st.text(called(rows[0]))
    param.commit(st.session_state[key])
    publish()
    return by_id[st.session_state[key]]


def songs_of(row: SweepRow | SearchRow) -> tuple[str, SplitConfig]:
    """Return which songs it learns from and is judged by."""
    return row.corpus_id, row.plan.split


def part_param(parts: Sequence[str], first: str) -> UrlParam[str]:
    """Return the choice of the part that is shown."""
    return UrlParam("paper", "part", default=first, options=parts, hide_default=True)


def part_choice(parts: Sequence[str], first: str) -> str:
    """Ask which part of the page is shown; it is in the address."""
    param = part_param(parts, first)
    part = st.segmented_control(
        "Part",
        parts,
        format_func=PARTS.__getitem__,
        key=param.bind(),
        required=True,
        label_visibility="collapsed",
    )
    param.commit(part or first)
    publish()
    return part or first


page()
