"""Which weights learn (Sec. 3, Sec. 5): layers, or parts of them, and always the head.

A layer is three matrices, `ih` (what it reads), `hh` (what it remembers) and `b` (both biases), and
each is four blocks of H rows, one a gate: i, f, g, o. So a layer is twelve cells, and a choice is
a set of cells. Free of torch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import NamedTuple

from lyricslab.config import VOCAB_SIZE, ModelConfig
from lyricslab.errors import TrainableError

MATRICES = ("ih", "hh", "b")
"""A layer's weights for its input, for its own last output, and its biases."""
GATES = ("i", "f", "g", "o")
"""In the order in which torch packs them."""
EVERY_ROW = (slice(None),)
_MATRIX_OF = {"weight_ih_l0": "ih", "weight_hh_l0": "hh", "bias_ih_l0": "b", "bias_hh_l0": "b"}


class GateBlock(NamedTuple):
    """One gate's rows of one matrix of one layer."""

    layer: int
    matrix: str
    gate: str


@dataclass(frozen=True, slots=True)
class PartCount:
    """The number of weights of one part of the network, and of those that learn."""

    name: str
    """"layer 0" ... "layer L-1", "head"."""
    parameters: int
    trained: int

    @property
    def learns(self) -> bool:
        """Whether any of them learn."""
        return self.trained > 0


@dataclass(frozen=True, slots=True)
class Trainable:
    """The gate blocks that learn, of a stack of `num_layers`; the head always does."""

    cells: frozenset[GateBlock]
    num_layers: int

    @classmethod
    def of_layers(cls, layers: Iterable[int], num_layers: int) -> Trainable:
        """Return the choice of complete layers."""
        return cls(frozenset(cell for k in layers for cell in _cells(k)), num_layers)

    @classmethod
    def parse(cls, text: str, num_layers: int) -> Trainable:
        """Parse a choice: "0,2", finer "0.hh,2.f,1.ih.o", or "none" (head only), or "all".

        `0.hh` is a matrix of layer 0, `2.f` the rows of a gate in all its matrices, `1.ih.o` those
        in one of them.

        Raises:
            TrainableError: if a word is neither of these nor a part of a layer there is.
        """
        words = [word.strip() for word in text.strip().lower().split(",")]
        if words == ["all"]:
            return cls.of_layers(range(num_layers), num_layers)
        if words in (["none"], ["head"]):
            return cls(frozenset(), num_layers)
        cells: set[GateBlock] = set()
        for word in words:
            number, *parts = word.split(".")
            if not (number.isascii() and number.isdigit() and int(number) < num_layers):
                raise TrainableError(
                    f"'{text}' is not a choice of layers: this network has layers 0 to "
                    f"{num_layers - 1}. Write numbers with commas, such as 0,{num_layers - 1}, "
                    "or 'all', or 'none' for the head only."
                )
            cells |= _part(int(number), parts, text)
        return cls(frozenset(cells), num_layers)

    def __str__(self) -> str:
        """Return the choice as `parse` reads it; equal choices are written alike.

        Every layer is "all", nothing "none". Of a layer that learns in part: whole matrices, then
        whole gates, then what neither holds, "0.hh,0.f,0.ih.o".
        """
        if len(self.layers) == self.num_layers:
            return "all"
        return ",".join(self.words) or "none"

    @property
    def words(self) -> tuple[str, ...]:
        """Each complete layer and each part of one, in the order of `str`."""
        return tuple(word for k in range(self.num_layers) for word in _words(k, self.cells))

    @property
    def layers(self) -> tuple[int, ...]:
        """The layers that learn completely."""
        return tuple(k for k in range(self.num_layers) if _cells(k) <= self.cells)

    @property
    def in_part(self) -> tuple[int, ...]:
        """The layers of which some weights learn and some do not."""
        touched = {cell.layer for cell in self.cells}
        return tuple(sorted(touched - set(self.layers)))

    def __or__(self, other: Trainable) -> Trainable:
        """Return what learns in either."""
        return Trainable(self.cells | other.cells, self.num_layers)

    def learns(self, layer: int) -> bool:
        """Return whether any of a layer's weights learn."""
        return any(cell.layer == layer for cell in self.cells)

    @property
    def frozen_prefix(self) -> int:
        """The number of layers below the lowest of which any weight learns: a fixed function."""
        return min((cell.layer for cell in self.cells), default=self.num_layers)

    # ---- by the weights of a checkpoint

    def learns_weight(self, name: str) -> bool:
        """Return whether any row of this weight of a checkpoint learns."""
        return any(self._gates(name))

    def learning_rows(self, name: str, hidden_size: int) -> tuple[slice, ...]:
        """Return the blocks of rows of this weight that learn; none if it is frozen."""
        return _blocks(self._gates(name), hidden_size)

    def frozen_rows(self, name: str, hidden_size: int) -> tuple[slice, ...]:
        """Return the blocks of rows of this weight that are frozen."""
        return _blocks(tuple(not learns for learns in self._gates(name)), hidden_size)

    def _gates(self, name: str) -> tuple[bool, ...]:
        """Return whether each gate's rows of a weight learn."""
        part, *rest = name.split(".")
        if part == "head":
            return (True,) * len(GATES)
        layer, matrix = int(rest[0]), _MATRIX_OF[rest[1]]
        return tuple(GateBlock(layer, matrix, gate) in self.cells for gate in GATES)

    # ---- counts

    def counts(self, model: ModelConfig) -> tuple[PartCount, ...]:
        """Return the weights of each part, layer 0 first, the head last."""
        learn = dict.fromkeys(range(model.num_layers), 0)
        for cell in self.cells:
            learn[cell.layer] += model.hidden_size * _width(model, cell)
        stack = [
            PartCount(f"layer {k}", model.layer_parameters(k), trained)
            for k, trained in learn.items()
        ]
        return (*stack, PartCount("head", model.head_parameters, model.head_parameters))

    def trained_parameters(self, model: ModelConfig, lora_rank: int = 0) -> int:
        """Return the number of trained parameters: of weights, or of low-rank changes.

        Args:
            lora_rank: r > 0 counts r (R + C) for each block of R rows and C columns that learns of
                a matrix, in place of R C; biases and the head are counted whole.
        """
        if not lora_rank:
            return sum(part.trained for part in self.counts(model))
        total, hidden = model.head_parameters, model.hidden_size
        for k in range(model.num_layers):
            for matrix in MATRICES:
                gates = tuple(GateBlock(k, matrix, gate) in self.cells for gate in GATES)
                width = _width(model, GateBlock(k, matrix, ""))
                for block in _blocks(gates, 1):
                    rows = hidden * len(range(len(GATES))[block])
                    total += rows * width if matrix == "b" else lora_rank * (rows + width)
        return total

    def frozen_parameters(self, model: ModelConfig) -> int:
        """Return the number of frozen weights."""
        return model.parameters - self.trained_parameters(model)


def nontrivial_subsets(num_layers: int) -> tuple[Trainable, ...]:
    """Return every choice of some but not all layers, as in the paper (Tables 1 and 2)."""
    stack = range(num_layers)
    return tuple(
        Trainable.of_layers(chosen, num_layers)
        for size in range(1, num_layers)
        for chosen in combinations(stack, size)
    )


def every_matrix(num_layers: int) -> tuple[Trainable, ...]:
    """Return every matrix of every layer alone, biases included: 3 a layer (Sec. 5)."""
    return _each([f"{k}.{matrix}" for k in range(num_layers) for matrix in MATRICES], num_layers)


def every_gate(num_layers: int) -> tuple[Trainable, ...]:
    """Return every gate of every layer alone: 4 a layer (Sec. 5)."""
    return _each([f"{k}.{gate}" for k in range(num_layers) for gate in GATES], num_layers)


def _each(words: list[str], num_layers: int) -> tuple[Trainable, ...]:
    return tuple(Trainable.parse(word, num_layers) for word in words)


@cache
def _cells(layer: int) -> frozenset[GateBlock]:
    return frozenset(GateBlock(layer, matrix, gate) for matrix in MATRICES for gate in GATES)


def _part(layer: int, parts: list[str], text: str) -> frozenset[GateBlock]:
    """Return the blocks that "hh", "f" or "hh", "f" name of a layer; all of them for no name."""
    matrix = parts[0] if parts and parts[0] in MATRICES else None
    gate = parts[-1] if parts and parts[-1] in GATES else None
    if parts != [name for name in (matrix, gate) if name is not None]:
        raise TrainableError(
            f"'{'.'.join([str(layer), *parts])}' in '{text}' is no part of a layer. Write "
            f"{layer}.hh for a matrix ({', '.join(MATRICES)}), {layer}.f for a gate "
            f"({', '.join(GATES)}), {layer}.hh.f for a gate of a matrix, or {layer} for all of it."
        )
    return frozenset(
        cell
        for cell in _cells(layer)
        if matrix in (None, cell.matrix) and gate in (None, cell.gate)
    )


def _words(layer: int, cells: frozenset[GateBlock]) -> list[str]:
    """Return a layer's part of a choice, as it is written."""
    left = {cell for cell in cells if cell.layer == layer}
    if len(left) == len(MATRICES) * len(GATES):
        return [str(layer)]
    matrices = [m for m in MATRICES if all(GateBlock(layer, m, gate) in left for gate in GATES)]
    gates = [g for g in GATES if all(GateBlock(layer, m, g) in left for m in MATRICES)]
    cell_words = [
        f"{matrix}.{gate}"
        for matrix in MATRICES
        for gate in GATES
        if GateBlock(layer, matrix, gate) in left and matrix not in matrices and gate not in gates
    ]
    return [f"{layer}.{part}" for part in (*matrices, *gates, *cell_words)]


def _blocks(gates: tuple[bool, ...], hidden_size: int) -> tuple[slice, ...]:
    """Return the rows of the chosen gates, with neighbours joined."""
    if all(gates):
        return EVERY_ROW
    changes = zip((False, *gates), (*gates, False), strict=True)
    edges = [hidden_size * k for k, (before, after) in enumerate(changes) if before != after]
    return tuple(slice(*pair) for pair in zip(edges[::2], edges[1::2], strict=True))


def _width(model: ModelConfig, cell: GateBlock) -> int:
    """Return the weights in one row of a block: its columns, or two biases."""
    if cell.matrix == "b":
        return 2
    return VOCAB_SIZE if cell.matrix == "ih" and cell.layer == 0 else model.hidden_size
