"""How fast a network learns on this machine, measured for a moment before hours are promised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.model.cost import Throughput
from lyricslab.model.network_file import Weights
from lyricslab.training.evaluation import evaluate
from lyricslab.training.hardware import supports_bfloat16
from lyricslab.training.loop import Training
from lyricslab.training.lstm import build
from lyricslab.training.song_batches import FramedSongs

PAYS = 1.15
"""Rounding to bfloat16 is taken where steps are at least so many times as fast."""
LOOK_CHARS = 20_000
"""Validation text that is read to tell how long a look at all of it takes."""


def measure(
    model: ModelConfig,
    train: FramedSongs,
    val: FramedSongs,
    config: TrainConfig,
    clock: Callable[[], float],
    *,
    weights: Weights | None = None,
    device: torch.device | None = None,
    seconds: float = 10.0,
) -> Throughput:
    """Takes steps for about so many seconds and gives what they cost.

    Nothing that is learned is kept.

    Args:
        clock: tells seconds; of the process alone, other programs at work do not matter.
        weights: of the base that is gone on from; fresh ones cost the same.
        device: the processor, unless another is given.
    """
    device = device or torch.device("cpu")
    kinds = ["float32", *["bfloat16"] * supports_bfloat16(device)]
    costs: dict[str, tuple[float, float]] = {}
    for precision in kinds:
        network = build(model, weights).to(device)
        trial = replace(config, precision=precision, learning_rate=1e-6, max_steps=1_000_000)
        training = Training(network, train, val, trial, seed=0)
        costs[precision] = _step_cost(training, clock, seconds / (len(kinds) + 0.5))
    pays = len(costs) > 1 and costs["float32"][0] > PAYS * costs["bfloat16"][0]
    precision = "bfloat16" if pays else "float32"
    some = val.some(LOOK_CHARS)
    began_s = clock()
    evaluate(network, some)
    eval_s = (clock() - began_s) * val.predictions / some.predictions
    return Throughput(precision, costs[precision][0], eval_s, costs[precision][1])


def _step_cost(
    training: Training, clock: Callable[[], float], seconds: float
) -> tuple[float, float]:
    """Seconds and characters a step, over as many steps as there is time for."""
    training.take_step()  # the first one pays for start-up
    began_s, before, steps = clock(), training.streams.predictions, 0
    while steps == 0 or clock() - began_s < seconds:
        training.take_step()
        float(training.nats)  # waits until an accelerator is done
        steps += 1
    return (clock() - began_s) / steps, (training.streams.predictions - before) / steps
