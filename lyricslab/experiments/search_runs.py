"""Which runs a search wants, as far as what it has found lets it tell. Knows no store."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lyricslab.config import RunConfig
from lyricslab.experiments.search_plan import (
    GROWN,
    Choice,
    Growth,
    fixed_choices,
    grow,
    run_config,
    units,
)
from lyricslab.experiments.search_results import SearchResult
from lyricslab.model import cost
from lyricslab.model.trainable import Trainable
from lyricslab.store.plans import METHODS, SearchPlan


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended."""

    run_id: str
    val: float
    """nats/char; infinite where it came off the rails."""
    test: float


class Search:
    """A search's runs and rows, worked out from its plan and from the runs that are over."""

    def __init__(self, plan: SearchPlan, found: Mapping[RunConfig, RunOutcome]) -> None:
        self.plan, self.found = plan, found
        self.growths: dict[str, Growth] = {
            method: self._grow(method) for method in GROWN if method in plan.methods
        }
        """How far each grown choice is, by method."""

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
        found = [*fixed_choices(self.plan), *grown]
        return sorted(found, key=lambda choice: METHODS.index(choice.method))

    @property
    def over(self) -> bool:
        """Whether nothing is left to be trained."""
        return not self.wishes()

    def wishes(self) -> list[RunConfig]:
        """The runs that are wanted and not over: first those that make rows at once, then those
        that choose what grows, last the other seeds."""
        trials = [
            _grown(method, learns)
            for method, growth in self.growths.items()
            for learns in growth.wanted
        ]
        wanted = [
            run_config(self.plan, choice, rate, seed)
            for choice in (*self.choices, *trials)
            for rate in self._rates(choice)
            for seed in range(self._seeds(choice, self.plan.search_seeds))
        ]
        for choice in self.choices:
            rate = self.rate(choice)
            if rate is not None:
                seeds = range(self._seeds(choice, self.plan.seeds))
                wanted += [run_config(self.plan, choice, rate, seed) for seed in seeds]
        return [config for config in dict.fromkeys(wanted) if config not in self.found]

    @property
    def unknown(self) -> int:
        """About how many more runs it takes for what has yet to grow: parts of middling size."""
        model, total = self.plan.model, 0
        for method, growth in self.growths.items():
            if not growth.wanted:
                continue
            parts = units(method, model.num_layers)
            sizes = sorted(p.trained_parameters(model) - model.head_parameters for p in parts)
            rounds = min(len(parts), self.plan.budget // sizes[len(sizes) // 2])
            for grown in range(len(growth.path) + 1, rounds):
                total += (len(parts) - grown) * len(self.plan.rates) * self.plan.search_seeds
            still = rounds - len(growth.path)
            total += max(0, still) * (self.plan.seeds - self.plan.search_seeds)
        return total

    def to_come(self, asked: Collection[RunConfig] = ()) -> list[float]:
        """The seconds of one core that each run may take which is still to be asked for.

        Args:
            asked: the runs that are asked for already.
        """
        wanted = set(self.wishes())
        for choice in self.choices:
            if self.rate(choice) is None:  # its other seeds are wanted once a rate is chosen
                seeds = range(self._seeds(choice, self.plan.seeds))
                rate = self._rates(choice)[0]
                wanted |= {run_config(self.plan, choice, rate, seed) for seed in seeds}
        # What grows yet may hold a part of the lowest layer, and then takes as long as all layers.
        most = self.seconds(run_config(self.plan, Choice("layers", "all"), 1.0, 0))
        fresh = wanted - set(asked) - self.found.keys()
        return [*map(self.seconds, fresh), *[most] * self.unknown]

    def seconds(self, config: RunConfig) -> float:
        """The seconds of one core that a run may take."""
        plan = self.plan
        learns = Trainable.parse(config.trainable, plan.model.num_layers)
        sizes = (plan.train_chars, plan.val_chars, plan.longest_chars)
        return cost.likely_s(config.settings, plan.model, learns, *sizes)

    def loss(self, choice: Choice) -> float | None:
        """A choice's validation loss at its best rate; None until it is known."""
        found = self._by_rate(choice)
        return None if found is None else found[0]

    def rate(self, choice: Choice) -> float | None:
        """The multiple of the preset's rate with which a choice is best on validation."""
        found = self._by_rate(choice)
        return None if found is None else found[1]

    def _by_rate(self, choice: Choice) -> tuple[float, float] | None:
        losses = []
        for rate in self._rates(choice):
            seeds = range(self._seeds(choice, self.plan.search_seeds))
            runs = [self.found.get(run_config(self.plan, choice, rate, seed)) for seed in seeds]
            known = [run.val for run in runs if run is not None]
            if len(known) < len(runs):
                return None
            losses.append((statistics.fmean(known), rate))
        return min(losses)

    def _rates(self, choice: Choice) -> tuple[float, ...]:
        return (1.0,) if choice.method == "zero-shot" else self.plan.rates

    def _seeds(self, choice: Choice, seeds: int) -> int:
        """Of the base as it is nothing is drawn: one seed is as good as many."""
        return 1 if choice.method == "zero-shot" else seeds

    def rows(self) -> list[SearchResult]:
        """A row for each choice of which some run is done, in the table's order."""
        found = []
        for choice in self.choices:
            rate = self.rate(choice)
            if rate is None:
                continue
            seeds = range(self._seeds(choice, self.plan.seeds))
            configs = [run_config(self.plan, choice, rate, seed) for seed in seeds]
            runs = [self.found[config] for config in configs if config in self.found]
            done = [run for run in runs if math.isfinite(run.val)]
            if done:
                found.append(
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
        return found


def _grown(method: str, learns: Trainable) -> Choice:
    return Choice(method, str(learns))
