"""How much of another's loss a network's is, and how sure so few songs make that."""

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
    """The mean nats/char of some networks over that of others, a seed each, on the same songs.

    The interval is that of their difference as a part of the others' loss, so that it holds 1
    exactly where the difference may be none.
    """
    difference = paired(ours, theirs)
    mark = _mean(theirs)
    value = _mean(ours) / mark
    return Ratio(
        value,
        value - (difference.effect - difference.low) / mark,
        value + (difference.high - difference.effect) / mark,
    )


def _mean(networks: Sequence[SongLosses]) -> float:
    return float(np.mean([network.nats_per_char for network in networks]))
