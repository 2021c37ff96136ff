"""Decide which runs a search needs next, and make its table from the finished ones."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lyricslab.config import RunConfig
from lyricslab.experiments.planner import PlannedRun
from lyricslab.experiments.search_plan import (
    GROWN,
    Choice,
    Growth,
    as_planned,
    fixed_choices,
    grow,
    run_config,
    units,
)
from lyricslab.experiments.search_results import SearchResult
from lyricslab.model import cost
from lyricslab.model.trainable import Trainable
from lyricslab.store.plans import METHODS, SearchPlan
from lyricslab.store.rows import ExperimentRun, RunRow


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended."""

    run_id: str
    val: float
    """nats/char; infinite for a run that failed."""
    test: float


class SearchPlanner:
    """The `Planner` of a search; it also makes the rows of its table.

    Configurations are as the plan writes them: see `as_planned`.

    Args:
        outcomes: of the runs that are over.
        started: the search's runs, over or not.
    """

    waiting_per_worker: int | None = 3
    """The queue stays short for whoever else wants to train."""
    retries_failed = False
    """A learning rate that was too high once will be too high again."""

    def __init__(
        self,
        plan: SearchPlan,
        outcomes: Mapping[RunConfig, RunOutcome],
        started: Collection[RunConfig] = (),
    ) -> None:
        self.plan, self.outcomes = plan, outcomes
        self.started = {*started, *outcomes}
        self.growths: dict[str, Growth] = {
            method: self._grow(method) for method in GROWN if method in plan.methods
        }
        """How far each forward selection is, by method."""

    @classmethod
    def of(cls, plan: SearchPlan, parts: Iterable[ExperimentRun]) -> SearchPlanner:
        """Make the planner from the runs in the store."""
        runs = {as_planned(plan, part.run.config): part.run for part in parts}
        over = {c: _outcome(run) for c, run in runs.items() if run.status in ("done", "failed")}
        return cls(plan, over, runs)

    def _grow(self, method: str) -> Growth:
        plan = self.plan
        parts = units(method, plan.model.num_layers)
        return grow(
            parts, plan.model, plan.budget, lambda learns: self.loss(_grown(method, learns))
        )

    @property
    def choices(self) -> list[Choice]:
        """The choices that are rows of the table, as far as they are known."""
        grown = [
            _grown(method, learns)
            for method, growth in self.growths.items()
            for learns in growth.path
        ]
        choices = [*fixed_choices(self.plan), *grown]
        return sorted(choices, key=lambda choice: METHODS.index(choice.method))

    def pending(self) -> list[PlannedRun]:
        """Return the runs to start: first those that make rows at once, then those that decide a
        forward selection, then the other seeds."""
        return [
            PlannedRun(config, self._notes(config))
            for config in self._needed()
            if config not in self.started
        ]

    def _needed(self) -> list[RunConfig]:
        """Return every run that is known to be needed, whether it is started or not."""
        trials = [
            _grown(method, learns)
            for method, growth in self.growths.items()
            for learns in growth.candidates
        ]
        needed = [
            run_config(self.plan, choice, rate, seed)
            for choice in (*self.choices, *trials)
            for rate in self._rates(choice)
            for seed in range(self._seeds(choice, self.plan.search_seeds))
        ]
        for choice in self.choices:
            rate = self.rate(choice)
            if rate is not None:
                seeds = range(self._seeds(choice, self.plan.seeds))
                needed += [run_config(self.plan, choice, rate, seed) for seed in seeds]
        return list(dict.fromkeys(needed))

    def _notes(self, config: RunConfig) -> tuple[str, ...]:
        """Return what a run's name says of how its weights were trained."""
        settings = config.settings
        slowly = "layer after layer" if settings.unfreeze_epochs else ""
        usual = settings.learning_rate == self.plan.settings.learning_rate
        rate = "" if usual else f"learning rate {settings.learning_rate:g}"
        return tuple(filter(None, (slowly, rate)))

    def _unplanned(self) -> int:
        """Return about how many runs later selection steps need, for parts of middling size."""
        model, total = self.plan.model, 0
        for method, growth in self.growths.items():
            if not growth.candidates:
                continue
            parts = units(method, model.num_layers)
            sizes = sorted(p.trained_parameters(model) - model.head_parameters for p in parts)
            rounds = min(len(parts), self.plan.budget // sizes[len(sizes) // 2])
            for grown in range(len(growth.path) + 1, rounds):
                total += (len(parts) - grown) * len(self.plan.rates) * self.plan.search_seeds
            still = rounds - len(growth.path)
            total += max(0, still) * (self.plan.seeds - self.plan.search_seeds)
        return total

    def remaining_s(self) -> list[float]:
        """Return the seconds of one core for each run still to be started."""
        needed = set(self._needed())
        for choice in self.choices:
            if self.rate(choice) is None:  # its other seeds follow once a rate is chosen
                seeds = range(self._seeds(choice, self.plan.seeds))
                rate = self._rates(choice)[0]
                needed |= {run_config(self.plan, choice, rate, seed) for seed in seeds}
        # A later step may train a part of the lowest layer, which takes as long as all layers.
        longest = self.run_s(run_config(self.plan, Choice("layers", "all"), 1.0, 0))
        return [*map(self.run_s, needed - self.started), *[longest] * self._unplanned()]

    def run_s(self, config: RunConfig) -> float:
        """Return about how many seconds of one core a run takes."""
        plan = self.plan
        learns = Trainable.parse(config.trainable, plan.model.num_layers)
        sizes = (plan.train_chars, plan.val_chars, plan.longest_chars)
        return cost.likely_s(config.settings, plan.model, learns, *sizes)

    def loss(self, choice: Choice) -> float | None:
        """Return a choice's validation loss at its best rate; None until it is known."""
        best = self._best_rate(choice)
        return None if best is None else best[0]

    def rate(self, choice: Choice) -> float | None:
        """Return the multiple of the preset's rate with the lowest loss; None until it is known."""
        best = self._best_rate(choice)
        return None if best is None else best[1]

    def _best_rate(self, choice: Choice) -> tuple[float, float] | None:
        losses = []
        for rate in self._rates(choice):
            seeds = range(self._seeds(choice, self.plan.search_seeds))
            runs = [self.outcomes.get(run_config(self.plan, choice, rate, seed)) for seed in seeds]
            vals = [run.val for run in runs if run is not None]
            if len(vals) < len(runs):
                return None
            losses.append((statistics.fmean(vals), rate))
        return min(losses)

    def _rates(self, choice: Choice) -> tuple[float, ...]:
        return (1.0,) if choice.method == "zero-shot" else self.plan.rates

    def _seeds(self, choice: Choice, seeds: int) -> int:
        """Return the number of seeds: one for the base as it is, where nothing is random."""
        return 1 if choice.method == "zero-shot" else seeds

    def rows(self) -> list[SearchResult]:
        """Return a row for each choice with a finished run, in the table's order."""
        rows = []
        for choice in self.choices:
            rate = self.rate(choice)
            if rate is None:
                continue
            seeds = range(self._seeds(choice, self.plan.seeds))
            configs = [run_config(self.plan, choice, rate, seed) for seed in seeds]
            runs = [self.outcomes[config] for config in configs if config in self.outcomes]
            done = [run for run in runs if math.isfinite(run.val)]
            if done:
                rows.append(
                    SearchResult(
                        method=choice.method,
                        train=choice.trainable,
                        lora_rank=choice.lora_rank,
                        learning_rate=configs[0].settings.learning_rate,
                        trained_parameters=choice.trained_parameters(self.plan.model),
                        seeds=len(configs),
                        runs=tuple(run.run_id for run in done),
                        val=tuple(run.val for run in done),
                        test=tuple(run.test for run in done),
                    )
                )
        return rows


def _grown(method: str, learns: Trainable) -> Choice:
    return Choice(method, str(learns))


def _outcome(run: RunRow) -> RunOutcome:
    if run.status == "failed" or run.best_val is None or run.test is None:
        return RunOutcome(run.id, math.inf, math.inf)
    return RunOutcome(run.id, run.best_val, run.test)
