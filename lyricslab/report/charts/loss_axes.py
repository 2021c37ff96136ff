"""The axes of the chart of loss curves: where they end, and their ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lyricslab.report.charts.curve import Curve, Reference
from lyricslab.report.charts.loss_curves_spec import Axis
from lyricslab.report.charts.loss_rows import Row
from lyricslab.wording import round_numbers

STEEP = 2.5
"""In a focused chart a first fall of more than this many times the range of the rest is cut off."""


def loss_limits(
    rows: Sequence[Row], references: Sequence[Reference], focus: bool, log: bool
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


def _late_highs(rows: Sequence[Row]) -> list[float]:
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


def log_ticks(rows: Sequence[Row], end: float) -> tuple[float, list[float]]:
    """Return where a logarithmic axis becomes linear towards 0, and its ticks.

    Step 0, the base before any learning, has no place on a true logarithmic axis.
    """
    smallest = min((row.x for row in rows if row.x > 0), default=1.0)
    unit = 10.0 ** math.floor(math.log10(smallest))
    decades = max(0, math.floor(math.log10(end / unit) + 1e-9) + 1)
    return unit, [0.0, *(unit * 10**power for power in range(decades))]


def x_end(runs: Sequence[Curve], rows: Sequence[Row], x: Axis) -> float:
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
    end = run.x_of(last, x) * run.planned_steps / last.step
    unit = _round_unit(end / 20) if end > 0 else 1.0
    return round(math.ceil(round(end / unit, 6)) * unit, 9)
