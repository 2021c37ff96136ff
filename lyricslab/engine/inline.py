"""Execute a run inside this process, for the command line; recorded as the engine does."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable

from lyricslab.config import RunConfig
from lyricslab.engine.job import execute
from lyricslab.engine.messages import Message, Point
from lyricslab.engine.recorder import Recorder, job_spec
from lyricslab.errors import LyricsLabError, StoreError
from lyricslab.library.bases import base_digest
from lyricslab.library.runs import check_run, name_run, run_fingerprint
from lyricslab.store.rows import LOCAL, PointRow, RunRow
from lyricslab.store.store import Store

WATCH_EVERY_S = 0.3
HEARTBEAT_EVERY_S = 5.0
RECORD_EVERY_S = 0.3


def run_inline(
    store: Store,
    config: RunConfig,
    name: str | None = None,
    *,
    log: Callable[[str], None] = lambda line: None,
    on_start: Callable[[Callable[[], None]], None] = lambda stop: None,
    workspace_id: str = LOCAL,
) -> RunRow:
    """Execute a new run to its end and return its row; `status` says how it went.

    The app shows it like any other run, and can stop it too.

    Args:
        log: called with a line of progress at each evaluation.
        on_start: called with a function that asks the run to stop; what it has learned is kept.

    Raises:
        NotFoundError: if there is no such corpus or base.
        TrainableError: if the network does not have the layers to train.
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    corpus, config = check_run(store, config, workspace_id)
    run = store.add_run(
        name=name or name_run(store.home, corpus.name, config),
        corpus_id=corpus.id,
        config=config,
        owner=this_process(),
        workspace_id=workspace_id,
        fingerprint=run_fingerprint(config, base_digest(store.home, config.base)),
    )
    return resume_inline(store, run, log=log, on_start=on_start)


def this_process() -> str:
    """Return the name under which this process owns runs."""
    return f"cli:{socket.gethostname()}:{os.getpid()}"


def resume_inline(
    store: Store,
    run: RunRow,
    *,
    log: Callable[[str], None] = lambda line: None,
    on_start: Callable[[Callable[[], None]], None] = lambda stop: None,
) -> RunRow:
    """Execute a run that `this_process` has leased, from its last checkpoint if it has one."""
    inline_run = _InlineRun(store, run, log)
    on_start(inline_run.stop)
    inline_run.execute()
    return store.run(run.id)


class _InlineRun:
    """One run in this process, with a thread that sends heartbeats to the store."""

    def __init__(self, store: Store, run: RunRow, log: Callable[[str], None]) -> None:
        self.store, self.run, self.log = store, run, log
        self.recorder = Recorder(store, run)
        self.waiting: list[Message] = []
        self.recorded_s = time.monotonic()
        self.stopping = threading.Event()
        self.over = threading.Event()

    def stop(self) -> None:
        """Ask the run to stop at its next step."""
        self.stopping.set()

    def execute(self) -> None:
        """Execute the run."""
        watch = threading.Thread(target=self._watch, daemon=True)
        watch.start()
        try:
            execute(job_spec(self.store, self.run), self._sink, self.stopping.is_set)
            self.recorder.record(self.waiting)
        except LyricsLabError as error:
            self.store.end_run(self.recorder.lease, "failed", error=str(error))
        except BaseException:  # a second Ctrl-C: the best checkpoint is saved already
            self.recorder.stop_now()
            raise
        finally:
            self.over.set()
            watch.join()

    def _sink(self, message: Message) -> None:
        self.waiting.append(message)
        if isinstance(message, Point):
            self._log(message.row)
            if time.monotonic() - self.recorded_s < RECORD_EVERY_S:
                return
        messages, self.waiting = self.waiting, []
        self.recorded_s = time.monotonic()
        if self.recorder.record(messages) is None:
            self.stopping.set()

    def _log(self, point: PointRow) -> None:
        if point.val_loss is not None:
            self.log(
                f"step {point.step:,} of {self.run.total_steps:,}, epoch {point.epoch:.1f}, "
                f"{point.seconds:.0f} s: validation {point.val_loss:.4f} nats/char"
            )

    def _watch(self) -> None:
        """Send heartbeats until the run is over, and pass on a stop that the app asked for."""
        heartbeat_s = time.monotonic()
        while not self.over.wait(WATCH_EVERY_S):
            try:
                if self.store.run(self.run.id).status != "running":
                    self.stopping.set()
                if time.monotonic() - heartbeat_s > HEARTBEAT_EVERY_S:
                    self.store.heartbeat(self.run.owner or "")
                    heartbeat_s = time.monotonic()
            except StoreError:
                self.stopping.set()  # it cannot be recorded, or was deleted
