"""What to expect of fine-tuning on an amount of text, from our own runs on similar amounts.

Free of torch, so that the app can show it before anything is trained. The runs ship in
assets/expectation; `python -m research.expectation_runs` does them afresh.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.model import presets

RUNS = Path(__file__).resolve().parents[2] / "assets" / "expectation" / "runs.json"
KINDS = ("today", "old")
"""Modern songs, such as this project's songbooks, and old songs and ballads, which the base of
songs has read many of."""
MODEL = ModelConfig()
ALIKE = 1.7
"""Two amounts of text are similar if neither is more than this many times the other."""
RANGE_SHARE = 0.8
"""The share of the runs on similar amounts that a range covers; the outer ones are left out."""


@dataclass(frozen=True, slots=True)
class Range:
    """The range of most of the runs."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """How our runs on one kind of songs went."""

    runs: int
    settled_epoch: Range
    """When validation had almost stopped falling: the first evaluation after which less than 5 %
    of the total fall was to come."""
    below: Range
    """How far validation fell below the base, as a share of its loss."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A planned run, and how our own runs on similar amounts of text went."""

    epochs: float
    """Passes over the songs that the preset plans."""
    outcomes: dict[str, FinishedRun]
    """For each of KINDS with runs on similar amounts of text."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One of our own runs."""

    kind: str
    """One of KINDS."""
    base: str
    train_chars: int
    epochs: float
    settled_epoch: float
    below: float


def expect(train_chars: int, base: str = "songs") -> Expectation:
    """Return what to expect with the preset Studio.

    Args:
        train_chars: characters to learn from.
        base: one of the bases that ship, "songs" or "books".
    """
    near = [run for run in measured() if run.base == base and _alike(run, train_chars)]
    outcomes = {}
    for kind in KINDS:
        runs = [run for run in near if run.kind == kind]
        if runs:
            settled = _most([run.settled_epoch for run in runs])
            outcomes[kind] = FinishedRun(len(runs), settled, _most([run.below for run in runs]))
    plan = _plan(train_chars)
    return Expectation(
        epochs=plan.max_steps * plan.batch_size * plan.window_chars / max(1, train_chars),
        outcomes=outcomes,
    )


def _plan(train_chars: int) -> TrainConfig:
    """Return the settings of the runs: the preset Studio, layers 0 and 2 of a shipped base."""
    return presets.resolve(
        "studio",
        train_chars=train_chars,
        val_chars=train_chars // 8,
        model=MODEL,
        base_is_lyrics=True,
    )


def reach() -> tuple[int, int]:
    """Return the fewest and the most training characters of our runs."""
    sizes = [run.train_chars for run in measured()]
    return min(sizes), max(sizes)


@cache
def measured() -> tuple[Measured, ...]:
    """Return our own runs."""
    return tuple(Measured(*row) for row in json.loads(RUNS.read_text("utf-8"))["runs"])


def _alike(run: Measured, train_chars: int) -> bool:
    return abs(math.log(run.train_chars / max(1, train_chars))) <= math.log(ALIKE)


def _most(values: Sequence[float]) -> Range:
    """Return the range of the middle values: of ten, the lowest and the highest are left out."""
    ordered = sorted(values)
    outer = math.floor(len(ordered) * (1 - RANGE_SHARE) / 2)
    return Range(ordered[outer], ordered[-1 - outer])
