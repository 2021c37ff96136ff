"""Songs by a network whose distribution is changed: exactly, and only as it says."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from lyricslab.config import STANDARD_DECODING, DecodingConfig, ModelConfig, SampleConfig
from lyricslab.model import sampler
from lyricslab.model.decoding.decoder import Decoder, SongSoFar
from lyricslab.model.decoding.endings import OVER_CHARS
from lyricslab.model.decoding.knowledge import Knowledge
from lyricslab.model.decoding.loop_guard import MAX_TIMES
from lyricslab.model.decoding.word_mask import WordMask
from lyricslab.model.inference import Network
from lyricslab.training.lstm import build
from tests.support.reference_network import PlainNetwork, chances_of

CONFIG = ModelConfig(hidden_size=13, num_layers=2)
WORDS = WordMask(["ash", "ashen", "bell", "bells", "ring", "the", "o'er", "no", "not", "nothing"])
KNOWN = Knowledge(WORDS)
NOTHING = DecodingConfig(top_k=128)
"""Goes through the decoder, and changes nothing."""


@pytest.fixture(scope="module")
def network() -> Network:
    """A network whose scores lie further apart than a fresh one's, and which likes to write."""
    found = build(CONFIG, seed=5).weights()
    found["head.weight"] = 4 * found["head.weight"]
    found["head.bias"][[10, 32, *map(ord, "aeinobt()\"'")]] += 3
    found["head.bias"][0] = -2
    return Network(found, CONFIG)


def songs(
    network: Network, decoding: DecodingConfig, count: int = 24, **settings: object
) -> list[str]:
    config = SampleConfig(count=count, length_chars=300, decoding=decoding)
    written = sampler.write(network, replace(config, **settings), known=KNOWN)  # type: ignore[arg-type]
    return [song.text for song in written]


def test_scores_and_states_are_those_of_a_network_in_double_precision(network: Network) -> None:
    texts = ["Oh no", "a\nbe", "(((((", "bells"]
    length = min(map(len, texts))
    state = network.start().take([0] * len(texts))
    plain = [PlainNetwork(network._weights, CONFIG) for _ in texts]
    expected = [one.read(0) for one in plain]
    for k in range(length):
        assert network.batch.scores(state) == pytest.approx(np.stack(expected), abs=2e-4)
        codes = np.array([ord(text[k]) for text in texts])
        state = network.batch.read(state, codes)
        expected = [one.read(code) for one, code in zip(plain, codes.tolist(), strict=True)]


@pytest.mark.parametrize("temperature", [0.0, 0.6, 1.2])
def test_a_decoder_that_changes_nothing_writes_the_same_songs(
    network: Network, temperature: float
) -> None:
    assert songs(network, NOTHING, temperature=temperature) == songs(
        network, DecodingConfig(), temperature=temperature
    )


def test_the_masked_distribution_is_the_networks_over_the_words_that_are_known(
    network: Network,
) -> None:
    for strict in (0.5, 0.96, 1.0):
        config = SampleConfig(temperature=0.7, decoding=DecodingConfig(known_words=strict))
        decoder = Decoder(config, KNOWN)
        for text in ("", "the b", "Ash", "not", "xq", "no\n\nbe"):
            state, so_far = network.read(text), SongSoFar()
            so_far.add(text)
            scores = network.batch.scores(state)
            found = decoder.shares(scores, [so_far])[0]
            row = WORDS.row(re.split(r"[^A-Za-z']", text)[-1])
            own = chances_of(scores[0].astype(np.float64), 0.7)
            expected = own * np.where(row, 1.0, (1 - strict) ** (1 / 0.7))
            assert found / found.sum() == pytest.approx(expected / expected.sum(), abs=1e-9)


def test_only_known_words_are_written(network: Network) -> None:
    for text in songs(network, DecodingConfig(known_words=1.0), prime="The "):
        *finished, _last = re.findall(r"[A-Za-z0-9']+", text)
        assert not {word for word in finished if not is_fine(word)}


def is_fine(word: str) -> bool:
    """Whether it is a known word, apostrophes alone, or a number."""
    number = re.fullmatch(r"\d*(st|nd|rd|th|s)?", word.strip("'"))
    return bool(number) or WORDS.knows(word.lower())


def test_nothing_loops_and_all_ends_well(network: Network) -> None:
    for temperature in (0.2, 0.9):
        for text in songs(network, STANDARD_DECODING, temperature=temperature):
            assert not text.endswith("\n")
            assert not re.search(r"[^A-Za-z0-9]{9}", text)
            assert len(text) <= 300 + OVER_CHARS
            assert all(map(is_fine, re.findall(r"[A-Za-z0-9']+", text)))
            for line in text.split("\n"):
                assert line.count("(") == line.count(")")
                assert line.count('"') % 2 == 0
            tokens = (token.strip("'").lower() for token in re.findall(r"[A-Za-z0-9']+", text))
            sung = [token for token in tokens if token]
            threes = [tuple(sung[k : k + 3]) for k in range(len(sung) - 2)]
            for first in range(0, len(threes), 20):
                window = threes[first : first + 40]
                assert all(window.count(three) <= MAX_TIMES for three in window)


def test_a_seed_gives_the_same_song_alone_and_among_others(network: Network) -> None:
    together = songs(network, STANDARD_DECODING, count=7)
    alone = [songs(network, STANDARD_DECODING, count=1, seed=seed)[0] for seed in range(7)]
    assert together == alone


def test_the_stream_is_the_song(network: Network) -> None:
    config = SampleConfig(count=3, length_chars=200, decoding=STANDARD_DECODING)
    texts = ["", "", ""]
    for song, char in sampler.stream(network, config, known=KNOWN):
        texts[song] += char
    written = [song.text for song in sampler.write(network, config, known=KNOWN)]
    assert [text.rstrip("\n") for text in texts] == written
