"""What a sweep has found so far: every cell with its seeds, and what was tried to get there."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field

from lyricslab.analysis.song_losses import SongLosses
from lyricslab.config import ModelConfig, SplitConfig
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.sweep_plan import SweepCell
from lyricslab.store.plans import SweepPlan
from lyricslab.store.rows import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedResult:
    """One run of a cell. Losses are nats/char unless they are called padded."""

    seed: int
    run_id: str | None
    """None while it has not been asked for."""
    status: Status | None
    val: float | None = None
    """The minimum over the looks at the validation songs."""
    test: float | None = None
    """Of the network of that minimum."""
    train: float | None = None
    """Of the same network, on the songs it learned from."""
    val_padded_loss: float | None = None
    """The paper's own measure; None where the run did not learn on padded songs."""
    test_padded_loss: float | None = None
    trained_parameters: int | None = None
    best_epoch: float | None = None
    seconds: float | None = None
    """Time spent training."""
    songs: dict[str, SongLosses] = field(default_factory=dict)
    """Song by song, by side: "train", "val", "test"; in the same order in every run of a sweep."""

    @property
    def done(self) -> bool:
        """Whether its figures are final."""
        return self.status == "done" and self.test is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """One row of the table."""

    cell: SweepCell
    model: ModelConfig
    learning_rate: float
    dropout: float
    batch_size: int
    seeds: tuple[SeedResult, ...]
    """One for each seed of the plan, done or not; a zero-shot cell has one, for nothing is drawn.

    Empty while a search has yet to say what the cell is trained with."""

    @property
    def done(self) -> tuple[SeedResult, ...]:
        """The seeds whose figures are final."""
        return tuple(seed for seed in self.seeds if seed.done)

    @property
    def complete(self) -> bool:
        """Whether every seed is done."""
        return bool(self.seeds) and len(self.done) == len(self.seeds)

    def mean(self, measure: str = "test") -> float | None:
        """The mean over the seeds that are done: of "val", "test", "train", "test_padded_loss"."""
        values = _known(getattr(seed, measure) for seed in self.done)
        return statistics.fmean(values) if values else None

    def sd(self, measure: str = "test") -> float | None:
        """The standard deviation over the seeds that are done; 0 of one seed."""
        values = _known(getattr(seed, measure) for seed in self.done)
        return (statistics.stdev(values) if len(values) > 1 else 0.0) if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Something that was tried on one seed, to choose by validation what a cell is trained with."""

    base: str | None
    """The base whose learning rate is sought; None where a baseline's network is."""
    search: str
    """Which baseline's: see `SweepCell.search`; empty for a base."""
    trainable: str
    model: ModelConfig
    learning_rate: float
    dropout: float
    batch_size: int
    run_id: str | None
    status: Status | None
    val: float | None
    """nats/char; None until known, or where it came off the rails."""
    songs: dict[str, SongLosses] = field(default_factory=dict)
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepTable:
    """All that a sweep has found so far."""

    sweep_id: str
    workspace_id: str
    corpus_id: str
    corpus_name: str
    plan: SweepPlan
    created_at: str
    status: ExperimentStatus
    cells: tuple[CellResult, ...]
    """Every cell of the plan, in the order of `plan.cells`."""
    trials: tuple[Trial, ...] = ()
    """What was tried to choose rates and the baseline's network."""

    @property
    def split(self) -> SplitConfig:
        """How the songs were divided."""
        return self.plan.split

    @property
    def baselines(self) -> tuple[CellResult, ...]:
        """The networks that learned from the songs alone, one a search."""
        return tuple(cell for cell in self.cells if cell.cell.base is None)

    @property
    def baseline(self) -> CellResult | None:
        """The baseline to beat: of all searches the lowest mean loss on validation."""
        return _best(self.baselines)

    @property
    def paper_baseline(self) -> CellResult | None:
        """The baseline as the paper sought and trained it: it alone has padded losses."""
        return next((cell for cell in self.baselines if cell.cell.search == "paper"), None)

    def of(self, base: str, *kinds: str) -> tuple[CellResult, ...]:
        """The cells of a base, of these kinds if any are given, in order."""
        return tuple(
            cell
            for cell in self.cells
            if cell.cell.base == base and (not kinds or cell.cell.kind in kinds)
        )

    def cell(self, base: str | None, choice: str) -> CellResult | None:
        """The cell of a base and a choice: "0,2", "none", "all", "zero-shot"; or "baseline"."""
        if base is None:
            return self.baseline
        return next((c for c in self.of(base) if c.cell.choice == choice), None)

    def best(self, base: str, *kinds: str) -> CellResult | None:
        """The cell of a base with the lowest mean loss on validation; its test loss may be read."""
        return _best(self.of(base, *kinds))

    def ratio(self, cell: CellResult, measure: str = "test") -> float | None:
        """A cell's mean loss over the baseline's; None until both are known."""
        mean = cell.mean(measure)
        baseline = None if self.baseline is None else self.baseline.mean(measure)
        return None if mean is None or not baseline else mean / baseline


def _best(cells: Iterable[CellResult]) -> CellResult | None:
    known = [cell for cell in cells if cell.mean("val") is not None]
    return min(known, key=lambda cell: cell.mean("val") or 0.0, default=None)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
