"""How long training takes on this machine: the estimate from sizes, corrected by what was measured.

Before a run, the runs that were trained here lately correct it; during a run, its own recent pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log, log2
from typing import NamedTuple

from lyricslab.config import ModelConfig, RunConfig, TrainConfig
from lyricslab.library.corpora import SplitSizes
from lyricslab.model import cost
from lyricslab.model.trainable import Trainable
from lyricslab.store.cache import cached
from lyricslab.store.rows import PointRow, RunRow, Status
from lyricslab.store.store import Store

BEGUN: tuple[Status, ...] = ("running", "stopping", "done", "stopped", "failed")
ESTIMATED = ("subset", "head", "all", "baseline")
"""The kinds of runs that learn from a corpus."""
LATEST = 40
"""The runs that are looked at; the newest count most."""
OLDER = 0.8
"""How much less each earlier run counts."""
UNLIKE = 0.25
"""How much less a run counts whose network has twice as many units, or half."""
MIN_S, ENOUGH_S = 2.0, 20.0
"""Seconds of training after which a run counts at all, and in full."""
PRIOR_S = 2.0
"""The estimate counts as much as this many measured seconds."""
KNOWN_S = 60.0
"""After this many seconds a run's own pace is known."""
RECENT_S, RECENT_SHARE = 10.0, 0.25
"""The recent pace is that of these seconds, or of this share of the run if it is longer."""
OPEN_ENDED_EVALS = 150
"""A budget of more evaluations than this is there for safety only: validation ends the run."""


class Timing(NamedTuple):
    """How long a run took, beside its estimate."""

    hidden_size: int
    seconds: float
    estimated_s: float


def slowness(store: Store, model: ModelConfig) -> float:
    """Return how many times longer than estimated a network of this size takes here; 1 if unknown.

    Above 1 on a slow or a busy machine, below 1 on a fast one.
    """
    timings = cached(store, "timings", "", lambda: _timings(store))
    return slowness_of(timings, model.hidden_size)


def likely_s(
    store: Store,
    config: TrainConfig,
    model: ModelConfig,
    trainable: Trainable,
    sizes: SplitSizes,
    *,
    from_nothing: bool = False,
) -> float:
    """Return about how many seconds a run takes on this machine, also if validation ends it."""
    seconds = cost.likely_s(config, model, trainable, *sizes, from_nothing=from_nothing)
    return seconds * slowness(store, model)


def expected_s(store: Store, run: RunRow) -> float | None:
    """Return about how long all steps of a run take on this machine.

    None for a base, and for a run whose own pace is known by now.

    Raises:
        NotFoundError: if its corpus is gone.
    """
    if run.kind not in ESTIMATED or run.seconds > KNOWN_S:
        return None
    characters = store.corpus(run.corpus_id).characters
    return _estimated_s(run.config, run.total_steps, characters) * slowness(store, run.config.model)


def slowness_of(timings: Sequence[Timing], hidden_size: int) -> float:
    """Return the weighted median of measured over estimated times.

    Args:
        timings: of earlier runs, the newest first.
    """
    weighted = []
    for age, timing in enumerate(timings):
        if timing.seconds < MIN_S or timing.estimated_s <= 0:
            continue
        weight = OLDER**age * UNLIKE ** abs(log2(timing.hidden_size / hidden_size))
        weight *= min(1.0, timing.seconds / ENOUGH_S)
        weighted.append((log(timing.seconds / timing.estimated_s), weight))
    left = sum(weight for _, weight in weighted) / 2
    for ratio, weight in sorted(weighted):
        left -= weight
        if left <= 0:
            return exp(ratio)
    return 1.0


def time_left_s(
    run: RunRow, points: Sequence[PointRow] = (), estimated_s: float | None = None
) -> float | None:
    """Estimate the seconds until a run's last step; None while there is nothing to go by.

    It may end sooner, when validation stops it.

    Args:
        points: of its curve, which tell its recent pace; without them, the mean counts.
        estimated_s: what the whole run was expected to take, for the time before its pace is known.
    """
    if run.status != "running" or run.step == 0:
        return None
    return (run.total_steps - run.step) * step_s(run, points, estimated_s)


def step_s(run: RunRow, points: Sequence[PointRow], estimated_s: float | None = None) -> float:
    """Return the seconds a step takes now, evaluations included; the run has taken a step."""
    begun = next(((p.step, p.seconds) for p in points if p.step == 0), (0, 0.0))
    span_s = max(RECENT_S, RECENT_SHARE * run.seconds)
    span_steps = 2 * run.config.settings.eval_every_steps
    before = [
        (point.step, point.seconds)
        for point in points
        if point.seconds <= run.seconds - span_s and point.step <= run.step - span_steps
    ]
    step, seconds = before[-1] if before else begun
    took_s = run.seconds - seconds
    measured_s = took_s / max(1, run.step - step)
    if not estimated_s or not measured_s:
        return measured_s
    estimated_step_s = estimated_s / max(1, run.total_steps)
    # Weighted in logarithms: an estimate may be as many times too low as too high.
    part = PRIOR_S / (PRIOR_S + took_s)
    return exp((1 - part) * log(measured_s) + part * log(estimated_step_s))


def open_ended(run: RunRow) -> bool:
    """Return whether validation is sure to end a run, long before its budget of steps does."""
    settings = run.config.settings
    most_evals = settings.max_steps / max(1, settings.eval_every_steps)
    return settings.patience_evals > 0 and most_evals > OPEN_ENDED_EVALS


def early_end_step(run: RunRow) -> int | None:
    """Return the step at which a run ends if validation does not fall again.

    None if it does not end early, or is not evaluated yet.
    """
    settings = run.config.settings
    if not settings.patience_evals or run.best_step is None:
        return None
    end = run.best_step + settings.patience_evals * settings.eval_every_steps
    return max(run.step, end) if end < run.total_steps else None


def _timings(store: Store) -> tuple[Timing, ...]:
    """Return the timings of the latest runs that learned from a corpus, the newest first."""
    runs = store.runs(workspace_id=None, statuses=BEGUN, most=LATEST)
    characters = {row.id: row.characters for row in store.corpora(workspace_id=None)}
    return tuple(
        Timing(
            run.config.model.hidden_size,
            run.seconds,
            _estimated_s(run.config, run.step, characters.get(run.corpus_id, 0)),
        )
        for run in runs
        if run.kind in ESTIMATED and run.step > 0
    )


def _estimated_s(config: RunConfig, steps: int, characters: int) -> float:
    """Return the estimate for the first steps of a run on a corpus of this size."""
    trainable = Trainable.parse(config.trainable, config.model.num_layers)
    sizes = (round(config.split.train * characters), round(config.split.val * characters))
    settings = replace(config.settings, max_steps=steps)
    return cost.estimate_s(settings, config.model, trainable, *sizes)
