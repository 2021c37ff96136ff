"""What to expect of fine-tuning so much text, from runs of our own on about as much.

Free of torch, so that the app can say it before anything is trained. The runs ship in
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
from lyricslab.model import cost, presets
from lyricslab.model.trainable import Trainable

RUNS = Path(__file__).resolve().parents[2] / "assets" / "expectation" / "runs.json"
KINDS = ("today", "old")
"""Songs of today, as this project's songbooks, and old songs and ballads, of which the base of
songs has read many."""
MODEL = ModelConfig()
LAYERS = Trainable.parse("0,2", MODEL.num_layers)
ALIKE = 1.7
"""A run is on about as much text if neither is more than so many times the other."""
MOST_SHARE = 0.8
"""The part of the runs on about as much text that a range covers, the outer ones left out."""


@dataclass(frozen=True, slots=True)
class Range:
    """Where most of the runs lie."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """How runs on songs of one kind went."""

    runs: int
    settled_epoch: Range
    """When validation had all but stopped falling: the first look after which less than 5 % of
    its whole fall was to come."""
    below: Range
    """How far below the base validation fell, as a part of 1."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a run plans, and how our own runs on about as much text went."""

    epochs: float
    """Passes over the songs that the preset plans."""
    seconds: float
    """About how long it takes on one core."""
    outcomes: dict[str, FinishedRun]
    """For each of KINDS of which there were runs on about as much text."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of ours."""

    kind: str
    """One of KINDS."""
    base: str
    train_chars: int
    epochs: float
    settled_epoch: float
    below: float


def expect(train_chars: int, base: str = "songs") -> Expectation:
    """What to expect with the preset Studio.

    Args:
        train_chars: characters to learn from.
        base: one of the bases that ship, "songs" or "books".
    """
    near = [run for run in measured() if run.base == base and _alike(run, train_chars)]
    outcomes = {}
    for kind in KINDS:
        those = [run for run in near if run.kind == kind]
        if those:
            settled = _most([run.settled_epoch for run in those])
            outcomes[kind] = FinishedRun(len(those), settled, _most([run.below for run in those]))
    plan = _plan(train_chars)
    sizes = {"train_chars": train_chars, "val_chars": train_chars // 8}
    return Expectation(
        epochs=plan.max_steps * plan.batch_size * plan.window_chars / max(1, train_chars),
        seconds=cost.estimate_s(plan, MODEL, LAYERS, **sizes),
        outcomes=outcomes,
    )


def _plan(train_chars: int) -> TrainConfig:
    """The settings of the runs: the preset Studio, layers 0 and 2 of a base that ships."""
    return presets.resolve(
        "studio",
        train_chars=train_chars,
        val_chars=train_chars // 8,
        model=MODEL,
        base_is_lyrics=True,
    )


def reach() -> tuple[int, int]:
    """The fewest and the most characters to learn from that our runs were on."""
    sizes = [run.train_chars for run in measured()]
    return min(sizes), max(sizes)


@cache
def measured() -> tuple[Measured, ...]:
    """Our own runs."""
    return tuple(Measured(*row) for row in json.loads(RUNS.read_text("utf-8"))["runs"])


def _alike(run: Measured, train_chars: int) -> bool:
    return abs(math.log(run.train_chars / max(1, train_chars))) <= math.log(ALIKE)


def _most(values: Sequence[float]) -> Range:
    """The range of the middle ones: of ten, the lowest and the highest are left out."""
    ordered = sorted(values)
    outer = math.floor(len(ordered) * (1 - MOST_SHARE) / 2)
    return Range(ordered[outer], ordered[-1 - outer])
