"""Networks on disk: what is saved is loaded, and nothing damaged is."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save as save_tensors

from lyricslab import files
from lyricslab.config import ModelConfig
from lyricslab.errors import CheckpointError
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.network_file import Weights
from lyricslab.model.network_pair import merge_pair
from lyricslab.model.trainable import Trainable
from tests.support.network_files import with_card

CONFIG = ModelConfig(hidden_size=3, num_layers=2)
CARD = Card(name="tiny", kind="base", model=CONFIG, sources=("A book", "Another \u2014 book"))


def weights_of(seed: int) -> Weights:
    rng = np.random.default_rng(seed)
    return {
        name: rng.normal(size=shape).astype(np.float32)
        for name, shape in network_file.shapes(CONFIG).items()
    }


@pytest.fixture
def weights() -> Weights:
    return weights_of(seed=5)


@pytest.fixture
def path(tmp_path: Path, weights: Weights) -> Path:
    network_file.save(tmp_path / "tiny.safetensors", weights, CARD)
    return tmp_path / "tiny.safetensors"


def test_round_trip(path: Path, weights: Weights) -> None:
    loaded, card = network_file.load(path)
    digest = hashlib.sha256(network_file.pack(weights)).hexdigest()
    assert card == replace(CARD, weights_digest=digest)
    assert card == network_file.load_card(path)
    assert loaded.keys() == weights.keys()
    assert all(np.array_equal(loaded[name], weights[name]) for name in weights)
    assert os.listdir(path.parent) == [path.name]


def test_equal_networks_are_equal_bytes(path: Path) -> None:
    weights, card = network_file.load(path)
    assert network_file.pack_network(weights, card) == (path.read_bytes(), card)
    reordered = dict(reversed(weights.items()))
    assert network_file.pack_network(reordered, card) == (path.read_bytes(), card)


def test_the_digest_is_that_of_the_weights_alone(path: Path, weights: Weights) -> None:
    alone = network_file.pack(weights)
    assert network_file.digest(path.read_bytes()) == network_file.digest(alone)
    assert network_file.digest(alone) == hashlib.sha256(alone).hexdigest()


def test_a_card_is_read_without_the_weights(path: Path, weights: Weights) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: -len(network_file.pack(weights)) // 2])
    assert network_file.load_card(path).sources == CARD.sources
    with pytest.raises(CheckpointError):
        network_file.load(path)


def test_a_number_without_dimensions_survives() -> None:
    packed = network_file.unpack(network_file.pack({"step": np.asarray(7.0, np.float32)}))
    assert packed["step"].shape == ()


# ---- damage


def test_every_cut_is_refused(path: Path) -> None:
    data = path.read_bytes()
    for size in {*range(64), *range(0, len(data), 61), len(data) - 1}:
        path.write_bytes(data[:size])
        with pytest.raises(CheckpointError, match=r"tiny\.safetensors is damaged or cut short"):
            network_file.load(path)


def test_no_flipped_bit_changes_the_weights(path: Path, weights: Weights) -> None:
    data = path.read_bytes()
    rng = np.random.default_rng(7)
    for at in [*range(60), *rng.integers(len(data), size=300)]:
        flipped = bytearray(data)
        flipped[at] ^= 1 << int(rng.integers(8))
        path.write_bytes(flipped)
        try:
            loaded, _ = network_file.load(path)
        except CheckpointError:
            continue
        assert all(np.array_equal(loaded[name], weights[name]) for name in weights)


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04 this would be a pickle",
        b"\x02" + b"\0" * 7 + b"[]",
        b"\x01" + b"\0" * 7 + b"7",
        b"\xff" * 8 + b"{}",
        (100_000).to_bytes(8, "little") + b"[" * 100_000,
        (20).to_bytes(8, "little") + b'{"__metadata__": []}',
    ],
    ids=range(6),
)
def test_foreign_bytes_are_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    for read in (network_file.load, network_file.load_card):
        with pytest.raises(CheckpointError, match=r"tiny\.safetensors is damaged"):
            read(path)
    with pytest.raises(CheckpointError, match="damaged"):
        network_file.unpack(data)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for read in (network_file.load, network_file.load_card):
        with pytest.raises(CheckpointError, match=r"nothing\.safetensors is missing"):
            read(tmp_path / "nothing.safetensors")


def test_weights_without_a_card_are_refused(path: Path, weights: Weights) -> None:
    path.write_bytes(network_file.pack(weights))
    with pytest.raises(CheckpointError, match="without a card"):
        network_file.load_card(path)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"name": "x", "kind": "base", "model": {"hiden": 3}}',
        '{"name": "x", "kind": "base", "seconds": NaN}',
        '{"name": "\\ud800", "kind": "base"}',
        "[" * 100_000,
    ],
    ids=range(7),
)
def test_a_damaged_card_is_refused(path: Path, weights: Weights, text: str) -> None:
    path.write_bytes(save_tensors(weights, metadata={"card": text}))
    for read in (network_file.load, network_file.load_card):
        with pytest.raises(CheckpointError, match=r"The card of tiny\.safetensors is damaged"):
            read(path)


def test_a_card_with_unknown_facts_is_read_and_a_later_format_is_not(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(with_card(data, melody="none yet"))
    assert network_file.load(path)[1].name == "tiny"
    path.write_bytes(with_card(data, format=network_file.FORMAT + 1))
    with pytest.raises(CheckpointError, match="a later version"):
        network_file.load_card(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda w: w.pop("layers.1.bias_hh_l0"), "'layers.1.bias_hh_l0' is missing"),
        (lambda w: w.update(extra=np.zeros(1, np.float32)), "'extra'"),
        (lambda w: w.update({"head.bias": np.zeros((128, 1), np.float32)}), "another shape"),
        (lambda w: w.update({"head.bias": np.zeros(128, np.float64)}), "only float32 and float16"),
        (lambda w: w.update({"head.bias": np.zeros(128, np.uint8)}), "only float32 and float16"),
        (lambda w: w["head.bias"].__setitem__(3, np.nan), "'head.bias' are not all finite"),
        (lambda w: w["head.bias"].__setitem__(3, np.inf), "'head.bias' are not all finite"),
        (lambda w: w.clear(), "missing"),
    ],
)
def test_weights_that_do_not_fit_the_card_are_refused(
    path: Path, weights: Weights, change: Callable[[Weights], Any], sentence: str
) -> None:
    change(weights)
    network_file.save(path, weights, CARD)
    with pytest.raises(CheckpointError, match=sentence):
        network_file.load(path)


def test_a_full_disk_leaves_the_old_network(
    path: Path, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, mode: str) -> None:
        os.close(handle)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fdopen", full)
    with pytest.raises(OSError):
        network_file.save(path, weights_of(seed=2), CARD)
    assert np.array_equal(network_file.load(path)[0]["head.bias"], weights["head.bias"])
    assert os.listdir(path.parent) == [path.name]


# ---- float16


def test_half_takes_half_the_space_and_gives_the_nearest_numbers(
    tmp_path: Path, path: Path, weights: Weights
) -> None:
    weights["head.weight"][0, 0] = 1e-9  # too small for float16: it becomes 0
    weights["head.weight"][0, 1] = network_file.HALF_MAX
    full = network_file.save(path, weights, CARD)
    half_path = tmp_path / "half.safetensors"
    half = network_file.save(half_path, weights, CARD, half=True)
    assert (full.storage, half.storage) == ("float32", "float16")
    stored, card = network_file.load_stored(half_path)
    assert card == half
    assert {w.dtype for w in stored.values()} == {np.dtype(np.float16)}
    assert half_path.stat().st_size < 0.8 * path.stat().st_size
    loaded, _ = network_file.load(half_path)
    assert {w.dtype for w in loaded.values()} == {np.dtype(np.float32)}
    for name, w in weights.items():
        assert np.abs(loaded[name] - w).max() <= np.abs(w).max() * 2**-11 + 2**-25
    assert loaded["head.weight"][0, :2].tolist() == [0.0, 65504.0]
    unpacked = network_file.unpack_weights(network_file.pack(stored))
    assert all(np.array_equal(unpacked[name], loaded[name]) for name in weights)
    # Halving a second time changes nothing.
    assert network_file.save(path, loaded, CARD, half=True) == half
    assert network_file.save(path, stored, CARD) == half


def test_storage_is_float16_only_if_every_weight_is(weights: Weights) -> None:
    weights["head.bias"] = weights["head.bias"].astype(np.float16)
    assert network_file.pack_network(weights, CARD)[1].storage == "float32"


def test_a_number_too_large_for_half_is_refused_and_the_old_network_stays(
    path: Path, weights: Weights
) -> None:
    weights["head.bias"][3] = -7e4
    with pytest.raises(CheckpointError, match=r"'head.bias' hold a number beyond 65,504"):
        network_file.save(path, weights, CARD, half=True)
    assert network_file.load(path)[0]["head.bias"][3] != np.float32(-7e4)
    network_file.save(path, weights, CARD)
    assert network_file.load(path)[0]["head.bias"][3] == np.float32(-7e4)


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


# ---- pairs of earlier versions


@pytest.mark.parametrize("half", [False, True])
def test_a_pair_becomes_one_file_with_the_same_digest(
    tmp_path: Path, weights: Weights, half: bool
) -> None:
    path, card_path = tmp_path / "my.songs.safetensors", tmp_path / "my.songs.json"
    data = network_file.pack(weights, half=half)
    digest = hashlib.sha256(data).hexdigest()
    card = replace(CARD, weights_digest=digest, storage="float16" if half else "float32")
    path.write_bytes(data)
    card_path.write_text(json.dumps(card.to_dict(), indent=1))
    merge_pair(card_path)
    assert os.listdir(tmp_path) == [path.name]
    stored, merged = network_file.load_stored(path)
    assert merged == card
    assert network_file.pack(stored) == data
    card_path.write_text("interrupted before it was deleted")
    merge_pair(card_path)
    assert os.listdir(tmp_path) == [path.name]
    merge_pair(card_path)  # another process was faster


def test_a_pair_that_does_not_belong_together_stays(path: Path, weights: Weights) -> None:
    card_path = path.with_suffix(".json")
    card_path.write_text(json.dumps(network_file.load(path)[1].to_dict()))
    path.write_bytes(network_file.pack(weights_of(seed=2)))
    with pytest.raises(CheckpointError, match="do not belong together"):
        merge_pair(card_path)
    assert card_path.exists()
    path.unlink()
    merge_pair(card_path)
    assert card_path.exists()
