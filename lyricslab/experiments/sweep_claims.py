"""Judge the paper's claims on a sweep."""

from __future__ import annotations

from lyricslab.analysis.claims import Claim, judge
from lyricslab.analysis.evidence import SIDES, ScoredBase, ScoredNetwork
from lyricslab.experiments.sweep_results import CellResult, SweepTable
from lyricslab.library.runs import size_name
from lyricslab.model import presets
from lyricslab.model.layer_words import layers_in_words
from lyricslab.model.trainable import Trainable


def judge_sweep(table: SweepTable) -> tuple[Claim, ...]:
    """Return the paper's claims judged on a sweep, as far as its cells are complete."""
    networks = [_network(cell, table) for cell in table.cells if _scored(cell)]
    bases = [
        ScoredBase(
            name=base.name,
            title=table.title(base.name),
            lyrics=base.lyrics,
            rates={
                trial.learning_rate: trial.songs["val"]
                for trial in table.trials
                if trial.base == base.name and trial.val is not None and "val" in trial.songs
            },
        )
        for base in table.plan.bases
    ]
    return judge(networks, bases, rate=presets.PAPER_RATE, gentle=presets.PAPER_LYRICS_RATE)


def _scored(cell: CellResult) -> bool:
    """Return whether all seeds of a cell are done and have their losses song by song."""
    return cell.complete and all(set(seed.songs) == set(SIDES) for seed in cell.seeds)


def _network(cell: CellResult, table: SweepTable) -> ScoredNetwork:
    what = cell.cell
    if what.base is None:
        named = f"the network from scratch ({size_name(cell.model)})"
    elif what.kind == "zero-shot":
        named = f"{table.title(what.base)} as it is"
    else:
        learned = "the head" if what.kind == "head" else layers_in_words(what.trainable)
        named = f"{learned} of {table.title(what.base)}"
    return ScoredNetwork(
        name=named,
        base=what.base,
        layers=Trainable.parse(what.trainable, cell.model.num_layers).layers,
        kind=what.kind,
        seeds=tuple({side: seed.songs[side] for side in SIDES} for seed in cell.seeds),
    )
