"""The parameters of a network that learn, as the optimiser sees them (Sec. 5).

A step is the same whatever learns: `backward` computes the gradients of the network's weights,
`collect_grads` copies each group's share of them, the optimiser changes the groups and nothing
else, and `write_back` updates the network. So frozen rows have no part in momentum, weight decay
or the clipped norm, and the network always has plain weights, to evaluate, save and write with.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lyricslab.config import TrainConfig
from lyricslab.model.network_file import Weights
from lyricslab.model.trainable import EVERY_ROW
from lyricslab.training.lstm import StackedLSTM


class ParamGroup:
    """A complete weight that learns: the optimiser changes it in place."""

    def __init__(self, weight: nn.Parameter) -> None:
        self.weight = weight
        self.tensors: tuple[nn.Parameter, ...] = (weight,)
        """What the optimiser changes."""

    @property
    def extra(self) -> tuple[Tensor, ...]:
        """The state that is not in the network's weights, and so must be saved to resume."""
        return ()

    def collect_grads(self) -> None:
        """Set the gradients of `tensors` from the weight's; to None if it has none."""

    def write_back(self) -> None:
        """Update the weight from `tensors`."""


class Rows(ParamGroup):
    """A block of a weight's rows, in the same memory: it needs no writing back."""

    def __init__(self, weight: nn.Parameter, rows: slice) -> None:
        super().__init__(weight)
        self.rows = rows
        self.tensors = (nn.Parameter(weight.data[rows]),)

    def collect_grads(self) -> None:
        gradient = self.weight.grad
        self.tensors[0].grad = None if gradient is None else gradient[self.rows]


class LowRank(ParamGroup):
    """A change of a block of R rows and C columns that is a product of two thin matrices.

    W = W_base + U D, with U (R, r) zero at first and D (r, C) drawn from N(0, 1/C), so that
    training starts at the base (LoRA; Hu et al. 2021, Sec. 4.1). The network always has W;
    by the chain rule, dL/dU = dL/dW D^T and dL/dD = U^T dL/dW.

    Args:
        weight: with the base's values.
    """

    def __init__(
        self, weight: nn.Parameter, rows: slice, rank: int, random: torch.Generator
    ) -> None:
        super().__init__(weight)
        self.rows = rows
        self.base = weight.detach()[rows].clone()  # (R, C)
        count, columns = self.base.shape
        down = torch.randn(rank, columns, generator=random) / columns**0.5
        self.up = nn.Parameter(self.base.new_zeros(count, rank))
        self.down = nn.Parameter(down.to(self.base))
        self.tensors = (self.up, self.down)

    @property
    def extra(self) -> tuple[Tensor, ...]:
        return self.tensors

    def collect_grads(self) -> None:
        self.up.grad = self.down.grad = None
        if self.weight.grad is not None:
            gradient = self.weight.grad[self.rows]  # (R, C)
            self.up.grad = gradient @ self.down.detach().T
            self.down.grad = self.up.detach().T @ gradient

    @torch.no_grad()
    def write_back(self) -> None:
        self.weight[self.rows] = self.base + self.up @ self.down


class TrainableParams:
    """All parameters of a network that learn.

    Args:
        model: with the base's weights; its `trainable` says which of them learn.
        seed: of low-rank changes; the generator of dropout is not used.
    """

    def __init__(self, model: StackedLSTM, config: TrainConfig, seed: int) -> None:
        self.config = config
        self.num_layers = model.config.num_layers
        random = torch.Generator().manual_seed(seed)
        self.by_layer: dict[int, list[ParamGroup]] = {}
        """The groups of each layer that learns, from the lowest up; the head's under L."""
        for name, weight in model.named_parameters():
            layer = self.num_layers if name.startswith("head.") else int(name.split(".")[1])
            for rows in model.trainable.learning_rows(name, model.config.hidden_size):
                matrix = layer < self.num_layers and weight.dim() == 2
                group = (
                    LowRank(weight, rows, config.lora_rank, random)
                    if config.lora_rank and matrix
                    else ParamGroup(weight)
                    if rows in EVERY_ROW
                    else Rows(weight, rows)
                )
                self.by_layer.setdefault(layer, []).append(group)
        self.groups = [group for groups in self.by_layer.values() for group in groups]
        self.tensors = [tensor for group in self.groups for tensor in group.tensors]
        """What the optimiser changes; the norm of their gradients is clipped."""
        self.extra = [tensor for group in self.groups for tensor in group.extra]

    def by_learning_rate(self) -> list[dict[str, object]]:
        """Return the tensors for an optimiser, by `scale`: learning rate over that of the head."""
        scaled: dict[float, list[nn.Parameter]] = {}
        for layer, groups in self.by_layer.items():
            scale = self.config.layer_decay ** (self.num_layers - layer)
            scaled.setdefault(scale, []).extend(t for group in groups for t in group.tensors)
        return [{"params": tensors, "scale": scale} for scale, tensors in scaled.items()]

    def unfreeze(self, epochs: float) -> None:
        """Unfreeze what is due after this many epochs: the head, then layer by layer downwards."""
        if not self.config.unfreeze_epochs:
            return
        for turn, layer in enumerate(sorted(self.by_layer, reverse=True)):
            due = epochs >= turn * self.config.unfreeze_epochs
            for group in self.by_layer[layer]:
                group.weight.requires_grad_(due)

    def collect_grads(self) -> None:
        """Set the gradients of `tensors` from those of the network's weights."""
        for group in self.groups:
            group.collect_grads()

    def write_back(self) -> None:
        """Update the network's weights from `tensors`."""
        for group in self.groups:
            group.write_back()

    def state_dict(self) -> Weights:
        """Return the state that is not in the network's weights."""
        return {str(k): tensor.detach().cpu().numpy() for k, tensor in enumerate(self.extra)}

    @torch.no_grad()
    def load_state_dict(self, state: Weights) -> None:
        """Restore a `state_dict`."""
        for k, tensor in enumerate(self.extra):
            tensor.copy_(torch.from_numpy(state[str(k)].copy()))
