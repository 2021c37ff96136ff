"""What is expected is what our own runs did, each of which is in the table that ships."""

from __future__ import annotations

import json
import math

import pytest

from lyricslab.analysis.expectation import ALIKE, KINDS, RUNS, Range, expect, measured, reach


def within(value: float, limits: Range) -> bool:
    return limits.low <= value <= limits.high


def test_the_table_says_where_it_comes_from() -> None:
    table = json.loads(RUNS.read_text("utf-8"))
    assert {"about", "origin", "licence", "columns"} <= table.keys()
    assert all(len(row) == len(table["columns"]) for row in table["runs"])
    assert {run.kind for run in measured()} == set(KINDS)
    assert {run.base for run in measured()} == {"songs", "books"}
    assert all(0 <= run.settled_epoch <= run.epochs and 0 <= run.below < 1 for run in measured())


@pytest.mark.parametrize("base", ["songs", "books"])
def test_most_runs_are_within_the_ranges_of_their_size(base: str) -> None:
    runs = [run for run in measured() if run.base == base]
    told = [(run, expect(run.train_chars, base).outcomes[run.kind]) for run in runs]
    for values in (
        [within(run.settled_epoch, outcome.settled_epoch) for run, outcome in told],
        [within(run.below, outcome.below) for run, outcome in told],
    ):
        assert sum(values) >= 0.8 * len(values)


@pytest.mark.parametrize("train_chars", [8_000, 15_000, 40_000, 120_000])
def test_ranges_leave_out_a_tenth_at_each_end_at_most(train_chars: int) -> None:
    found = expect(train_chars)
    for kind, outcome in found.outcomes.items():
        near = [
            run
            for run in measured()
            if (run.base, run.kind) == ("songs", kind)
            and train_chars / ALIKE <= run.train_chars <= train_chars * ALIKE
        ]
        assert outcome.runs == len(near)
        for values, limits in (
            ([run.settled_epoch for run in near], outcome.settled_epoch),
            ([run.below for run in near], outcome.below),
        ):
            assert sum(value < limits.low for value in values) <= len(near) / 10
            assert sum(value > limits.high for value in values) <= len(near) / 10
            assert limits.low in values and limits.high in values


def test_no_expectation_without_runs_of_that_size() -> None:
    low, high = reach()
    assert expect(round(low / ALIKE) - 1).outcomes == {}
    assert expect(round(high * ALIKE) + 1).outcomes == {}
    assert expect(low).outcomes and expect(high).outcomes
    assert expect(0).outcomes == {}


def test_the_epochs_are_those_of_the_runs() -> None:
    for run in measured():
        planned = expect(run.train_chars).epochs
        assert math.isclose(run.epochs, planned, rel_tol=0.12)
