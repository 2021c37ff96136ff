"""Networks on disk: what goes in comes out, and nothing damaged comes in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lyricslab.config import ModelConfig
from lyricslab.errors import CheckpointError
from lyricslab.model import checkpoint
from lyricslab.model.card import Card
from lyricslab.model.checkpoint import Weights

CONFIG = ModelConfig(hidden_size=3, num_layers=2)


@pytest.fixture
def weights() -> Weights:
    rng = np.random.default_rng(5)
    return {
        name: rng.normal(size=shape).astype(np.float32)
        for name, shape in checkpoint.shapes(CONFIG).items()
    }


@pytest.fixture
def stem(tmp_path: Path, weights: Weights) -> Path:
    card = Card(name="tiny", kind="base", model=CONFIG, sources=("A book", "Another"))
    checkpoint.save(tmp_path / "tiny", weights, card)
    return tmp_path / "tiny"


def test_round_trip(stem: Path, weights: Weights) -> None:
    loaded, card = checkpoint.load(stem)
    assert card.model == CONFIG
    assert card.sources == ("A book", "Another")
    assert loaded.keys() == weights.keys()
    assert all(np.array_equal(loaded[name], weights[name]) for name in weights)


def test_nothing_but_the_two_files_is_left(stem: Path) -> None:
    assert sorted(p.name for p in stem.parent.iterdir()) == ["tiny.json", "tiny.safetensors"]


def test_a_number_of_no_dimension_survives() -> None:
    packed = checkpoint.unpack(checkpoint.pack({"step": np.asarray(7.0, np.float32)}))
    assert packed["step"].shape == ()


@pytest.mark.parametrize("kept", [0, 5, 100, -1])
def test_cut_short_weights_are_refused(stem: Path, kept: int) -> None:
    path = checkpoint.weights_path(stem)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match="damaged or cut short"):
        checkpoint.load(stem)


def test_foreign_bytes_are_refused() -> None:
    with pytest.raises(CheckpointError, match="damaged"):
        checkpoint.unpack(b"\x80\x04 this would be a pickle")


def test_missing_files_are_named(stem: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"nothing\.json"):
        checkpoint.load(tmp_path / "nothing")
    checkpoint.weights_path(stem).unlink()
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors is missing"):
        checkpoint.load(stem)


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"name": "x", "kind": "base", "model": {"hiden": 3}}']
)
def test_a_damaged_card_is_refused(stem: Path, text: str) -> None:
    checkpoint.card_path(stem).write_text(text)
    with pytest.raises(CheckpointError):
        checkpoint.load(stem)


def test_a_card_from_a_later_version_is_read(stem: Path) -> None:
    path = checkpoint.card_path(stem)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"melody": "none yet"}))
    assert checkpoint.load(stem)[1].name == "tiny"


def test_weights_that_do_not_fit_the_card_are_refused(stem: Path, weights: Weights) -> None:
    del weights["layers.1.bias_hh_l0"]
    checkpoint.save(stem, weights, Card(name="tiny", kind="base", model=CONFIG))
    with pytest.raises(CheckpointError, match="layers.1.bias_hh_l0"):
        checkpoint.load(stem)


def test_frozen_drift_is_the_largest_change_of_a_frozen_weight(weights: Weights) -> None:
    after = {name: w.copy() for name, w in weights.items()}
    after["head.bias"] += 1
    frozen = [name for name in weights if name != "head.bias"]
    assert checkpoint.frozen_drift(weights, after, frozen) == 0.0
    after["layers.0.bias_ih_l0"][4] -= 0.25
    assert checkpoint.frozen_drift(weights, after, frozen) == pytest.approx(0.25)
