"""Ratios of losses and how sure they are."""

from __future__ import annotations

import numpy as np
import pytest

from lyricslab.analysis.bootstrap import paired
from lyricslab.analysis.loss_ratio import ratio
from lyricslab.analysis.song_losses import SongLosses

CHARS = np.array([400, 900, 1300, 700, 2100])


def network(*losses: float) -> SongLosses:
    return SongLosses(nats=np.array(losses) * CHARS, predictions=CHARS)


def test_the_value_is_sum_over_sum_and_the_mean_over_networks() -> None:
    ours = [network(*[loss] * 5) for loss in (1.0, 1.2)]
    theirs = [network(2.0, 2.0, 2.0, 2.0, 1.0)]
    # Mean of ours 1.1; theirs (2 * 3300 + 2100) / 5400.
    assert ratio(ours, theirs).value == pytest.approx(1.1 / (8700 / 5400))


def test_equal_networks_have_ratio_one() -> None:
    networks = [network(1.1, 2.3, 1.7, 3.1, 1.4), network(1.2, 2.2, 1.8, 3.0, 1.6)]
    assert ratio(networks, networks) == pytest.approx((1, 1, 1))


@pytest.mark.parametrize("shift", [-0.4, -0.02, 0.0, 0.01, 0.3])
def test_the_interval_includes_one_where_the_difference_may_be_zero(shift: float) -> None:
    rng = np.random.default_rng(4)
    theirs = [network(*rng.normal(1.9, 0.1, 5)) for _ in range(3)]
    ours = [network(*(seed.nats / CHARS + shift + rng.normal(0, 0.05, 5))) for seed in theirs]
    found, difference = ratio(ours, theirs), paired(ours, theirs)
    assert found.low < found.value < found.high
    assert (found.low <= 1 <= found.high) == (difference.low <= 0 <= difference.high)
    mark = np.mean([seed.nats_per_char for seed in theirs])
    assert found.high - found.low == pytest.approx((difference.high - difference.low) / mark)
