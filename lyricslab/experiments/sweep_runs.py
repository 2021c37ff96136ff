"""Decide which runs a sweep needs next: trials that choose settings, then every cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from lyricslab.config import ModelConfig, RunConfig, TrainConfig
from lyricslab.experiments.planner import ZERO_SHOT, PlannedRun
from lyricslab.experiments.sweep_plan import SweepCell, cells
from lyricslab.library.runs import dropout_name, size_name
from lyricslab.model import cost, presets
from lyricslab.model.trainable import Trainable
from lyricslab.store.plans import PlannedBase, SweepPlan
from lyricslab.store.rows import ExperimentRun, RunRow

SEARCH_SEED = 0
"""The seed of every trial; what it chooses by validation holds for all seeds."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The network and the settings of a cell or a trial."""

    model: ModelConfig
    train: TrainConfig


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """Settings to try on one seed."""

    name: str
    """Unique in the sweep: "rate songs 0.001"."""
    base: PlannedBase | None
    search: str
    """See `SweepCell.search`; empty for a base."""
    trainable: str
    setting: Setting


class SweepPlanner:
    """The `Planner` of a sweep.

    Args:
        runs: the sweep's runs by part and seed; a part is a cell's key or a trial's name.
    """

    waiting_per_worker: int | None = 3  # so that the first cells need not wait for the baselines
    retries_failed = True

    def __init__(self, plan: SweepPlan, runs: Mapping[tuple[str, int], RunRow]) -> None:
        self.plan, self.runs = plan, runs
        self._sizes = (plan.train_chars, plan.val_chars)
        self._bases = {base.name: base for base in plan.bases}

    @classmethod
    def of(cls, plan: SweepPlan, parts: Iterable[ExperimentRun]) -> SweepPlanner:
        """Make the planner from the runs in the store."""
        return cls(plan, {(part.name, part.seed): part.run for part in parts})

    # ---- trials

    @cached_property
    def trials(self) -> tuple[TrialPlan, ...]:
        """Every trial that is known by now."""
        searches = [cell.search for cell in cells(self.plan) if cell.kind == "baseline"]
        networks = [trial for search in searches for trial in self._network_trials(search)]
        return (*networks, *(t for base in self.plan.bases for t in self._rate_trials(base)))

    def _rate_choice(self, base: PlannedBase) -> str | None:
        """Return the choice of layers on which learning rates are tried; None if they are not."""
        if self.plan.preset != "paper":
            return None
        of = [cell for cell in cells(self.plan) if cell.base == base.name]
        choices = [cell.trainable for cell in of if cell.kind != "zero-shot"]
        usual = str(Trainable.parse(f"0,{base.model.num_layers - 1}", base.model.num_layers))
        return usual if usual in choices else next(iter(choices), None)

    def _rate_trials(self, base: PlannedBase) -> Iterator[TrialPlan]:
        """Yield the learning rates for a base, tried on one choice of layers."""
        learns = self._rate_choice(base)
        if learns is None:
            return
        preset = self._preset(base)
        for rate in presets.PAPER_RATES:
            setting = Setting(base.model, replace(preset, learning_rate=rate))
            yield TrialPlan(f"rate {base.name} {rate:g}", base, "", learns, setting)

    def _network_trials(self, search: str) -> Iterator[TrialPlan]:
        """Yield networks to train on songs alone; the paper's winner at other batch sizes too."""
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
        """Return the networks that a search starts with."""
        if search == "paper":
            return [_network(search, *pair) for pair in presets.paper_grid(*self._sizes)]
        today = [_network(search, *pair) for pair in presets.baseline_grid(*self._sizes)]
        # A later version of the program may have another grid; a sweep keeps what it began with.
        begun = [
            TrialPlan(name, None, search, "all", Setting(run.config.model, run.config.settings))
            for (name, seed), run in self.runs.items()
            if seed == SEARCH_SEED and name.startswith(f"{search} ")
        ]
        same = {trial.name for trial in begun} <= {trial.name for trial in today}
        return today if same else begun

    def _winner(self, trials: list[TrialPlan]) -> TrialPlan | None:
        """Return the trial with the lowest validation loss; None until all are over."""
        runs = [self.runs.get((trial.name, SEARCH_SEED)) for trial in trials]
        if not runs or any(run is None or run.status not in ("done", "failed") for run in runs):
            return None
        usable = [
            (run.best_val, k)
            for k, run in enumerate(runs)
            if run is not None and run.status == "done" and run.best_val is not None
        ]
        return trials[min(usable)[1]] if usable else None

    def chosen(self, base: str | None, search: str = "") -> TrialPlan | None:
        """Return the trial that won a search; None until it is over, or where there is none."""
        key = (base, search)
        return self._winner([t for t in self.trials if (t.base and t.base.name, t.search) == key])

    # ---- settings of the cells

    def setting(self, cell: SweepCell) -> Setting | None:
        """Return what a cell is trained with; None until its trials are over."""
        if cell.base is None:
            trial = self.chosen(None, cell.search)
            return None if trial is None else trial.setting
        base = self._bases[cell.base]
        if cell.kind == "zero-shot":
            return Setting(base.model, ZERO_SHOT)
        preset = self._preset(base)
        if self._rate_choice(base) is None:
            return Setting(base.model, preset)
        trial = self.chosen(base.name)
        if trial is None:
            return None
        rate = trial.setting.train.learning_rate
        return Setting(base.model, replace(preset, learning_rate=rate))

    def likely(self, cell: SweepCell) -> Setting:
        """Return what a cell is trained with, or probably will be."""
        setting = self.setting(cell)
        if setting is not None:
            return setting
        if cell.base is None:
            return self._grid(cell.search)[0].setting
        base = self._bases[cell.base]
        return Setting(base.model, self._preset(base))

    def _preset(self, base: PlannedBase) -> TrainConfig:
        return presets.resolve(
            self.plan.preset,
            train_chars=self.plan.train_chars,
            val_chars=self.plan.val_chars,
            model=base.model,
            base_is_lyrics=base.lyrics,
        )

    def seeds(self, cell: SweepCell) -> range:
        """Return the seeds of a cell: one where nothing is random."""
        return range(1 if cell.kind == "zero-shot" else self.plan.seeds)

    # ---- runs

    def pending(self) -> list[PlannedRun]:
        """Return the runs to start whose settings are known, in an order that fills the table soon.

        The rates of the bases come first, then every cell of theirs once, then the baselines. While
        a trial is running, some cells have to wait: then no cell is run a second time.
        """
        rates = [trial for trial in self.trials if trial.base is not None]
        networks = [trial for trial in self.trials if trial.base is None]
        of_bases = [cell for cell in cells(self.plan) if cell.base is not None]
        baselines = [cell for cell in cells(self.plan) if cell.base is None]
        every = [*self._trial_runs(rates), *self._cell_runs(of_bases, 0)]
        if not self._waits(rates):
            every += [*self._trial_runs(networks), *self._cell_runs(baselines, 0)]
        for seed in range(1, 1 if self._waits(self.trials) else self.plan.seeds):
            every += self._cell_runs(cells(self.plan), seed)
        return [run for run in every if (run.part, run.config.seed) not in self.runs]

    def _trial_runs(self, trials: Iterable[TrialPlan]) -> Iterator[PlannedRun]:
        for trial in trials:
            config = self._config(trial.base, trial.trainable, trial.setting, SEARCH_SEED)
            train = trial.setting.train
            rate = f"learning rate {train.learning_rate:g}"
            changed = f"batch {train.batch_size}" if trial.base is None else rate
            yield PlannedRun(config, (changed,), trial.name)

    def _cell_runs(self, some: Iterable[SweepCell], seed: int) -> Iterator[PlannedRun]:
        for cell in some:
            setting = self.setting(cell)
            if setting is None or seed not in self.seeds(cell):
                continue
            base = None if cell.base is None else self._bases[cell.base]
            config = self._config(base, cell.trainable, setting, seed)
            yield PlannedRun(config, part=cell.key)

    def _waits(self, trials: Iterable[TrialPlan]) -> bool:
        """Return whether one of the trials is running or still to be started."""
        runs = [self.runs.get((trial.name, SEARCH_SEED)) for trial in trials]
        return any(run is None or run.unfinished for run in runs)

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

    # ---- time

    def remaining_s(self) -> list[float]:
        """Return the seconds of one core for each run still to be started."""
        remaining = []
        for trial in self.trials:
            if (trial.name, SEARCH_SEED) not in self.runs:
                remaining.append(self._seconds(trial.setting, trial.trainable, trial.base is None))
        for cell in cells(self.plan):
            seconds = self._seconds(self.likely(cell), cell.trainable, cell.base is None)
            seeds = self.seeds(cell)
            if cell.search == "paper" and self._winner(self._grid("paper")) is None:
                batch = self.likely(cell).train.batch_size
                remaining += [seconds for other in presets.PAPER_BATCHES if other != batch]
            # The run that won the trials is also its cell's first.
            won = cell.base is None or cell.trainable == self._rate_choice(self._bases[cell.base])
            if won and cell.kind != "zero-shot":
                seeds = seeds[1:]
            remaining += [seconds for seed in seeds if (cell.key, seed) not in self.runs]
        return remaining

    def run_s(self, config: RunConfig) -> float:
        """Return about how many seconds of one core a run takes."""
        setting = Setting(config.model, config.settings)
        return self._seconds(setting, config.trainable, config.base is None)

    def _seconds(self, setting: Setting, learns: str, from_nothing: bool) -> float:
        trainable = Trainable.parse(learns, setting.model.num_layers)
        sizes = (*self._sizes, self.plan.longest_chars)
        return cost.likely_s(
            setting.train, setting.model, trainable, *sizes, from_nothing=from_nothing
        )


def _network(search: str, model: ModelConfig, train: TrainConfig) -> TrialPlan:
    dropout = dropout_name(train) or "dropout 0"
    name = f"{search} {size_name(model)}, {dropout}, batch {train.batch_size}"
    return TrialPlan(name, None, search, "all", Setting(model, train))
