"""Estimate how long training takes, from sizes alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.model.trainable import Trainable

EVALUATION_SHARE = 0.15
"""The largest share of a run for evaluations."""
EVALUATION_SPEED = 3.0
"""Characters evaluated in the time of one trained on; measured, docs/LOG.md."""
MIN_EVAL_CHARS, EVAL_CHARS_PER_UNIT = 500, 6
"""What an evaluation costs beyond that, in characters trained on; the second for each hidden unit:
the longest songs are read in small batches."""
TYPICAL_EVALS = {True: 70, False: 35}
"""How many evaluations a run takes that validation ends: without a base, and with one
(docs/LOG.md)."""
PLATEAU_EVALS = 4
"""The same where the rate halves, for each evaluation of the patience (docs/LOG.md)."""
TYPICAL_SONG_CHARS = 1_500
LONGEST_SONG_CHARS = 3_000
"""The window of complete songs where their length is not known."""
# What one core takes, measured, docs/LOG.md.
STEP_S = 1e-3
"""For a step of any network: the batch, clipping, the optimiser."""
LAYER_S = 1.1e-5
"""For one position of the window in one layer of any size; forward and backward."""
WEIGHT_S = 4.8e-11
"""For one weight and one character; forward and backward."""
BESIDE = 2
"""Reading a layer's weights takes as long as this many more songs side by side."""


def eval_chars(val_chars: int, model: ModelConfig) -> float:
    """Return the cost of an evaluation, in characters trained on."""
    least = MIN_EVAL_CHARS + EVAL_CHARS_PER_UNIT * model.hidden_size
    return val_chars / EVALUATION_SPEED + least


@dataclass(frozen=True, slots=True)
class Throughput:
    """What a step and an evaluation cost, from `throughput.measure`."""

    precision: str
    """"float32" or "bfloat16", whichever is to be used."""
    step_s: float
    """Seconds per step, of one core or of the accelerator."""
    eval_s: float
    """Seconds per evaluation of all validation songs."""
    step_chars: float
    """Characters trained on in a step, without padding."""

    @property
    def chars_per_s(self) -> float:
        """Characters trained on in a second."""
        return self.step_chars / self.step_s


def estimate_s(
    config: TrainConfig,
    model: ModelConfig,
    trainable: Trainable,
    train_chars: int,
    val_chars: int,
    longest_chars: int = 0,
) -> float:
    """Return about how many seconds of one core the full budget takes.

    Args:
        longest_chars: of the longest training song, which sets the time of a step where complete
            songs are read. 0 if it is not known.
    """
    if not config.window_chars:
        config = replace(config, window_chars=longest_chars)
    below = trainable.frozen_prefix
    positions = config.batch_size * (config.window_chars or TYPICAL_SONG_CHARS)
    evals = config.max_steps / config.eval_every_steps
    steps = config.max_steps + evals * eval_chars(val_chars, model) / positions
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
    """Return about how many seconds of one core a run takes, also if validation ends it."""
    if config.patience_evals and config.schedule != "cosine":  # cosine is made to reach its end
        evals = TYPICAL_EVALS[from_nothing]
        if config.schedule == "plateau":
            evals = PLATEAU_EVALS * config.patience_evals
        steps = evals * config.eval_every_steps
        config = replace(config, max_steps=min(steps, config.max_steps))
    return estimate_s(config, model, trainable, train_chars, val_chars, longest_chars)


def _step_s(config: TrainConfig, model: ModelConfig, first: int, end: int) -> float:
    """Return a step's seconds in layers `first` to `end` - 1, and of the head if `end` is L."""
    places = config.window_chars or LONGEST_SONG_CHARS
    sizes = [model.layer_parameters(k) for k in range(first, end)]
    seconds = sum(LAYER_S + size * (config.batch_size + BESIDE) * WEIGHT_S for size in sizes)
    if end == model.num_layers:
        seconds += model.head_parameters * config.batch_size * WEIGHT_S
    return STEP_S + places * seconds
