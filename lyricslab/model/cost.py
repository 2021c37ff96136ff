"""How long training takes, estimated from sizes before it begins."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.model.trainable import Trainable

EVALUATION_SHARE = 0.15
"""At most this part of a run goes into looks at the validation songs."""
EVALUATION_SPEED = 3.0
"""Characters scored in the time that one is learned from; measured, docs/LOG.md."""
LEAST_EVAL_CHARS, EVAL_CHARS_PER_UNIT = 500, 6
"""What an evaluation costs beyond that, in characters learned from, and for each memory unit of a
layer: the longest songs are read beside few others, or alone."""
TYPICAL_EVALS = {True: 70, False: 35}
"""So often a run that validation ends has looked at it by then, as a rule: from nothing, and with
a base (docs/LOG.md)."""
TYPICAL_SONG_CHARS = 1_500
LONGEST_SONG_CHARS = 3_000
"""So long is the window of whole songs where it is not known."""
# What one core takes, measured, docs/LOG.md.
STEP_S = 1e-3
"""For a step, whatever the network: drawing windows, clipping, the optimiser."""
LAYER_S = 1.1e-5
"""For one place of the window in one layer, whatever its size; forward and back."""
WEIGHT_S = 4.8e-11
"""For one weight and one character; forward and back."""
BESIDE = 2
"""A layer takes as long to read its weights as for so many more songs side by side."""


def eval_chars(val_chars: int, model: ModelConfig) -> float:
    """What a look at the validation songs costs, in characters learned from."""
    least = LEAST_EVAL_CHARS + EVAL_CHARS_PER_UNIT * model.hidden_size
    return val_chars / EVALUATION_SPEED + least


@dataclass(frozen=True, slots=True)
class Throughput:
    """What steps and looks cost, measured: see `pace.measure`."""

    precision: str
    """"float32" or "bfloat16", whichever is to be used."""
    step_s: float
    """Seconds a step, of one core where no accelerator is used."""
    eval_s: float
    """Seconds a look at all the validation songs."""
    step_chars: float
    """Characters learned from in a step, padding not counted."""

    @property
    def chars_per_s(self) -> float:
        """Characters learned from in a second."""
        return self.step_chars / self.step_s


def estimate_s(
    config: TrainConfig,
    model: ModelConfig,
    trainable: Trainable,
    train_chars: int,
    val_chars: int,
    longest_chars: int = 0,
) -> float:
    """About how long the whole budget takes on one core, seconds; a stop may come sooner.

    Args:
        longest_chars: of the longest song to learn from: where whole songs are read, a step lasts
            as long as that one. 0 where it is not known.
    """
    if not config.window_chars:
        config = replace(config, window_chars=longest_chars)
    below = trainable.frozen_prefix
    positions = config.batch_size * (config.window_chars or TYPICAL_SONG_CHARS)
    looks = config.max_steps / config.eval_every_steps
    steps = config.max_steps + looks * eval_chars(val_chars, model) / positions
    readings = (train_chars + val_chars) / EVALUATION_SPEED / positions  # by frozen layers, once
    return steps * _step_s(config, model, below, model.num_layers) + readings * _step_s(
        config, model, 0, below
    )


def likely_s(
    config: TrainConfig,
    model: ModelConfig,
    trainable: Trainable,
    train_chars: int,
    val_chars: int,
    longest_chars: int = 0,
    *,
    from_nothing: bool = False,
) -> float:
    """About how long a run takes on one core as a rule, seconds: also one that validation ends."""
    if config.patience_evals:
        steps = TYPICAL_EVALS[from_nothing] * config.eval_every_steps
        config = replace(config, max_steps=min(steps, config.max_steps))
    return estimate_s(config, model, trainable, train_chars, val_chars, longest_chars)


def _step_s(config: TrainConfig, model: ModelConfig, first: int, end: int) -> float:
    """What a step of layers `first` to `end` - 1 takes, and of the head above the last."""
    places = config.window_chars or LONGEST_SONG_CHARS
    sizes = [model.layer_parameters(k) for k in range(first, end)]
    seconds = sum(LAYER_S + size * (config.batch_size + BESIDE) * WEIGHT_S for size in sizes)
    if end == model.num_layers:
        seconds += model.head_parameters * config.batch_size * WEIGHT_S
    return STEP_S + places * seconds
