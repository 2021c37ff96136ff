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


class ThreadWorkerPool:
    """One worker, in a thread; it can be made to die or to fall silent."""

    def __init__(self) -> None:
        self.threads: dict[str, threading.Thread] = {}
        self.dropped: list[str] = []
        self.dead = self.silent = False

    def workers(self):
        return [] if self.dead else ["one"]

    def start(self, spec, name):
        self.threads[spec.key] = threading.Thread(target=worker.work, args=[spec], daemon=True)
        self.threads[spec.key].start()

    def state(self, key):
        if self.dead:
            return "lost"
        return "working" if self.threads[key].is_alive() else "over"

    def collect(self, polls):
        if self.dead or self.silent:
            return {}
        return {key: worker.collect(key, poll) for key, poll in polls.items()}

    def drop(self, key):
        self.dropped.append(key)


@pytest.fixture
def pool():
    pool = ThreadWorkerPool()
    yield pool
    for key, thread in pool.threads.items():
        while thread.is_alive():  # the worker is polled, whatever the pool pretended
            worker.collect(key, worker.Poll(0, stop=True, abandon=True))
            thread.join(0.05)


@pytest.fixture
def engine(lab, pool):
    return Dispatcher(lab.store, pool, "engine:me", checkpoint_every_s=0.05)


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


def test_a_run_that_loses_its_worker_resumes_from_its_checkpoint(lab, engine, pool, until):
    run = begun(lab, engine, until)
    pool.dead = True
    engine.round()
    row = lab.store.run(run.id)
    assert (row.status, row.crashes, engine.busy) == ("queued", 1, 0)
    pool.dead = False
    until(lambda: engine.round() or lab.store.run(run.id).attempt == 2)
    until(lambda: engine.round() or any("was resumed" in n.text for n in lab.store.notes(run.id)))
    note = next(n.text for n in lab.store.notes(run.id) if "was resumed" in n.text)
    assert int(note.split()[-1].strip(".").replace(",", "")) > 0


def test_a_silent_worker_is_lost(lab, engine, pool, until, monkeypatch):
    run = begun(lab, engine, until)
    monkeypatch.setattr(rounds, "SILENT_S", 0.0)
    engine.round()
    assert engine.busy == 1  # it answered this very round
    pool.silent = True
    until(lambda: engine.round() or engine.busy == 0 or lab.store.run(run.id).crashes)
    assert pool.dropped == [f"{run.id}-1"]
    assert lab.store.run(run.id).crashes == 1


def test_a_slow_stop_is_marked_in_time(lab, engine, pool, until, monkeypatch):
    run = begun(lab, engine, until)
    stop_run(lab.store, run.id)
    pool.silent = True
    monkeypatch.setattr(rounds, "STOP_WITHIN_S", 0.1)
    until(lambda: engine.round() or lab.store.run(run.id).status == "stopped")
    row = lab.store.run(run.id)
    assert row.result["val_nats_per_char"] == row.best_val
    assert row.test is None
    pool.silent = False  # now it hears, and its figures still arrive
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


def test_shutting_down_requeues_runs_with_their_checkpoints(lab, engine, until):
    run = begun(lab, engine, until)
    waiting = submit_run(lab.store, lab.config())
    engine.shutting_down = True
    until(lambda: engine.round() or engine.busy == 0)
    row = lab.store.run(run.id)
    assert (row.status, row.crashes) == ("queued", 0)
    assert lab.store.run(waiting.id).attempt == 0
    engine.shutting_down = False
    until(lambda: engine.round() or any("was resumed" in n.text for n in lab.store.notes(run.id)))
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


def test_orphaned_runs_are_recovered(lab, engine, until):
    run = submit_run(lab.store, lab.config())
    lab.store.lease_next("engine:gone")
    engine.round()
    row = lab.store.run(run.id)
    assert (row.owner, row.attempt, row.crashes) == ("engine:me", 2, 1)
    until(lambda: engine.round() or lab.store.run(run.id).status == "done")


def test_messages_are_kept_until_acknowledged():
    outbox = worker._Outbox()
    sent = [Note("a"), Result({"seconds": 1}), Ended("done")]
    for message in sent:
        outbox.put(message)
    assert outbox.collect(worker.Poll(0)) == sent  # this reply gets lost
    assert outbox.collect(worker.Poll(0)) == sent
    assert outbox.collect(worker.Poll(2)) == sent[2:]
    outbox.put(Note("b"))
    assert outbox.collect(worker.Poll(3)) == [Note("b")]
    assert not outbox.should_stop()
    outbox.collect(worker.Poll(4, stop=True))
    assert outbox.should_stop() and not outbox.should_abandon()
    assert worker.collect("nosuch-1", worker.Poll(0)) == []


def test_a_job_that_is_not_polled_stops(monkeypatch):
    outbox = worker._Outbox()
    monkeypatch.setattr(worker, "POLL_TIMEOUT_S", time.monotonic() - outbox._polled_s - 1)
    assert outbox.should_stop() and outbox.should_abandon()
