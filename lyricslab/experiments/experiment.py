"""Sweeps and searches: submit, advance, stop, resume, delete; how far they are.

Desired-state reconciliation: a plan says what there should be, a `Planner` compares that with the
runs there are, and `advance` starts what is missing. The engine calls it again and again; anyone
may, and nothing is lost when a process dies.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lyricslab.engine import client
from lyricslab.errors import InputError, RunStateError
from lyricslab.experiments.planner import Planner
from lyricslab.experiments.search_runs import SearchPlanner
from lyricslab.experiments.sweep_runs import SweepPlanner
from lyricslab.library import pace
from lyricslab.library.bases import list_bases
from lyricslab.library.corpora import find_corpus
from lyricslab.library.runs import name_run, resume_run, run_fingerprint, stop_run
from lyricslab.store.plans import SearchPlan, SweepPlan
from lyricslab.store.rows import LOCAL, ExperimentRow, ExperimentRun, RunRow
from lyricslab.store.store import Store

MAX_NAME_CHARS = 80
FEW = 4
"""From this many finished runs on, their times correct the estimate for this machine."""


def planner_of(
    plan: SweepPlan | SearchPlan, parts: Sequence[ExperimentRun] = ()
) -> SweepPlanner | SearchPlanner:
    """Return the planner for a plan and the runs that it has so far."""
    if isinstance(plan, SweepPlan):
        return SweepPlanner.of(plan, parts)
    return SearchPlanner.of(plan, parts)


def submit(store: Store, plan: SweepPlan | SearchPlan, workspace_id: str = LOCAL) -> ExperimentRow:
    """Start an experiment, or resume it if the same plan was submitted before.

    Raises:
        NotFoundError: if its corpus is gone.
        InputError: if a base is gone, or was replaced since it was planned.
    """
    text = json.dumps(plan.to_dict(), sort_keys=True)
    experiment_id = store.add_experiment(
        corpus_id=find_corpus(store, plan.corpus, workspace_id).id,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        plan=plan,
        workspace_id=workspace_id,
    )
    return resume(store, experiment_id)


def advance(store: Store, experiment_id: str) -> None:
    """Queue the runs that an experiment needs next; mark it as over when there are none left.

    Raises:
        NotFoundError: if there is no such experiment, or its corpus is gone.
        InputError: if a base is gone, or was replaced since the experiment was planned.
    """
    row = store.experiment(experiment_id)
    if row.state != "wanted":
        return
    parts = store.experiment_runs(row.id)
    present = _distinct(parts)
    planner = planner_of(row.plan, parts)
    room = math.inf
    if planner.waiting_per_worker is not None:
        room = planner.waiting_per_worker * client.worker_count()
        room -= sum(run.unfinished for run in present)
    if room <= 0:
        return
    pending = planner.pending()
    digests = row.plan.base_digests
    names = _current_names(store, row) if pending else {}
    decided = False
    for planned in pending:
        if room <= 0:
            break
        base = planned.config.base
        config = replace(planned.config, base=None if base is None else names[base])
        fingerprint = run_fingerprint(config, None if base is None else digests[base])
        run_id = store.add_experiment_run(
            row,
            planned.part or fingerprint,
            config.seed,
            name=name_run(store.home, row.corpus_name, config, planned.notes),
            config=config,
            fingerprint=fingerprint,
        )
        if run_id is None:  # stopped a moment ago, or another process was faster
            continue
        run = store.run(run_id)
        if run.status == "stopped":
            run = resume_run(store, run_id)
        room -= run.unfinished
        decided = decided or not run.unfinished
    if decided:
        advance(store, experiment_id)  # a run that was finished before may decide what comes next
    elif not pending and all(run.status in ("done", "failed") for run in present):
        store.transition_experiment(row.id, "over", only_from="wanted")


def stop(store: Store, experiment_id: str) -> None:
    """Stop every run that waits or trains for this experiment alone; checkpoints are kept.

    Raises:
        NotFoundError: if there is no such experiment.
    """
    row = store.experiment(experiment_id)
    store.transition_experiment(row.id, "stopped", only_from="wanted")
    shared = store.needed_elsewhere(row.id)
    for run in _distinct(store.experiment_runs(row.id)):
        if run.status in ("queued", "running") and run.id not in shared:
            try:
                stop_run(store, run.id)
            except RunStateError:
                continue  # it ended a moment ago


def resume(store: Store, experiment_id: str, *, failed: bool = False) -> ExperimentRow:
    """Go on with an experiment: start again what was stopped or deleted.

    Args:
        failed: whether to start failed runs again even if they are likely to fail again.

    Raises:
        NotFoundError: if there is no such experiment, or its corpus is gone.
        InputError: if a base is gone, or was replaced since the experiment was planned.
    """
    row = store.experiment(experiment_id)
    _current_names(store, row)  # refuse before anything is queued
    if row.state != "wanted":
        store.transition_experiment(row.id, "wanted", only_from=row.state)
    parts = store.experiment_runs(row.id)
    retry = failed or planner_of(row.plan, parts).retries_failed
    statuses = ("stopped", "failed") if retry else ("stopped",)
    # In the order in which they were added: what others wait for comes first.
    for run in sorted(_distinct(parts), key=lambda run: run.created_at):
        if run.status in statuses:
            try:
                resume_run(store, run.id)
            except RunStateError:
                continue  # another process was faster
    advance(store, experiment_id)
    return store.experiment(experiment_id)


def delete(store: Store, experiment_id: str) -> None:
    """Stop and forget an experiment; its runs stay."""
    stop(store, experiment_id)
    store.delete_experiment(experiment_id)


def rename(store: Store, experiment_id: str, name: str) -> None:
    """Give an experiment another name; an empty one gives it the usual name again.

    Raises:
        NotFoundError: if there is no such experiment.
        InputError: if the name is too long.
    """
    row, name = store.experiment(experiment_id), " ".join(name.split())
    if len(name) > MAX_NAME_CHARS:
        raise InputError(f"A name has at most {MAX_NAME_CHARS} characters.")
    store.rename_experiment(row.id, name or None)


def run_ids(store: Store, experiment_id: str) -> set[str]:
    """Return the ids of an experiment's runs."""
    return {part.run.id for part in store.experiment_runs(experiment_id)}


def estimate(plan: SweepPlan | SearchPlan, workers: int) -> tuple[int, float]:
    """Return about how many runs a plan needs, and how many seconds they take on the workers."""
    remaining = planner_of(plan).remaining_s()
    return len(remaining), sum(remaining) / max(1, workers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentStatus:
    """How far a sweep or a search is."""

    state: str
    """"running", "stopping", "stopped", "done", or "failed": over, with runs that failed."""
    runs: int
    """How many it needs in all, trials included, as far as can be foreseen."""
    done: int
    """How many are over, failed ones included."""
    failed: int
    running: int
    seconds_left: float | None
    """About how long the engine's workers still need; None if unknown."""
    error: str | None = None
    """Why it cannot go on, as a sentence."""

    @property
    def share(self) -> float:
        """How much of the work is done, 0 to 1, by runs."""
        return self.done / self.runs if self.runs else 0.0


def status(store: Store, experiment_id: str) -> ExperimentStatus:
    """Return how far an experiment is.

    Raises:
        NotFoundError: if there is no such experiment.
    """
    row = store.experiment(experiment_id)
    parts = store.experiment_runs(row.id)
    return status_of(store, row, parts, planner_of(row.plan, parts))


def status_of(
    store: Store, row: ExperimentRow, parts: Iterable[ExperimentRun], planner: Planner
) -> ExperimentStatus:
    """Return how far an experiment is whose runs and planner are known."""
    present = _distinct(parts)
    over = [run for run in present if run.status in ("done", "failed")]
    failed = sum(run.status == "failed" for run in over)
    running = sum(run.status in ("running", "stopping") for run in present)
    active = running + sum(run.status == "queued" for run in present)
    stopped = len(present) - len(over) - active
    if row.state == "over":
        state = "failed" if failed else "done"
    elif row.state == "stopped":
        state = "stopping" if active else "stopped"
    else:  # it waits for a person where every run left was stopped by hand
        state = "stopped" if stopped and not active and not planner.pending() else "running"
    remaining = planner.remaining_s()
    return ExperimentStatus(
        state=state,
        runs=len(present) + len(remaining),
        done=len(over),
        failed=failed,
        running=running,
        seconds_left=_seconds_left(store, present, remaining, planner),
        error=row.error,
    )


def _seconds_left(
    store: Store, present: Sequence[RunRow], remaining: Sequence[float], planner: Planner
) -> float:
    """Return the expected time left, corrected by how long the finished runs took.

    Until a few are finished, by how long other runs took on this machine.
    """
    done = [run for run in present if run.status == "done" and run.seconds]
    expected = sum(planner.run_s(run.config) for run in done)
    slowness = 1.0
    if len(done) >= FEW and expected:
        slowness = sum(run.seconds for run in done) / expected
    elif present:
        slowness = pace.slowness(store, present[0].config.model)
    left = sum(remaining) * slowness
    for run in present:
        if run.status not in ("done", "failed"):
            total = planner.run_s(run.config) * slowness
            left += max(total - run.seconds, 0.1 * total)
    workers = client.engine_status(store.home).workers or client.worker_count()
    return left / workers


def _current_names(store: Store, row: ExperimentRow) -> dict[str, str]:
    """Return the current name of each planned base, found by its weights: it may be renamed.

    Raises:
        InputError: if one is gone, or was replaced since it was planned.
    """
    digests = {card.name: card.weights_digest or card.name for card in list_bases(store.home)}
    names = {}
    for name, digest in row.plan.base_digests.items():
        same = [current for current, its_digest in digests.items() if its_digest == digest]
        if same:
            names[name] = name if name in same else same[0]
        elif name in digests:
            raise InputError(
                f"The base '{name}' was replaced since this {row.kind} was planned, so its runs "
                f"would not compare. Start a new {row.kind}."
            )
        else:
            raise InputError(
                f"The base '{name}' of this {row.kind} is not in the library any more, so it "
                f"cannot go on. Bring it back, or start a new {row.kind}."
            )
    return names


def _distinct(parts: Iterable[ExperimentRun]) -> list[RunRow]:
    """Return each run once, whatever parts it serves."""
    return list({part.run.id: part.run for part in parts}.values())
