"""What retraining parts of a network is worth: test loss against numbers that learn (Sec. 5)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from lyricslab.experiments.search_results import SearchResult, front
from lyricslab.report.findings_text import METHODS
from lyricslab.ui.common import theme, vega
from lyricslab.ui.common.vega import Chart, Spec
from lyricslab.wording import plain

HEIGHT = 380
SHAPES = ("cross", "circle", "square", "diamond", "triangle-up", "triangle-down")
NEAR = 0.5
"""The base is drawn if it is no more above the dots than this part of what they span."""
LABEL_ROOM = 1.35
"""Beyond the outermost dots, as a factor of the numbers that learn."""


def chart(rows: Sequence[SearchResult], dark: bool | None = None) -> Chart:
    """A dot for each choice: across the numbers that learn, up the test loss, a bar its spread.

    The line joins the choices that nothing beats on validation. The base as it is is a level
    across, where it is not so far above that it would press all else together.

    Args:
        dark: the theme; None asks the browser.
    """
    shown_dark = theme.is_dark() if dark is None else dark
    dots = [row for row in rows if row.trained_parameters]
    unbeaten = front(rows)
    counts = [row.trained_parameters for row in dots] or [1, 10]
    edges = [min(counts) / LABEL_ROOM, max(counts) * LABEL_ROOM]
    at_x = vega.number(
        "numbers",
        scale={"type": "log", "domain": edges, "nice": False},
        title="Numbers that learn, the head's among them",
        axis={"format": "~s", "grid": False, "tickCount": 6},
    )
    low, high = _limits(rows)
    y_scale: Spec = {"domain": [low, high], "nice": False}
    at_y = vega.number("test", scale=y_scale, title="Test loss, nats/char", axis={"tickCount": 6})
    methods = [method for method in METHODS if any(row.method == method for row in dots)]
    domain = [METHODS[method] for method in methods]
    every = list(METHODS)
    colours = theme.palette(len(every), shown_dark)
    legend = {"title": None, "orient": "top", "columns": 3, "symbolOpacity": 1, "labelLimit": 240}
    colour = vega.word(
        "method",
        scale={"domain": domain, "range": [colours[every.index(method)] for method in methods]},
        legend=legend,
    )
    shape = vega.word(
        "method",
        scale={"domain": domain, "range": [SHAPES[every.index(method)] for method in methods]},
        legend=legend,
    )
    tooltip = [
        vega.word("name", title="What learns"),
        vega.word("method", title="Chosen as"),
        vega.number("numbers", title="Numbers that learn", format=","),
        vega.number("val", title="Validation, mean", format=".4f"),
        vega.number("test", title="Test, mean", format=".4f"),
        vega.number("sd", title="Test, spread over seeds", format=".4f"),
        vega.number("seeds", title="Seeds"),
    ]
    levels, names = vega.references(y_scale, shown_dark)
    grey = theme.colour("baseline", shown_dark)
    place = {"x": at_x, "y": at_y}
    layers: list[Spec] = [
        levels,
        {
            "data": {"name": "front"},
            "mark": {"type": "line", "color": grey, "strokeWidth": 1.5, "strokeDash": [2, 3]},
            "encoding": place,
        },
        {
            "data": {"name": "choices"},
            "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.6},
            "encoding": {
                "x": at_x,
                "y": vega.number("low", scale=y_scale),
                "y2": {"field": "high"},
                "color": colour,
            },
        },
        {
            "data": {"name": "choices"},
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 0.95},
            "encoding": place | {"color": colour, "shape": shape, "tooltip": tooltip},
        },
        *names,
    ]
    tables = {
        "choices": _choices(dots),
        "front": pa.table(
            {
                "numbers": pa.array([row.trained_parameters for row in unbeaten], pa.int64()),
                "test": pa.array([row.test_mean for row in unbeaten], pa.float64()),
            }
        ),
        "references": _levels(rows, high, shown_dark),
    }
    return Chart.of(layers, tables, HEIGHT)


def _choices(rows: Sequence[SearchResult]) -> pa.Table:
    return pa.table(
        {
            "name": pa.array([row.name for row in rows], pa.string()),
            "method": pa.array([METHODS[row.method] for row in rows], pa.string()),
            "numbers": pa.array([row.trained_parameters for row in rows], pa.int64()),
            "val": pa.array([row.val_mean for row in rows], pa.float64()),
            "test": pa.array([row.test_mean for row in rows], pa.float64()),
            "sd": pa.array([row.test_sd for row in rows], pa.float64()),
            "low": pa.array([row.test_mean - row.test_sd for row in rows], pa.float64()),
            "high": pa.array([row.test_mean + row.test_sd for row in rows], pa.float64()),
            "seeds": pa.array([len(row.runs) for row in rows], pa.int64()),
        }
    )


def _limits(rows: Sequence[SearchResult]) -> tuple[float, float]:
    """The lowest and highest loss drawn: every dot with its bar, and the base if it is near."""
    dots = [row for row in rows if row.trained_parameters]
    lows = [row.test_mean - row.test_sd for row in dots] or [0.0]
    highs = [row.test_mean + row.test_sd for row in dots] or [1.0]
    low, high = min(lows), max(highs)
    room = max(high - low, 0.01)
    near = [row.test_mean for row in rows if row.test_mean <= high + NEAR * room]
    return low - 0.08 * room, max([high, *near]) + 0.12 * room


def _levels(rows: Sequence[SearchResult], high: float, dark: bool) -> pa.Table:
    """The base as it is, as `vega.references` draws it, if it is no higher than that."""
    base = [row for row in rows if not row.trained_parameters and row.test_mean < high]
    return pa.table(
        {
            "y": pa.array([row.test_mean for row in base], pa.float64()),
            "text": pa.array([f"base as it is {plain(r.test_mean)}" for r in base]),
            "colour": pa.array([theme.colour("base", dark)] * len(base), pa.string()),
            "dy": pa.array([-7] * len(base), pa.int64()),
        }
    )
