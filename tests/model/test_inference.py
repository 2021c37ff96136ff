"""Reading and scoring: equal to torch, and the same however the work is cut."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch.nn import functional

from lyricslab.config import ModelConfig
from lyricslab.errors import CheckpointError
from lyricslab.model import inference as module
from lyricslab.model.inference import Network
from lyricslab.model.network_file import Weights
from lyricslab.model.state import State
from lyricslab.songs.vocab import END, decode, encode
from lyricslab.training import evaluation
from lyricslab.training.lstm import build
from tests.support.reference_network import PlainNetwork

CONFIG = ModelConfig(hidden_size=11, num_layers=3)


@pytest.fixture(scope="module")
def weights() -> Weights:
    return build(CONFIG, seed=5).weights()


@pytest.fixture(scope="module")
def network(weights: Weights) -> Network:
    return Network(weights, CONFIG)


def text_of(chars: int, seed: int) -> str:
    """Printable characters without sense."""
    return decode(np.random.default_rng(seed).integers(32, 127, chars))


def test_scores_equal_torch_over_thousands_of_characters() -> None:
    config = ModelConfig(hidden_size=64, num_layers=3)
    model, text = build(config, seed=2), text_of(3_000, 1)
    with torch.no_grad():
        expected, _ = model(torch.from_numpy(np.append(0, encode(text)).astype(np.int64))[:, None])
    found = Network(model.weights(), config).predict(text)
    assert found.shape == (3_001, 128)
    assert np.abs(found - expected[:, 0].numpy()).max() < 1e-5


@pytest.mark.parametrize(("hidden", "layers"), [(1, 1), (5, 2), (24, 1), (13, 4)])
def test_scores_equal_the_plain_network_at_every_size(hidden: int, layers: int) -> None:
    config = ModelConfig(hidden_size=hidden, num_layers=layers)
    weights = {name: 4 * w for name, w in build(config, seed=3).weights().items()}  # near the ends
    plain, text = PlainNetwork(weights, config), text_of(90, 2)
    expected = np.stack([plain.read(code) for code in [0, *encode(text)]])
    assert np.allclose(Network(weights, config).predict(text), expected, atol=2e-5, rtol=1e-5)


def test_saturated_gates_stay_finite(weights: Weights) -> None:
    wild = {name: 1000 * w for name, w in weights.items()}
    found = Network(wild, CONFIG).predict(text_of(50, 3))
    plain = PlainNetwork(wild, CONFIG)
    expected = np.stack([plain.read(code) for code in [0, *encode(text_of(50, 3))]])
    assert np.allclose(found, expected, rtol=1e-3, atol=1.0)  # logits of thousands


@pytest.mark.parametrize("songs", [2, 3, 4, 6, 9, 33, 70])
def test_a_song_is_the_same_to_the_bit_in_any_batch(network: Network, songs: int) -> None:
    chars = min(30, network.chars_at_once(songs))
    chances = np.random.default_rng(songs).random((chars, songs))
    codes, after = network.draw(network.start().take([0] * songs), chances, 1.2)
    assert (codes.shape, len(after)) == ((chars, songs), songs)
    for b in {0, songs // 2, songs - 1}:
        alone, state = network.draw(network.start(), chances[:, b : b + 1], 1.2)
        assert np.array_equal(codes[:, b], alone[:, 0])
        assert np.array_equal(after.h[b], state.h[0]) and np.array_equal(after.c[b], state.c[0])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_cores_change_nothing(
    weights: Weights, network: Network, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [text_of(n, n) for n in range(3, 40)]
    expected = network.score(texts)
    monkeypatch.setattr(module, "cores", lambda: count)
    found = Network(weights, CONFIG).score(texts)
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def test_nats_equal_the_evaluation_in_torch(weights: Weights, network: Network) -> None:
    texts = [text_of(n, n) for n in (70, 0, 311, 5, 70, 1)]
    found = network.score(texts)
    assert [len(nats) for nats in found] == [71, 1, 312, 6, 71, 2]
    model = build(CONFIG, weights)
    score = evaluation.evaluate(model, [encode(text) for text in texts])
    assert sum(nats.sum() for nats in found) == pytest.approx(score.nats, abs=1e-3)
    for text, nats in zip(texts, found, strict=True):
        framed = torch.tensor([END, *encode(text), END])
        with torch.no_grad():
            logits, _ = model(framed[:-1, None])
        expected = functional.cross_entropy(logits[:, 0], framed[1:], reduction="none").numpy()
        assert np.abs(nats - expected).max() < 1e-5


def test_a_text_may_be_scored_in_parts(network: Network) -> None:
    begun, rest = text_of(37, 4), text_of(600, 5)
    whole = network.score([begun + rest])[0]
    locked = network.read(begun[20:], network.read(begun[:20]))
    kept = locked.h.copy()
    many = network.score([rest, rest[:9], rest[:200]], locked)
    assert np.array_equal(many[0], whole[37:])
    assert np.array_equal(many[1][:9], whole[37:46])
    assert np.array_equal(many[2][:200], whole[37:237])
    assert np.array_equal(locked.h, kept)


def test_each_text_may_have_its_own_start_state(network: Network) -> None:
    begun, rest = ["One", "Two hundred"], ["and so on for long", "yes"]
    states = [network.read(text) for text in begun]
    both = State(*(np.concatenate([getattr(s, n) for s in states]) for n in ("h", "c")))
    found = network.score(rest, both)
    for k in range(2):
        assert np.array_equal(found[k], network.score([begun[k] + rest[k]])[0][len(begun[k]) :])
    with pytest.raises(ValueError, match="3 texts cannot begin in 2 states"):
        network.score(["a", "b", "c"], both)


def test_nothing_to_score(network: Network) -> None:
    assert network.score([]) == []


def test_calls_do_not_grow_with_the_network() -> None:
    def chars(hidden: int, songs: int) -> int:
        config = ModelConfig(hidden_size=hidden)
        return Network(build(config, seed=0).weights(), config).chars_at_once(songs)

    assert chars(8, 1) == module.CHARS_A_CALL
    assert chars(8, 32) == module.MAX_PREDICTIONS // 32
    assert chars(200, 32) < module.MAX_PREDICTIONS // 32
    assert chars(8, 10_000) == module.MAX_PREDICTIONS // 32


def test_threads_may_share_a_network(network: Network) -> None:
    texts = [text_of(400, seed) for seed in range(8)]
    alone = [network.score([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda text: network.score([text])[0], texts))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_foreign_weights_are_refused(weights: Weights) -> None:
    with pytest.raises(CheckpointError, match="do not fit"):
        Network(weights, ModelConfig(hidden_size=12, num_layers=3))
