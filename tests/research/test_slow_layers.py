"""Layers that tick slower, against the recurrence written out one character at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.model.network_file import frozen_drift
from lyricslab.model.trainable import Trainable
from lyricslab.training.loop import Training
from research import slow_layers

CONFIG = ModelConfig(hidden_size=5, num_layers=3)
TEXT = ("so we go\nno\n\nand on", "\nthe long quiet road", "aaaaaaaaaaaaaaaaaaaa")
IDS = torch.tensor([[ord(char) for char in text[:19]] for text in TEXT]).T  # (T, B)


def stack(kind: str, learns: str = "all") -> torch.nn.Module:
    return slow_layers.build(kind, CONFIG, None, Trainable.parse(learns, 3), seed=2)


def written_out(model, ids: torch.Tensor) -> torch.Tensor:
    """One song, one character at a time; a layer that does not tick keeps its state."""
    hidden = [torch.zeros(1, 5) for _ in range(3)]
    cell = [torch.zeros(1, 5) for _ in range(3)]
    found = []
    for code in ids.tolist():
        signal = torch.eye(128)[[code]]
        ticks = (True, chr(code) in " \n\0", chr(code) in "\n\0")
        for k, layer in enumerate(model.layers):
            if ticks[k]:
                gates = (
                    signal @ layer.weight_ih_l0.T + layer.bias_ih_l0
                    + hidden[k] @ layer.weight_hh_l0.T + layer.bias_hh_l0
                )  # fmt: skip
                i, f, g, o = gates.chunk(4, dim=1)
                cell[k] = f.sigmoid() * cell[k] + i.sigmoid() * g.tanh()
                hidden[k] = o.sigmoid() * cell[k].tanh()
            signal = hidden[k]
        found.append(model.head(hidden[0] + hidden[1] + hidden[2]))
    return torch.cat(found)


def test_slow_layers_equal_the_recurrence_written_out() -> None:
    model = stack("slow")
    logits, _ = model(IDS)
    for b in range(len(TEXT)):
        torch.testing.assert_close(logits[:, b], written_out(model, IDS[:, b]))


@pytest.mark.parametrize("cut", [1, 8, 18])
def test_state_carried_over_windows_is_one_long_pass(cut: int) -> None:
    model = stack("slow")
    whole, _ = model(IDS)
    first, state = model(IDS[:cut])
    second, _ = model(IDS[cut:], state)
    torch.testing.assert_close(torch.cat([first, second]), whole)


def test_where_every_character_ends_a_line_slow_is_as_quick_as_any() -> None:
    ids = torch.full((7, 2), 10)
    torch.testing.assert_close(stack("slow")(ids)[0], stack("sum")(ids)[0])
    assert not torch.allclose(stack("sum")(ids)[0], stack("top")(ids)[0])


def test_they_have_the_same_weights_and_learn_what_is_chosen() -> None:
    songs = [np.array([ord(char) for char in text]) for text in TEXT]
    settings = TrainConfig(batch_size=2, window_chars=6, learning_rate=0.01)
    for kind in slow_layers.KINDS:
        model = stack(kind, "1.hh")
        assert sum(w.numel() for w in model.parameters()) == CONFIG.parameters
        training = Training(model, songs, songs[:1], settings, seed=0)
        before = model.weights()
        for _ in range(4):
            training.take_step()
        after = model.weights()
        assert frozen_drift(before, after, Trainable.parse("1.hh", 3)) == 0.0
        assert not np.array_equal(before["layers.1.weight_hh_l0"], after["layers.1.weight_hh_l0"])


def test_the_table_by_hand() -> None:
    rows = [
        {"kind": kind, "train": choice, "test": [loss, loss + 0.2]}
        for kind, losses in (("sum", (1.0, 1.5)), ("slow", (2.0, 2.25)))
        for choice, loss in zip(("0", "1"), losses, strict=True)
    ]
    assert slow_layers.table(rows).splitlines()[2:] == [
        "| 0 | 1.1000 ± 0.1414 | 2.1000 ± 0.1414 |",
        "| 1 | 1.6000 ± 0.1414 | 2.3500 ± 0.1414 |",
        "| single layers apart | 0.5000 | 0.2500 |",
    ]
