"""The layers of the chart of loss curves, as Altair builds them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import altair as alt

from lyricslab.report.charts.chart import Spec, data, haloed, references, slot, template
from lyricslab.report.charts.palette import Palette

Axis = Literal["step", "epoch", "time", "chars"]
Line = Literal["train", "validation"]

AXES: dict[Axis, str] = {
    "step": "Steps",
    "epoch": "Epochs: times each song was read",
    "time": "Minutes of training",
    "chars": "Characters read in training",
}
ZOOM = "zoom"
"""The name of the selection that zooms."""
LIT = "lit"
"""The name of the selection of the run that is pointed at."""
POINTED_AT = "lyricslab-run"
"""The event by which the chart and a table tell each other which run is pointed at: the page's
body has its name as `value`."""
_PINCH = "wheel![event.ctrlKey || event.metaKey || event.altKey]"  # a bare wheel scrolls the page
_IS_TRAIN = "datum.line === 'train'"


class Shape(NamedTuple):
    """What tells one chart's specification from another's, beside the slots."""

    by_run: bool
    """Whether a colour stands for a run; else for a line."""
    x: Axis
    log_x_unit: float | None
    """Where a logarithmic x axis becomes linear towards 0; None for a linear axis."""
    log_y: bool
    smoothed: bool
    """Whether the training losses are also drawn as they were measured."""
    banded: bool
    """Whether there are means, with how far their seeds lie apart."""
    palette: Palette


@lru_cache(maxsize=128)
def build(shape: Shape) -> Spec:
    """Return the template of a shape.

    It draws the tables `lines`, `references`, `best` and `bands`, and has the slots `x_domain`,
    `x_ticks` (on a logarithmic axis), `y_domain`, `names`, `colours` and `shown` (of the legend).
    """
    y_scale = alt.Scale(
        type="log" if shape.log_y else "linear", domain=slot("y_domain"), nice=False
    )
    x = _x(shape)
    y = alt.Y("y:Q", title="Loss, nats/char", scale=y_scale, axis=alt.Axis(tickCount=6))
    colour = _colour(shape.by_run)
    lines, best = (data(table).encode(x, y, colour) for table in ("lines", "best"))
    rules, names = references(y_scale, shape.palette)
    layers = [
        rules,
        *([_bands(y_scale, x, colour)] if shape.banded else []),
        *([_raw(lines, y_scale)] if shape.smoothed else []),
        _lines(lines, shape.by_run),
        *names,
        _dots(lines, shape),
        best.mark_point(
            filled=True, size=90, stroke=shape.palette.page, strokeWidth=2, clip=True
        ).encode(opacity=_lit(shape.by_run)),
        *haloed(
            data("best").encode(x, y),
            shape.palette,
            color=shape.palette.text,
            align=alt.ExprRef("datum.align"),
            dy=alt.ExprRef("datum.dy"),
            clip=True,
        ),
    ]
    return template(alt.layer(*layers))


def _x(shape: Shape) -> alt.X:
    axis: dict[str, Any] = {"grid": False}
    if shape.log_x_unit is None:
        axis["tickCount"] = 7
        scale = alt.Scale(domain=slot("x_domain"), nice=False)
    else:
        axis["values"] = slot("x_ticks")
        scale = alt.Scale(
            type="symlog", constant=shape.log_x_unit, domain=slot("x_domain"), nice=False
        )
    return alt.X("x:Q", title=AXES[shape.x], scale=scale, axis=alt.Axis(**axis))


def _colour(by_run: bool) -> alt.Color:
    spoken = (
        "datum.label == 'train' ? 'training: songs it learns from'"
        " : 'validation: songs it has not seen'"
    )
    label_px = 300
    legend = alt.Legend(
        title=None,
        values=slot("shown"),
        orient="top",
        direction="horizontal",
        labelExpr="datum.label" if by_run else spoken,
        labelLimit=label_px,
        symbolType="stroke",
        symbolStrokeWidth=3,
        symbolOpacity=1,
        # On a phone below each other.
        columns=alt.ExprRef(f"max(1, floor(width / {label_px + 30}))"),
        offset=4,
    )
    scale = alt.Scale(domain=slot("names"), range=slot("colours"))
    return alt.Color("run:N" if by_run else "line:N", scale=scale, legend=legend)


def _lit(by_run: bool) -> Any:
    """Return the opacity of a mark: where another run is pointed at, it stands back."""
    if not by_run:
        return alt.value(1)
    return alt.condition(f"!{LIT}_run || datum.run === {LIT}_run", alt.value(1), alt.value(0.16))


def _bands(y_scale: alt.Scale, x: alt.X, colour: alt.Color) -> alt.Chart:
    """One standard deviation below and above the mean of some seeds."""
    layer: alt.Chart = (
        data("bands")
        .mark_area(opacity=0.16, clip=True, aria=False)
        .encode(x, alt.Y("low:Q", scale=y_scale), alt.Y2("high:Q"), colour, detail="run:N")
    )
    return layer


def _lines(lines: alt.Chart, by_run: bool) -> alt.Chart:
    """The curves; training is thin, and dotted where a colour stands for a run."""
    dotted = alt.Scale(domain=["validation", "train"], range=[[1, 0], [2, 3]])
    layer: alt.Chart = lines.mark_line(interpolate="linear", clip=True).encode(
        detail=["run:N", "line:N"],
        strokeDash=alt.StrokeDash("line:N", scale=dotted, legend=None)
        if by_run
        else alt.value([1, 0]),
        strokeWidth=alt.condition(_IS_TRAIN, alt.value(1.5), alt.value(2.5)),
        opacity=_lit(by_run),
    )
    return layer


def _raw(lines: alt.Chart, y_scale: alt.Scale) -> alt.Chart:
    """The training losses as they were measured, faint behind the smoothed line."""
    layer: alt.Chart = (
        lines.transform_filter(_IS_TRAIN)
        .mark_line(clip=True, opacity=0.22, strokeWidth=1)
        .encode(alt.Y("raw:Q", scale=y_scale), detail="run:N")
    )
    return layer


def _dots(lines: alt.Chart, shape: Shape) -> alt.Chart:
    """A dot and its values at the point nearest to the pointer; with a key held it zooms."""
    tooltip = [
        alt.Tooltip("run:N", title="Run"),
        alt.Tooltip("what:N", title="Measured on"),
        alt.Tooltip("raw:Q", title="nats/char", format=".3f"),
        alt.Tooltip("bits:Q", title="bits/char", format=".3f"),
        alt.Tooltip("step:Q", title="Step", format=",.0f"),
        alt.Tooltip("epoch:Q", title="Epoch", format=".1f"),
    ]
    if shape.x == "time":
        tooltip.append(alt.Tooltip("x:Q", title="Minutes", format=".1f"))
    if shape.x == "chars":
        tooltip.append(alt.Tooltip("x:Q", title="Characters read", format=",.0f"))
    hover = alt.selection_point(
        name="hover", nearest=True, on="pointerover", clear="pointerout", encodings=["x", "y"]
    )
    zoom = alt.selection_interval(name=ZOOM, bind="scales", zoom=_PINCH)
    params: list[alt.Parameter] = [hover, zoom]
    if shape.by_run:
        told = alt.BindDirect(element="body", event=POINTED_AT)
        params.append(
            alt.selection_point(
                name=LIT,
                fields=["run"],
                bind={"run": told},  # type: ignore[arg-type]  # Altair knows it, its hints do not
                nearest=True,
                on="pointerover",
                clear="pointerout",
            )
        )
    layer: alt.Chart = (
        lines.transform_calculate(
            bits=f"datum.raw * {math.log2(math.e):.6f}",
            what=f"{_IS_TRAIN} ? 'songs it learns from' : 'songs it has not seen'",
        )
        .mark_point(filled=True, size=70, clip=True, aria=False)
        .encode(
            opacity=alt.condition(hover, alt.value(1), alt.value(0), empty=False), tooltip=tooltip
        )
        .properties(name="dots")
        .add_params(*params)
    )
    return layer
