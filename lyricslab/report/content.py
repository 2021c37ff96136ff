"""The results of a sweep, row by row: the paper's figures and ours side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from lyricslab.analysis.loss_ratio import Ratio, ratio
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.experiments.sweep_plan import SweepCell
from lyricslab.experiments.sweep_results import CellResult, SweepTable
from lyricslab.model.layer_words import layers_in_words
from lyricslab.report.published import BASELINE, Losses, PrintedTable, table_for
from lyricslab.store.plans import PlannedBase

PAPER_LAYERS = 3
"""The layers of the paper's bases; it printed nothing to compare bases of other sizes with."""
BASELINE_LABELS = {
    "paper": "no base, as the paper trained",
    "grid": "no base, trained our best way",
}
"""The names of the baselines, by how their settings were chosen."""
AS_IT_IS = "the base as it is"


@dataclass(frozen=True, slots=True)
class Figure:
    """A loss over seeds."""

    mean: float
    sd: float
    seeds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One way of training: a row of a table. Losses are nats/char unless called padded."""

    key: str
    """The cell's key."""
    kind: str
    label: str
    """What learned, in words: "layers 0 and 2"."""
    trainable: str
    """The same as `Trainable` writes them: "0,2"."""
    num_layers: int
    seeds_done: int
    seeds_planned: int
    trained_parameters: int | None
    val: Figure | None
    test: Figure | None
    val_padded: Figure | None
    test_padded: Figure | None
    test_otherwise: Figure | None
    """On the test songs, of the checkpoint where blends are kept, of the blend where they are
    not."""
    ratio: Ratio | None
    """Test loss over that of the best baseline, nats/char."""
    padded_ratio: float | None
    """Padded test loss over that of the paper's baseline: what the paper's ratios compare with."""
    paper: Losses | None
    """Padded, as printed."""
    paper_ratio: float | None
    best: bool
    """Whether validation chose it among the paper's subsets; none before all of them are done."""

    @property
    def knows_silence(self) -> bool:
        """Whether its padded losses tell of songs: silence is easy to guess once it is learned, so
        that they lie below nats/char."""
        pairs = ((self.val_padded, self.val), (self.test_padded, self.test))
        return all(padded and loss and padded.mean < loss.mean for padded, loss in pairs)

    def figure(self, side: Literal["test", "val"]) -> Figure | None:
        """Return its loss on the test songs or the validation songs."""
        return self.test if side == "test" else self.val


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseTable:
    """Everything that was trained from one base, and the baselines at the end."""

    base: str
    """Its name."""
    base_title: str
    """What it is called."""
    lyrics: bool
    learns_silence: bool
    """Whether songs were filled up with silence that was learned too."""
    keeps_blend: bool
    """Whether `test` is that of networks blended with their base."""
    test_songs: int | None
    """How many songs the test losses are of; None before the first run is done."""
    printed: PrintedTable
    lines: tuple[Line, ...]
    """The paper's six subsets in its order, then those for which it prints no figures."""

    @property
    def title(self) -> str:
        """Return what the table shows."""
        return f"Table {self.printed.number}. The base {self.base_title}, retrained on these songs"

    @property
    def best(self) -> Line | None:
        """Return the line that validation chose."""
        return next((line for line in self.lines if line.best), None)


def base_tables(found: SweepTable) -> tuple[BaseTable, ...]:
    """Return a table for each base of a sweep, in the paper's order: books first."""
    bases = sorted(found.plan.bases, key=lambda base: base.lyrics)
    return tuple(_base_table(found, base) for base in bases)


def label_of(cell: SweepCell) -> str:
    """Return what learned in a cell: "layers 0 and 2", "head only"; or which baseline it is."""
    if cell.kind == "baseline":
        return BASELINE_LABELS[cell.search]
    return AS_IT_IS if cell.kind == "zero-shot" else layers_in_words(cell.trainable)


def _base_table(found: SweepTable, base: PlannedBase) -> BaseTable:
    printed = table_for(base.lyrics)
    chosen = found.chosen(base.name)
    places = {choice: place for place, choice in enumerate(printed.rows)}
    subsets = sorted(
        found.of(base.name, "subset"),
        key=lambda cell: places.get(cell.cell.trainable, len(places)),
    )
    others = found.of(base.name, "all", "head", "zero-shot")
    cells = [*subsets, *sorted(others, key=lambda cell: cell.cell.kind)]
    compares = base.model.num_layers == PAPER_LAYERS
    lines = [
        _line(found, cell, printed.rows.get(cell.cell.trainable) if compares else None, chosen)
        for cell in cells
    ]
    for cell in found.baselines:
        lines.append(_line(found, cell, BASELINE if cell.cell.search == "paper" else None, None))
    return BaseTable(
        base=base.name,
        base_title=found.title(base.name),
        lyrics=base.lyrics,
        learns_silence=found.learns_silence,
        test_songs=next(
            (len(s.songs["test"].nats) for c in cells for s in c.done if s.songs), None
        ),
        keeps_blend=found.keeps_blend,
        printed=printed,
        lines=tuple(lines),
    )


def _line(
    found: SweepTable, cell: CellResult, paper: Losses | None, chosen: CellResult | None
) -> Line:
    kind = cell.cell.kind
    paper = paper if kind in ("subset", "baseline") else None
    return Line(
        key=cell.cell.key,
        kind=kind,
        label=label_of(cell.cell),
        trainable=cell.cell.trainable,
        num_layers=cell.model.num_layers,
        seeds_done=len(cell.done),
        seeds_planned=len(cell.seeds),
        trained_parameters=next((s.trained_parameters for s in cell.done), None),
        val=_figure(cell, "val"),
        test=_figure(cell, "test"),
        val_padded=_figure(cell, "val_padded_loss"),
        test_padded=_figure(cell, "test_padded_loss"),
        test_otherwise=_figure(cell, "test_checkpoint" if found.keeps_blend else "test_blend"),
        ratio=_ratio(cell, found.baseline),
        padded_ratio=_padded_ratio(cell, found.paper_baseline),
        paper=paper,
        paper_ratio=None if paper is None else paper.test / BASELINE.test,
        best=cell is chosen,
    )


def _figure(cell: CellResult, measure: str) -> Figure | None:
    measured = [seed for seed in cell.done if getattr(seed, measure) is not None]
    mean, sd = cell.mean(measure), cell.sd(measure)
    return None if mean is None or sd is None else Figure(mean, sd, len(measured))


def _ratio(cell: CellResult, baseline: CellResult | None) -> Ratio | None:
    """Return a cell's test loss over the baseline's, with its 95 % interval."""
    if baseline is None or not cell.done or not baseline.done:
        return None
    if cell is baseline:
        return Ratio(1.0, 1.0, 1.0)
    ours, theirs = _Networks.of(cell), _Networks.of(baseline)
    if ours.losses and theirs.losses:
        return _between(ours, theirs)
    mean, mark = cell.mean(), baseline.mean()
    return None if mean is None or not mark else Ratio(mean / mark, mean / mark, mean / mark)


def _padded_ratio(cell: CellResult, baseline: CellResult | None) -> float | None:
    mean = cell.mean("test_padded_loss")
    mark = None if baseline is None else baseline.mean("test_padded_loss")
    return None if mean is None or not mark else mean / mark


@dataclass(frozen=True, slots=True)
class _Networks:
    """The test losses of a cell; equal to others with the same runs and sums."""

    key: tuple[tuple[str | None, float], ...]
    losses: tuple[SongLosses, ...] = field(compare=False)

    @classmethod
    def of(cls, cell: CellResult) -> _Networks:
        """Return the losses of the seeds that are done and have some."""
        known = [(seed.run_id, seed.songs["test"]) for seed in cell.done if "test" in seed.songs]
        key = tuple((run_id, float(songs.nats.sum())) for run_id, songs in known)
        return cls(key, tuple(songs for _, songs in known))


@lru_cache(maxsize=1024)  # while a sweep runs, most cells do not change
def _between(ours: _Networks, theirs: _Networks) -> Ratio:
    return ratio(ours.losses, theirs.losses)


KINDS = ("zero-shot", "head", "subset", "all")
"""The kinds of choices of layers, from nothing to all."""


def choices(tables: Sequence[BaseTable]) -> list[str]:
    """Return each choice of layers that was tried, in words, from nothing to all."""
    by_label = {
        line.label: (KINDS.index(line.kind), len(line.label), line.label)
        for table in tables
        for line in table.lines
        if line.kind in KINDS
    }
    return sorted(by_label, key=by_label.__getitem__)
