"""How long training takes, against invented histories of which the truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lyricslab.config import PRETRAIN, TrainConfig
from lyricslab.library import pace
from lyricslab.library.corpora import SplitSizes
from lyricslab.library.pace import Timing
from lyricslab.model import cost
from lyricslab.model.trainable import Trainable
from lyricslab.store.rows import PointRow, RunRow
from tests.support.lab import SMALL

STEPS, EVERY = 400, 20
READING_S, EVALUATION_S, LITTLE_S = 6.0, 1.5, 5.0


def history(step_s: np.ndarray) -> list[PointRow]:
    """A run that reads the songs once, then trains; evaluations take long, and come in between."""
    points, now_s = [PointRow(0, 0, READING_S, None, 2.0)], READING_S
    for step in range(1, STEPS + 1):
        now_s += float(step_s[step - 1])
        if step % EVERY == 0:
            now_s += EVALUATION_S
        if step % 5 == 0:
            points.append(PointRow(step, step / 50, now_s, 1.9, 1.8 if step % EVERY == 0 else None))
    return points


def left_over_truth(run: RunRow, points: list[PointRow], estimated_s: float) -> np.ndarray:
    """The time left as it is told, over what is truly left, at each point; 1 if that is little."""
    ratios = []
    for k, point in enumerate(points[1:-1], 1):
        now = replace(run, step=point.step, seconds=point.seconds, status="running")
        left = pace.time_left_s(now, points[: k + 1], estimated_s)
        assert left is not None
        truth = points[-1].seconds - point.seconds
        ratios.append(left / truth if truth > LITTLE_S else 1.0)
    return np.array(ratios)


@pytest.fixture
def run(lab) -> RunRow:
    """A run of that many steps."""
    made = lab.run(lab.corpus_row, "a run", max_steps=STEPS, eval_every_steps=EVERY)
    return replace(made, total_steps=STEPS)


@pytest.mark.parametrize("estimate", [0.25, 1.0, 4.0])
@pytest.mark.parametrize("busy", [1.0, 5.0])
def test_the_time_left_is_right_from_the_first_tenth_on(run, busy: float, estimate: float) -> None:
    noise = np.random.default_rng(0).lognormal(0, 0.5, STEPS)
    points = history(0.15 * busy * noise)
    ratios = left_over_truth(run, points, estimate * points[-1].seconds)
    first_tenth = len(points) // 10
    assert np.abs(np.log(ratios[first_tenth:])).max() < np.log(1.5)


def test_the_time_left_follows_a_machine_that_becomes_busy(run) -> None:
    steps = np.where(np.arange(STEPS) < STEPS // 4, 0.1, 0.5)
    points = history(steps)
    ratios = left_over_truth(run, points, points[-1].seconds)
    assert ratios[len(points) // 5] < 0.5  # nobody could know
    assert np.abs(np.log(ratios[len(points) * 2 // 5 :])).max() < np.log(1.5)


def test_the_pace_is_that_of_recent_runs_of_about_this_size() -> None:
    slow, fast = Timing(64, 30.0, 10.0), Timing(64, 30.0, 30.0)
    assert pace.slowness_of([], 64) == 1.0
    assert pace.slowness_of([slow], 64) == pytest.approx(3.0)
    assert pace.slowness_of([slow, slow, fast, fast], 64) == pytest.approx(3.0)  # the newest
    assert pace.slowness_of([fast, slow, slow, slow], 64) == pytest.approx(3.0)  # an outlier
    large = Timing(256, 90.0, 10.0)
    assert pace.slowness_of([large, fast], 64) == pytest.approx(1.0)
    assert pace.slowness_of([large, fast], 256) == pytest.approx(9.0)
    assert pace.slowness_of([Timing(64, 0.5, 0.01)], 64) == 1.0  # too short to tell


def test_a_finished_run_corrects_the_estimate_of_the_next(lab) -> None:
    model, whole = SMALL, Trainable.parse("0,2", SMALL.num_layers)
    row = lab.corpus_row
    settings = TrainConfig(max_steps=60, patience_evals=0)
    sizes = SplitSizes(round(0.8 * row.characters), round(0.1 * row.characters), 0)
    usual = cost.likely_s(settings, model, whole, *sizes)
    assert pace.likely_s(lab.store, settings, model, whole, sizes) == usual
    lab.run(row, "an earlier one", max_steps=60)  # it took 9 seconds
    assert pace.likely_s(lab.store, settings, model, whole, sizes) == pytest.approx(9.0)
    base = replace(lab.store.runs()[0].config, preset=PRETRAIN)
    lab.store.add_run(name="a base", corpus_id=row.id, config=base, owner="cli:1")
    assert pace.likely_s(lab.store, settings, model, whole, sizes) == pytest.approx(9.0)


def test_validation_may_end_a_run_before_its_budget(run) -> None:
    def of(best_step: int | None, patience: int, steps: int = STEPS) -> RunRow:
        settings = replace(
            run.config.settings, patience_evals=patience, max_steps=steps, eval_every_steps=EVERY
        )
        config = replace(run.config, settings=settings)
        return replace(run, config=config, best_step=best_step, step=100, total_steps=steps)

    assert pace.early_end_step(of(60, 4)) == 60 + 4 * EVERY
    assert pace.early_end_step(of(None, 4)) is None  # not evaluated yet
    assert pace.early_end_step(of(60, 0)) is None
    assert pace.early_end_step(of(380, 4)) is None  # the budget ends it sooner
    assert not pace.open_ended(of(60, 4)) and pace.open_ended(of(60, 4, 20_000))
