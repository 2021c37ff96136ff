"""Writing against peers from PyPI, by the same weights.

They are no part of the program: `pip install -r benchmarks/requirements.txt`, best in a virtual
environment of their own. A row says what is not installed; the rest is measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import chain
from typing import Any

import numpy as np

from benchmarks.baseline import endless, song_loop
from benchmarks.harness import Case, Group
from benchmarks.writing import MANY, PLAIN, song_writer
from lyricslab.config import VOCAB_SIZE, ModelConfig
from lyricslab.model.inference import Network
from lyricslab.model.network_file import Weights
from lyricslab.songs.vocab import END, PRINTABLE

HOW = "not installed: pip install -r benchmarks/requirements.txt"


def cases(quick: bool) -> Sequence[Group]:
    """Each peer writes songs of the same length by the same weights."""
    config = ModelConfig(hidden_size=64, num_layers=3)
    weights, chars = endless(config), 20 if quick else 1000
    network = Network(weights, config)
    return [
        Group(
            "writing 3 x 64, peers",
            "characters",
            PLAIN,
            [
                Case(PLAIN, song_loop(weights, config, 20 if quick else 300)),
                Case("Lyrics Lab, one song", song_writer(network, 1, chars)),
                peer("JAX, scan compiled, one song", "jax", lambda: jax_songs(weights, 1, chars)),
                peer("Keras on JAX, one song", "keras", lambda: keras_song(weights, config, 20)),
                Case(f"Lyrics Lab, {MANY} songs", song_writer(network, MANY, chars)),
                peer(
                    f"JAX, scan compiled, {MANY} songs",
                    "jax",
                    lambda: jax_songs(weights, MANY, chars),
                ),
            ],
        )
    ]


def peer(name: str, package: str, make: Callable[[], Callable[[], float]]) -> Case:
    """Return a case, or one that says what is missing."""
    if find_spec(package) is None:
        return Case(name, None, missing=f"{package} {HOW}")
    return Case(name, make())


def jax_songs(weights: Weights, count: int, chars: int) -> Callable[[], float]:
    """A whole song as one compiled scan, several side by side: what JAX is best at.

    Compiling takes seconds and is not counted; another length or count would compile anew.
    """
    import jax
    from jax import numpy as jnp

    layers = [
        tuple(
            jnp.asarray(weights[f"layers.{k}.{name}_l0"])
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        for k in range(sum(name.endswith("weight_hh_l0") for name in weights))
    ]
    head, head_bias = jnp.asarray(weights["head.weight"]), jnp.asarray(weights["head.bias"])
    hidden, allowed = head.shape[1], jnp.asarray(PRINTABLE)

    def step(carry: Any, key: Any) -> Any:
        states, read = carry
        signal, after = None, []
        for (w_in, w_own, b_in, b_own), (h, c) in zip(layers, states, strict=True):
            own = w_in[:, read] if signal is None else w_in @ signal
            i, f, g, o = jnp.split(own + w_own @ h + b_in + b_own, 4)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            signal = jax.nn.sigmoid(o) * jnp.tanh(c)
            after.append((signal, c))
        logits = jnp.where(allowed, head @ signal + head_bias, -jnp.inf)
        drawn = jax.random.categorical(key, logits)
        return (after, drawn), drawn

    def song(key: Any) -> Any:
        zeros = [(jnp.zeros(hidden), jnp.zeros(hidden)) for _ in layers]
        return jax.lax.scan(step, (zeros, jnp.asarray(END)), jax.random.split(key, chars))[1]

    songs = jax.jit(jax.vmap(song))
    keys = jax.random.split(jax.random.key(0), count)
    return lambda: float(np.asarray(songs(keys)).size)


def keras_song(weights: Weights, config: ModelConfig, chars: int) -> Callable[[], float]:
    """A Keras model that hands its states back, called for each character by its compiled step."""
    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    states = [
        [keras.Input(batch_shape=(1, config.hidden_size)) for _ in range(2)]
        for _ in range(config.num_layers)
    ]
    signal = read_in = keras.Input(batch_shape=(1, 1, VOCAB_SIZE))
    layers, after = [], []
    for state in states:
        layers.append(
            keras.layers.LSTM(config.hidden_size, return_sequences=True, return_state=True)
        )
        signal, *kept = layers[-1](signal, initial_state=state)
        after += kept
    head = keras.layers.Dense(VOCAB_SIZE)
    model = keras.Model([read_in, *chain(*states)], [head(signal), *after])
    for k, layer in enumerate(layers):  # torch's order of gates, i f g o, is Keras's
        w_in, w_own, b_in, b_own = (
            weights[f"layers.{k}.{name}_l0"]
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        layer.set_weights([w_in.T, w_own.T, b_in + b_own])
    head.set_weights([weights["head.weight"].T, weights["head.bias"]])
    rng, eye = np.random.default_rng(0), np.eye(VOCAB_SIZE, dtype=np.float32)

    def run() -> float:
        read, kept = END, [np.zeros((1, config.hidden_size), np.float32) for _ in after]
        for _ in range(chars):
            logits, *kept = model.predict_on_batch([eye[read][None, None], *kept])
            scores = logits[0, 0].astype(np.float64)
            shares = np.where(PRINTABLE, np.exp(scores - scores.max()), 0)
            read = int(rng.choice(VOCAB_SIZE, p=shares / shares.sum()))
        return chars

    return run
