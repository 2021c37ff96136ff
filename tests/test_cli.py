"""The command line, as a script would use it: one JSON object, exit status, one sentence."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lyricslab import cli
from lyricslab.config import ModelConfig
from lyricslab.errors import ConfigError
from lyricslab.model import checkpoint
from lyricslab.model.card import Card
from lyricslab.model.lstm import build

WORDS = "rain river morning train window slow silver we you hold the a and over under home".split()
TINY = ModelConfig(hidden_size=7, num_layers=3)
THIRDS = ["--split", "1/3,1/3,1/3"]


def make_songs(count: int, seed: int = 3) -> str:
    rng = random.Random(seed)
    songs = []
    for number in range(count):
        lines = [" ".join(rng.choices(WORDS, k=rng.randint(4, 7))) for _ in range(9 + number % 4)]
        songs.append(f"Song {number}\n\n" + "\n".join(lines))
    return "\n---\n".join(songs)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "home"
    monkeypatch.setenv("LYRICSLAB_HOME", str(root))
    weights = build(TINY, seed=4).weights()
    card = Card(name="tiny", kind="base", model=TINY, reads="nothing yet", lyrics=True)
    checkpoint.save(root / "bases" / "tiny", weights, card)
    return root


@pytest.fixture
def songs(tmp_path: Path) -> str:
    path = tmp_path / "my songs.txt"
    path.write_text(make_songs(11), "utf-8")
    return str(path)


Ask = Any


@pytest.fixture
def ask(home: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    def run(*arguments: str) -> dict[str, Any]:
        capsys.readouterr()
        status = cli.main([*arguments, "--json"])
        printed = capsys.readouterr()
        assert status == 0, printed.err
        answer: dict[str, Any] = json.loads(printed.out)
        return answer

    return run


@pytest.fixture
def refuse(home: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    def run(*arguments: str) -> str:
        capsys.readouterr()
        assert cli.main([*arguments, "--json"]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        lines = printed.err.strip().splitlines()
        assert lines and lines[-1].endswith((".", ")"))
        assert "Traceback" not in printed.err
        return lines[-1]

    return run


def test_corpus_counts_and_splits(ask: Ask, songs: str) -> None:
    answer = ask("corpus", songs)
    assert answer["songs"] == 11
    text = Path(songs).read_text("utf-8")
    assert answer["characters"] == len(text) - 10 * len("\n---\n")
    assert sum(answer["split"].values()) == 11
    assert ask("corpus", songs, *THIRDS)["split"] == {"train": 3, "val": 4, "test": 4}


def test_the_way_from_songs_to_a_song(ask: Ask, songs: str) -> None:
    tuned = ask("finetune", songs, "--base", "tiny", "--train", "0,2", "--preset", "quick", *THIRDS)
    assert tuned["frozen_drift"] == 0.0
    assert tuned["trained_parameters"] + tuned["frozen_parameters"] == TINY.parameters
    assert tuned["frozen_parameters"] == TINY.layer_parameters(1)
    assert tuned["val_nats_per_char"] <= tuned["zero_shot_val_nats_per_char"]
    assert (tuned["songs"], tuned["train"], tuned["seed"]) == (11, "0,2", 0)

    scores = ask("evaluate", tuned["run"], songs, *THIRDS)
    assert scores["test_nats_per_char"] == pytest.approx(tuned["test_nats_per_char"], abs=1e-6)
    assert scores["val_nats_per_char"] == pytest.approx(tuned["val_nats_per_char"], abs=1e-6)
    assert scores["test_bits_per_char"] == pytest.approx(scores["test_nats_per_char"] / 0.693147)

    again = ask("finetune", songs, "--base", "tiny", "--train", "2,0", "--preset", "quick", *THIRDS)
    assert again["run"] != tuned["run"]
    assert again["test_nats_per_char"] == tuned["test_nats_per_char"]

    wish = ["--seed", "7", "--length", "40", "--prime", "We ", "--count", "2"]
    written = ask("write", tuned["run"], *wish)
    assert [song["seed"] for song in written["songs"]] == [7, 8]
    assert all(song["text"].startswith("We ") for song in written["songs"])
    assert ask("write", tuned["name"], *wish)["songs"] == written["songs"]
    assert ask("write", "tiny", *wish)["songs"] != written["songs"]
    assert [run["run"] for run in ask("runs")["runs"]] == [again["run"], tuned["run"]]


def test_knobs_can_be_set(ask: Ask, songs: str) -> None:
    wish = ["--set", "max_steps=3", "--set", "eval_every_steps=2", "--set", "optimiser=rmsprop"]
    answer = ask("finetune", songs, "--base", "tiny", "--train", "none", *wish)
    assert (answer["steps"], answer["preset"], answer["kind"]) == (3, "own", "head")


def test_pretrain_makes_a_base_that_is_listed(ask: Ask, songs: str, home: Path) -> None:
    wish = ["--layers", "2", "--hidden", "6", "--epochs", "2", "--seed", "5"]
    base = ask("pretrain", songs, "--name", "mine", *wish)
    assert base["model"] == {"hidden_size": 6, "num_layers": 2}
    listed = {card["name"]: card for card in ask("bases")["bases"]}
    assert listed["mine"]["weights_digest"] == base["weights_digest"]
    weights, _ = checkpoint.load(home / "bases" / "mine")
    assert weights["layers.1.weight_hh_l0"].shape == (24, 6)


def test_what_a_person_can_put_right(refuse: Ask, songs: str, tmp_path: Path) -> None:
    tune = ["finetune", songs, "--base", "tiny"]
    assert "songbird" in refuse("finetune", songs, "--base", "songbird")
    assert "layers 0 to 2" in refuse(*tune, "--train", "0,3")
    assert "no setting 'speed'" in refuse(*tune, "--set", "speed=3")
    assert "Learning rate" in refuse(*tune, "--set", "learning_rate=7")
    assert "not a split" in refuse(*tune, "--split", "half")
    assert "add up to 1" in refuse(*tune, "--split", "0.5,0.1,0.1")
    assert "between 0 and 2; it is 5" in refuse("write", "tiny", "--temperature", "5")
    assert "neither a base nor a run" in refuse("write", "nobody")
    assert "nothing.txt" in refuse("corpus", str(tmp_path / "nothing.txt"))
    one = tmp_path / "one.txt"
    one.write_text(make_songs(1), "utf-8")
    assert "at least 3 songs" in refuse("finetune", str(one), "--base", "tiny")


def test_a_base_cut_short_is_named(refuse: Ask, home: Path) -> None:
    path = home / "bases" / "tiny.safetensors"
    path.write_bytes(path.read_bytes()[:-9])
    assert "tiny.safetensors" in refuse("write", "tiny")


def test_a_home_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way", "utf-8")
    monkeypatch.setenv("LYRICSLAB_HOME", str(blocked))
    assert cli.main(["runs"]) == 2
    assert "LYRICSLAB_HOME" in capsys.readouterr().err


def test_shares_are_read_as_fractions() -> None:
    options = cli.parser().parse_args(["corpus", "x", "--split", "1/2, 1/4,0.25"])
    assert cli.split_config(options).val == 0.25
    options.split = "1/0,1,1"
    with pytest.raises(ConfigError, match="not a split"):
        cli.split_config(options)


def test_as_a_program_it_keeps_its_streams_apart(home: Path, songs: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lyricslab", "corpus", songs, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["songs"] == 11
