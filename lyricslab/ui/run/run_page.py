"""One run as it trains and when it is over: its curve, what it writes, what comes next."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.library.baselines import find_baseline
from lyricslab.library.bases import base_title
from lyricslab.library.pace import time_left_s
from lyricslab.library.runs import resume_run, size_name, stop_run
from lyricslab.model.layer_words import subject_in_words
from lyricslab.report.charts.curve import Reference, curve_of
from lyricslab.report.charts.loss_curves import HEIGHT, loss_curves
from lyricslab.store.rows import PointRow, RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, run_list, services, theme
from lyricslab.ui.common.curve_verdict import NATS_PER_CHAR
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.ui.common.run_status import badge
from lyricslab.ui.run import finished_run
from lyricslab.wording import duration, epoch

TICK_S = 1.0
SAMPLES_HEIGHT_PX = 470


def show(run_id: str) -> None:
    """Show the page of a run, refreshed every second while it is unfinished."""
    run = services.store().run(run_id)
    heading, way_on = st.columns([4, 1.2], vertical_alignment="bottom")
    heading.title(plain(run.name))
    with way_on.container(horizontal=True, horizontal_alignment="right"):
        if run.kind == "base":
            navigation.link("bases", "The library of bases", icon=":material/layers:")
        else:
            navigation.link("train", "Set up another run", icon=":material/add:")
    st.caption(_recipe(run))
    # No timer for a finished run; the tick that sees the end reruns the page without one.
    every = TICK_S if run.unfinished else None
    st.fragment(_panel, run_every=every)(run_id, run.unfinished)
    if not run.unfinished:
        with boundary():
            finished_run.show(services.store(), run)


def _panel(run_id: str, was_unfinished: bool) -> None:
    with boundary():
        store = services.store()
        run = store.run(run_id)
        if was_unfinished and not run.unfinished:
            st.rerun()
        if run.unfinished:
            services.keep_engine_alive()
        points = run_list.points(store, run)
        _progress(store, run)
        # Elements that are redrawn late in a tick fade on a busy computer: the slowest comes last.
        left, right = st.columns([7, 4], gap="medium")
        with left:
            chart = st.container(height=HEIGHT + 4, border=False)
            st.text(run_list.curve_in_words(store, run))
            with st.popover("What do these numbers mean?", type="tertiary"):
                st.markdown(NATS_PER_CHAR)
        with right:
            _samples(store, run)
        with chart:
            _curve(store, run, points)


def _recipe(run: RunRow) -> str:
    """Return what the run is made of, in a line."""
    songs = f"Learns from {plain(run.corpus_name)}"
    model = run.config.model
    base = plain(base_title(services.home(), run.base)) if run.base else ""
    if run.kind == "base":
        begins = f"as a copy of {base}" if base else "knowing nothing"
        now = "A base" if run.status == "done" else "A base in progress"
        return (
            f"{now}. {songs}, beginning {begins}: "
            f"{size_name(model)} units, {model.parameters:,} weights."
        )
    if run.base is None:
        size = f"{size_name(model)} units, {model.parameters:,} weights"
        return f"{songs}, from nothing: a network of {size}, all weights random at first."
    if run.kind == "zero-shot":
        return f"{plain(run.corpus_name)}, read by the base {base} as it is: none learns"
    verb = "learns" if run.trainable in ("none", "all") else "learn"
    learns = f"{subject_in_words(run.trainable)} {verb}"
    rank = run.config.settings.lora_rank
    if rank:
        learns += f" changes of rank {rank}"
    preset = f" · {run.config.preset} settings · seed {run.config.seed}"
    return f"{songs}, beginning with the base {base}; {learns}{preset}"


def _open_ended(run: RunRow) -> bool:
    """Return whether validation can end the run before its budget does."""
    return run.config.settings.patience_evals > 0


# ---- how far it is


def _progress(store: Store, run: RunRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        badge(run)
        st.text(_whereabouts(store, run), width="stretch")
        _action(store, run)
    if run.status in ("running", "stopping") and not _open_ended(run):
        st.progress(min(1.0, run.step / max(1, run.total_steps)))


def _whereabouts(store: Store, run: RunRow) -> str:
    """Say how far a run is."""
    if run.status == "queued":
        place = store.queue_position(run.id)
        if place is not None and place > 1:
            return f"Number {place} in the queue; one after the other gets its turn."
        if not services.engine_ready():
            return "The engine is warming up; that takes some seconds after a start."
        return "Next in the queue: it starts as soon as the engine is free."
    if run.status == "stopping":
        return "It stops within seconds and keeps its best network."
    if run.status == "running":
        if run.step == 0:
            return "Reading the songs and evaluating the base as it is."
        of = "" if _open_ended(run) else f" of {run.total_steps:,}"
        said = [f"Step {run.step:,}{of}", f"epoch {epoch(run.epochs)}"]
        left = time_left_s(run)
        if _open_ended(run):
            said.append("it ends when validation stops falling")
        elif left is not None:
            said.append(f"{duration(left)} left at most")
        if run.chars_per_s:
            said.append(f"{run.chars_per_s:,.0f} characters/s")
        return " · ".join(said)
    said = [f"{run.step:,} steps", f"{epoch(run.epochs)} epochs", duration(run.seconds)]
    return " · ".join(said)


def _action(store: Store, run: RunRow) -> None:
    """Offer to stop or to resume, whichever can be done now."""
    if run.status in ("queued", "running"):
        if st.button("Stop the run", icon=":material/stop:", key="live_stop"):
            stop_run(store, run.id)
            st.rerun()
    elif run.status == "stopping":
        st.button("Stopping", icon=":material/stop:", key="live_stop", disabled=True)
    elif run.status in ("stopped", "failed"):
        go_on = st.button(
            "Resume",
            icon=":material/play_arrow:",
            key="live_resume",
            help="It goes on from its last checkpoint, as if it had never stopped.",
        )
        if go_on:
            resume_run(store, run.id)
            st.rerun()


# ---- the curve and the texts


def _curve(store: Store, run: RunRow, points: Sequence[PointRow]) -> None:
    if not points:
        st.caption("The curve appears with the first evaluation on the validation songs.")
        return
    references = []
    if run.zero_shot_val is not None:
        references.append(Reference("base as it is", run.zero_shot_val, "base"))
    baseline = None if run.kind in ("baseline", "base") else find_baseline(store, run)
    if baseline is not None and baseline.best_val is not None:
        references.append(Reference("baseline", baseline.best_val, "baseline"))
    # From nothing, the first fall is the story; with a base it may be left out.
    chart = loss_curves(
        [curve_of(run, points)],
        palette=theme.shown(),
        references=references,
        focus=run.base is not None,
    )
    draw_chart(chart, key=f"live_curve_{run.id}", alt_text=f"Loss curves of {run.name}")


def _samples(store: Store, run: RunRow) -> None:
    st.markdown("**What it writes as it learns**")
    with st.container(height=SAMPLES_HEIGHT_PX, border=True):
        samples = store.samples(run.id)
        if not samples:
            st.caption(
                "A few lines at the start, before it has learned anything, and then again "
                "every so often: the latest on top."
            )
        for sample in reversed(samples):
            before = "Before learning" if run.base else "Knowing nothing"
            st.caption(before if sample.step == 0 else f"After step {sample.step:,}")
            st.text(sample.text.strip("\n") or "(nothing yet)")
