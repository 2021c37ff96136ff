"""The exponential moving average of a network's weights during training.

The weights jump from step to step; their average is calmer, and often predicts unseen songs better
than any single step (Polyak and Juditsky 1992; Izmailov et al. 2018).
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor

from lyricslab.model.network_file import Weights
from lyricslab.training.lstm import StackedLSTM


class WeightAverage:
    """A second network whose weights follow those of the one in training.

    Args:
        model: the network in training; the average starts at its weights.
        decay: the share of the average that is kept at each step, between 0 and 1.
    """

    def __init__(self, model: StackedLSTM, decay: float) -> None:
        self.model = deepcopy(model).requires_grad_(False)
        """The network with the averaged weights; frozen ones stay equal to the bit."""
        self._share = 1 - decay
        pairs = zip(model.parameters(), self.model.parameters(), strict=True)
        trained = [(weight, average) for weight, average in pairs if weight.requires_grad]
        self._weights: list[Tensor] = [weight for weight, _ in trained]
        self._averages: list[Tensor] = [average for _, average in trained]

    @torch.no_grad()
    def update(self) -> None:
        """Move the average towards the weights after a step."""
        torch._foreach_lerp_(self._averages, self._weights, self._share)

    def weights(self) -> Weights:
        """Return a copy of the averaged weights."""
        return self.model.weights()

    def load_weights(self, weights: Weights) -> None:
        """Restore the average.

        Raises:
            CheckpointError: if they are not those of a network of this size.
        """
        self.model.load_weights(weights)
