"""Which weights learn (Sec. 3): any subset of the layers, and always the head. Free of torch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from lyricslab.config import ModelConfig
from lyricslab.errors import TrainableError


@dataclass(frozen=True, slots=True)
class PartCount:
    """How many weights one part of the network has, and whether they learn."""

    name: str
    """"layer 0" ... "layer L-1", "head"."""
    parameters: int
    learns: bool


@dataclass(frozen=True, slots=True)
class Trainable:
    """The layers that learn, of a stack of `num_layers`; the head always does."""

    layers: tuple[int, ...]
    num_layers: int

    @classmethod
    def parse(cls, text: str, num_layers: int) -> Trainable:
        """The choice written as "0,2", "none" (the head only) or "all".

        Raises:
            TrainableError: if a word is neither of these nor the number of a layer.
        """
        words = [word.strip() for word in text.strip().lower().split(",")]
        if words == ["all"]:
            return cls(tuple(range(num_layers)), num_layers)
        if words in (["none"], ["head"]):
            return cls((), num_layers)
        layers = set()
        for word in words:
            if not (word.isascii() and word.isdigit() and int(word) < num_layers):
                raise TrainableError(
                    f"'{text}' is not a choice of layers: this network has layers 0 to "
                    f"{num_layers - 1}. Write numbers with commas, such as 0,{num_layers - 1}, "
                    "or 'all', or 'none' for the head only."
                )
            layers.add(int(word))
        return cls(tuple(sorted(layers)), num_layers)

    def __str__(self) -> str:
        """The choice as `parse` reads it; every layer is "all", no layer "none"."""
        if len(self.layers) == self.num_layers:
            return "all"
        return ",".join(map(str, self.layers)) or "none"

    def learns(self, layer: int) -> bool:
        """Whether a layer's weights learn."""
        return layer in self.layers

    @property
    def frozen_prefix(self) -> int:
        """The number of layers below the lowest that learns: a fixed function of the input."""
        return min(self.layers, default=self.num_layers)

    def counts(self, model: ModelConfig) -> tuple[PartCount, ...]:
        """The weights of each part, layer 0 first, the head last."""
        stack = [
            PartCount(f"layer {k}", model.layer_parameters(k), self.learns(k))
            for k in range(model.num_layers)
        ]
        return (*stack, PartCount("head", model.head_parameters, True))

    def trained_parameters(self, model: ModelConfig) -> int:
        """The number of weights that learn."""
        return sum(part.parameters for part in self.counts(model) if part.learns)

    def frozen_parameters(self, model: ModelConfig) -> int:
        """The number of weights that stay as the base has them."""
        return model.parameters - self.trained_parameters(model)

    def learns_weight(self, name: str) -> bool:
        """Whether the weight of this name in a checkpoint learns."""
        part, *rest = name.split(".")
        return part == "head" or self.learns(int(rest[0]))


def nontrivial_subsets(num_layers: int) -> tuple[Trainable, ...]:
    """Every choice of some but not all layers, as the paper tries them (Tables 1 and 2)."""
    stack = range(num_layers)
    return tuple(
        Trainable(chosen, num_layers)
        for size in range(1, num_layers)
        for chosen in combinations(stack, size)
    )
