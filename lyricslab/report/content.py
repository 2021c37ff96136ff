"""The results of a sweep, row by row: the paper's figures and ours side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from lyricslab.analysis.loss_ratio import Ratio, ratio
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.experiments.sweep_results import CellResult, SweepTable
from lyricslab.model.layer_words import layers_in_words
from lyricslab.report.published import BASELINE, Losses, PrintedTable, table_for
from lyricslab.store.plans import PlannedBase

PAPER_LAYERS = 3
"""The layers of the paper's bases; it printed nothing to compare bases of other sizes with."""
NAMES = {
    "zero-shot": "nothing: the base as it is",
    "head": "head only",
    "all": "all layers",
}
BASELINE_LABELS = {
    "paper": "no base, as the paper trained",
    "grid": "no base, trained our best way",
}
"""The names of the baselines, by how their settings were chosen."""


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
    """The layers retrained, in words: "layers 0 and 2"."""
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
    ratio: Ratio | None
    """Test loss over that of the best baseline, nats/char."""
    padded_ratio: float | None
    """Padded test loss over that of the paper's baseline: what the paper's ratios compare with."""
    paper: Losses | None
    """Padded, as printed."""
    paper_ratio: float | None
    best: bool
    """Whether it has the lowest mean on validation among the paper's subsets."""

    def figure(self, side: Literal["test", "val"]) -> Figure | None:
        """Return its loss on the test songs or the validation songs."""
        return self.test if side == "test" else self.val


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseTable:
    """Everything that was trained from one base, and the baselines at the end."""

    base: str
    base_title: str
    """What the base is called on screens."""
    lyrics: bool
    printed: PrintedTable
    lines: tuple[Line, ...]
    """The paper's six subsets in its order, then those for which it prints no figures."""

    @property
    def title(self) -> str:
        """Return what the table shows."""
        return (
            f"Table {self.printed.number}. The base '{self.base_title}', retrained on these songs"
        )

    @property
    def best(self) -> Line | None:
        """Return the line that validation chose."""
        return next((line for line in self.lines if line.best), None)


def base_tables(found: SweepTable) -> tuple[BaseTable, ...]:
    """Return a table for each base of a sweep, in the paper's order: books first."""
    bases = sorted(found.plan.bases, key=lambda base: base.lyrics)
    return tuple(_base_table(found, base) for base in bases)


def label_of(kind: str, trainable: str) -> str:
    """Return a choice of layers in words: "layers 0 and 2", "head only"."""
    return layers_in_words(trainable) if kind == "subset" else NAMES.get(kind, kind)


def _base_table(found: SweepTable, base: PlannedBase) -> BaseTable:
    printed = table_for(base.lyrics)
    chosen = found.best(base.name, "subset")
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
        printed=printed,
        lines=tuple(lines),
    )


def _line(
    found: SweepTable, cell: CellResult, paper: Losses | None, chosen: CellResult | None
) -> Line:
    kind = cell.cell.kind
    paper = paper if kind in ("subset", "baseline") else None
    label = label_of(kind, cell.cell.trainable)
    return Line(
        key=cell.cell.key,
        kind=kind,
        label=BASELINE_LABELS[cell.cell.search] if kind == "baseline" else label,
        trainable=cell.cell.trainable,
        num_layers=cell.model.num_layers,
        seeds_done=len(cell.done),
        seeds_planned=len(cell.seeds),
        trained_parameters=next((s.trained_parameters for s in cell.done), None),
        val=_figure(cell, "val"),
        test=_figure(cell, "test"),
        val_padded=_figure(cell, "val_padded_loss"),
        test_padded=_figure(cell, "test_padded_loss"),
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


def choices(tables: Sequence[BaseTable]) -> list[Line]:
    """Return a line for each choice of layers that was tried, from nothing to all."""
    by_choice: dict[str, Line] = {}
    for table in tables:
        for line in table.lines:
            if line.kind in KINDS:
                by_choice.setdefault(choice_of(line), line)
    return sorted(
        by_choice.values(), key=lambda line: (KINDS.index(line.kind), len(line.label), line.label)
    )


def choice_of(line: Line) -> str:
    """Return what tells a line from the others of its base."""
    return line.label if line.kind == "subset" else line.kind


def short_label(line: Line) -> str:
    """Return a line's choice of layers in a few words: "layers 0 and 2", "as it is"."""
    return "as it is" if line.kind == "zero-shot" else line.label


def column_label(line: Line) -> str:
    """Return a line's choice of layers for a narrow column that is headed "layers": "0 and 2"."""
    short = {"zero-shot": "as it is", "head": "head", "all": "all"}
    return short.get(line.kind, line.label.removeprefix("layers ").removeprefix("layer "))
