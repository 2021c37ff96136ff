"""Many runs as one experiment, a sweep or a search: told from others, stopped, how far it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lyricslab.config import Config
from lyricslab.engine import client
from lyricslab.errors import InputError, RunStateError
from lyricslab.library.bases import list_bases
from lyricslab.library.runs import resume_run, stop_run
from lyricslab.store.rows import ExperimentRow, RunRow, Status
from lyricslab.store.store import Store

FEW = 4
"""So many finished runs say how fast this machine really is."""


def digest(plan: Config) -> str:
    """What tells a plan from any other."""
    return hashlib.sha256(json.dumps(plan.to_dict(), sort_keys=True).encode()).hexdigest()


def base_now(store: Store, row: ExperimentRow, name: str, digest: str) -> str:
    """What a planned base is called now: it is known by its weights, and may have been renamed.

    Raises:
        InputError: if it is gone, or was replaced since it was planned.
    """
    digests = {card.name: card.weights_digest or card.name for card in list_bases(store.home)}
    bearing = [known for known, its in digests.items() if its == digest]
    if bearing:
        return name if name in bearing else bearing[0]
    if name in digests:
        raise InputError(
            f"The base '{name}' was replaced since this {row.kind} was planned, so its runs would "
            f"not compare. Start a new {row.kind}."
        )
    raise InputError(
        f"The base '{name}' of this {row.kind} is not in the library any more, so it cannot go "
        f"on. Bring it back, or start a new {row.kind}."
    )


def stop(store: Store, row: ExperimentRow) -> None:
    """Stops every run that waits or trains for it alone; what they have learned is kept."""
    store.transition_experiment(row.id, "stopped", only_from="wanted")
    shared = store.needed_elsewhere(row.id)
    for run in _runs(store, row):
        if run.status in ("queued", "running") and run.id not in shared:
            try:
                stop_run(store, run.id)
            except RunStateError:
                continue  # it has just come to its end


def take_up(store: Store, row: ExperimentRow, *statuses: Status) -> None:
    """Marks it as wanted, and puts its runs of these statuses back into the queue."""
    if row.state != "wanted":
        store.transition_experiment(row.id, "wanted", only_from=row.state)
    # In the order in which they were asked for: what others wait for comes first.
    for run in sorted(_runs(store, row), key=lambda run: run.created_at):
        if run.status in statuses:
            try:
                resume_run(store, run.id)
            except RunStateError:
                continue  # somebody else was faster


def status(
    store: Store,
    row: ExperimentRow,
    serving: Iterable[RunRow],
    to_come: Sequence[float],
    seconds: Callable[[RunRow], float],
    *,
    more: bool = False,
) -> ExperimentStatus:
    """How far it is.

    Args:
        serving: its runs; one that serves two parts is counted once.
        to_come: the seconds of one core that each run may take which is not asked for yet.
        seconds: those that a run of it may take in all.
        more: whether another run can be asked for as it stands, whatever was stopped by hand.
    """
    served = list({run.id: run for run in serving}.values())
    over = [run for run in served if run.status in ("done", "failed")]
    failed = sum(run.status == "failed" for run in over)
    at_work = [run for run in served if run.status in ("running", "stopping")]
    waiting = [run for run in served if run.status == "queued"]
    stopped = len(served) - len(over) - len(at_work) - len(waiting)
    if row.state == "over":
        state = "failed" if failed else "done"
    elif row.state == "stopped" and (at_work or waiting):
        state = "stopping"
    elif row.state == "stopped" or (stopped and not (at_work or waiting or more)):
        state = "stopped"
    else:
        state = "running"
    return ExperimentStatus(
        state=state,
        runs=len(served) + len(to_come),
        done=len(over),
        failed=failed,
        running=len(at_work),
        seconds_left=_seconds_left(store, served, to_come, seconds),
        error=row.error,
    )


def _seconds_left(
    store: Store,
    served: Sequence[RunRow],
    to_come: Sequence[float],
    seconds: Callable[[RunRow], float],
) -> float:
    """What is left of the expected time, corrected by how long the finished runs took."""
    done = [run for run in served if run.status == "done" and run.seconds]
    expected, took = sum(map(seconds, done)), sum(run.seconds for run in done)
    pace = took / expected if len(done) >= FEW and expected else 1.0
    left = sum(to_come) * pace
    for run in served:
        if run.status not in ("done", "failed"):
            whole = seconds(run) * pace
            left += max(whole - run.seconds, 0.1 * whole)
    workers = client.engine_status(store.home).workers or client.worker_count()
    return left / workers


def _runs(store: Store, row: ExperimentRow) -> list[RunRow]:
    """Each of its runs, once."""
    return list({part.run.id: part.run for part in store.experiment_runs(row.id)}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentStatus:
    """How far a sweep or a search is."""

    state: str
    """"running", "stopping", "stopped", "done", or "failed": over, with runs that failed."""
    runs: int
    """How many it takes in all, what is tried first among them, as far as can be told."""
    done: int
    """How many are over, those that failed among them."""
    failed: int
    running: int
    seconds_left: float | None
    """About how long it takes yet on the engine's workers; None where it cannot be told."""
    error: str | None = None
    """Why it cannot go on, as a sentence."""

    @property
    def share(self) -> float:
        """How much of the work is done, 0 to 1, by runs."""
        return self.done / self.runs if self.runs else 0.0
