"""A sweep complete in itself: its figures, curves and songs, without the store; ours ship so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from lyricslab.analysis.evidence import SIDES
from lyricslab.analysis.originality import Copy
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.config import ModelConfig
from lyricslab.english.lexicon import EnglishShare
from lyricslab.errors import CheckpointError
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.sweep_plan import SweepCell
from lyricslab.experiments.sweep_results import (
    CellResult,
    SeedResult,
    SweepTable,
    Trial,
    sweep_table,
)
from lyricslab.library.networks import load_run_network
from lyricslab.report import export_report, samples
from lyricslab.report.samples import Writer, Writing, Written, Yardstick
from lyricslab.store.plans import SweepPlan
from lyricslab.store.rows import PointRow
from lyricslab.store.store import Store

CURVE_POINTS = 30
"""The most points of a run's curve that are kept."""
DIGITS = 4
"""Of losses; those of songs are kept in thousandths of a nat."""
Looks = tuple[tuple[float, float], ...]
"""Epochs with validation losses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRecord:
    """Everything that a page or a report shows of a finished sweep."""

    table: SweepTable
    curves: Mapping[str, Looks]
    """By the id of the run."""
    songs: Mapping[str, str]
    """What the best network of each cell writes, by the cell's key."""
    written: Written

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        table = self.table
        known = [seed.songs for cell in table.cells for seed in cell.done if seed.songs]
        return {
            "corpus": table.corpus_name,
            "created_at": table.created_at,
            "plan": table.plan.to_dict(),
            "titles": dict(table.titles),
            "predictions": {side: known[0][side].predictions.tolist() for side in SIDES},
            "cells": [self._cell(cell) for cell in table.cells],
            "trials": [
                asdict(replace(trial, songs={}))
                | {"model": trial.model.to_dict(), "nats": _nats(trial.songs, ("val",))}
                for trial in table.trials
            ],
            "written": {
                "writings": [asdict(writing) for writing in self.written.writings],
                "yardstick": self.written.yardstick and asdict(self.written.yardstick),
            },
        }

    def _cell(self, cell: CellResult) -> dict[str, Any]:
        return {
            "cell": asdict(cell.cell),
            "model": cell.model.to_dict(),
            "learning_rate": cell.learning_rate,
            "dropout": cell.dropout,
            "dropout_name": cell.dropout_name,
            "batch_size": cell.batch_size,
            "song": self.songs.get(cell.cell.key, ""),
            "seeds": [
                asdict(replace(seed, songs={}))
                | {
                    "nats": _nats(seed.songs, SIDES),
                    "curve": self.curves.get(seed.run_id or "", ()),
                }
                for seed in cell.seeds
            ],
        }

    @classmethod
    def from_dict(cls, name: str, values: Mapping[str, Any]) -> SweepRecord:
        """Read what `to_dict` wrote; the sweep's id is `name`."""
        songs = {str(side): np.array(values["predictions"][side]) for side in SIDES}
        plan = SweepPlan.from_dict(values["plan"])
        cells = [_read_cell(cell, songs) for cell in values["cells"]]
        seeds = [seed for given in values["cells"] for seed in given["seeds"]]
        runs = len(seeds) + len(values["trials"])
        written = values["written"]
        return cls(
            table=SweepTable(
                sweep_id=name,
                workspace_id="",
                corpus_id="",
                corpus_name=values["corpus"],
                plan=plan,
                titles=values["titles"],
                created_at=values["created_at"],
                status=ExperimentStatus(
                    state="done", runs=runs, done=runs, failed=0, running=0, seconds_left=0.0
                ),
                cells=tuple(cells),
                trials=tuple(_read_trial(trial, songs) for trial in values["trials"]),
            ),
            curves={
                seed["run_id"]: tuple((epoch, loss) for epoch, loss in seed["curve"])
                for seed in seeds
            },
            songs={
                cell.cell.key: given["song"]
                for cell, given in zip(cells, values["cells"], strict=True)
            },
            written=Written(
                tuple(_read_writing(writing) for writing in written["writings"]),
                written["yardstick"] and Yardstick(**_counts(written["yardstick"])),
                (),
            ),
        )


def record_of(store: Store, sweep_id: str) -> SweepRecord:
    """Return the record of a sweep in the store; its networks write their songs, which takes
    seconds.

    Raises:
        NotFoundError: if there is no sweep of this id.
        CheckpointError: if the network of one of its best runs is missing.
    """
    table = sweep_table(store, sweep_id)
    done = [(cell, seed) for cell in table.cells for seed in cell.done]
    written = export_report.write_all(store, table)
    if written.missing:
        raise CheckpointError(written.missing[0])
    return SweepRecord(
        table=table,
        curves={
            seed.run_id or "": thinned(store.points(seed.run_id or "", 4 * CURVE_POINTS))
            for _, seed in done
        },
        songs={cell.cell.key: song_of(store, cell) for cell in table.cells if cell.done},
        written=written,
    )


def song_of(store: Store, cell: CellResult) -> str:
    """Return what the best network of a cell, by validation, writes.

    Raises:
        CheckpointError: if its file is missing.
    """
    return samples.sample(load_run_network(store, cell.best_seed.run_id or ""), samples.FIRST_SEED)


def thinned(points: Iterable[PointRow]) -> Looks:
    """Return the validation losses of a curve, at most CURVE_POINTS of them."""
    looks = [(point.epoch, point.val_loss) for point in points if point.val_loss is not None]
    stride = -(-len(looks) // CURVE_POINTS) or 1
    kept = [*looks[::-1][::stride]][::-1]
    return tuple((round(epoch, 3), round(loss, DIGITS)) for epoch, loss in kept)


def _nats(songs: Mapping[str, SongLosses], sides: Iterable[str]) -> dict[str, list[float]]:
    return {side: songs[side].nats.round(3).tolist() for side in sides if side in songs}


def _songs(nats: Mapping[str, list[float]], of: Mapping[str, np.ndarray]) -> dict[str, SongLosses]:
    return {side: SongLosses(np.array(values), of[side]) for side, values in nats.items()}


def _read_cell(values: Mapping[str, Any], songs: Mapping[str, np.ndarray]) -> CellResult:
    seeds = []
    for seed in values["seeds"]:
        told = {name: value for name, value in seed.items() if name not in ("nats", "curve")}
        seeds.append(SeedResult(**told | {"songs": _songs(seed["nats"], songs)}))
    return CellResult(
        cell=SweepCell(**values["cell"]),
        model=ModelConfig.from_dict(values["model"]),
        learning_rate=values["learning_rate"],
        dropout=values["dropout"],
        dropout_name=values["dropout_name"],
        batch_size=values["batch_size"],
        seeds=tuple(seeds),
    )


def _read_trial(values: Mapping[str, Any], songs: Mapping[str, np.ndarray]) -> Trial:
    told = {name: value for name, value in values.items() if name != "nats"}
    model = ModelConfig.from_dict(values["model"])
    return Trial(**told | {"model": model, "songs": _songs(values["nats"], songs)})


def _read_writing(values: Mapping[str, Any]) -> Writing:
    return Writing(**_counts(values) | {"writer": Writer(**values["writer"])})


def _counts(values: Mapping[str, Any]) -> dict[str, Any]:
    read = {"english": EnglishShare(**values["english"]), "copy": Copy(**values["copy"])}
    return dict(values) | read
