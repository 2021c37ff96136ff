"""What retraining parts of a network is worth: test loss against trained parameters (Sec. 5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import altair as alt

from lyricslab.experiments.search_results import SearchResult, front
from lyricslab.report.charts.chart import Chart, Spec, data, fill, references, slot, table, template
from lyricslab.report.charts.palette import Palette
from lyricslab.report.charts.svg import PLOT_WIDTH
from lyricslab.report.findings_text import METHODS
from lyricslab.wording import plain

HEIGHT = 380
SHAPES = ("cross", "circle", "square", "diamond", "triangle-up", "triangle-down")
"""The mark of each of METHODS: not everybody, and not every printer, can tell the colours."""
NEAR = 0.5
"""The base is drawn if it is no further above the dots than this part of their range."""
LABEL_ROOM = 1.35
"""How far the axis reaches beyond the outermost dots, as a factor of the trained parameters."""
LETTER_PX = 6.6
Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""


class _Choice(NamedTuple):
    """One choice of what learns."""

    name: str
    method: str
    numbers: int
    seeds: int
    val: float
    test: float
    sd: float
    low: float
    high: float


class _Level(NamedTuple):
    """The base without training, as `chart.references` draws it."""

    y: float
    text: str
    colour: str
    dy: int


class _Label(NamedTuple):
    """The name of a choice, and where it is written beside its dot."""

    numbers: int
    test: float
    text: str
    align: str
    dx: int
    dy: int


_PLACES = (("left", 10, -6), ("left", 10, 12), ("right", -10, -6), ("right", -10, 12))
"""Where a name may be written, best first: `align`, `dx` and `dy`."""


def pareto_chart(results: Sequence[SearchResult], palette: Palette, named: bool = False) -> Chart:
    """Return a dot for each choice, with its spread over seeds.

    A line joins the choices that no other beats on validation with as few parameters. The base
    without training is a level across, unless it is so far above that the dots had no room.

    Args:
        named: writes the names of those choices beside their dots, where there is room for them
            in a report; on a page one points at a dot.
    """
    dots = [result for result in results if result.trained_parameters]
    unbeaten = front(results)
    counts = [result.trained_parameters for result in dots] or [1, 10]
    few, many = min(counts) / LABEL_ROOM, max(counts) * LABEL_ROOM
    low, high = _limits(results)
    methods = [method for method in METHODS if any(dot.method == method for dot in dots)]
    places = [list(METHODS).index(method) for method in methods]
    colours = palette.runs(len(METHODS))

    def pixel(dot: SearchResult) -> tuple[float, float]:
        across = math.log(dot.trained_parameters / few) / math.log(many / few)
        return PLOT_WIDTH * across, HEIGHT * (high - dot.test_mean) / (high - low)

    levels = [
        _Level(base.test_mean, f"base as it is {plain(base.test_mean)}", palette.colour("base"), -7)
        for base in results
        if not base.trained_parameters and base.test_mean < high
    ]
    labels = _labels(unbeaten, {dot: pixel(dot) for dot in dots}) if named else []
    return fill(
        _template(palette),
        {
            "choices": table([_choice(dot) for dot in dots], _Choice),
            "front": table([_choice(result) for result in unbeaten], _Choice),
            "references": table(levels, _Level),
            "labels": table(labels, _Label),
        },
        HEIGHT,
        x_domain=[few, many],
        y_domain=[low, high],
        methods=[METHODS[method] for method in methods],
        colours=[colours[place] for place in places],
        shapes=[SHAPES[place] for place in places],
    )


def _choice(result: SearchResult) -> _Choice:
    mean, sd = result.test_mean, result.test_sd
    counts = result.trained_parameters, len(result.runs)
    name, method = result.name, METHODS[result.method]
    return _Choice(name, method, *counts, result.val_mean, mean, sd, mean - sd, mean + sd)


def _limits(results: Sequence[SearchResult]) -> tuple[float, float]:
    """Return the lowest and highest loss drawn: every dot with its bar, and the base if near."""
    dots = [result for result in results if result.trained_parameters]
    low = min((dot.test_mean - dot.test_sd for dot in dots), default=0.0)
    high = max((dot.test_mean + dot.test_sd for dot in dots), default=1.0)
    span = max(high - low, 0.01)
    near = [result.test_mean for result in results if result.test_mean <= high + NEAR * span]
    return low - 0.08 * span, max([high, *near]) + 0.12 * span


def _labels(
    unbeaten: Sequence[SearchResult], pixels: dict[SearchResult, tuple[float, float]]
) -> list[_Label]:
    """Return a name for each dot that has room for one which covers no dot and no other name."""
    taken: list[Box] = [(x - 7, y - 7, x + 7, y + 7) for x, y in pixels.values()]
    labels = []
    for result in unbeaten:
        x, y = pixels[result]
        for align, dx, dy in _PLACES:
            width = LETTER_PX * len(result.name)
            left = x + dx if align == "left" else x + dx - width
            box = (left, y + dy - 8, left + width, y + dy + 8)
            if left >= 0 and box[2] <= PLOT_WIDTH and not _covers(box, taken):
                taken.append(box)
                at = result.trained_parameters, result.test_mean
                labels.append(_Label(*at, result.name, align, dx, dy))
                break
    return labels


def _covers(box: Box, others: Sequence[Box]) -> bool:
    """Return whether a box overlaps any of the others."""
    left, top, right, bottom = box
    return any(left < o[2] and o[0] < right and top < o[3] and o[1] < bottom for o in others)


@lru_cache
def _template(palette: Palette) -> Spec:
    x = alt.X(
        "numbers:Q",
        scale=alt.Scale(type="log", domain=slot("x_domain"), nice=False),
        title="Trained parameters, the head's among them",
        axis=alt.Axis(format="~s", grid=False, tickCount=6),
    )
    y_scale = alt.Scale(domain=slot("y_domain"), nice=False)
    y = alt.Y("test:Q", scale=y_scale, title="Test loss, nats/char", axis=alt.Axis(tickCount=6))
    legend = alt.Legend(title=None, orient="top", columns=3, symbolOpacity=1, labelLimit=240)
    colour = alt.Color(
        "method:N",
        scale=alt.Scale(domain=slot("methods"), range=slot("colours")),
        legend=legend,
    )
    shape = alt.Shape(
        "method:N", scale=alt.Scale(domain=slot("methods"), range=slot("shapes")), legend=legend
    )
    tooltip = [
        alt.Tooltip("name:N", title="What learns"),
        alt.Tooltip("method:N", title="Chosen as"),
        alt.Tooltip("numbers:Q", title="Trained parameters", format=","),
        alt.Tooltip("val:Q", title="Validation, mean", format=".4f"),
        alt.Tooltip("test:Q", title="Test, mean", format=".4f"),
        alt.Tooltip("sd:Q", title="Test, spread over seeds", format=".4f"),
        alt.Tooltip("seeds:Q", title="Seeds"),
    ]
    rules, names = references(y_scale, palette)
    choices = data("choices").encode(x, colour)
    layers = [
        rules,
        data("front")
        .mark_line(color=palette.colour("baseline"), strokeWidth=1.5, strokeDash=[2, 3])
        .encode(x, y),
        choices.mark_rule(strokeWidth=1.5, opacity=0.6).encode(
            alt.Y("low:Q", scale=y_scale), y2="high:Q"
        ),
        choices.mark_point(filled=True, size=80, opacity=0.95).encode(y, shape, tooltip=tooltip),
        *names,
        data("labels")
        .mark_text(
            fontSize=12,
            color=palette.text,
            align=alt.ExprRef("datum.align"),
            dx=alt.ExprRef("datum.dx"),
            dy=alt.ExprRef("datum.dy"),
        )
        .encode(x, y, text="text:N"),
    ]
    return template(alt.layer(*layers))
