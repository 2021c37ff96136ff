"""What songs cost a network, song by song: the ground that comparisons stand on. Free of torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class SongLosses:
    """The losses of one network on the songs of one side of a split, in the corpus's order."""

    nats: np.ndarray
    """Of each song, (S,)."""
    predictions: np.ndarray
    """How many predictions they are of, N + 1 for N characters, (S,)."""

    @property
    def nats_per_char(self) -> float:
        """Sum over sum."""
        return float(self.nats.sum() / self.predictions.sum())
