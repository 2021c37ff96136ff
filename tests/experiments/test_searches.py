"""Searches from start to end; what they share with sweeps is tested in test_sweeps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest

from lyricslab.config import SplitConfig, TrainConfig
from lyricslab.engine import client, dask_engine
from lyricslab.errors import ConfigError, NotFoundError
from lyricslab.experiments import experiment, findings
from lyricslab.experiments.findings import Findings
from lyricslab.experiments.search_plan import plan_search
from lyricslab.experiments.search_runs import SearchPlanner
from lyricslab.experiments.sweep_plan import plan_sweep
from lyricslab.experiments.sweep_results import sweep_table
from lyricslab.library.bases import rename_base
from lyricslab.library.runs import delete_run, stop_run, submit_run
from lyricslab.model import network_file, presets
from lyricslab.store.home import Home
from lyricslab.store.plans import METHODS, SearchPlan
from lyricslab.store.store import Store
from lyricslab.training import loop
from tests.experiments.test_sweeps import library_copy
from tests.support.fake_engine import Killed, work_off

SPLIT = SplitConfig(train=0.4, val=0.3, test=0.3)
STEPS = TrainConfig(
    learning_rate=0.004, batch_size=3, window_chars=15, max_steps=6, eval_every_steps=3,
    patience_evals=0, grad_clip=0, optimiser="rmsprop",
)  # fmt: skip
WORKERS = 2
"""So that six runs are asked for at once."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Budgets of a few steps, and two workers whatever the computer has."""
    monkeypatch.setattr(presets, "resolve", lambda preset, **_: STEPS)
    monkeypatch.setattr(client, "worker_count", lambda: WORKERS)


def planned(lab, **changes: object) -> SearchPlan:
    # Biases have 64 weights each, a gate of an upper layer 144: one part of either kind fits.
    usual: dict[str, object] = {
        "budget": 150, "seeds": 2, "rates": (1.0, 2.0), "methods": ("zero-shot", "head", "gates"),
    }  # fmt: skip
    return plan_search(lab.store, lab.corpus_row.id, "tiny", split_config=SPLIT, **usual | changes)


def figures(found: Findings) -> list[Sequence[object]]:
    """Everything that a table says, but for run ids."""
    rows = [(r.name, r.learning_rate, r.trained_parameters, r.val, r.test) for r in found.rows]
    return [*rows, *((c.a, c.b, c.effect, c.low, c.high) for c in found.comparisons)]


# ---- from start to end


def test_a_search_from_start_to_end(lab) -> None:
    row = experiment.submit(lab.store, planned(lab))
    executed = work_off(lab.store)
    found = findings.search_findings(lab.store, row.id)
    assert (found.corpus, found.base, found.seeds) == ("Tiny songs", "tiny", 2)
    rows = found.rows
    assert [row.method for row in rows] == ["zero-shot", "head", "gates"]
    assert all(row.complete for row in rows)
    # As it is: 1. The head at two rates, and the better again: 3. Eight gates fit, at two rates
    # each, and the best again: 17.
    assert executed == len(lab.store.runs()) == 1 + 3 + 17
    state = experiment.status(lab.store, row.id)
    assert (state.state, state.done, state.runs, state.seconds_left) == ("done", 21, 21, 0.0)
    gate = rows[-1]
    assert findings.search_news(lab.store, row.id) == [f"gates: {gate.train}"]
    mean = {
        run.trainable: run.result["val_nats_per_char"]
        for run in sorted(lab.store.runs(), key=lambda run: -run.result["val_nats_per_char"])
        if run.config.seed == 0
    }
    assert min((mean[f"{k}.{g}"], f"{k}.{g}") for k in (1, 2) for g in "ifgo")[1] == gate.train
    assert gate.trained_parameters == 8 * (8 + 8 + 2) + 128 * 9
    for row in rows:
        done = [lab.store.run(run_id).result for run_id in row.runs]
        assert row.test == tuple(result["test_nats_per_char"] for result in done)
        assert all(result["frozen_drift"] == 0.0 for result in done)
        assert all(result["trained_parameters"] == row.trained_parameters for result in done)
    assert found.comparisons == ()  # no whole layers to compare with
    interval = findings.compare_results(lab.store, gate, rows[1])
    assert interval is not None and interval.low < interval.effect < interval.high
    assert interval.effect == pytest.approx(gate.test_mean - rows[1].test_mean, abs=1e-3)


def test_an_equal_plan_is_the_same_search_and_finished_runs_are_shared(lab) -> None:
    row = experiment.submit(lab.store, planned(lab))
    work_off(lab.store)
    before = findings.search_findings(lab.store, row.id)
    assert experiment.submit(lab.store, planned(lab)).id == row.id
    assert work_off(lab.store) == 0
    wider = experiment.submit(lab.store, planned(lab, seeds=3))
    assert wider.id != row.id
    assert work_off(lab.store) == 2  # a third seed of the head and of the gate
    after = findings.search_findings(lab.store, wider.id)
    assert [r.test[:2] for r in after.rows[1:]] == [r.test for r in before.rows[1:]]
    assert figures(findings.search_findings(lab.store, row.id)) == figures(before)


def test_runs_by_hand_and_of_a_sweep_serve_a_search(lab) -> None:
    by_hand = submit_run(
        lab.store,
        replace(lab.config("none"), split=SPLIT, settings=STEPS, seed=0, preset="own"),
    )
    sweep = plan_sweep(
        lab.store, lab.corpus_row.id, ["tiny"], seeds=1, preset="quick", split_config=SPLIT,
        only=["zero-shot"],
    )  # fmt: skip
    experiment.submit(lab.store, sweep)
    assert work_off(lab.store) == 2
    row = experiment.submit(lab.store, planned(lab, methods=("zero-shot", "head"), rates=(1.0,)))
    assert work_off(lab.store) == 1  # the head's second seed
    found = findings.search_findings(lab.store, row.id)
    assert found.rows[1].runs[0] == by_hand.id
    assert len(found.rows[0].runs) == 1


def test_findings_survive_json(lab, tmp_path, monkeypatch) -> None:
    methods = ("zero-shot", "layers", "matrices")
    row = experiment.submit(lab.store, planned(lab, methods=methods, rates=(1.0,), seeds=1))
    work_off(lab.store)
    found = findings.search_findings(lab.store, row.id)
    # The whole layers that are best, and the best that are no larger than the budget: none here.
    (comparison,) = found.comparisons
    assert comparison.low < comparison.effect < comparison.high
    text = json.dumps(found.to_dict())
    assert Findings.from_dict(json.loads(text)) == found
    assert json.loads(text)["corpus"] == "Tiny songs"
    monkeypatch.setattr("lyricslab.files.ASSETS", tmp_path)
    assert findings.shipped_findings() is None
    place = tmp_path / "experiments" / "tiny.json"
    place.parent.mkdir()
    text = json.dumps({"kind": "search"} | found.to_dict())
    for damaged in ("", "[]", "{}", text.replace('"rows"', '"lines"')):
        place.write_text(damaged, "utf-8")
        assert findings.shipped_findings() is None
    place.write_text(text, "utf-8")
    assert findings.shipped_findings() == found


# ---- the engine


def test_few_runs_are_queued_at_a_time(lab) -> None:
    row = experiment.submit(lab.store, planned(lab))
    most = (SearchPlanner.waiting_per_worker or 0) * WORKERS
    assert len(lab.store.runs()) == most
    experiment.advance(lab.store, row.id)
    assert len(lab.store.runs()) == most
    state = experiment.status(lab.store, row.id)
    # All that is to be: one of the base, three of the head, sixteen and one of the gates.
    assert (state.state, state.runs, state.done) == ("running", 21, 0)
    assert state.seconds_left > 0
    assert experiment.estimate(planned(lab), 1)[0] == 21


def test_sweeps_and_searches_are_listed_apart(lab) -> None:
    row = experiment.submit(lab.store, planned(lab))
    plan = plan_sweep(lab.store, lab.corpus_row.id, ["tiny"], seeds=1, split_config=SPLIT)
    sweep = experiment.submit(lab.store, plan)
    assert [r.id for r in lab.store.searches()] == [row.id]
    assert [r.id for r in lab.store.sweeps()] == [sweep.id]
    assert lab.store.search(row.id).plan == planned(lab)
    with pytest.raises(NotFoundError, match="no search"):
        findings.search_findings(lab.store, sweep.id)
    with pytest.raises(NotFoundError, match="no sweep"):
        sweep_table(lab.store, row.id)


def test_the_engine_advances_a_search_or_says_why_not(lab) -> None:
    row = experiment.submit(lab.store, planned(lab, methods=("head",)))
    for run in lab.store.runs():
        lab.store.transition(run.id, "failed", error="Whatever.")
    dask_engine._advance_experiments(lab.store)
    assert lab.store.search(row.id).state == "wanted"
    assert len(lab.store.runs()) == 3  # the second seed, at a rate no worse than the other
    weights, card = network_file.load(lab.home.base_file("tiny"))
    network_file.save(lab.home.base_file("tiny"), {k: 2 * w for k, w in weights.items()}, card)
    delete_run(lab.store, lab.store.runs()[0].id)
    dask_engine._advance_experiments(lab.store)
    assert lab.store.search(row.id).state == "stopped"
    assert "was replaced since this search" in lab.store.search(row.id).error


def test_a_base_can_be_renamed_once_every_run_was_stopped_by_hand(lab) -> None:
    experiment.submit(lab.store, planned(lab))
    for run in lab.store.runs():
        stop_run(lab.store, run.id)
    assert rename_base(lab.store, "tiny", "x").name == "x"


def test_a_search_between_two_rounds_is_running(lab) -> None:
    row = experiment.submit(lab.store, planned(lab))
    *rest, first = lab.store.runs()
    stop_run(lab.store, first.id)
    for run in rest:
        lab.store.transition(run.id, "failed", error="Whatever.")
    # One was stopped by hand, the others are over; the engine has not looked since.
    assert experiment.status(lab.store, row.id).state == "running"
    assert lab.store.any_wanted()
    experiment.stop(lab.store, row.id)
    assert not lab.store.any_wanted()


# ---- killed, stopped, diverged


def test_a_killed_search_ends_with_the_same_findings(lab, tmp_path) -> None:
    plan = planned(lab, methods=("head", "gates"), rates=(1.0,))
    unbroken = experiment.submit(lab.store, plan)
    work_off(lab.store)
    expected = figures(findings.search_findings(lab.store, unbroken.id))
    for dies_after in (3, 60):
        home = library_copy(lab, tmp_path / f"dies after {dies_after}")
        store = Store(home)
        row = experiment.submit(store, plan)
        with pytest.raises(Killed):
            work_off(store, dies_after=dies_after)
        assert "running" in [run.status for run in store.runs()]
        fresh = Store(home)
        work_off(fresh, owner="engine:two")
        assert experiment.status(fresh, row.id).state == "done"
        assert figures(findings.search_findings(fresh, row.id)) == expected
        assert len(fresh.runs()) == len(lab.store.runs())


def test_a_stopped_run_of_another_search_is_resumed(lab) -> None:
    left = experiment.submit(lab.store, planned(lab, methods=("head",), seeds=1))
    experiment.stop(lab.store, left.id)
    row = experiment.submit(lab.store, planned(lab, methods=("zero-shot", "head"), seeds=1))
    assert work_off(lab.store) == 3
    assert experiment.status(lab.store, row.id).state == "done"


def test_a_search_between_two_rounds_starts_the_engine(lab, monkeypatch) -> None:
    started: list[Home] = []

    def start(home: Home) -> SimpleNamespace:
        started.append(home)
        return SimpleNamespace(pid=1, poll=lambda: 0)  # it ends at once

    monkeypatch.setattr(client, "_start", start)
    monkeypatch.setattr(client, "CHECK_EVERY_S", -1.0)
    client.keep_alive(lab.home)  # at first it is always seen to
    client.keep_alive(lab.home)
    assert len(started) == 1
    experiment.submit(lab.store, planned(lab, methods=("zero-shot",)))
    for run in lab.store.runs():
        lab.store.transition(run.id, "failed", error="Whatever.")
    client.keep_alive(lab.home)  # nothing waits, but the search has yet to be looked at
    assert len(started) == 2


def test_a_diverged_run_is_left_out(lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "HOPELESS_NATS_PER_CHAR", 5.0)  # knowing nothing costs 4.85
    wild = planned(lab, methods=("head",), rates=(1.0, 250.0), seeds=1)
    row = experiment.submit(lab.store, wild)
    work_off(lab.store)
    (found,) = findings.search_findings(lab.store, row.id).rows
    assert found.learning_rate == STEPS.learning_rate
    assert found.complete
    (left_out,) = findings.search_news(lab.store, row.id)
    assert left_out.startswith("Left out") and "smaller learning rate" in left_out
    state = experiment.status(lab.store, row.id)
    assert (state.state, state.failed) == ("failed", 1)
    experiment.submit(lab.store, wild)
    assert work_off(lab.store) == 0  # it would come off the rails again
    experiment.resume(lab.store, row.id, failed=True)
    assert work_off(lab.store) == 1


# ---- refused


def test_impossible_plans_are_refused(lab) -> None:
    with pytest.raises(ConfigError, match="smallest has 64"):
        planned(lab, methods=("matrices",), budget=63)
    with pytest.raises(ConfigError, match="Learning rate must lie between"):
        planned(lab, rates=(1.0, 251.0))
    assert planned(lab, budget=None).budget == 4 * 8 * (8 + 8 + 2)


def test_the_shipped_findings_are_complete() -> None:
    found = findings.shipped_findings()
    assert found is not None
    methods = {row.method for row in found.rows}
    assert methods == set(METHODS)
    assert all(row.complete for row in found.rows)
    names = {row.name for row in found.rows}
    assert found.comparisons and {c.a for c in found.comparisons} <= names
