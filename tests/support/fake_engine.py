"""A fake engine: it executes runs in the test's process, until nothing is left or it is killed."""

from __future__ import annotations

import itertools

from lyricslab.engine.job import CHECKPOINT_EVERY_S, JobSpec, execute
from lyricslab.engine.messages import Message, Sink
from lyricslab.engine.recorder import Recorder, handle_crash, job_spec
from lyricslab.experiments import experiment
from lyricslab.store.store import Store


class Killed(Exception):
    """The process died."""


def work_off(
    store: Store,
    *,
    most: int | None = None,
    dies_after: int | None = None,
    owner: str = "engine:one",
) -> int:
    """Plays the engine until nothing is left, or for so many runs, or until it dies after so many
    messages.

    Returns:
        How many runs it executed.
    """
    told = itertools.count(1)

    def sink(message: Message) -> None:
        recorder.record([message])
        if next(told) == dies_after:
            raise Killed

    for run in store.orphaned_runs(except_owner=owner, silent_s=60):
        handle_crash(store, run)
    for executed in itertools.count():
        for row in store.experiments(None, "wanted"):
            experiment.advance(store, row.id)
        run = None if executed == most else store.lease_next(owner)
        if run is None:
            return executed
        recorder = Recorder(store, run)
        spec = job_spec(store, run, 0.0 if dies_after else CHECKPOINT_EVERY_S)
        end = _execute_or_die(spec, sink)
        if end is not None:
            raise end
    raise AssertionError


def _execute_or_die(spec: JobSpec, sink: Sink) -> Killed | None:
    died: list[Killed] = []

    def guarded(message: Message) -> None:
        if died:
            return  # nothing more is heard of a process that died
        try:
            sink(message)
        except Killed as end:
            died.append(end)

    execute(spec, guarded, lambda: bool(died), lambda: bool(died))
    return died[0] if died else None
