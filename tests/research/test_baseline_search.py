"""The search for a better network from scratch: fair, resumable, blind to the test songs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.songs.split import Splits
from research import baseline_search
from research.baseline_search import CHANGED, Network, Search, corpus_draws, draw, trials


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def draws(tmp_path: Path) -> list[Splits]:
    """Two draws of four songs that all differ."""
    songs = [f"# song {k}\n" + f"the {'abcdefghij'[k] * 9} of {k * k}\n" * 3 for k in range(9)]
    (tmp_path / "songs.txt").write_text("\n---\n".join(songs))
    name, drawn = corpus_draws(f"few={tmp_path / 'songs.txt'}:4x2")
    assert name == "few"
    return drawn


def small(number: int) -> Network:
    changes = draw(number).changes | {"schedule": "plateau", "batch_size": 2, "window_chars": 16}
    changes.pop("epochs", None)
    return Network(f"trial {number}", ModelConfig(hidden_size=4 + number, num_layers=1), changes)


def test_no_song_is_in_two_draws(draws: list[Splits]) -> None:
    drawn = [[song.text for part in splits for song in part] for splits in draws]
    assert [len(songs) for songs in drawn] == [4, 4]
    assert len(set(drawn[0] + drawn[1])) == 8


def test_the_same_number_is_the_same_network_and_all_can_be_trained(draws: list[Splits]) -> None:
    assert trials(6) == [draw(number) for number in range(6)]
    assert len({str(network) for network in trials(40)}) == 40
    for network in trials(40):
        settings = network.settings(draws[0], "float32")
        assert set(network.changes) - {"epochs"} == set(CHANGED)
        assert settings.patience_evals and settings.max_steps


def test_a_third_goes_on_and_an_interrupted_search_is_the_same(
    draws: list[Splits], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = [small(number) for number in range(6)]
    patient = TrainConfig(patience_evals=2, max_steps=30)
    real = baseline_search.presets.from_scratch

    def short(*sizes: object, **changes: object) -> TrainConfig:
        chosen = real(*sizes, **changes)
        return replace(chosen, patience_evals=patient.patience_evals, max_steps=patient.max_steps)

    monkeypatch.setattr(baseline_search.presets, "from_scratch", short)

    def search(out: Path) -> Search:
        return Search("few", draws, out, "float32")

    straight = search(tmp_path / "straight.jsonl")
    straight.run(networks, (1, 3))
    by_stage = {stage: [r for r in straight.rows if r["stage"] == stage] for stage in (0, 1, "end")}
    assert {stage: len(rows) for stage, rows in by_stage.items()} == {0: 6, 1: 2, "end": 1}
    best = sorted(by_stage[0], key=lambda row: row["val"])[:2]
    assert {row["network"] for row in best} == {row["network"] for row in by_stage[1]}
    assert "test" not in by_stage[1][0]
    assert not any(straight.states.rglob("*/0"))

    told = 0

    def interrupted(row: object) -> str:
        nonlocal told
        told += 1
        if told in (4, 8):
            raise KeyboardInterrupt
        return ""

    monkeypatch.setattr(baseline_search, "line", interrupted)
    out = tmp_path / "again.jsonl"
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            search(out).run(networks, (1, 3))
    search(out).run(networks, (1, 3))
    again = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row | {"cpu_s": 0} for row in again] == [
        json.loads(json.dumps(row | {"cpu_s": 0})) for row in straight.rows
    ]
