"""Searches: asked for, stopped, taken up again, read as a table. The engine does the work.

Which runs a search wants next follows from its plan and from its runs that are over (`Search`), by
anyone who calls `advance`: the engine does so all the time, and nothing is lost when a process
dies.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from lyricslab.analysis.bootstrap import Interval, paired
from lyricslab.config import RunConfig, SplitConfig
from lyricslab.engine import client
from lyricslab.experiments import experiment
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.findings import Comparison, Findings
from lyricslab.experiments.search_plan import (
    GROWN,
    Choice,
    as_planned,
    check_budget,
    run_config,
    usual_budget,
)
from lyricslab.experiments.search_results import SearchResult, best
from lyricslab.experiments.search_runs import RunOutcome, Search
from lyricslab.library.bases import base_digest, load_base_card
from lyricslab.library.corpora import find_corpus, load_corpus
from lyricslab.library.runs import default_run_name, resume_run, run_fingerprint
from lyricslab.model import presets
from lyricslab.model.trainable import Trainable
from lyricslab.songs.split import split
from lyricslab.store.plans import METHODS, RATES, SearchPlan
from lyricslab.store.rows import LOCAL, RunRow, SearchRow
from lyricslab.store.store import Store

WAITING_A_WORKER = 3
"""So many runs are asked for ahead: the queue stays short for whoever else wants to train."""

# ---- asked for


def plan(
    store: Store,
    corpus_id: str,
    base: str,
    *,
    split_config: SplitConfig,
    preset: str = "studio",
    budget: int | None = None,
    seeds: int = 3,
    search_seeds: int = 1,
    rates: Sequence[float] = RATES,
    methods: Sequence[str] = METHODS,
) -> SearchPlan:
    """The plan of a search, once everything it needs is seen to be there.

    Args:
        budget: the most weights of the layers that a grown choice may let learn; those of one
            upper layer if it is None.

    Raises:
        NotFoundError: if there is no such corpus or base.
        ConfigError: if a number is out of range, or no part fits the budget.
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    card = load_base_card(store.home, base)
    corpus = load_corpus(store, corpus_id)
    parts = split(corpus, split_config)
    train_chars, val_chars, _ = parts.chars
    train = presets.resolve(
        preset,
        train_chars=train_chars,
        val_chars=val_chars,
        model=card.model,
        trainable=Trainable.parse("all", card.model.num_layers),
        base_is_lyrics=card.lyrics,
    )
    made = SearchPlan(
        corpus=corpus.digest,
        base=base,
        base_digest=base_digest(store.home, base) or base,
        model=card.model,
        split=split_config,
        train_chars=train_chars,
        val_chars=val_chars,
        longest_chars=max(len(song.framed) for song in parts.train),
        settings=train,
        preset=preset,
        budget=usual_budget(card.model) if budget is None else budget,
        seeds=seeds,
        search_seeds=search_seeds,
        rates=tuple(rates),
        methods=tuple(methods),
    )
    check_budget(made)
    for rate in made.rates:
        run_config(made, Choice("head", "none"), rate, seed=0)
    return made


def submit(store: Store, planned: SearchPlan, workspace_id: str = LOCAL) -> SearchRow:
    """Begins a search, or takes the same one up again where it was.

    Raises:
        NotFoundError: if its corpus is gone.
        InputError: if the base is gone, or was replaced since it was planned.
    """
    row = store.add_search(
        corpus_id=find_corpus(store, planned.corpus, workspace_id).id,
        digest=experiment.digest(planned),
        plan=planned,
        workspace_id=workspace_id,
    )
    return resume(store, row.id)


def advance(store: Store, search_id: str) -> None:
    """Puts into the queue what a search wants next, as much as may wait at once; marks it as over
    when nothing is left.

    Raises:
        NotFoundError: if there is no such search, or its corpus is gone.
        InputError: if the base is gone, or was replaced since the search was planned.
    """
    row = store.search(search_id)
    known = _runs(store, row)
    room = WAITING_A_WORKER * client.worker_count() - sum(run.unfinished for run in known)
    if row.state != "wanted" or room <= 0:
        return
    wishes = Search(row.plan, _outcomes(row.plan, known)).wishes()
    if not wishes:
        store.transition_experiment(search_id, "over", only_from="wanted")
        return
    asked = {as_planned(row.plan, run.config) for run in known}
    fresh = [config for config in wishes if config not in asked]
    if _ask(store, row, fresh, room):
        advance(store, search_id)  # what was known already may decide what is wanted next


def _ask(store: Store, row: SearchRow, wishes: Sequence[RunConfig], room: int) -> bool:
    """Lets runs serve a search until so many of them wait; whether any was over already."""
    digest, found = row.plan.base_digest, False
    base = experiment.base_now(store, row, row.plan.base, digest) if wishes else ""
    for wish in wishes:
        if room <= 0:
            break
        config = replace(wish, base=base)
        fingerprint = run_fingerprint(config, digest)
        run_id = store.add_experiment_run(
            row,
            fingerprint,
            config.seed,
            called=_called(row.plan, config),
            config=config,
            fingerprint=fingerprint,
        )
        if run_id is None:  # stopped a moment ago, or somebody else was faster
            continue
        run = store.run(run_id)
        if run.status == "stopped":
            run = resume_run(store, run_id)
        room -= run.unfinished
        found = found or not run.unfinished
    return found


def _called(planned: SearchPlan, config: RunConfig) -> str:
    """A run's name."""
    rate = config.settings.learning_rate
    slowly = ", layer after layer" if config.settings.unfreeze_epochs else ""
    tried = "" if rate == planned.settings.learning_rate else f", learning rate {rate:g}"
    again = f", seed {config.seed}" if config.seed else ""
    name = default_run_name(config)
    return name if config.kind == "zero-shot" else f"{name}{slowly}{tried}{again}"


# ---- stopped and taken up again


def stop(store: Store, search_id: str) -> SearchRow:
    """Stops every run of a search that waits or trains; what they have learned is kept.

    A run that serves a sweep or another search too goes on.

    Raises:
        NotFoundError: if there is none of this id.
    """
    experiment.stop(store, store.search(search_id))
    return store.search(search_id)


def resume(store: Store, search_id: str, *, failed: bool = False) -> SearchRow:
    """Takes up again whatever of a search was stopped or deleted.

    Args:
        failed: also what failed, which as a rule fails again: at too high a rate, by design.

    Raises:
        NotFoundError: if there is none of this id, or its corpus is gone.
        InputError: if the base is gone, or was replaced since the search was planned.
    """
    row = store.search(search_id)
    experiment.base_now(store, row, row.plan.base, row.plan.base_digest)
    experiment.take_up(store, row, *(("stopped", "failed") if failed else ("stopped",)))
    advance(store, search_id)
    return store.search(search_id)


# ---- looked at


def list_searches(store: Store, workspace_id: str = LOCAL) -> list[SearchRow]:
    """The searches of a workspace, the newest first."""
    return store.searches(workspace_id)


def get(store: Store, search_id: str) -> SearchRow:
    """The search of this id.

    Raises:
        NotFoundError: if there is none.
    """
    return store.search(search_id)


def run_ids(store: Store, search_id: str) -> set[str]:
    """The ids of the runs that serve a search."""
    return {part.run.id for part in store.experiment_runs(search_id)}


def status(store: Store, search_id: str) -> ExperimentStatus:
    """How far a search is.

    Raises:
        NotFoundError: if there is none of this id.
    """
    row = store.search(search_id)
    known = _runs(store, row)
    search = Search(row.plan, _outcomes(row.plan, known))
    asked = {as_planned(row.plan, run.config) for run in known}
    return experiment.status(
        store,
        row,
        known,
        search.to_come(asked),
        lambda run: search.seconds(run.config),
        more=any(config not in asked for config in search.wishes()),
    )


def estimate_s(planned: SearchPlan, workers: int) -> tuple[int, float]:
    """About how many runs a plan comes to, and how long they take on so many workers."""
    to_come = Search(planned, {}).to_come()
    return len(to_come), sum(to_come) / max(1, workers)


def findings(store: Store, search_id: str) -> Findings:
    """All that a search has found so far.

    Raises:
        NotFoundError: if there is none of this id.
    """
    row = store.search(search_id)
    plan = row.plan
    rows = Search(plan, _outcomes(plan, _runs(store, row))).rows()
    return Findings(
        corpus=row.corpus_name,
        base=plan.base,
        preset=plan.preset,
        budget=plan.budget,
        seeds=plan.seeds,
        rows=tuple(rows),
        comparisons=_comparisons(store, plan, rows),
    )


def news(store: Store, search_id: str) -> list[str]:
    """What there is to tell on the way: each step of what has grown, each run that is left out."""
    row = store.search(search_id)
    known = _runs(store, row)
    search = Search(row.plan, _outcomes(row.plan, known))
    steps = [f"{name}: {step}" for name, growth in search.growths.items() for step in growth.path]
    lost = [run for run in known if run.status == "failed"]
    return [*steps, *(f"Left out: '{run.name}'. {run.error}" for run in lost)]


def compare(store: Store, a: SearchResult, b: SearchResult) -> Interval | None:
    """How far the test loss of `a` lies above that of `b`, and how sure that is (bootstrap).

    None where it is not known song by song.
    """
    scores = store.scores([*a.runs, *b.runs])
    sides = [
        [scores[run]["test"] for run in row.runs if "test" in scores.get(run, {})] for row in (a, b)
    ]
    return paired(*sides) if all(sides) else None


def _comparisons(
    store: Store, planned: SearchPlan, rows: Sequence[SearchResult]
) -> tuple[Comparison, ...]:
    most = planned.budget + planned.model.head_parameters
    grown, whole = best(rows, *GROWN), best(rows, "layers")
    in_turn, small = best(rows, "ulmfit"), best(rows, "lora")
    pairs = [(grown, whole), (grown, best(rows, "layers", most=most)), (grown, in_turn)]
    found = []
    for a, b in dict.fromkeys([*pairs, (in_turn, whole), (small, whole)]):
        interval = None if a is None or b is None else compare(store, a, b)
        if a is not None and b is not None and interval is not None:
            found.append(Comparison(a.name, b.name, **asdict(interval)))
    return tuple(found)


def _runs(store: Store, row: SearchRow) -> list[RunRow]:
    return [part.run for part in store.experiment_runs(row.id)]


def _outcomes(planned: SearchPlan, known: Iterable[RunRow]) -> dict[RunConfig, RunOutcome]:
    """How the runs that are over ended; one that failed is infinitely bad."""
    found = {}
    for run in known:
        if run.status in ("done", "failed"):
            found[as_planned(planned, run.config)] = _outcome(run)
    return found


def _outcome(run: RunRow) -> RunOutcome:
    if run.status == "failed" or run.best_val is None or run.test is None:
        return RunOutcome(run.id, math.inf, math.inf)
    return RunOutcome(run.id, run.best_val, run.test)
