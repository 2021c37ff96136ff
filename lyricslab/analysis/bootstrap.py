"""Bootstrap confidence intervals of differences between networks, over songs and seeds.

Songs differ far more than seeds do, and there are few of either. So each of n is resampled with
n - 1 draws, and the percentile interval is widened by Student's t over the normal quantile; both
are corrections for small samples (Hesterberg 2015, "What Teachers Should Know About the
Bootstrap"). The degrees of freedom over songs and seeds are Satterthwaite's (1946).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lyricslab.analysis.song_losses import SongLosses

DRAWS = 2_000
LEVEL = 0.95
CHUNK = 200_000
"""The number of songs drawn at once, to limit memory."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference in nats/char and its confidence interval."""

    effect: float
    low: float
    high: float

    def __neg__(self) -> Interval:
        return Interval(-self.effect, -self.high, -self.low)


def paired(a: Sequence[SongLosses], b: Sequence[SongLosses], *, level: float = LEVEL) -> Interval:
    """Return the loss of `a` minus that of `b`, one entry a seed, on the same songs.

    If one of them has one seed only, it is compared with all seeds of the other.
    """
    seeds = max(len(a), len(b)) if 1 in (len(a), len(b)) else min(len(a), len(b))
    nats = np.stack([_seed(a, k).nats - _seed(b, k).nats for k in range(seeds)])  # (K, S)
    return _interval([(nats, a[0].predictions)], level)


def gap(a: Sequence[SongLosses], b: Sequence[SongLosses], *, level: float = LEVEL) -> Interval:
    """Return the loss of `a` minus that of `b`, on different songs, resampled independently."""
    seeds = min(len(a), len(b))
    sides = [
        (sign * np.stack([losses.nats for losses in side[:seeds]]), side[0].predictions)
        for sign, side in ((1, a), (-1, b))
    ]
    return _interval(sides, level)


def _seed(losses: Sequence[SongLosses], k: int) -> SongLosses:
    return losses[0] if len(losses) == 1 else losses[k]


def _interval(sides: list[tuple[np.ndarray, np.ndarray]], level: float) -> Interval:
    """Return the interval of the sum of the sides' nats/char, each (K, S) over (S,)."""
    rng = np.random.default_rng(0)  # equal figures give equal intervals
    seeds = len(sides[0][0])
    which = rng.integers(seeds, size=(DRAWS, max(1, seeds - 1)))
    effect, drawn = 0.0, np.zeros(DRAWS)
    by_seed, songs_var, freedom = np.zeros(seeds), 0.0, np.inf
    for nats, predictions in sides:
        songs = len(predictions)
        here = float(nats.mean(0).sum() / predictions.sum())
        effect += here
        by_seed += nats.sum(1) / predictions.sum()
        rest = (nats.mean(0) - here * predictions) / predictions.mean()  # (S,)
        songs_var += float(rest.var(ddof=1) / songs) if songs > 1 else 0.0
        freedom = min(freedom, max(1, songs - 1))
        chunk = max(1, CHUNK // songs)
        for k in range(0, DRAWS, chunk):
            some = which[k : k + chunk]
            picked = rng.integers(songs, size=(len(some), max(1, songs - 1)))
            sums = np.take_along_axis(nats[some].mean(1), picked, axis=1).sum(1)
            drawn[k : k + chunk] += sums / predictions[picked].sum(1)
    seeds_var = float(by_seed.var(ddof=1) / seeds) if seeds > 1 else 0.0
    parts = songs_var**2 / freedom + seeds_var**2 / max(1, seeds - 1)
    if parts:  # Satterthwaite 1946
        freedom = (songs_var + seeds_var) ** 2 / parts
    share = (1 + level) / 2
    low, high = np.quantile(drawn - effect, [1 - share, share])
    wider = student(share, freedom) / student(share, np.inf)
    return Interval(effect, effect + wider * float(low), effect + wider * float(high))


def student(share: float, freedom: float) -> float:
    """Return the quantile of Student's t: `share` of 0.5 or more, `freedom` of 1 or more."""
    n = min(freedom, 10_000.0)
    angle = np.linspace(0, np.pi / 2, 20_001)  # t = sqrt(n) tan(angle) has density cos^(n - 1)
    density = np.cos(angle) ** (n - 1)
    mass = np.append(0, np.cumsum(density[1:] + density[:-1]))
    return float(np.sqrt(n) * np.tan(np.interp(2 * share - 1, mass / mass[-1], angle)))
