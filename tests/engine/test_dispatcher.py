"""The engine's rounds, with a bench that is a thread of this process."""

from __future__ import annotations

import threading
import time

import pytest

from lyricslab.engine import dispatcher as rounds
from lyricslab.engine import worker
from lyricslab.engine.dispatcher import Dispatcher
from lyricslab.engine.messages import Ended, Note, Result
from lyricslab.library.runs import delete_run, stop_run, submit_run
from lyricslab.model import network_file


class ThreadBench:
    """One worker, in a thread; it can be made to die or to fall silent."""

    def __init__(self) -> None:
        self.threads: dict[str, threading.Thread] = {}
        self.dropped: list[str] = []
        self.dead = self.silent = False

    def workers(self):
        return [] if self.dead else ["one"]

    def start(self, order, name):
        self.threads[order.key] = threading.Thread(target=worker.work, args=[order], daemon=True)
        self.threads[order.key].start()

    def state(self, key):
        if self.dead:
            return "lost"
        return "working" if self.threads[key].is_alive() else "over"

    def collect(self, asks):
        if self.dead or self.silent:
            return {}
        return {key: worker.collect(key, ask) for key, ask in asks.items()}

    def drop(self, key):
        self.dropped.append(key)


@pytest.fixture
def bench():
    bench = ThreadBench()
    yield bench
    for key, thread in bench.threads.items():
        while thread.is_alive():  # the worker's own ear is open, whatever the bench played
            worker.collect(key, worker.Poll(0, stop=True, leave=True))
            thread.join(0.05)


@pytest.fixture
def engine(lab, bench):
    return Dispatcher(lab.store, bench, "engine:me", checkpoint_every_s=0.05)


LONG = {"max_steps": 1_000_000, "patience_evals": 0}


def test_queued_runs_are_trained_one_after_another(lab, engine, until):
    first, second = (submit_run(lab.store, lab.config(trainable)) for trainable in ("0", "none"))

    def both_done() -> bool:
        engine.round()
        assert engine.busy <= 1
        return all(lab.store.run(run.id).status == "done" for run in (first, second))

    until(both_done)
    until(lambda: engine.round() or engine.busy == 0)
    row = lab.store.run(first.id)
    assert row.result["frozen_drift"] == 0.0
    assert row.started_at <= row.finished_at <= lab.store.run(second.id).started_at
    assert network_file.load(lab.home.best(second.id))[1].name == second.id
    assert not lab.home.last(first.id).exists()


def begun(lab, engine, until, **changes):
    """A run that trains until it is stopped, its first checkpoint written."""
    run = submit_run(lab.store, lab.config(**{**LONG, **changes}))
    until(lambda: engine.round() or (lab.home.last(run.id).exists() and lab.store.run(run.id).step))
    return run


def test_a_run_that_loses_its_worker_goes_on_from_its_checkpoint(lab, engine, bench, until):
    run = begun(lab, engine, until)
    bench.dead = True
    engine.round()
    row = lab.store.run(run.id)
    assert (row.status, row.crashes, engine.busy) == ("queued", 1, 0)
    bench.dead = False
    until(lambda: engine.round() or lab.store.run(run.id).attempt == 2)
    until(lambda: engine.round() or any("went on" in n.text for n in lab.store.notes(run.id)))
    note = next(n.text for n in lab.store.notes(run.id) if "went on" in n.text)
    assert int(note.split()[-1].strip(".").replace(",", "")) > 0


def test_a_worker_that_falls_silent_is_lost(lab, engine, bench, until, monkeypatch):
    run = begun(lab, engine, until)
    monkeypatch.setattr(rounds, "SILENT_S", 0.0)
    engine.round()
    assert engine.busy == 1  # it answered this very round
    bench.silent = True
    until(lambda: engine.round() or engine.busy == 0 or lab.store.run(run.id).crashes)
    assert bench.dropped == [f"{run.id}-1"]
    assert lab.store.run(run.id).crashes == 1


def test_a_stop_that_the_worker_is_slow_to_hear_is_marked_in_time(
    lab, engine, bench, until, monkeypatch
):
    run = begun(lab, engine, until)
    stop_run(lab.store, run.id)
    bench.silent = True
    monkeypatch.setattr(rounds, "STOP_WITHIN_S", 0.1)
    until(lambda: engine.round() or lab.store.run(run.id).status == "stopped")
    row = lab.store.run(run.id)
    assert row.result["val_nats_per_char"] == row.best_val
    assert row.test is None
    bench.silent = False  # now it hears, and its figures still arrive
    until(lambda: engine.round() or engine.busy == 0)
    row = lab.store.run(run.id)
    assert (row.status, row.crashes) == ("stopped", 0)
    assert row.test > 0
    assert row.result["test_padded_loss"] > 0


def test_a_deleted_run_leaves_its_worker(lab, engine, until):
    run = begun(lab, engine, until)
    lab.store.transition(run.id, "stopped")  # as if another engine had ended it
    delete_run(lab.store, run.id)
    until(lambda: engine.round() or engine.busy == 0)
    assert not lab.home.run_folder(run.id).exists()


def test_leaving_puts_runs_back_with_all_they_have(lab, engine, until):
    run = begun(lab, engine, until)
    waiting = submit_run(lab.store, lab.config())
    engine.leaving = True
    until(lambda: engine.round() or engine.busy == 0)
    row = lab.store.run(run.id)
    assert (row.status, row.crashes) == ("queued", 0)
    assert lab.store.run(waiting.id).attempt == 0
    engine.leaving = False
    until(lambda: engine.round() or any("went on" in n.text for n in lab.store.notes(run.id)))
    assert lab.store.run(run.id).seconds >= row.seconds


def test_a_run_whose_songs_are_gone_fails_with_a_sentence(lab, engine):
    run = submit_run(lab.store, lab.config())
    other = submit_run(lab.store, lab.config(base=None, trainable="all"))
    lab.home.base_file("tiny").write_bytes(b"cut short")
    engine.round()
    row = lab.store.run(run.id)
    assert row.status == "failed"
    assert "damaged or cut short" in row.error
    engine.round()
    assert lab.store.run(other.id).status == "running"


def test_runs_of_an_engine_that_is_gone_are_taken_over(lab, engine, until):
    run = submit_run(lab.store, lab.config())
    lab.store.lease_next("engine:gone")
    engine.round()
    row = lab.store.run(run.id)
    assert (row.owner, row.attempt, row.crashes) == ("engine:me", 2, 1)
    until(lambda: engine.round() or lab.store.run(run.id).status == "done")


def test_messages_wait_until_they_are_known_to_have_arrived():
    outbox = worker._Outbox()
    sent = [Note("a"), Result({"seconds": 1}), Ended("done")]
    for message in sent:
        outbox.put(message)
    assert outbox.collect(worker.Poll(0)) == sent  # this answer gets lost
    assert outbox.collect(worker.Poll(0)) == sent
    assert outbox.collect(worker.Poll(2)) == sent[2:]
    outbox.put(Note("b"))
    assert outbox.collect(worker.Poll(3)) == [Note("b")]
    assert not outbox.should_stop()
    outbox.collect(worker.Poll(4, stop=True))
    assert outbox.should_stop() and not outbox.leaving()
    assert worker.collect("nosuch-1", worker.Poll(0)) == []


def test_a_job_that_nobody_asks_about_stops(monkeypatch):
    outbox = worker._Outbox()
    monkeypatch.setattr(worker, "FORGOTTEN_S", time.monotonic() - outbox._asked_s - 1)
    assert outbox.should_stop() and outbox.leaving()
