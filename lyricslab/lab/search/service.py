"""Searches: carried out by the engine, run by run, and read as a table.

A search keeps no record of its own: which runs it wants follows from its plan and from the runs
that are over. So whoever asks for the same again goes on where it stood.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from lyricslab.config import RunConfig, SplitConfig
from lyricslab.errors import RunStateError
from lyricslab.insight.bootstrap import Interval, paired
from lyricslab.lab import keeper, library, runs
from lyricslab.lab.rows import LOCAL, RunRow
from lyricslab.lab.search.plan import (
    GROWN,
    METHODS,
    RATES,
    Choice,
    SearchPlan,
    check_budget,
    run_config,
    usual_budget,
)
from lyricslab.lab.search.table import SearchRow, best, pareto
from lyricslab.lab.search.work import Outcome, Search
from lyricslab.lab.store import Store
from lyricslab.learning import presets
from lyricslab.model.trainable import Trainable
from lyricslab.text.split import split

LOOK_EVERY_S = 0.5
TELL_EVERY_S = 30.0
WAITING_A_WORKER = 3
"""So many runs are asked for ahead: the queue stays short for whoever else wants to train."""


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
    card, _ = library.base(store.home, base)
    corpus = library.load_corpus(store, corpus_id)
    train_chars, val_chars = _sizes(store, corpus_id, split_config)
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
        model=card.model,
        split=split_config,
        train=train,
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


def carry_out(
    store: Store,
    made: SearchPlan,
    *,
    tell: Callable[[str], None] = lambda line: None,
    on_start: Callable[[Callable[[], None]], None] = lambda stop: None,
    workspace_id: str = LOCAL,
) -> list[SearchRow]:
    """Trains all that a search wants and returns its table.

    Args:
        tell: given a line now and then: how far it is, and what has grown.
        on_start: given a function that stops it; what is trained stays, for the next time.

    Raises:
        RunStateError: if it, or one of its runs, was stopped.
        NotFoundError, EngineError: if something it needs is missing.
    """
    stopping = threading.Event()
    on_start(stopping.set)
    work = _UnderWay(store, made, workspace_id, tell)
    try:
        while not stopping.is_set():
            search = Search(made, work.found)
            wishes = search.wishes()
            if not wishes:
                return search.rows()
            work.ask(wishes)
            work.report(search, len(wishes))
            keeper.keep_alive(store.home)
            if not work.news():
                stopping.wait(LOOK_EVERY_S)
    finally:
        work.stop()
    raise RunStateError("The search was stopped. The same command goes on where it stood.")


def known(store: Store, made: SearchPlan, workspace_id: str = LOCAL) -> Search:
    """A search as far as finished runs tell: its `rows`, and whether it is `over`. Trains nothing.

    Raises:
        NotFoundError: if the base is gone.
    """
    base = runs.base_digest(store, made.base)
    found: dict[RunConfig, Outcome] = {}
    asked: set[RunConfig] = set()
    while True:
        search = Search(made, found)
        fresh = [config for config in search.wishes() if config not in asked]
        if not fresh:
            return search
        asked.update(fresh)
        for config in fresh:
            run = store.same_run(runs.fingerprint(config, base), workspace_id)
            if run is not None and run.status == "done":
                found[config] = _outcome(run)


def answer(store: Store, made: SearchPlan, rows: Sequence[SearchRow]) -> dict[str, Any]:
    """A search's table under the names that scripts rely on.

    `comparisons` holds the best grown choice against the best whole layers, and against the best
    of no more numbers; below 0 favours the grown one. Which is best, validation says.
    """
    grown = best(rows, *GROWN)
    most = made.budget + made.model.head_parameters
    rivals = [best(rows, "layers"), best(rows, "layers", most=most), best(rows, "ulmfit")]
    found = []
    for rival in dict.fromkeys(rivals):
        interval = None if grown is None or rival is None else compare(store, grown, rival)
        if grown is not None and rival is not None and interval is not None:
            found.append({"a": grown.name, "b": rival.name, **asdict(interval)})
    return {
        "base": made.base,
        "preset": made.preset,
        "budget": made.budget,
        "seeds": made.seeds,
        "rows": [row.to_dict() for row in rows],
        "pareto": [row.to_dict() for row in pareto(rows)],
        "best": row.to_dict() if (row := best(rows)) else None,
        "comparisons": found,
    }


def compare(store: Store, a: SearchRow, b: SearchRow) -> Interval | None:
    """How far the test loss of `a` lies above that of `b`, and how sure that is (bootstrap).

    None where it is not known song by song.
    """
    scores = store.scores([*a.runs, *b.runs])
    sides = [
        [scores[run]["test"] for run in row.runs if "test" in scores.get(run, {})] for row in (a, b)
    ]
    return paired(*sides) if all(sides) else None


class _UnderWay:
    """The runs of a search that were asked for."""

    def __init__(
        self, store: Store, made: SearchPlan, workspace_id: str, tell: Callable[[str], None]
    ) -> None:
        self.store, self.plan, self.workspace_id, self.tell = store, made, workspace_id, tell
        self.found: dict[RunConfig, Outcome] = {}
        self._waiting: dict[RunConfig, str] = {}
        self._ours: set[str] = set()
        self._told_s, self._told = -math.inf, -1
        self._began_s = time.monotonic()
        self._trained = 0
        self._grown: dict[str, int] = {}

    def ask(self, wishes: Sequence[RunConfig]) -> None:
        """Asks for the first wishes, as many as may wait at once."""
        most = WAITING_A_WORKER * keeper.worker_count()
        for config in wishes:
            if len(self._waiting) >= most:
                return
            if config not in self._waiting:
                run, ours = runs.ask_for(self.store, config, self.workspace_id)
                if run.unfinished:
                    self._waiting[config] = run.id
                    self._ours |= {run.id} if ours else set()
                else:
                    self._take(config, run)

    def news(self) -> bool:
        """Takes in the runs that are over by now; whether there was any.

        Raises:
            RunStateError: if one was stopped.
        """
        over = [
            (config, run)
            for config, run_id in self._waiting.items()
            if not (run := self.store.run(run_id)).unfinished
        ]
        for config, run in over:
            del self._waiting[config]
            self._take(config, run)
            self._trained += 1
        return bool(over)

    def _take(self, config: RunConfig, run: RunRow) -> None:
        if run.status == "stopped":
            raise RunStateError(
                f"'{run.name}' was stopped, and the search needs it. The same command takes it up "
                "again."
            )
        if run.status == "failed":
            self.tell(f"Left out: '{run.name}'. {run.error}")
            self.found[config] = Outcome(run.id, math.inf, math.inf)
            return
        self.found[config] = _outcome(run)

    def report(self, search: Search, wanted: int) -> None:
        """Says what has grown since, and how far it is."""
        for method, growth in search.growths.items():
            for step in growth.path[self._grown.get(method, 0) :]:
                self.tell(f"{method}: {step}")
            self._grown[method] = len(growth.path)
        now_s = time.monotonic()
        if now_s - self._told_s < TELL_EVERY_S or len(self.found) == self._told:
            return
        self._told_s, self._told = now_s, len(self.found)
        to_come = wanted + search.unknown
        left = ""
        if self._trained:
            minutes = (now_s - self._began_s) / self._trained * to_come / 60
            left = f", about {max(1, round(minutes))} minutes"
        self.tell(f"{len(self.found)} runs are known; about {to_come} to go{left}.")

    def stop(self) -> None:
        """Stops what it has put into the queue and is not over; what was learned is kept."""
        for run_id in self._ours.intersection(self._waiting.values()):
            try:
                runs.stop(self.store, run_id)
            except RunStateError:
                continue  # it has just come to its end


def _outcome(run: RunRow) -> Outcome:
    assert run.best_val is not None and run.test is not None  # for it is done
    return Outcome(run.id, run.best_val, run.test)


def _sizes(store: Store, corpus_id: str, split_config: SplitConfig) -> tuple[int, int]:
    """Characters to learn from, and to check by."""
    parts = split(library.load_corpus(store, corpus_id), split_config)
    return sum(len(s.framed) for s in parts.train), sum(len(s.framed) for s in parts.val)
