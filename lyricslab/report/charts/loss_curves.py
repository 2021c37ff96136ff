"""Loss curves: one chart for the run that is training and for many that are compared.

While a run trains, its chart keeps its specification from tick to tick, so that the browser only
adds the new points and keeps the zoom.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lyricslab.report.charts import loss_curves_spec
from lyricslab.report.charts.chart import Chart, fill, table
from lyricslab.report.charts.curve import Curve, Reference
from lyricslab.report.charts.loss_axes import log_ticks, loss_limits, x_end
from lyricslab.report.charts.loss_curves_spec import Axis, Line, Shape
from lyricslab.report.charts.loss_rows import (
    Band,
    Best,
    Level,
    Row,
    band_rows,
    best_rows,
    level_rows,
    line_rows,
)
from lyricslab.report.charts.palette import ROLES, Palette

HEIGHT = 340


def loss_curves(
    runs: Sequence[Curve],
    *,
    palette: Palette,
    x: Axis = "step",
    log: Collection[str] = (),
    smoothing: float = 0.0,
    references: Sequence[Reference] = (),
    show: Collection[Line] = ("train", "validation"),
    focus: bool = False,
) -> Chart:
    """Return the curves of one run, or of several in a colour each.

    A run that is pointed at, in the chart or by an event `POINTED_AT`, stands out of several.

    Args:
        log: the axes with a logarithmic scale, of "x" and "y".
        smoothing: how much the training line is smoothed, 0 to 0.99. Validation is measured on
            all its songs at once and is never smoothed.
        show: which lines; with several runs training is drawn thin and dotted.
        focus: cuts off a steep first fall that would leave little room for the rest.
    """
    return _loss_curves(
        tuple(replace(run, points=tuple(run.points), spreads=tuple(run.spreads)) for run in runs),
        palette,
        x,
        frozenset(log),
        smoothing,
        tuple(references),
        frozenset(show),
        focus,
    )


@lru_cache(maxsize=64)  # for a tick without news, and for everybody else who watches
def _loss_curves(
    runs: tuple[Curve, ...],
    palette: Palette,
    x: Axis,
    log: frozenset[str],
    smoothing: float,
    references: tuple[Reference, ...],
    show: frozenset[Line],
    focus: bool,
) -> Chart:
    rows = line_rows(runs, x, smoothing, show)
    low, high = loss_limits(rows, references, focus and "y" not in log, "y" in log)
    end = x_end(runs, rows, x)
    unit, ticks = log_ticks(rows, end) if "x" in log else (None, [])
    smoothed = bool(smoothing) and any(row.line == "train" for row in rows)
    bands = band_rows(runs, x) if "validation" in show else []
    shape = Shape(len(runs) > 1, x, unit, "y" in log, smoothed, bool(bands), palette)
    best = best_rows(runs, rows, x, end) if "validation" in show else []
    return fill(
        loss_curves_spec.build(shape),
        {
            "lines": table(rows, Row),
            "references": table(level_rows(references, low, high, "y" in log, palette), Level),
            "best": table(best, Best),
            "bands": table(bands, Band),
        },
        HEIGHT,
        # A little room at both ends, so that no mark on the first or last step is cut in half.
        x_domain=[0, 1.03 * end] if unit else [-0.008 * end, 1.012 * end],
        x_ticks=ticks,
        y_domain=[low, high],
        **_colours(runs, rows, palette),
    )


# ---- the colours


def _colours(runs: Sequence[Curve], rows: Sequence[Row], palette: Palette) -> dict[str, list[Any]]:
    """Return the legend: one run has a colour a line; of several each has its own, always."""
    if len(runs) == 1:
        lines = ["train", "validation"]
        drawn: set[str] = {row.line for row in rows}
        shown = [line for line in lines if line in drawn] or lines
        return {"names": lines, "colours": [palette.colour(x) for x in lines], "shown": shown}
    names = [run.name for run in runs]
    colours = [
        run_colour if run.color is None else _as_hex(run.color, palette)
        for run, run_colour in zip(runs, palette.runs(len(runs)), strict=True)
    ]
    return {"names": names, "colours": colours, "shown": names}


def _as_hex(color: str, palette: Palette) -> str:
    return palette.colour(color) if color in ROLES else color
