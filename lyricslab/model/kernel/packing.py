"""A network's weights in the order in which kernel.c reads them."""

from __future__ import annotations

import numpy as np

from lyricslab.config import ModelConfig
from lyricslab.model.network_file import Weights

Array = np.ndarray

PANEL, VECTOR = 24, 4
"""As in kernel.c: outputs whose weights lie side by side, and float32s in a vector."""


def up(number: int, step: int) -> int:
    """Return the next multiple of `step`."""
    return -(-number // step) * step


def pack(weights: Weights, config: ModelConfig) -> tuple[Array, Array]:
    """Return the weights in the order in which the kernel reads them.

    Returns:
        layer 0's gates for each code, (V, wide), and the other matrices, each in panels behind
        its bias: layer 0's own h, then each layer's inputs and h, then the head.
    """
    first, rest = np.zeros(0), []
    for k in range(config.num_layers):
        read = weights[f"layers.{k}.weight_ih_l0"]  # (4H, V or H)
        keep = _filled(weights[f"layers.{k}.weight_hh_l0"], config.hidden_size)
        bias = weights[f"layers.{k}.bias_ih_l0"] + weights[f"layers.{k}.bias_hh_l0"]
        bias = _gates(bias[:, None], config.hidden_size)[:, 0]
        read = _gates(read, config.hidden_size)
        if k == 0:
            # One-hot input picks a column, so layer 0's input product is a look-up.
            first = _wide((read + bias[:, None]).T)
            rest.append(_panels(keep))
        else:
            read = _units(read, config.hidden_size)
            rest += [_wide(bias), _panels(np.hstack([read, keep]))]
    head = _units(weights["head.weight"], config.hidden_size)  # (V, H)
    rest += [_wide(weights["head.bias"]), _panels(head)]
    return first.astype("<f4"), np.concatenate([part.ravel() for part in rest]).astype("<f4")


def _filled(matrix: Array, hidden: int) -> Array:
    """Return a matrix from h to gates, (4H, H), padded for the units that stay 0."""
    return _units(_gates(matrix, hidden), hidden)


def _gates(matrix: Array, hidden: int) -> Array:
    """Return rows of four gates, (4H, K), each gate padded with zeros to full vectors."""
    gates = matrix.reshape(4, hidden, -1)
    gates = np.pad(gates, ((0, 0), (0, up(hidden, VECTOR) - hidden), (0, 0)))
    return gates.reshape(-1, matrix.shape[1])


def _units(matrix: Array, hidden: int) -> Array:
    """Return columns of units, (K, H), padded the same way."""
    return np.pad(matrix, ((0, 0), (0, up(hidden, VECTOR) - hidden)))


def _wide(rows: Array) -> Array:
    """Return rows padded to full panels."""
    missing = up(rows.shape[-1], PANEL) - rows.shape[-1]
    return np.pad(rows, [*[(0, 0)] * (rows.ndim - 1), (0, missing)])


def _panels(matrix: Array) -> Array:
    """Return (outputs, inputs) as (panels, inputs, PANEL)."""
    inputs = _wide(matrix.T)  # (inputs, wide)
    return inputs.reshape(len(inputs), -1, PANEL).transpose(1, 0, 2)
