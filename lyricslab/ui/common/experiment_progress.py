"""Many runs as one experiment on the screen, a sweep or a search: followed, stopped, resumed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.store.cache import cached
from lyricslab.store.rows import ExperimentRow
from lyricslab.store.store import Store
from lyricslab.ui.common import services
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.wording import about

TICK_S = 2.0
ACTIVE = ("running", "stopping")


@dataclass(frozen=True, eq=False)
class Kind:
    """What there is to follow, and how."""

    noun: str
    """"sweep" or "search"; the keys of its buttons begin with it."""
    words: Mapping[str, str]
    """What is done, in each state; the corpus's name follows."""
    bases: Callable[[Any], str]
    """The bases of a row, in words."""
    all_of: Callable[[Store, str], Sequence[ExperimentRow]]
    """Those of a workspace, the newest first."""
    get: Callable[[Store, str], ExperimentRow]
    status: Callable[[Store, str], ExperimentStatus]
    run_ids: Callable[[Store, str], set[str]]
    stop: Callable[[Store, str], object]
    resume: Callable[[Store, str], object]
    open: Callable[[str], None]
    """Goes to its table."""


def state_of(kind: Kind, store: Store, row: ExperimentRow) -> ExperimentStatus:
    """Return how far an experiment is."""
    version = (row.state, store.revision(row.workspace_id))
    return cached(
        store, f"{kind.noun} status", row.id, lambda: kind.status(store, row.id), version=version
    )


def under_way(kind: Kind) -> set[str]:
    """Each that is not over, with its progress.

    Returns:
        The ids of their runs.
    """
    store = services.store()
    known = kind.all_of(store, services.workspace())
    # Of those that were stopped only the latest: older ones were left so for good.
    shown = [
        row
        for k, row in enumerate(known)
        if row.state == "wanted" or (row.state == "stopped" and not k)
    ]
    for row in shown:
        progress(kind, row.id)
    return {run_id for row in shown for run_id in kind.run_ids(store, row.id)}


def progress(kind: Kind, row_id: str, *, link: bool = True, news: bool = False) -> None:
    """How far it is, kept up to date, with a way to stop it or to go on.

    Args:
        link: whether there is a way to its table.
        news: whether the whole page is drawn anew with each run that is over.
    """
    store = services.store()
    state = state_of(kind, store, kind.get(store, row_id))
    ticks = TICK_S if state.state in ACTIVE else None
    seen = state.done if news else None
    st.fragment(_progress, run_every=ticks)(kind, row_id, ticks is not None, link, seen)


def _progress(kind: Kind, row_id: str, was_active: bool, link: bool, seen: int | None) -> None:
    with boundary():
        store = services.store()
        row = kind.get(store, row_id)
        state = state_of(kind, store, row)
        active = state.state in ACTIVE
        if (was_active and not active) or (seen is not None and state.done != seen):
            st.rerun()  # it has ended, or found something: draw the page as it is now
        if active:
            services.keep_engine_alive()
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(gap="xsmall", width="stretch"):
                    st.text(f"{kind.words[state.state]} {row.corpus_name}")
                    st.caption(plain(_how_far(kind.bases(row), state)))
                _actions(kind, row, state)
                if link and st.button(
                    "See the table",
                    icon=":material/table_chart:",
                    key=f"{kind.noun}_open_{row_id}",
                ):
                    kind.open(row_id)
            if active:
                st.progress(min(1.0, state.share))
            if state.error:
                st.warning(plain(state.error))


def _how_far(bases: str, state: ExperimentStatus) -> str:
    """Progress in a line."""
    said = [bases, f"{state.done} of {state.runs} runs done"]
    if state.state == "running" and not state.running and not services.engine_ready():
        said.append("the engine is warming up, which takes some seconds after a start")
    if state.failed:
        said.append(f"{state.failed} failed")
    if state.state == "running" and state.seconds_left is not None:
        said.append(f"about {about(state.seconds_left)} left")
    return " · ".join(said)


def _actions(kind: Kind, row: ExperimentRow, state: ExperimentStatus) -> None:
    """Stop all, or go on: whichever can be done now."""
    store = services.store()
    if state.state in ACTIVE:
        stops = state.state == "running"
        label = "Stop all" if stops else "Stopping"
        key = f"{kind.noun}_stop_{row.id}"
        if st.button(label, icon=":material/stop:", key=key, disabled=not stops):
            kind.stop(store, row.id)
            st.rerun()
    elif state.state in ("stopped", "failed"):
        label = "Resume" if state.state == "stopped" else "Try those again"
        if st.button(label, icon=":material/play_arrow:", key=f"{kind.noun}_resume_{row.id}"):
            kind.resume(store, row.id)
            st.rerun()
