"""The engine: a process of its own that trains runs on Dask workers, app or no app.

`python -m lyricslab.engine.dask_engine` serves the home at LYRICSLAB_HOME until nothing is left to
do and no app is open. Each home has at most one: whoever holds its lock. The only file that knows
Dask.

LYRICSLAB_ENGINE names a cluster to use instead of this computer's cores; LYRICSLAB_WORKERS,
LYRICSLAB_IDLE_S and LYRICSLAB_CHECKPOINT_S set the number of workers, how long it stays without
work, and how often a run's state is kept.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import signal
import socket
import time
from collections.abc import Mapping
from concurrent.futures import Future as Answer
from concurrent.futures import wait
from contextlib import suppress
from typing import Any, Literal

from lyricslab.engine import client
from lyricslab.engine.dispatcher import Dispatcher
from lyricslab.engine.job import CHECKPOINT_EVERY_S, JobSpec, warm
from lyricslab.engine.messages import Message
from lyricslab.engine.worker import Poll, collect, work
from lyricslab.errors import (
    CheckpointError,
    EngineError,
    InputError,
    LyricsLabError,
    NotFoundError,
    RunStateError,
    StoreError,
)
from lyricslab.experiments import experiment
from lyricslab.files import write_file
from lyricslab.store.database import new_id
from lyricslab.store.home import Home, open_home
from lyricslab.store.lock import try_lock
from lyricslab.store.rows import utc_now
from lyricslab.store.store import Store

ROUND_EVERY_S = 0.2
IDLE_ROUND_EVERY_S = 0.4
"""Easier on the battery while there is nothing to follow."""
FACTS_EVERY_S = 2.0
ADVANCE_EVERY_S = 1.0
"""How often the sweeps and searches are advanced."""
ANSWER_WITHIN_S = 1.0
"""How long one round waits for a worker's news; slower ones are heard in a later round."""
IDLE_S = 60.0
"""With nothing to do and no app open for so long, the engine ends."""
LEAVE_WITHIN_S = 15.0
"""How long an engine that was asked to leave waits for its jobs to make room."""
UNMANNED_S = 60.0
"""Without a single worker of its own for so long, the engine ends; the app starts another."""
FIRST_WORKER_S = 120.0
"""So much longer at the start: on a busy computer workers take their time to appear."""
STORE_FAULTS = 100
"""So many rounds in a row without a usable store, and the engine ends."""

logger = logging.getLogger("lyricslab.engine")


class DaskWorkerPool:
    """Workers on this computer, or those of the cluster at LYRICSLAB_ENGINE."""

    def __init__(self, home: Home, address: str | None) -> None:
        import dask
        from distributed import Client, LocalCluster

        dask.config.set(
            {
                # A run whose worker died goes back to the store, which knows its checkpoint.
                "distributed.scheduler.allowed-failures": 0,
                "distributed.scheduler.http.routes": [],
                "distributed.worker.http.routes": [],
                "distributed.admin.large-graph-warning-threshold": "1GB",
                # Jobs run in a thread. glibc would give it an arena of its own and hand what that
                # frees back to the system, step after step: see `machine.settle`.
                "distributed.nanny.pre-spawn-environ.MALLOC_ARENA_MAX": 1,
            }
        )
        self.cluster: Any = None
        if address is None:
            self.cluster = LocalCluster(
                n_workers=client.worker_count(),
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                local_directory=str(home.scratch),
                silence_logs=logging.WARNING,
            )
        self.client: Any = Client(self.cluster or address, timeout="30s")
        self._looked_s = -ROUND_EVERY_S
        self._there: set[str] = set()
        self._warming: dict[str, Any] = {}  # worker -> the Dask future of its `warm`
        self._orders: dict[str, tuple[str, Any]] = {}  # key -> worker, Dask future
        self._answers: dict[str, Answer[dict[str, list[Message]]]] = {}

    def workers(self) -> list[str]:
        """Those that have loaded all they need.

        Raises:
            EngineError: if a worker cannot load it.
        """
        known = self._alive()
        for worker in known - self._warming.keys():
            self._warming[worker] = self.client.submit(warm, workers=[worker], pure=False)
        for worker in self._warming.keys() - known:
            del self._warming[worker]
        for worker, warming in self._warming.items():
            if warming.status == "error" and worker in self._alive():
                raise EngineError(
                    f"The engine's workers cannot load what training needs: {warming.exception()}"
                )
        return [worker for worker in sorted(known) if self._warming[worker].status == "finished"]

    @property
    def manned(self) -> bool:
        """Whether there are workers, be it that they are still loading what they need."""
        return bool(self._alive())

    def _alive(self) -> set[str]:
        """The workers that are there; asked for once a round."""
        now_s = time.monotonic()
        if now_s - self._looked_s > ROUND_EVERY_S / 2:
            self._looked_s = now_s
            # Not `client.scheduler_info()`: every two seconds the client itself puts an answer
            # without any workers where that one looks for its own, and all would seem lost.
            with suppress(OSError):  # no answer; `state` tells if it matters
                found = self.client.sync(self.client.scheduler.identity, n_workers=-1)
                self._there = set(found["workers"])
        return self._there

    def start(self, order: JobSpec, worker: str) -> None:
        future = self.client.submit(work, order, key=order.key, workers=[worker], pure=False)
        self._orders[order.key] = (worker, future)

    def state(self, key: str) -> Literal["working", "over", "lost"]:
        worker, future = self._orders[key]
        if future.status not in ("pending", "finished") or worker not in self._alive():
            return "lost"
        return "over" if future.status == "finished" else "working"

    def collect(self, asks: Mapping[str, Poll]) -> dict[str, list[Message]]:
        for key, ask in asks.items():
            if key not in self._answers:
                worker, _ = self._orders[key]
                asking = self.client.run(collect, key, ask, workers=[worker], asynchronous=True)
                loop = self.client.loop.asyncio_loop
                self._answers[key] = asyncio.run_coroutine_threadsafe(asking, loop)
        wait(self._answers.values(), timeout=ANSWER_WITHIN_S)
        arrived = {}
        for key, answer in list(self._answers.items()):
            if answer.done():
                del self._answers[key]
                error = answer.exception()
                if error is None:
                    arrived[key] = next(iter(answer.result().values()))
                else:
                    logger.warning("No answer about %s: %r", key, error)
        return arrived

    def drop(self, key: str) -> None:
        worker, future = self._orders.pop(key)
        answer = self._answers.pop(key, None)
        if answer is not None:
            answer.cancel()
        future.release()
        if future.status == "pending" and worker in self._alive():
            logger.warning("Worker %s does not answer and is started afresh", worker)
            self.client.restart_workers([worker], timeout=10, raise_for_error=False)
            self._warming.pop(worker, None)

    def close(self) -> None:
        """Lets go of the workers; those of this computer end with the engine, within an instant."""
        if self.cluster is None:
            self.client.close(timeout=5)


def serve(home: Home) -> None:
    """Trains what is queued until nothing is left, or somebody asks the engine to leave."""
    owner = f"engine:{socket.gethostname()}:{os.getpid()}:{new_id()}"
    facts = {
        "pid": os.getpid(),
        "owner": owner,
        "digest": client.code_digest(),
        "started_at": utc_now(),
        "workers": 0,
        "busy": 0,
    }
    home.engine_request.unlink(missing_ok=True)
    shutil.rmtree(home.scratch, ignore_errors=True)
    _write_facts(home, facts)
    store = Store(home)
    address = os.environ.get("LYRICSLAB_ENGINE")
    began_s = time.monotonic()
    try:
        bench = DaskWorkerPool(home, address)
    except (OSError, ValueError) as error:  # no answer; no such protocol
        place = f"the cluster at {address}" if address else "its workers"
        raise EngineError(f"The engine could not reach {place}: {error}") from error
    logger.info("Ready after %.1f s", time.monotonic() - began_s)
    pause_s = float(os.environ.get("LYRICSLAB_CHECKPOINT_S", CHECKPOINT_EVERY_S))
    dispatcher = Dispatcher(store, bench, owner, pause_s)
    signal.signal(signal.SIGTERM, lambda number, frame: setattr(dispatcher, "leaving", True))
    try:
        _rounds(home, dispatcher, bench, facts)
    finally:
        bench.close()


def _rounds(
    home: Home, dispatcher: Dispatcher, bench: DaskWorkerPool, facts: dict[str, Any]
) -> None:
    idle_s = float(os.environ.get("LYRICSLAB_IDLE_S", IDLE_S))
    busy_s = told_s = time.monotonic()
    manned_s = busy_s + FIRST_WORKER_S
    advanced_s = busy_s - ADVANCE_EVERY_S
    leave_s: float | None = None
    faults = 0
    while True:
        now_s = time.monotonic()
        if home.engine_request.exists():
            dispatcher.leaving = True
        try:
            if not dispatcher.leaving and now_s - advanced_s >= ADVANCE_EVERY_S:
                advanced_s = now_s
                _advance_experiments(dispatcher.store)
            dispatcher.round()
            faults = 0
        except StoreError:
            faults += 1
            logger.exception("The records could not be used")
            if faults >= STORE_FAULTS:
                raise
        if dispatcher.busy or dispatcher.queued:
            busy_s = now_s
        if now_s - told_s >= FACTS_EVERY_S:
            told_s = now_s
            workers = len(bench.workers())
            _write_facts(home, facts | {"workers": workers, "busy": dispatcher.busy})
            client.trim_log(home)
            if bench.manned or bench.cluster is None:  # those of another cluster may come and go
                manned_s = now_s
            elif now_s - manned_s > UNMANNED_S:
                raise EngineError("Its workers are gone and do not come back.")
        if dispatcher.leaving:
            leave_s = leave_s or now_s
            if not dispatcher.busy or now_s - leave_s > LEAVE_WITHIN_S:
                logger.info("Leaving, as asked")
                return
        elif now_s - busy_s > idle_s and client.keepalive_age_s(home) > idle_s:
            logger.info("Nothing left to do")
            return
        time.sleep(ROUND_EVERY_S if dispatcher.busy else IDLE_ROUND_EVERY_S)


def _advance_experiments(store: Store) -> None:
    """Queue what the sweeps and searches need next; stop those that cannot go on."""
    for row in store.experiments(None, "wanted"):
        try:
            experiment.advance(store, row.id)
        except (InputError, NotFoundError, RunStateError, CheckpointError) as error:
            logger.exception("%s cannot go on", row.id)
            store.transition_experiment(row.id, "stopped", only_from="wanted", error=str(error))


def _write_facts(home: Home, facts: dict[str, Any]) -> None:
    with suppress(PermissionError):  # on Windows, while somebody is reading it
        write_file(home.engine_facts, json.dumps(facts | {"beat_at": utc_now()}).encode())


def main() -> int:
    """Serves the home at LYRICSLAB_HOME, unless another engine does already."""
    home = open_home()
    # Others hold the lock for a moment to see whether it is free.
    lock = try_lock(home.engine_lock, timeout_s=2.0)
    if lock is None:
        return 0
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logger.setLevel(logging.INFO)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the app
    error: str | None = None
    try:
        serve(home)
    except LyricsLabError as fault:
        logger.exception("The engine ends")
        error = str(fault)
    except Exception as fault:
        logger.exception("The engine ends by a fault of its own")
        error = f"The engine ended by a fault of its own ({type(fault).__name__})."
    home.engine_facts.unlink(missing_ok=True)
    home.engine_request.unlink(missing_ok=True)
    shutil.rmtree(home.scratch, ignore_errors=True)
    if error is None:
        return 0
    _write_facts(home, {"error": error})
    return 1


if __name__ == "__main__":
    # Under its own name: what is pickled as `__main__` is not found by the workers.
    from lyricslab.engine.dask_engine import main as named_main

    code = named_main()
    logging.shutdown()
    # Workers end when they see that the engine has; to ask each one politely takes seconds.
    os._exit(code)
