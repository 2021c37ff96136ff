"""The engine as a process: what survives whom. Tests of `engine_lab` share one engine."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import SimpleNamespace

import dask
import psutil
import pytest
from distributed import LocalCluster

from lyricslab.engine import client, dask_engine, job, messages
from lyricslab.engine.messages import BestCheckpoint, Ended, Result
from lyricslab.engine.recorder import job_spec
from lyricslab.errors import EngineError, RunStateError
from lyricslab.experiments import experiment
from lyricslab.experiments.sweep_plan import plan_sweep
from lyricslab.experiments.sweep_results import sweep_table
from lyricslab.library.pace import time_left_s
from lyricslab.library.runs import delete_run, resume_run, stop_run, submit_run
from lyricslab.model import network_file
from lyricslab.store.home import open_home
from lyricslab.store.lock import try_lock
from lyricslab.store.store import Store

LONG = {"max_steps": 1_000_000, "patience_evals": 0}
STOP_WITHIN_S = 3.0

pytestmark = pytest.mark.timeout(500)  # a busy machine takes a minute to start one process


def training(lab, until, run):
    """Waits until a run has taken steps and written a checkpoint to go on from."""
    until(lambda: lab.store.run(run.id).step > 0 and lab.home.last(run.id).exists())
    return lab.store.run(run.id)


def stop(lab, until, run):
    stop_run(lab.store, run.id)
    until(lambda: lab.store.run(run.id).status == "stopped")
    return lab.store.run(run.id)


def went_on_from(lab, run) -> int:
    """The step of the latest note that says so; 0 if there is none."""
    said = [note.text for note in lab.store.notes(run.id) if "was resumed from" in note.text]
    return int(said[-1].split()[-1].strip(".").replace(",", "")) if said else 0


def test_two_apps_at_once_start_one_engine(engine_lab, until):
    until(lambda: client.engine_status(engine_lab.home).workers == 1)
    status = client.engine_status(engine_lab.home)
    assert status.running and status.pid == engine_lab.engines()[0].pid
    assert len(engine_lab.engines()) == 1
    client.ensure_engine(engine_lab.home)
    assert [p.pid for p in engine_lab.engines()] == [status.pid]


def test_the_engine_listens_on_this_computer_only(engine_lab):
    open_ports = [
        connection.laddr.ip
        for process in engine_lab.processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert open_ports
    assert set(open_ports) == {"127.0.0.1"}


def test_runs_are_queued_and_a_stopped_one_is_scored(engine_lab, until):
    first = submit_run(engine_lab.store, engine_lab.config(**LONG))
    second = submit_run(engine_lab.store, engine_lab.config("1"))
    row = training(engine_lab, until, first)
    assert time_left_s(row) > 0
    assert engine_lab.store.queue_position(second.id) == 1
    with pytest.raises(RunStateError, match="training"):
        delete_run(engine_lab.store, first.id)
    asked_at = datetime.now().astimezone()
    stopped = stop(engine_lab, until, first)
    took = datetime.fromisoformat(stopped.finished_at) - asked_at
    assert took.total_seconds() < STOP_WITHIN_S
    assert (
        network_file.load(engine_lab.home.best(first.id))[1].val_nats_per_char == stopped.best_val
    )
    until(lambda: engine_lab.store.run(first.id).test)
    until(lambda: engine_lab.store.run(second.id).status == "done")
    done = engine_lab.store.run(second.id)
    assert done.result["frozen_drift"] == 0.0
    assert (done.crashes, done.attempt, done.error) == (0, 1, None)


def test_a_stopped_run_resumes_to_the_bit(engine_lab, until):
    config = engine_lab.config("0,2", max_steps=800, eval_every_steps=100)
    run = submit_run(engine_lab.store, config)
    training(engine_lab, until, run)
    stopped = stop(engine_lab, until, run)
    assert 0 < stopped.step < 800
    resume_run(engine_lab.store, run.id)
    until(lambda: engine_lab.store.run(run.id).status == "done")
    resumed = engine_lab.store.run(run.id)
    assert went_on_from(engine_lab, run) > 0
    assert resumed.seconds > stopped.seconds > 0
    whole: list[messages.Message] = []
    fresh = engine_lab.store.add_run(
        name="whole", corpus_id=engine_lab.corpus_row.id, config=resumed.config, owner="cli:test"
    )
    job.execute(job_spec(engine_lab.store, fresh), whole.append, lambda: False)
    assert whole[-1] == Ended("done")
    engine_lab.store.transition(fresh.id, "done")
    best = [m for m in whole if isinstance(m, BestCheckpoint)][-1]
    assert best.data == network_file.pack(network_file.load(engine_lab.home.best(run.id))[0])
    values = [m for m in whole if isinstance(m, Result)][-1].values
    for key in ("val_nats_per_char", "test_nats_per_char", "train_nats_per_char", "epochs"):
        assert values[key] == resumed.result[key]


def test_a_run_outlives_its_app(engine_lab, until):
    config = engine_lab.config("1,2", **LONG)
    app = engine_lab.app(
        "from lyricslab.config import RunConfig\n"
        f"config = RunConfig.from_dict({config.to_dict()!r})\n"
        "run = runs.submit_run(store, config, name='orphan')\n"
        "client.keep_alive(home); print(run.id, flush=True)\n"
        "import signal; signal.pause()\n"
    )
    run = engine_lab.store.run(app.stdout.readline().strip())
    row = training(engine_lab, until, run)
    os.killpg(app.pid, signal.SIGINT)  # Ctrl-C, then worse
    os.killpg(app.pid, signal.SIGKILL)
    app.communicate()
    until(lambda: engine_lab.store.run(run.id).step > row.step)
    assert engine_lab.store.run(run.id).crashes == 0
    stop(engine_lab, until, run)


def test_a_run_outlives_its_worker(engine_lab, until):
    run = submit_run(engine_lab.store, engine_lab.config(max_steps=1200, eval_every_steps=200))
    training(engine_lab, until, run)
    (worker,) = engine_lab.workers()
    worker.kill()
    until(lambda: went_on_from(engine_lab, run) > 0)
    assert engine_lab.store.run(run.id).crashes == 1
    until(lambda: engine_lab.store.run(run.id).status == "done")
    row = engine_lab.store.run(run.id)
    assert (row.step, row.crashes, row.attempt) == (1200, 1, 2)
    steps = [point.step for point in engine_lab.store.points(run.id, 10_000)]
    assert steps == sorted(set(steps))
    assert steps[-1] == 1200


def test_a_run_outlives_its_engine(engine_lab, until):
    run = submit_run(engine_lab.store, engine_lab.config(**LONG))
    training(engine_lab, until, run)
    (dask_engine,) = engine_lab.engines()
    before = engine_lab.processes()
    dask_engine.kill()
    psutil.wait_procs(before, timeout=20)
    assert not any(process.is_running() for process in before)  # its workers went with it
    assert not client.engine_status(engine_lab.home).running
    client.ensure_engine(engine_lab.home)
    assert engine_lab.engines()[0].pid != dask_engine.pid
    until(lambda: went_on_from(engine_lab, run) > 0)
    row = engine_lab.store.run(run.id)
    assert (row.crashes, row.attempt) == (1, 2)
    stop(engine_lab, until, run)


def test_a_sweep_advances_without_an_app(engine_lab, until):
    store = engine_lab.store
    plan = plan_sweep(
        store,
        engine_lab.corpus_row.id,
        ["tiny"],
        seeds=1,
        preset="quick",
        split_config=engine_lab.config().split,
        only=["zero-shot", "2"],
    )
    # Nobody but the engine looks at what it wants next.
    sweep_id = store.add_experiment(corpus_id=engine_lab.corpus_row.id, digest="d", plan=plan)
    until(lambda: experiment.status(store, sweep_id).state == "done")
    table = sweep_table(store, sweep_id)
    assert [cell.complete for cell in table.cells] == [True, True]
    assert table.status.runs == table.status.done == 2
    tuned, raw = table.cell("tiny", "2"), table.cell("tiny", "zero-shot")
    assert tuned.mean("val") <= raw.mean("val")
    assert tuned.seeds[0].songs.keys() == raw.seeds[0].songs.keys() == {"train", "val", "test"}


def test_a_stopped_engine_requeues_its_run(engine_lab, until):
    run = submit_run(engine_lab.store, engine_lab.config(**LONG))
    training(engine_lab, until, run)
    client.stop_engine(engine_lab.home)
    row = engine_lab.store.run(run.id)
    assert (row.status, row.crashes) == ("queued", 0)
    until(lambda: not engine_lab.processes())
    stop_run(engine_lab.store, run.id)


# ---- without the shared engine


def test_an_engine_without_work_ends_by_itself(lab, until, monkeypatch):
    monkeypatch.setenv("LYRICSLAB_IDLE_S", "0.5")
    monkeypatch.setenv("LYRICSLAB_WORKERS", "1")
    client.keep_alive(lab.home)  # the first call starts it, for it will be wanted soon
    until(lambda: client.engine_status(lab.home).running)
    until(lambda: not lab.processes())
    monkeypatch.setattr(client, "CHECK_EVERY_S", 0.0)
    assert client.engine_status(lab.home) == client.EngineStatus(running=False)
    client.keep_alive(lab.home)
    assert not client.engine_status(lab.home).running  # nothing waits, so nothing is started
    woken = []
    monkeypatch.setattr(client, "_start", woken.append)
    client.keep_alive(lab.home)
    long_ago = time.time() - 2 * client.AWAY_S
    os.utime(lab.home.keepalive, (long_ago, long_ago))
    client.keep_alive(lab.home)  # somebody is back
    assert len(woken) == 1


def test_a_page_never_waits_for_a_slow_engine(lab, monkeypatch):
    monkeypatch.setattr(client, "CHECK_EVERY_S", 0.0)
    monkeypatch.setattr(client.time, "sleep", None)  # whoever waits fails
    started = []

    def start(home: object) -> SimpleNamespace:
        started.append(SimpleNamespace(pid=1, poll=lambda: None))  # alive, and not yet ready
        return started[-1]

    monkeypatch.setattr(client, "_start", start)
    for _ in range(3):
        client.keep_alive(lab.home)
    assert len(started) == 1 and not client.engine_status(lab.home).running
    monkeypatch.setattr(client, "START_WITHIN_S", -1.0)
    with pytest.raises(EngineError, match="did not start in time"):
        client.keep_alive(lab.home)
    assert len(started) == 1  # it may still come up


def test_a_page_has_an_engine_of_other_code_replaced_without_waiting(lab, monkeypatch):
    monkeypatch.setattr(client, "CHECK_EVERY_S", 0.0)
    monkeypatch.setattr(client.time, "sleep", None)
    facts = {"pid": 1, "workers": 1, "busy": 0, "started_at": "", "digest": "old"}
    lab.home.engine_facts.write_text(json.dumps(facts))
    lock = try_lock(lab.home.engine_lock)
    started = []
    monkeypatch.setattr(
        client, "_start", lambda home: started.append(home) or SimpleNamespace(poll=lambda: None)
    )
    client.keep_alive(lab.home)
    assert lab.home.engine_request.exists() and not started
    lab.home.engine_facts.unlink()
    lock.release()
    client.keep_alive(lab.home)
    assert len(started) == 1


def test_an_engine_that_cannot_start_says_why(lab, tmp_path, until, monkeypatch):
    monkeypatch.setattr(client, "PACKAGE", tmp_path / "nowhere" / "lyricslab")
    (tmp_path / "nowhere").mkdir()
    with pytest.raises(EngineError, match=r"could not be started.*lyricslab"):
        client.ensure_engine(lab.home)
    assert lab.processes() == []
    monkeypatch.setattr(client, "CHECK_EVERY_S", 0.0)

    def refused() -> bool:
        try:
            client.keep_alive(lab.home)
        except EngineError as error:
            return "could not be started" in str(error)
        return False

    until(refused)  # a page is told, too, and goes on being told until it is tried again
    with pytest.raises(EngineError, match=r"tried again shortly"):
        client.keep_alive(lab.home)


def test_an_engine_that_fails_says_why(lab, until, monkeypatch):
    monkeypatch.setenv("LYRICSLAB_ENGINE", "nonsense://nowhere")
    client.keep_alive(lab.home)
    until(lambda: client.engine_status(lab.home).error)
    assert "the cluster at nonsense://nowhere" in client.engine_status(lab.home).error
    until(lambda: not lab.processes())
    submit_run(lab.store, lab.config())
    monkeypatch.setattr(client, "CHECK_EVERY_S", 0.0)
    with pytest.raises(EngineError, match=r"has ended.*nonsense://nowhere"):
        client.keep_alive(lab.home)


def test_an_engine_of_other_code_is_replaced(lab, until, monkeypatch):
    facts = {"pid": 1, "workers": 1, "busy": 0, "started_at": ""}
    lab.home.engine_facts.write_text(json.dumps({**facts, "digest": "old"}))
    locks = [try_lock(lab.home.engine_lock)]

    def leave_when_asked() -> None:
        until(lab.home.engine_request.exists)
        lab.home.engine_facts.unlink()
        locks[0].release()

    def start(home: object) -> SimpleNamespace:
        locks.append(try_lock(lab.home.engine_lock))
        assert locks[1]
        lab.home.engine_facts.write_text(json.dumps({**facts, "digest": client.code_digest()}))
        return SimpleNamespace(pid=2, poll=lambda: None)

    monkeypatch.setattr(client, "_start", start)
    with ThreadPoolExecutor(1) as dask_engine:
        left = dask_engine.submit(leave_when_asked)
        client.ensure_engine(lab.home)
        left.result()
    assert client.engine_status(lab.home).digest == client.code_digest()
    monkeypatch.setattr(client, "_start", None)  # the new one stays: nothing is started again
    client.ensure_engine(lab.home)
    locks[1].release()


def test_the_log_is_kept_short(lab):
    lab.home.engine_log.write_bytes(b"x" * (client.MAX_LOG_BYTES + 1))
    client.trim_log(lab.home)
    assert lab.home.engine_log.stat().st_size == 0
    assert lab.home.engine_log.with_suffix(".old.log").stat().st_size == client.MAX_LOG_BYTES + 1


def test_other_code_has_another_digest(tmp_path, monkeypatch):
    before = client.code_digest()
    for name in client.ENGINE_CODE:
        source, copy = client.PACKAGE / name, tmp_path / name
        for path in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
            target = copy / path.relative_to(source) if source.is_dir() else copy
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    monkeypatch.setattr(client, "PACKAGE", tmp_path)
    assert client.code_digest() == before
    (tmp_path / "engine" / "job.py").write_text("# other")
    assert client.code_digest() != before


def test_the_app_side_loads_neither_torch_nor_dask(lab):
    app = lab.app(
        "from lyricslab.engine import dispatcher, inline, recorder, worker\n"
        "from lyricslab.library import baselines, corpora, networks\n"
        "store.runs(); client.engine_status(home)\n"
        "print([name for name in ('torch', 'dask', 'distributed') if name in sys.modules])"
    )
    assert app.communicate(timeout=60)[0].strip() == "[]"
    assert open_home(lab.home.root) == lab.home


def test_workers_stay_known_whatever_the_client_fetches(lab, monkeypatch):
    """Dask's client, every two seconds, looks at the cluster without its workers: that look may
    come between a question for them and its answer."""
    here = {"host": "127.0.0.1", "protocol": "tcp://", "dashboard_address": None}
    with LocalCluster(n_workers=2, processes=False, **here) as cluster:
        pool = dask_engine.DaskWorkerPool(lab.home, cluster.scheduler_address)
        own_look = pool.client._update_scheduler_info

        async def look_of_its_own(n_workers: int = 0) -> None:
            await own_look(n_workers=n_workers)
            await own_look(n_workers=0)

        monkeypatch.setattr(pool.client, "_update_scheduler_info", look_of_its_own)
        assert not pool.client.scheduler_info()["workers"], "the trap is gone: this test may go"
        assert len(pool._alive()) == 2
        pool.close()


def test_workers_keep_freed_memory(lab):
    """What glibc reads when a worker's process begins; `python -m benchmarks arenas`."""
    here = {"host": "127.0.0.1", "protocol": "tcp://", "dashboard_address": None}
    with LocalCluster(n_workers=1, processes=False, **here) as cluster:
        pool = dask_engine.DaskWorkerPool(lab.home, cluster.scheduler_address)
        pool.close()
    given = dask.config.get("distributed.nanny.pre-spawn-environ")
    assert given["MALLOC_ARENA_MAX"] == 1
    assert given["OMP_NUM_THREADS"] == 1  # what Dask sets by itself stays


@pytest.mark.parametrize(
    ("own", "there", "ends_after_s"),
    [
        (True, range(0, 30), 30 + dask_engine.NO_WORKERS_S),
        (
            True,
            range(90, 400),
            400 + dask_engine.NO_WORKERS_S,
        ),  # slow to come, as on a busy computer
        (True, range(0), dask_engine.FIRST_WORKER_S + dask_engine.NO_WORKERS_S),
        (False, range(0, 30), None),
    ],
)
def test_an_engine_whose_workers_are_gone_ends(tmp_path, monkeypatch, own, there, ends_after_s):
    """By a clock that a test can afford; workers of another cluster may come and go."""
    home = open_home(tmp_path)
    now = [0.0]

    def sleep(_pause_s: float) -> None:
        now[0] += dask_engine.FACTS_EVERY_S
        if now[0] > 1_000:
            dispatcher.shutting_down = True

    monkeypatch.setattr(dask_engine, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    dispatcher = SimpleNamespace(
        shutting_down=False, busy=1, queued=0, round=lambda: None, store=Store(home)
    )

    class Bench:
        cluster = object() if own else None

        @property
        def has_workers(self) -> bool:
            return int(now[0]) in there

        def workers(self) -> list[str]:
            return []  # none of them has loaded all it needs yet

    if ends_after_s is not None:
        with pytest.raises(EngineError, match="workers are gone"):
            dask_engine._rounds(home, dispatcher, Bench(), {})
        assert abs(now[0] - ends_after_s) <= 3 * dask_engine.FACTS_EVERY_S
    else:
        dask_engine._rounds(home, dispatcher, Bench(), {})
        assert now[0] > 1_000
