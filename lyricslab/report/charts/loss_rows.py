"""The rows of the chart of loss curves: its lines, levels to compare with, and best points."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

from lyricslab.report.charts.curve import Curve, Reference, best_point, smooth
from lyricslab.report.charts.loss_curves_spec import Axis, Line
from lyricslab.report.charts.palette import Palette
from lyricslab.wording import epoch

FEW_RUNS = 4
"""Up to this many runs have the value of their best point written beside it."""


class Row(NamedTuple):
    """One point of one line."""

    run: str
    line: Line
    x: float
    y: float
    raw: float
    """The loss as it was measured, where `y` is smoothed."""
    step: int
    epoch: float


class Level(NamedTuple):
    """A reference, and where its name is written."""

    y: float
    text: str
    colour: str
    dy: int


class Best(NamedTuple):
    """The best point of a run, and where its value is written."""

    run: str
    line: Line
    x: float
    y: float
    text: str
    align: str
    dy: int


class Band(NamedTuple):
    """How far the seeds of a mean lie apart at one point."""

    run: str
    line: Line
    x: float
    low: float
    high: float


def line_rows(
    runs: Sequence[Curve], x: Axis, smoothing: float, show: Collection[Line]
) -> list[Row]:
    """Return a row for each point of each line."""
    rows: list[Row] = []
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
                Row(run.name, line, run.x_of(point, x), y, loss, point.step, point.epoch)
                for (point, loss), y in zip(measured, drawn, strict=True)
            ]
    return rows


def band_rows(runs: Sequence[Curve], x: Axis) -> list[Band]:
    """Return one standard deviation below and above each validation loss that is a mean."""
    return [
        Band(run.name, "validation", run.x_of(point, x), point.val_loss - sd, point.val_loss + sd)
        for run in runs
        for point, sd in zip(run.points, run.spreads, strict=False)
        if sd is not None and point.val_loss is not None
    ]


def level_rows(
    references: Sequence[Reference], low: float, high: float, log: bool, palette: Palette
) -> list[Level]:
    """Return the references by height; of two close ones the lower is named below its line."""
    levels = []
    ordered = sorted(references, key=lambda reference: reference.value)
    for k, (name, value, role) in enumerate((r.name, r.value, r.role) for r in ordered):
        above = ordered[k + 1].value if k + 1 < len(ordered) else math.inf
        near = (above - value) / (high - low) < 0.08 and not log
        text = f"{name} {value:.3f}"
        levels.append(Level(value, text, palette.colour(role), 10 if near else -8))
    return levels


def best_rows(runs: Sequence[Curve], rows: Sequence[Row], x: Axis, end: float) -> list[Best]:
    """Return the best point of each run on validation; with few runs its value beside it."""
    losses = [row.y for row in rows]
    spread = max(losses, default=0.0) - min(losses, default=0.0) or 1.0
    best_points = [(run, p, p.val_loss) for run in runs if (p := best_point(run.points))]
    places = [(run.x_of(point, x), val) for run, point, val in best_points if val is not None]
    best: list[Best] = []
    for (run, point, _), (at, val) in zip(best_points, places, strict=True):
        if len(runs) == 1:
            has_epoch = point.epoch > 0 or point.step == 0
            text = f"best {val:.3f}" + (f" at epoch {epoch(point.epoch)}" if has_epoch else "")
        else:
            text = f"{val:.3f}" if len(runs) <= FEW_RUNS else ""
        align = "left" if at < 0.15 * end else "right" if at > 0.85 * end else "center"
        # Of two close ones the higher is labelled above its mark.
        close = any(
            abs(other_x - at) < 0.08 * end and 0 <= val - other_y < 0.16 * spread
            for k, (other_x, other_y) in enumerate(places)
            if k != len(best)
        )
        best.append(Best(run.name, "validation", at, val, text, align, -13 if close else 17))
    return best
