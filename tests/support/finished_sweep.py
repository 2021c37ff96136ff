"""A sweep in a store whose runs were never trained: made-up figures in real records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lyricslab.config import THIRDS, SplitConfig
from lyricslab.experiments import experiment
from lyricslab.experiments.sweep_plan import plan_sweep
from lyricslab.library.bases import list_bases
from lyricslab.library.corpora import load_corpus
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.songs.split import split
from lyricslab.store.rows import CorpusRow, Lease, PointRow, RunRow, SweepRow
from lyricslab.store.store import Store
from tests.support.lab import SMALL, weights

OWNER = "engine:made up"
LEVELS = {"books": 1.72, "songs": 1.55}


def add_bases(store: Store, *names: str) -> None:
    """Bases of random weights; one that is not called books has read lyrics."""
    for k, name in enumerate(names or ("books", "songs")):
        card = Card(name=name, kind="base", model=SMALL, lyrics=name != "books")
        network_file.save(store.home.base_file(name), weights(k), card)


def begin(
    store: Store,
    corpus: CorpusRow,
    *,
    seeds: int = 2,
    bases: Sequence[str] | None = None,
    **more: object,
) -> SweepRow:
    """A sweep of these bases, or of all there are, of which no run has been done."""
    bases = bases or [card.name for card in list_bases(store.home)]
    third = SplitConfig.from_dict(THIRDS)
    planned = plan_sweep(store, corpus.id, bases, seeds=seeds, split_config=third, **more)
    return experiment.submit(store, planned)


def work_off(store: Store, *, most: int | None = None, networks: bool = True) -> int:
    """Plays the engine until nothing is left, or for so many runs; returns how many."""
    executed = 0
    while most is None or executed < most:
        for row in store.experiments(None, "wanted"):
            experiment.advance(store, row.id)
        run = store.lease_next(OWNER)
        if run is None:
            break
        finish(store, run, networks=networks)
        executed += 1
    return executed


def finish(store: Store, run: RunRow, *, networks: bool = True) -> None:
    """Gives a leased run figures and a network, as if it had been trained."""
    lease = Lease(run.id, OWNER, run.attempt)
    rng = np.random.default_rng(len(run.trainable) + 31 * run.config.seed)
    level = LEVELS.get(run.base or "", 1.8) + 0.01 * run.config.seed
    level += {"zero-shot": 0.3, "head": 0.1}.get(run.kind, 0.0) + 0.002 * len(run.trainable)
    parts = split(load_corpus(store, run.corpus_id), run.config.split)
    result: dict[str, float] = {"seconds": 4.0, "trained_parameters": 321, "best_epoch": 3.0}
    for side, songs in zip(parts._fields, parts, strict=True):
        predictions = np.array([len(song.framed) + 1 for song in songs])
        nats = (level + rng.normal(0, 0.03, len(songs))) * predictions
        store.add_scores(lease, side, nats.tolist(), predictions.tolist())
        result[f"{side}_nats_per_char"] = float(nats.sum() / predictions.sum())
        result[f"{side}_padded_loss"] = 0.55 * result[f"{side}_nats_per_char"]
    val = result["val_nats_per_char"]
    curve = [PointRow(10 * k, float(k), float(k), None, val + 0.3 / (k + 1)) for k in range(3)]
    store.record(lease, points=[*curve, PointRow(30, 3.0, 4.0, None, val)], chars_per_s=800.0)
    if networks:
        card = Card(name=run.id, kind="run", model=run.config.model)
        made = weights(run.config.seed, run.config.model)
        network_file.save(store.home.best(run.id), made, card)
    assert store.end_run(lease, "done", result=result)
