"""Sweeps made by hand: tables as the lab gives them, with no training behind them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lyricslab.config import THIRDS, ModelConfig, SplitConfig
from lyricslab.insight.losses import SongLosses
from lyricslab.lab.sweep.plan import Cell, PlannedBase, SweepPlan, cells
from lyricslab.lab.sweep.table import CellResult, SeedResult, SweepStatus, SweepTable
from lyricslab.model.trainable import Trainable

SMALL = ModelConfig(hidden_size=5, num_layers=3)
LOSSES = {
    "baseline": 1.912,
    "books zero-shot": 2.431,
    "books none": 2.006,
    "books 0": 1.811,
    "books 1": 1.792,
    "books 2": 1.803,
    "books 0,1": 1.764,
    "books 0,2": 1.758,
    "books 1,2": 1.771,
    "books all": 1.749,
    "songs zero-shot": 1.871,
    "songs none": 1.742,
    "songs 0": 1.611,
    "songs 1": 1.607,
    "songs 2": 1.598,
    "songs 0,1": 1.596,
    "songs 0,2": 1.589,
    "songs 1,2": 1.594,
    "songs all": 1.592,
}
"""Test losses, by a cell's key."""
SONGS, SONG_CHARS = 23, 800


def plan(
    seeds: int = 3,
    bases: tuple[str, str] = ("books", "songs"),
    corpus: str = "d" * 64,
    split: SplitConfig | None = None,
) -> SweepPlan:
    """A plan of two bases, of which the second read lyrics."""
    planned = tuple(
        PlannedBase(name=name, digest=f"{k}" * 64, lyrics=k == 1, model=SMALL)
        for k, name in enumerate(bases)
    )
    return SweepPlan(
        corpus=corpus, bases=planned, seeds=seeds, split=split or SplitConfig(**THIRDS)
    )


def table(
    made: SweepPlan | None = None,
    *,
    corpus_name: str = "Harbour songs",
    corpus_id: str = "corpus",
    sweep_id: str = "sweepone",
    done: int | None = None,
    runs: Mapping[tuple[str, int], str] | None = None,
) -> SweepTable:
    """A sweep's table.

    Args:
        done: so many runs are done, the first ones; None is all.
        runs: the id of the run of a cell's key and a seed.
    """
    made = made or plan()
    rng = np.random.default_rng(8)
    hard = rng.normal(0, 0.09, SONGS)  # some songs are harder than others, for every network
    chars = rng.integers(SONG_CHARS // 2, SONG_CHARS, SONGS)
    left = 10**6 if done is None else done
    found, finished, every = [], 0, 0
    for cell in cells(made):
        seeds = []
        for seed in range(1 if cell.kind == "zero-shot" else made.seeds):
            every += 1
            run_id = (runs or {}).get((cell.key, seed), f"run{every}")
            if left <= 0:
                seeds.append(SeedResult(seed=seed, run_id=run_id, status="queued"))
                continue
            left, finished = left - 1, finished + 1
            seeds.append(_seed(cell, seed, run_id, _known_as(cell, made), hard, chars, rng))
        found.append(
            CellResult(
                cell=cell,
                model=ModelConfig(hidden_size=64, num_layers=2) if cell.base is None else SMALL,
                learning_rate=1e-3 if cell.base == made.bases[1].name else 1e-2,
                dropout=0.2 if cell.base is None else 0.0,
                batch_size=8,
                seeds=tuple(seeds),
            )
        )
    over = finished == every
    return SweepTable(
        sweep_id=sweep_id,
        workspace_id="local",
        corpus_id=corpus_id,
        corpus_name=corpus_name,
        plan=made,
        created_at="2026-11-26T09:00:00.000000Z",
        status=SweepStatus(
            state="done" if over else "running",
            runs=every,
            done=finished,
            failed=0,
            running=0 if over else 2,
            seconds_left=0.0 if over else 30.0 * (every - finished),
        ),
        cells=tuple(found),
    )


def _known_as(cell: Cell, made: SweepPlan) -> str:
    """The key under which LOSSES has a cell, whatever the bases are called."""
    if cell.base is None:
        return "baseline"
    name = "books" if cell.base == made.bases[0].name else "songs"
    return cell.key.replace(cell.base, name, 1)


def _seed(
    cell: Cell,
    seed: int,
    run_id: str,
    key: str,
    hard: np.ndarray,
    chars: np.ndarray,
    rng: np.random.Generator,
) -> SeedResult:
    mean = LOSSES[key] + rng.normal(0, 0.006)
    losses = mean + hard + rng.normal(0, 0.01, SONGS)
    songs = SongLosses(nats=losses * chars, predictions=chars)
    test = songs.nats_per_char
    learned = Trainable.parse(cell.trainable, 3) if cell.base else None
    return SeedResult(
        seed=seed,
        run_id=run_id,
        status="done",
        val=mean - 0.02,
        test=test,
        train=mean - 0.2,
        val_padded_loss=0.52 * (mean - 0.02),
        test_padded_loss=0.57 * test,
        trained_parameters=0
        if cell.kind == "zero-shot"
        else learned.trained_parameters(SMALL)
        if learned
        else 74_000,
        best_epoch=7.0,
        seconds=41.0,
        songs={"test": songs},
    )
