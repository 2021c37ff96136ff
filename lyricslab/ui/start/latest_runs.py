"""The latest runs, which follow what is going on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from lyricslab.library import pace
from lyricslab.store.rows import RunRow
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.ui.common.run_status import badge
from lyricslab.wording import loss

MOST = 6
LOOK_EVERY_S = 2.0


def show() -> None:
    """Show the latest runs, again and again while one of them is unfinished."""
    going_on = any(run.unfinished for run in _latest())
    st.fragment(_list, run_every=LOOK_EVERY_S if going_on else None)(going_on)


def _list(was_going_on: bool) -> None:
    with boundary():
        runs = _latest()
        if was_going_on and not any(run.unfinished for run in runs):
            st.rerun()  # without the timer
        st.subheader("Latest runs")
        if not runs:
            st.caption(
                "None yet. The demo takes about half a minute: you see it learn and read what it "
                "writes."
            )
            return
        with st.container(border=True, gap="xsmall"):
            for run in runs:
                name, state = st.columns([4, 5], gap="small", vertical_alignment="center")
                with name:
                    icon = ":material/show_chart:"
                    navigation.link("run", plain(run.name), icon=icon, run=run.id)
                with state.container(horizontal=True, vertical_alignment="center", gap="small"):
                    badge(run)
                    st.text(" · ".join(facts_of(run)))


def facts_of(run: RunRow) -> list[str]:
    """Return a run in a few words: its songs, how far it is, how good."""
    known = [] if run.name.startswith(run.corpus_name) else [run.corpus_name]
    if run.unfinished and run.step and not pace.open_ended(run):
        known.append(f"{100 * run.step / max(1, run.total_steps):.0f} % done")
    if run.best_val is not None:
        known.append(f"best {loss(run.best_val)}")
    return known


def _latest() -> Sequence[RunRow]:
    """Return the latest runs that somebody started; those of sweeps where there are no others."""
    of_workspace = partial(services.store().runs, workspace_id=services.workspace(), most=MOST)
    return of_workspace(exclude_experiments=True) or of_workspace()
