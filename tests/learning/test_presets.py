"""Presets: budgets follow from the text and the network alone, and looks stay affordable."""

from __future__ import annotations

import pytest

from lyricslab.config import ModelConfig, TrainConfig, sentence
from lyricslab.learning import presets
from lyricslab.model.trainable import Trainable

MODEL = ModelConfig()
TWO = Trainable.parse("0,2", 3)


def resolve(preset: str, train_chars: int = 41_000, lyrics: bool = True) -> TrainConfig:
    return presets.resolve(
        preset,
        train_chars=train_chars,
        val_chars=train_chars // 8,
        model=MODEL,
        trainable=TWO,
        base_is_lyrics=lyrics,
    )


def test_the_paper_as_printed() -> None:
    paper = resolve("paper", lyrics=False)
    assert (paper.optimiser, paper.learning_rate, paper.grad_clip) == ("rmsprop", 1e-2, 5.0)
    assert (paper.window_chars, paper.schedule) == (0, "constant")
    assert paper.patience_evals > 0
    assert resolve("paper", lyrics=True).learning_rate == 1e-3


@pytest.mark.parametrize("name", presets.PRESETS)
@pytest.mark.parametrize("train_chars", [1_700, 41_000, 600_000])
def test_looks_stay_within_their_share(name: str, train_chars: int) -> None:
    config = resolve(name, train_chars)
    step_chars = config.batch_size * (config.window_chars or presets.TYPICAL_SONG_CHARS)
    learned = config.eval_every_steps * min(step_chars, train_chars)
    looked = train_chars // 8 / presets.EVALUATION_SPEED
    assert looked <= presets.EVALUATION_SHARE * learned * 1.1
    assert config.max_steps >= config.eval_every_steps


def test_quick_is_shorter_than_studio() -> None:
    seconds = {
        name: presets.estimate_s(resolve(name), MODEL, TWO, 41_000, 5_000)
        for name in ("quick", "studio")
    }
    assert seconds["quick"] < seconds["studio"] / 2


def test_the_baseline_holds_the_papers_winner_and_stops_by_validation() -> None:
    grid = presets.baseline_grid(82_000, 81_000)
    winner = (ModelConfig(num_layers=2, hidden_size=64), 0.2)
    assert winner in [(model, settings.dropout) for model, settings in grid]
    assert all(settings.patience_evals > 0 for _, settings in grid)
    assert all(settings.max_steps >= 100_000 for _, settings in grid)


def test_every_knob_has_its_sentence() -> None:
    for name in TrainConfig.__dataclass_fields__:
        assert sentence(TrainConfig, name).endswith(".")
