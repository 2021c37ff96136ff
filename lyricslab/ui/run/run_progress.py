"""How far a run is: its status, the time left, when it ends by itself, stop and resume."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.library import pace
from lyricslab.library.lost_runs import lost_s, silent_s
from lyricslab.library.runs import resume_run, stop_run
from lyricslab.store.rows import LEASED, PointRow, RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import services
from lyricslab.ui.common.run_status import badge
from lyricslab.wording import about, duration, epoch, plural

SHORTLY_S = 3.0


def show(store: Store, run: RunRow, points: Sequence[PointRow]) -> None:
    """Show a run's status, how far it is, and what can be done about it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        badge(run)
        st.text(_whereabouts(store, run, points), width="stretch")
        _action(store, run)
    if run.status in LEASED and not pace.open_ended(run):
        st.progress(min(1.0, run.step / max(1, run.total_steps)))
    if run.status == "running" and run.best_epoch is not None:
        st.caption(_ending(run, points))


def _whereabouts(store: Store, run: RunRow, points: Sequence[PointRow]) -> str:
    """Say how far a run is."""
    if run.status == "queued":
        place = store.queue_position(run.id)
        if place is not None and place > 1:
            return f"Number {place} in the queue; one after the other gets its turn."
        if not services.engine_ready():
            return "The engine is warming up; that takes some seconds after a start."
        return "Next in the queue: it starts as soon as the engine is free."
    if run.status in LEASED:
        lost = _lost(store, run)
        if lost:
            return lost
    if run.status == "stopping":
        return "It stops within seconds and keeps its best network."
    if run.status == "running":
        return _running(store, run, points)
    if not run.step:
        return "It has taken no step."
    epochs = epoch(run.epochs)
    noun = "epoch" if epochs == "1" else "epochs"
    return f"{plural(run.step, 'step')} · {epochs} {noun} · {duration(run.seconds)}"


def _running(store: Store, run: RunRow, points: Sequence[PointRow]) -> str:
    if run.step == 0:
        return "Reading the songs and evaluating the base as it is."
    if run.step >= (pace.early_end_step(run) or run.total_steps):
        return "Its training is over. It reads the validation and the test songs a last time."
    said = [f"Step {run.step:,} of {run.total_steps:,}", f"epoch {epoch(run.epochs)}"]
    if pace.open_ended(run):
        said[0] = f"Step {run.step:,}"
    else:
        left = pace.time_left_s(run, points, pace.expected_s(store, run))
        if left is not None:
            most = " at most" if run.config.settings.patience_evals else ""
            said.append(f"{duration(left)} left{most}")
    if run.chars_per_s:
        said.append(f"{run.chars_per_s:,.0f} characters/s")
    return " · ".join(said)


def _lost(store: Store, run: RunRow) -> str:
    """Say so if the process that trains a run is gone, and when the run continues; else ""."""
    until_s = lost_s(store.home, run)
    if until_s is None:
        return ""
    if until_s <= 0:
        return "The process that trained it is gone. It continues from its last checkpoint shortly."
    return (
        f"Nothing was heard of the process that trains it for {duration(silent_s(run))}. If it is "
        f"gone, the run continues from its last checkpoint in {duration(until_s)}."
    )


def _ending(run: RunRow, points: Sequence[PointRow]) -> str:
    """Say which network is the best so far, and when training ends by itself."""
    found = f"Best at epoch {epoch(run.best_epoch or 0)}" if run.best_step else "Best at the start"
    said = f"{found} so far. Stop whenever you like: the best network is kept."
    end = pace.early_end_step(run)
    if end is None:
        return said
    patience = plural(run.config.settings.patience_evals, "evaluation")
    said += f" It ends by itself once {patience} in a row find none better"
    if run.step == 0:
        return f"{said}."
    left_s = (end - run.step) * pace.step_s(run, points)
    when = "any moment now" if left_s < SHORTLY_S else f"in about {about(left_s)}"
    return f"{said}: {when}, unless one does."


def _action(store: Store, run: RunRow) -> None:
    """Offer to stop or to resume, whichever can be done now."""
    if run.status in ("queued", "running"):
        if st.button("Stop the run", icon=":material/stop:", key="live_stop"):
            stop_run(store, run.id)
            st.rerun()
    elif run.status == "stopping":
        st.button("Stopping", icon=":material/stop:", key="live_stop", disabled=True)
    elif run.status in ("stopped", "failed"):
        resumed = st.button(
            "Resume",
            icon=":material/play_arrow:",
            key="live_resume",
            help="It continues from its last checkpoint, as if it had never stopped.",
        )
        if resumed:
            resume_run(store, run.id)
            st.rerun()
