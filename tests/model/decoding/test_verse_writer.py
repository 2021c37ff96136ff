"""Songs in a form: sections, rhymes and syllables as asked, and scores that are the network's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lyricslab.config import (
    STANDARD_DECODING,
    FormConfig,
    ModelConfig,
    SampleConfig,
    read_syllables,
)
from lyricslab.english.rhyme import last_word, rhymes
from lyricslab.english.rhyme_strength import NEAR
from lyricslab.english.syllables import line_syllables
from lyricslab.errors import ConfigError
from lyricslab.model import sampler
from lyricslab.model.decoding.decoder import Decoder, SongSoFar
from lyricslab.model.decoding.knowledge import Knowledge
from lyricslab.model.decoding.line_drafts import SIGNS, best_endings, write_drafts
from lyricslab.model.decoding.word_mask import WordMask
from lyricslab.model.inference import Network
from lyricslab.training.lstm import build

CONFIG = ModelConfig(hidden_size=14, num_layers=2)
WORDS = WordMask(
    "bell tell well fell light night bright kite rain train again lane sea free me tree river "
    "winter hollow follow the a and on over under of water lantern".split()
)
KNOWN = Knowledge(WORDS)
VERSES = SampleConfig(
    temperature=0.7,
    decoding=STANDARD_DECODING,
    form=FormConfig(sections=("verse", "chorus", "verse", "chorus"), rhymes="ABAB", candidates=6),
)


@pytest.fixture(scope="module")
def network() -> Network:
    """A network that likes letters, blanks and short lines."""
    found = build(CONFIG, seed=11).weights()
    found["head.weight"] = 2 * found["head.weight"]
    found["head.bias"][[32, *map(ord, "abcdefghilmnoprstuvw")]] += 3
    found["head.bias"][[10, 32]] += 2
    return Network(found, CONFIG)


def song(network: Network, config: SampleConfig, seed: int = 0) -> tuple[str, list[list[str]]]:
    """A title and its sections, each its lines."""
    text = sampler.write(network, replace(config, seed=seed), known=KNOWN)[0].text
    title, *sections = text.split("\n\n")
    return title, [section.split("\n") for section in sections]


def test_sections_lines_and_rhymes_are_as_asked(network: Network) -> None:
    for seed in range(3):
        title, sections = song(network, VERSES, seed)
        assert title.strip()
        assert "\n" not in title
        assert [len(lines) for lines in sections] == [4, 4, 4, 4]
        assert sections[1] == sections[3]
        assert sections[0] != sections[2]
        for first, second, third, fourth in sections:
            assert rhymes(first, third, NEAR), (first, third)
            assert rhymes(second, fourth, NEAR), (second, fourth)
            assert last_word(first) != last_word(third)


def test_lines_have_their_syllables(network: Network) -> None:
    form = FormConfig(sections=("verse",) * 3, rhymes="AABCB", syllables=(7, 5), candidates=6)
    _, sections = song(network, replace(VERSES, form=form))
    assert [len(lines) for lines in sections] == [5, 5, 5]
    missed = [
        abs(line_syllables(line) - wanted)
        for lines in sections
        for line, wanted in zip(lines, (7, 5, 7, 5, 7), strict=True)
    ]
    assert max(missed) <= 1
    assert missed.count(0) >= 8  # each costs more than most differences between drafts


def test_no_line_comes_twice_but_in_a_chorus(network: Network) -> None:
    form = FormConfig(sections=("verse",) * 6, rhymes="AB", syllables=(2,), candidates=6)
    _, sections = song(network, replace(VERSES, form=form))
    lines = [line.lower() for section in sections for line in section]
    assert len(lines) == 12
    assert len(set(lines)) >= 11  # of lines this short one may be out of others


def test_the_opening_is_the_title_and_what_comes_first(network: Network) -> None:
    title, sections = song(network, replace(VERSES, prime="Low tide"))
    assert title == "Low tide"
    assert len(sections) == 4
    title, sections = song(network, replace(VERSES, prime="Low tide\n\nA bell on the water"))
    assert title == "Low tide"
    assert sections[0][0] == "A bell on the water"


def test_a_seed_gives_the_same_song_alone_and_beside_others(network: Network) -> None:
    together = sampler.write(network, replace(VERSES, count=3, seed=4), known=KNOWN)
    for number, one in enumerate(together):
        alone = sampler.write(network, replace(VERSES, seed=4 + number), known=KNOWN)[0]
        assert (one.text, one.seed) == (alone.text, 4 + number)
    assert len({one.text for one in together}) == 3


def test_drafts_cost_what_the_network_says(network: Network) -> None:
    above = "Low tide\n\nA bell\n"
    so_far = SongSoFar()
    so_far.add(above)
    state = network.read(above)
    drafts = write_drafts(
        network,
        Decoder(VERSES, KNOWN),
        state,
        so_far,
        count=7,
        syllables_wanted=6,
        rng=np.random.default_rng(2),
    )
    assert len(drafts) == 7
    assert len({draft.text for draft in drafts}) > 1
    for draft in drafts:
        nats = network.score([draft.text + "\n"], state)[0]
        assert draft.nats == pytest.approx(nats[:-1], abs=1e-3)
        at = draft.last_word_at
        assert network.read(above + draft.text[:at]).h == pytest.approx(
            draft.states[at].h, abs=1e-4
        )
        assert last_word(draft.text[at:]) == last_word(draft.text)


def test_endings_cost_what_the_network_says_and_have_the_best_sign() -> None:
    weights = build(CONFIG, seed=11).weights()
    weights["head.weight"] = 6 * weights["head.weight"]
    network = Network(weights, CONFIG)
    begun = ["A bell on the ", "Over ", "The river and the "]
    words = [["night", "lantern", "a"], [], ["free", "sea"]]
    states = [network.read(text) for text in begun]
    signs = set[str]()
    for text, some, state, found in zip(
        begun, words, states, best_endings(network, states, words), strict=True
    ):
        assert [ending.text.rstrip(SIGNS) for ending in found] == some, text
        for word, ending in zip(some, found, strict=True):
            choices = {}
            for sign in ("\n", *SIGNS):
                nats = network.score([word + sign], state)[0][:-1]
                choices[sign.strip()] = (nats.sum(), nats[-1])
            sign = min(choices, key=lambda one: choices[one][0])
            assert ending.text == word + sign
            assert (ending.nats, ending.end_nats) == pytest.approx(choices[sign], abs=1e-3)
            signs.add(sign)
    assert len(signs) > 1


def test_forms_that_make_no_sense_are_refused() -> None:
    for wrong in (
        {"sections": ("verse", "coda")},
        {"sections": ("verse",) * 25},
        {"rhymes": "AB-B"},
        {"syllables": (8, 0)},
        {"candidates": 0},
    ):
        with pytest.raises(ConfigError):
            FormConfig(**wrong)


def test_syllables_are_read_from_numbers() -> None:
    assert read_syllables(" 8 6,8-6 ") == (8, 6, 8, 6)
    assert read_syllables("") == ()
    with pytest.raises(ConfigError, match="8 6 8 6"):
        read_syllables("eight")
