"""A home full of runs whose curves are made by hand: what the pages are measured on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lyricslab.config import ModelConfig, RunConfig, TrainConfig
from lyricslab.lab import library
from lyricslab.lab.home import open_home
from lyricslab.lab.rows import LOCAL, CorpusRow, Status, instant
from lyricslab.lab.store import Store
from lyricslab.model import checkpoint
from lyricslab.model.card import Card
from lyricslab.text.corpus import Corpus
from lyricslab.text.song import Song

MODEL = ModelConfig(hidden_size=64, num_layers=3)
SUBSETS = ("none", "0", "1", "2", "0,1", "0,2", "1,2", "all")
BASELINE_EVERY = 10
"""One run in so many is a baseline."""
STEPS_A_POINT = 10
POINTS_A_LOOK = 5
"""As the presets have it: a point each 10 steps, every fifth with a look at the validation songs."""
SAMPLES = 9


def fill(root: Path, runs: int, points: int, corpora: int = 3) -> Store:
    """A store of so many finished runs of so many points each, on a few corpora.

    The rows go in as the tables have them, past the store's checks: through these, two thousand
    runs would take an hour.
    """
    store = Store(open_home(root))
    on = [_corpus(store, k) for k in range(corpora)]
    with store._transaction() as db:
        for k in range(runs):
            values = _run(k, on[k % corpora], points)
            marks = ", ".join("?" * len(values))
            sql = f"insert into run ({', '.join(values)}) values ({marks})"
            db.execute(sql, tuple(values.values()))
            key = (LOCAL, values["id"])
            rows = [(*key, *row) for row in curve(k, points)]
            db.executemany("insert into point values (?, ?, ?, ?, ?, ?, ?)", rows)
            texts = [(*key, step, 0, "The harbour bells\n" * 8) for step in range(SAMPLES)]
            db.executemany("insert into sample values (?, ?, ?, ?, ?)", texts)
    rng = np.random.default_rng(0)
    shapes = checkpoint.shapes(MODEL).items()
    weights = {name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes}
    for run in store.runs(workspace_id=None):
        card = Card(name=run.id, kind="run", title=run.name, model=MODEL)
        if run.name.endswith(" 1"):
            checkpoint.save(store.home.best(run.id), weights, card)
        else:  # Write looks for the card alone
            path = checkpoint.card_path(store.home.best(run.id))
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(card.to_dict()))
    return store


def curve(seed: int, points: int) -> Iterator[tuple[int, float, float, float | None, float | None]]:
    """A falling curve: step, epoch, seconds, training loss, validation loss or None."""
    rng = np.random.default_rng(seed)
    k = np.arange(points)
    fall = 1.4 + 0.5 * np.exp(-6 * k / max(points, 1)) + rng.normal(0, 0.01, points)
    rise = fall + 0.05 + 0.1 * k / max(points, 1)
    for at in range(points):
        train = None if at == 0 else float(fall[at])
        val = float(rise[at]) if at % POINTS_A_LOOK == 0 else None
        yield at * STEPS_A_POINT, at / 40, at / 8, train, val


def _corpus(store: Store, k: int) -> CorpusRow:
    songs = tuple(
        Song(f"Song {n} of {k}", f"The harbour keeps {n} lamps\nand {n * n + k} slow bells\n" * 20)
        for n in range(40)
    )
    return library.add_corpus(store, Corpus(f"Harbour songs {k + 1}", songs))


def _run(k: int, corpus: CorpusRow, points: int) -> dict[str, Any]:
    baseline = k % BASELINE_EVERY == 0
    steps = max(points - 1, 1) * STEPS_A_POINT
    config = RunConfig(
        corpus=corpus.digest,
        base=None if baseline else "songs",
        trainable="all" if baseline else SUBSETS[k % len(SUBSETS)],
        model=MODEL,
        train=TrainConfig(max_steps=steps, learning_rate=1e-3 * (1 + k % 7)),
        seed=k,
    )
    looks = [(val, step, epoch) for step, epoch, _, _, val in curve(k, points) if val is not None]
    best_val, best_step, best_epoch = min(looks, default=(None, None, None))
    result = {"test_nats_per_char": (best_val or 2.0) + 0.02, "frozen_drift": 0.0, "seconds": 60.0}
    now, status = instant(), "done"
    kind: Status | str = status
    return {
        "id": f"r{k:07d}",
        "workspace_id": LOCAL,
        "name": f"{config.trainable} on songs {k + 1}",
        "corpus_id": corpus.id,
        "base": config.base,
        "trainable": config.trainable,
        "kind": config.kind,
        "config_json": json.dumps(config.to_dict()),
        "status": kind,
        "created_at": now,
        "queued_at": now,
        "started_at": now,
        "finished_at": now,
        "step": steps,
        "total_steps": steps,
        "epochs": points / 40,
        "seconds": points / 8,
        "chars_per_s": 9000.0,
        "best_step": best_step,
        "best_epoch": best_epoch,
        "best_val": best_val,
        "zero_shot_val": None if baseline else looks[0][0],
        "result_json": json.dumps(result),
    }
