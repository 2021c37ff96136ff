"""Loss curves: one chart for the run that is training and for many that are compared.

While a run trains its chart stays the same from tick to tick but for its tables, so that the
browser only takes the new points into the picture that stands.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

import pyarrow as pa

from lyricslab.store.rows import PointRow, RunRow
from lyricslab.ui.common import theme, vega
from lyricslab.ui.common.vega import Chart, Spec
from lyricslab.wording import epoch

Axis = Literal["step", "epoch", "time"]
Line = Literal["train", "validation"]

AXES: dict[str, str] = {
    "step": "Steps",
    "epoch": "Epochs: times each song was read",
    "time": "Minutes of training",
}
HEIGHT = 340
STEEP = 2.5
"""A first fall this many times the range of all that follows is left out of a focused chart."""
FEW_RUNS = 4
"""Up to so many runs have the value of their best point written beside it."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One run's points, at most 400 as `runs.points` gives them, and how to draw them."""

    run_id: str
    name: str
    points: Sequence[PointRow]
    color: str | None = None
    """A role of the theme or a colour; None where one run's two lines have their own roles."""
    planned_steps: int | None = None
    """Where a run that trains will end at the latest, so that the axis holds still."""

    def __hash__(self) -> int:
        # Of the last point, not of all: each tick looks up what was drawn before.
        return hash((self.run_id, self.name, self.color, len(self.points), *self.points[-1:]))


@dataclass(frozen=True, slots=True)
class Reference:
    """A level to compare with, drawn across the chart and labelled on it."""

    name: str
    value: float
    role: str = "base"


def curve_of(run: RunRow, points: Sequence[PointRow], color: str | None = None) -> Curve:
    """The curve of a run; the axis of one that trains reaches to its last step."""
    active = run.status in ("running", "stopping")
    # Where validation ends a run, its budget says nothing of how long it will be.
    planned = run.total_steps if active and not run.config.settings.patience_evals else None
    if active and planned is None:
        planned = 2 ** math.ceil(math.log2(max(run.step, 1) * 1.2))
    return Curve(run.id, run.name, points, color, planned)


def curves(
    runs: Sequence[Curve],
    *,
    x: Axis = "step",
    log: Collection[str] | bool = (),
    smoothing: float = 0.0,
    references: Sequence[Reference] = (),
    show: Collection[Line] = ("train", "validation"),
    focus: bool = False,
    dark: bool | None = None,
) -> Chart:
    """The curves of one run, or of several in a colour each, over steps, epochs or time.

    Args:
        log: the axes with a logarithmic scale, of "x" and "y"; True is both.
        smoothing: how much the training line is evened out, 0 to 0.99. Validation is measured on
            all its songs at once and is never smoothed.
        show: which lines; with several runs training is drawn thin and dotted.
        focus: leaves out the steep first fall, where it would press all else together.
        dark: the theme; None asks the browser.
    """
    return _curves(
        tuple(replace(run, points=tuple(run.points)) for run in runs),
        x,
        frozenset("xy" if log is True else log or ()),
        smoothing,
        tuple(references),
        frozenset(show),
        focus,
        theme.is_dark() if dark is None else dark,
    )


@lru_cache(maxsize=64)  # a tick without news, and everybody else who watches, gets what there is
def _curves(
    runs: tuple[Curve, ...],
    x: Axis,
    log: frozenset[str],
    smoothing: float,
    references: tuple[Reference, ...],
    show: frozenset[Line],
    focus: bool,
    dark: bool,
) -> Chart:
    rows = _rows(runs, x, smoothing, show)
    low, high = _loss_limits(rows, references, focus and "y" not in log, "y" in log)
    y_scale = {"type": "log" if "y" in log else "linear", "domain": [low, high], "nice": False}
    at_x = _along(runs, rows, x, "x" in log)
    at_y = vega.number("y", scale=y_scale, title="Loss, nats/char", axis={"tickCount": 6})
    place = {"x": at_x, "y": at_y, "color": _colour(runs, rows, dark)}
    levels, names = vega.references(y_scale, dark)
    layers = [levels, vega.lines(place, single=len(runs) == 1), *names]
    layers += [vega.dots(place, over_time=x == "time"), *vega.best(place, dark)]
    if smoothing and any(row.line == "train" for row in rows):
        layers.insert(0, vega.raw_lines(place | {"y": vega.number("raw", scale=y_scale)}))
    best = _best(runs, rows, x) if "validation" in show else []
    tables = {
        "lines": _table(rows, _Row),
        "references": _table(_levels(references, low, high, "y" in log, dark), _Level),
        "best": _table(best, _Best),
    }
    return Chart.of(layers, tables, HEIGHT, vega.pointer())


def renamed(curve: Curve, name: str) -> Curve:
    """The curve under another name."""
    return replace(curve, name=name)


def best_point(points: Sequence[PointRow]) -> PointRow | None:
    """The point with the lowest validation loss, the earliest of equals."""
    looked = [point for point in points if point.val_loss is not None]
    return min(looked, key=lambda point: (point.val_loss, point.step), default=None)


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """The moving average that forgets: each value counts `weight` less with each later one.

    Divided by the weights so far, so that the first values are not pulled towards zero.
    """
    evened, total, weights = [], 0.0, 0.0
    for value in values:
        total = weight * total + (1 - weight) * value
        weights = weight * weights + (1 - weight)
        evened.append(total / weights)
    return evened


# ---- the tables


class _Row(NamedTuple):
    """One point of one line."""

    run: str
    line: Line
    x: float
    y: float
    raw: float
    """The loss as it was measured, where `y` is evened out."""
    step: int
    epoch: float


class _Level(NamedTuple):
    """A reference, and where its name stands."""

    y: float
    text: str
    colour: str
    dy: int


class _Best(NamedTuple):
    """The best point of a run, and where its value stands."""

    run: str
    line: Line
    x: float
    y: float
    text: str
    align: str
    dy: int


def _table(rows: Sequence[NamedTuple], kind: type[NamedTuple]) -> pa.Table:
    """Rows as the browser takes them; short, since all of them go there each time."""
    columns = list(zip(*rows, strict=True)) or [()] * len(kind._fields)
    return pa.table(dict(zip(kind._fields, columns, strict=True)))


def _rows(runs: Sequence[Curve], x: Axis, smoothing: float, show: Collection[Line]) -> list[_Row]:
    """A row for each point of each line."""
    rows: list[_Row] = []
    lines: tuple[Line, ...] = ("train", "validation")
    for run in runs:
        for line in lines:
            if line not in show:
                continue
            seen = [
                (point, loss)
                for point in run.points
                if (loss := point.train_loss if line == "train" else point.val_loss) is not None
            ]
            losses = [loss for _, loss in seen]
            evened = smooth(losses, smoothing) if line == "train" and smoothing else losses
            rows += [
                _Row(run.name, line, _place(at, x), value, raw, at.step, at.epoch)
                for (at, raw), value in zip(seen, evened, strict=True)
            ]
    return rows


def _levels(
    references: Sequence[Reference], low: float, high: float, log: bool, dark: bool
) -> list[_Level]:
    """The references by height; of two that lie close the lower is named below its line."""
    levels = []
    ordered = sorted(references, key=lambda reference: reference.value)
    for k, (name, value, role) in enumerate((r.name, r.value, r.role) for r in ordered):
        above = ordered[k + 1].value if k + 1 < len(ordered) else math.inf
        near = (above - value) / (high - low) < 0.08 and not log
        text = f"{name} {value:.3f}"
        levels.append(_Level(value, text, theme.colour(role, dark), 10 if near else -8))
    return levels


def _best(runs: Sequence[Curve], rows: Sequence[_Row], x: Axis) -> list[_Best]:
    """The best point of each run on validation; with few runs its value beside it."""
    furthest = _furthest(runs, rows, x)
    losses = [row.y for row in rows]
    spread = max(losses, default=0.0) - min(losses, default=0.0) or 1.0
    found = [(run.name, best, best.val_loss) for run in runs if (best := best_point(run.points))]
    places = [(_place(best, x), val) for _, best, val in found if val is not None]
    marked: list[_Best] = []
    for (name, best, _), (at, val) in zip(found, places, strict=True):
        if len(runs) == 1:
            known = best.epoch > 0 or best.step == 0
            text = f"best {val:.3f}" + (f" at epoch {epoch(best.epoch)}" if known else "")
        else:
            text = f"{val:.3f}" if len(runs) <= FEW_RUNS else ""
        side = "left" if at < 0.15 * furthest else "right" if at > 0.85 * furthest else "center"
        # Of two that lie close the higher is named above its mark.
        close = any(
            abs(other_x - at) < 0.08 * furthest and 0 <= val - other_y < 0.12 * spread
            for k, (other_x, other_y) in enumerate(places)
            if k != len(marked)
        )
        marked.append(_Best(name, "validation", at, val, text, side, -13 if close else 17))
    return marked


def _place(point: PointRow, x: Axis) -> float:
    if x == "step":
        return point.step
    return point.epoch if x == "epoch" else point.seconds / 60


# ---- the axes


def _loss_limits(
    rows: Sequence[_Row], references: Sequence[Reference], focus: bool, log: bool
) -> tuple[float, float]:
    """The lowest and highest loss on the axis, with air above and below.

    Round numbers, so that the axis holds still while a curve grows.
    """
    levels = [reference.value for reference in references]
    values = [*(row.y for row in rows), *levels]
    if not values:
        return 0.5 if log else 0.0, 5.0
    low, high = max(min(values), 1e-3), max(values)
    if focus:
        calm = max([*_late(rows), *levels])
        high = calm if high - low > STEEP * (calm - low) > 0 else high
    if log:
        stretch = (high / low) ** 0.08
        return low / stretch**1.6, high * stretch
    air = max(0.08 * (high - low), 0.02)
    low, high = max(0.0, low - 1.8 * air), high + 0.8 * air
    unit = _round_unit((high - low) / 20)
    return round(math.floor(low / unit) * unit, 9), round(math.ceil(high / unit) * unit, 9)


def _late(rows: Sequence[_Row]) -> list[float]:
    """The highest loss of each line once a tenth of its way is behind it."""
    furthest: dict[tuple[str, str], float] = {}
    for row in rows:  # each line's rows are in order
        furthest[row.run, row.line] = row.x
    late: dict[tuple[str, str], float] = {}
    for row in rows:
        if row.x >= 0.1 * furthest[row.run, row.line]:
            late[row.run, row.line] = max(row.y, late.get((row.run, row.line), row.y))
    return list(late.values())


def _round_unit(size: float) -> float:
    """The largest of ... 0.1, 0.2, 0.5, 1, 2, 5 ... that is no more than this."""
    power = 10.0 ** math.floor(math.log10(size))
    return max(unit * power for unit in (1, 2, 5) if unit * power <= size)


def _along(runs: Sequence[Curve], rows: Sequence[_Row], x: Axis, log: bool) -> Spec:
    """The channel of the axis along which the curves run."""
    furthest = _furthest(runs, rows, x)
    if not log:
        # A little air at both ends, so that no mark on the first or last step is cut in half.
        scale: Spec = {"domain": [-0.008 * furthest, 1.012 * furthest], "nice": False}
        return vega.number("x", scale=scale, axis={"tickCount": 7, "grid": False}, title=AXES[x])
    # Step 0, the base before any learning, has no place on a true logarithmic axis.
    smallest = min((row.x for row in rows if row.x > 0), default=1.0)
    unit = 10.0 ** math.floor(math.log10(smallest))
    ticks = [0.0]
    while unit * 10 ** (len(ticks) - 1) <= furthest:
        ticks.append(unit * 10 ** (len(ticks) - 1))
    scale = {"type": "symlog", "constant": unit, "domain": [0, 1.03 * furthest], "nice": False}
    return vega.number("x", scale=scale, axis={"values": ticks, "grid": False}, title=AXES[x])


def _furthest(runs: Sequence[Curve], rows: Sequence[_Row], x: Axis) -> float:
    """Where the axis ends: at the last point, or where a run that trains will end."""
    ends = [_planned(run, x) for run in runs] + [row.x for row in rows]
    return max(ends, default=0.0) or 1.0


def _planned(run: Curve, x: Axis) -> float:
    """Where a run will end on the axis, at the pace so far."""
    last = run.points[-1] if run.points else None
    if run.planned_steps is None:
        return 0.0
    if x == "step":
        return float(run.planned_steps)
    if last is None or not last.step:
        return 0.0
    # Rounded, or the axis would move a little with each point.
    end = _place(last, x) * run.planned_steps / last.step
    unit = _round_unit(end / 20) if end > 0 else 1.0
    return round(math.ceil(round(end / unit, 6)) * unit, 9)


# ---- the colours


def _colour(runs: Sequence[Curve], rows: Sequence[_Row], dark: bool) -> Spec:
    """One run: a colour a line. Several: a colour a run, the same whatever else is shown."""
    if len(runs) == 1:
        names: list[str] = ["train", "validation"]
        colours = [theme.colour(name, dark) for name in names]
        spoken = (
            "datum.label == 'train' ? 'training: songs it learns from'"
            " : 'validation: songs it has not seen'"
        )
        field = "line"
        drawn: set[str] = {row.line for row in rows}
        shown = [name for name in names if name in drawn]
    else:
        names = shown = [run.name for run in runs]
        known = theme.palette(len(runs), dark)
        colours = [_hex(run.color, dark) or known[k] for k, run in enumerate(runs)]
        spoken = "datum.label"
        field = "run"
    legend = {
        "title": None,
        "values": shown or names,
        "orient": "top",
        "direction": "horizontal",
        "labelExpr": spoken,
        "labelLimit": 260,
        "symbolType": "stroke",
        "symbolStrokeWidth": 3,
        "symbolOpacity": 1,
        "columns": 3,
        "offset": 4,
    }
    return vega.word(field, scale={"domain": names, "range": colours}, legend=legend)


def _hex(color: str | None, dark: bool) -> str | None:
    return color if color is None or color.startswith("#") else theme.colour(color, dark)
