"""Bootstrap confidence intervals of differences between networks, over songs and seeds.

Songs differ far more than seeds do, and there are few of either. So each of n is resampled with
n - 1 draws, and the percentile interval is widened by Student's t over the normal quantile; both
are corrections for small samples (Hesterberg 2015, "What Teachers Should Know About the
Bootstrap"). The degrees of freedom over songs and seeds are Satterthwaite's (1946). The p-values
are those of the intervals: the level at which the interval's end meets the bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lyricslab.analysis.song_losses import SongLosses

DRAWS = 2_000
LEVEL = 0.95
ENOUGH_SONGS = 5
"""On fewer songs a difference is not told in percent: it would be chance."""
CHUNK = 200_000
"""The number of songs drawn at once, to limit memory."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference in nats/char and its confidence interval."""

    effect: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A difference in nats/char, and how far it moves when songs and seeds are drawn again."""

    effect: float
    moves: np.ndarray
    """Of each draw, in order, (DRAWS,)."""
    freedom: float
    """Degrees of freedom."""

    def interval(self, level: float = LEVEL) -> Interval:
        """Return the confidence interval of a level, 0 to 1."""
        share = (1 + level) / 2
        low, high = np.quantile(self.moves, [1 - share, share])
        wider = float(student(share, self.freedom) / student(share, np.inf))
        return Interval(
            self.effect, self.effect + wider * float(low), self.effect + wider * float(high)
        )

    def p_below(self, bound: float = 0.0) -> float:
        """Return the one-sided p-value of the finding that it lies below a bound."""
        return self._p(self.moves, bound - self.effect)

    def p_above(self, bound: float = 0.0) -> float:
        """Return the one-sided p-value of the finding that it lies above a bound."""
        return self._p(-self.moves[::-1], self.effect - bound)

    def _p(self, moves: np.ndarray, room: float) -> float:
        """Return how much of the upper tail, widened by Student's t, lies beyond `room`."""
        shares = np.linspace(0.5, 1 - 0.5 / len(moves), 801)[1:]
        wider = student(shares, self.freedom) / student(shares, np.inf)
        ends = np.maximum.accumulate(wider * np.quantile(moves, shares))
        return 1 - float(np.interp(room, ends, shares))


def difference(a: Sequence[SongLosses], b: Sequence[SongLosses]) -> Difference:
    """Return the loss of `a` minus that of `b`, one entry a seed, on the same songs.

    If one of them has one seed only, it is compared with all seeds of the other.
    """
    seeds = max(len(a), len(b)) if 1 in (len(a), len(b)) else min(len(a), len(b))
    nats = np.stack([_seed(a, k).nats - _seed(b, k).nats for k in range(seeds)])  # (K, S)
    return _difference([(nats, a[0].predictions)])


def gap(a: Sequence[SongLosses], b: Sequence[SongLosses]) -> Difference:
    """Return the loss of `a` minus that of `b`, on different songs, resampled independently."""
    seeds = min(len(a), len(b))
    sides = [
        (sign * np.stack([losses.nats for losses in side[:seeds]]), side[0].predictions)
        for sign, side in ((1, a), (-1, b))
    ]
    return _difference(sides)


def paired(a: Sequence[SongLosses], b: Sequence[SongLosses]) -> Interval:
    """Return the 95 % interval of `difference`."""
    return difference(a, b).interval()


def paired_each(differences: np.ndarray, predictions: np.ndarray) -> list[Interval]:
    """Return the 95 % interval of many networks at once, as `paired` with one seed has it.

    Args:
        differences: the losses of each network minus those of another on the same songs, (N, S).
        predictions: of each song, (S,).
    """
    _, (times,) = _resampled(DRAWS, 1, (len(predictions),))
    weights = times.astype(float)
    effects = differences.sum(1) / predictions.sum()  # (N,)
    moves = weights @ differences.T / (weights @ predictions)[:, None] - effects  # (DRAWS, N)
    share, freedom = (1 + LEVEL) / 2, max(1, len(predictions) - 1)
    wider = float(student(share, freedom) / student(share, np.inf))
    ends = effects + wider * np.quantile(moves, [1 - share, share], axis=0)  # (2, N)
    return [Interval(*map(float, row)) for row in zip(effects, *ends, strict=True)]


def holm(p_values: Sequence[float]) -> list[float]:
    """Return each p-value adjusted for all being looked at together (Holm 1979), in their order."""
    adjusted, highest = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def _seed(losses: Sequence[SongLosses], k: int) -> SongLosses:
    return losses[0] if len(losses) == 1 else losses[k]


def _difference(sides: list[tuple[np.ndarray, np.ndarray]]) -> Difference:
    """Return the sum of the sides' nats/char, each (K, S) over (S,)."""
    seeds = len(sides[0][0])
    shares, counts = _resampled(DRAWS, seeds, tuple(len(predictions) for _, predictions in sides))
    effect, drawn = 0.0, np.zeros(DRAWS)
    by_seed, songs_var, freedom = np.zeros(seeds), 0.0, np.inf
    for (nats, predictions), times in zip(sides, counts, strict=True):
        songs = len(predictions)
        here = float(nats.mean(0).sum() / predictions.sum())
        effect += here
        by_seed += nats.sum(1) / predictions.sum()
        rest = (nats.mean(0) - here * predictions) / predictions.mean()  # (S,)
        songs_var += float(rest.var(ddof=1) / songs) if songs > 1 else 0.0
        freedom = min(freedom, max(1, songs - 1))
        weights = times.astype(float)
        drawn += np.einsum("dk,dk->d", weights @ nats.T, shares) / (weights @ predictions)
    seeds_var = float(by_seed.var(ddof=1) / seeds) if seeds > 1 else 0.0
    parts = songs_var**2 / freedom + seeds_var**2 / max(1, seeds - 1)
    if parts:  # Satterthwaite 1946
        freedom = (songs_var + seeds_var) ** 2 / parts
    return Difference(effect, np.sort(drawn - effect), freedom)


@lru_cache(maxsize=8)  # of one sweep or list of runs, all have the same songs
def _resampled(
    draws: int, seeds: int, songs: tuple[int, ...]
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Return what is drawn, equal for equal numbers, so that equal figures give equal intervals.

    Returns:
        The share of each seed, (draws, K), and for each side how often each song, (draws, S).
    """
    rng = np.random.default_rng(0)
    which = rng.integers(seeds, size=(draws, max(1, seeds - 1)))
    shares = _counted(which, seeds) / which.shape[1]
    return shares, tuple(_drawn_songs(rng, draws, count) for count in songs)


def _drawn_songs(rng: np.random.Generator, draws: int, songs: int) -> np.ndarray:
    """Draw all songs but one, again and again, and count each."""
    chunk = max(1, CHUNK // songs)
    return np.concatenate(
        [
            _counted(rng.integers(songs, size=(min(chunk, draws - k), max(1, songs - 1))), songs)
            for k in range(0, draws, chunk)
        ]
    )


def _counted(drawn: np.ndarray, kinds: int) -> np.ndarray:
    """Count how often each of `kinds` numbers is in each row."""
    rows = len(drawn)
    places = drawn + kinds * np.arange(rows)[:, None]
    counts = np.bincount(places.ravel(), minlength=rows * kinds).reshape(rows, kinds)
    return counts.astype(np.uint16)


def student(share: float | np.ndarray, freedom: float) -> np.ndarray:
    """Return quantiles of Student's t: `share` of 0.5 or more, `freedom` of 1 or more."""
    n = min(freedom, 10_000.0)
    angle, mass = _mass(n)
    quantiles: np.ndarray = np.sqrt(n) * np.tan(np.interp(2 * np.asarray(share) - 1, mass, angle))
    return quantiles


@lru_cache(maxsize=8)
def _mass(n: float) -> tuple[np.ndarray, np.ndarray]:
    """Return t's angles, t = sqrt(n) tan(angle), and its mass between minus and plus each."""
    angle = np.linspace(0, np.pi / 2, 20_001)
    density = np.cos(angle) ** (n - 1)
    mass = np.append(0, np.cumsum(density[1:] + density[:-1]))
    return angle, mass / mass[-1]
