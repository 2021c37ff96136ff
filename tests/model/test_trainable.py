"""Which weights learn, as people write it."""

from __future__ import annotations

import random

import numpy as np
import pytest

from lyricslab.config import ModelConfig
from lyricslab.errors import TrainableError
from lyricslab.model.network_file import shapes
from lyricslab.model.trainable import (
    GATES,
    MATRICES,
    GateBlock,
    Trainable,
    every_gate,
    every_matrix,
    nontrivial_subsets,
)


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
    assert chosen.in_part == ()
    assert str(chosen) == written
    assert Trainable.parse(written, num_layers) == chosen
    assert Trainable.of_layers(layers, num_layers) == chosen


@pytest.mark.parametrize(
    ("text", "written", "layers", "in_part"),
    [
        ("0.hh", "0.hh", (), (0,)),
        ("2.f,0.hh", "0.hh,2.f", (), (0, 2)),
        ("1.ih.o, 0", "0,1.ih.o", (0,), (1,)),
        ("2.O,2.F,1.B.I", "1.b.i,2.f,2.o", (), (1, 2)),
        ("0.ih,0.b,0.hh,2.f", "0,2.f", (0,), (2,)),  # three matrices are the layer
        ("0.i,0.f,0.g,0.o", "0", (0,), ()),  # and so are four gates
        ("1,1.f,1.hh.o", "1", (1,), ()),
        ("1.hh.i,1.hh.f,1.hh.g,1.hh.o", "1.hh", (), (1,)),
        ("1.ih.g,1.hh.g,1.b.g", "1.g", (), (1,)),
        ("1.f,1.hh,1.ih.f,1.b.o", "1.hh,1.f,1.b.o", (), (1,)),
        ("0.f,1.f,2.f", "0.f,1.f,2.f", (), (0, 1, 2)),
    ],
)
def test_parts_of_layers_are_written_in_one_way(
    text: str, written: str, layers: tuple[int, ...], in_part: tuple[int, ...]
) -> None:
    chosen = Trainable.parse(text, 3)
    assert str(chosen) == written
    assert (chosen.layers, chosen.in_part) == (layers, in_part)
    assert Trainable.parse(written, 3) == chosen


def test_any_set_of_blocks_round_trips_and_is_written_uniquely() -> None:
    draw = random.Random(5)
    everything = [GateBlock(k, m, g) for k in range(2) for m in MATRICES for g in GATES]
    written: dict[str, frozenset[GateBlock]] = {}
    for _ in range(600):
        cells = frozenset(draw.sample(everything, draw.randrange(len(everything) + 1)))
        text = str(Trainable(cells, 2))
        assert Trainable.parse(text, 2).cells == cells
        assert written.setdefault(text, cells) == cells


@pytest.mark.parametrize("text", ["3", "-1", "0;2", "first", "", "0,,1", "1.5", "²", "3.hh", ".hh"])
def test_an_unknown_layer_is_refused(text: str) -> None:
    with pytest.raises(TrainableError, match=r"layers 0 to 2|no part of a layer"):
        Trainable.parse(text, 3)


@pytest.mark.parametrize("word", ["1.5", "1.", "1.W_hh", "1.f.hh", "1.hh.f.o", "1.hh.hh", "1.x"])
def test_an_unknown_part_of_a_layer_is_refused(word: str) -> None:
    with pytest.raises(TrainableError) as refused:
        Trainable.parse(f"0,{word}", 3)
    said = str(refused.value)
    assert f"'{word.lower()}'" in said
    assert "ih, hh, b" in said and "i, f, g, o" in said and "1.hh.f" in said


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


@pytest.mark.parametrize(
    ("text", "learn"),
    [
        ("0.ih", 8 * 128),
        ("0.hh", 8 * 2),
        ("0.b", 2 * 8),
        ("0.f", 2 * (128 + 2 + 2)),
        ("2.f", 2 * (2 + 2 + 2)),
        ("1.ih.o,1.ih.i", 2 * 2 * 2),
        ("1.b.g", 2 * 2),
        ("1,2.hh,2.f", 48 + 8 * 2 + 2 * (2 + 2)),
    ],
)
def test_counts_of_parts_by_hand(text: str, learn: int) -> None:
    config = ModelConfig(hidden_size=2, num_layers=3)
    chosen = Trainable.parse(text, 3)
    assert chosen.trained_parameters(config) == learn + 384
    assert chosen.frozen_parameters(config) == config.parameters - learn - 384


@pytest.mark.parametrize(
    ("text", "rank", "learn"),
    [
        ("0.ih", 1, 20 + 128),
        ("0.ih", 3, 3 * (20 + 128)),
        ("1", 2, 2 * (20 + 5) + 2 * (20 + 5) + 40),  # biases whole
        ("1.hh.f", 2, 2 * (5 + 5)),
        ("1.hh.i,1.hh.f", 2, 2 * (10 + 5)),  # neighbours share a change
        ("1.hh.i,1.hh.g", 2, 2 * (5 + 5) * 2),
        ("none", 4, 0),
    ],
)
def test_counts_of_low_rank_changes_by_hand(text: str, rank: int, learn: int) -> None:
    config = ModelConfig(hidden_size=5, num_layers=2)
    chosen = Trainable.parse(text, 2)
    assert chosen.trained_parameters(config, rank) == learn + 128 * 6


@pytest.mark.parametrize(
    "text", ["none", "0,2", "all", "0.hh,2.f", "1.ih.o", "1.ih.i,1.ih.g,2.b,0.i,0.o"]
)
def test_trained_and_frozen_rows_make_up_the_weight(text: str) -> None:
    config = ModelConfig(hidden_size=3, num_layers=3)
    chosen = Trainable.parse(text, 3)
    learn = 0
    for name, shape in shapes(config).items():
        rows = np.arange(shape[0])
        split = [
            np.concatenate([rows[:0], *(rows[block] for block in blocks)])
            for blocks in (chosen.learning_rows(name, 3), chosen.frozen_rows(name, 3))
        ]
        assert sorted(np.concatenate(split)) == list(rows)
        assert chosen.learns_weight(name) == (len(split[0]) > 0)
        learn += len(split[0]) * (shape[1] if len(shape) > 1 else 1)
    assert learn == chosen.trained_parameters(config)


def test_rows_by_hand() -> None:
    chosen = Trainable.parse("1.hh.i,1.hh.f,1.hh.o,1.b.g", 2)  # packed i, f, g, o
    assert chosen.learning_rows("layers.1.weight_hh_l0", 5) == (slice(0, 10), slice(15, 20))
    assert chosen.frozen_rows("layers.1.weight_hh_l0", 5) == (slice(10, 15),)
    assert chosen.learning_rows("layers.1.bias_hh_l0", 5) == (slice(10, 15),)
    assert chosen.learning_rows("layers.1.bias_ih_l0", 5) == (slice(10, 15),)
    assert chosen.learning_rows("layers.1.weight_ih_l0", 5) == ()
    assert chosen.learning_rows("head.bias", 5) == (slice(None),)


def test_the_papers_network_has_124544_weights() -> None:
    assert ModelConfig().parameters == 124_544


def test_the_papers_six_subsets() -> None:
    assert [str(s) for s in nontrivial_subsets(3)] == ["0", "1", "2", "0,1", "0,2", "1,2"]


def test_matrices_and_gates_one_by_one_make_up_the_stack() -> None:
    for parts, count in ((every_matrix(2), 6), (every_gate(2), 8)):
        assert len(parts) == count
        together = parts[0]
        for part in parts[1:]:
            assert not together.cells & part.cells
            together = together | part
        assert str(together) == "all"


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("0,2", 0), ("2", 2), ("1,2", 1), ("none", 3), ("2.f", 2), ("1.b.o,2", 1), ("0.ih.i", 0)],
)
def test_frozen_prefix(text: str, prefix: int) -> None:
    assert Trainable.parse(text, 3).frozen_prefix == prefix
