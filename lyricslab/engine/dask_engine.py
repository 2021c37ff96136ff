"""The engine: a separate process that trains runs on Dask workers, with or without an app.

`python -m lyricslab.engine.dask_engine` serves the home at LYRICSLAB_HOME until there is nothing to
do and no app is open. The one that holds the home's lock is the only one. No other file uses Dask.

LYRICSLAB_ENGINE is the address of a cluster to use instead of this computer's cores;
LYRICSLAB_WORKERS, LYRICSLAB_IDLE_S and LYRICSLAB_CHECKPOINT_S set the number of workers, how long
the engine stays without work, and how often checkpoints are saved.
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
from concurrent.futures import Future as ReplyFuture
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
"""Saves battery while no job runs."""
FACTS_EVERY_S = 2.0
ADVANCE_EVERY_S = 1.0
"""How often the runs that sweeps and searches need next are queued."""
REPLY_WITHIN_S = 1.0
"""How long a round waits for the workers' replies; later ones are read in a later round."""
IDLE_S = 60.0
"""With nothing to do and no app open for this long, the engine ends."""
SHUTDOWN_WITHIN_S = 15.0
"""How long an engine that was asked to end waits for its jobs to be preempted."""
NO_WORKERS_S = 60.0
"""Without a worker for this long, the engine ends; the app starts another one."""
FIRST_WORKER_S = 120.0
"""How much longer at the start: on a busy computer workers start slowly."""
MAX_STORE_ERRORS = 100
"""After this many rounds in a row without a usable store, the engine ends."""

logger = logging.getLogger("lyricslab.engine")


class DaskWorkerPool:
    """Workers on this computer, or those of the cluster at LYRICSLAB_ENGINE."""

    def __init__(self, home: Home, address: str | None) -> None:
        import dask
        from distributed import Client, LocalCluster

        dask.config.set(
            {
                # A run whose worker died goes back into the queue and resumes from its checkpoint.
                "distributed.scheduler.allowed-failures": 0,
                "distributed.scheduler.http.routes": [],
                "distributed.worker.http.routes": [],
                "distributed.admin.large-graph-warning-threshold": "1GB",
                # Jobs run in a thread. glibc would give it another arena and return what that
                # frees to the system at every step: see `hardware.configure`.
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
        self._checked_s = -ROUND_EVERY_S
        self._addresses: set[str] = set()
        self._warming: dict[str, Any] = {}  # worker -> the Dask future of its `warm`
        self._jobs: dict[str, tuple[str, Any]] = {}  # key -> worker, Dask future
        self._replies: dict[str, ReplyFuture[dict[str, list[Message]]]] = {}

    def workers(self) -> list[str]:
        """Return the workers that have loaded what training needs.

        Raises:
            EngineError: if a worker cannot load it.
        """
        alive = self._alive()
        for worker in alive - self._warming.keys():
            self._warming[worker] = self.client.submit(warm, workers=[worker], pure=False)
        for worker in self._warming.keys() - alive:
            del self._warming[worker]
        for worker, warming in self._warming.items():
            if warming.status == "error" and worker in self._alive():
                raise EngineError(
                    f"The engine's workers cannot load what training needs: {warming.exception()}"
                )
        return [worker for worker in sorted(alive) if self._warming[worker].status == "finished"]

    @property
    def has_workers(self) -> bool:
        """Whether there are workers, ready or not."""
        return bool(self._alive())

    def _alive(self) -> set[str]:
        """Return the addresses of the workers; asks the scheduler once a round."""
        now_s = time.monotonic()
        if now_s - self._checked_s > ROUND_EVERY_S / 2:
            self._checked_s = now_s
            # Not `client.scheduler_info()`: every two seconds the client overwrites the reply that
            # it reads with one without workers, and all would seem lost.
            with suppress(OSError):  # no reply; `state` notices if that matters
                identity = self.client.sync(self.client.scheduler.identity, n_workers=-1)
                self._addresses = set(identity["workers"])
        return self._addresses

    def start(self, spec: JobSpec, worker: str) -> None:
        future = self.client.submit(work, spec, key=spec.key, workers=[worker], pure=False)
        self._jobs[spec.key] = (worker, future)

    def state(self, key: str) -> Literal["working", "over", "lost"]:
        worker, future = self._jobs[key]
        if future.status not in ("pending", "finished") or worker not in self._alive():
            return "lost"
        return "over" if future.status == "finished" else "working"

    def collect(self, polls: Mapping[str, Poll]) -> dict[str, list[Message]]:
        for key, poll in polls.items():
            if key not in self._replies:
                worker, _ = self._jobs[key]
                future = self.client.run(collect, key, poll, workers=[worker], asynchronous=True)
                loop = self.client.loop.asyncio_loop
                self._replies[key] = asyncio.run_coroutine_threadsafe(future, loop)
        wait(self._replies.values(), timeout=REPLY_WITHIN_S)
        arrived = {}
        for key, reply in list(self._replies.items()):
            if reply.done():
                del self._replies[key]
                error = reply.exception()
                if error is None:
                    arrived[key] = next(iter(reply.result().values()))
                else:
                    logger.warning("No reply about %s: %r", key, error)
        return arrived

    def drop(self, key: str) -> None:
        worker, future = self._jobs.pop(key)
        reply = self._replies.pop(key, None)
        if reply is not None:
            reply.cancel()
        future.release()
        if future.status == "pending" and worker in self._alive():
            logger.warning("Worker %s does not reply and is restarted", worker)
            self.client.restart_workers([worker], timeout=10, raise_for_error=False)
            self._warming.pop(worker, None)

    def close(self) -> None:
        """Disconnect from the workers; those of this computer end when the engine does."""
        if self.cluster is None:
            self.client.close(timeout=5)


def serve(home: Home) -> None:
    """Train what is queued until nothing is left, or the engine is asked to end."""
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
        pool = DaskWorkerPool(home, address)
    except (OSError, ValueError) as error:  # no reply; no such protocol
        place = f"the cluster at {address}" if address else "its workers"
        raise EngineError(f"The engine could not reach {place}: {error}") from error
    logger.info("Ready after %.1f s", time.monotonic() - began_s)
    pause_s = float(os.environ.get("LYRICSLAB_CHECKPOINT_S", CHECKPOINT_EVERY_S))
    dispatcher = Dispatcher(store, pool, owner, pause_s)
    signal.signal(signal.SIGTERM, lambda number, frame: setattr(dispatcher, "leaving", True))
    try:
        _rounds(home, dispatcher, pool, facts)
    finally:
        pool.close()


def _rounds(
    home: Home, dispatcher: Dispatcher, pool: DaskWorkerPool, facts: dict[str, Any]
) -> None:
    idle_s = float(os.environ.get("LYRICSLAB_IDLE_S", IDLE_S))
    busy_s = facts_s = time.monotonic()
    workers_seen_s = busy_s + FIRST_WORKER_S
    advanced_s = busy_s - ADVANCE_EVERY_S
    shutdown_s: float | None = None
    store_errors = 0
    while True:
        now_s = time.monotonic()
        if home.engine_request.exists():
            dispatcher.shutting_down = True
        try:
            if not dispatcher.shutting_down and now_s - advanced_s >= ADVANCE_EVERY_S:
                advanced_s = now_s
                _advance_experiments(dispatcher.store)
            dispatcher.round()
            store_errors = 0
        except StoreError:
            store_errors += 1
            logger.exception("The records could not be used")
            if store_errors >= MAX_STORE_ERRORS:
                raise
        if dispatcher.busy or dispatcher.queued:
            busy_s = now_s
        if now_s - facts_s >= FACTS_EVERY_S:
            facts_s = now_s
            workers = len(pool.workers())
            _write_facts(home, facts | {"workers": workers, "busy": dispatcher.busy})
            client.trim_log(home)
            # Workers of another cluster may come and go.
            if pool.has_workers or pool.cluster is None:
                workers_seen_s = now_s
            elif now_s - workers_seen_s > NO_WORKERS_S:
                raise EngineError("Its workers are gone and do not come back.")
        if dispatcher.shutting_down:
            shutdown_s = shutdown_s or now_s
            if not dispatcher.busy or now_s - shutdown_s > SHUTDOWN_WITHIN_S:
                logger.info("Ending, as asked")
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
    with suppress(PermissionError):  # on Windows, while another process reads it
        beat = json.dumps(facts | {"beat_at": utc_now()}).encode()
        write_file(home.engine_facts, beat, synced=False)


def main() -> int:
    """Serve the home at LYRICSLAB_HOME, unless another engine does already."""
    home = open_home()
    # Others hold the lock for a moment to see whether it is free.
    lock = try_lock(home.engine_lock, timeout_s=2.0)
    if lock is None:
        return 0
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logger.setLevel(logging.INFO)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the app
    failure: str | None = None
    try:
        serve(home)
    except LyricsLabError as error:
        logger.exception("The engine ends")
        failure = str(error)
    except Exception as error:
        logger.exception("The engine ends by an unexpected error")
        failure = f"The engine ended by an unexpected error ({type(error).__name__})."
    home.engine_facts.unlink(missing_ok=True)
    home.engine_request.unlink(missing_ok=True)
    shutil.rmtree(home.scratch, ignore_errors=True)
    if failure is None:
        return 0
    _write_facts(home, {"error": failure})
    return 1


if __name__ == "__main__":
    # Imported by name: workers cannot find what is pickled from `__main__`.
    from lyricslab.engine.dask_engine import main as named_main

    code = named_main()
    logging.shutdown()
    # Workers end when the engine has; to close each one takes seconds.
    os._exit(code)
