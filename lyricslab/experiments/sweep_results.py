"""What a sweep has found so far: every cell with its seeds, and the trials before it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lyricslab.analysis.song_losses import SongLosses
from lyricslab.config import ModelConfig, SplitConfig, TrainConfig
from lyricslab.experiments import experiment
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.sweep_plan import SweepCell, cells
from lyricslab.experiments.sweep_runs import SEARCH_SEED, Setting, SweepPlanner, TrialPlan
from lyricslab.library.bases import base_title
from lyricslab.library.runs import dropout_name
from lyricslab.model import presets
from lyricslab.store.plans import SweepPlan
from lyricslab.store.rows import RunRow, Status
from lyricslab.store.store import Store

SongsByRun = dict[str, dict[str, SongLosses]]
"""Losses song by song, by a run's id and the side of the split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedResult:
    """One run of a cell. Losses are nats/char unless they are called padded."""

    seed: int
    run_id: str | None
    """None before it was queued."""
    status: Status | None
    val: float | None = None
    """The lowest of all evaluations on the validation songs."""
    test: float | None = None
    """Of the checkpoint with that validation loss."""
    train: float | None = None
    """Of the same checkpoint, on the songs it learned from."""
    val_padded_loss: float | None = None
    """The paper's own measure; None where the run was not trained on padded songs."""
    test_padded_loss: float | None = None
    test_checkpoint: float | None = None
    """On the test songs, of the checkpoint; None where it was not blended with its base."""
    test_blend: float | None = None
    """On the test songs, of its blend with the base; `test` is of the one of the two that is
    kept."""
    trained_parameters: int | None = None
    best_epoch: float | None = None
    seconds: float | None = None
    """Time spent training."""
    songs: dict[str, SongLosses] = field(default_factory=dict)
    """Song by song, for "train", "val" and "test"; in the same order in every run of a sweep."""

    @property
    def done(self) -> bool:
        """Whether its results are final."""
        return self.status == "done" and self.test is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """One row of the table."""

    cell: SweepCell
    model: ModelConfig
    learning_rate: float
    dropout: float
    """Between layers."""
    dropout_name: str = ""
    """Dropout at every place, in words."""
    batch_size: int
    seeds: tuple[SeedResult, ...]
    """One for each seed of the plan, done or not; only one for a zero-shot cell."""

    @property
    def done(self) -> tuple[SeedResult, ...]:
        """The seeds whose results are final."""
        return tuple(seed for seed in self.seeds if seed.done)

    @property
    def complete(self) -> bool:
        """Whether every seed is done."""
        return bool(self.seeds) and len(self.done) == len(self.seeds)

    @property
    def best_seed(self) -> SeedResult:
        """The finished seed with the lowest validation loss."""
        return min(self.done, key=lambda seed: (seed.val or 0.0, seed.seed))

    def _values(self, measure: str) -> list[float]:
        values = (getattr(seed, measure) for seed in self.done)
        return [value for value in values if value is not None]

    def mean(self, measure: str = "test") -> float | None:
        """Return the mean of a measure, such as "val" or "test", over the finished seeds."""
        values = self._values(measure)
        return statistics.fmean(values) if values else None

    def sd(self, measure: str = "test") -> float | None:
        """Return the standard deviation over the finished seeds; 0 for one seed."""
        values = self._values(measure)
        return (statistics.stdev(values) if len(values) > 1 else 0.0) if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Settings tried on one seed, to choose by validation what the cells are trained with."""

    base: str | None
    """The base whose learning rate is searched for; None in the search for a baseline's network."""
    search: str
    """See `SweepCell.search`; empty for a base."""
    trainable: str
    model: ModelConfig
    learning_rate: float
    dropout: float
    """Between layers."""
    dropout_name: str = ""
    """Dropout at every place, in words."""
    batch_size: int
    run_id: str | None
    status: Status | None
    val: float | None
    """nats/char; None until known, or where training diverged."""
    songs: dict[str, SongLosses] = field(default_factory=dict)
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepTable:
    """Everything that a sweep has found so far."""

    sweep_id: str
    workspace_id: str
    corpus_id: str
    corpus_name: str
    plan: SweepPlan
    titles: Mapping[str, str] = field(default_factory=dict)
    """What each of its bases is called on screens, by name."""
    created_at: str
    status: ExperimentStatus
    cells: tuple[CellResult, ...]
    """Every cell of the plan, in the order of `plan.cells`."""
    trials: tuple[Trial, ...] = ()
    """The trials that chose learning rates and the baseline's network."""

    def title(self, base: str) -> str:
        """Return what a base is called on screens: "Songs, large" for "songs-256"."""
        return self.titles.get(base, base)

    @property
    def split(self) -> SplitConfig:
        """How the songs were divided."""
        return self.plan.split

    @property
    def learns_silence(self) -> bool:
        """Whether songs are filled up with silence that is learned too, as the paper trained."""
        return self._settings.padding == "learned"

    @property
    def keeps_blend(self) -> bool:
        """Whether networks are blended with their base where validation prefers that."""
        return self._settings.blend == "kept"

    @property
    def _settings(self) -> TrainConfig:
        sizes = {"train_chars": self.plan.train_chars, "val_chars": self.plan.val_chars}
        base = self.plan.bases[0]
        return presets.resolve(
            self.plan.preset, model=base.model, base_is_lyrics=base.lyrics, **sizes
        )

    @property
    def baselines(self) -> tuple[CellResult, ...]:
        """The networks trained on the songs alone, one for each of BASELINE_GRIDS."""
        return tuple(cell for cell in self.cells if cell.cell.base is None)

    @property
    def baseline(self) -> CellResult | None:
        """The baseline to beat: the one with the lowest mean loss on validation."""
        return _best(self.baselines)

    @property
    def paper_baseline(self) -> CellResult | None:
        """The baseline found and trained as in the paper: it alone has padded losses."""
        return next((cell for cell in self.baselines if cell.cell.search == "paper"), None)

    def of(self, base: str, *kinds: str) -> tuple[CellResult, ...]:
        """Return the cells of a base in order; only these kinds, if any are given."""
        return tuple(
            cell
            for cell in self.cells
            if cell.cell.base == base and (not kinds or cell.cell.kind in kinds)
        )

    def cell(self, base: str | None, choice: str) -> CellResult | None:
        """Return the cell of a base and a choice ("0,2", "zero-shot"); None is the baseline."""
        if base is None:
            return self.baseline
        return next((c for c in self.of(base) if c.cell.choice == choice), None)

    def best(self, base: str, *kinds: str) -> CellResult | None:
        """Return the cell of a base with the lowest mean loss on validation."""
        return _best(self.of(base, *kinds))

    def chosen(self, base: str) -> CellResult | None:
        """Return the paper's choice of layers that validation chose, once all of them are done."""
        subsets = self.of(base, "subset")
        return _best(subsets) if all(cell.complete for cell in subsets) else None

    def ratio(self, cell: CellResult, measure: str = "test") -> float | None:
        """Return a cell's mean loss over the baseline's; None until both are known."""
        mean = cell.mean(measure)
        baseline = None if self.baseline is None else self.baseline.mean(measure)
        return None if mean is None or not baseline else mean / baseline


def _best(cells: Iterable[CellResult]) -> CellResult | None:
    measured = [cell for cell in cells if cell.mean("val") is not None]
    return min(measured, key=lambda cell: cell.mean("val") or 0.0, default=None)


def sweep_table(store: Store, sweep_id: str, *, with_songs: bool = True) -> SweepTable:
    """Return everything that a sweep has found so far.

    Args:
        with_songs: whether to read each run's losses song by song too, which takes longer.

    Raises:
        NotFoundError: if there is no sweep of this id.
    """
    sweep = store.sweep(sweep_id)
    parts = store.experiment_runs(sweep_id)
    planner = SweepPlanner.of(sweep.plan, parts)
    ids = sorted({part.run.id for part in parts})
    songs = store.scores(ids) if with_songs else {}
    return SweepTable(
        sweep_id=sweep.id,
        workspace_id=sweep.workspace_id,
        corpus_id=sweep.corpus_id,
        corpus_name=sweep.corpus_name,
        plan=sweep.plan,
        titles={base.name: base_title(store.home, base.name) for base in sweep.plan.bases},
        created_at=sweep.created_at,
        status=experiment.status_of(store, sweep, parts, planner),
        cells=tuple(_cell(cell, planner, songs) for cell in cells(sweep.plan)),
        trials=tuple(_trial(trial, planner, songs) for trial in planner.trials),
    )


def _cell(cell: SweepCell, planner: SweepPlanner, songs: SongsByRun) -> CellResult:
    runs = [planner.runs.get((cell.key, seed)) for seed in planner.seeds(cell)]
    used = next((Setting(run.config.model, run.config.settings) for run in runs if run), None)
    setting = used or planner.likely(cell)
    return CellResult(
        cell=cell,
        model=setting.model,
        learning_rate=setting.train.learning_rate,
        dropout=setting.train.dropout,
        dropout_name=dropout_name(setting.train),
        batch_size=setting.train.batch_size,
        seeds=tuple(
            _seed(seed, run, songs) for seed, run in zip(planner.seeds(cell), runs, strict=True)
        ),
    )


def _seed(seed: int, run: RunRow | None, songs: SongsByRun) -> SeedResult:
    if run is None:
        return SeedResult(seed=seed, run_id=None, status=None)
    result = (run.result or {}) if run.status == "done" else {}
    padded = result if run.config.settings.padding == "learned" else {}
    blend = result.get("blend") or {}
    return SeedResult(
        seed=seed,
        run_id=run.id,
        status=run.status,
        val=result.get("val_nats_per_char"),
        test=result.get("test_nats_per_char"),
        train=result.get("train_nats_per_char"),
        val_padded_loss=padded.get("val_padded_loss"),
        test_padded_loss=padded.get("test_padded_loss"),
        test_checkpoint=blend.get("checkpoint_test_nats_per_char"),
        test_blend=blend.get("test_nats_per_char"),
        trained_parameters=result.get("trained_parameters"),
        best_epoch=result.get("best_epoch"),
        seconds=result.get("seconds"),
        songs=songs.get(run.id, {}),
    )


def _trial(trial: TrialPlan, planner: SweepPlanner, songs: SongsByRun) -> Trial:
    run = planner.runs.get((trial.name, SEARCH_SEED))
    base = None if trial.base is None else trial.base.name
    return Trial(
        base=base,
        search=trial.search,
        trainable=trial.trainable,
        model=trial.setting.model,
        learning_rate=trial.setting.train.learning_rate,
        dropout=trial.setting.train.dropout,
        dropout_name=dropout_name(trial.setting.train),
        batch_size=trial.setting.train.batch_size,
        run_id=None if run is None else run.id,
        status=None if run is None else run.status,
        val=run.best_val if run is not None and run.status == "done" else None,
        songs={} if run is None else songs.get(run.id, {}),
        chosen=planner.chosen(base, trial.search) == trial,
    )
