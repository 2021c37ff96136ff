"""Every way of training as a field: bases down, layers across, darker the nearer to the best."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import altair as alt
import pyarrow as pa

from lyricslab.report.charts.chart import Chart, Spec, data, fill, slot, template
from lyricslab.report.charts.palette import Palette
from lyricslab.report.content import BaseTable, Line, choices

ROW_PX = 84
FINEST = 0.002
"""Losses that differ by less hardly differ in shade, nats/char."""
Side = Literal["test", "val"]
"""The songs that the losses are of."""


class Field(NamedTuple):
    """A way of training, and its place on the heat map."""

    row: int
    column: int
    line: Line
    base: str
    """What the base is called."""
    behind: float | None
    """How far its loss is above the best of all, nats/char."""
    shade: float
    """1 at the best of all, 0 at the worst; see `shade`."""
    loss: str
    spread: str
    """The standard deviation over seeds, or empty."""


def fields(tables: Sequence[BaseTable], side: Side = "test") -> list[Field]:
    """Return the fields of the heat map, row by row; the page and the report draw these."""
    columns = {label: k for k, label in enumerate(choices(tables))}
    lines = [
        (row, table, line, line.figure(side))
        for row, table in enumerate(tables)
        for line in table.lines
        if line.kind != "baseline"
    ]
    figures = [figure for *_, figure in lines if figure is not None]
    best = min((figure.mean for figure in figures), default=0.0)
    worst = max((figure.mean for figure in figures), default=0.0)
    spreads = [figure.sd for figure in figures if figure.seeds > 1]
    step = max(FINEST, statistics.median(spreads) if spreads else 0.0)
    return [
        Field(
            row,
            columns[line.label],
            line,
            table.base_title,
            None if figure is None else figure.mean - best,
            0.0 if figure is None else shade(figure.mean - best, worst - best, step),
            "…" if figure is None else f"{figure.mean:.3f}",
            f"± {figure.sd:.3f}" if figure and figure.seeds > 1 else "",
        )
        for row, table, line, figure in lines
    ]


def shade(behind: float, most: float, step: float) -> float:
    """Return how dark a field is: 1 at the best, 0 at the worst, on a logarithmic scale.

    So that small differences near the best show beside large ones.

    Args:
        behind: how far its loss is above the best, nats/char.
        most: how far the worst is.
        step: what hardly makes a difference, such as the spread over seeds.
    """
    if most <= 0:
        return 1.0
    return 1 - math.log1p(behind / step) / math.log1p(max(most, 4 * step) / step)


def heatmap_chart(tables: Sequence[BaseTable], palette: Palette) -> Chart:
    """Return the heat map of the test losses, as a report has it."""
    rows = [
        {
            "base": field.base,
            "choice": field.line.label,
            "shade": field.shade,
            "loss": field.loss,
            "spread": field.spread,
            "best": field.line.best,
        }
        for field in fields(tables)
    ]
    return fill(
        _template(palette),
        {"fields": pa.Table.from_pylist(rows)},
        ROW_PX * len(tables),
        bases=[table.base_title for table in tables],
        choices=choices(tables),
    )


_TWO_LINES = "split(replace(replace(datum.label, ' and ', '|and '), 'the base ', 'the base|'), '|')"


@lru_cache
def _template(palette: Palette) -> Spec:
    still: dict[str, Any] = {"ticks": False, "domain": False, "grid": False, "title": None}
    padding = alt.Scale(paddingInner=0.06, paddingOuter=0)
    in_place = data("fields").encode(
        alt.X(
            "choice:N",
            sort=slot("choices"),
            scale=padding,
            axis=alt.Axis(
                orient="top",
                labelAngle=0,
                labelLimit=110,
                labelPadding=20,
                labelExpr=_TWO_LINES,
                **still,
            ),
        ),
        alt.Y(
            "base:N",
            sort=slot("bases"),
            scale=padding,
            axis=alt.Axis(labelFontWeight="bold", labelLimit=150, **still),
        ),
    )
    shades = alt.Scale(domain=[0, 1], range=[palette.empty, palette.colour("learns")])
    text_colour = alt.condition("datum.shade > 0.55", alt.value("#fff"), alt.value(palette.text))
    best = alt.condition("datum.best", alt.value(2.5), alt.value(0))
    return template(
        alt.layer(
            in_place.mark_rect(cornerRadius=6, stroke=palette.text).encode(
                alt.Color("shade:Q", scale=shades, legend=None), strokeWidth=best
            ),
            in_place.mark_text(fontSize=16, dy=-8).encode(text="loss:N", color=text_colour),
            in_place.mark_text(fontSize=13, dy=13).encode(text="spread:N", color=text_colour),
        )
    )
