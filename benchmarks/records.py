"""A home full of runs with invented curves, on which the pages are measured."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np

from lyricslab.config import ModelConfig, RunConfig, TrainConfig
from lyricslab.library.corpora import add_corpus
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.store.home import open_home
from lyricslab.store.rows import LOCAL, CorpusRow, Lease, PointRow, RunRow, utc_now
from lyricslab.store.store import Store

MODEL = ModelConfig(hidden_size=64, num_layers=3)
SUBSETS = ("none", "0", "1", "2", "0,1", "0,2", "1,2", "all")
BASELINE_EVERY = 10
"""One run in this number is a baseline."""
STEPS_A_POINT = 10
POINTS_A_LOOK = 5
"""A point each 10 steps, every fifth with an evaluation, as the presets do."""
SAMPLES = 9


def fill(root: Path, runs: int, points: int, corpora: int = 3) -> Store:
    """Fill a store with finished runs of some points each, on a few corpora.

    The rows go in as the tables have them, past the store's checks: through these, two thousand
    runs would take an hour.
    """
    store = Store(open_home(root))
    on = [_corpus(store, k) for k in range(corpora)]
    shape = curve(points)
    with store._transaction() as db:
        db.execute("create temp table shape (step, epoch, seconds, train, val)")
        db.executemany("insert into shape values (?, ?, ?, ?, ?)", shape)
        for k in range(runs):
            height = k % 17 / 100
            values = _run(k, on[k % corpora], shape, height)
            marks = ", ".join("?" * len(values))
            sql = f"insert into run ({', '.join(values)}) values ({marks})"
            db.execute(sql, tuple(values.values()))
            sql = """insert into point select ?, ?, step, epoch, seconds, train + ?, val + ?
                from shape"""
            db.execute(sql, (LOCAL, values["id"], height, height))
            texts = [(LOCAL, values["id"], step, 0, "Slow bells\n" * 8) for step in range(SAMPLES)]
            db.executemany("insert into sample values (?, ?, ?, ?, ?)", texts)
        db.execute("drop table shape")
    for run in store.runs():
        _network(store, run)
    return store


class Growing:
    """A running run that gets more points when asked."""

    def __init__(self, store: Store, points: int) -> None:
        some = next(run for run in store.runs() if run.base is not None)
        config = some.config
        self._store = store
        self._waiting = curve(100_000)[::-1]
        self.run = store.add_run(
            name="growing", corpus_id=some.corpus_id, config=config, owner="cli:1"
        )
        self.more(points)

    def more(self, points: int = POINTS_A_LOOK) -> None:
        """Record some points, one of them with an evaluation on the validation songs."""
        lease = Lease(self.run.id, self.run.owner or "", self.run.attempt)
        came = [self._waiting.pop() for _ in range(points)]
        self._store.record(lease, points=came, chars_per_s=9000.0)


def curve(points: int) -> list[PointRow]:
    """Return a falling curve."""
    draw = random.Random(points)
    made = []
    for k in range(points):
        loss = 1.4 + 0.5 * 2 ** (-k / 250) + draw.gauss(0, 0.01)
        train = loss if k else None
        val = loss + 0.05 + k / 1e5 if k % POINTS_A_LOOK == 0 else None
        made.append(PointRow(k * STEPS_A_POINT, k / 40, k / 8, train, val))
    return made


def _corpus(store: Store, k: int) -> CorpusRow:
    songs = tuple(
        Song(f"Song {n} of {k}", f"The harbour keeps {n} lamps\nand {n * n + k} slow bells\n" * 20)
        for n in range(40)
    )
    return add_corpus(store, Corpus(f"Harbour songs {k + 1}", songs))


def _run(k: int, corpus: CorpusRow, points: list[PointRow], height: float) -> dict[str, Any]:
    """The columns of a run."""
    baseline = k % BASELINE_EVERY == 0
    last = points[-1]
    config = RunConfig(
        corpus=corpus.digest,
        base=None if baseline else "songs",
        trainable="all" if baseline else SUBSETS[k % len(SUBSETS)],
        model=MODEL,
        settings=TrainConfig(max_steps=last.step + 1, learning_rate=1e-3 * (1 + k % 7)),
        seed=k,
    )
    best = min(
        (point.val_loss + height, point.step, point.epoch) for point in points if point.val_loss
    )
    first = (points[0].val_loss or 0.0) + height
    result = {"test_nats_per_char": best[0] + 0.02, "frozen_drift": 0.0, "seconds": last.seconds}
    now = utc_now()
    return {
        "id": f"r{k:07d}",
        "workspace_id": LOCAL,
        "name": f"{config.trainable} on songs {k + 1}",
        "corpus_id": corpus.id,
        "base": config.base,
        "trainable": config.trainable,
        "kind": config.kind,
        "config_json": json.dumps(config.to_dict()),
        "status": "done",
        "created_at": now,
        "queued_at": now,
        "started_at": now,
        "finished_at": now,
        "step": last.step,
        "total_steps": last.step + 1,
        "epochs": last.epoch,
        "seconds": last.seconds,
        "chars_per_s": 9000.0,
        "best_val": best[0],
        "best_step": best[1],
        "best_epoch": best[2],
        "zero_shot_val": None if baseline else first,
        "result_json": json.dumps(result),
    }


def _network(store: Store, run: RunRow) -> None:
    """Write a network for the first run, and only cards for the others, which Write looks for."""
    card = Card(name=run.id, kind="run", title=run.name, model=MODEL)
    if run.id == "r0000000":
        draw = np.random.default_rng(0)
        shapes = network_file.shapes(MODEL).items()
        weights = {name: draw.normal(0, 0.2, size).astype(np.float32) for name, size in shapes}
        network_file.save(store.home.best(run.id), weights, card)
    else:
        network_file.save(store.home.best(run.id), {}, card)
