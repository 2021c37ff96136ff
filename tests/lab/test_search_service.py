"""A search carried out: nothing is trained twice, and a stop loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from lyricslab.config import SplitConfig, TrainConfig
from lyricslab.errors import ConfigError, RunStateError
from lyricslab.lab import keeper, runs
from lyricslab.lab.home import Home
from lyricslab.lab.job import Message, execute
from lyricslab.lab.recorder import Recorder, order_for
from lyricslab.lab.search import service
from lyricslab.lab.search.plan import SearchPlan
from lyricslab.lab.search.table import SearchRow
from lyricslab.lab.store import Store
from lyricslab.learning import presets, training

SPLIT = SplitConfig(train=0.4, val=0.3, test=0.3)
STEPS = TrainConfig(
    learning_rate=0.004, batch_size=3, window_chars=15, max_steps=6, eval_every_steps=3,
    patience_evals=0, grad_clip=0, optimiser="rmsprop",
)  # fmt: skip


class Engine:
    """Trains one run whenever it is told that an app is open."""

    def __init__(self, store: Store) -> None:
        self.store, self.executed = store, 0
        self.then: Callable[[int], None] = lambda executed: None

    def keep_alive(self, home: Home) -> None:
        run = self.store.claim_next("engine:test")
        if run is None:
            return
        recorder = Recorder(self.store, run)

        def sink(message: Message) -> None:
            recorder.take([message])

        execute(order_for(self.store, run), sink, lambda: False)
        self.executed += 1
        self.then(self.executed)


@pytest.fixture
def engine(lab, monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine(lab.store)
    monkeypatch.setattr(keeper, "keep_alive", made.keep_alive)
    monkeypatch.setattr(service, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(presets, "resolve", lambda preset, **_: STEPS)
    return made


def planned(lab, **changes: object) -> SearchPlan:
    # Biases have 64 weights each, a gate of an upper layer 144: one part of either kind fits.
    usual: dict[str, object] = {
        "budget": 150, "seeds": 2, "rates": (1.0, 2.0), "methods": ("zero-shot", "head", "gates"),
    }  # fmt: skip
    return service.plan(lab.store, lab.corpus.id, "tiny", split_config=SPLIT, **usual | changes)


def test_a_search_is_carried_out_once(lab, engine: Engine) -> None:
    told: list[str] = []
    rows = service.carry_out(lab.store, planned(lab), tell=told.append)
    assert [row.method for row in rows] == ["zero-shot", "head", "gates"]
    assert all(row.complete for row in rows)
    # As it is: 1. The head at two rates, and the better again: 3. Eight gates fit, at two rates
    # each, and the best again: 17.
    assert engine.executed == len(lab.store.runs()) == 1 + 3 + 17
    gate = rows[-1]
    assert any(line == f"gates: {gate.train}" for line in told)
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

    assert [SearchRow.from_dict(json.loads(json.dumps(row.to_dict()))) for row in rows] == rows

    known = service.known(lab.store, planned(lab))
    assert known.over and known.rows() == rows
    larger = service.known(lab.store, planned(lab, seeds=3))
    assert not larger.over and [len(row.runs) for row in larger.rows()] == [1, 2, 2]
    assert service.carry_out(lab.store, planned(lab)) == rows
    assert engine.executed == 21
    more = service.carry_out(lab.store, planned(lab, seeds=3))
    assert engine.executed == 21 + 2  # a third seed of the head and of the gate
    assert [row.test[:2] for row in more[1:]] == [row.test for row in rows[1:]]

    found = service.answer(lab.store, planned(lab), rows)
    assert [row["kind"] for row in found["rows"]] == ["zero-shot", "head", "gates"]
    assert found["comparisons"] == []  # no whole layers to compare with
    interval = service.compare(lab.store, gate, rows[1])
    assert interval is not None and interval.low < interval.effect < interval.high
    assert interval.effect == pytest.approx(gate.test_mean - rows[1].test_mean, abs=1e-3)


def test_stopped_half_way_it_goes_on_where_it_stood(lab, engine: Engine) -> None:
    own = runs.submit(lab.store, replace(lab.config(), seed=99))
    stops: list[Callable[[], None]] = []
    engine.then = lambda executed: stops[-1]() if executed == 6 else None
    with pytest.raises(RunStateError, match="where it stood"):
        service.carry_out(lab.store, planned(lab), on_start=stops.append)
    known = lab.store.runs()
    assert lab.store.run(own.id).status == "done"  # it came first, and is none of the search's
    assert {run.status for run in known} == {"done", "stopped"}
    rows = service.carry_out(lab.store, planned(lab))
    assert engine.executed == 21 + 1
    assert all(run.status == "done" for run in lab.store.runs())
    assert len(rows) == 3


def test_a_run_stopped_by_hand_ends_it_in_words(lab, engine: Engine) -> None:
    def stop_one(executed: int) -> None:
        queued = [run for run in lab.store.runs() if run.status == "queued"]
        runs.stop(lab.store, queued[-1].id)

    engine.then = stop_one
    with pytest.raises(RunStateError, match="was stopped, and the search needs it"):
        service.carry_out(lab.store, planned(lab))
    assert not [run for run in lab.store.runs() if run.unfinished]


def test_what_came_off_the_rails_is_left_out(
    lab, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "HOPELESS_NATS_PER_CHAR", 5.0)  # knowing nothing costs 4.85
    told: list[str] = []
    wild = planned(lab, methods=("head",), rates=(1.0, 250.0), seeds=1)
    (row,) = service.carry_out(lab.store, wild, tell=told.append)
    assert row.learning_rate == STEPS.learning_rate
    assert row.complete
    (left_out,) = [line for line in told if line.startswith("Left out")]
    assert "smaller learning rate" in left_out


def test_plans_that_cannot_be_are_refused(lab, engine: Engine) -> None:
    with pytest.raises(ConfigError, match="smallest has 64"):
        planned(lab, methods=("matrices",), budget=63)
    with pytest.raises(ConfigError, match="Learning rate must lie between"):
        planned(lab, rates=(1.0, 251.0))
    assert planned(lab, budget=None).budget == 4 * 8 * (8 + 8 + 2)
