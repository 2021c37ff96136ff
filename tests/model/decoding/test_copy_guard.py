"""No passage that is too long and stands in a learned song is ever written, and nothing else is
changed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from lyricslab.config import DecodingConfig, FormConfig, ModelConfig, SampleConfig
from lyricslab.errors import ConfigError
from lyricslab.model import sampler
from lyricslab.model.decoding.decoder import Decoder, SongSoFar
from lyricslab.model.decoding.knowledge import Knowledge
from lyricslab.model.decoding.word_mask import WordMask, spelled_words
from lyricslab.model.inference import Network
from lyricslab.songs.passage_index import Passages
from lyricslab.training.lstm import build
from tests.support.reference_network import chances_of

CONFIG = ModelConfig(hidden_size=11, num_layers=1)


def few_letters(letters: str, bias: float, more: Mapping[str, float] | None = None) -> Network:
    """A network that writes hardly anything but some letters, and likes some of them more."""
    found = build(CONFIG, seed=3).weights()
    found["head.bias"][:] = -bias
    found["head.bias"][list(map(ord, letters))] = bias
    for letter, likes in (more or {}).items():
        found["head.bias"][ord(letter)] += likes
    return Network(found, CONFIG)


def drawn(letters: str, sizes: Sequence[int], seed: int = 0) -> list[str]:
    """Songs of these letters at random."""
    draw = random.Random(seed)
    return ["".join(draw.choices(letters, k=size)) for size in sizes]


def longer_copies(text: str, songs: Sequence[str], chars: int) -> int:
    """How many passages of one character too many stand in a song."""
    return sum(
        any(text[at : at + chars + 1] in song for song in songs) for at in range(len(text) - chars)
    )


def test_nothing_too_long_is_copied_in_10_000_lines() -> None:
    # Two letters, one of them mostly: much of what the network writes stands in one of the songs.
    network = few_letters("a\n", 30, more={"a": 1.2})
    songs = ["aaaaaa\n" * 9, "aa\naaaaa\n" * 12, *drawn("aaa\n", [2900, 1350, 710, 21, 20])]
    known = Knowledge(songs=Passages(songs))
    lines = copied = without = 0
    for limit, seed in ((20, 0), (23, 64), (31, 128)):
        config = SampleConfig(count=40, length_chars=370, seed=seed, temperature=1)
        plain = sampler.write(network, config)
        decoding = DecodingConfig(max_copy_chars=limit, endings=limit == 23)
        guarded = replace(config, decoding=decoding)
        written = sampler.write(network, guarded, known=known)
        lines += sum(song.text.count("\n") for song in written)
        copied += sum(longer_copies(song.text, songs, limit) for song in written)
        without += sum(longer_copies(song.text, songs, limit) for song in plain)
    assert lines >= 10_000
    assert copied == 0
    assert without > 100


@pytest.mark.parametrize("limit", [20, 22, 29])
def test_the_masked_distribution_is_the_networks_over_what_is_no_copy(limit: int) -> None:
    songs = ["the bell, the bell, the bell, the bells", "so bell, the bell, the bell, they"]
    network = Network(build(CONFIG, seed=8).weights(), CONFIG)
    config = SampleConfig(temperature=0.7, decoding=DecodingConfig(max_copy_chars=limit))
    decoder = Decoder(config, Knowledge(songs=Passages(songs)))
    masked = set()
    for text in (*songs, "o the bell, the bell, the bell", "bell, the bell, the bell, the"):
        so_far = SongSoFar()
        for end in range(len(text)):
            scores = network.batch.scores(network.read(text[:end]))
            found = decoder.shares(scores, [so_far])[0]
            own = chances_of(scores[0].astype(np.float64), 0.7)
            for code in range(1, 128):
                passage = (text[:end] + chr(code))[-limit - 1 :]
                if len(passage) > limit and any(passage in song for song in songs):
                    own[code] = 0
                    masked.add(chr(code))
            assert found / found.sum() == pytest.approx(own / own.sum(), abs=1e-9)
            so_far.add(text[end])
    assert len(masked) > 4


def test_an_opening_may_be_a_copy_and_what_follows_it_is_none() -> None:
    song = "".join(chr(97 + k % 25) for k in range(0, 25 * 7 * 3, 7))
    network = few_letters("abcdefg", 4)
    config = SampleConfig(
        length_chars=60, prime=song[:55], decoding=DecodingConfig(max_copy_chars=20)
    )
    text = sampler.write(network, config, known=Knowledge(songs=Passages([song])))[0].text
    assert text.startswith(song[:55])
    assert not longer_copies(text[35:], [song], 20)


def test_a_limit_counts_what_stands_in_one_song_alone() -> None:
    whole = "a bell that rings out over the low tide"
    guard = Knowledge(songs=Passages([whole[:26], whole[26:]])).copy_guard(25)
    assert guard is not None
    so_far = SongSoFar()
    assert guard.copies(so_far, whole[:26])
    assert not guard.copies(so_far, whole[1:])
    so_far.add(whole[:14])
    assert guard.copies(so_far, whole[14:])
    assert not guard.copies(so_far, whole[14:25])


@pytest.mark.parametrize("rhymes", ["", "ABAB", "AA"])
def test_songs_in_a_form_copy_nothing_but_their_chorus(rhymes: str) -> None:
    words = "bell tell sea free".split()
    network = few_letters("abcdefghilmnorstuvw \n", 5, more={"\n": 1})
    draw = random.Random(5)
    songs = [
        "".join(
            " ".join(draw.choices(words, k=draw.randint(1, 2))) + draw.choice(["\n", "\n", "\n\n"])
            for _ in range(lines)
        )
        for lines in (1500, 2200, 900)
    ]
    known = Knowledge(WordMask(words, spelled_words(songs)), Passages(songs))
    form = FormConfig(
        sections=("verse", "chorus", "verse", "chorus", "verse"), rhymes=rhymes, candidates=3
    )
    copied = []
    for limit in (0, 20, 23):
        decoding = DecodingConfig(known_words=1.0, max_copy_chars=limit)
        config = SampleConfig(count=6, decoding=decoding, form=form, temperature=0.9)
        texts = [song.text for song in sampler.write(network, config, known=known)]
        copied.append(sum(longer_copies(text, songs, limit or 20) for text in texts))
    assert copied[0] > 0
    assert copied[1:] == [0, 0]


@pytest.mark.parametrize("limit", [35, 38, 44])
def test_a_copy_ends_with_a_known_word(limit: int) -> None:
    words = "lantern harbour winter hollow tonight".split()
    draw = random.Random(limit)
    songs = [" ".join(draw.choices(words[:2], k=size)) for size in (700, 400, 250)]
    network = few_letters("abcehilnorstuw ", 6, more=dict.fromkeys("lh", 3.0))
    knowledge = Knowledge(WordMask(words), Passages(songs))
    decoding = DecodingConfig(known_words=1.0, max_copy_chars=limit)
    config = SampleConfig(count=8, length_chars=600, decoding=decoding)
    copied = 0
    for song in sampler.write(network, config, known=knowledge):
        *whole, _last = re.findall("[A-Za-z]+", song.text)
        assert {word.lower() for word in whole} <= set(words)
        assert not longer_copies(song.text, songs, limit)
        copied += longer_copies(song.text, songs, limit - 8)
    assert copied > 0


def test_limits_that_make_no_sense_are_refused() -> None:
    for wrong in (1, 19, 201, -1):
        with pytest.raises(ConfigError):
            DecodingConfig(max_copy_chars=wrong)
    assert DecodingConfig(max_copy_chars=0).changes_nothing
