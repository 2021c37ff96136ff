"""One run as it trains and when it is over: its curve, what it writes, what comes next."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.lab import runs
from lyricslab.lab.rows import PointRow, RunRow
from lyricslab.lab.store import Store
from lyricslab.model.trainable import Trainable
from lyricslab.ui import charts, layers, links, services
from lyricslab.ui.boundary import boundary, plain
from lyricslab.ui.captions import NATS_PER_CHAR, duration, epoch, loss, share

TICK_S = 1.0
SAMPLES_HEIGHT_PX = 470

BADGES = {
    "queued": ("waiting", ":material/hourglass_empty:", "gray"),
    "running": ("training", ":material/local_fire_department:", "orange"),
    "stopping": ("stopping", ":material/stop_circle:", "orange"),
    "done": ("finished", ":material/check_circle:", "green"),
    "stopped": ("stopped", ":material/pause_circle:", "blue"),
    "failed": ("failed", ":material/error:", "red"),
}


def show(run_id: str) -> None:
    """The page of a run; while it is unfinished it looks again every second."""
    run = runs.get(services.store(), run_id)
    st.title(plain(run.name))
    st.caption(_recipe(run))
    # No timer where nothing is to come; the tick that sees the end asks for the page without one.
    every = TICK_S if run.unfinished else None
    st.fragment(_panel, run_every=every)(run_id, run.unfinished)
    if not run.unfinished:
        with boundary():
            _afterwards(services.store(), run)


def _panel(run_id: str, was_unfinished: bool) -> None:
    with boundary():
        store = services.store()
        run = runs.get(store, run_id)
        if was_unfinished and not run.unfinished:
            st.rerun()
        if run.unfinished:
            services.keep_engine_alive()
        points = runs.points(store, run.id)
        _progress(store, run)
        # What waits for its turn in a tick fades on a busy computer: the chart, which takes the
        # longest to make, comes last.
        left, right = st.columns([7, 4], gap="medium")
        with left:
            chart = st.container(height=charts.HEIGHT + 24, border=False)
            reading = charts.read_curve(run, points)
            st.text(reading)
            with st.popover("What do these numbers mean?", type="tertiary"):
                st.markdown(NATS_PER_CHAR)
        with right:
            _samples(store, run)
        with chart:
            _curve(store, run, points, reading)


def badge(run: RunRow) -> None:
    """A run's status as a coloured word."""
    word, icon, colour = BADGES[run.status]
    st.badge(word, icon=icon, color=colour)  # type: ignore[arg-type]


def _recipe(run: RunRow) -> str:
    """What the run is made of, in a line."""
    songs = f"Learns from {plain(run.corpus_name)}"
    if run.base is None:
        return f"{songs}, from nothing: {runs.size_name(run.config.model)} weights begin at random."
    trainable = Trainable.parse(run.trainable, run.config.model.num_layers)
    learns = layers.in_words(trainable)
    verb = "learn" if len(trainable.layers) else "learns"
    verb = "learns" if learns in ("the head only", "every layer") else verb
    preset = f" · {run.config.preset} settings · seed {run.config.seed}"
    return f"{songs}, beginning with the base {plain(run.base)}; {learns} {verb}{preset}"


# ---- how far it is


def _progress(store: Store, run: RunRow) -> None:
    status, action = st.columns([5, 1.4], vertical_alignment="center")
    with status, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        badge(run)
        st.text(_whereabouts(store, run))
    with action, st.container(horizontal=True, horizontal_alignment="right"):
        _action(store, run)
    if run.status in ("running", "stopping"):
        st.progress(min(1.0, run.step / max(1, run.total_steps)))


def _whereabouts(store: Store, run: RunRow) -> str:
    """How far a run is, in words."""
    if run.status == "queued":
        place = runs.queue_position(store, run)
        if place is not None and place > 1:
            return f"Number {place} in the queue; one after the other gets its turn."
        if not services.engine_ready():
            return "The engine is warming up; that takes some seconds after a start."
        return "Next in the queue: it starts as soon as the engine has a hand free."
    if run.status == "stopping":
        return "It stops within seconds and keeps its best network."
    if run.status == "running":
        if run.step == 0:
            return "Reading the songs and taking a first look with the base as it is."
        said = [f"Step {run.step:,} of {run.total_steps:,}", f"epoch {epoch(run.epochs)}"]
        left = runs.time_left_s(run)
        if left is not None:
            said.append(f"{duration(left)} left at most")
        if run.chars_per_s:
            said.append(f"{run.chars_per_s:,.0f} characters/s")
        return " · ".join(said)
    said = [f"{run.step:,} steps", f"{epoch(run.epochs)} epochs", duration(run.seconds)]
    return " · ".join(said)


def _action(store: Store, run: RunRow) -> None:
    """Stop, or go on: whichever can be done now."""
    if run.status in ("queued", "running"):
        if st.button("Stop the run", icon=":material/stop:", key="live_stop"):
            runs.stop(store, run.id)
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
            runs.resume(store, run.id)
            st.rerun()


# ---- the curve and the texts


def _curve(store: Store, run: RunRow, points: Sequence[PointRow], reading: str) -> None:
    if not points:
        st.caption("The curve appears with the first look at the validation songs.")
        return
    references = []
    if run.zero_shot_val is not None:
        references.append(charts.Reference("base as it is", run.zero_shot_val, "base"))
    baseline = None if run.kind == "baseline" else runs.baseline_of(store, run)
    if baseline is not None and baseline.best_val is not None:
        references.append(charts.Reference("baseline", baseline.best_val, "baseline"))
    chart = charts.curves(
        [charts.curve_of(run, points)], x="step", references=references, focus=True
    )
    charts.draw(chart, key=f"live_curve_{run.id}", alt_text=reading)


def _samples(store: Store, run: RunRow) -> None:
    st.markdown("**What it writes as it learns**")
    with st.container(height=SAMPLES_HEIGHT_PX, border=True):
        samples = runs.samples(store, run.id)
        if not samples:
            st.caption(
                "A few lines at the start, before it has learned anything, and then again "
                "every so often: the latest on top."
            )
        for sample in reversed(samples):
            before = "Before learning" if run.base else "Knowing nothing"
            st.caption(before if sample.step == 0 else f"After step {sample.step:,}")
            st.text(sample.text.strip("\n") or "(nothing yet)")


# ---- when it is over


def _afterwards(store: Store, run: RunRow) -> None:
    for note in runs.notes(store, run.id):
        st.caption(plain(note.text))
    if run.best_val is None:
        return  # it ended before its first look at the validation songs
    baseline = None if run.kind == "baseline" else runs.baseline_of(store, run)
    _figures(run, baseline)
    _next_steps(run)
    if run.kind != "baseline":
        weights, beside = st.columns([6, 5], gap="medium")
        with weights:
            _weights(run)
        with beside:
            _baseline(store, run, baseline)


def _figures(run: RunRow, baseline: RunRow | None) -> None:
    best, test, base, scratch = st.columns(4)
    best.metric(
        "Best on validation",
        loss(run.best_val or 0, unit=False),
        border=True,
        help="nats/char on the songs that decide when to stop; lower is better.",
    )
    test.metric(
        "On the test songs",
        "not yet" if run.test is None else loss(run.test, unit=False),
        border=True,
        help="nats/char on songs that were read once, at the very end.",
    )
    change = _change(run.best_val, run.zero_shot_val)
    base.metric(
        "Against the base",
        change,
        border=True,
        help="Change of validation loss against the base as it is; less is better.",
    )
    scratch.metric(
        "Against the baseline",
        "not trained" if baseline is None else _change(*_judged(run, baseline)[:2]),
        border=True,
        help="Change of the loss on the test songs against the best network that learned from "
        "these songs alone; less is better.",
    )


def _judged(run: RunRow, baseline: RunRow) -> tuple[float | None, float | None, str]:
    """The losses of both on the test songs, or on validation until both are known, and which."""
    if run.test is not None and baseline.test is not None:
        return run.test, baseline.test, "the test songs"
    return run.best_val, baseline.best_val, "the validation songs"


def _change(value: float | None, reference: float | None) -> str:
    if value is None or reference is None:
        return "none"
    sign = "−" if value < reference else "+"
    return f"{sign}{share(value, reference)}" if value != reference else "0 %"


def layers_of(run: RunRow) -> str | None:
    """A run's layers as a link states them; None for a network from nothing."""
    return None if run.base is None else run.trainable


def _next_steps(run: RunRow) -> None:
    with st.container(horizontal=True):
        if st.button("Write with it", type="primary", icon=":material/edit_note:"):
            links.go("write", model=run.id)
        if st.button("Compare", icon=":material/stacked_line_chart:"):
            links.go("compare", runs=run.id)
        if st.button("Another run on these songs", icon=":material/restart_alt:"):
            links.go("train", corpus=run.corpus_id, base=run.base, layers=layers_of(run))


def _weights(run: RunRow) -> None:
    """Which weights learned, and the proof that the others did not."""
    st.subheader("What learned")
    trainable = Trainable.parse(run.trainable, run.config.model.num_layers)
    layers.layer_diagram(run.config.model, trainable, key=f"learned_{run.id}")
    st.caption(layers.weights_in_words(run.config.model, trainable, over=True))
    drift = (run.result or {}).get("frozen_drift")
    if drift is None or not trainable.frozen_parameters(run.config.model):
        return
    if drift == 0:
        st.text(
            "Checked in the saved files: every frozen weight is equal to the base's, to the "
            "last bit (largest difference 0.0)."
        )
    else:
        st.warning(
            f"Frozen weights differ from the base's by up to {drift:g}. They should not: "
            "please keep this run and report it."
        )


def _baseline(store: Store, run: RunRow, baseline: RunRow | None) -> None:
    """What the songs alone are worth: offered, under way, or known."""
    st.subheader("Was the base worth it?")
    if baseline is not None:
        here, alone, where = _judged(run, baseline)
        if here is not None and alone is not None:
            st.text(
                "The best of the networks that learned from these songs alone reaches "
                f"{loss(alone)} on {where}; this run reaches {loss(here)}."
            )
        return
    waiting = [
        other
        for other in runs.list_runs(store, corpus_id=run.corpus_id, workspace_id=run.workspace_id)
        if other.kind == "baseline" and other.unfinished and other.config.split == run.config.split
    ]
    if waiting:
        st.text(
            f"The baseline is being trained: {len(waiting)} of its networks are to come. "
            "Its line appears in the curve above when they are done."
        )
        links.link("train", "Watch it", icon=":material/visibility:", run=waiting[-1].id)
        return
    st.text(
        "A baseline tells: networks of a few sizes learn from your songs alone, with no base "
        "to begin with, each for as long as it gets better. Their best is the mark to beat."
    )
    if st.button("Train the baseline", icon=":material/flag:"):
        runs.submit_baseline(store, run.corpus_id, run.config.split, run.config.seed)
        st.rerun()
