"""The runs behind what is expected: what "stopped falling" means, and how songs are drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lyricslab.songs.song import Song
from research import expectation_runs
from research.expectation_runs import draw, keep, settled_epoch

FALL = [(0.0, 2.0), (1.0, 1.5), (2.0, 1.06), (3.0, 1.05), (4.0, 1.0), (5.0, 1.2)]
"""A fall of 1.0 in all, of which 0.05 is still to come at epoch 3."""


def test_settled_is_when_a_twentieth_of_the_fall_is_to_come() -> None:
    assert settled_epoch(FALL) == 3.0
    assert settled_epoch(FALL[:3]) == 2.0
    assert settled_epoch([(0.0, 1.5), (1.0, 1.6), (2.0, 1.7)]) == 0.0


def test_songs_are_drawn_until_the_part_to_learn_from_is_as_large_as_wanted() -> None:
    songs = [Song("", f"song {k:03} " * 100) for k in range(40)]  # 900 characters each
    corpus = draw(songs, 14_400, seed=3)
    assert corpus is not None
    assert len(corpus.songs) == 20  # 18,000 characters, of which 80 % are to learn from
    assert [song.text[5:8] for song in corpus.songs] == sorted(s.text[5:8] for s in corpus.songs)
    assert draw(songs, 14_400, seed=3) == corpus != draw(songs, 14_400, seed=4)
    assert draw(songs, 28_000, seed=3) is not None
    assert draw(songs, 60_000, seed=3) is None


def test_what_is_kept_is_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expectation_runs, "RUNS", tmp_path / "runs.json")
    run = {"corpus": "mine", "base": "songs", "size_kb": 8, "seed": 0, "train_chars": 8_100}
    run |= {"epochs": 50.5, "settled_epoch": 9.5, "zero_shot": 1.6, "best": 1.2}
    keep([run], {"mine": "today"})
    table = json.loads((tmp_path / "runs.json").read_text())
    assert table["runs"] == [["today", "songs", 8_100, 50.5, 9.5, 0.25]]
