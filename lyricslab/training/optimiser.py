"""The optimiser, and the course of its learning rate (Sec. 3)."""

from __future__ import annotations

import math

import torch

from lyricslab.config import TrainConfig
from lyricslab.training.trainable_params import TrainableParams


def build_optimiser(params: TrainableParams, config: TrainConfig) -> torch.optim.Optimizer:
    """Return the optimiser of the parameters that learn."""
    groups = params.by_learning_rate()
    if config.optimiser == "rmsprop":
        return torch.optim.RMSprop(
            groups, lr=config.learning_rate, alpha=0.99, weight_decay=config.weight_decay
        )
    return torch.optim.AdamW(
        groups, lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
    )


def learning_rate(config: TrainConfig, step: int, halvings: int = 0) -> float:
    """Return the learning rate of a step: linear warm-up, then constant, cosine to 1 % or halved.

    Args:
        halvings: how often the schedule "plateau" has halved it.
    """
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    if config.schedule == "plateau":
        return config.learning_rate * 0.5**halvings
    if config.schedule == "constant":
        return config.learning_rate
    share = (step - config.warmup_steps) / max(1, config.max_steps - config.warmup_steps)
    return config.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1, share))))
