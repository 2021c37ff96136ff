"""The engine's rounds: start queued runs on free workers, and record their messages.

How workers are reached is up to the `WorkerPool`.
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
from lyricslab.library.lost_runs import SILENT_S
from lyricslab.store.store import Store

STOP_WITHIN_S = 1.8
"""A run that was asked to stop is marked as stopped after this long; its figures follow."""
HEARTBEAT_EVERY_S = 5.0

logger = logging.getLogger(__name__)


class WorkerPool(Protocol):
    """The workers."""

    def workers(self) -> Sequence[str]:
        """Return the workers that are ready for a job or execute one."""

    def start(self, spec: JobSpec, worker: str) -> None:
        """Start a job on a worker that has none."""

    def state(self, key: str) -> Literal["working", "over", "lost"]:
        """Return the state of a job: working, over, or lost with its worker."""

    def collect(self, polls: Mapping[str, Poll]) -> dict[str, list[Message]]:
        """Return the new messages of each job; jobs whose worker does not reply are missing."""

    def drop(self, key: str) -> None:
        """Forget a job; a worker that still executes it is restarted."""


@dataclass(slots=True)
class _Job:
    """A job on a worker."""

    recorder: Recorder
    worker: str
    acked: int = 0
    stop_requested_s: float | None = None
    replied_s: float = field(default_factory=time.monotonic)


class Dispatcher:
    """Starts runs on workers and records what they send.

    Args:
        owner: the name under which runs are leased; begins with "engine:".
    """

    def __init__(
        self,
        store: Store,
        pool: WorkerPool,
        owner: str,
        checkpoint_every_s: float = CHECKPOINT_EVERY_S,
    ) -> None:
        self.store, self.pool, self.owner = store, pool, owner
        self.checkpoint_every_s = checkpoint_every_s
        self.shutting_down = False
        """Once set, no run is started, and running jobs are preempted."""
        self._jobs: dict[str, _Job] = {}
        self._heartbeat_s = -HEARTBEAT_EVERY_S
        self.queued = 0
        """The number of queued runs in the last round."""

    @property
    def busy(self) -> int:
        """The number of jobs on workers."""
        return len(self._jobs)

    def round(self) -> None:
        """Send a heartbeat, record messages, recover orphaned runs and start queued ones."""
        now_s = time.monotonic()
        if now_s - self._heartbeat_s >= HEARTBEAT_EVERY_S:
            self._heartbeat_s = now_s
            self.store.heartbeat(self.owner)
            orphaned = self.store.orphaned_runs(except_owner=self.owner, silent_s=SILENT_S)
            for run in orphaned:
                handle_crash(self.store, run)
        if self._jobs:
            self._follow()
        self.queued = self.store.count_runs().get("queued", 0)
        if self.queued and not self.shutting_down:
            self._start_queued()

    def _follow(self) -> None:
        """Record the new messages of the jobs, and end those that are over or lost."""
        states = {key: self.pool.state(key) for key in self._jobs}  # before the last messages
        arrived = self.pool.collect({key: self._poll(job) for key, job in self._jobs.items()})
        now_s = time.monotonic()
        for key, job in list(self._jobs.items()):
            if key in arrived:
                job.replied_s = now_s
                job.recorder.record(arrived[key])
                job.acked += len(arrived[key])
            recorder = job.recorder
            waited_s = 0.0 if job.stop_requested_s is None else now_s - job.stop_requested_s
            if recorder.status == "stopping" and waited_s > STOP_WITHIN_S:
                recorder.stop_now()
            silent = now_s - job.replied_s > SILENT_S
            if states[key] == "lost" or silent or (states[key] == "over" and key in arrived):
                if recorder.refresh() in ("running", "stopping"):
                    logger.warning("Run %s lost its worker %s", recorder.run.id, job.worker)
                    handle_crash(self.store, recorder.run)
                del self._jobs[key]
                self.pool.drop(key)

    def _poll(self, job: _Job) -> Poll:
        """Return what to send to a job."""
        status = job.recorder.refresh()
        stop = status != "running" or self.shutting_down
        if stop and job.stop_requested_s is None:
            job.stop_requested_s = time.monotonic()
        return Poll(job.acked, stop, self.shutting_down or status is None)

    def _start_queued(self) -> None:
        """Start the run that has waited longest on each free worker."""
        busy = {job.worker for job in self._jobs.values()}
        for worker in self.pool.workers():
            if worker in busy:
                continue
            run = self.store.lease_next(self.owner)
            if run is None:
                return
            recorder = Recorder(self.store, run)
            try:
                spec = job_spec(self.store, run, self.checkpoint_every_s)
            except (LyricsLabError, OSError) as error:
                logger.exception("Run %s could not begin", run.id)
                ours = isinstance(error, LyricsLabError)
                sentence = str(error) if ours else f"Its files could not be read: {error}."
                self.store.end_run(recorder.lease, "failed", error=sentence)
                continue
            self.pool.start(spec, worker)
            self._jobs[spec.key] = _Job(recorder, worker)
