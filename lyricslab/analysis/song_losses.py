"""A network's losses song by song, for paired comparisons. Free of torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class SongLosses:
    """The losses of one network on the songs of one split, in the order of the corpus."""

    nats: np.ndarray
    """Of each song, (S,)."""
    predictions: np.ndarray
    """Of each song, N + 1 for N characters, (S,)."""

    @property
    def nats_per_char(self) -> float:
        """The sum of the losses over that of the predictions."""
        return float(self.nats.sum() / self.predictions.sum())
