"""Writing songs with numpy alone (Sec. 4.1): no torch, so the app's process stays small.

Characters outside printable ASCII are never drawn. The paper draws again until one is printable,
which is the same distribution: P(c | printable) = p(c) / sum of p over the printable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lyricslab.config import ModelConfig, SampleConfig
from lyricslab.errors import PrimeError
from lyricslab.model.checkpoint import Weights, check_shapes
from lyricslab.text.fold import fold
from lyricslab.text.vocab import END, PRINTABLE, encode

Array = np.ndarray


@dataclass(slots=True)
class State:
    """h and c of every layer, each (L, B, H)."""

    h: Array
    c: Array


class Network:
    """A stacked LSTM's forward pass, one character at a time.

    Raises:
        CheckpointError: if the weights are not those of a network of this size.
    """

    def __init__(self, weights: Weights, config: ModelConfig) -> None:
        check_shapes(weights, config)
        self.config = config
        # Gates are packed i, f, g, o by torch. sigmoid(x) = (1 + tanh(x/2)) / 2, so with three
        # of the gates halved here a single tanh serves all four.
        hidden = config.hidden_size
        half = np.full((4 * hidden, 1), 0.5, np.float32)
        half[2 * hidden : 3 * hidden] = 1
        layers = range(config.num_layers)
        bias = [
            (weights[f"layers.{k}.bias_ih_l0"] + weights[f"layers.{k}.bias_hh_l0"]) * half[:, 0]
            for k in layers
        ]
        read = [weights[f"layers.{k}.weight_ih_l0"] * half for k in layers]
        keep = [weights[f"layers.{k}.weight_hh_l0"] * half for k in layers]
        # One-hot input picks a column, so layer 0's input product is a look-up.
        self._first = np.ascontiguousarray(read[0].T + bias[0], np.float32)  # (V, 4H)
        self._first_keep = np.ascontiguousarray(keep[0].T, np.float32)  # (H, 4H)
        self._rest = [
            (np.ascontiguousarray(np.hstack([read[k], keep[k]]).T, np.float32), bias[k])  # (2H, 4H)
            for k in layers
            if k > 0
        ]
        self._head = np.ascontiguousarray(weights["head.weight"].T, np.float32)  # (H, V)
        self._head_bias = weights["head.bias"]

    def zero_state(self, batch: int) -> State:
        """The state in which every song starts."""
        shape = (self.config.num_layers, batch, self.config.hidden_size)
        return State(np.zeros(shape, np.float32), np.zeros(shape, np.float32))

    def step(self, ids: Array, state: State) -> Array:
        """Scores of the next character after reading one more; moves `state` on.

        Args:
            ids: the character read by each song, (B,).

        Returns:
            logits, (B, V).
        """
        h, c = state.h, state.c
        self._cell(self._first[ids] + h[0] @ self._first_keep, h[0], c[0])
        for k, (weight, bias) in enumerate(self._rest, start=1):
            both = np.concatenate([h[k - 1], h[k]], axis=1)  # (B, 2H)
            self._cell(both @ weight + bias, h[k], c[k])
        logits: Array = h[-1] @ self._head + self._head_bias  # (B, V)
        return logits

    def _cell(self, gates: Array, h: Array, c: Array) -> None:
        """One layer's recurrence, in place: c = f*c + i*g, h = o*tanh(c); gates (B, 4H)."""
        hidden = self.config.hidden_size
        np.tanh(gates, out=gates)
        i, f, g, o = (gates[:, k * hidden : (k + 1) * hidden] for k in range(4))
        c *= f * 0.5 + 0.5
        c += (i * 0.5 + 0.5) * g
        np.tanh(c, out=h)
        h *= o * 0.5 + 0.5

    def logits(self, ids: Array) -> Array:
        """Scores after each character of one text, from the zero state: (T,) to (T, V)."""
        state = self.zero_state(1)
        return np.stack([self.step(ids[t : t + 1], state)[0] for t in range(len(ids))])


@dataclass(frozen=True, slots=True)
class WrittenSong:
    """A song as it was written, its opening included, and the seed that gives it again."""

    text: str
    seed: int


def stream(network: Network, config: SampleConfig) -> Iterator[tuple[int, str]]:
    """The characters of `config.count` songs as they are drawn: (which song, character).

    The opening comes first. A song ends at code 0, or at `length_chars` written characters.

    Raises:
        PrimeError: if the opening holds nothing the network can read.
    """
    prime = fold_prime(config.prime)
    for char in prime:
        for song in range(config.count):
            yield song, char
    rngs = [np.random.default_rng(config.seed + song) for song in range(config.count)]
    state = network.zero_state(config.count)
    logits = network.step(np.full(config.count, END), state)
    for code in encode(prime):
        logits = network.step(np.full(config.count, code), state)
    songs = np.arange(config.count)  # those still being written
    for _ in range(config.length_chars):
        chosen = np.array(
            [
                draw(row, config.temperature, rngs[song])
                for row, song in zip(logits, songs, strict=True)
            ]
        )
        going = chosen != END
        if not going.all():
            songs, chosen = songs[going], chosen[going]
            state = State(state.h[:, going].copy(), state.c[:, going].copy())
            if not len(songs):
                return
        for number, code in zip(songs.tolist(), chosen.tolist(), strict=True):
            yield number, chr(code)
        logits = network.step(chosen, state)


_ALLOWED = np.flatnonzero(PRINTABLE | (np.arange(len(PRINTABLE)) == END))


def draw(logits: Array, temperature: float, rng: np.random.Generator) -> int:
    """One character code: printable, or 0 for the song's end; temperature 0 is the likeliest.

    Args:
        logits: scores, (V,).
    """
    scores = logits[_ALLOWED].astype(np.float64)
    if temperature == 0:
        return int(_ALLOWED[scores.argmax()])
    scores = (scores - scores.max()) / temperature
    cumulative = np.cumsum(np.exp(scores))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(_ALLOWED[min(int(place), len(_ALLOWED) - 1)])


def lines(network: Network, config: SampleConfig) -> Iterator[tuple[int, str]]:
    """The lines of the songs as each is finished, newline included: (which song, line)."""
    unfinished = [""] * config.count
    for song, char in stream(network, config):
        unfinished[song] += char
        if char == "\n":
            yield song, unfinished[song]
            unfinished[song] = ""
    for song, rest in enumerate(unfinished):
        if rest:
            yield song, rest


def write(network: Network, config: SampleConfig) -> list[WrittenSong]:
    """The finished songs.

    Raises:
        PrimeError: if the opening holds nothing the network can read.
    """
    texts = [""] * config.count
    for song, line in lines(network, config):
        texts[song] += line
    return [WrittenSong(text, config.seed + song) for song, text in enumerate(texts)]


def fold_prime(prime: str) -> str:
    """The opening in the characters the network knows.

    Raises:
        PrimeError: if nothing is left of it.
    """
    folded = fold(prime).text
    if prime and not folded.strip(" "):
        if prime.strip(" ") == "":
            return folded
        raise PrimeError(
            "None of the opening's characters can be written in plain letters. "
            "Begin with words in the Latin alphabet."
        )
    return folded


def advice(config: SampleConfig) -> str | None:
    """A sentence on settings that work but may surprise, or None."""
    notes = []
    if config.temperature == 0:
        notes.append(
            "At temperature 0 the likeliest character is always taken: every song comes out the "
            "same and soon repeats itself. Try 0.6 to 1."
        )
    changes = fold(config.prime).changes
    if changes:
        shown = ", ".join(f"{c.source} became {c.target or 'nothing'}" for c in changes[:6])
        notes.append(f"The network knows plain letters only, so in the opening {shown}.")
    return " ".join(notes) or None
