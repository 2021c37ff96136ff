"""A sweep, the engine's part of it: the six subsets of a three-layer base, two runs at a time.

Each run is some epochs, with a look at the validation songs first and after each. The plain ones
come one after another on torch's own threads, or two at a time on one thread each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

from benchmarks.harness import Case, Group
from benchmarks.subprocesses import Child, Work, share_out
from benchmarks.training import STEPS, Nobody, songs_of
from lyricslab.config import ModelConfig
from lyricslab.model.trainable import Trainable, nontrivial_subsets

SUBSETS = tuple(map(str, nontrivial_subsets(3)))
EPOCHS = 6
"""As the quick preset has it; the fewer they are, the more of a run is reading a prefix once."""
WORKERS = 2
IN_TURN, TWO_PLAIN = "plain, in turn, torch's own threads", "plain, two processes of one thread"
LEASE_HELD = "Lyrics Lab, two workers"
GOALS = {64: "3 x; 1.4 x two plain", 256: "2.5 x; 1.4 x two plain"}
COUNTS = (1, 2, 4, 8, 16)


def cases(quick: bool) -> Iterator[Group]:
    """Yield groups: six subsets at two sizes, and a growing number of runs."""
    if quick:
        yield subsets(8, 4, 1, rounds=1)
        return
    yield subsets(64, 60, EPOCHS, rounds=3)
    yield subsets(256, 60, 2, rounds=2)
    yield count_curve(64, 30)


def make_plain(hidden: int, kb: float, epochs: int, threads: int | None) -> Work:
    """A run of the plain loop, from a fresh network, for the subset that is asked for."""
    import torch

    from benchmarks.baseline_training import BaselineTraining

    if threads:
        torch.set_num_threads(threads)
    songs = songs_of(kb)

    def run(learns: str) -> float:
        training = BaselineTraining(ModelConfig(hidden_size=hidden), learns, *songs, STEPS)
        training.look()
        for epoch in range(1, epochs + 1):
            while training.batcher.epochs < epoch:
                training.take_step()
            training.look()
        return training.batcher.predictions

    return run


def make_ours(hidden: int, kb: float, epochs: int) -> Work:
    """The same as a worker of the app does it; what frozen layers read is shared by its runs."""
    from lyricslab.training import frozen_features
    from lyricslab.training.hardware import configure
    from lyricslab.training.loop import Training
    from lyricslab.training.lstm import build

    configure()
    songs = songs_of(kb)
    config = ModelConfig(hidden_size=hidden)
    base = build(config, seed=1).weights()

    def run(learns: str, fresh: bool = False) -> float:
        if fresh:  # no sweep begins with another's readings at hand
            frozen_features.CACHE.clear()
        model = build(config, base, trainable=Trainable.parse(learns, 3))
        training = Training(model, *songs, STEPS, seed=0)
        training.evaluate(Nobody())
        for epoch in range(1, epochs + 1):
            while training.batcher.epochs < epoch:
                training.take_step()
            training.evaluate(Nobody())
        return training.batcher.predictions

    return run


def subsets(hidden: int, kb: float, epochs: int, rounds: int) -> Group:
    """Six runs: the references and we."""
    alone = Child(make_plain, hidden, kb, epochs, None)
    two_plain = [Child(make_plain, hidden, kb, epochs, 1) for _ in range(WORKERS)]
    ours = [Child(make_ours, hidden, kb, epochs) for _ in range(WORKERS)]
    runs = [(learns,) for learns in SUBSETS]
    fresh = [(learns, k < WORKERS) for k, learns in enumerate(SUBSETS)]
    return Group(
        f"six subsets of 3 x {hidden}",
        "characters",
        IN_TURN,
        [
            Case(IN_TURN, lambda: share_out([alone], runs)),
            Case(TWO_PLAIN, lambda: share_out(two_plain, runs)),
            Case(LEASE_HELD, lambda: share_out(ours, fresh), GOALS.get(hidden, "")),
        ],
        rounds=rounds,
    )


def count_curve(hidden: int, kb: float) -> Group:
    """Characters a second of all workers together, by the number of runs in a sweep."""
    workers = [Child(make_ours, hidden, kb, 1) for _ in range(min(WORKERS, os.cpu_count() or 1))]
    runs = [(learns, k < WORKERS) for k, learns in enumerate(SUBSETS[:1] * max(COUNTS))]
    return Group(
        f"runs in a sweep, 3 x {hidden}",
        "characters",
        "1 runs",
        [
            Case(
                f"{count} runs",
                partial(share_out, workers, runs[:count]),
                facts={"runs": count},
            )
            for count in COUNTS
        ],
        rounds=3,
    )
