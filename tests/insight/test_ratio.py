"""Ratios of losses and how sure they are."""

from __future__ import annotations

import numpy as np
import pytest

from lyricslab.insight.losses import SongLosses
from lyricslab.insight.ratio import ratio


def network(losses: np.ndarray, chars: np.ndarray) -> SongLosses:
    return SongLosses(nats=losses * chars, predictions=chars)


CHARS = np.array([400, 900, 1300, 700, 2100])


def test_a_constant_factor_is_certain() -> None:
    """Whichever songs are drawn, they are the same for both, so their differences fall out."""
    theirs = network(np.array([1.1, 2.3, 1.7, 3.1, 1.4]), CHARS)
    ours = network(0.8 * theirs.nats / CHARS, CHARS)
    assert ratio([ours], [theirs]) == pytest.approx((0.8, 0.8, 0.8))


def test_the_value_is_sum_over_sum_and_the_mean_over_networks() -> None:
    ours = [network(np.full(5, loss), CHARS) for loss in (1.0, 1.2)]
    theirs = [network(np.array([2.0, 2.0, 2.0, 2.0, 1.0]), CHARS)]
    # Mean of ours 1.1; theirs (2 * 3300 + 2100) / 5400.
    assert ratio(ours, theirs).value == pytest.approx(1.1 / (8700 / 5400))


def test_the_interval_is_that_of_draws_done_one_by_one() -> None:
    """A rival: for each draw choose songs and networks in a loop."""
    rng = np.random.default_rng(5)
    ours = [network(rng.normal(1.5, 0.1, 5), CHARS) for _ in range(3)]
    theirs = [network(rng.normal(1.9, 0.1, 5), CHARS) for _ in range(2)]
    found = []
    for _ in range(4000):
        songs = rng.integers(0, 5, 5)
        one, other = (
            np.mean([side[k].nats[songs].sum() for k in rng.integers(0, len(side), len(side))])
            for side in (ours, theirs)
        )
        found.append(one / other)
    low, high = np.quantile(found, (0.025, 0.975))
    got = ratio(ours, theirs)
    assert got.low == pytest.approx(low, abs=0.004)
    assert got.high == pytest.approx(high, abs=0.004)
    assert got.low < got.value < got.high


def test_the_same_each_time() -> None:
    rng = np.random.default_rng(6)
    ours, theirs = (network(rng.normal(1.5, 0.1, 5), CHARS) for _ in range(2))
    assert ratio([ours], [theirs]) == ratio([ours], [theirs])
