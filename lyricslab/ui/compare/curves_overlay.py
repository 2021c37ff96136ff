"""The chosen runs in one chart: their curves, how to draw them, what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import streamlit as st

from lyricslab.library.baselines import songs_and_split
from lyricslab.library.bases import base_titles
from lyricslab.report.charts.curve import Reference, curve_of, renamed
from lyricslab.report.charts.loss_curves import loss_curves
from lyricslab.report.charts.loss_curves_spec import Axis, Line
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import run_list, services, theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.plain_tables import plain_table
from lyricslab.ui.compare import comparison, run_table


@dataclass(frozen=True, slots=True)
class Look:
    """How the curves are drawn."""

    x: Axis
    lines: Sequence[Line]
    log: Sequence[str]
    smoothing: float


def look() -> Look:
    """Ask how to draw the curves."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axes: list[Axis] = ["step", "epoch", "time"]
        x = st.segmented_control(
            "Along",
            axes,
            format_func={"step": "steps", "epoch": "epochs", "time": "minutes"}.__getitem__,
            default=axes[0],
            required=True,
            key="compare_x",
            persist_state="session",
        )
        lines: list[Line] = ["validation", "train"]
        show = st.pills(
            "Lines",
            lines,
            format_func={"validation": "validation", "train": "training"}.__getitem__,
            selection_mode="multi",
            default=lines[:1],
            key="compare_lines",
            persist_state="session",
        )
        log = st.pills(
            "Logarithmic",
            ["x", "y"],
            format_func={"x": "across", "y": "upwards"}.__getitem__,
            selection_mode="multi",
            key="compare_log",
            persist_state="session",
            help="A logarithmic axis gives the first steps, or the small losses, more room.",
        )
        smoothing = _smoothing() if "train" in show else 0.0
    return Look(x, show or lines[:1], log, smoothing)


def curves(
    store: Store, chosen: list[RunRow], baseline_by_run: Mapping[str, RunRow], look: Look
) -> None:
    """Describe the curves of the chosen runs, and draw them in one chart."""
    labels = comparison.label_of(chosen)
    drawn = [run for run in chosen if run_list.points(store, run)]
    readings = {labels[run.id]: run_list.curve_in_words(store, run) for run in drawn[:6]}
    st.caption("\n\n".join(f"**{plain(name)}**  {plain(said)}" for name, said in readings.items()))
    st.subheader("Curves")
    slots = run_table.colour_slots([run.id for run in chosen])
    colours = theme.shown().runs(max(slots.values()) + 1)
    made = []
    for run in drawn:
        curve = curve_of(run, run_list.points(store, run), colours[slots[run.id]])
        made.append(renamed(curve, labels[run.id]))
    references = _mark_to_beat(chosen, baseline_by_run)
    chart = loss_curves(
        made,
        palette=theme.shown(),
        x=look.x,
        log=look.log,
        smoothing=look.smoothing,
        references=references,
        show=look.lines,
        focus=True,
    )
    draw_chart(chart, "compare_curves", f"Loss curves of {len(made)} runs")


def _smoothing() -> float:
    """Ask how much the training lines are smoothed."""
    return st.slider(
        "Smoothing of training",
        0.0,
        0.95,
        0.6,
        0.05,
        key="compare_smoothing",
        persist_state="session",
        width=220,
        help="Training is measured on a few songs at a time and jumps; validation is measured "
        "on all its songs and drawn as it is.",
    )


def _mark_to_beat(chosen: list[RunRow], baseline_by_run: Mapping[str, RunRow]) -> list[Reference]:
    """Return the baseline's level, if the chosen runs share one that is not among them."""
    shared = {
        baseline_by_run[run.id].id: baseline_by_run[run.id]
        for run in chosen
        if run.id in baseline_by_run
    }
    if len(shared) != 1 or len({songs_and_split(run) for run in chosen}) != 1:
        return []
    baseline = next(iter(shared.values()))
    if baseline.best_val is None or baseline.id in {run.id for run in chosen}:
        return []
    return [Reference("baseline", baseline.best_val, "baseline")]


def differences(chosen: list[RunRow]) -> None:
    """Show the settings in which the chosen runs differ."""
    if len(chosen) < 2:
        return
    found = comparison.differences(chosen, base_titles(services.home()))
    st.subheader("What differs")
    st.text(comparison.differ_in_words(found, len(chosen)))
    if found:
        labels = comparison.label_of(chosen)
        columns = {
            labels[run.id]: [values[k] for values in found.values()] for k, run in enumerate(chosen)
        }
        data = pa.table({"Setting": [name.capitalize() for name in found]} | columns)
        plain_table(data, "Settings in which the chosen runs differ")
