"""Writing as one would write it down, in double precision: what the kernel is measured by."""

from __future__ import annotations

import numpy as np

from lyricslab.config import ModelConfig, SampleConfig
from lyricslab.model.network_file import Weights

MAY_BE_DRAWN = [0, 9, 10, *range(32, 127)]


class PlainNetwork:
    """A stacked LSTM, one song, one character at a time."""

    def __init__(self, weights: Weights, config: ModelConfig) -> None:
        self.weights = {name: w.astype(np.float64) for name, w in weights.items()}
        self.h = [np.zeros(config.hidden_size) for _ in range(config.num_layers)]
        self.c = [np.zeros(config.hidden_size) for _ in range(config.num_layers)]

    def read(self, code: int) -> np.ndarray:
        """Scores of the next character, (V,), after reading one more."""
        signal = np.eye(128)[code]
        for k in range(len(self.h)):
            w = {name.split(".")[-1]: w for name, w in self.weights.items() if f"s.{k}." in name}
            gates = w["weight_ih_l0"] @ signal + w["bias_ih_l0"]
            gates += w["weight_hh_l0"] @ self.h[k] + w["bias_hh_l0"]
            i, f, g, o = np.split(gates, 4)
            self.c[k] = sigmoid(f) * self.c[k] + sigmoid(i) * np.tanh(g)
            signal = self.h[k] = sigmoid(o) * np.tanh(self.c[k])
        return self.weights["head.weight"] @ signal + self.weights["head.bias"]


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x)."""
    return 1 / (1 + np.exp(-np.clip(x, -700, 700)))


def chances_of(logits: np.ndarray, temperature: float) -> np.ndarray:
    """The probability of each code, (V,), once what cannot be printed is left out."""
    scores = np.full(128, -np.inf)
    scores[MAY_BE_DRAWN] = logits[MAY_BE_DRAWN] / temperature
    shares = np.exp(scores - scores.max())
    return shares / shares.sum()


def plain_song(weights: Weights, model: ModelConfig, config: SampleConfig) -> str:
    """The first song of `config`."""
    network = PlainNetwork(weights, model)
    rng = np.random.default_rng(config.seed)
    logits = network.read(0)
    for char in config.prime:
        logits = network.read(ord(char))
    text = config.prime
    for _ in range(config.length_chars):
        below = np.cumsum(chances_of(logits, config.temperature))
        code = int(np.searchsorted(below, rng.random(), side="right"))
        if code == 0:
            break
        text += chr(code)
        logits = network.read(code)
    return text
