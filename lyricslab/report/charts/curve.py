"""A curve: the points of one run, or the mean of several that differ in the seed alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

from lyricslab.report.charts.loss_curves_spec import Axis
from lyricslab.store.rows import PointRow, RunRow


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
    train_chars: int | None = None
    """The characters of its training songs; None where they are not known."""
    spreads: Sequence[float | None] = ()
    """Of a mean: the standard deviation of the validation losses at each point."""

    def x_of(self, point: PointRow, x: Axis) -> float:
        """Return where a point is on the axis."""
        if x == "step":
            return point.step
        if x == "chars":
            return point.epoch * (self.train_chars or 0)
        return point.epoch if x == "epoch" else point.seconds / 60


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


def renamed(curve: Curve, name: str) -> Curve:
    """Return the curve under another name."""
    return replace(curve, name=name)


def mean_curve(curves: Sequence[Curve], name: str) -> Curve:
    """Return the mean of some runs' curves at the steps at which all of them were measured."""
    if len(curves) == 1:
        return renamed(curves[0], name)
    by_step = [{point.step: point for point in curve.points} for curve in curves]
    points: list[PointRow] = []
    spreads: list[float | None] = []
    for step in sorted(set.intersection(*(set(points) for points in by_step))):
        here = [points[step] for points in by_step]
        trains = [point.train_loss for point in here if point.train_loss is not None]
        vals = [point.val_loss for point in here if point.val_loss is not None]
        whole = len(vals) == len(here)
        points.append(
            PointRow(
                step,
                fmean(point.epoch for point in here),
                fmean(point.seconds for point in here),
                fmean(trains) if len(trains) == len(here) else None,
                fmean(vals) if whole else None,
            )
        )
        spreads.append(stdev(vals) if whole else None)
    planned = [curve.planned_steps for curve in curves if curve.planned_steps]
    return replace(
        curves[0],
        name=name,
        points=tuple(points),
        planned_steps=max(planned, default=None),
        spreads=tuple(spreads),
    )


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
