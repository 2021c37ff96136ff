"""Labs in a temporary folder: corpora, bases, runs with invented curves, runs to train."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from lyricslab.config import ModelConfig, RunConfig, SplitConfig, TrainConfig
from lyricslab.importing.bulk.dataset import Dataset, build_dataset
from lyricslab.library.corpora import add_corpus
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.store.home import Home, open_home
from lyricslab.store.rows import CorpusRow, ExperimentKind, Lease, PointRow, RunRow, Status, utc_now
from lyricslab.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
SMALL = ModelConfig(hidden_size=5, num_layers=3)
TINY = ModelConfig(hidden_size=8, num_layers=3)
TINY_STEPS = TrainConfig(
    learning_rate=0.01,
    batch_size=3,
    window_chars=11,
    max_steps=40,
    eval_every_steps=8,
    point_every_steps=4,
    patience_evals=0,
    dropout=0.1,
)
DEADLINE_S = 150.0
WORDS = (
    "river stone morning ember harbour willow lantern meadow copper thunder velvet anchor".split()
)


def weights(seed: int, model: ModelConfig = SMALL) -> network_file.Weights:
    """Return random weights, without torch."""
    rng = np.random.default_rng(seed)
    shapes = network_file.shapes(model).items()
    return {name: rng.normal(0, 0.6, shape).astype(np.float32) for name, shape in shapes}


def points(
    vals: Sequence[float | None], trains: Sequence[float | None] | None = None, every: int = 20
) -> list[PointRow]:
    """Return a curve: an evaluation and a training point every `every` steps, an epoch each."""
    given = trains if trains is not None else [None, *vals[1:]][: len(vals)]
    return [
        PointRow(k * every, float(k), 3.0 * k, train, val)
        for k, (train, val) in enumerate(zip(given, vals, strict=True))
    ]


class Lab:
    """A store in a folder of its own, and short ways to fill it."""

    def __init__(self, root: Path) -> None:
        self.store = Store(open_home(root))

    @property
    def home(self) -> Home:
        return self.store.home

    def corpus(self, name: str = "Harbour songs", songs: int = 7) -> CorpusRow:
        """Add a corpus of songs that all differ."""
        made = tuple(
            Song(f"{name} {k}", f"The harbour keeps {k} lamps\nand {k * k} slow bells\n" * 9)
            for k in range(songs)
        )
        return add_corpus(self.store, Corpus(name, made))

    def base(self, name: str = "songs", seed: int = 1) -> Card:
        """Add a base of random weights."""
        card = Card(name=name, kind="base", title=f"Base of {name}", model=SMALL, lyrics=True)
        return network_file.save(self.store.home.base_file(name), weights(seed), card)

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
        seed: int = 0,
        scores: Mapping[str, Sequence[float]] | None = None,
        **train: Any,
    ) -> RunRow:
        """Add a run with this curve and status, and with a best network unless it is queued.

        Args:
            scores: the nats/char of each song by side, each song of 100 predictions.
        """
        config = RunConfig(
            corpus=corpus.digest,
            base=base,
            trainable=trainable,
            model=SMALL,
            settings=TrainConfig(**{"max_steps": 200, "patience_evals": 0} | train),
            seed=seed,
        )
        if status == "queued":
            return self.store.add_run(name=name, corpus_id=corpus.id, config=config)
        run = self.store.add_run(name=name, corpus_id=corpus.id, config=config, owner="cli:1")
        if made_for is not None:
            with sqlite3.connect(self.store.home.database) as db:
                db.execute("update run set made_for = ? where id = ?", (made_for, run.id))
        lease = Lease(run.id, "cli:1", 1)
        self.store.record(lease, points=points(vals), chars_per_s=900.0)
        for side, losses in (scores or {}).items():
            nats = [100 * loss for loss in losses]
            self.store.add_scores(lease, side, nats, [100] * len(losses))
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


class TinyLab(Lab):
    """A lab with a corpus and a base, "tiny", on which a run trains within a second."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.corpus_row = add_corpus(self.store, Corpus("Tiny songs", tiny_songs()))
        rng = np.random.default_rng(5)
        self.base_weights = {
            name: (0.3 * rng.standard_normal(shape)).astype(np.float32)
            for name, shape in network_file.shapes(TINY).items()
        }
        card = Card(name="tiny", kind="base", model=TINY, lyrics=True)
        network_file.save(self.home.base_file("tiny"), self.base_weights, card)

    def config(
        self, trainable: str = "0,2", *, base: str | None = "tiny", **train: Any
    ) -> RunConfig:
        return RunConfig(
            corpus=self.corpus_row.digest,
            base=base,
            trainable=trainable,
            model=TINY,
            split=SplitConfig(train=0.6, val=0.2, test=0.2),
            settings=replace(TINY_STEPS, **train),
            seed=3,
        )

    def processes(self) -> list[psutil.Process]:
        """Return the live processes of this home: the engine and its workers."""
        processes = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get("LYRICSLAB_HOME") == str(self.home.root)
                if ours and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                    processes.append(process)
            except psutil.Error:
                continue
        return processes

    def engines(self) -> list[psutil.Process]:
        return [p for p in self.processes() if "lyricslab.engine.dask_engine" in p.cmdline()]

    def workers(self) -> list[psutil.Process]:
        return [p for p in self.processes() if any("spawn_main" in word for word in p.cmdline())]

    def app(self, code: str) -> subprocess.Popen[str]:
        """Start a process that runs `code`, as the app would, with `home` and `store` defined."""
        start = (
            "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
            "from lyricslab.engine import client; from lyricslab.library import runs\n"
            "from lyricslab.store.home import open_home; from lyricslab.store.store import Store\n"
            "home = open_home(Path(sys.argv[2])); store = Store(home)\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", start + code, str(ROOT), str(self.home.root)],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=self.home.logs,  # anywhere but in the repository
            start_new_session=True,
        )


def tiny_songs(count: int = 12, seed: int = 0) -> tuple[Song, ...]:
    """Return generated songs; another seed gives others."""
    rng = np.random.default_rng(seed)
    words = ["moon", "river", "stone", "we", "go", "la", "down", "slow"]
    return tuple(
        Song(f"Song {k}", "\n".join(f"{' '.join(rng.choice(words, 3))} {k}" for _ in range(4 + k)))
        for k in range(count)
    )


def tiny_dataset(home: Home, folder: Path) -> Dataset:
    """Build a dataset that a tiny base can be pretrained on."""
    rng = random.Random(2)
    rows = [
        {"title": f"No {n}", "text": "\n".join(" ".join(rng.choices(WORDS, k=4)) for _ in range(6))}
        for n in range(45)
    ]
    path = folder / "many.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return build_dataset([path], home.datasets)


def wait_until(condition: Callable[[], Any], deadline_s: float = DEADLINE_S) -> Any:
    """Wait until `condition()` is true and return its value; fail after `deadline_s`."""
    end_s = time.monotonic() + deadline_s
    while not (value := condition()):
        assert time.monotonic() < end_s, "what was waited for did not happen"
        time.sleep(0.02)
    return value
