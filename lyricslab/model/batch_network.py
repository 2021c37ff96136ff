"""A network that moves many songs on by one character at a time, in numpy.

`inference.Network` draws a song's characters inside its kernel, which is fastest for a few songs.
Whoever changes each character's distribution needs the scores of every step, and whoever compares
candidates has many songs: for these one product of matrices a layer is faster. Sums are taken in
another order than in the kernel, so the scores differ in the last digits.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from lyricslab.config import ModelConfig
from lyricslab.model.network_file import Weights
from lyricslab.model.state import State

Array = np.ndarray


class BatchNetwork:
    """A stacked LSTM and its head; it keeps nothing of a song, so threads may share it."""

    def __init__(self, weights: Weights, config: ModelConfig) -> None:
        one_blas_thread()
        hidden = config.hidden_size
        self._hidden = hidden
        # sigmoid(x) = (tanh(x / 2) + 1) / 2: with half of x in the weights one tanh does all gates.
        half = np.full((1, 4 * hidden), 0.5, np.float32)
        half[:, 2 * hidden : 3 * hidden] = 1  # the cell gate is a tanh already
        self._matrices: list[Array] = []
        """Of layer 0 from h, (H, 4H); of the others from the layer below and h, (2H, 4H)."""
        self._biases: list[Array] = []
        for k in range(config.num_layers):
            read = weights[f"layers.{k}.weight_ih_l0"].T  # (V or H, 4H)
            keep = weights[f"layers.{k}.weight_hh_l0"].T  # (H, 4H)
            bias = weights[f"layers.{k}.bias_ih_l0"] + weights[f"layers.{k}.bias_hh_l0"]
            if k == 0:
                self._first = (read + bias) * half  # (V, 4H): a code picks its row
                self._matrices.append(np.ascontiguousarray(keep * half))
            else:
                self._matrices.append(np.concatenate([read, keep]) * half)
                self._biases.append((bias * half)[0])
        self._head = np.ascontiguousarray(weights["head.weight"].T)  # (H, V)
        self._head_bias = np.asarray(weights["head.bias"])

    def scores(self, state: State) -> Array:
        """Return the scores of the next code of B songs, (B, V) float32."""
        scores: Array = state.h[:, -1] @ self._head + self._head_bias
        return scores

    def read(self, state: State, codes: Array) -> State:
        """Return the state of B songs after one more code each.

        Args:
            codes: (B,).
        """
        h, c = np.empty_like(state.h), np.empty_like(state.c)  # (B, L, H)
        for k, matrix in enumerate(self._matrices):
            if k == 0:
                gates = state.h[:, 0] @ matrix + self._first[codes]  # (B, 4H)
            else:
                both = np.concatenate([h[:, k - 1], state.h[:, k]], axis=1)  # (B, 2H)
                gates = both @ matrix + self._biases[k - 1]
            self._cell(gates, state.c[:, k], h[:, k], c[:, k])
        return State(h, c)

    def _cell(self, gates: Array, before: Array, h: Array, c: Array) -> None:
        """Put c = f * before + i * g and h = o * tanh(c) into arrays, all (B, H)."""
        np.tanh(gates, out=gates)
        i, f, g, o = (gates[:, k * self._hidden : (k + 1) * self._hidden] for k in range(4))
        np.multiply(f + 1, before, out=c)
        c += (i + 1) * g
        c *= 0.5
        np.multiply(np.tanh(c), o + 1, out=h)
        h *= 0.5


@cache
def one_blas_thread() -> None:
    """Let numpy's products of matrices use one thread from now on.

    These matrices are small: several threads would wait for each other, and other people's songs
    for all of them.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")
