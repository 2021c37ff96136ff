"""Which layers learn, as people write it."""

from __future__ import annotations

import pytest

from lyricslab.config import ModelConfig
from lyricslab.errors import TrainableError
from lyricslab.model.trainable import Trainable, nontrivial_subsets


@pytest.mark.parametrize(
    ("text", "num_layers", "layers", "written"),
    [
        ("0,2", 3, (0, 2), "0,2"),
        (" 2 , 0 ", 3, (0, 2), "0,2"),
        ("0,1,2", 3, (0, 1, 2), "all"),
        ("ALL", 5, (0, 1, 2, 3, 4), "all"),
        ("none", 3, (), "none"),
        ("head", 2, (), "none"),
        ("4", 5, (4,), "4"),
    ],
)
def test_parse(text: str, num_layers: int, layers: tuple[int, ...], written: str) -> None:
    chosen = Trainable.parse(text, num_layers)
    assert chosen.layers == layers
    assert str(chosen) == written
    assert Trainable.parse(written, num_layers) == chosen


@pytest.mark.parametrize("text", ["3", "-1", "0;2", "first", "", "0,,1", "1.5", "²"])
def test_what_is_no_layer_is_refused_with_the_range(text: str) -> None:
    with pytest.raises(TrainableError, match="layers 0 to 2"):
        Trainable.parse(text, 3)


def test_counts_by_hand() -> None:
    # H = 2: layer 0 has 4 gates of 2 units, each with 128 + 2 weights and 2 biases: 8 * 132.
    config = ModelConfig(hidden_size=2, num_layers=3)
    chosen = Trainable.parse("0,2", 3)
    counts = [(part.name, part.parameters, part.learns) for part in chosen.counts(config)]
    assert counts == [
        ("layer 0", 1056, True),
        ("layer 1", 48, False),
        ("layer 2", 48, True),
        ("head", 128 * 3, True),
    ]
    assert chosen.trained_parameters(config) == 1056 + 48 + 384
    assert chosen.frozen_parameters(config) == 48


def test_the_papers_network_has_124544_weights() -> None:
    assert ModelConfig().parameters == 124_544


def test_the_papers_six_subsets() -> None:
    assert [str(s) for s in nontrivial_subsets(3)] == ["0", "1", "2", "0,1", "0,2", "1,2"]


@pytest.mark.parametrize(("text", "prefix"), [("0,2", 0), ("2", 2), ("1,2", 1), ("none", 3)])
def test_frozen_prefix(text: str, prefix: int) -> None:
    assert Trainable.parse(text, 3).frozen_prefix == prefix
