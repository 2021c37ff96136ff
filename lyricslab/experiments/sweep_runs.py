"""Which runs a sweep takes, as far as what it has found lets it tell. Knows no store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from lyricslab.config import ModelConfig, RunConfig, TrainConfig
from lyricslab.experiments.sweep_plan import SweepCell, cells
from lyricslab.library.runs import default_run_name, size_name
from lyricslab.model import cost, presets
from lyricslab.model.trainable import Trainable
from lyricslab.store.plans import PlannedBase, SweepPlan
from lyricslab.store.rows import RunRow

Found = Mapping[tuple[str, int], RunRow]
"""The runs that serve a sweep, by part and seed."""

SEARCH_SEED = 0
"""What is chosen by validation is chosen on this seed, then held for all."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a cell or a trial is trained with."""

    model: ModelConfig
    train: TrainConfig


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """Something to try on one seed."""

    name: str
    """The part of the sweep that it is: "rate songs 0.001"."""
    base: PlannedBase | None
    search: str
    trainable: str
    setting: Setting


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run that a sweep wants now."""

    name: str
    """The part that it serves: a cell's key or a trial's name."""
    seed: int
    config: RunConfig
    called: str
    """The run's name."""


class Work:
    """A sweep's runs, worked out from its plan and from what has been found."""

    def __init__(self, plan: SweepPlan, found: Found) -> None:
        self.plan, self.found = plan, found
        self._sizes = (plan.train_chars, plan.val_chars)
        self._bases = {base.name: base for base in plan.bases}

    # ---- what is tried

    @cached_property
    def trials(self) -> tuple[TrialPlan, ...]:
        """Every trial that is known by now."""
        searches = [cell.search for cell in cells(self.plan) if cell.kind == "baseline"]
        found = [trial for search in searches for trial in self._network_trials(search)]
        return (*found, *(trial for base in self.plan.bases for trial in self._rate_trials(base)))

    def _rate_choice(self, base: PlannedBase) -> str | None:
        """The choice of layers by which a base's learning rate is sought; None where it is not."""
        if self.plan.preset != "paper":
            return None
        of = [cell for cell in cells(self.plan) if cell.base == base.name]
        choices = [cell.trainable for cell in of if cell.kind != "zero-shot"]
        usual = str(Trainable.parse(f"0,{base.model.num_layers - 1}", base.model.num_layers))
        return usual if usual in choices else next(iter(choices), None)

    def _rate_trials(self, base: PlannedBase) -> Iterator[TrialPlan]:
        """The learning rates for a base, tried on one choice of layers."""
        learns = self._rate_choice(base)
        if learns is None:
            return
        preset = self._preset(base, learns)
        for rate in presets.PAPER_RATES:
            setting = Setting(base.model, replace(preset, learning_rate=rate))
            yield TrialPlan(f"rate {base.name} {rate:g}", base, "", learns, setting)

    def _network_trials(self, search: str) -> Iterator[TrialPlan]:
        """The networks that learn from the songs alone; the paper's winner at other batches too."""
        grid = self._grid(search)
        yield from grid
        best = self._winner(grid) if search == "paper" else None
        if best is None:
            return
        model, tried = best.setting.model, best.setting.train
        for batch in presets.PAPER_BATCHES:
            if batch != tried.batch_size:
                again = presets.paper_network(*self._sizes, model, tried.dropout, batch)
                yield _network(search, model, again)

    def _grid(self, search: str) -> list[TrialPlan]:
        """The networks that a search begins with."""
        grid = presets.paper_grid if search == "paper" else presets.baseline_grid
        return [_network(search, *pair) for pair in grid(*self._sizes)]

    def _winner(self, trials: list[TrialPlan]) -> TrialPlan | None:
        """The trial with the lowest validation loss; None until all are over."""
        runs = [self.found.get((trial.name, SEARCH_SEED)) for trial in trials]
        if not runs or any(run is None or run.status not in ("done", "failed") for run in runs):
            return None
        usable = [
            (run.best_val, k)
            for k, run in enumerate(runs)
            if run is not None and run.status == "done" and run.best_val is not None
        ]
        return trials[min(usable)[1]] if usable else None

    def chosen(self, base: str | None, search: str = "") -> TrialPlan | None:
        """The trial that won a search; None until it is over, or where nothing is searched."""
        return self._winner(self._trials_of(base, search))

    def _trials_of(self, base: str | None, search: str) -> list[TrialPlan]:
        return [t for t in self.trials if (t.base and t.base.name, t.search) == (base, search)]

    # ---- what the cells are trained with

    def setting(self, cell: SweepCell) -> Setting | None:
        """What a cell is trained with; None while a search has yet to say."""
        if cell.base is None:
            trial = self.chosen(None, cell.search)
            return None if trial is None else trial.setting
        base = self._bases[cell.base]
        if cell.kind == "zero-shot":
            return Setting(base.model, ZERO_SHOT)
        preset = self._preset(base, cell.trainable)
        if self._rate_choice(base) is None:
            return Setting(base.model, preset)
        trial = self.chosen(base.name)
        if trial is None:
            return None
        rate = trial.setting.train.learning_rate
        return Setting(base.model, replace(preset, learning_rate=rate))

    def likely(self, cell: SweepCell) -> Setting:
        """What a cell is trained with, or will probably be."""
        known = self.setting(cell)
        if known is not None:
            return known
        if cell.base is None:
            return self._grid(cell.search)[0].setting
        base = self._bases[cell.base]
        return Setting(base.model, self._preset(base, cell.trainable))

    def _preset(self, base: PlannedBase, learns: str) -> TrainConfig:
        return presets.resolve(
            self.plan.preset,
            train_chars=self.plan.train_chars,
            val_chars=self.plan.val_chars,
            model=base.model,
            trainable=Trainable.parse(learns, base.model.num_layers),
            base_is_lyrics=base.lyrics,
        )

    def seeds(self, cell: SweepCell) -> range:
        """The seeds of a cell: one where nothing is drawn."""
        return range(1 if cell.kind == "zero-shot" else self.plan.seeds)

    # ---- the runs

    def wishes(self) -> Iterator[PlannedRun]:
        """Every run whose settings are known: those that others wait for first, then every cell
        once before any a second time, so that the table fills evenly.

        While a trial is at work, some cells cannot be asked for: none is for a second time.
        """
        for trial in self.trials:
            config = self._config(trial.base, trial.trainable, trial.setting, SEARCH_SEED)
            train = trial.setting.train
            rate = f"learning rate {train.learning_rate:g}"
            tried = f"batch {train.batch_size}" if trial.base is None else rate
            called = f"{default_run_name(config)}, {tried}"
            yield PlannedRun(trial.name, SEARCH_SEED, config, called)
        settings = {cell: self.setting(cell) for cell in cells(self.plan)}
        for seed in range(1 if self._seeking else self.plan.seeds):
            again = f", seed {seed}" if seed else ""
            for cell, setting in settings.items():
                if setting is None or seed not in self.seeds(cell):
                    continue
                base = None if cell.base is None else self._bases[cell.base]
                config = self._config(base, cell.trainable, setting, seed)
                yield PlannedRun(cell.key, seed, config, f"{default_run_name(config)}{again}")

    @property
    def _seeking(self) -> bool:
        """Whether a trial is at work or has yet to be asked for."""
        trials = [self.found.get((trial.name, SEARCH_SEED)) for trial in self.trials]
        return any(run is None or run.unfinished for run in trials)

    def _config(
        self, base: PlannedBase | None, learns: str, setting: Setting, seed: int
    ) -> RunConfig:
        return RunConfig(
            corpus=self.plan.corpus,
            base=None if base is None else base.name,
            trainable=learns,
            model=setting.model,
            split=self.plan.split,
            settings=setting.train,
            preset=self.plan.preset if base is not None else "baseline",
            seed=seed,
        )

    # ---- how much it is

    def to_come(self) -> list[float]:
        """The seconds of one core that each run may take which no part of the sweep has yet."""
        found = []
        for trial in self.trials:
            if (trial.name, SEARCH_SEED) not in self.found:
                found.append(self._seconds(trial.setting, trial.trainable, trial.base is None))
        for cell in cells(self.plan):
            seconds = self._seconds(self.likely(cell), cell.trainable, cell.base is None)
            seeds = self.seeds(cell)
            if cell.search == "paper" and self._winner(self._grid("paper")) is None:
                batch = self.likely(cell).train.batch_size
                found += [seconds for other in presets.PAPER_BATCHES if other != batch]
            # The run that won a search serves its cell too.
            won = cell.base is None or cell.trainable == self._rate_choice(self._bases[cell.base])
            if won and cell.kind != "zero-shot":
                seeds = seeds[1:]
            found += [seconds for seed in seeds if (cell.key, seed) not in self.found]
        return found

    def seconds(self, config: RunConfig) -> float:
        """The seconds of one core that a run may take."""
        setting = Setting(config.model, config.settings)
        return self._seconds(setting, config.trainable, config.base is None)

    def _seconds(self, setting: Setting, learns: str, from_nothing: bool) -> float:
        trainable = Trainable.parse(learns, setting.model.num_layers)
        sizes = (*self._sizes, self.plan.longest_chars)
        return cost.likely_s(
            setting.train, setting.model, trainable, *sizes, from_nothing=from_nothing
        )


ZERO_SHOT = TrainConfig(max_steps=0)
"""Learns nothing: the base is judged as it is."""


def _network(search: str, model: ModelConfig, train: TrainConfig) -> TrialPlan:
    name = f"{search} {size_name(model)}, dropout {train.dropout:g}, batch {train.batch_size}"
    return TrialPlan(name, None, search, "all", Setting(model, train))
