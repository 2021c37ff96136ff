"""Follow, stop and resume sweeps and searches on any page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from lyricslab.experiments import experiment
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.library.bases import base_title
from lyricslab.store.cache import cached
from lyricslab.store.rows import ExperimentKind, ExperimentRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.wording import about

TICK_S = 2.0
ACTIVE = ("running", "stopping")


@dataclass(frozen=True)
class Words:
    """How one kind of experiment is shown."""

    states: Mapping[str, str]
    """What is happening in each state; the corpus's name follows."""
    part: str
    """The part of The paper that shows its table."""


WORDS: dict[ExperimentKind, Words] = {
    "sweep": Words(
        {
            "running": "Trying every choice of layers on",
            "stopping": "Stopping; what was learned is kept. Every choice of layers on",
            "stopped": "Stopped half-way: every choice of layers on",
            "done": "Tried every choice of layers on",
            "failed": "Tried every choice of layers, though some runs failed, on",
        },
        "tables",
    ),
    "search": Words(
        {
            "running": "Searching for the weights worth retraining on",
            "stopping": "Stopping; what was learned is kept. The search for weights on",
            "stopped": "Stopped half-way: the search for weights on",
            "done": "Searched for the weights worth retraining on",
            "failed": "Searched for the weights worth retraining, though some runs failed, on",
        },
        "weights",
    ),
}


def status_of(store: Store, row: ExperimentRow) -> ExperimentStatus:
    """Return how far an experiment is."""
    version = (row.state, store.revision(row.workspace_id))
    key = "experiment status"
    return cached(store, key, row.id, lambda: experiment.status(store, row.id), version=version)


def show_unfinished() -> set[str]:
    """Show the progress of each experiment that is not over.

    Returns:
        The ids of their runs.
    """
    store, run_ids, latest = services.store(), set[str](), set[str]()
    for row in store.experiments(services.workspace()):
        # Of those that were stopped, only the newest of its kind: older ones were left for good.
        if row.state == "wanted" or (row.state == "stopped" and row.kind not in latest):
            show_progress(row.id)
            run_ids |= experiment.run_ids(store, row.id)
        latest.add(row.kind)
    return run_ids


def show_progress(experiment_id: str, *, link: bool = True, news: bool = False) -> None:
    """Show how far an experiment is, kept up to date, with a button to stop or resume it.

    Args:
        link: whether to show a button that opens its table.
        news: whether to draw the whole page again when another run is over.
    """
    store = services.store()
    status = status_of(store, store.experiment(experiment_id))
    active = status.state in ACTIVE
    seen = status.done if news else None
    st.fragment(_progress, run_every=TICK_S if active else None)(experiment_id, active, link, seen)


def _progress(experiment_id: str, was_active: bool, link: bool, seen: int | None) -> None:
    with boundary():
        store = services.store()
        row = store.experiment(experiment_id)
        status = status_of(store, row)
        active = status.state in ACTIVE
        if (was_active and not active) or (seen is not None and status.done != seen):
            st.rerun()  # it has ended, or another run is over: draw the page as it is now
        if active:
            services.keep_engine_alive()
        words = WORDS[row.kind]
        titles = [base_title(store.home, base) for base in row.plan.base_digests]
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(gap="xsmall", width="stretch"):
                    st.text(f"{words.states[status.state]} {row.corpus_name}")
                    st.caption(plain(_how_far("; ".join(titles), status)))
                _actions(row, status)
                key = f"{row.kind}_open_{row.id}"
                if link and st.button("See the table", icon=":material/table_chart:", key=key):
                    open_table(row)
            if active:
                st.progress(min(1.0, status.share))
            if status.error:
                st.warning(plain(status.error))


def open_table(row: ExperimentRow) -> None:
    """Open an experiment's table on The paper."""
    navigation.go("paper", part=WORDS[row.kind].part, **{row.kind: row.id})


def _how_far(bases: str, status: ExperimentStatus) -> str:
    """Return the progress in a line."""
    parts = [bases, f"{status.done} of {status.runs} runs done"]
    if status.state == "running" and not status.running and not services.engine_ready():
        parts.append("the engine is warming up, which takes some seconds after a start")
    if status.failed:
        parts.append(f"{status.failed} failed")
    if status.state == "running" and status.seconds_left is not None:
        parts.append(f"about {about(status.seconds_left)} left")
    return " · ".join(parts)


def _actions(row: ExperimentRow, status: ExperimentStatus) -> None:
    """Show the button to stop or to resume, whichever is possible now."""
    store = services.store()
    if status.state in ACTIVE:
        running = status.state == "running"
        label = "Stop all" if running else "Stopping"
        key = f"{row.kind}_stop_{row.id}"
        if st.button(label, icon=":material/stop:", key=key, disabled=not running):
            experiment.stop(store, row.id)
            st.rerun()
    elif status.state in ("stopped", "failed"):
        label = "Resume" if status.state == "stopped" else "Try those again"
        if st.button(label, icon=":material/play_arrow:", key=f"{row.kind}_resume_{row.id}"):
            experiment.resume(store, row.id, failed=row.state == "over")
            st.rerun()
