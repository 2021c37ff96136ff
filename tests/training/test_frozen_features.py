"""Songs read by frozen layers once, against the layers reading them each time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lyricslab.config import ModelConfig
from lyricslab.model.trainable import Trainable
from lyricslab.training import frozen_features as prefix_module
from lyricslab.training import song_batches
from lyricslab.training.evaluation import evaluate, evaluate_features
from lyricslab.training.frozen_features import FrozenFeatureCache, FrozenFeatures, cacheable_depth
from lyricslab.training.lstm import StackedLSTM, build
from lyricslab.training.song_batches import FramedSongs, SongBatcher

CONFIG = ModelConfig(hidden_size=6, num_layers=3)
LENGTHS = (9, 2, 17, 5, 12)
SONGS = [np.random.default_rng(n).integers(32, 127, n).astype(np.uint8) for n in LENGTHS]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that five songs are several batches of several windows."""
    monkeypatch.setattr(song_batches, "BATCH_SONGS", 2)
    monkeypatch.setattr(song_batches, "WINDOW_CHARS", 4)


@pytest.fixture
def model() -> StackedLSTM:
    return build(CONFIG, seed=2, trainable=Trainable.parse("none", 3)).eval()


def alone(model: StackedLSTM, song: np.ndarray, depth: int) -> torch.Tensor:
    """What comes out of the lowest layers when they read one song in one go, (N + 1, H)."""
    signal = torch.eye(128)[[0, *song.tolist()]][:, None]  # (T, 1, V)
    for layer in list(model.layers)[:depth]:
        signal, _ = layer(signal)
    return signal[:, 0]


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_features_equal_the_outputs_of_the_layers(model: StackedLSTM, depth: int) -> None:
    songs = SongBatcher(SONGS, batch_size=3, window_chars=5, seed=1)
    prefix = FrozenFeatures(model, songs.framed, depth)
    for _ in range(20):
        window = songs.next()
        signal = prefix.read(window.positions)
        for b in range(3):
            song = SONGS[songs.song[b]]
            start = int(songs.offset[b]) - 5
            expected = alone(model, song, depth)[start : start + 5]
            torch.testing.assert_close(signal[: len(expected), b], expected, atol=1e-6, rtol=1e-5)
            assert depth == 0 or not signal[len(expected) :, b].any()  # behind the song's end


def test_the_order_of_reading_does_not_matter_to_the_bit(model: StackedLSTM) -> None:
    framed = FramedSongs(SONGS)
    one, other = FrozenFeatures(model, framed, 2), FrozenFeatures(model, framed, 2)
    windows = [framed.window(np.array([k]), 0, 18) for k in range(5)]
    first = [one.read(w) for w in windows]
    second = [other.read(w) for w in reversed(windows)][::-1]
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_layers_read_each_song_once(model: StackedLSTM) -> None:
    framed = FramedSongs(SONGS)
    prefix = FrozenFeatures(model, framed, 2)
    seen = 0

    def count(_layer: object, given: tuple[torch.Tensor, ...]) -> None:
        nonlocal seen
        seen += given[0].shape[1]

    prefix._layers[0].register_forward_pre_hook(count)
    for _ in range(3):
        for k in range(5):
            prefix.read(framed.window(np.array([k]), 0, 18))
    # Batches of (3, 6), (10, 13) and (18,) positions in windows of 4; a song that is over waits.
    assert seen == (2 + 1) + (2 + 2 + 2 + 1) + 5


def test_later_changes_of_the_network_do_not_matter(model: StackedLSTM) -> None:
    framed = FramedSongs(SONGS)
    prefix = FrozenFeatures(model, framed, 3)
    expected = alone(model, SONGS[2], 3)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    found = prefix.read(framed.window(np.array([2]), 0, 18))[:, 0]
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_songs_score_the_same_from_features(model: StackedLSTM, depth: int) -> None:
    score = evaluate_features(FrozenFeatures(model, FramedSongs(SONGS), depth), model)
    assert score == evaluate(model, SONGS)  # the same batches, so to the bit


def test_the_cache_compares_songs_and_weights(model: StackedLSTM) -> None:
    cache = FrozenFeatureCache()
    framed = FramedSongs(SONGS)
    first = cache.get(model, framed, 2)
    twin = build(CONFIG, model.weights(), trainable=Trainable.parse("2", 3))
    with torch.no_grad():
        twin.layers[2].bias_hh_l0 += 1  # learned since; not a part of it
    assert cache.get(twin, FramedSongs(SONGS), 2) is first
    assert cache.get(twin, FramedSongs(SONGS), 1) is not first
    assert cache.get(model, FramedSongs(SONGS[1:]), 2) is not first
    assert cache.get(model, FramedSongs([*SONGS[1:], SONGS[0]]), 2) is not first
    with torch.no_grad():
        twin.layers[1].weight_hh_l0[3, 4] += 1e-6
    assert cache.get(twin, framed, 2) is not first
    assert cache.get(model, framed, 2) is first


def test_the_cache_drops_the_least_recently_used(model: StackedLSTM) -> None:
    sizes = [4 * (sum(LENGTHS[k:]) + len(LENGTHS[k:]) + 1) * 6 for k in range(3)]
    cache = FrozenFeatureCache(sizes[0] + sizes[1])
    framed = [FramedSongs(SONGS[k:]) for k in range(3)]
    first, second = (cache.get(model, framed[k], 1) for k in range(2))
    assert [first.size_bytes, second.size_bytes] == sizes[:2]
    assert cache.get(model, framed[0], 1) is first
    third = cache.get(model, framed[2], 1)
    assert cache.get(model, framed[0], 1) is first
    assert cache.get(model, framed[2], 1) is third
    assert cache.get(model, framed[1], 1) is not second  # it had to go
    cache.clear()
    assert cache.get(model, framed[2], 1) is not third


def test_features_of_depth_0_take_no_memory(model: StackedLSTM) -> None:
    cache = FrozenFeatureCache()
    assert cache.get(model, FramedSongs(SONGS), 0).size_bytes == 0
    assert not cache._cached


def test_features_that_need_too_much_memory_are_not_cached(
    model: StackedLSTM, monkeypatch: pytest.MonkeyPatch
) -> None:
    framed = FramedSongs(SONGS)
    needed = 2 * 4 * (sum(LENGTHS) + len(LENGTHS) + 1) * 6
    monkeypatch.setattr(prefix_module, "MAX_BYTES", needed)
    assert cacheable_depth(model, framed, framed) == 3
    monkeypatch.setattr(prefix_module, "MAX_BYTES", needed - 1)
    assert cacheable_depth(model, framed, framed) == 0
