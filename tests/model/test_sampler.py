"""Writing with numpy: the same scores as torch, and draws that follow them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lyricslab.config import ModelConfig, SampleConfig
from lyricslab.errors import ConfigError, PrimeError
from lyricslab.model import sampler
from lyricslab.model.checkpoint import Weights
from lyricslab.model.lstm import build
from lyricslab.model.sampler import Network, draw

CONFIG = ModelConfig(hidden_size=11, num_layers=3)


@pytest.fixture(scope="module")
def weights() -> Weights:
    return build(CONFIG, seed=5).weights()


@pytest.fixture(scope="module")
def network(weights: Weights) -> Network:
    return Network(weights, CONFIG)


def test_scores_equal_torch_over_a_thousand_characters(weights: Weights, network: Network) -> None:
    ids = np.random.default_rng(2).integers(0, 128, 1000)
    with torch.no_grad():
        expected, _ = build(CONFIG, weights)(torch.from_numpy(ids)[:, None])
    assert np.abs(network.logits(ids) - expected[:, 0].numpy()).max() < 1e-5


def test_a_batch_steps_as_each_alone(network: Network) -> None:
    ids = np.random.default_rng(3).integers(0, 128, (4, 7))  # (B, T)
    state = network.zero_state(4)
    together = np.stack([network.step(ids[:, t], state).copy() for t in range(7)], axis=1)
    for b in range(4):
        assert np.allclose(together[b], network.logits(ids[b]), atol=1e-5)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7])
def test_draws_follow_the_tempered_distribution(temperature: float) -> None:
    logits = np.full(128, -30.0)
    logits[[ord("a"), ord("b"), ord("c")]] = [1.0, 0.2, -0.6]
    logits[7] = 9.0  # not printable: the likeliest, and never to be drawn
    rng = np.random.default_rng(11)
    counts = np.zeros(128)
    for _ in range(6000):
        counts[draw(logits, temperature, rng)] += 1
    scores = np.exp(np.array([1.0, 0.2, -0.6]) / temperature)
    expected = scores / scores.sum()
    assert counts[7] == 0
    assert np.allclose(counts[[97, 98, 99]] / 6000, expected, atol=0.025)  # 4 standard errors


def test_temperature_zero_takes_the_likeliest() -> None:
    logits = np.zeros(128)
    logits[5], logits[ord("k")] = 8.0, 3.0
    assert draw(logits, 0, np.random.default_rng(0)) == ord("k")


def test_same_seed_same_song_whatever_the_batch(network: Network) -> None:
    together = sampler.write(network, SampleConfig(seed=20, count=3, length_chars=60))
    alone = [
        sampler.write(network, SampleConfig(seed=seed, length_chars=60))[0] for seed in (20, 21, 22)
    ]
    assert together == alone
    assert len({song.text for song in together}) == 3


def test_a_song_ends_at_code_zero(weights: Weights) -> None:
    ending = {name: w.copy() for name, w in weights.items()}
    ending["head.bias"][0] = 50.0
    assert sampler.write(Network(ending, CONFIG), SampleConfig(prime="Oh "))[0].text == "Oh "


def test_lines_join_to_the_songs(network: Network) -> None:
    config = SampleConfig(seed=4, count=2, length_chars=150, prime="One\ntwo ")
    texts = ["", ""]
    for song, line in sampler.lines(network, config):
        assert "\n" not in line[:-1]
        texts[song] += line
    assert texts == [song.text for song in sampler.write(network, config)]
    assert all(text.startswith("One\ntwo ") for text in texts)
    assert all(len(text) <= 150 + len("One\ntwo ") for text in texts)


def test_nothing_unprintable_is_written(network: Network) -> None:
    text = sampler.write(network, SampleConfig(temperature=2, length_chars=700, seed=9))[0].text
    assert all(c in "\t\n" or 32 <= ord(c) < 127 for c in text)


def test_an_opening_is_folded_or_refused(network: Network) -> None:
    config = SampleConfig(prime="Café “au lait”", length_chars=5)
    assert sampler.write(network, config)[0].text.startswith('Cafe "au lait"')
    assert "é became e" in (sampler.advice(config) or "")
    with pytest.raises(PrimeError, match="Latin alphabet"):
        sampler.write(network, SampleConfig(prime="\u200b\u200d"))


def test_temperatures_at_the_edge() -> None:
    assert "same" in (sampler.advice(SampleConfig(temperature=0)) or "")
    assert sampler.advice(SampleConfig(temperature=0.8)) is None
    with pytest.raises(ConfigError, match="between 0 and 2; it is 5"):
        SampleConfig(temperature=5)
