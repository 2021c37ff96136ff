"""Scoring texts: the nats of every character, against the same measure in torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.baseline import endless, one_thread
from benchmarks.harness import Case, Group
from lyricslab.config import ModelConfig
from lyricslab.model.inference import Network
from lyricslab.songs.vocab import PRINTABLE, decode, encode
from lyricslab.training.evaluation import evaluate
from lyricslab.training.lstm import build

SONG_CHARS, MANY = 1000, 32
ONE_IN_TORCH = "torch, one song"


def cases(quick: bool) -> Sequence[Group]:
    """One text and many at three sizes."""
    chars = 50 if quick else SONG_CHARS
    return [against_torch(hidden, chars) for hidden in ((64,) if quick else (64, 256, 512))]


def against_torch(hidden: int, chars: int) -> Group:
    """`learning.evaluation` on one thread, which reads a text in one go, and we, at one size."""
    config = ModelConfig(hidden_size=hidden, num_layers=3)
    weights = endless(config)
    network, model = Network(weights, config), build(config, weights)
    texts = senseless(MANY, chars)

    def in_torch(count: int) -> Callable[[], float]:
        songs = [encode(text) for text in texts[:count]]

        def run() -> float:
            with one_thread():
                return evaluate(model, songs).predictions

        return run

    def here(count: int) -> Callable[[], float]:
        return lambda: sum(len(nats) for nats in network.score(texts[:count]))

    return Group(
        f"scoring 3 x {hidden}",
        "characters",
        ONE_IN_TORCH,
        [
            Case(ONE_IN_TORCH, in_torch(1)),
            Case(f"torch, {MANY} songs", in_torch(MANY)),
            Case("Lyrics Lab, one song", here(1)),
            Case(f"Lyrics Lab, {MANY} songs", here(MANY)),
        ],
    )


def senseless(count: int, chars: int) -> list[str]:
    """Texts of random printable characters: speed does not depend on sense."""
    rng = np.random.default_rng(0)
    return [decode(rng.choice(np.flatnonzero(PRINTABLE), chars)) for _ in range(count)]
