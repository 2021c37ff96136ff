"""The stacked LSTM against torch's own, and against the recurrence written out gate by gate."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn

from lyricslab.config import VOCAB_SIZE, ModelConfig
from lyricslab.errors import CheckpointError
from lyricslab.model.network_file import shapes
from lyricslab.model.trainable import Trainable
from lyricslab.training.lstm import StackedLSTM, build, last_songs

B, T, H, L = 3, 7, 5, 4  # no two sizes alike, so no two axes can be swapped unseen


@pytest.fixture
def model() -> StackedLSTM:
    return build(ModelConfig(hidden_size=H, num_layers=L), seed=3)


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.randint(0, VOCAB_SIZE, (T, B), generator=torch.Generator().manual_seed(1))


def stacked_twin(model: StackedLSTM) -> nn.LSTM:
    """torch's own L-layer LSTM with the same weights."""
    twin = nn.LSTM(VOCAB_SIZE, H, num_layers=L)
    with torch.no_grad():
        for k, layer in enumerate(model.layers):
            for name, weight in layer.named_parameters():
                getattr(twin, name.replace("_l0", f"_l{k}")).copy_(weight)
    return twin


def test_equals_torchs_stack_to_the_bit(model: StackedLSTM, ids: torch.Tensor) -> None:
    hidden, (h, c) = stacked_twin(model)(torch.eye(VOCAB_SIZE)[ids])
    logits, state = model(ids)
    assert logits.shape == (T, B, VOCAB_SIZE)
    assert torch.equal(logits, model.head(hidden))
    assert torch.equal(torch.cat([s[0] for s in state]), h)
    assert torch.equal(torch.cat([s[1] for s in state]), c)


def test_equals_the_recurrence_written_out(model: StackedLSTM, ids: torch.Tensor) -> None:
    def sigmoid(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    w = {name: value.astype(np.float64) for name, value in model.weights().items()}
    for b in range(B):
        h, c = np.zeros((L, H)), np.zeros((L, H))
        for t in range(T):
            signal = np.zeros(VOCAB_SIZE)
            signal[ids[t, b]] = 1
            for k in range(L):
                gates = (
                    w[f"layers.{k}.weight_ih_l0"] @ signal
                    + w[f"layers.{k}.bias_ih_l0"]
                    + w[f"layers.{k}.weight_hh_l0"] @ h[k]
                    + w[f"layers.{k}.bias_hh_l0"]
                )
                for unit in range(H):
                    i, f, g, o = (gates[gate * H + unit] for gate in range(4))
                    c[k, unit] = sigmoid(f) * c[k, unit] + sigmoid(i) * np.tanh(g)
                    h[k, unit] = sigmoid(o) * np.tanh(c[k, unit])
                signal = h[k]
            expected = w["head.weight"] @ h[L - 1] + w["head.bias"]
            found = model(ids[: t + 1, b : b + 1])[0][-1, 0].detach().numpy()
            np.testing.assert_allclose(found, expected, atol=1e-6)


def test_state_carried_over_windows_is_one_long_pass(model: StackedLSTM, ids: torch.Tensor) -> None:
    whole, _ = model(ids)
    first, state = model(ids[:4])
    second, _ = model(ids[4:], state)
    torch.testing.assert_close(torch.cat([first, second]), whole)


@pytest.mark.parametrize("first", range(L + 1))
def test_upper_layers_continue_from_lower_ones(
    model: StackedLSTM, ids: torch.Tensor, first: int
) -> None:
    expected, states = model(ids)
    signal = torch.eye(VOCAB_SIZE)[ids]
    for layer in list(model.layers)[:first]:
        signal, _ = layer(signal)
    before, state = model.upper(signal[:4], first=first)
    after, state = model.upper(signal[4:], state, first)
    torch.testing.assert_close(torch.cat([before, after]), expected)
    assert len(state) == L - first
    for (h, c), (whole_h, whole_c) in zip(state, states[first:], strict=True):
        torch.testing.assert_close(h, whole_h)
        torch.testing.assert_close(c, whole_c)


def test_the_last_songs_of_a_state(model: StackedLSTM, ids: torch.Tensor) -> None:
    _, state = model(ids)
    _, alone = model(ids[:, 1:])
    for (h, c), (own_h, own_c) in zip(last_songs(state, B - 1), alone, strict=True):
        torch.testing.assert_close(h, own_h)
        torch.testing.assert_close(c, own_c)


@pytest.mark.parametrize("choice", ["none", "0", "1,3", "0,2", "3", "all"])
def test_the_frozen_prefix_of_the_network_is_that_of_the_choice(choice: str) -> None:
    trainable = Trainable.parse(choice, L)
    built = build(ModelConfig(hidden_size=H, num_layers=L), trainable=trainable)
    assert built.frozen_prefix == trainable.frozen_prefix


def test_weights_have_the_names_and_shapes_of_a_checkpoint(model: StackedLSTM) -> None:
    assert {n: w.shape for n, w in model.weights().items()} == shapes(model.config)
    assert sum(w.size for w in model.weights().values()) == model.config.parameters


def test_weights_of_another_size_are_refused(model: StackedLSTM) -> None:
    other = build(ModelConfig(hidden_size=H + 1, num_layers=L))
    with pytest.raises(CheckpointError, match="do not fit the card"):
        other.load_weights(model.weights())


@pytest.mark.parametrize("choice", ["none", "0", "1,3", "0,2", "all"])
def test_only_the_chosen_layers_and_the_head_have_gradients(choice: str) -> None:
    config = ModelConfig(hidden_size=H, num_layers=L)
    trainable = Trainable.parse(choice, L)
    model = build(config, trainable=trainable)
    learning = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert learning == {name for name in shapes(config) if trainable.learns_weight(name)}
    assert "head.weight" in learning


def test_no_dropout_in_a_frozen_prefix_or_in_evaluation(ids: torch.Tensor) -> None:
    config = ModelConfig(hidden_size=H, num_layers=L)
    calm = build(config, seed=3)
    expected, _ = calm(ids)
    prefix_only = build(config, seed=3, dropout=0.5, trainable=Trainable.parse("none", L))
    assert torch.equal(prefix_only.train()(ids)[0], expected)
    upper = build(config, seed=3, dropout=0.5, trainable=Trainable.parse("3", L))
    assert not torch.equal(upper.train()(ids)[0], expected)
    assert torch.equal(upper.eval()(ids)[0], expected)


@pytest.mark.parametrize("choice", ["all", "0", "2", "none"])
def test_dropout_hides_what_is_said_and_nothing_else(ids: torch.Tensor, choice: str) -> None:
    """Each share at its place alone, against a forward pass with the same draws by hand."""
    config, learns = ModelConfig(hidden_size=H, num_layers=L), Trainable.parse(choice, L)
    one_hot = torch.eye(VOCAB_SIZE)[ids]

    def by_hand(model: StackedLSTM, places: dict[str, float]) -> torch.Tensor:
        torch.manual_seed(5)
        signal = one_hot
        if places.get("input_dropout") and learns.frozen_prefix == 0:
            signal = signal * hidden(signal[..., :1], places["input_dropout"])
        for k, layer in enumerate(model.layers):
            if k and k >= learns.frozen_prefix and places.get("dropout"):
                signal = signal * hidden(signal, places["dropout"])
            twin = copy.deepcopy(layer)
            if k >= learns.frozen_prefix and places.get("recurrent_dropout"):
                weight = twin.weight_hh_l0
                weight.data *= hidden(weight.data, places["recurrent_dropout"])
            signal, _ = twin(signal)
        if places.get("output_dropout"):
            signal = signal * hidden(signal, places["output_dropout"])
        return model.head(signal)

    def hidden(signal: torch.Tensor, share: float) -> torch.Tensor:
        return torch.empty_like(signal).bernoulli_(1 - share) / (1 - share)

    for places in (
        {"input_dropout": 0.25},
        {"output_dropout": 0.5},
        {"dropout": 0.4},
        {"recurrent_dropout": 0.3},
        {"dropout": 0.4, "input_dropout": 0.2, "recurrent_dropout": 0.3, "output_dropout": 0.5},
    ):
        model = build(config, seed=3, trainable=learns, **places).train()
        expected = by_hand(model, places)
        torch.manual_seed(5)
        torch.testing.assert_close(model(ids)[0], expected)
        calm = build(config, seed=3)(ids)[0]
        assert torch.equal(model.eval()(ids)[0], calm)
