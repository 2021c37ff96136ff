"""Networks on disk: what goes in comes out, and nothing damaged comes in."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest

from lyricslab import files
from lyricslab.config import ModelConfig
from lyricslab.errors import CheckpointError, LyricsLabError
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.network_file import Weights
from lyricslab.model.trainable import Trainable

CONFIG = ModelConfig(hidden_size=3, num_layers=2)


CARD = Card(name="tiny", kind="base", model=CONFIG)


@pytest.fixture
def weights() -> Weights:
    return weights_of(seed=5)


def weights_of(seed: int) -> Weights:
    rng = np.random.default_rng(seed)
    return {
        name: rng.normal(size=shape).astype(np.float32)
        for name, shape in network_file.shapes(CONFIG).items()
    }


@pytest.fixture
def stem(tmp_path: Path, weights: Weights) -> Path:
    card = Card(name="tiny", kind="base", model=CONFIG, sources=("A book", "Another"))
    network_file.save(tmp_path / "tiny", weights, card)
    return tmp_path / "tiny"


def test_round_trip(stem: Path, weights: Weights) -> None:
    loaded, card = network_file.load(stem)
    assert card.model == CONFIG
    assert card.sources == ("A book", "Another")
    assert loaded.keys() == weights.keys()
    assert all(np.array_equal(loaded[name], weights[name]) for name in weights)


def test_nothing_but_the_two_files_is_left(stem: Path) -> None:
    assert sorted(p.name for p in stem.parent.iterdir()) == ["tiny.json", "tiny.safetensors"]


def test_a_number_of_no_dimension_survives() -> None:
    packed = network_file.unpack(network_file.pack({"step": np.asarray(7.0, np.float32)}))
    assert packed["step"].shape == ()


@pytest.mark.parametrize("kept", [0, 5, 100, -1])
def test_cut_short_weights_are_refused(stem: Path, kept: int) -> None:
    path = network_file.weights_path(stem)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match="damaged or cut short"):
        network_file.load(stem)


def test_foreign_bytes_are_refused() -> None:
    with pytest.raises(CheckpointError, match="damaged"):
        network_file.unpack(b"\x80\x04 this would be a pickle")


def test_missing_files_are_named(stem: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"nothing\.json"):
        network_file.load(tmp_path / "nothing")
    network_file.weights_path(stem).unlink()
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors is missing"):
        network_file.load(stem)


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"name": "x", "kind": "base", "model": {"hiden": 3}}']
)
def test_a_damaged_card_is_refused(stem: Path, text: str) -> None:
    network_file.card_path(stem).write_text(text)
    with pytest.raises(CheckpointError):
        network_file.load(stem)


def test_a_card_from_a_later_version_is_read(stem: Path) -> None:
    path = network_file.card_path(stem)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"melody": "none yet"}))
    assert network_file.load(stem)[1].name == "tiny"


def test_weights_that_do_not_fit_the_card_are_refused(stem: Path, weights: Weights) -> None:
    del weights["layers.1.bias_hh_l0"]
    network_file.save(stem, weights, Card(name="tiny", kind="base", model=CONFIG))
    with pytest.raises(CheckpointError, match="layers.1.bias_hh_l0"):
        network_file.load(stem)


def test_frozen_drift_is_the_largest_change_of_a_frozen_weight(weights: Weights) -> None:
    after = {name: w.copy() for name, w in weights.items()}
    after["head.bias"] += 1
    hidden = CONFIG.hidden_size
    after["layers.0.weight_hh_l0"][hidden : 2 * hidden] += 1
    parts = Trainable.parse("0.hh.f", CONFIG.num_layers)
    assert network_file.frozen_drift(weights, after, parts) == 0.0
    after["layers.0.weight_hh_l0"][2 * hidden, 1] += 0.125  # the first row of gate g
    assert network_file.frozen_drift(weights, after, parts) == pytest.approx(0.125)
    after["layers.0.bias_ih_l0"][4] -= 0.25
    assert network_file.frozen_drift(weights, after, parts) == pytest.approx(0.25)


def test_a_full_disk_leaves_the_old_network_whole(tmp_path: Path, monkeypatch) -> None:
    """The card cannot be written: weights and card stay those that belong together."""
    stem = tmp_path / "net"
    old, new = weights_of(seed=1), weights_of(seed=2)
    network_file.save(stem, old, CARD)
    writes = iter([False, True])
    true_fdopen = os.fdopen

    def fdopen(handle: int, mode: str):
        if next(writes):
            os.close(handle)
            raise OSError(errno.ENOSPC, "No space left on device")
        return true_fdopen(handle, mode)

    monkeypatch.setattr(files.os, "fdopen", fdopen)
    with pytest.raises((OSError, LyricsLabError)):
        network_file.save(stem, new, CARD)
    loaded, _ = network_file.load(stem)
    assert all(np.array_equal(loaded[name], old[name]) for name in old)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.json", "net.safetensors"]


def test_reading_waits_for_a_pair_that_is_being_replaced(tmp_path: Path, monkeypatch) -> None:
    """Between the two renames the weights are new and the card is old."""
    stem, other = tmp_path / "net", tmp_path / "other"
    network_file.save(stem, weights_of(seed=1), CARD)
    network_file.save(other, weights_of(seed=2), CARD)
    network_file.weights_path(other).replace(network_file.weights_path(stem))
    true_digest = network_file.digest

    def meanwhile(data: bytes) -> str:
        """The card arrives while the weights are being looked at."""
        if network_file.card_path(other).exists():
            network_file.card_path(other).replace(network_file.card_path(stem))
        return true_digest(data)

    monkeypatch.setattr(network_file, "digest", meanwhile)
    loaded, _ = network_file.load(stem)
    assert np.array_equal(loaded["head.bias"], weights_of(seed=2)["head.bias"])


def test_half_precision_is_read(tmp_path: Path, weights: Weights) -> None:
    half = {name: w.astype(np.float16) for name, w in weights.items()}
    network_file.save(tmp_path / "half", half, CARD)
    loaded, _ = network_file.load(tmp_path / "half")
    assert all(w.dtype == np.float32 for w in loaded.values())
    assert all(np.array_equal(loaded[name], half[name]) for name in half)


def test_half_takes_half_the_space_and_gives_the_nearest_numbers(
    tmp_path: Path, weights: Weights
) -> None:
    weights["head.weight"][0, 0] = 1e-9  # too small for float16: it becomes 0
    weights["head.weight"][0, 1] = network_file.HALF_MAX
    full = network_file.save(tmp_path / "full", weights, CARD)
    half = network_file.save(tmp_path / "half", weights, CARD, half=True)
    assert (full.storage, half.storage) == ("float32", "float16")
    stored = network_file.weights_path(tmp_path / "half").read_bytes()
    assert {w.dtype for w in network_file.unpack(stored).values()} == {np.dtype(np.float16)}
    assert len(stored) < 0.8 * network_file.weights_path(tmp_path / "full").stat().st_size
    loaded, card = network_file.load(tmp_path / "half")
    assert card == half
    assert {w.dtype for w in loaded.values()} == {np.dtype(np.float32)}
    for name, w in weights.items():
        assert np.abs(loaded[name] - w).max() <= np.abs(w).max() * 2**-11 + 2**-25
    assert loaded["head.weight"][0, :2].tolist() == [0.0, 65504.0]
    unpacked = network_file.unpack_weights(stored)
    assert all(np.array_equal(unpacked[name], loaded[name]) for name in weights)


def test_half_is_stored_of_a_file_too_and_a_second_time_changes_nothing(
    tmp_path: Path, weights: Weights
) -> None:
    first = network_file.save(tmp_path / "net", weights, CARD, half=True)
    assert network_file.save(tmp_path / "net", network_file.pack(weights), CARD, half=True) == first
    loaded, _ = network_file.load(tmp_path / "net")
    assert network_file.save(tmp_path / "net", loaded, CARD, half=True) == first
    assert network_file.save(tmp_path / "net", network_file.pack(loaded, half=True), CARD) == first


def test_a_number_too_large_for_half_is_refused_and_the_old_network_stays(
    stem: Path, weights: Weights
) -> None:
    weights["head.bias"][3] = -7e4
    for given in (weights, network_file.pack(weights)):
        with pytest.raises(CheckpointError, match=r"'head.bias' hold a number beyond 65,504"):
            network_file.save(stem, given, CARD, half=True)
    assert network_file.load(stem)[1].sources == ("A book", "Another")
    network_file.save(stem, weights, CARD)
    assert network_file.load(stem)[0]["head.bias"][3] == -7e4


def test_storage_is_told_by_the_head_of_the_file(weights: Weights) -> None:
    assert network_file.storage_of(network_file.pack(weights)) == "float32"
    mixed = weights | {"head.bias": weights["head.bias"].astype(np.float16)}
    assert network_file.storage_of(network_file.pack(mixed)) == "float32"
    half = network_file.pack(weights, half=True)
    assert network_file.storage_of(half) == "float16"
    for damaged in (
        b"",
        half[:5],
        half[:60],
        b"\x02" + b"\0" * 7 + b"[]",
        b"\x01" + b"\0" * 7 + b"7",
    ):
        with pytest.raises(CheckpointError, match="damaged or cut short"):
            network_file.storage_of(damaged)


@pytest.mark.parametrize("dtype", [np.float64, np.int32, np.uint8])
def test_other_numbers_are_refused(tmp_path: Path, weights: Weights, dtype: type) -> None:
    weights["head.bias"] = weights["head.bias"].astype(dtype)
    network_file.save(tmp_path / "odd", weights, CARD)
    with pytest.raises(CheckpointError, match="only float32 and float16"):
        network_file.load(tmp_path / "odd")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_refused(
    tmp_path: Path, weights: Weights, value: float
) -> None:
    weights["layers.0.weight_hh_l0"][2, 1] = value
    network_file.save(tmp_path / "nan", weights, CARD)
    with pytest.raises(CheckpointError, match="'layers.0.weight_hh_l0' are not all finite"):
        network_file.load(tmp_path / "nan")
