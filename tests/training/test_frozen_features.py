"""Songs read by frozen layers once, against the layers reading them each time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lyricslab.config import ModelConfig
from lyricslab.model.trainable import Trainable
from lyricslab.training import frozen_features as prefix_module
from lyricslab.training import song_batches
from lyricslab.training.evaluation import evaluate, evaluate_above
from lyricslab.training.frozen_features import FrozenFeatureCache, FrozenFeatures, affordable_depth
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
def test_gives_each_window_what_the_layers_make_of_its_songs(
    model: StackedLSTM, depth: int
) -> None:
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


def test_the_order_of_asking_does_not_matter_to_the_bit(model: StackedLSTM) -> None:
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


def test_it_does_not_matter_what_becomes_of_the_network(model: StackedLSTM) -> None:
    framed = FramedSongs(SONGS)
    prefix = FrozenFeatures(model, framed, 3)
    expected = alone(model, SONGS[2], 3)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    found = prefix.read(framed.window(np.array([2]), 0, 18))[:, 0]
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_songs_score_the_same_above_a_prefix(model: StackedLSTM, depth: int) -> None:
    score = evaluate_above(FrozenFeatures(model, FramedSongs(SONGS), depth), model)
    assert score == evaluate(model, SONGS)  # the same batches, so to the bit


def test_a_shelf_knows_songs_and_layers_by_what_they_are(model: StackedLSTM) -> None:
    shelf = FrozenFeatureCache()
    framed = FramedSongs(SONGS)
    first = shelf.prefix(model, framed, 2)
    twin = build(CONFIG, model.weights(), trainable=Trainable.parse("2", 3))
    with torch.no_grad():
        twin.layers[2].bias_hh_l0 += 1  # learned since; not a part of it
    assert shelf.prefix(twin, FramedSongs(SONGS), 2) is first
    assert shelf.prefix(twin, FramedSongs(SONGS), 1) is not first
    assert shelf.prefix(model, FramedSongs(SONGS[1:]), 2) is not first
    assert shelf.prefix(model, FramedSongs([*SONGS[1:], SONGS[0]]), 2) is not first
    with torch.no_grad():
        twin.layers[1].weight_hh_l0[3, 4] += 1e-6
    assert shelf.prefix(twin, framed, 2) is not first
    assert shelf.prefix(model, framed, 2) is first


def test_a_shelf_lets_go_of_what_was_unused_for_longest(model: StackedLSTM) -> None:
    sizes = [4 * (sum(LENGTHS[k:]) + len(LENGTHS[k:]) + 1) * 6 for k in range(3)]
    shelf = FrozenFeatureCache(sizes[0] + sizes[1])
    framed = [FramedSongs(SONGS[k:]) for k in range(3)]
    first, second = (shelf.prefix(model, framed[k], 1) for k in range(2))
    assert [first.size_bytes, second.size_bytes] == sizes[:2]
    assert shelf.prefix(model, framed[0], 1) is first
    third = shelf.prefix(model, framed[2], 1)
    assert shelf.prefix(model, framed[0], 1) is first
    assert shelf.prefix(model, framed[2], 1) is third
    assert shelf.prefix(model, framed[1], 1) is not second  # it had to go
    shelf.clear()
    assert shelf.prefix(model, framed[2], 1) is not third


def test_songs_as_they_are_take_no_memory_and_no_shelf(model: StackedLSTM) -> None:
    shelf = FrozenFeatureCache()
    assert shelf.prefix(model, FramedSongs(SONGS), 0).size_bytes == 0
    assert not shelf._kept


def test_what_would_take_too_much_memory_is_not_kept(
    model: StackedLSTM, monkeypatch: pytest.MonkeyPatch
) -> None:
    framed = FramedSongs(SONGS)
    needed = 2 * 4 * (sum(LENGTHS) + len(LENGTHS) + 1) * 6
    monkeypatch.setattr(prefix_module, "MOST_BYTES", needed)
    assert affordable_depth(model, framed, framed) == 3
    monkeypatch.setattr(prefix_module, "MOST_BYTES", needed - 1)
    assert affordable_depth(model, framed, framed) == 0
