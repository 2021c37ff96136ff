"""What steps and looks cost, told by a clock that the test holds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.errors import InputError
from lyricslab.training import hardware, throughput
from lyricslab.training.song_batches import FramedSongs

MODEL = ModelConfig(hidden_size=5, num_layers=2)
SONGS = [np.full(length, 97, np.uint8) for length in (40, 31, 17, 25)]


class Clock:
    """Moves on by two seconds at each step, by three at each look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step_s: dict[str, float]) -> None:
        self.now = 0.0
        take, look = throughput.Training.take_step, throughput.evaluate

        def take_step(training: throughput.Training) -> None:
            take(training)
            self.now += step_s[training.config.precision]

        def evaluate(*arguments: object) -> object:
            self.now += 3.0
            return look(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(throughput.Training, "take_step", take_step)
        monkeypatch.setattr(throughput, "evaluate", evaluate)

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "precision", "step_s"),
    [((2.0, 1.0), "bfloat16", 1.0), ((2.0, 1.9), "float32", 2.0), ((2.0, 5.0), "float32", 2.0)],
)
def test_the_faster_precision_is_chosen(
    monkeypatch: pytest.MonkeyPatch, seconds: tuple[float, float], precision: str, step_s: float
) -> None:
    monkeypatch.setattr(throughput, "supports_bfloat16", lambda device: True)
    clock = Clock(monkeypatch, dict(zip(("float32", "bfloat16"), seconds, strict=True)))
    config = TrainConfig(batch_size=2, window_chars=100)
    found = throughput.measure(MODEL, FramedSongs(SONGS), FramedSongs(SONGS[1:]), config, clock)
    assert (found.precision, found.step_s, found.eval_s) == (precision, step_s, 3.0)
    # Two whole songs a step, in turn: 117 predictions in every two steps.
    assert found.step_chars == pytest.approx(117 / 2, abs=15)


def test_devices_are_named() -> None:
    assert hardware.device("cpu") == torch.device("cpu")
    with pytest.raises(InputError, match="no device 'toaster'"):
        hardware.device("toaster")
    assert hardware.describe(torch.device("cpu"))


def test_the_device_may_be_set_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYRICSLAB_DEVICE", "abacus")
    with pytest.raises(InputError, match="abacus"):
        hardware.device()
    assert hardware.device("cpu").type == "cpu"
