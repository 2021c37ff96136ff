"""Loss curves: one chart for the run that is training and for many that are compared.

While a run trains, its chart keeps its specification from tick to tick, so that the browser only
adds the new points and keeps the zoom.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from lyricslab.report.charts import loss_curves_spec
from lyricslab.report.charts.chart import Chart, fill, table
from lyricslab.report.charts.loss_curves_spec import Axis, Line, Shape
from lyricslab.report.charts.palette import ROLES, Palette
from lyricslab.store.rows import PointRow, RunRow
from lyricslab.wording import epoch, round_numbers

HEIGHT = 340
STEEP = 2.5
"""In a focused chart a first fall of more than this many times the range of the rest is cut off."""
FEW_RUNS = 4
"""Up to this many runs have the value of their best point written beside it."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One run's points, at most 400 as `runs.points` gives them, and how to draw them."""

    run_id: str
    name: str
    points: Sequence[PointRow]
    color: str | None = None
    """A role of the palette or a colour; None where one run's two lines have their own roles."""
    planned_steps: int | None = None
    """The last step that a training run can reach, so that the axis holds still."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A level to compare with, drawn across the chart and labelled on it."""

    name: str
    value: float
    role: str = "base"


def curve_of(run: RunRow, points: Sequence[PointRow], color: str | None = None) -> Curve:
    """Return the curve of a run; while it trains, the axis reaches to its last step."""
    active = run.status in ("running", "stopping")
    # Where validation ends a run, its budget does not say how long it will be.
    planned = run.total_steps if active and not run.config.settings.patience_evals else None
    if active and planned is None:
        planned = 2 ** math.ceil(math.log2(max(run.step, 1) * 1.2))
    return Curve(run.id, run.name, points, color, planned)


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
    """Return the curves of one run, or of several in a colour each, over steps, epochs or time.

    Args:
        log: the axes with a logarithmic scale, of "x" and "y".
        smoothing: how much the training line is smoothed, 0 to 0.99. Validation is measured on
            all its songs at once and is never smoothed.
        show: which lines; with several runs training is drawn thin and dotted.
        focus: cuts off a steep first fall that would leave little room for the rest.
    """
    return _loss_curves(
        tuple(replace(run, points=tuple(run.points)) for run in runs),
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
    rows = _rows(runs, x, smoothing, show)
    low, high = _loss_limits(rows, references, focus and "y" not in log, "y" in log)
    end = _x_end(runs, rows, x)
    unit, ticks = _log_ticks(rows, end) if "x" in log else (None, [])
    smoothed = bool(smoothing) and any(row.line == "train" for row in rows)
    shape = Shape(len(runs) > 1, x, unit, "y" in log, smoothed, palette)
    best = _best_rows(runs, rows, x, end) if "validation" in show else []
    return fill(
        loss_curves_spec.build(shape),
        {
            "lines": table(rows, _Row),
            "references": table(_levels(references, low, high, "y" in log, palette), _Level),
            "best": table(best, _Best),
        },
        HEIGHT,
        # A little room at both ends, so that no mark on the first or last step is cut in half.
        x_domain=[0, 1.03 * end] if unit else [-0.008 * end, 1.012 * end],
        x_ticks=ticks,
        y_domain=[low, high],
        **_colours(runs, rows, palette),
    )


def renamed(curve: Curve, name: str) -> Curve:
    """Return the curve under another name."""
    return replace(curve, name=name)


def best_point(points: Sequence[PointRow]) -> PointRow | None:
    """Return the point with the lowest validation loss, the earliest of equals."""
    evaluated = [point for point in points if point.val_loss is not None]
    return min(evaluated, key=lambda point: (point.val_loss, point.step), default=None)


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """Return the exponential moving average of values, without a bias towards zero at the start."""
    smoothed, total, weights = [], 0.0, 0.0
    for value in values:
        total = weight * total + (1 - weight) * value
        weights = weight * weights + (1 - weight)
        smoothed.append(total / weights)
    return smoothed


# ---- the tables


class _Row(NamedTuple):
    """One point of one line."""

    run: str
    line: Line
    x: float
    y: float
    raw: float
    """The loss as it was measured, where `y` is smoothed."""
    step: int
    epoch: float


class _Level(NamedTuple):
    """A reference, and where its name is written."""

    y: float
    text: str
    colour: str
    dy: int


class _Best(NamedTuple):
    """The best point of a run, and where its value is written."""

    run: str
    line: Line
    x: float
    y: float
    text: str
    align: str
    dy: int


def _rows(runs: Sequence[Curve], x: Axis, smoothing: float, show: Collection[Line]) -> list[_Row]:
    """Return a row for each point of each line."""
    rows: list[_Row] = []
    lines: tuple[Line, ...] = ("train", "validation")
    for run in runs:
        for line in (line for line in lines if line in show):
            measured = [
                (point, loss)
                for point in run.points
                if (loss := point.train_loss if line == "train" else point.val_loss) is not None
            ]
            losses = [loss for _, loss in measured]
            drawn = smooth(losses, smoothing) if line == "train" and smoothing else losses
            rows += [
                _Row(run.name, line, _x_of(point, x), y, loss, point.step, point.epoch)
                for (point, loss), y in zip(measured, drawn, strict=True)
            ]
    return rows


def _levels(
    references: Sequence[Reference], low: float, high: float, log: bool, palette: Palette
) -> list[_Level]:
    """Return the references by height; of two close ones the lower is named below its line."""
    levels = []
    ordered = sorted(references, key=lambda reference: reference.value)
    for k, (name, value, role) in enumerate((r.name, r.value, r.role) for r in ordered):
        above = ordered[k + 1].value if k + 1 < len(ordered) else math.inf
        near = (above - value) / (high - low) < 0.08 and not log
        text = f"{name} {value:.3f}"
        levels.append(_Level(value, text, palette.colour(role), 10 if near else -8))
    return levels


def _best_rows(runs: Sequence[Curve], rows: Sequence[_Row], x: Axis, end: float) -> list[_Best]:
    """Return the best point of each run on validation; with few runs its value beside it."""
    losses = [row.y for row in rows]
    spread = max(losses, default=0.0) - min(losses, default=0.0) or 1.0
    best_points = [(run.name, p, p.val_loss) for run in runs if (p := best_point(run.points))]
    places = [(_x_of(point, x), val) for _, point, val in best_points if val is not None]
    best: list[_Best] = []
    for (name, point, _), (at, val) in zip(best_points, places, strict=True):
        if len(runs) == 1:
            has_epoch = point.epoch > 0 or point.step == 0
            text = f"best {val:.3f}" + (f" at epoch {epoch(point.epoch)}" if has_epoch else "")
        else:
            text = f"{val:.3f}" if len(runs) <= FEW_RUNS else ""
        align = "left" if at < 0.15 * end else "right" if at > 0.85 * end else "center"
        # Of two close ones the higher is labelled above its mark.
        close = any(
            abs(other_x - at) < 0.08 * end and 0 <= val - other_y < 0.12 * spread
            for k, (other_x, other_y) in enumerate(places)
            if k != len(best)
        )
        best.append(_Best(name, "validation", at, val, text, align, -13 if close else 17))
    return best


def _x_of(point: PointRow, x: Axis) -> float:
    if x == "step":
        return point.step
    return point.epoch if x == "epoch" else point.seconds / 60


# ---- the axes


def _loss_limits(
    rows: Sequence[_Row], references: Sequence[Reference], focus: bool, log: bool
) -> tuple[float, float]:
    """Return the lowest and highest loss on the axis, with some room above and below.

    They are round numbers, so that the axis holds still while a curve grows.
    """
    levels = [reference.value for reference in references]
    values = [*(row.y for row in rows), *levels]
    if not values:
        return 0.5 if log else 0.0, 5.0
    low, high = max(min(values), 1e-3), max(values)
    if focus:
        calm = max([*_late_highs(rows), *levels])
        high = calm if high - low > STEEP * (calm - low) > 0 else high
    if log:
        stretch = (high / low) ** 0.08
        return low / stretch**1.6, high * stretch
    room = max(0.08 * (high - low), 0.02)
    low, high = max(0.0, low - 1.8 * room), high + 0.8 * room
    unit = _round_unit((high - low) / 20)
    return round(math.floor(low / unit) * unit, 9), round(math.ceil(high / unit) * unit, 9)


def _late_highs(rows: Sequence[_Row]) -> list[float]:
    """Return the highest loss of each line after its first tenth."""
    last_x: dict[tuple[str, str], float] = {}
    for row in rows:  # each line's rows are in order
        last_x[row.run, row.line] = row.x
    highs: dict[tuple[str, str], float] = {}
    for row in rows:
        if row.x >= 0.1 * last_x[row.run, row.line]:
            highs[row.run, row.line] = max(row.y, highs.get((row.run, row.line), row.y))
    return list(highs.values())


def _round_unit(size: float) -> float:
    """Return the largest of ... 0.1, 0.2, 0.5, 1, 2, 5 ... that is no more than this."""
    return round_numbers(size / 10, size)[-1]


def _log_ticks(rows: Sequence[_Row], end: float) -> tuple[float, list[float]]:
    """Return where a logarithmic axis becomes linear towards 0, and its ticks.

    Step 0, the base before any learning, has no place on a true logarithmic axis.
    """
    smallest = min((row.x for row in rows if row.x > 0), default=1.0)
    unit = 10.0 ** math.floor(math.log10(smallest))
    decades = max(0, math.floor(math.log10(end / unit) + 1e-9) + 1)
    return unit, [0.0, *(unit * 10**power for power in range(decades))]


def _x_end(runs: Sequence[Curve], rows: Sequence[_Row], x: Axis) -> float:
    """Return where the axis ends: at the last point, or where a training run will end."""
    return max([*(_planned_end(run, x) for run in runs), *(row.x for row in rows)], default=0) or 1


def _planned_end(run: Curve, x: Axis) -> float:
    """Return where a run will end on the axis, at its pace so far."""
    last = run.points[-1] if run.points else None
    if run.planned_steps is None:
        return 0.0
    if x == "step":
        return float(run.planned_steps)
    if last is None or not last.step:
        return 0.0
    # Rounded, or the axis would move a little with each point.
    end = _x_of(last, x) * run.planned_steps / last.step
    unit = _round_unit(end / 20) if end > 0 else 1.0
    return round(math.ceil(round(end / unit, 6)) * unit, 9)


# ---- the colours


def _colours(runs: Sequence[Curve], rows: Sequence[_Row], palette: Palette) -> dict[str, list[Any]]:
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
