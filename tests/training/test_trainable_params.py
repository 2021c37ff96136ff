"""Parts of layers, low-rank changes and rates by layer, each against another way to do it."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn
from torch.func import functional_call
from torch.nn import functional

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.model.network_file import frozen_drift
from lyricslab.model.trainable import Trainable, nontrivial_subsets
from lyricslab.training.loop import Training, reset_state
from lyricslab.training.lstm import StackedLSTM, build
from lyricslab.training.optimiser import learning_rate
from lyricslab.training.trainable_params import TrainableParams

CONFIG = ModelConfig(hidden_size=9, num_layers=3)
SETTINGS = TrainConfig(
    learning_rate=0.01,
    batch_size=2,
    window_chars=7,
    max_steps=40,
    eval_every_steps=20,
    weight_decay=0.1,
    grad_clip=0.3,
    warmup_steps=3,
)
SONGS = [np.frombuffer(("ab" * n + "c\n").encode(), np.uint8) for n in (9, 14, 5, 11)]
VAL = SONGS[:1]
FINER = ["0.ih", "0.hh,2.f", "1.b", "1.ih.o", "2.i,2.o", "0.f,1.f,2.f", "0,2.hh.g", "1.hh.i,1.b.f"]
OPTIMISERS = ["adamw", "rmsprop"]
STEPS = 7


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def start(choice: str, **changes: object) -> Training:
    settings = dataclasses.replace(SETTINGS, **changes)  # type: ignore[arg-type]
    model = build(CONFIG, trainable=Trainable.parse(choice, 3), seed=1)
    return Training(model, SONGS, VAL, settings, seed=6)


def rival(settings: TrainConfig, tensors: list[nn.Parameter]) -> torch.optim.Optimizer:
    """torch's own, without the fused kernel."""
    kind, more = (
        (torch.optim.AdamW, {})
        if settings.optimiser == "adamw"
        else (torch.optim.RMSprop, {"alpha": 0.99})
    )
    return kind(tensors, lr=1.0, weight_decay=settings.weight_decay, foreach=False, **more)


def plain_steps(
    training: Training,
    optimiser: torch.optim.Optimizer,
    loss_of: Callable[[torch.Tensor, list], tuple[torch.Tensor, list]],
    before_step: Callable[[], None],
    after_step: Callable[[], None] = lambda: None,
) -> None:
    """STEPS steps over the same windows, written out; `training` itself stays as it is."""
    batcher, state = copy.deepcopy(training.batcher), []
    for step in range(STEPS):
        window = batcher.next()
        signal = training.features.read(window.positions)
        logits, after = loss_of(signal, reset_state(state, window.starts_song))
        nats = functional.cross_entropy(
            logits.flatten(0, 1), window.targets.flatten(), ignore_index=-100, reduction="sum"
        )
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(training.config, step)
        optimiser.zero_grad()
        (nats / window.predictions).backward()
        before_step()
        optimiser.step()
        after_step()
        state = [(h.detach(), c.detach()) for h, c in after]


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("choice", [*FINER, *map(str, nontrivial_subsets(3)), "none", "0,1,2"])
def test_frozen_rows_are_unchanged_and_trained_rows_change(choice: str, optimiser: str) -> None:
    training = start(choice, optimiser=optimiser)
    before = training.model.weights()
    for _ in range(STEPS):
        training.take_step()
    after, chosen = training.model.weights(), Trainable.parse(choice, 3)
    assert frozen_drift(before, after, chosen) == 0.0
    gates = "ifgo"
    matrix_of = {"weight_ih_l0": "ih", "weight_hh_l0": "hh", "bias_ih_l0": "b", "bias_hh_l0": "b"}
    for name in before:
        moved = (before[name] != after[name]).reshape(len(before[name]), -1).any(axis=1)
        if name.startswith("head"):
            assert moved.all()
            continue
        _, layer, weight = name.split(".")
        written = {f"{layer}", f"{layer}.{matrix_of[weight]}"}
        for gate, rows in zip(gates, moved.reshape(4, CONFIG.hidden_size), strict=True):
            words = written | {f"{layer}.{gate}", f"{layer}.{matrix_of[weight]}.{gate}"}
            learns = bool(words & set(choice.split(",")))
            assert rows.all() if learns else not rows.any(), (name, gate)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("choice", FINER)
def test_rows_learn_as_with_a_masked_gradient(choice: str, optimiser: str) -> None:
    """The rival: whole weights, gradients masked before clipping, frozen rows put back by hand."""
    training = start(choice, optimiser=optimiser)
    model, chosen = copy.deepcopy(training.model), Trainable.parse(choice, 3)
    weights = dict(model.named_parameters())
    masks, base = {}, {name: weight.detach().clone() for name, weight in weights.items()}
    for name, weight in weights.items():
        weight.requires_grad_(True)
        masks[name] = torch.zeros_like(weight)
        for rows in chosen.learning_rows(name, CONFIG.hidden_size):
            masks[name][rows] = 1

    def mask() -> None:
        for name, weight in weights.items():
            if weight.grad is not None:
                weight.grad *= masks[name]
        nn.utils.clip_grad_norm_(model.parameters(), training.config.grad_clip)

    @torch.no_grad()
    def put_back() -> None:
        for name, weight in weights.items():
            weight.copy_(torch.where(masks[name] > 0, weight, base[name]))

    rival_optimiser = rival(training.config, list(model.parameters()))
    plain_steps(
        training, rival_optimiser, lambda x, s: model.upper(x, s, training.depth), mask, put_back
    )
    for _ in range(STEPS):
        training.take_step()
    for name, weight in training.model.weights().items():
        np.testing.assert_allclose(weight, model.weights()[name], atol=2e-6, err_msg=name)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("choice", [*map(str, nontrivial_subsets(3)), "none", "all"])
def test_complete_layers_learn_to_the_bit_as_without_groups(choice: str, optimiser: str) -> None:
    training = start(choice, optimiser=optimiser)
    model = copy.deepcopy(training.model)
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    settings = training.config
    plain = (
        torch.optim.AdamW(learning, weight_decay=settings.weight_decay, fused=True)
        if optimiser == "adamw"
        else torch.optim.RMSprop(learning, alpha=0.99, weight_decay=settings.weight_decay)
    )
    plain_steps(
        training,
        plain,
        lambda x, s: model.upper(x, s, training.depth),
        lambda: nn.utils.clip_grad_norm_(model.parameters(), settings.grad_clip) and None,
    )
    for _ in range(STEPS):
        training.take_step()
    for name, weight in training.model.weights().items():
        assert np.array_equal(weight, model.weights()[name]), name


# ---- low-rank changes


class Composed(nn.Module):
    """The rival: autograd through W = base + U D."""

    def __init__(self, model: StackedLSTM, params: TrainableParams, names: dict[int, str]) -> None:
        super().__init__()
        self.model = model
        self.names = names
        self.ups = nn.ParameterDict()
        self.downs = nn.ParameterDict()
        for group in params.groups:
            if group.extra:
                key = self.names[id(group.weight)].replace(".", "/")
                self.ups[key], self.downs[key] = (
                    nn.Parameter(t.detach().clone()) for t in group.extra
                )

    def forward(self, signal: torch.Tensor, state: list, first: int) -> tuple[torch.Tensor, list]:
        made = {
            f"model.{key.replace('/', '.')}": self.model.get_parameter(
                key.replace("/", ".")
            ).detach()
            + self.ups[key] @ self.downs[key]
            for key in self.ups
        }
        return functional_call(_Upper(self.model), made, (signal, state, first))


class _Upper(nn.Module):
    def __init__(self, model: StackedLSTM) -> None:
        super().__init__()
        self.model = model

    def forward(self, signal: torch.Tensor, state: list, first: int) -> tuple[torch.Tensor, list]:
        return self.model.upper(signal, state, first)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("choice", ["0.ih,0.hh,2.ih", "1", "1.hh,2.b"])
def test_low_rank_changes_equal_those_of_autograd(choice: str, optimiser: str) -> None:
    training = start(choice, optimiser=optimiser, lora_rank=2)
    names = {id(weight): name for name, weight in training.model.named_parameters()}
    model = copy.deepcopy(training.model)
    composed = Composed(model, training.params, names)
    low_rank = {key.replace("/", ".") for key in composed.ups}
    learning = [
        weight
        for name, weight in composed.named_parameters()
        if weight.requires_grad and name.removeprefix("model.") not in low_rank
    ]
    plain_steps(
        training,
        rival(training.config, learning),
        lambda x, s: composed(x, s, training.depth),
        lambda: nn.utils.clip_grad_norm_(learning, training.config.grad_clip) and None,
    )
    for _ in range(STEPS):
        training.take_step()
    for name, weight in training.model.weights().items():
        expected = model.weights()[name]
        if name in low_rank:
            key = name.replace(".", "/")
            expected = expected + (composed.ups[key] @ composed.downs[key]).detach().numpy()
        np.testing.assert_allclose(weight, expected, atol=3e-6, err_msg=name)


@pytest.mark.parametrize("choice", ["all", "0.hh,2.f", "1.ih.i,1.ih.g"])
@pytest.mark.parametrize("rank", [1, 3])
def test_a_low_rank_change_has_this_rank_and_no_frozen_rows(choice: str, rank: int) -> None:
    training = start(choice, lora_rank=rank)
    before, chosen = training.model.weights(), Trainable.parse(choice, 3)
    for _ in range(STEPS):
        training.take_step()
    after = training.model.weights()
    assert frozen_drift(before, after, chosen) == 0.0
    for name in before:
        if before[name].ndim == 1 or name.startswith("head"):
            continue
        for rows in chosen.learning_rows(name, CONFIG.hidden_size):
            change = (after[name] - before[name])[rows].astype(np.float64)
            sizes = np.linalg.svd(change, compute_uv=False)
            assert sizes[rank - 1] > 1e-4
            assert sizes[rank:].max() < 1e-5


@pytest.mark.parametrize("rank", [0, 1, 4])
@pytest.mark.parametrize("choice", ["none", "all", "0,2", *FINER, "1.hh.i,1.hh.g"])
def test_the_number_of_trained_parameters_is_as_reported(choice: str, rank: int) -> None:
    params = start(choice, lora_rank=rank).params
    chosen = Trainable.parse(choice, 3)
    assert sum(t.numel() for t in params.tensors) == chosen.trained_parameters(CONFIG, rank)


# ---- rates by layer, and layers that begin one after another


def test_learning_rates_decay_from_the_head_down() -> None:
    # AdamW's first step moves a weight by its rate, whatever the gradient.
    training = start("all", layer_decay=0.5, weight_decay=0.0, warmup_steps=0)
    before = training.model.weights()
    training.take_step()
    moved = {n: np.abs(w - before[n]).max() for n, w in training.model.weights().items()}
    assert moved["head.bias"] == pytest.approx(0.01, rel=1e-3)
    for layer, rate in enumerate((0.00125, 0.0025, 0.005)):
        for name in ("weight_ih_l0", "bias_hh_l0"):
            assert moved[f"layers.{layer}.{name}"] == pytest.approx(rate, rel=1e-2)


@pytest.mark.parametrize("choice", ["0,2", "0.f,1,2.hh"])
def test_layers_unfreeze_from_the_top_down(choice: str) -> None:
    training = start(choice, unfreeze_epochs=0.4)
    chosen = Trainable.parse(choice, 3)
    last = training.model.weights()
    turn = {k: n + 1 for n, k in enumerate(k for k in (2, 1, 0) if chosen.learns(k))}
    began: set[int] = set()
    while len(began) < len(turn):
        epochs = training.batcher.epochs
        training.take_step()
        now = training.model.weights()
        for layer in turn:
            moves = any(
                not np.array_equal(now[n], last[n]) for n in now if n.startswith(f"layers.{layer}.")
            )
            assert moves == (epochs >= 0.4 * turn[layer]), (layer, epochs)
            began |= {layer} if moves else set()
        assert not np.array_equal(now["head.bias"], last["head.bias"])
        last = now
    assert training.depth == chosen.frozen_prefix
