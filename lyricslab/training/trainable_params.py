"""The parts of a network that learn, as the optimiser sees them (Sec. 5).

The step reads the same whatever learns: gradients of the network's own weights come from `backward`
as ever; `gather` hands each part its share, the optimiser changes the parts and nothing else, and
`spread` puts them into the network. So momentum, weight decay and the clipped norm never meet a
frozen row, and the network always holds plain weights, to look at, keep and write with.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lyricslab.config import TrainConfig
from lyricslab.model.network_file import Weights
from lyricslab.model.trainable import EVERY_ROW
from lyricslab.training.lstm import StackedLSTM


class ParamGroup:
    """A weight that learns as it is: the optimiser changes it in place."""

    def __init__(self, weight: nn.Parameter) -> None:
        self.weight = weight
        self.tensors: tuple[nn.Parameter, ...] = (weight,)
        """What the optimiser changes."""

    @property
    def own(self) -> tuple[Tensor, ...]:
        """What is not in the network's weights, and so must be kept to go on later."""
        return ()

    def collect_grads(self) -> None:
        """Takes over its share of the weight's gradient; none if the weight has none."""

    def write_back(self) -> None:
        """Puts what the optimiser made of it into the weight."""


class Rows(ParamGroup):
    """A block of a weight's rows, in the same memory: what changes here has changed there."""

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
    it begins with the base as it is (LoRA; Hu et al. 2021, Sec. 4.1). W itself is in the network
    at all times; by the chain rule, dL/dU = dL/dW D^T and dL/dD = U^T dL/dW.

    Args:
        weight: the base's, as it is now.
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
    def own(self) -> tuple[Tensor, ...]:
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
    """Everything of a network that learns.

    Args:
        model: with the base's weights; its `trainable` says which of them learn.
        seed: of low-rank changes; the generator of dropout is left as it is.
    """

    def __init__(self, model: StackedLSTM, config: TrainConfig, seed: int) -> None:
        self.config = config
        self.num_layers = model.config.num_layers
        random = torch.Generator().manual_seed(seed)
        self.by_layer: dict[int, list[ParamGroup]] = {}
        """The parts of each layer that learns, from the lowest up; the head's under L."""
        for name, weight in model.named_parameters():
            layer = self.num_layers if name.startswith("head.") else int(name.split(".")[1])
            for rows in model.trainable.learning_rows(name, model.config.hidden_size):
                matrix = layer < self.num_layers and weight.dim() == 2
                part = (
                    LowRank(weight, rows, config.lora_rank, random)
                    if config.lora_rank and matrix
                    else ParamGroup(weight)
                    if rows in EVERY_ROW
                    else Rows(weight, rows)
                )
                self.by_layer.setdefault(layer, []).append(part)
        self.all = [part for parts in self.by_layer.values() for part in parts]
        self.tensors = [tensor for part in self.all for tensor in part.tensors]
        """What the optimiser changes, and the norm of whose gradient is clipped."""
        self.own = [tensor for part in self.all for tensor in part.own]

    def groups(self) -> list[dict[str, object]]:
        """The parts by their learning rate, for an optimiser: `scale` times that of the head."""
        scaled: dict[float, list[nn.Parameter]] = {}
        for layer, parts in self.by_layer.items():
            scale = self.config.layer_decay ** (self.num_layers - layer)
            scaled.setdefault(scale, []).extend(t for part in parts for t in part.tensors)
        return [{"params": tensors, "scale": scale} for scale, tensors in scaled.items()]

    def unfreeze(self, epochs: float) -> None:
        """Lets learn what is due after so many passes: the head, then layer by layer downwards."""
        if not self.config.unfreeze_epochs:
            return
        for turn, layer in enumerate(sorted(self.by_layer, reverse=True)):
            due = epochs >= turn * self.config.unfreeze_epochs
            for part in self.by_layer[layer]:
                part.weight.requires_grad_(due)

    def collect_grads(self) -> None:
        """Hands each part its share of the network's gradient."""
        for part in self.all:
            part.collect_grads()

    def write_back(self) -> None:
        """Puts what the optimiser made of the parts into the network."""
        for part in self.all:
            part.write_back()

    def state_dict(self) -> Weights:
        """The numbers that are in none of the network's weights, to go on with later."""
        return {str(k): tensor.detach().cpu().numpy() for k, tensor in enumerate(self.own)}

    @torch.no_grad()
    def load_state_dict(self, kept: Weights) -> None:
        """Goes back to what was kept."""
        for k, tensor in enumerate(self.own):
            tensor.copy_(torch.from_numpy(kept[str(k)].copy()))
