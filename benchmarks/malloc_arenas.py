"""A job in a worker's thread: what it costs to give memory back to the system after each step.

Unless MALLOC_ARENA_MAX says otherwise, glibc keeps a thread's memory apart from the main thread's
and gives large pieces of it back as soon as they are free, to ask for them again in the next step.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from benchmarks.harness import Case, Group
from benchmarks.subprocesses import Child
from lyricslab.config import ModelConfig, TrainConfig

ARENAS = "MALLOC_ARENA_MAX"
APART = "in a thread"
SONGS, SONG_CHARS, LONGEST_CHARS = 40, 1_500, 4_000


def cases(quick: bool) -> Sequence[Group]:
    """Steps of whole songs, as the paper trains, and of the largest base in the making."""
    whole = TrainConfig(batch_size=16, window_chars=0, padding="learned", max_steps=10**6)
    largest = replace(whole, batch_size=128, window_chars=128, padding="skipped")
    small, large = (ModelConfig(hidden_size=h, num_layers=n) for h, n in ((64, 2), (512, 3)))
    found = [group("steps of the paper's preset, 2 x 64", small, whole, quick)]
    if not quick:
        found.append(group("steps of pretraining 3 x 512", large, largest, quick))
    return found


def group(name: str, model: ModelConfig, train: TrainConfig, quick: bool) -> Group:
    """One kind of step by processor time, with and without the workers' memory settings."""
    children = [
        (APART, _child(None, True, model, train, quick)),
        ("in a thread, one arena: the engine", _child("1", True, model, train, quick)),
        ("in the main thread: the command line", _child(None, False, model, train, quick)),
    ]
    return Group(
        name, "steps", APART, [Case(case, child, clock=child.cpu_s) for case, child in children]
    )


def _child(
    arenas: str | None, apart: bool, model: ModelConfig, train: TrainConfig, quick: bool
) -> Child:
    before = os.environ.pop(ARENAS, None)
    try:
        if arenas:
            os.environ[ARENAS] = arenas
        return Child(_stepping, apart, model, train, quick)
    finally:
        os.environ.pop(ARENAS, None)
        if before is not None:
            os.environ[ARENAS] = before


def _stepping(
    apart: bool, model: ModelConfig, train: TrainConfig, quick: bool
) -> Callable[[], float]:
    """Take one step per call, in a separate thread if asked."""
    from lyricslab.training import hardware
    from lyricslab.training.loop import Training
    from lyricslab.training.lstm import build

    hardware.configure()
    rng = np.random.default_rng(0)
    longest = 300 if quick else LONGEST_CHARS
    lengths = [longest, *rng.integers(longest // 4, SONG_CHARS if not quick else longest, SONGS)]
    songs = [rng.integers(32, 127, length).astype(np.uint8) for length in lengths]
    training = Training(build(model), songs, songs[:2], train, seed=0)
    thread = ThreadPoolExecutor(1)

    def run() -> float:
        if apart:
            thread.submit(training.take_step).result()
        else:
            training.take_step()
        return 1.0

    return run
