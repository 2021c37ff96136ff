"""Runs in this process, as the command line does them: rows, files, stops and faults."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from lyricslab.engine import recorder
from lyricslab.engine.inline import run_inline
from lyricslab.engine.messages import BestCheckpoint, Ended, LastCheckpoint, Result
from lyricslab.engine.recorder import Recorder, handle_crash, job_spec, lease_of
from lyricslab.errors import CorpusTooSmallError, NotFoundError, TrainableError
from lyricslab.library.corpora import add_corpus
from lyricslab.library.networks import load_run_network
from lyricslab.library.runs import delete_run, resume_run, stop_run, submit_run
from lyricslab.model import network_file
from lyricslab.songs.corpus import Corpus


def test_a_run_ends_with_its_figures_and_its_network(lab):
    told: list[str] = []
    run = run_inline(lab.store, lab.config("0,2"), name="Mine", log=told.append)
    assert (run.status, run.name, run.step, run.attempt) == ("done", "Mine", 40, 1)
    assert run.owner.startswith("cli:")
    assert run.owner.endswith(f":{os.getpid()}")
    assert run.result["frozen_drift"] == 0.0
    assert run.result["run"] == run.id
    assert run.test == run.result["test_nats_per_char"]
    assert run.best_val == run.result["val_nats_per_char"]
    assert run.zero_shot_val == lab.store.points(run.id, 400)[0].val_loss
    assert run.best_val <= run.zero_shot_val
    assert len(told) == 6
    assert "step 40 of 40" in told[-1]
    weights, card = network_file.load(lab.home.best(run.id))
    assert (card.name, card.kind, card.title) == (run.id, "run", "Mine")
    assert card.model == run.config.model
    assert card.val_nats_per_char == run.best_val
    assert np.array_equal(weights["layers.1.bias_hh_l0"], lab.base_weights["layers.1.bias_hh_l0"])
    assert load_run_network(lab.store, run.id).config == run.config.model
    assert not lab.home.last(run.id).exists()  # it is done: there is nothing to go on with


def test_a_stop_keeps_and_scores_the_best(lab):
    stops = []
    config = lab.config(max_steps=100_000)
    run = run_inline(
        lab.store, config, log=lambda line: stops[0]() if "step 16" in line else None,
        on_start=stops.append,
    )  # fmt: skip
    assert run.status == "stopped"
    assert 16 <= run.step < 100
    assert run.test > 0
    assert run.result["train_nats_per_char"] > 0
    assert lab.home.last(run.id).exists()
    assert network_file.load(lab.home.best(run.id))[1].val_nats_per_char == run.best_val


def test_a_stop_from_the_app_is_followed(lab):
    def stop_elsewhere(line: str) -> None:
        (run,) = lab.store.runs(statuses=["running"])
        stop_run(lab.store, run.id)

    config = lab.config(max_steps=10_000_000, eval_every_steps=1_000_000)
    assert run_inline(lab.store, config, log=stop_elsewhere).status == "stopped"


def test_a_second_interrupt_ends_at_once(lab):
    def interrupt(line: str) -> None:
        if "step 8 " in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_inline(lab.store, lab.config(), log=interrupt)
    (run,) = lab.store.runs()
    assert run.status == "stopped"
    assert run.result["test_nats_per_char"] is None
    assert network_file.load(lab.home.best(run.id))[1].kind == "run"


def test_divergence_fails_the_run(lab):
    run = run_inline(
        lab.store, lab.config("all", learning_rate=1.0, optimiser="rmsprop", grad_clip=0)
    )
    assert run.status == "failed"
    assert "smaller learning rate" in run.error
    assert run.best_val is not None
    assert network_file.load(lab.home.best(run.id))[1].val_nats_per_char == run.best_val


def test_an_unexpected_error_logs_its_traceback(lab, monkeypatch):
    def fail(*args: object) -> None:
        raise ZeroDivisionError("a planted fault")

    monkeypatch.setattr("lyricslab.training.loop.Training.take_step", fail)
    run = run_inline(lab.store, lab.config())
    assert run.status == "failed"
    assert "inside the program" in run.error
    assert "a planted fault" in (lab.home.logs / f"run-{run.id}.log").read_text()
    assert lab.home.best(run.id).exists()


def test_a_missing_corpus_or_base_is_refused_before_anything_is_recorded(lab, songs):
    with pytest.raises(NotFoundError, match="'nosuch'"):
        run_inline(lab.store, lab.config(base="nosuch"))
    with pytest.raises(TrainableError, match="layers 0 to 2"):
        submit_run(lab.store, lab.config("0,3"))
    few = add_corpus(lab.store, Corpus("Few", songs(2)))
    with pytest.raises(CorpusTooSmallError, match="three"):
        submit_run(lab.store, replace(lab.config(), corpus=few.digest))
    with pytest.raises(NotFoundError, match="corpus"):
        submit_run(lab.store, replace(lab.config(), corpus="0" * 64))
    assert lab.store.runs() == []


def test_a_full_disk_fails_the_run(lab, monkeypatch):
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recorder.network_file, "save", full)
    run = run_inline(lab.store, lab.config())
    assert run.status == "failed"
    assert "No space left on device" in run.error
    assert "Free some disk space" in run.error


def leased(lab, **changes):
    submit_run(lab.store, lab.config(**changes))
    return lab.store.lease_next("engine:a")


def test_files_under_a_lost_lease_are_not_written(lab):
    run = leased(lab)
    writer = Recorder(lab.store, run)
    lab.store.transition(run.id, "queued")
    lab.store.lease_next("engine:b")
    best = BestCheckpoint(b"theirs", 8, 1.5, 3.5, 2.0, 999)
    assert writer.record([best, LastCheckpoint(b"theirs"), Ended("done")]) is None
    assert not lab.home.run_folder(run.id).exists()
    assert lab.store.run(run.id).status == "running"


def test_messages_of_a_deleted_run_are_dropped(lab):
    run = leased(lab)
    writer = Recorder(lab.store, run)
    writer.stop_now()
    delete_run(lab.store, run.id)
    assert writer.record([LastCheckpoint(b"late"), Result({"seconds": 1.0})]) is None
    assert not lab.home.run_folder(run.id).exists()


def test_a_run_fails_after_three_crashes(lab):
    submit_run(lab.store, lab.config())
    for losses in (1, 2, 3):
        handle_crash(lab.store, lab.store.lease_next("engine:a"))
        (run,) = lab.store.runs()
        assert (run.status, run.crashes) == ("queued", losses)
    handle_crash(lab.store, lab.store.lease_next("engine:a"))
    (run,) = lab.store.runs()
    assert (run.status, run.crashes, run.attempt) == ("failed", 4, 4)
    assert "died 4 times" in run.error
    assert len(lab.store.notes(run.id)) == 3
    assert resume_run(lab.store, run.id).crashes == 0


def test_a_stopping_run_that_crashes_is_stopped(lab):
    run = leased(lab)
    stop_run(lab.store, run.id)
    handle_crash(lab.store, run)
    assert lab.store.run(run.id).status == "stopped"


def test_runs_of_dead_engines_and_command_lines_are_orphaned(lab):
    gone = leased(lab)
    own = [submit_run(lab.store, lab.config()).id, lab.store.lease_next("engine:me").id]
    silent, lively = (
        lab.store.add_run(
            name="x", corpus_id=lab.corpus_row.id, config=lab.config(), owner=f"cli:{k}"
        )
        for k in range(2)
    )
    lab.store.transition(silent.id, "stopping", heartbeat_at="2020-01-01T00:00:00.000Z")
    lost = {run.id for run in lab.store.orphaned_runs(except_owner="engine:me", silent_s=60)}
    assert lost == {gone.id, silent.id}
    assert own[0] == own[1]
    assert lively.id not in lost


def test_a_job_spec_has_everything(lab):
    run = leased(lab)
    lab.home.run_folder(run.id).mkdir()
    lab.home.last(run.id).write_bytes(b"where it stood")
    spec = job_spec(lab.store, run)
    assert spec.resume == b"where it stood"
    assert network_file.unpack(spec.base).keys() == lab.base_weights.keys()
    assert Corpus.from_json(spec.songs.decode()).digest == lab.corpus_row.digest
    assert (spec.key, spec.config) == (f"{run.id}-1", run.config)
    assert lease_of(run).attempt == 1
    lab.home.corpus_file(lab.corpus_row.digest).unlink()
    with pytest.raises(NotFoundError, match="gone from"):
        job_spec(lab.store, run)
