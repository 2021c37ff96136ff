"""Ready-made training settings. Budgets are steps, calculated from the corpus, never the clock.

Free of torch, so that the app can show a preset's settings before anything is trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.model.cost import EVALUATION_SHARE, TYPICAL_SONG_CHARS, eval_chars


@dataclass(frozen=True, slots=True)
class Preset:
    """A name for training settings."""

    name: str
    title: str
    sentence: str
    """What it is for, in one plain sentence."""


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "studio",
            "Studio",
            "Takes its time and ends by itself, once it no longer gets better.",
        ),
        Preset(
            "quick",
            "Quick",
            "About as good in half the time: the one to begin with.",
        ),
        Preset(
            "paper",
            "Paper",
            "As the paper trained: whole songs, RMSprop, until validation stops falling.",
        ),
    )
}


def resolve(
    preset: str,
    *,
    train_chars: int,
    val_chars: int,
    model: ModelConfig,
    base_is_lyrics: bool,
) -> TrainConfig:
    """Return a preset's settings for an amount of text.

    Args:
        preset: a key of PRESETS.
        train_chars, val_chars: characters of the two parts of the split.
        base_is_lyrics: whether the base read songs; the paper's learning rate is lower then
            (Sec. 3.2), and with a large base so is ours.
    """
    if preset == "paper":
        rate = PAPER_LYRICS_RATE if base_is_lyrics else PAPER_RATE
        return _paper(train_chars, val_chars, model, rate)
    budget = BUDGETS[preset]
    per_step = budget.batch_size * WINDOW_CHARS
    gentle = base_is_lyrics and model.hidden_size >= GENTLE_HIDDEN
    epochs, fewest_steps = budget.fitted(model, gentle)
    steps = round(epochs * train_chars / per_step)
    steps = min(budget.most_steps, max(fewest_steps, steps))
    return TrainConfig(
        learning_rate=budget.learning_rate * (GENTLE if gentle else 1),
        warmup_steps=steps // 20,
        batch_size=budget.batch_size,
        window_chars=WINDOW_CHARS,
        grad_clip=1.0,
        weight_decay=0.01,
        dropout=LARGE_DROPOUT if model.hidden_size >= LARGE_HIDDEN else 0.0,
        max_steps=steps,
        patience_evals=PATIENCE_EVALS,
        average_decay=AVERAGE_DECAY,
        blend="kept",
        **_frequencies(steps, _min_eval_every(per_step, val_chars, model), evals=40),
    )


PATIENCE_EVALS = 4
"""With averaged weights, validation that did not improve four times in a row did not improve later
(docs/LOG.md)."""
AVERAGE_DECAY = 0.98
WINDOW_CHARS = 64
SMALL_HIDDEN = 64
"""The hidden size that budgets are given for."""
MIN_EPOCHS = 3
GENTLE_HIDDEN = 256
GENTLE = 0.7
"""A large base of songs is close to any songs already: it needs a lower learning rate and the
fewest epochs, where one of prose has more to learn (docs/LOG.md)."""
LARGE_HIDDEN = 512
LARGE_DROPOUT = 0.1
"""Networks of this size are tuned with the dropout that the largest base was trained with; it makes
smaller ones, which were trained without, worse (docs/LOG.md)."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A preset's budget; found by experiment, docs/LOG.md."""

    learning_rate: float
    batch_size: int
    epochs: int
    fewest_steps: int
    """So that a dozen songs get as many steps as they can use."""
    most_steps: int
    """So that a large corpus does not take all evening."""

    def fitted(self, model: ModelConfig, gentle: bool) -> tuple[float, int]:
        """Return the epochs and the fewest steps for a network of this size.

        The larger a base, the sooner it overfits a few songs: a quarter of the epochs is better
        for one of 256 units than all of them (docs/LOG.md).

        Args:
            gentle: whether a large base of songs is tuned, which has little to learn.
        """
        size = max(1.0, model.hidden_size / SMALL_HIDDEN)
        fewest = min(self.epochs, MIN_EPOCHS)
        epochs = fewest if gentle else max(fewest, self.epochs / size)
        return epochs, round(self.fewest_steps / size**0.5)


BUDGETS = {
    "studio": Budget(1e-3, 8, epochs=20, fewest_steps=800, most_steps=20_000),
    "quick": Budget(2e-3, 16, epochs=6, fewest_steps=150, most_steps=900),
}


PAPER_RATE = 1e-2
"""The paper's learning rate (Sec. 3)."""
PAPER_LYRICS_RATE = 1e-3
"""The paper's learning rate for a base that read lyrics (Sec. 4)."""
PAPER_RATES = (PAPER_RATE, 3e-3, PAPER_LYRICS_RATE, 3e-4)
"""The learning rates a sweep tries for each base: the paper's two, one between, one below."""
PAPER_BATCHES = (4, 16)
"""The fewest and the most songs at a time that the paper tried."""


def _paper(
    train_chars: int,
    val_chars: int,
    model: ModelConfig,
    rate: float,
    batch: int | None = None,
    dropout: float = 0.0,
) -> TrainConfig:
    """Return the paper's settings (Sec. 3, 4); training ends when validation stops falling."""
    if batch is None:
        # A batch larger than the corpus would read the same songs twice in a step.
        batch = max(2, min(16, round(train_chars / TYPICAL_SONG_CHARS)))
    per_step = min(train_chars, batch * TYPICAL_SONG_CHARS)
    every = _min_eval_every(per_step, val_chars, model)
    return TrainConfig(
        optimiser="rmsprop",
        learning_rate=rate,
        schedule="constant",
        batch_size=batch,
        window_chars=0,
        padding="learned",
        grad_clip=5.0,
        dropout=dropout,
        max_steps=20_000,
        eval_every_steps=max(every, round(train_chars / per_step)),
        point_every_steps=1,
        patience_evals=10,
        chooses_by="padded",
        blend="reported",
    )


def paper_grid(train_chars: int, val_chars: int) -> list[tuple[ModelConfig, TrainConfig]]:
    """Return the networks that the paper chose its baseline from: layers by dropout (Sec. 4).

    Dropout is between layers, so one layer is there once.
    """
    grid = [(1, 0.0), *((layers, dropout) for layers in (2, 3) for dropout in (0.0, 0.2, 0.5))]
    models = [(ModelConfig(num_layers=layers), dropout) for layers, dropout in grid]
    return [(m, paper_network(train_chars, val_chars, m, dropout)) for m, dropout in models]


def paper_network(
    train_chars: int,
    val_chars: int,
    model: ModelConfig,
    dropout: float,
    batch: int | None = None,
) -> TrainConfig:
    """Return how the paper trained a network from the corpus alone, with `batch` songs at once."""
    return _paper(train_chars, val_chars, model, PAPER_RATE, batch, dropout)


def baseline_grid(train_chars: int, val_chars: int) -> list[tuple[ModelConfig, TrainConfig]]:
    """Return the fixed grid of networks from the corpus alone; the best is the baseline.

    The paper's winner (2 x 64, dropout 0.2) is in it. Each is stopped by validation, never by its
    budget, or every ratio against it would be too good.
    """
    grid = [
        (ModelConfig(num_layers=net.layers, hidden_size=net.hidden), net.changes())
        for net in BASELINE_GRID
    ]
    return [
        (model, from_scratch(train_chars, val_chars, model, **changes)) for model, changes in grid
    ]


@dataclass(frozen=True, slots=True)
class ScratchNetwork:
    """A network of the baseline's grid; found by experiment, docs/LOG.md.

    One layer with much dropout, of its recurrent weights above all, is what learns most from few
    songs; more songs bear more units.
    """

    layers: int
    hidden: int
    learning_rate: float
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    output_dropout: float = 0.0

    def changes(self) -> dict[str, Any]:
        """Return its settings as those of `TrainConfig`."""
        return {
            "learning_rate": self.learning_rate,
            "dropout": self.dropout,
            "input_dropout": 0.05 if self.recurrent_dropout else 0.0,
            "recurrent_dropout": self.recurrent_dropout,
            "output_dropout": self.output_dropout,
        }


BASELINE_GRID = (
    ScratchNetwork(2, 64, 5e-3, dropout=0.2),
    ScratchNetwork(1, 128, 8e-3, recurrent_dropout=0.3, output_dropout=0.4),
    ScratchNetwork(1, 256, 6e-3, recurrent_dropout=0.4, output_dropout=0.5),
    ScratchNetwork(1, 384, 5e-3, recurrent_dropout=0.5, output_dropout=0.6),
)


def from_scratch(
    train_chars: int, val_chars: int, model: ModelConfig, **changes: Any
) -> TrainConfig:
    """Return how a network learns from the corpus alone until validation stops falling.

    Args:
        changes: settings of `TrainConfig`; `plateau_evals` as if an evaluation were an epoch.
    """
    chosen: dict[str, Any] = {
        "learning_rate": 6e-3,
        "schedule": "plateau",
        "batch_size": 8,
        "window_chars": 32,
        "grad_clip": 1.0,
        "weight_decay": 0.01,
        "max_steps": 1_000_000,
        **changes,
    }
    step_chars = chosen["batch_size"] * chosen["window_chars"]
    per_epoch = max(1, round(train_chars / step_chars))
    every = max(per_epoch, _min_eval_every(step_chars, val_chars, model))
    # Where validation songs are many, an evaluation comes after more than one epoch.
    plateau = max(2, round(chosen.pop("plateau_evals", 4) * per_epoch / every))
    return TrainConfig(
        eval_every_steps=every,
        point_every_steps=max(1, per_epoch // 4),
        plateau_evals=plateau,
        patience_evals=max(2 * plateau, round(12 * per_epoch / every)),
        **chosen,
    )


def _frequencies(steps: int, min_every: int, evals: int) -> dict[str, Any]:
    every = max(min_every, steps // evals)
    return {"eval_every_steps": every, "point_every_steps": max(1, min(every, steps // 200))}


def _min_eval_every(step_chars: int, val_chars: int, model: ModelConfig) -> int:
    """Return the fewest steps between evaluations that keep them within EVALUATION_SHARE."""
    return max(1, round(eval_chars(val_chars, model) / (EVALUATION_SHARE * step_chars)))
