"""The ratio of two networks' losses, with its confidence interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lyricslab.analysis.bootstrap import paired
from lyricslab.analysis.song_losses import SongLosses


class Ratio(NamedTuple):
    """One mean loss over another, and its 95 % confidence interval."""

    value: float
    low: float
    high: float


def ratio(ours: Sequence[SongLosses], theirs: Sequence[SongLosses]) -> Ratio:
    """Return the mean nats/char of `ours` over that of `theirs`, one entry a seed, on equal songs.

    The interval is that of their difference, divided by their loss, so that it includes 1 exactly
    where that of the difference includes 0.
    """
    difference = paired(ours, theirs)
    theirs_mean = _mean(theirs)
    value = _mean(ours) / theirs_mean
    return Ratio(
        value,
        value - (difference.effect - difference.low) / theirs_mean,
        value + (difference.high - difference.effect) / theirs_mean,
    )


def _mean(networks: Sequence[SongLosses]) -> float:
    return float(np.mean([network.nats_per_char for network in networks]))
