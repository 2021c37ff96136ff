"""The words that describe curves, on curves made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lyricslab.store.rows import RunRow, Status
from lyricslab.ui.common.curve_verdict import describe_curve, judge
from lyricslab.wording import duration, epoch, listed, share
from tests.support.lab import Lab, points

FALLING = [1.9, 1.8, 1.7, 1.6, 1.5]
MEMORISING = [1.9, 1.7, 1.6, 1.62, 1.65, 1.7]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def a_run(lab: Lab, status: Status = "running", base: str | None = "songs", **more: Any) -> RunRow:
    return lab.run(lab.corpus(), "a run", status=status, base=base, network=False, **more)


# ---- what the curves say


@pytest.mark.parametrize(
    ("vals", "trains", "verdict"),
    [
        ([], [], "waiting"),
        ([None], [2.0], "first steps"),
        ([1.9], [None], "first steps"),
        ([1.9, 1.8], [None, 1.9], "first steps"),
        (FALLING, [None, 1.9, 1.8, 1.7, 1.6], "falling"),
        # One or two worse looks may be chance.
        ([1.9, 1.7, 1.6, 1.61, 1.62], [None, 1.8, 1.7, 1.6, 1.5], "falling"),
        (MEMORISING, [None, 1.8, 1.6, 1.5, 1.4, 1.3], "memorising"),
        (MEMORISING, [None, 1.8, 1.6, 1.7, 1.8, 1.9], "restless"),
        ([1.9, 1.7, 1.6, 1.601, 1.602, 1.601], [None, 1.8, 1.6, 1.5, 1.4, 1.3], "flat"),
        ([1.9, 1.5, 1.45, 1.412, 1.411, 1.41], [None, 1.6, 1.5, 1.4, 1.4, 1.4], "slowing"),
        ([1.9, 1.95, 2.0, 2.1], [None, 1.8, 1.7, 1.6], "never better"),
    ],
)
def test_judge(vals: list[float | None], trains: list[float | None], verdict: str) -> None:
    assert judge(points(vals, trains)) == verdict


def test_read_curve_waits(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "later", status="queued")
    assert describe_curve(run, []) == "Waiting for its turn. The curve begins when training does."


def test_read_curve_first_steps(lab: Lab) -> None:
    run = a_run(lab)
    assert "First steps: the base, before any learning, scores 1.900 nats/char" in describe_curve(
        run, points([1.9])
    )
    assert "fell from 1.900 to 1.800 nats/char" in describe_curve(run, points([1.9, 1.8]))
    scratch = a_run(lab, base=None)
    assert "the network, knowing nothing yet, scores 4.850" in describe_curve(
        scratch, points([4.85])
    )


def test_read_curve_while_it_falls_and_when_it_memorises(lab: Lab) -> None:
    run = a_run(lab)
    # 1.5 is 1 - 1.5/1.9 = 21 % below 1.9; the point of epoch 4 is the last one.
    assert describe_curve(run, points(FALLING)) == (
        "Validation is still falling: 1.500 nats/char at epoch 4, 21 % below where it began."
    )
    said = describe_curve(run, points(MEMORISING, [None, 1.8, 1.6, 1.5, 1.4, 1.3]))
    assert said.startswith("Validation stopped falling at epoch 2, 16 % below where it began: ")
    assert "from here it memorises" in said


def test_read_curve_where_the_latest_look_was_no_better(lab: Lab) -> None:
    run, over = a_run(lab), a_run(lab, "done")
    assert describe_curve(run, points([1.9, 1.7, 1.6, 1.62])) == (
        "Validation was lowest at epoch 2, 16 % below where it began; the latest evaluation gave "
        "1.620 nats/char, which may be chance."
    )
    assert "Validation fell until epoch 2, 16 % below where it began, just before the end." in (
        describe_curve(over, points([1.9, 1.7, 1.6, 1.61, 1.62]))
    )
    assert describe_curve(run, points([1.9, 1.95, 1.92])) == (
        "Validation has not fallen yet: 1.900 at first, 1.920 nats/char now."
    )
    assert "Validation did not fall: 1.900 at first, 1.950 nats/char at the end." in (
        describe_curve(over, points([1.9, 2.0, 1.95]))
    )


def test_read_curve_of_a_base_that_is_best_as_it_is(lab: Lab) -> None:
    said = describe_curve(a_run(lab, "done"), points([1.9, 1.95, 2.0, 2.1]))
    assert said.startswith("Finished. No step made it know unseen songs better than the base")
    assert said.endswith("The network of the start is kept (1.900 nats/char).")


def test_read_curve_of_runs_that_are_over(lab: Lab) -> None:
    stopped = describe_curve(a_run(lab, "stopped"), points(FALLING))
    assert stopped.startswith("Stopped at epoch 4. Validation was still falling")
    assert stopped.endswith("The network of epoch 4 is kept (1.500 nats/char).")
    failed = describe_curve(
        a_run(lab, "failed", error="The loss grew without bound."), points(FALLING)
    )
    assert failed == (
        "The loss grew without bound. The network of epoch 4 is kept (1.500 nats/char)."
    )
    assert describe_curve(a_run(lab, "stopped"), []) == "Stopped before it began."


def test_read_curve_is_one_line_of_plain_sentences(lab: Lab) -> None:
    for status in ("running", "stopping", "done", "stopped", "failed"):
        run = lab.run(lab.corpus(), "any", status="running", network=False)
        if status != "running":
            lab.store.transition(run.id, status, error="It broke.")
        for vals in ([], [1.9], [1.9, 1.8], FALLING, MEMORISING, [1.9, 2.0, 2.1, 2.2]):
            said = describe_curve(lab.store.run(run.id), points(vals))
            assert said.endswith(".")
            assert "nan" not in said
            assert "\n" not in said
            assert "  " not in said


# ---- numbers in words


def test_numbers_in_words() -> None:
    assert [epoch(v) for v in (0.0, 0.37, 3.04, 7.0, 12.4)] == ["0", "0.4", "3", "7", "12"]
    assert [share(v, 2.0) for v in (1.78, 1.97, 2.2)] == ["11 %", "1.5 %", "10 %"]
    assert [duration(v) for v in (8, 200, 1250, 3900)] == [
        "8 s",
        "3 min 20 s",
        "21 min",
        "1 h 5 min",
    ]
    assert [listed(w) for w in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_two_songs_to_check_by_are_too_few_to_be_sure(lab: Lab) -> None:
    run = a_run(lab, "done")
    said = describe_curve(run, points(FALLING))
    assert describe_curve(run, points(FALLING), 2) == (
        f"{said} 2 validation songs: too few to be sure."
    )
    assert describe_curve(run, points(FALLING), 5) == said
    assert describe_curve(run, points([1.9]), 2) == describe_curve(run, points([1.9]))
