"""How much better one way of training is than another, and how sure so few songs make that."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lyricslab.insight.losses import SongLosses

DRAWS = 2000
SURE = 0.95


class Ratio(NamedTuple):
    """One mean loss over another, and between which values it lies in 95 of 100 cases."""

    value: float
    low: float
    high: float


def ratio(ours: Sequence[SongLosses], theirs: Sequence[SongLosses], seed: int = 0) -> Ratio:
    """The mean nats/char of some networks over that of others, on the same songs.

    The interval is a bootstrap: songs are drawn again and again from those there are, the same for
    both sides, and the networks of each side from its own; so it holds what other songs of this
    kind and other seeds might have given.

    Args:
        ours, theirs: a network each, at least one; all on the same songs in the same order.
    """
    rng = np.random.default_rng((seed, 1))
    counts = _song_counts(len(ours[0].nats), seed)  # (D, S)
    drawn = _drawn(ours, counts, rng) / _drawn(theirs, counts, rng)  # (D,)
    tail = (1 - SURE) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail))
    value = _mean(ours) / _mean(theirs)
    return Ratio(float(value), float(low), float(high))


@lru_cache(maxsize=4)  # the same for every cell of a table
def _song_counts(songs: int, seed: int) -> np.ndarray:
    """How often each song is drawn in each draw, (D, S)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(songs, np.full(songs, 1 / songs), DRAWS)


def _mean(networks: Sequence[SongLosses]) -> float:
    return float(np.mean([network.nats.sum() for network in networks]))


def _drawn(
    networks: Sequence[SongLosses], counts: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The mean loss of each draw of songs and networks, all but for a factor, (D,)."""
    nats = np.stack([network.nats for network in networks])  # (K, S)
    k = len(networks)
    weights = rng.multinomial(k, np.full(k, 1 / k), len(counts)) / k  # (D, K)
    sums: np.ndarray = ((weights @ nats) * counts).sum(axis=1)
    return sums
