"""The findings of a search: its table and comparisons; of a stored search, or the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lyricslab.analysis.bootstrap import Interval, paired
from lyricslab.experiments.search_plan import GROWN
from lyricslab.experiments.search_results import SearchResult, best, pareto
from lyricslab.experiments.search_runs import SearchPlanner
from lyricslab.experiments.shipped_experiments import shipped_experiments
from lyricslab.library.bases import base_title
from lyricslab.store.plans import SearchPlan
from lyricslab.store.store import Store


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far the test loss of one row is above that of another; below 0 favours `a`."""

    a: str
    b: str
    """The rows' names."""
    effect: float
    """nats/char."""
    low: float
    high: float
    """The 95 % interval (bootstrap)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that a search has found so far."""

    corpus: str
    """The corpus's name."""
    base: str
    base_title: str
    """What the base is called on screens."""
    preset: str
    budget: int
    """The most weights of the layers that forward selection may train."""
    seeds: int
    rows: tuple[SearchResult, ...]
    comparisons: tuple[Comparison, ...]
    """The best selected parts against the best whole layers, against the best of no more weights,
    and against ULMFiT; ULMFiT and the best low-rank change against the best whole layers. The best
    of each kind is chosen by validation."""

    def to_dict(self) -> dict[str, Any]:
        """Return everything under the names of `--json`."""
        chosen = best(self.rows)
        return {
            "corpus": self.corpus,
            "base": self.base,
            "base_title": self.base_title,
            "preset": self.preset,
            "budget": self.budget,
            "seeds": self.seeds,
            "rows": [row.to_dict() for row in self.rows],
            "pareto": [row.to_dict() for row in pareto(self.rows)],
            "best": None if chosen is None else chosen.to_dict(),
            "comparisons": [asdict(comparison) for comparison in self.comparisons],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Findings:
        """Read what `to_dict` wrote."""
        return cls(
            corpus=values["corpus"],
            base=values["base"],
            base_title=values["base_title"],
            preset=values["preset"],
            budget=values["budget"],
            seeds=values["seeds"],
            rows=tuple(map(SearchResult.from_dict, values["rows"])),
            comparisons=tuple(Comparison(**comparison) for comparison in values["comparisons"]),
        )


def shipped_findings() -> Findings | None:
    """Return our own findings, of the first search that ships; None if there is none."""
    found = shipped_experiments("search", lambda name, values: Findings.from_dict(values))
    return next(iter(found.values()), None)


def search_findings(store: Store, search_id: str) -> Findings:
    """Return everything that a search has found so far.

    Raises:
        NotFoundError: if there is no search of this id.
    """
    row = store.search(search_id)
    plan = row.plan
    rows = SearchPlanner.of(plan, store.experiment_runs(search_id)).rows()
    return Findings(
        corpus=row.corpus_name,
        base=plan.base,
        base_title=base_title(store.home, plan.base),
        preset=plan.preset,
        budget=plan.budget,
        seeds=plan.seeds,
        rows=tuple(rows),
        comparisons=_comparisons(store, plan, rows),
    )


def search_news(store: Store, search_id: str) -> list[str]:
    """Return a line for each step of forward selection and for each failed run."""
    parts = store.experiment_runs(search_id)
    growths = SearchPlanner.of(store.search(search_id).plan, parts).growths
    steps = [f"{name}: {step}" for name, growth in growths.items() for step in growth.path]
    failed = [part.run for part in parts if part.run.status == "failed"]
    return [*steps, *(f"Left out: '{run.name}'. {run.error}" for run in failed)]


def compare_results(store: Store, a: SearchResult, b: SearchResult) -> Interval | None:
    """Return how far the test loss of `a` is above that of `b`, with its interval (bootstrap).

    None if the losses of some run are not known song by song.
    """
    scores = store.scores([*a.runs, *b.runs])
    sides = [
        [scores[run]["test"] for run in row.runs if "test" in scores.get(run, {})] for row in (a, b)
    ]
    return paired(*sides) if all(sides) else None


def _comparisons(
    store: Store, plan: SearchPlan, rows: Sequence[SearchResult]
) -> tuple[Comparison, ...]:
    most = plan.budget + plan.model.head_parameters
    grown, layers = best(rows, *GROWN), best(rows, "layers")
    ulmfit, lora = best(rows, "ulmfit"), best(rows, "lora")
    pairs = [(grown, layers), (grown, best(rows, "layers", most=most)), (grown, ulmfit)]
    comparisons = []
    for a, b in dict.fromkeys([*pairs, (ulmfit, layers), (lora, layers)]):
        interval = None if a is None or b is None else compare_results(store, a, b)
        if a is not None and b is not None and interval is not None:
            comparisons.append(Comparison(a.name, b.name, **asdict(interval)))
    return tuple(comparisons)
