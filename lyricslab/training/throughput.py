"""How fast a network learns on this machine, measured before a training of hours."""

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

MIN_SPEEDUP = 1.15
"""bfloat16 is used where its steps are at least this many times as fast."""
EVAL_CHARS = 20_000
"""Validation text that is read to estimate how long an evaluation of all of it takes."""


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
    """Train for about `seconds` and return what a step and an evaluation cost.

    The weights that it learned are dropped.

    Args:
        clock: returns seconds; that of the process alone ignores other programs.
        weights: of the base to start from; random ones cost the same.
        device: the processor if None.
    """
    device = device or torch.device("cpu")
    precisions = ["float32", *["bfloat16"] * supports_bfloat16(device)]
    costs: dict[str, tuple[float, float]] = {}
    for precision in precisions:
        network = build(model, weights).to(device)
        trial = replace(config, precision=precision, learning_rate=1e-6, max_steps=1_000_000)
        training = Training(network, train, val, trial, seed=0)
        costs[precision] = _step_cost(training, clock, seconds / (len(precisions) + 0.5))
    faster = len(costs) > 1 and costs["float32"][0] > MIN_SPEEDUP * costs["bfloat16"][0]
    precision = "bfloat16" if faster else "float32"
    sample = val.head(EVAL_CHARS)
    began_s = clock()
    evaluate(network, sample)
    eval_s = (clock() - began_s) * val.predictions / sample.predictions
    return Throughput(precision, costs[precision][0], eval_s, costs[precision][1])


def _step_cost(
    training: Training, clock: Callable[[], float], seconds: float
) -> tuple[float, float]:
    """Return the seconds and characters of a step, the mean over as many as there is time for."""
    training.take_step()  # the first one includes start-up
    began_s, before, steps = clock(), training.batcher.predictions, 0
    while steps == 0 or clock() - began_s < seconds:
        training.take_step()
        float(training.nats)  # waits for the accelerator
        steps += 1
    return (clock() - began_s) / steps, (training.batcher.predictions - before) / steps
