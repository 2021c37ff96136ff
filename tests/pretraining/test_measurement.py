"""Measuring in a process of its own."""

from __future__ import annotations

import json
import random

import pytest

from lyricslab.config import ModelConfig
from lyricslab.errors import EngineError
from lyricslab.importing.bulk.dataset import build_dataset
from lyricslab.pretraining.measurement import Measurement, seconds_per_size

SIZES = [ModelConfig(hidden_size=3, num_layers=1), ModelConfig(hidden_size=90, num_layers=2)]


def test_measures_several_sizes_in_another_process(lab, until, tmp_path):
    rng = random.Random(5)
    rows = [{"title": "", "text": "\n".join(rng.choices("abc def ghi jkl".split(), k=60))}]
    rows += [{"title": f"{n}", "text": f"song {n}\n" + "la " * (40 + n)} for n in range(40)]
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    dataset = build_dataset([path], lab.home.datasets)
    measurement = Measurement(lab.home, dataset.digest, SIZES, seconds=0.2)
    throughputs = until(measurement.throughputs)
    assert list(throughputs) == SIZES
    assert all(
        throughput.step_s > 0 and throughput.step_chars > 0 for throughput in throughputs.values()
    )
    assert throughputs[SIZES[0]].step_s < throughputs[SIZES[1]].step_s
    assert measurement.throughputs() is throughputs
    assert not measurement.is_running


def test_longer_texts_are_measured_longer():
    assert [seconds_per_size(chars) for chars in (0, 2_000_000, 10**9)] == [1.5, 4.0, 10.0]


def test_a_failed_measurement_says_why(lab, until):
    measurement = Measurement(lab.home, "no such dataset", SIZES, seconds=0.2)
    with pytest.raises(EngineError, match="Name the files again"):
        until(measurement.throughputs)


def test_it_can_be_stopped(lab):
    measurement = Measurement(lab.home, "no such dataset", SIZES)
    assert 0 <= measurement.progress < 0.5
    assert measurement.is_running
    measurement.stop()
    assert not measurement.is_running
