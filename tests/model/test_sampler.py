"""Writing: draws that follow the network, and the same song for a seed on every path."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import numpy as np
import pytest

from lyricslab.config import ModelConfig, SampleConfig
from lyricslab.errors import ConfigError, PrimeError
from lyricslab.model import inference as network_module
from lyricslab.model import sampler
from lyricslab.model.inference import Network
from lyricslab.model.kernel import Kernel
from lyricslab.model.network_file import Weights
from lyricslab.songs.vocab import END
from lyricslab.training.lstm import build
from tests.support.reference_network import MAY_BE_DRAWN, chances_of, plain_song

CONFIG = ModelConfig(hidden_size=11, num_layers=3)


@pytest.fixture(scope="module")
def weights() -> Weights:
    """A network whose scores lie further apart than a fresh one's."""
    found = build(CONFIG, seed=5).weights()
    found["head.weight"] = 4 * found["head.weight"]
    found["head.bias"][END] = -9
    return found


@pytest.fixture(scope="module")
def network(weights: Weights) -> Network:
    return Network(weights, CONFIG)


def draws(network: Network, prime: str, chances: np.ndarray, temperature: float) -> np.ndarray:
    """What is drawn after an opening, again and again: (N,) and (N,)."""
    state = network.read(prime).take([0] * 32)
    rows = chances.reshape(-1, 1, 32)
    return np.concatenate([network.draw(state, row, temperature)[0][0] for row in rows])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7])
def test_draws_follow_the_tempered_distribution(network: Network, temperature: float) -> None:
    """Evenly spaced chances fall on each code as often as its probability says, to one."""
    count = 32 * 300
    codes = draws(network, "Oh ", (np.arange(count) + 0.5) / count, temperature)
    expected = chances_of(network.predict("Oh ")[-1].astype(np.float64), temperature)
    assert np.abs(np.bincount(codes, minlength=128) - count * expected).max() < 1.01


def test_draws_pass_a_chi_square_test(network: Network) -> None:
    chances = np.random.default_rng(7).random(32 * 300)
    expected = len(chances) * chances_of(network.predict("Ah")[-1].astype(np.float64), 1.0)
    counts = np.bincount(draws(network, "Ah", chances, 1.0), minlength=128)
    common = expected >= 5  # the rest as one class
    observed = np.append(counts[common], counts[~common].sum())
    wanted = np.append(expected[common], expected[~common].sum())
    degrees = len(wanted) - 1
    limit = degrees * (1 - 2 / (9 * degrees) + 3.09 * (2 / (9 * degrees)) ** 0.5) ** 3  # 0.999
    assert ((observed - wanted) ** 2 / wanted).sum() < limit
    assert degrees > 20


@pytest.mark.parametrize("temperature", [0, 1e-4, 1.0, 2.0])
def test_only_what_can_be_printed_is_drawn(weights: Weights, temperature: float) -> None:
    odd = {name: w.copy() for name, w in weights.items()}
    odd["head.bias"][[1, 7, 13, 31, 127]] = 60.0  # by far the likeliest, and never to be drawn
    chances = np.append(np.linspace(0, 1, 319, endpoint=False), np.nextafter(1, 0))
    assert set(draws(Network(odd, CONFIG), "", chances, temperature)) <= set(MAY_BE_DRAWN)


def test_temperature_zero_takes_the_likeliest_character(network: Network) -> None:
    scores = network.predict("La la")[-1]
    likeliest = max(MAY_BE_DRAWN, key=lambda code: scores[code])
    assert set(draws(network, "La la", np.linspace(0, 0.99, 32), 0)) == {likeliest}
    assert set(draws(network, "La la", np.linspace(0.01, 0.99, 32), 1e-5)) == {likeliest}


@pytest.mark.parametrize("temperature", [0.6, 1.0, 1.5])
def test_same_seed_same_song_as_the_plain_network(
    weights: Weights, network: Network, temperature: float
) -> None:
    config = SampleConfig(seed=3, length_chars=1500, prime="Oh ", temperature=temperature)
    expected = plain_song(weights, CONFIG, config)
    assert sampler.write(network, config)[0].text == expected
    assert len(expected) > 100


def test_same_seed_same_song_on_every_path(
    weights: Weights, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = SampleConfig(seed=20, count=9, length_chars=300, prime="One\ntwo ")
    songs = sampler.write(network, config)
    streamed = [""] * 9
    for song, char in sampler.stream(network, config):
        streamed[song] += char
    locked = SampleConfig(seed=20, count=9, length_chars=300)
    continued = sampler.write(network, locked, network.read(config.prime))
    monkeypatch.setattr(network_module, "CHARS_A_CALL", 7)
    alone = [
        sampler.write(network, SampleConfig(seed=seed, length_chars=300, prime=config.prime))[0]
        for seed in range(20, 29)
    ]
    assert songs == alone
    assert [song.text for song in songs] == streamed
    assert [song.text for song in songs] == [config.prime + song.text for song in continued]
    assert len({song.text for song in songs}) == 9
    assert all(len(song.text) <= 300 + len(config.prime) for song in songs)


def test_songs_written_at_once_are_those_written_alone(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight threads, each with another temperature, beginning, number of songs and length."""
    wanted = [
        (
            SampleConfig(
                seed=7 * k, count=1 + k % 3, length_chars=150 + 40 * k, temperature=0.25 * k
            ),
            network.read("Oh " * k),
        )
        for k in range(8)
    ]
    alone = [sampler.write(network, *one) for one in wanted]
    draw, finish = network_module._draw, network._turns.finish
    turn_sizes, came, all_here = [], count(), Event()

    def counted(call: network_module.Draw) -> None:
        if next(came) == 7:
            all_here.set()
        finish(call)

    def held(kernel: Kernel, draws: Sequence[network_module.Draw], chars: int) -> None:
        all_here.wait()
        turn_sizes.append(len(draws))
        draw(kernel, draws, chars)

    monkeypatch.setattr(network_module, "CHARS_A_CALL", 7)
    monkeypatch.setattr(network_module, "_draw", held)
    monkeypatch.setattr(network._turns, "finish", counted)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda one: sampler.write(network, *one), wanted)) == alone
    assert max(turn_sizes) > 2


def test_a_fault_ends_the_calls_of_its_turn_and_no_later_ones(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise MemoryError

    config = SampleConfig(length_chars=5)
    with monkeypatch.context() as broken:
        broken.setattr(network_module, "_draw", fail)
        with pytest.raises(MemoryError):
            sampler.write(network, config)
    assert len(sampler.write(network, config)[0].text) == 5


def test_songs_take_turns(network: Network) -> None:
    config = SampleConfig(count=3, length_chars=4, prime="Hm")
    assert [song for song, _ in sampler.stream(network, config)] == [0, 1, 2] * 6


def test_a_song_ends_at_code_zero(weights: Weights) -> None:
    ending = {name: w.copy() for name, w in weights.items()}
    ending["head.bias"][END] = 50.0
    assert sampler.write(Network(ending, CONFIG), SampleConfig(prime="Oh "))[0].text == "Oh "


def test_songs_end_each_in_its_own_time(weights: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    short = {name: w.copy() for name, w in weights.items()}
    short["head.bias"][END] = 3.0
    config = SampleConfig(count=30, temperature=1.0)
    songs = sampler.write(Network(short, CONFIG), config)
    lengths = {len(song.text) for song in songs}
    assert len(lengths) > 5 and max(lengths) < 1000
    assert not any("\0" in song.text for song in songs)
    monkeypatch.setattr(network_module, "CHARS_A_CALL", 2)  # most songs outlive many calls
    assert sampler.write(Network(short, CONFIG), config) == songs


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
