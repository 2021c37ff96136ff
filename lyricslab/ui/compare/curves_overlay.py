"""The chosen runs in one chart: their curves, and how to draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from lyricslab.library.baselines import songs_and_split
from lyricslab.library.corpora import split_sizes
from lyricslab.report.charts.chart import Chart
from lyricslab.report.charts.curve import Curve, Reference, curve_of, mean_curve
from lyricslab.report.charts.loss_curves import loss_curves
from lyricslab.report.charts.loss_curves_spec import Axis, Line
from lyricslab.report.charts.palette import Palette
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import run_list, theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.compare import comparison
from lyricslab.ui.compare.run_groups import RunGroup, TableContent, mean

AXES: dict[Axis, str] = {
    "step": "steps",
    "epoch": "epochs",
    "chars": "characters",
    "time": "minutes",
}
MAX_READ = 6
"""The most curves that are also described in words."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the curves are drawn."""

    x: Axis
    lines: Sequence[Line]
    log: Sequence[str]
    smoothing: float


def look() -> Look:
    """Ask how to draw the curves."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="medium", key="compare_look"
    ):
        x = st.segmented_control(
            "Along",
            list(AXES),
            format_func=AXES.__getitem__,
            default="step",
            required=True,
            key="compare_x",
            persist_state="session",
            help="How much was learned from by then: in steps, in times each song was read, in "
            "characters read, or in minutes.",
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


def curves(
    store: Store,
    chosen: Sequence[RunGroup],
    colours: Sequence[int],
    content: TableContent,
    look: Look,
) -> None:
    """Describe the curves of the chosen rows, and draw them in one chart.

    Args:
        colours: the number of the colour of each row.
    """
    labels = comparison.label_of(chosen)
    alone = [group for group in chosen if len(group.runs) == 1]
    readings = {
        labels[group.id]: run_list.curve_in_words(store, group.first)
        for group in alone[:MAX_READ]
        if run_list.points(store, group.first)
    }
    if readings:
        st.caption(
            "\n\n".join(f"**{plain(name)}**  {plain(said)}" for name, said in readings.items())
        )
    st.subheader("Curves")
    if any(len(group.runs) > 1 for group in chosen):
        st.caption("A line is the mean over seeds; around it, one standard deviation.")
    with st.container(key="compare_chart"):
        draw_chart(
            chart(store, chosen, colours, content, look, theme.shown()),
            "compare_curves",
            f"Loss curves of {', '.join(labels.values())}",
        )


def chart(
    store: Store,
    chosen: Sequence[RunGroup],
    colours: Sequence[int],
    content: TableContent,
    look: Look,
    palette: Palette,
) -> Chart:
    """Return the chart of the chosen rows: see `curves`."""
    labels = comparison.label_of(chosen)
    of_number = palette.runs(max(colours, default=0) + 1)
    drawn = []
    for group, number in zip(chosen, colours, strict=True):
        runs = [_curve(store, run, look.x) for run in group.runs if run_list.points(store, run)]
        if runs:
            drawn.append(replace(mean_curve(runs, labels[group.id]), color=of_number[number]))
    return loss_curves(
        drawn,
        palette=palette,
        x=look.x,
        log=look.log,
        smoothing=look.smoothing,
        references=_levels(chosen, content),
        show=look.lines,
        focus=True,
    )


def _curve(store: Store, run: RunRow, x: Axis) -> Curve:
    curve = curve_of(run, run_list.points(store, run))
    if x != "chars":
        return curve
    sizes = split_sizes(store, store.corpus(run.corpus_id), run.config.split)
    return replace(curve, train_chars=sizes.train_chars)


def _levels(chosen: Sequence[RunGroup], content: TableContent) -> list[Reference]:
    """Return the levels to compare with: a lone run's base, and what all are measured against."""
    levels = []
    if len(chosen) == 1 and chosen[0].first.zero_shot_val is not None:
        levels.append(Reference("base as it is", chosen[0].first.zero_shot_val, "base"))
    shown = {group.id for group in chosen}
    others = {
        content.references[group.id].id: content.references[group.id]
        for group in chosen
        if group.id in content.references
    }
    if len(others) != 1 or len({songs_and_split(group.first) for group in chosen}) != 1:
        return levels
    [other] = others.values()
    same = songs_and_split(other.first) == songs_and_split(chosen[0].first)
    level = mean(other.vals)
    if level is not None and same and other.id not in shown:
        name = "baseline" if content.reference is None else other.name
        levels.append(Reference(name, level, "baseline"))
    return levels
