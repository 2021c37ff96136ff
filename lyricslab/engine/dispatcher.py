"""The engine's rounds: runs from the store to the workers, what they bring back to the store.

Knows nothing of how workers are reached: see `WorkerPool`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from lyricslab.engine.job import CHECKPOINT_EVERY_S, JobSpec
from lyricslab.engine.messages import Message
from lyricslab.engine.recorder import Recorder, handle_crash, job_spec
from lyricslab.engine.worker import Poll
from lyricslab.errors import LyricsLabError
from lyricslab.store.store import Store

STOP_WITHIN_S = 1.8
"""A run that was asked to stop is marked as stopped after so long, its figures to follow."""
BEAT_EVERY_S = 5.0
SILENT_S = 60.0
"""Who has given no sign of life for so long is dead."""

logger = logging.getLogger(__name__)


class WorkerPool(Protocol):
    """The workers."""

    def workers(self) -> Sequence[str]:
        """Those that are ready for an order or work on one."""

    def start(self, order: JobSpec, worker: str) -> None:
        """Gives an order to a worker that has none."""

    def state(self, key: str) -> Literal["working", "over", "lost"]:
        """How it is with an order: at work, over, or its worker died."""

    def collect(self, asks: Mapping[str, Poll]) -> dict[str, list[Message]]:
        """The new messages of each order; one whose worker does not answer is missing."""

    def drop(self, key: str) -> None:
        """Forgets an order; a worker that still works on it is started afresh."""


@dataclass(slots=True)
class _Job:
    """A run at work, as the engine sees it."""

    recorder: Recorder
    worker: str
    seen: int = 0
    stop_asked_s: float | None = None
    answered_s: float = field(default_factory=time.monotonic)


class Dispatcher:
    """Hands out runs and takes in what comes back.

    Args:
        owner: the name under which runs are leased; begins with "engine:".
    """

    def __init__(
        self,
        store: Store,
        bench: WorkerPool,
        owner: str,
        checkpoint_every_s: float = CHECKPOINT_EVERY_S,
    ) -> None:
        self.store, self.bench, self.owner = store, bench, owner
        self.checkpoint_every_s = checkpoint_every_s
        self.leaving = False
        """Once set, nothing is begun, and what is at work makes room with all it has."""
        self._jobs: dict[str, _Job] = {}
        self._beaten_s = -BEAT_EVERY_S
        self.queued = 0
        """How many runs waited at the last look."""

    @property
    def busy(self) -> int:
        """How many runs are at work."""
        return len(self._jobs)

    def round(self) -> None:
        """One look at everything."""
        now_s = time.monotonic()
        if now_s - self._beaten_s >= BEAT_EVERY_S:
            self._beaten_s = now_s
            self.store.heartbeat(self.owner)
            for run in self.store.orphaned_runs(except_owner=self.owner, silent_s=SILENT_S):
                handle_crash(self.store, run)
        if self._jobs:
            self._follow()
        self.queued = self.store.count_runs().get("queued", 0)
        if self.queued and not self.leaving:
            self._hand_out()

    def _follow(self) -> None:
        """Takes in what the jobs at work have brought."""
        states = {key: self.bench.state(key) for key in self._jobs}  # before the last messages
        arrived = self.bench.collect({key: self._ask(job) for key, job in self._jobs.items()})
        now_s = time.monotonic()
        for key, job in list(self._jobs.items()):
            if key in arrived:
                job.answered_s = now_s
                job.recorder.take(arrived[key])
                job.seen += len(arrived[key])
            recorder = job.recorder
            waited_s = 0.0 if job.stop_asked_s is None else now_s - job.stop_asked_s
            if recorder.status == "stopping" and waited_s > STOP_WITHIN_S:
                recorder.stop_now()
            silent = now_s - job.answered_s > SILENT_S
            if states[key] == "lost" or silent or (states[key] == "over" and key in arrived):
                if recorder.refresh() in ("running", "stopping"):
                    logger.warning("Run %s lost its worker %s", recorder.run.id, job.worker)
                    handle_crash(self.store, recorder.run)
                del self._jobs[key]
                self.bench.drop(key)

    def _ask(self, job: _Job) -> Poll:
        """What to tell a job along with the question for its news."""
        status = job.recorder.refresh()
        stop = status != "running" or self.leaving
        if stop and job.stop_asked_s is None:
            job.stop_asked_s = time.monotonic()
        return Poll(job.seen, stop, self.leaving or status is None)

    def _hand_out(self) -> None:
        """Gives each free worker the run that has waited longest."""
        taken = {job.worker for job in self._jobs.values()}
        for worker in self.bench.workers():
            if worker in taken:
                continue
            run = self.store.lease_next(self.owner)
            if run is None:
                return
            recorder = Recorder(self.store, run)
            try:
                order = job_spec(self.store, run, self.checkpoint_every_s)
            except (LyricsLabError, OSError) as error:
                logger.exception("Run %s could not begin", run.id)
                ours = isinstance(error, LyricsLabError)
                sentence = str(error) if ours else f"Its files could not be read: {error}."
                self.store.end_run(recorder.lease, "failed", error=sentence)
                continue
            self.bench.start(order, worker)
            self._jobs[order.key] = _Job(recorder, worker)
