"""A run in this very process: the command line's way. Recorded as the engine records its own."""

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
from lyricslab.library.runs import check_run, default_run_name, run_fingerprint
from lyricslab.store.rows import LOCAL, PointRow, RunRow
from lyricslab.store.store import Store

WATCH_EVERY_S = 0.3
BEAT_EVERY_S = 5.0
RECORD_EVERY_S = 0.3


def run_inline(
    store: Store,
    config: RunConfig,
    name: str | None = None,
    *,
    tell: Callable[[str], None] = lambda line: None,
    on_start: Callable[[Callable[[], None]], None] = lambda stop: None,
    workspace_id: str = LOCAL,
) -> RunRow:
    """Executes a run to its end and returns its row; `status` says how it went.

    The app shows it like any other run, and may stop it too.

    Args:
        tell: given a line of progress at each look at the validation songs.
        on_start: given a function that asks the run to stop; what it has learned is kept.

    Raises:
        NotFoundError: if there is no such corpus or base.
        TrainableError: if the network does not have the layers that shall learn.
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    corpus, config = check_run(store, config, workspace_id)
    run = store.add_run(
        name=name or default_run_name(config),
        corpus_id=corpus.id,
        config=config,
        owner=this_process(),
        workspace_id=workspace_id,
        fingerprint=run_fingerprint(config, base_digest(store.home, config.base)),
    )
    return resume_inline(store, run, tell=tell, on_start=on_start)


def this_process() -> str:
    """The name under which this process owns runs."""
    return f"cli:{socket.gethostname()}:{os.getpid()}"


def resume_inline(
    store: Store,
    run: RunRow,
    *,
    tell: Callable[[str], None] = lambda line: None,
    on_start: Callable[[Callable[[], None]], None] = lambda stop: None,
) -> RunRow:
    """Executes a run that `this_process` has leased, from its last checkpoint, if it has one."""
    here = _Here(store, run, tell)
    on_start(here.stop)
    here.go()
    return store.run(run.id)


class _Here:
    """One run in this process, and the thread that tells the store that it is alive."""

    def __init__(self, store: Store, run: RunRow, tell: Callable[[str], None]) -> None:
        self.store, self.run, self.tell = store, run, tell
        self.recorder = Recorder(store, run)
        self.waiting: list[Message] = []
        self.recorded_s = time.monotonic()
        self.stopping = threading.Event()
        self.over = threading.Event()

    def stop(self) -> None:
        """Asks the run to stop at its next step."""
        self.stopping.set()

    def go(self) -> None:
        """Executes the run."""
        watch = threading.Thread(target=self._watch, daemon=True)
        watch.start()
        try:
            execute(job_spec(self.store, self.run), self._sink, self.stopping.is_set)
            self.recorder.take(self.waiting)
        except LyricsLabError as error:
            self.store.end_run(self.recorder.lease, "failed", error=str(error))
        except BaseException:  # a second Ctrl-C: the best checkpoint lies in the home already
            self.recorder.stop_now()
            raise
        finally:
            self.over.set()
            watch.join()

    def _sink(self, message: Message) -> None:
        self.waiting.append(message)
        if isinstance(message, Point):
            self._tell(message.row)
            if time.monotonic() - self.recorded_s < RECORD_EVERY_S:
                return
        messages, self.waiting = self.waiting, []
        self.recorded_s = time.monotonic()
        if self.recorder.take(messages) is None:
            self.stopping.set()

    def _tell(self, point: PointRow) -> None:
        if point.val_loss is not None:
            self.tell(
                f"step {point.step:,} of {self.run.total_steps:,}, epoch {point.epoch:.1f}, "
                f"{point.seconds:.0f} s: validation {point.val_loss:.4f} nats/char"
            )

    def _watch(self) -> None:
        """Until it is over: tells the store so, and passes on a stop asked for elsewhere."""
        beaten_s = time.monotonic()
        while not self.over.wait(WATCH_EVERY_S):
            try:
                if self.store.run(self.run.id).status != "running":
                    self.stopping.set()
                if time.monotonic() - beaten_s > BEAT_EVERY_S:
                    self.store.heartbeat(self.run.owner or "")
                    beaten_s = time.monotonic()
            except StoreError:
                self.stopping.set()  # its record cannot be kept, or was deleted
