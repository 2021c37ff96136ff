"""Presets: budgets follow from the text and the network alone, and looks stay affordable."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace

import pytest

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.model import cost, presets
from lyricslab.model.trainable import Trainable

MODEL = ModelConfig()
TWO = Trainable.parse("0,2", 3)


def resolve(preset: str, train_chars: int = 41_000, lyrics: bool = True) -> TrainConfig:
    return presets.resolve(
        preset,
        train_chars=train_chars,
        val_chars=train_chars // 8,
        model=MODEL,
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
def test_evaluations_stay_within_their_share(name: str, train_chars: int) -> None:
    config = resolve(name, train_chars)
    step_chars = config.batch_size * (config.window_chars or cost.TYPICAL_SONG_CHARS)
    learned = config.eval_every_steps * min(step_chars, train_chars)
    looked = cost.eval_chars(train_chars // 8, MODEL)
    assert looked <= cost.EVALUATION_SHARE * learned * 1.1
    assert config.max_steps >= config.eval_every_steps


def test_quick_is_shorter_than_studio() -> None:
    seconds = {
        name: cost.estimate_s(resolve(name), MODEL, TWO, 41_000, 5_000)
        for name in ("quick", "studio")
    }
    assert seconds["quick"] < seconds["studio"] / 2


@pytest.mark.parametrize(
    ("hidden", "choice", "batch", "window", "measured_ms"),
    [
        (64, "0,2", 8, 64, 7.6),
        (64, "2", 8, 64, 3.2),
        (64, "all", 16, 64, 11.6),
        (64, "all", 64, 100, 58.2),
        (256, "all", 16, 64, 82),
        (256, "2", 8, 64, 19.0),
        (256, "2", 64, 100, 190),
    ],
)
def test_estimates_are_those_measured(
    hidden: int, choice: str, batch: int, window: int, measured_ms: float
) -> None:
    """One core of the machine that docs/LOG.md tells of; others are faster or slower."""
    config = TrainConfig(
        batch_size=batch, window_chars=window, max_steps=1000, eval_every_steps=1000
    )
    model, trainable = ModelConfig(hidden_size=hidden), Trainable.parse(choice, 3)
    estimate_s = cost.estimate_s(config, model, trainable, train_chars=1000, val_chars=100)
    assert estimate_s == pytest.approx(measured_ms, rel=0.3)


def test_complete_songs_take_as_long_as_the_longest() -> None:
    whole = replace(resolve("paper"), max_steps=100)
    sizes = (41_000, 5_000)

    def seconds(config: TrainConfig, *more: int) -> float:
        return cost.estimate_s(config, MODEL, TWO, *sizes, *more)

    for longest in (600, 3_000, 9_000):
        assert seconds(whole, longest) == seconds(replace(whole, window_chars=longest))
    assert seconds(whole, 600) < seconds(whole) < seconds(whole, 9_000)
    windows = replace(whole, window_chars=64)
    assert seconds(windows, 9_000) == seconds(windows)


def test_a_run_that_validation_ends_takes_less_than_its_budget() -> None:
    paper = resolve("paper")
    looks = 35 * paper.eval_every_steps
    assert looks < paper.max_steps
    sizes = (41_000, 5_000, 2_000)
    likely = cost.likely_s(paper, MODEL, TWO, *sizes)
    assert likely == cost.estimate_s(replace(paper, max_steps=looks), MODEL, TWO, *sizes)
    assert cost.likely_s(paper, MODEL, TWO, *sizes, from_nothing=True) > likely
    studio = resolve("studio")
    assert cost.likely_s(studio, MODEL, TWO, *sizes) == cost.estimate_s(studio, MODEL, TWO, *sizes)


def test_the_estimate_counts_frozen_layers_once() -> None:
    def seconds(choice: str) -> float:
        settings, learns = resolve("studio"), Trainable.parse(choice, 3)
        return cost.estimate_s(settings, MODEL, learns, 41_000, 5_000)

    assert seconds("all") == seconds("0") > 1.3 * seconds("1")
    assert seconds("1") > 1.4 * seconds("2")
    assert seconds("2") > 1.7 * seconds("none")


def test_the_baseline_grid_has_the_papers_winner_and_stops_by_validation() -> None:
    grid = presets.baseline_grid(82_000, 81_000)
    winner = (ModelConfig(num_layers=2, hidden_size=64), 0.2)
    assert winner in [(model, settings.dropout) for model, settings in grid]
    assert all(settings.patience_evals > 0 for _, settings in grid)
    assert all(settings.max_steps >= 100_000 for _, settings in grid)
    assert all(settings.schedule == "plateau" for _, settings in grid)


@pytest.mark.parametrize(
    ("train_chars", "val_chars"), [(4_000, 500), (49_000, 6_000), (82_000,) * 2]
)
def test_the_baseline_is_patient_for_as_many_epochs_however_long_validation_is(
    train_chars: int, val_chars: int
) -> None:
    for model, settings in presets.baseline_grid(train_chars, val_chars):
        step_chars = settings.batch_size * settings.window_chars
        epochs = settings.eval_every_steps * step_chars / train_chars
        assert settings.patience_evals >= 2 * settings.plateau_evals >= 4
        assert settings.patience_evals * epochs == pytest.approx(12, rel=0.15) or (
            settings.plateau_evals == 2
        )
        trainable = Trainable.parse("all", model.num_layers)
        sizes = (train_chars, val_chars)
        steps = 4 * settings.patience_evals * settings.eval_every_steps
        assert cost.likely_s(
            settings, model, trainable, *sizes, from_nothing=True
        ) == cost.estimate_s(replace(settings, max_steps=steps), model, trainable, *sizes)


def test_every_setting_has_a_sentence() -> None:
    """The docstring below it in the file."""
    body = ast.parse(inspect.getsource(TrainConfig)).body[0].body  # type: ignore[attr-defined]
    sentences = {
        node.target.id: below.value.value
        for node, below in zip(body, body[1:], strict=False)
        if isinstance(node, ast.AnnAssign) and isinstance(below, ast.Expr)
    }
    assert set(sentences) == set(TrainConfig.__dataclass_fields__)
    assert all(text.endswith(".") for text in sentences.values())


@pytest.mark.parametrize("preset", ["studio", "quick"])
def test_only_the_largest_networks_use_dropout(preset: str) -> None:
    hidden = {
        units: presets.resolve(
            preset,
            train_chars=41_000,
            val_chars=5_000,
            model=ModelConfig(hidden_size=units),
            base_is_lyrics=True,
        ).dropout
        for units in (64, 256, 512)
    }
    assert hidden == {64: 0.0, 256: 0.0, 512: 0.1}


def test_a_large_base_of_songs_is_tuned_more_gently_than_one_of_prose() -> None:
    def settings(units: int, lyrics: bool) -> TrainConfig:
        return presets.resolve(
            "studio",
            train_chars=410_000,
            val_chars=5_000,
            model=ModelConfig(hidden_size=units),
            base_is_lyrics=lyrics,
        )

    assert settings(64, True) == settings(64, False)
    songs, prose = settings(256, True), settings(256, False)
    assert songs.learning_rate == pytest.approx(0.7 * prose.learning_rate)
    assert songs.max_steps == pytest.approx(3 * 410_000 / 512, rel=1e-3)  # 8 songs of 64 characters
    assert prose.max_steps == pytest.approx(5 * 410_000 / 512, rel=1e-3)
