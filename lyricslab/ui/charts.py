"""Loss curves: one chart for the run that is training and for many that are compared."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import altair as alt
import pandas as pd
import streamlit as st

from lyricslab.lab.rows import PointRow, RunRow
from lyricslab.ui import theme
from lyricslab.ui.captions import epoch, read_curve

__all__ = ["Curve", "Reference", "best_point", "curve_of", "curves", "draw", "read_curve", "smooth"]

Axis = Literal["step", "epoch", "time"]
Line = Literal["train", "validation"]

AXES: dict[str, str] = {
    "step": "Steps",
    "epoch": "Epochs: times each song was read",
    "time": "Minutes of training",
}
HEIGHT = 340
STEEP = 2.5
"""A first fall this many times the range of all that follows is left out of a focused chart."""
ZOOM = "zoom"
_PINCH = "wheel![event.ctrlKey || event.metaKey || event.altKey]"  # a bare wheel scrolls the page


@dataclass(frozen=True, slots=True)
class Curve:
    """One run's points, at most 400 as `runs.points` gives them, and how to draw them."""

    run_id: str
    name: str
    points: Sequence[PointRow]
    color: str | None = None
    """A role of the theme or a colour; None where one run's two lines have their own roles."""
    planned_steps: int | None = None
    """Where a run that trains will end at the latest, so that the axis holds still."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A level to compare with, drawn across the chart and labelled on it."""

    name: str
    value: float
    role: str = "base"


def curve_of(run: RunRow, points: Sequence[PointRow], color: str | None = None) -> Curve:
    """The curve of a run; the axis of one that trains reaches to its last step."""
    active = run.status in ("running", "stopping")
    # Where validation ends a run, its budget says nothing of how long it will be.
    planned = run.total_steps if active and not run.config.train.patience_evals else None
    if active and planned is None:
        planned = 2 ** math.ceil(math.log2(max(run.step, 1) * 1.2))
    return Curve(run.id, run.name, points, color, planned)


def curves(
    runs: Sequence[Curve],
    *,
    x: Axis = "step",
    log: Collection[str] | bool = (),
    smoothing: float = 0.0,
    references: Sequence[Reference] = (),
    show: Collection[Line] = ("train", "validation"),
    focus: bool = False,
    dark: bool | None = None,
) -> alt.LayerChart:
    """The curves of one run, or of several in a colour each, over steps, epochs or time.

    Args:
        log: the axes with a logarithmic scale, of "x" and "y"; True is both.
        smoothing: how much the training line is evened out, 0 to 0.99. Validation is measured on
            all its songs at once and is never smoothed.
        show: which lines; with several runs training is drawn thin and dotted.
        focus: leaves out the steep first fall, where it would press all else together.
        dark: the theme; None asks the browser.
    """
    dark = theme.is_dark() if dark is None else dark
    log = {"x", "y"} if log is True else set(log or ())
    table = _table(runs, x, smoothing, show)
    single = len(runs) == 1
    low, high = _loss_limits(table, references, focus and "y" not in log, "y" in log)
    y_scale = alt.Scale(type="log" if "y" in log else "linear", domain=[low, high], nice=False)
    x_scale, x_axis = _x_scale(runs, table, x, "x" in log)
    at_x = alt.X("x:Q", scale=x_scale, axis=x_axis, title=AXES[x])
    at_y = alt.Y("y:Q", scale=y_scale, title="Loss, nats/char", axis=alt.Axis(tickCount=6))
    colour = _colour(runs, table, single, dark)
    dash = alt.StrokeDash(
        "line:N",
        scale=alt.Scale(domain=["validation", "train"], range=[[1, 0], [2, 3]]),
        legend=None,
    )
    lines = (
        alt.Chart(table)
        .mark_line(interpolate="linear", clip=True)
        .encode(
            x=at_x,
            y=at_y,
            color=colour,
            detail=["run:N", "line:N"],
            strokeDash=alt.value([1, 0]) if single else dash,
            strokeWidth=alt.condition(alt.datum.line == "train", alt.value(1.5), alt.value(2.5)),
        )
    )
    layers: list[Any] = []
    if smoothing and (table["line"] == "train").any():
        raw = alt.Chart(table[table["line"] == "train"]).mark_line(
            clip=True, opacity=0.22, strokeWidth=1
        )
        layers.append(
            raw.encode(x=at_x, y=alt.Y("raw:Q", scale=y_scale), color=colour, detail="run:N")
        )
    layers += _reference_layers(references, low, high, "y" in log, y_scale, dark)
    layers.append(lines)
    layers += _hover_layers(table, at_x, at_y, colour, x)
    if "validation" in show:
        layers += _best_layers(runs, table, at_x, at_y, colour, x, dark)
    zoom = alt.selection_interval(name=ZOOM, bind="scales", zoom=_PINCH)
    layers[-1] = layers[-1].add_params(zoom)
    chart: alt.LayerChart = alt.LayerChart(layer=layers).properties(height=HEIGHT)
    return chart


def renamed(curve: Curve, name: str) -> Curve:
    """The curve under another name."""
    return replace(curve, name=name)


def draw(chart: alt.LayerChart, key: str, alt_text: str) -> None:
    """Puts the chart on the page, keyed, so that it is updated in place and keeps its zoom."""
    st.altair_chart(chart, key=key, on_select="rerun", selection_mode=ZOOM, alt=alt_text)


def best_point(points: Sequence[PointRow]) -> PointRow | None:
    """The point with the lowest validation loss, the earliest of equals."""
    looked = [point for point in points if point.val is not None]
    return min(looked, key=lambda point: (point.val, point.step), default=None)


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """The moving average that forgets: each value counts `weight` less with each later one.

    Divided by the weights so far, so that the first values are not pulled towards zero.
    """
    evened, total, weights = [], 0.0, 0.0
    for value in values:
        total = weight * total + (1 - weight) * value
        weights = weight * weights + (1 - weight)
        evened.append(total / weights)
    return evened


# ---- what is drawn


def _table(
    runs: Sequence[Curve], x: Axis, smoothing: float, show: Collection[Line]
) -> pd.DataFrame:
    """A row for each point of each line; short, since all of it goes to the browser each time."""
    rows: list[tuple[str, str, float, float, float, int, float]] = []
    for run in runs:
        for line in ("train", "validation"):
            if line not in show:
                continue
            seen = [
                (point, loss)
                for point in run.points
                if (loss := point.train if line == "train" else point.val) is not None
            ]
            losses = [loss for _, loss in seen]
            evened = smooth(losses, smoothing) if line == "train" else losses
            for (point, raw), value in zip(seen, evened, strict=True):
                place = _place(point, x)
                rows.append(
                    (run.name, line, place, round(value, 4), round(raw, 4), point.step, point.epoch)
                )
    return pd.DataFrame(rows, columns=["run", "line", "x", "y", "raw", "step", "epoch"])


def _place(point: PointRow, x: Axis) -> float:
    if x == "step":
        return point.step
    return round(point.epoch if x == "epoch" else point.seconds / 60, 4)


def _loss_limits(
    table: pd.DataFrame, references: Sequence[Reference], focus: bool, log: bool
) -> tuple[float, float]:
    """The lowest and highest loss on the axis, with air above and below."""
    values = [*table["y"], *(reference.value for reference in references)]
    if not values:
        return 0.5 if log else 0.0, 5.0
    low, high = max(min(values), 1e-3), max(values)
    if focus and len(table):
        late = [
            part["y"][part["x"] >= part["x"].max() * 0.1].max()
            for _, part in table.groupby(["run", "line"])
        ]
        calm = max([*late, *(reference.value for reference in references)])
        high = calm if high - low > STEEP * (calm - low) > 0 else high
    if log:
        stretch = (high / low) ** 0.08
        return low / stretch**1.6, high * stretch
    air = max(0.08 * (high - low), 0.02)
    return max(0.0, low - 1.6 * air), high + air


def _x_scale(
    runs: Sequence[Curve], table: pd.DataFrame, x: Axis, log: bool
) -> tuple[alt.Scale, alt.Axis]:
    furthest = _furthest(runs, table, x)
    if not log:
        # A little air at both ends, so that no mark on the first or last step is cut in half.
        ends = [-0.008 * furthest, 1.012 * furthest]
        return alt.Scale(domain=ends, nice=False), alt.Axis(tickCount=7, grid=False)
    # Step 0, the base before any learning, has no place on a true logarithmic axis.
    positive = table["x"][table["x"] > 0]
    unit = 10.0 ** math.floor(math.log10(positive.min())) if len(positive) else 1.0
    ticks = [0.0]
    while unit * 10 ** (len(ticks) - 1) <= furthest:
        ticks.append(unit * 10 ** (len(ticks) - 1))
    scale = alt.Scale(type="symlog", constant=unit, domain=[0, 1.03 * furthest], nice=False)
    return scale, alt.Axis(values=ticks, grid=False)


def _furthest(runs: Sequence[Curve], table: pd.DataFrame, x: Axis) -> float:
    """Where the axis ends: at the last point, or where a run that trains will end."""
    return max([_planned(run, x) for run in runs] + [*table["x"]], default=0.0) or 1.0


def _planned(run: Curve, x: Axis) -> float:
    """Where a run will end on the axis, at the pace so far."""
    last = run.points[-1] if run.points else None
    if run.planned_steps is None:
        return 0.0
    if x == "step":
        return float(run.planned_steps)
    return _place(last, x) * run.planned_steps / last.step if last and last.step else 0.0


def _colour(runs: Sequence[Curve], table: pd.DataFrame, single: bool, dark: bool) -> alt.Color:
    """One run: a colour a line. Several: a colour a run, the same whatever else is shown."""
    if single:
        names: list[str] = ["train", "validation"]
        colours = [theme.colour(name, dark) for name in names]
        spoken = (
            "datum.label == 'train' ? 'training: songs it learns from'"
            " : 'validation: songs it has not seen'"
        )
        field = "line:N"
        shown = [name for name in names if (table["line"] == name).any()]
    else:
        names = shown = [run.name for run in runs]
        known = theme.palette(len(runs), dark)
        colours = [_hex(run.color, dark) or known[k] for k, run in enumerate(runs)]
        spoken = "datum.label"
        field = "run:N"
    legend = alt.Legend(
        title=None,
        values=shown or names,
        orient="top",
        direction="horizontal",
        labelExpr=spoken,
        labelLimit=260,
        symbolType="stroke",
        symbolStrokeWidth=3,
        symbolOpacity=1,
        columns=3,
        offset=4,
    )
    return alt.Color(field, scale=alt.Scale(domain=names, range=colours), legend=legend)


def _hex(color: str | None, dark: bool) -> str | None:
    return color if color is None or color.startswith("#") else theme.colour(color, dark)


def _reference_layers(
    references: Sequence[Reference],
    low: float,
    high: float,
    log: bool,
    y_scale: alt.Scale,
    dark: bool,
) -> list[alt.Chart]:
    """A dashed level for each, its name on it; of two that lie close the lower is named below."""
    layers = []
    ordered = sorted(references, key=lambda reference: reference.value)
    for k, reference in enumerate(ordered):
        above = ordered[k + 1].value if k + 1 < len(ordered) else math.inf
        near = (above - reference.value) / (high - low) < 0.08 and not log
        data = pd.DataFrame(
            [{"y": reference.value, "text": f"{reference.name} {reference.value:.3f}"}]
        )
        colour = theme.colour(reference.role, dark)
        base = alt.Chart(data).encode(y=alt.Y("y:Q", scale=y_scale))
        layers.append(base.mark_rule(strokeDash=[6, 4], strokeWidth=1.5, color=colour, clip=True))
        layers += _haloed(
            base.encode(x=alt.value("width"), text="text:N"),
            dark,
            color=colour,
            align="right",
            dy=10 if near else -8,
            dx=-4,
        )
    return layers


def _hover_layers(
    table: pd.DataFrame, at_x: alt.X, at_y: alt.Y, colour: alt.Color, x: Axis
) -> list[alt.Chart]:
    """A dot and its values beside the nearest point under the pointer."""
    nearest = alt.selection_point(
        name="hover",
        nearest=True,
        on="pointerover",
        clear="pointerout",
        encodings=["x", "y"],
        empty=False,
    )
    dots = (
        alt.Chart(table)
        .transform_calculate(
            bits=f"datum.raw * {math.log2(math.e):.6f}",
            what="datum.line == 'train' ? 'songs it learns from' : 'songs it has not seen'",
        )
        .mark_point(filled=True, size=70, clip=True)
        .encode(
            x=at_x,
            y=at_y,
            color=colour,
            opacity=alt.condition(nearest, alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("what:N", title="Measured on"),
                alt.Tooltip("raw:Q", title="nats/char", format=".3f"),
                alt.Tooltip("bits:Q", title="bits/char", format=".3f"),
                alt.Tooltip("step:Q", title="Step", format=",.0f"),
                alt.Tooltip("epoch:Q", title="Epoch", format=".1f"),
                *([alt.Tooltip("x:Q", title="Minutes", format=".1f")] if x == "time" else []),
            ],
        )
        .add_params(nearest)
    )
    return [dots]


def _best_layers(
    runs: Sequence[Curve],
    table: pd.DataFrame,
    at_x: alt.X,
    at_y: alt.Y,
    colour: alt.Color,
    x: Axis,
    dark: bool,
) -> list[alt.Chart]:
    """The best point of each run on validation, marked; with few runs its value beside it."""
    single = len(runs) == 1
    rows: list[dict[str, Any]] = []
    for run in runs:
        best = best_point(run.points)
        if best is None or best.val is None:
            continue
        text = f"best {best.val:.3f} at epoch {epoch(best.epoch)}" if single else f"{best.val:.3f}"
        rows.append({"run": run.name, "line": "validation", "x": _place(best, x), "y": best.val})
        rows[-1]["text"] = text
    if not rows:
        return []
    data = pd.DataFrame(rows)
    furthest = _furthest(runs, table, x)
    base = alt.Chart(data).encode(x=at_x, y=at_y, color=colour)
    paper = _page_colour("backgroundColor", dark)
    marks = base.mark_point(filled=True, size=90, stroke=paper, strokeWidth=2, opacity=1, clip=True)
    layers: list[alt.Chart] = [marks]
    if len(runs) <= 4:
        spread = max(table["y"]) - min(table["y"]) or 1.0
        for row in rows:
            share = row["x"] / furthest
            close = [
                other["y"]
                for other in rows
                if abs(other["x"] - row["x"]) < 0.08 * furthest
                and 0 <= row["y"] - other["y"] < 0.12 * spread
                and other is not row
            ]
            layers += _haloed(
                alt.Chart(pd.DataFrame([row])).encode(x=at_x, y=at_y, text="text:N"),
                dark,
                color=_page_colour("textColor", dark),
                align="left" if share < 0.15 else "right" if share > 0.85 else "center",
                dy=-13 if close else 17,  # of two that lie close the higher is named above
                clip=True,
            )
    return layers


def _haloed(chart: alt.Chart, dark: bool, color: str, **place: Any) -> list[alt.Chart]:
    """A label that stays readable across lines: wide in the page's colour, then in its own."""
    paper = _page_colour("backgroundColor", dark)
    return [
        chart.mark_text(stroke=paper, strokeWidth=4, strokeJoin="round", fontSize=12, **place),
        chart.mark_text(color=color, fontSize=12, **place),
    ]


def _page_colour(option: str, dark: bool) -> str:
    """A colour of the page itself, as .streamlit/config.toml states it."""
    stated = st.get_option(f"theme.{'dark' if dark else 'light'}.{option}")
    return str(stated or ("#1b1815" if dark == (option == "backgroundColor") else "#fbf8f1"))
