"""How far a sweep is, and the ways to stop it and to go on."""

from __future__ import annotations

import streamlit as st

from lyricslab.lab.rows import SweepRow
from lyricslab.lab.store import Store
from lyricslab.lab.sweep import service
from lyricslab.lab.sweep.table import SweepStatus
from lyricslab.ui import services
from lyricslab.ui.boundary import boundary, plain
from lyricslab.ui.captions import about
from lyricslab.ui.paper import known

TICK_S = 2.0
ACTIVE = ("running", "stopping")

BADGES = {
    "running": ("under way", ":material/local_fire_department:", "orange"),
    "stopping": ("stopping", ":material/stop_circle:", "orange"),
    "stopped": ("stopped", ":material/pause_circle:", "blue"),
    "done": ("finished", ":material/check_circle:", "green"),
    "failed": ("not whole", ":material/error:", "red"),
}


def progress(store: Store, sweep: SweepRow) -> None:
    """The state of a sweep; while it is under way it looks again every two seconds."""
    status = known.status(store, sweep)
    every = TICK_S if status.state in ACTIVE else None
    st.fragment(_panel, run_every=every)(sweep.id, (status.state, status.done))


def _panel(sweep_id: str, seen: tuple[str, int]) -> None:
    with boundary():
        store = services.store()
        status = known.status(store, store.sweep(sweep_id))
        if (status.state, status.done) != seen:
            st.rerun()  # a run is over: the tables have something new
        if status.state in ACTIVE:
            services.keep_engine_alive()
        word, icon, colour = BADGES[status.state]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(word, icon=icon, color=colour)  # type: ignore[arg-type]
            st.text(whereabouts(status), width="stretch")
            _action(store, sweep_id, status)
        if status.error:
            st.error(plain(status.error), icon=":material/error:")
        if status.state in ACTIVE:
            st.progress(min(1.0, status.share))


def whereabouts(status: SweepStatus) -> str:
    """How far a sweep is, in words."""
    runs = f"{status.done:,} of {status.runs:,} runs"
    failed = ""
    if status.failed:
        failed = (
            f"; {status.failed} of them failed" if status.failed > 1 else "; one of them failed"
        )
    if status.state == "running":
        said = f"{runs} are over{failed}; {status.running} in training"
        left = status.seconds_left
        return said if left is None else f"{said}; about {about(left)} left"
    if status.state == "stopping":
        return f"{runs} are over{failed}. Those that train stop within seconds and lose nothing."
    if status.state == "stopped":
        return f"{runs} are over{failed}. What was stopped goes on where it was."
    if status.state == "failed":
        return f"{runs} are over{failed}. Resume tries those once more."
    return f"{status.runs:,} runs, all over." if not failed else f"{runs} are over{failed}."


def _action(store: Store, sweep_id: str, status: SweepStatus) -> None:
    """Stop, or go on: whichever can be done now."""
    if status.state == "running":
        if st.button("Stop", icon=":material/stop:", key="paper_stop"):
            service.stop(store, sweep_id)
            st.rerun()
    elif status.state == "stopping":
        st.button("Stopping", icon=":material/stop:", key="paper_stop", disabled=True)
    elif status.state in ("stopped", "failed") and st.button(
        "Resume", icon=":material/play_arrow:", key="paper_resume"
    ):
        service.resume(store, sweep_id)
        st.rerun()
