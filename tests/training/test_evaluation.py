"""The measures, against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from lyricslab.config import VOCAB_SIZE, ModelConfig
from lyricslab.errors import CorpusTooSmallError
from lyricslab.training import song_batches
from lyricslab.training.evaluation import Interrupted, evaluate, evaluate_each, padded_loss
from lyricslab.training.lstm import StackedLSTM, State, build

CONFIG = ModelConfig(hidden_size=4, num_layers=2)


def codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("ascii"), np.uint8)


THREE = [codes("la la"), codes("a"), codes("oh, the rain")]
PREDICTIONS = (5 + 1) + (1 + 1) + (12 + 1)


class Uniform(StackedLSTM):
    """Knows nothing: every character is as likely as any other."""

    def upper(
        self, signal: Tensor, state: State | None = None, first: int = 0
    ) -> tuple[Tensor, State]:
        return torch.zeros_like(signal), []


class Bigram(StackedLSTM):
    """Says that 'a' follows 'b' with probability 3/4; else everything is equally likely."""

    def upper(
        self, signal: Tensor, state: State | None = None, first: int = 0
    ) -> tuple[Tensor, State]:
        logits = torch.zeros_like(signal)  # (T, B, V), for layer 0 reads one-hot characters
        logits[..., ord("a")] = math.log(3 * (VOCAB_SIZE - 1)) * signal[..., ord("b")]
        return logits, []


def test_a_uniform_network_scores_ln_128() -> None:
    score = evaluate(Uniform(CONFIG), THREE)
    assert score.predictions == PREDICTIONS
    assert score.nats_per_char == pytest.approx(math.log(128), abs=1e-6)
    assert score.bits_per_char == pytest.approx(7, abs=1e-6)


def test_a_bigram_scores_as_calculated_by_hand() -> None:
    # "bab" is 0->b, b->a, a->b, b->0; "b" is 0->b, b->0. After b: 'a' has 3/4, each of the other
    # 127 has (1/4)/127. Elsewhere each of 128 has 1/128.
    nats = 3 * math.log(128) + math.log(4 / 3) + 2 * math.log(4 * 127)
    score = evaluate(Bigram(CONFIG), [codes("bab"), codes("b")])
    assert score.predictions == 6
    assert score.nats == pytest.approx(nats, rel=1e-6)


def test_padded_loss_of_the_same_three_songs() -> None:
    # Padded to 12 characters, each song is 13 predictions. Uniform scores ln 128 on all of them.
    assert padded_loss(Uniform(CONFIG), THREE) == pytest.approx(math.log(128), abs=1e-6)
    # "bab" and "b00": 0->b b->a a->b b->0, and 0->b b->0 0->0 0->0: eight positions.
    nats = 5 * math.log(128) + math.log(4 / 3) + 2 * math.log(4 * 127)
    assert padded_loss(Bigram(CONFIG), [codes("bab"), codes("b")]) == pytest.approx(nats / 8)


def test_every_song_starts_from_the_zero_state() -> None:
    model = build(CONFIG, seed=2)
    alone = [evaluate(model, [song]) for song in THREE]
    together = evaluate(model, THREE)
    assert together.nats == pytest.approx(sum(s.nats for s in alone), rel=1e-6)
    assert together.predictions == sum(s.predictions for s in alone)


def test_each_song_by_itself() -> None:
    model = build(CONFIG, seed=2)
    each = evaluate_each(model, THREE)
    assert [s.predictions for s in each] == [6, 2, 13]
    alone = [evaluate(model, [song]).nats for song in THREE]
    assert [s.nats for s in each] == pytest.approx(alone, rel=1e-6)


def test_windows_and_batches_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build(CONFIG, seed=2)
    expected = evaluate(model, THREE).nats
    monkeypatch.setattr(song_batches, "WINDOW_CHARS", 5)
    monkeypatch.setattr(song_batches, "BATCH_SONGS", 2)
    assert evaluate(model, THREE).nats == pytest.approx(expected, rel=1e-6)


def test_no_song_is_refused() -> None:
    with pytest.raises(CorpusTooSmallError, match="no song"):
        evaluate(Uniform(CONFIG), [])


def test_an_interrupted_evaluation_leaves_the_model_unchanged() -> None:
    model = build(CONFIG).train()
    with pytest.raises(Interrupted):
        evaluate(model, THREE, should_stop=lambda: True)
    assert model.training
