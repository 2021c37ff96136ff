"""Measuring in a process of its own."""

from __future__ import annotations

import json
import random

import pytest

from lyricslab.config import ModelConfig
from lyricslab.errors import EngineError
from lyricslab.importing.bulk.dataset import build_dataset
from lyricslab.pretraining.gauge import Measurement, measuring_s

SIZES = [ModelConfig(hidden_size=3, num_layers=1), ModelConfig(hidden_size=90, num_layers=2)]


def test_paces_of_several_sizes_come_from_another_process(lab, until, tmp_path):
    rng = random.Random(5)
    rows = [{"title": "", "text": "\n".join(rng.choices("abc def ghi jkl".split(), k=60))}]
    rows += [{"title": f"{n}", "text": f"song {n}\n" + "la " * (40 + n)} for n in range(40)]
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    dataset = build_dataset([path], lab.home.datasets)
    gauge = Measurement(lab.home, dataset.digest, SIZES, seconds=0.2)
    paces = until(gauge.paces)
    assert list(paces) == SIZES
    assert all(pace.step_s > 0 and pace.step_chars > 0 for pace in paces.values())
    assert paces[SIZES[0]].step_s < paces[SIZES[1]].step_s
    assert gauge.paces() is paces
    assert not gauge.under_way


def test_the_longer_a_text_the_more_exactly_it_is_measured():
    assert [measuring_s(chars) for chars in (0, 2_000_000, 10**9)] == [1.5, 4.0, 10.0]


def test_what_went_wrong_there_is_said_here(lab, until):
    gauge = Measurement(lab.home, "no such dataset", SIZES, seconds=0.2)
    with pytest.raises(EngineError, match="Name the files again"):
        until(gauge.paces)


def test_it_can_be_given_up(lab):
    gauge = Measurement(lab.home, "no such dataset", SIZES)
    assert 0 <= gauge.share < 0.5
    assert gauge.under_way
    gauge.stop()
    assert not gauge.under_way
