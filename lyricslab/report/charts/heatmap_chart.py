"""Every way of training as a field: bases down, layers across, darker the lower the loss."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import altair as alt
import pyarrow as pa

from lyricslab.report.charts.chart import Chart, Spec, data, fill, slot, template
from lyricslab.report.charts.palette import Palette
from lyricslab.report.content import BaseTable, Line, choice_of, choices, column_label

ROW_PX = 84
Side = Literal["test", "val"]
"""The songs that the losses are of."""


class Field(NamedTuple):
    """A way of training, and its place on the heat map."""

    row: int
    column: int
    line: Line
    base: str
    choice: str
    ratio: float | None
    """The loss over that of the best baseline on the same songs."""
    shade: float
    """0 at the baseline and above, 1 at the best of all."""
    loss: str
    spread: str
    """The standard deviation over seeds, or empty."""


def fields(tables: Sequence[BaseTable], side: Side = "test") -> list[Field]:
    """Return the fields of the heat map, row by row; the page and the report draw these."""
    columns = {choice_of(line): k for k, line in enumerate(choices(tables))}
    lines = [
        (row, table, line, _ratio(line, tables, side))
        for row, table in enumerate(tables)
        for line in table.lines
        if line.kind != "baseline"
    ]
    best = min((ratio for *_, ratio in lines if ratio is not None), default=1.0)
    return [
        Field(
            row,
            columns[choice_of(line)],
            line,
            table.base_title,
            column_label(line),
            ratio,
            shade(ratio, best),
            *_figures(line, side),
        )
        for row, table, line, ratio in lines
    ]


def shade(ratio: float | None, best: float) -> float:
    """Return how dark a field is, 0 at the baseline and above to 1 at the best ratio."""
    if ratio is None or best >= 1:
        return 0.0
    return max(0.0, min(1.0, (1 - ratio) / (1 - best)))


def heatmap_chart(tables: Sequence[BaseTable], palette: Palette) -> Chart:
    """Return the heat map of the test losses, as a report has it."""
    rows = [
        {
            "base": field.base,
            "choice": field.choice,
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
        choices=[column_label(line) for line in choices(tables)],
    )


def _ratio(line: Line, tables: Sequence[BaseTable], side: Side) -> float | None:
    figure = line.figure(side)
    baselines = [
        baseline.mean
        for other in tables[0].lines
        if other.kind == "baseline" and (baseline := other.figure(side))
    ]
    return figure.mean / min(baselines) if figure and baselines else None


def _figures(line: Line, side: Side) -> tuple[str, str]:
    figure = line.figure(side)
    if figure is None:
        return "…", ""
    return f"{figure.mean:.3f}", f"± {figure.sd:.3f}" if figure.seeds > 1 else ""


@lru_cache
def _template(palette: Palette) -> Spec:
    still: dict[str, Any] = {"ticks": False, "domain": False, "grid": False, "title": None}
    padding = alt.Scale(paddingInner=0.06, paddingOuter=0)
    in_place = data("fields").encode(
        alt.X(
            "choice:N",
            sort=slot("choices"),
            scale=padding,
            axis=alt.Axis(orient="top", labelAngle=0, **still),
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
