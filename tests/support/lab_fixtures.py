"""A lab in a temporary folder: tiny songs, a tiny base, runs of a few steps, and one engine."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from lyricslab.config import ModelConfig, RunConfig, SplitConfig, TrainConfig
from lyricslab.engine import client
from lyricslab.importing.bulk.dataset import Dataset, build_dataset
from lyricslab.library.corpora import add_corpus
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.store.home import Home, open_home
from lyricslab.store.rows import CorpusRow
from lyricslab.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
MODEL = ModelConfig(hidden_size=8, num_layers=3)
STEPS = TrainConfig(
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


def _until(condition: Callable[[], Any], deadline_s: float = DEADLINE_S) -> Any:
    """Waits until `condition` is true and returns what it gave; fails after `deadline_s`."""
    end_s = time.monotonic() + deadline_s
    while not (found := condition()):
        assert time.monotonic() < end_s, "what was waited for did not happen"
        time.sleep(0.02)
    return found


def _songs(count: int = 12, seed: int = 0) -> tuple[Song, ...]:
    rng = np.random.default_rng(seed)
    words = ["moon", "river", "stone", "we", "go", "la", "down", "slow"]
    return tuple(
        Song(f"Song {k}", "\n".join(f"{' '.join(rng.choice(words, 3))} {k}" for _ in range(4 + k)))
        for k in range(count)
    )


def _write_base(home: Home, name: str = "tiny") -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    weights = {
        part: (0.3 * rng.standard_normal(shape)).astype(np.float32)
        for part, shape in network_file.shapes(MODEL).items()
    }
    card = Card(name=name, kind="base", model=MODEL, lyrics=True)
    network_file.save(home.bases / name, weights, card)
    return weights


@dataclass
class Lab:
    """A home with a corpus and a base, and what tests do with it."""

    store: Store
    corpus: CorpusRow
    base_weights: dict[str, np.ndarray]

    @property
    def home(self) -> Home:
        return self.store.home

    def config(
        self, trainable: str = "0,2", *, base: str | None = "tiny", **train: Any
    ) -> RunConfig:
        return RunConfig(
            corpus=self.corpus.digest,
            base=base,
            trainable=trainable,
            model=MODEL,
            split=SplitConfig(train=0.6, val=0.2, test=0.2),
            settings=replace(STEPS, **train),
            seed=3,
        )

    def processes(self) -> list[psutil.Process]:
        """The engine of this home and its workers, alive."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get("LYRICSLAB_HOME") == str(self.home.root)
                if ours and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def engines(self) -> list[psutil.Process]:
        return [p for p in self.processes() if "lyricslab.engine.dask_engine" in p.cmdline()]

    def workers(self) -> list[psutil.Process]:
        return [p for p in self.processes() if any("spawn_main" in word for word in p.cmdline())]

    def app(self, code: str) -> subprocess.Popen[str]:
        """A process that plays the app: runs `code` with `home` and `store` at hand."""
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


def _lab(root: Path) -> Lab:
    store = Store(open_home(root))
    corpus = add_corpus(store, Corpus("Tiny songs", _songs()))
    return Lab(store, corpus, _write_base(store.home))


@pytest.fixture
def until() -> Callable[..., Any]:
    """Polling on a condition, with a deadline: the only way tests wait."""
    return _until


@pytest.fixture
def songs() -> Callable[..., tuple[Song, ...]]:
    """Songs made by code; another seed gives others."""
    return _songs


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab without an engine."""
    return _lab(tmp_path / "home")


WORDS = (
    "river stone morning ember harbour willow lantern meadow copper thunder velvet anchor".split()
)


def _dataset(home: Home, folder: Path) -> Dataset:
    rng = random.Random(2)
    rows = [
        {"title": f"No {n}", "text": "\n".join(" ".join(rng.choices(WORDS, k=4)) for _ in range(6))}
        for n in range(45)
    ]
    path = folder / "many.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return build_dataset([path], home.datasets)


@pytest.fixture
def dataset(lab: Lab, tmp_path: Path) -> Dataset:
    """Text for a tiny base to read."""
    return _dataset(lab.home, tmp_path)


@pytest.fixture
def engine_dataset(engine_lab: Lab, tmp_path: Path) -> Dataset:
    """The same in the lab that has an engine."""
    return _dataset(engine_lab.home, tmp_path)


@pytest.fixture(scope="session")
def engine_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab whose engine, of one worker, was asked for by two apps at once."""
    made = _lab(tmp_path_factory.mktemp("engine") / "home")
    settings = {"LYRICSLAB_WORKERS": "1", "LYRICSLAB_CHECKPOINT_S": "0.3"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        patch.delenv("LYRICSLAB_ENGINE", raising=False)
        patch.delenv("LYRICSLAB_HOME", raising=False)
        try:
            apps = [made.app("client.ensure_engine(home)") for _ in range(2)]
            assert [app.wait(DEADLINE_S) for app in apps] == [0, 0]
            yield made
        finally:
            for app in apps:
                app.kill()
                app.communicate()
            client.stop_engine(made.home)
            _until(lambda: not made.processes())
