"""A small lab for the pages' tests: a corpus, a base, runs with curves made by hand."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
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
from lyricslab.store.rows import CorpusRow, ExperimentKind, Lease, PointRow, RunRow, Status, utc_now
from lyricslab.store.store import Store

SMALL = ModelConfig(hidden_size=5, num_layers=3)


def weights(seed: int, model: ModelConfig = SMALL) -> network_file.Weights:
    """Fresh weights, without torch."""
    rng = np.random.default_rng(seed)
    shapes = network_file.shapes(model).items()
    return {name: rng.normal(0, 0.6, shape).astype(np.float32) for name, shape in shapes}


def points(
    vals: Sequence[float | None], trains: Sequence[float | None] | None = None, every: int = 20
) -> list[PointRow]:
    """A curve: one look and one training point at every `every` steps, an epoch each."""
    given = trains if trains is not None else [None, *vals[1:]][: len(vals)]
    return [
        PointRow(k * every, float(k), 3.0 * k, train, val)
        for k, (train, val) in enumerate(zip(given, vals, strict=True))
    ]


class Lab:
    """A store in a folder of its own, and short ways to fill it."""

    def __init__(self, root: Path) -> None:
        self.store = Store(open_home(root))

    def corpus(self, name: str = "Harbour songs", songs: int = 7) -> CorpusRow:
        """A corpus of songs that all differ."""
        made = tuple(
            Song(f"{name} {k}", f"The harbour keeps {k} lamps\nand {k * k} slow bells\n" * 9)
            for k in range(songs)
        )
        return add_corpus(self.store, Corpus(name, made))

    def base(self, name: str = "songs", seed: int = 1) -> Card:
        """A base of random weights."""
        card = Card(name=name, kind="base", title=f"Base of {name}", model=SMALL, lyrics=True)
        return network_file.save(self.store.home.bases / name, weights(seed), card)

    def run(
        self,
        corpus: CorpusRow,
        name: str,
        *,
        base: str | None = "songs",
        trainable: str = "0,2",
        status: Status = "done",
        vals: Sequence[float] = (1.9, 1.7, 1.6, 1.5),
        test: float | None = None,
        error: str | None = None,
        network: bool = True,
        made_for: ExperimentKind | None = None,
        **train: Any,
    ) -> RunRow:
        """A run with this curve in this status; with a best network unless it only waits."""
        config = RunConfig(
            corpus=corpus.digest,
            base=base,
            trainable=trainable,
            model=SMALL,
            settings=TrainConfig(**{"max_steps": 200, "patience_evals": 0} | train),
        )
        if status == "queued":
            return self.store.add_run(name=name, corpus_id=corpus.id, config=config)
        run = self.store.add_run(name=name, corpus_id=corpus.id, config=config, owner="cli:1")
        if made_for is not None:
            with sqlite3.connect(self.store.home.database) as db:
                db.execute("update run set made_for = ? where id = ?", (made_for, run.id))
        lease = Lease(run.id, "cli:1", 1)
        self.store.record(lease, points=points(vals), chars_per_s=900.0)
        if status == "done":
            result = {"test_nats_per_char": test, "trained_parameters": 1234, "seconds": 9.0}
            changes = {"result_json": json.dumps(result), "finished_at": utc_now()}
            self.store.transition(run.id, "done", **changes)
        elif status != "running":
            self.store.transition(run.id, status, error=error, finished_at=utc_now())
        if network:
            card = Card(name=run.id, kind="run", title=name, model=SMALL)
            network_file.save(self.store.home.best(run.id), weights(len(vals)), card)
        return self.store.run(run.id)
