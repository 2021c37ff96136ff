"""The command line as a script uses it: one JSON object, exit status, one sentence."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lyricslab import cli
from lyricslab.cli import (
    base_commands,
    command_helpers,
    experiment_commands,
    run_commands,
    song_input,
)
from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.engine import client
from lyricslab.errors import ConfigError
from lyricslab.library import baselines
from lyricslab.library.corpora import load_corpus, load_intake
from lyricslab.model import network_file, presets
from lyricslab.model.card import Card
from lyricslab.pretraining import pretrain
from lyricslab.store.home import open_home
from lyricslab.store.store import Store
from lyricslab.training.lstm import build
from tests.support.fake_engine import work_off
from tests.support.guessing import guess_pairs
from tests.support.read_here import read_here

WORDS = "rain river morning train window slow silver we you hold the a and over under home".split()
TINY = ModelConfig(hidden_size=7, num_layers=3)
THIRDS = ["--split", "1/3,1/3,1/3"]
FEW = ["--set", "max_steps=12", "--set", "eval_every_steps=4"]


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
    monkeypatch.setattr(pretrain, "MEASURE_FOR_EPOCHS_S", 0.05)
    monkeypatch.setattr(song_input, "read_files", read_here)
    weights = build(TINY, seed=4).weights()
    card = Card(name="tiny", kind="base", model=TINY, reads="nothing yet", lyrics=True)
    network_file.save(root / "bases" / "tiny.safetensors", weights, card)
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
        answer = json.loads(printed.out)
        lines = printed.err.strip().splitlines()
        assert lines and lines[-1].endswith((".", ")"))
        assert "Traceback" not in printed.err
        assert answer["error"] in printed.err
        return lines[-1]

    return run


def test_corpus_counts_and_splits(ask: Ask, songs: str) -> None:
    answer = ask("corpus", songs)
    assert answer["songs"] == 11
    text = Path(songs).read_text("utf-8")
    assert answer["characters"] == len(text) - 10 * len("\n---\n")
    assert sum(answer["split"].values()) == 11
    assert ask("corpus", songs, *THIRDS)["split"] == {"train": 3, "val": 4, "test": 4}


def test_corpus_tells_of_each_song(ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    (folder / "1 attic.txt").write_text("Attic Stairs\n\nThe dust goes up\nThe moths come down\n")
    (folder / "2 tin.txt").write_text("Tin Roof\n\nHail: a drum\n---\nNo Roof\n\nRain: a bath\n")
    answer = ask("corpus", str(folder))
    names = ("title", "artist", "source", "lines", "characters", "details")
    assert [tuple(entry) for entry in answer["entries"]] == [names] * 3
    found = [(entry["title"], entry["source"], entry["lines"]) for entry in answer["entries"]]
    assert found == [
        ("Attic Stairs", "1 attic.txt", 2),
        ("Tin Roof", "2 tin.txt", 1),
        ("No Roof", "2 tin.txt", 1),
    ]
    assert sum(entry["characters"] for entry in answer["entries"]) == answer["characters"]
    assert answer["entries"][2]["details"] == {}
    texts = [entry["text"] for entry in ask("corpus", str(folder), "--texts")["entries"]]
    assert texts == ["The dust goes up\nThe moths come down", "Hail: a drum", "Rain: a bath"]


def test_songs_too_few_for_a_corpus_are_read_but_not_kept(
    ask: Ask, refuse: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two.txt"
    path.write_text("Ferry\n\nAcross the mud\n---\nFlat Tyre\n\nBeside the road\n", "utf-8")
    answer = ask("corpus", str(path))
    assert (answer["songs"], answer["split"]) == (2, None)
    assert [entry["title"] for entry in answer["entries"]] == ["Ferry", "Flat Tyre"]
    assert "needs at least 3 songs" in answer["verdict"]
    assert cli.main(["corpus", str(path)]) == 0
    assert "needs at least 3 songs" in capsys.readouterr().out
    assert "needs at least 3 songs" in refuse("corpus", str(path), "--keep")
    assert ask("runs") == {"runs": []}


def test_a_guess_is_told_and_can_be_switched_off(
    ask: Ask, refuse: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guess_pairs(monkeypatch)
    path = tmp_path / "trees.txt"
    path.write_text("oak ash elm fir yew box", "utf-8")

    def songs(*rules: str) -> list[str]:
        return [entry["title"] for entry in ask("corpus", str(path), *rules)["entries"]]

    [found] = ask("corpus", str(path))["findings"]
    assert found == {
        "remedy": "pairs",
        "title": "Lines of one song",
        "found": "6 lines, joined in twos.",
        "songs": 3,
        "on": True,
    }
    assert songs("--rules", "all") == songs("--rules", "none,pairs") == ["oak", "elm", "yew"]
    apart = ["oak", "ash", "elm", "fir", "yew", "box"]
    assert songs("--rules", "none") == songs("--rules", "labels") == apart
    assert songs("--rules", "default,-pairs") == songs("--rules=-pairs") == apart
    off = ask("corpus", str(path), "--rules=-pairs")["findings"]
    assert off == [found | {"on": False}]
    assert "'pears' is no rule" in refuse("corpus", str(path), "--rules", "default,-pears")


@pytest.mark.parametrize(
    ("words", "on", "off"),
    [
        ("default", {"chords", "page"}, {"labels"}),
        ("all,-languages,-copies", {"chords", "labels"}, {"languages", "copies"}),
        ("-chords,labels", {"page", "labels"}, {"chords"}),
        ("none", set(), {"chords", "labels"}),
        ("labels, chords ,-labels", {"chords"}, {"labels", "page"}),
    ],
)
def test_rules_are_named_from_left_to_right(words: str, on: set[str], off: set[str]) -> None:
    enabled = song_input._enabled(words)
    assert on <= enabled and not off & enabled


def test_a_refusal_is_an_object_too(home: Path, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "table.csv"
    path.write_text("shelf,colour\n" + "\n".join(f"{k},{'red ' * 11}" for k in range(4)), "utf-8")
    assert cli.main(["corpus", str(path), "--json"]) == 2
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert answer["columns"] == ["colour"]
    assert answer["error"] == printed.err.strip()
    assert cli.main(["write", "nobody", "--json"]) == 2
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"error": printed.err.strip()}
    assert cli.main(["write", "nobody"]) == 2
    assert capsys.readouterr().out == ""


def test_a_search_among_parts_of_layers(
    ask: Ask, songs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "keep_alive", lambda home: work_off(Store(home)))
    arguments = ("--base", "tiny", "--budget", "60", "--seeds", "1", "--rates", "1")
    asked = ("search", songs, *arguments, "--methods", "zero-shot,head,layers,matrices", *THIRDS)
    settings = TrainConfig(batch_size=3, window_chars=30, max_steps=4, eval_every_steps=2)
    monkeypatch.setattr(presets, "resolve", lambda preset, **_: settings)
    answer = ask(*asked)
    # Only biases fit into 60: 56 of each layer, one of them.
    kinds = [row["kind"] for row in answer["rows"]]
    assert kinds == ["zero-shot", "head", *["layers"] * 7, "matrices"]
    assert answer["rows"][-1]["train"] in ("0.b", "1.b", "2.b")
    assert answer["rows"][-1]["trained_parameters"] == 56 + TINY.head_parameters
    assert answer["pareto"][0]["kind"] == "zero-shot"
    assert {found["a"] for found in answer["comparisons"]} == {answer["rows"][-1]["name"]}
    shown = experiment_commands.show_search(answer).splitlines()
    assert len(shown) == 1 + len(kinds) + len(answer["comparisons"]) + 1
    assert f"report {answer['search']} " in shown[-1]
    path = Path(songs).with_suffix(".csv")
    report = ask("report", answer["search"], str(path))
    assert (report["search"], report["done"]) == (answer["search"], report["runs"])
    assert len(path.read_text("utf-8").splitlines()) == 1 + len(kinds)
    assert answer["corpus"] == ask("runs")["runs"][0]["corpus"]
    known = len(ask("runs")["runs"])
    assert ask(*asked) == answer
    assert len(ask("runs")["runs"]) == known


def test_impossible_searches_are_refused(refuse: Ask, songs: str) -> None:
    search = ["search", songs, "--base", "tiny"]
    assert "smallest has" in refuse(*search, "--budget", "20")
    assert "magic is no way" in refuse(*search, "--methods", "layers,magic")
    assert "'fast' is not a list of numbers" in refuse(*search, "--rates", "fast")
    assert "2 of 1" in refuse(*search, "--seeds", "1", "--search-seeds", "2")
    assert "nobody" in refuse("search", songs, "--base", "nobody")


def test_parts_of_layers_learn(ask: Ask, refuse: Ask, songs: str) -> None:
    settings = ("--set", "max_steps=3", "--set", "lora_rank=2", "--preset", "quick")
    tuned = ask("finetune", songs, "--base", "tiny", "--train", "2.f,0.hh", *settings)
    assert tuned["train"] == "0.hh,2.f"
    assert tuned["frozen_drift"] == 0.0
    learn = 2 * (28 + 7) + 2 * (2 * (7 + 7)) + 2 * 7
    assert tuned["trained_parameters"] == learn + TINY.head_parameters
    assert tuned["frozen_parameters"] == TINY.parameters - TINY.head_parameters - 28 * 7 - 7 * 16
    assert "'0.x' in '0.x' is no part" in refuse(
        "finetune", songs, "--base", "tiny", "--train", "0.x"
    )


def test_from_songs_to_a_new_song(ask: Ask, songs: str) -> None:
    tuned = ask("finetune", songs, "--base", "tiny", "--train", "0,2", *FEW, *THIRDS)
    assert tuned["frozen_drift"] == 0.0
    assert tuned["trained_parameters"] + tuned["frozen_parameters"] == TINY.parameters
    assert tuned["frozen_parameters"] == TINY.layer_parameters(1)
    assert tuned["val_nats_per_char"] <= tuned["zero_shot_val_nats_per_char"]
    assert (tuned["songs"], tuned["train"], tuned["seed"]) == (11, "0,2", 0)

    scores = ask("evaluate", tuned["run"], songs, *THIRDS)
    assert scores["test_nats_per_char"] == pytest.approx(tuned["test_nats_per_char"], abs=1e-6)
    assert scores["val_nats_per_char"] == pytest.approx(tuned["val_nats_per_char"], abs=1e-6)
    assert scores["test_bits_per_char"] == pytest.approx(scores["test_nats_per_char"] / 0.693147)

    again = ask("finetune", songs, "--base", "tiny", "--train", "2,0", *FEW, *THIRDS)
    assert again["run"] != tuned["run"]
    assert again["test_nats_per_char"] == tuned["test_nats_per_char"]

    wish = ["--seed", "7", "--length", "40", "--prime", "We ", "--count", "2"]
    written = ask("write", tuned["run"], *wish)
    assert [song["seed"] for song in written["songs"]] == [7, 8]
    assert all(song["text"].startswith("We ") for song in written["songs"])
    assert ask("write", tuned["name"], *wish)["songs"] == written["songs"]
    assert ask("write", "tiny", *wish)["songs"] != written["songs"]

    text = Path(songs).read_text("utf-8")
    opening = f"{text[200:231]}#{text[500:526]}#"
    (song,) = ask("write", tuned["run"], "--length", "20", "--prime", opening)["songs"]
    passages = [song["text"][copy["start"] : copy["end"]] for copy in song["copies"]]
    assert passages == [text[200:231], text[500:526]]
    assert [copy["chars"] for copy in song["copies"]] == [31, 26]
    assert all(copy["song"] in text for copy in song["copies"])
    assert song["longest_copy_chars"] == 31
    assert 0 <= song["copied_line_share"] < 1
    assert [run["run"] for run in ask("runs")["runs"]] == [again["run"], tuned["run"]]


def test_songs_are_written_in_known_words_or_as_the_network_is(ask: Ask, refuse: Ask) -> None:
    wish = ["write", "tiny", "--seed", "3", "--length", "60"]
    usual, raw = ask(*wish), ask(*wish, "--raw")
    assert usual["decoding"]["known_words"] == 1.0
    assert usual["decoding"]["max_copy_chars"] == 40
    parts = ("known_words", "loop_guard", "endings", "max_copy_chars")
    assert not any(raw["decoding"][name] for name in parts)
    assert usual["songs"][0]["english_word_share"] == 1.0
    assert raw["songs"][0]["english_word_share"] < 1.0
    off = ("--known-words", "0", "--max-copy", "0", "--no-loop-guard", "--no-endings")
    some = ask(*wish, *off, "--top-p", "0.9")
    assert some["decoding"] == raw["decoding"] | {"top_p": 0.9}
    assert "between 0 and 1" in refuse(*wish, "--known-words", "2")
    assert "at least 20 characters" in refuse(*wish, "--max-copy", "19")


def test_songs_are_written_in_a_form(ask: Ask, refuse: Ask) -> None:
    wish = ["write", "tiny", "--candidates", "2", "--syllables", "3"]
    text = ask(*wish, "--form", "verse chorus chorus", "--rhymes", "aa")["songs"][0]["text"]
    _title, first, second, third = text.split("\n\n")
    assert [len(section.split("\n")) for section in (first, second, third)] == [2, 2, 2]
    assert second == third
    assert len(ask(*wish)["songs"][0]["text"].split("\n\n")) == 5
    assert "not 'coda'" in refuse(*wish, "--form", "verse coda")
    assert "8 6 8 6" in refuse("write", "tiny", "--syllables", "many")


def test_settings_can_be_changed(ask: Ask, songs: str) -> None:
    wish = ["--set", "max_steps=3", "--set", "eval_every_steps=2", "--set", "optimiser=rmsprop"]
    answer = ask("finetune", songs, "--base", "tiny", "--train", "none", *wish)
    assert (answer["steps"], answer["preset"], answer["kind"]) == (3, "own", "head")


def test_pretrain_makes_a_base_that_is_listed(ask: Ask, songs: str, home: Path) -> None:
    wish = ["--layers", "2", "--hidden", "6", "--epochs", "2", "--seed", "5"]
    base = ask("pretrain", songs, "--name", "mine", *wish)
    assert base["model"] == {"hidden_size": 6, "num_layers": 2}
    listed = {card["name"]: card for card in ask("bases")["bases"]}
    assert listed["mine"]["weights_digest"] == base["weights_digest"]
    weights, _ = network_file.load(home / "bases" / "mine.safetensors")
    assert weights["layers.1.weight_hh_l0"].shape == (24, 6)


def test_bad_arguments_are_explained(refuse: Ask, songs: str, tmp_path: Path) -> None:
    tune = ["finetune", songs, "--base", "tiny"]
    assert "songbird" in refuse("finetune", songs, "--base", "songbird")
    assert "layers 0 to 2" in refuse(*tune, "--train", "0,3")
    assert "no setting 'speed'" in refuse(*tune, "--set", "speed=3")
    assert "Learning rate" in refuse(*tune, "--set", "learning_rate=7")
    assert "not a split" in refuse(*tune, "--split", "half")
    assert "not a split" in refuse(*tune, "--split", "")
    assert "add up to 1" in refuse(*tune, "--split", "0.5,0.1,0.1")
    assert "between 0 and 2; it is 5" in refuse("write", "tiny", "--temperature", "5")
    assert "neither a base nor a run" in refuse("write", "nobody")
    assert "nothing.txt" in refuse("corpus", str(tmp_path / "nothing.txt"))
    one = tmp_path / "one.txt"
    one.write_text(make_songs(1), "utf-8")
    assert "at least 3 songs" in refuse("finetune", str(one), "--base", "tiny")


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
    assert song_input.split_config(options).val == 0.25
    options.split = "1/0,1,1"
    with pytest.raises(ConfigError, match="not a split"):
        song_input.split_config(options)


def test_the_program_keeps_its_streams_apart(home: Path, songs: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lyricslab", "corpus", songs, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["songs"] == 11


def test_files_are_read_in_a_process_of_their_own(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    (folder / "1 good.txt").write_text(make_songs(4), "utf-8")
    (folder / "2 noise.txt").write_bytes(bytes(range(32)) * 9)
    (folder / "3 good.txt").write_text(make_songs(3, seed=8), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "lyricslab", "corpus", str(folder), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    sources = [entry["source"] for entry in json.loads(done.stdout)["entries"]]
    assert sources == ["1 good.txt"] * 4 + ["3 good.txt"] * 3
    assert "Reading 2 noise.txt (2 of 3)." in done.stderr
    assert "Left out: '2 noise.txt'" in done.stderr


@pytest.mark.parametrize("seed", ["-1", "99999999999999999999999", str(2**63)])
def test_seeds_have_a_range(refuse: Ask, songs: str, seed: str) -> None:
    for command in (
        ("write", "tiny", "--seed", seed),
        ("corpus", songs, "--split-seed", seed),
        ("finetune", songs, "--base", "tiny", "--seed", seed),
        ("pretrain", songs, "--name", "new", "--epochs", "1", "--seed", seed),
    ):
        assert f"Seed must lie between 0 and 9223372036854775807; it is {seed}" in refuse(*command)


def test_the_largest_seed_works(ask: Ask, songs: str) -> None:
    most = str(2**63 - 1)
    assert ask("write", "tiny", "--seed", most, "--length", "5", "--count", "2")["songs"]
    assert ask("corpus", songs, "--split-seed", most)["split"]
    wish = ["--seed", most, "--set", "max_steps=2"]
    assert ask("finetune", songs, "--base", "tiny", *wish)["seed"] == int(most)


def test_a_base_is_not_overwritten_by_accident(ask: Ask, refuse: Ask, songs: str) -> None:
    wish = ["--layers", "1", "--hidden", "3", "--epochs", "0.2"]
    before = ask("write", "tiny", "--length", "30")
    assert "--replace" in refuse("pretrain", songs, "--name", "tiny", *wish)
    assert ask("write", "tiny", "--length", "30") == before
    assert ask("pretrain", songs, "--name", "tiny", "--replace", *wish)["model"]["num_layers"] == 1


def test_a_base_in_progress_is_not_started_again_by_accident(
    ask: Ask, refuse: Ask, songs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = ["--name", "mine", "--epochs", "2", "--hidden", "5"]
    other = tmp_path / "other.txt"
    other.write_text(make_songs(12, seed=8), "utf-8")
    assert "no unfinished base 'mine'" in refuse("pretrain", songs, *wish, "--resume")
    with monkeypatch.context() as patch:
        patch.setattr(command_helpers, "on_interrupt", lambda stop: stop())
        assert "before its first evaluation" in refuse("pretrain", songs, *wish)
    assert "--resume" in refuse("pretrain", songs, *wish)
    ask("finetune", songs, "--base", "tiny", "--set", "max_steps=1", "--name", "mine")
    with monkeypatch.context() as patch:  # by its name, whatever is done under the same one
        patch.setattr(client, "ensure_engine", lambda home: None)
        assert ask("resume", "mine")["status"] == "queued"
        assert ask("stop", "mine")["status"] == "stopped"
    assert "no run with the id or name 'yours'" in refuse("stop", "yours")
    assert "other text" in refuse("pretrain", str(other), *wish, "--resume")
    assert ask("pretrain", songs, *wish, "--resume")["details"]["finished"] is True
    assert "finished" in refuse("stop", "mine")  # the run: the base is in the library by now
    assert "no unfinished base 'mine'" in refuse("pretrain", songs, *wish, "--resume")


def test_a_base_name_must_be_a_file_name(refuse: Ask, songs: str) -> None:
    for name in ("../evil", "", ".", ".hidden", "a/b", "a b", "x" * 300):
        said = refuse("pretrain", songs, "--name", name, "--epochs", "1")
        assert "cannot be a base's name" in said


def test_budgets_have_a_range(refuse: Ask, songs: str) -> None:
    for name, text in (("minutes", "0"), ("epochs", "0"), ("epochs", "nan"), ("minutes", "inf")):
        said = refuse("pretrain", songs, "--name", "new", f"--{name}", text)
        assert name.capitalize() in said
    assert "seeds must lie between 1 and" in refuse("baseline", songs, "--seeds", "0")


def test_impossible_paths_are_refused(refuse: Ask, songs: str, tmp_path: Path, home: Path) -> None:
    wish = ["--name", "new", "--epochs", "1"]
    assert "my songs.txt" in refuse("pretrain", songs, *wish, "--into", songs)
    long = str(tmp_path / ("x" * 300))
    assert "could not be opened" in refuse("corpus", long)
    assert "could not be opened" in refuse("pretrain", long, *wish)
    weights = home / "bases" / "tiny.safetensors"
    weights.unlink()
    weights.mkdir()
    assert "tiny.safetensors cannot be read" in refuse("write", "tiny")


def test_a_missing_column_is_an_error(ask: Ask, refuse: Ask, tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    rows = [f'{k},Other {k},"{song}"' for k, song in enumerate(make_songs(11).split("\n---\n"))]
    path.write_text("title,other,lyrics\n" + "\n".join(rows), "utf-8")
    assert "no column named 'nope'" in refuse("corpus", str(path), "--lyrics-column", "nope")
    assert "no column named 'nope'" in refuse("corpus", str(path), "--title-column", "nope")
    assert ask("corpus", str(path), "--title-column", "other")["songs"] == 11
    with pytest.raises(SystemExit) as left:
        cli.main(["corpus", str(path), "--title-column", ""])
    assert left.value.code == 2


def test_a_full_disk_is_explained(
    refuse: Ask, songs: str, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("lyricslab.library.corpora.write_file", full)
        assert "No space left on device. Free some" in refuse("corpus", songs, "--keep")
    monkeypatch.setattr(network_file, "save", full)
    assert "Free some disk space" in refuse("finetune", songs, "--base", "tiny")
    assert "Traceback" in (home / "logs" / "cli.log").read_text("utf-8")


def test_an_unexpected_error_is_a_sentence_and_a_log_entry(
    refuse: Ask, songs: str, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a planted fault")

    monkeypatch.setattr(song_input, "read_files", fail)
    said = refuse("corpus", songs)
    assert "inside the program (ZeroDivisionError)" in said
    assert "a planted fault" in (home / "logs" / "cli.log").read_text("utf-8")


def test_a_closed_pipe_is_not_an_error(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "lyricslab", "bases"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


BAD_CARDS = (
    '{"name": 5, "kind": "base"}',
    '{"name": "x", "kind": "base", "songs": "many"}',
    '{"name": "x", "kind": "base", "val_nats_per_char": "low"}',
    '{"name": "x", "kind": "base", "model": {"hidden_size": 3.5}}',
    '{"name": "x", "kind": "base", "model": {"hidden_size": true}}',
    '{"name": "x", "kind": "base", "model": null}',
    '{"name": "x", "kind": "base", "sources": "abc"}',
    '{"name": "x", "kind": "base", "details": []}',
    "[" * 100_000,
    "\udcff",
)


def test_damaged_cards_do_not_hide_others(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for k, text in enumerate(BAD_CARDS):
        header = json.dumps({"__metadata__": {"card": text}}).encode()
        file = home / "bases" / f"bad{k}.safetensors"
        file.write_bytes(len(header).to_bytes(8, "little") + header)
    assert cli.main(["bases"]) == 0
    printed = capsys.readouterr()
    assert "tiny: nothing yet" in printed.out
    assert "validation not measured" in printed.out
    for k in range(len(BAD_CARDS)):
        assert f"bad{k}.safetensors is damaged" in printed.err
        assert cli.main(["write", f"bad{k}"]) == 2
        assert f"bad{k}.safetensors is damaged" in capsys.readouterr().err


def test_a_base_has_the_name_of_its_file(ask: Ask, home: Path) -> None:
    for path in sorted((home / "bases").glob("tiny.*")):
        path.rename(path.with_name(path.name.replace("tiny", "copy")))
    assert [card["name"] for card in ask("bases")["bases"] if card["reads"] == "nothing yet"] == [
        "copy"
    ]
    assert ask("write", "copy", "--length", "5")["model"] == "copy"


def test_a_damaged_run_does_not_hide_others(
    ask: Ask, refuse: Ask, songs: str, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    bad, good = (
        ask("finetune", songs, "--base", "tiny", "--set", "max_steps=1", "--name", name)["run"]
        for name in ("Bad", "Good")
    )
    store = Store(open_home())
    with store._transaction() as db:
        db.execute("update run set config_json = ? where id = ?", ('{"seed": "x"}', bad))
    assert cli.main(["runs"]) == 0
    printed = capsys.readouterr()
    assert good in printed.out and bad not in printed.out
    assert "'Bad'" in printed.err
    assert ask("delete", bad, "--yes") == {"deleted": bad}
    assert not (home / "runs" / bad).exists()


def test_a_run_stopped_before_its_first_evaluation_is_shown(
    home: Path, songs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_helpers, "on_interrupt", lambda stop: stop())
    assert cli.main(["finetune", songs, "--base", "tiny"]) == 0
    assert "Validation not measured, test not measured" in capsys.readouterr().out
    assert cli.main(["baseline", songs]) == 2
    assert "The baseline was stopped" in capsys.readouterr().err


def test_the_first_seed_chooses_the_baselines_network(
    ask: Ask, songs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = TrainConfig(
        batch_size=4, max_steps=12, eval_every_steps=4, patience_evals=0, learning_rate=0.03
    )
    models = [ModelConfig(hidden_size=hidden, num_layers=1) for hidden in (2, 9)]
    grid = [(model, replace(settings, output_dropout=0.1)) for model in models]
    monkeypatch.setattr(baselines, "baseline_grid", lambda *sizes: grid)
    answer = ask("baseline", songs, "--seeds", "3", "--seed", "4")
    first = min(answer["rows"][:2], key=lambda row: row["val_nats_per_char"])
    assert [row["seed"] for row in answer["rows"]] == [4, 4, 5, 6]
    assert answer["best"] == [first, *answer["rows"][2:]]
    assert {row["model"]["hidden_size"] for row in answer["best"]} == {9}
    tests = [row["test_nats_per_char"] for row in answer["best"]]
    assert len(set(tests)) == 3
    assert answer["mean"] == pytest.approx(statistics.fmean(tests))
    assert answer["sd"] == pytest.approx(statistics.stdev(tests))


ENDLESS = ["--set", "max_steps=10000000", "--set", "patience_evals=0"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_run(
    home: Path,
    songs: str,
    number: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def tell(line: str) -> None:
        if "step 0" in line:
            signal.raise_signal(number)

    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    monkeypatch.setattr(command_helpers, "tell", tell)
    try:
        assert cli.main(["finetune", songs, "--base", "tiny", *ENDLESS]) == 0
    finally:
        for each, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(each, handler)
    assert "stopped after" in capsys.readouterr().out
    (run,) = Store(open_home()).runs()
    assert run.status == "stopped"


def test_runs_are_stopped_resumed_and_deleted(
    ask: Ask, refuse: Ask, songs: str, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    started: list[Path] = []
    monkeypatch.setattr(client, "ensure_engine", lambda at: started.append(at.root))
    monkeypatch.setattr(command_helpers, "on_interrupt", lambda stop: stop())
    run = ask("finetune", songs, "--base", "tiny", "--name", "Mine")["run"]
    assert ask("resume", "Mine")["status"] == "queued"
    assert started == [home]
    assert "cannot be resumed: it is waiting" in refuse("resume", run)
    assert ask("stop", run)["status"] == "stopped"
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    assert refuse("delete", "Mine") == "Nothing was deleted."
    assert "no run" in refuse("delete", "nobody", "--yes")
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert ask("delete", "Mine") == {"deleted": run}
    assert ask("runs")["runs"] == []


def test_deleting_a_baseline_says_how_many_runs_use_it(
    ask: Ask, songs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_helpers, "on_interrupt", lambda stop: stop())
    ask("finetune", songs, "--base", "tiny", "--name", "Mine")
    cli.main(["baseline", songs])
    store = Store(open_home())
    (first, *_) = (run for run in store.runs() if run.kind == "baseline")
    # Stopped, it is nobody's measure.
    assert "baseline" not in run_commands.what_is_lost(store, first.id)[1]
    assert "baseline" not in run_commands.what_is_lost(store, "Mine")[1]
    monkeypatch.setattr(run_commands, "count_baseline_users", lambda store, runs: {runs[0].name: 2})
    assert "It is the baseline of 2 other runs." in run_commands.what_is_lost(store, first.id)[1]


def test_the_engines_settings_are_checked(refuse: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYRICSLAB_WORKERS", "abc")
    assert "LYRICSLAB_WORKERS must be a whole number; it is 'abc'" in refuse("engine", "start")


def test_songs_damaged_in_the_library_can_be_imported_again(ask: Ask, songs: str) -> None:
    row = ask("corpus", songs, "--keep", "--name", "Mine")
    store = Store(open_home())
    store.home.corpus_file(row["digest"]).write_bytes(b"\xff")
    assert ask("corpus", songs, "--keep", "--name", "Mine")["id"] == row["id"]
    assert load_corpus(store, row["id"]).digest == row["digest"]


# ---- a sweep

SWEEP = ["--base", "tiny", "--seeds", "2", "--preset", "quick"]
CHOICES = ["--train", "2,0", "--train", "zero-shot", "--train", "none", "--train", "baseline"]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine in this process, and budgets of a few steps."""
    few = {"quick": replace(presets.BUDGETS["quick"], fewest_steps=5, most_steps=5)}
    monkeypatch.setattr(presets, "BUDGETS", few)
    model = ModelConfig(hidden_size=4, num_layers=1)
    grid = [(model, TrainConfig(max_steps=4, learning_rate=rate)) for rate in (0.001, 0.002)]
    monkeypatch.setattr(presets, "baseline_grid", lambda *sizes: grid)
    monkeypatch.setattr(client, "keep_alive", lambda home: work_off(Store(home)))
    monkeypatch.setattr(experiment_commands, "FOLLOW_EVERY_S", 0.0)


@pytest.mark.usefixtures("engine")
def test_a_sweep_gives_rows_of_every_kind(ask: Ask, songs: str) -> None:
    answer = ask("sweep", songs, *SWEEP, *CHOICES, *THIRDS)
    rows = {row["kind"]: row for row in answer["rows"]}
    assert list(rows) == ["baseline", "zero-shot", "head", "subset"]
    assert rows["subset"]["train"] == "0,2"
    for kind, row in rows.items():
        tests = [run["test_nats_per_char"] for run in row["seeds"]]
        assert [run["seed"] for run in row["seeds"]] == ([0] if kind == "zero-shot" else [0, 1])
        assert row["mean"] == pytest.approx(statistics.fmean(tests))
        spread = statistics.stdev(tests) if len(tests) > 1 else 0.0
        assert row["sd"] == pytest.approx(spread)
        assert row["ratio"] == pytest.approx(row["mean"] / rows["baseline"]["mean"])
        assert row["trained_parameters"] + row["frozen_parameters"] > 0
        assert all(run["frozen_drift"] == 0.0 for run in row["seeds"])
    assert rows["zero-shot"]["trained_parameters"] == 0
    assert sum(trial["chosen"] for trial in answer["trials"]) == 1
    assert (answer["status"], answer["runs"]) == ("done", len(ask("runs")["runs"]))
    assert {claim["name"] for claim in answer["claims"]} >= {"transfer", "baseline-overfits"}


@pytest.mark.usefixtures("engine")
def test_a_stopped_sweep_is_resumed_by_the_same_command(
    ask: Ask, refuse: Ask, songs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(command_helpers, "on_interrupt", lambda stop: stop())
        assert "the same command continues it" in refuse("sweep", songs, *SWEEP, *CHOICES)
    assert {run["status"] for run in ask("runs")["runs"]} == {"stopped"}
    answer = ask("sweep", songs, *SWEEP, *CHOICES)
    assert answer["status"] == "done"
    known = len(ask("runs")["runs"])
    again = ask("sweep", songs, *SWEEP, *CHOICES)
    assert again == answer
    assert len(ask("runs")["runs"]) == known


def test_impossible_sweeps_are_refused(refuse: Ask, songs: str) -> None:
    assert "no base named 'nothing'" in refuse("sweep", songs, "--base", "nothing")
    assert "layers 0 to 2" in refuse("sweep", songs, "--base", "tiny", "--train", "5")
    assert "Seeds must lie between 1 and 100" in refuse(
        "sweep", songs, "--base", "tiny", "--seeds", "0"
    )


# ---- rules, and folders


MESSY = """Song 1

[Verse]
the  river runs
G     D7
oh my dog (x2)
You might also like
"""


@pytest.fixture
def messy(tmp_path: Path) -> str:
    path = tmp_path / "messy.txt"
    path.write_text(f"{MESSY}\n---\n{make_songs(9)}", "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("rules", "lines"),
    [
        (None, ["[Verse]", "the river runs", "oh my dog (x2)"]),
        ("", MESSY.strip().split("\n")[2:]),
        ("all", ["the river runs", "oh my dog", "oh my dog"]),
        ("labels", [line for line in MESSY.strip().split("\n")[2:] if line != "[Verse]"]),
        ("default, labels", ["the river runs", "oh my dog (x2)"]),
        ("none,page,,page", [line for line in MESSY.strip().split("\n")[2:] if "You" not in line]),
    ],
)
def test_rules_are_chosen(ask: Ask, messy: str, rules: str | None, lines: list[str]) -> None:
    chosen = [] if rules is None else ["--rules", rules]
    kept = ask("corpus", messy, "--keep", *chosen)
    songs = load_corpus(Store(open_home()), kept["id"]).songs
    assert songs[0].text.split("\n") == lines
    found = {one["remedy"]: one for one in kept["findings"]}
    assert found.keys() == {"page", "chords", "spaces", "repeats", "labels"}
    assert found["chords"]["found"] == "1 line with chords or tabs, in 1 song."
    intake = load_intake(Store(open_home()), kept["id"])
    assert {name for name, one in found.items() if one["on"]} == intake.enabled_rules & found.keys()


def test_findings_are_printed(home: Path, messy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["corpus", messy]) == 0
    told = capsys.readouterr().err
    line = "Chords and tablature (chords): 1 line with chords or tabs, in 1 song. Put right."
    assert told.count(line) == 1
    assert "[Chorus] (labels): 1 label, in 1 song. Left as it is." in told
    assert "(repeats): 1 place, in 1 song. Left as it is." in told


def test_an_unknown_rule_is_refused(refuse: Ask, messy: str) -> None:
    for rules in ("sulphur", "default,sulphur", "Labels", "all;none"):
        said = refuse("corpus", messy, "--rules", rules)
        assert "is no rule" in said
        assert "labels" in said


def test_a_run_learns_from_the_cleaned_songs(ask: Ask, messy: str) -> None:
    tuned = ask("finetune", messy, "--base", "tiny", *FEW, *THIRDS, "--rules", "all")
    assert tuned["characters"] == ask("corpus", messy, "--rules", "all")["characters"]


def test_a_folder_is_read_with_its_files(ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    (folder / "in").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "a.txt").write_text(make_songs(5), "utf-8")
    (folder / "in" / "b.txt").write_text(make_songs(4, seed=9), "utf-8")
    (folder / ".hidden" / "c.txt").write_text(make_songs(3, seed=8), "utf-8")
    (folder / "cover.png").write_bytes(b"\x89PNG")
    answer = ask("corpus", str(folder))
    assert [file["name"] for file in answer["files"]] == ["a.txt", "b.txt"]
    assert answer["songs"] == 9
    (tmp_path / "more.txt").write_text(make_songs(3, seed=7), "utf-8")
    assert ask("corpus", str(folder), str(tmp_path / "more.txt"))["songs"] == 12


def test_unreadable_files_of_a_folder_are_named_and_left_out(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    (folder / "a.txt").write_text(make_songs(8), "utf-8")
    (folder / "b.docx").write_bytes(b"no document")
    (folder / "c.txt").write_bytes(b"")
    assert cli.main(["corpus", str(folder), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["songs"] == 8
    told = [line for line in printed.err.splitlines() if line.startswith("Left out: ")]
    assert ["b.docx" in told[0], "c.txt" in told[1], len(told)] == [True, True, 2]


def test_a_folder_without_songs_is_refused(refuse: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    assert "no file" in refuse("corpus", str(folder))
    (folder / "cover.png").write_bytes(b"\x89PNG")
    assert "no file" in refuse("corpus", str(folder))
    (folder / "a.txt").write_bytes(b"\x00\x01" * 99)
    assert "No file in" in refuse("corpus", str(folder))


@pytest.mark.parametrize("suffix", [".safetensors", ".zip"])
def test_a_base_is_exported_and_imported(
    ask: Ask, refuse: Ask, home: Path, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / "somewhere" / f"tiny{suffix}"
    sent = ask("export", "tiny", str(file))
    assert (sent["exported"], sent["file"], sent["bytes"]) == (
        "tiny",
        str(file),
        len(file.read_bytes()),
    )
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o644
    assert "there already" in refuse("export", "tiny", str(file))
    assert ask("export", "tiny", str(file), "--replace")["bytes"] == sent["bytes"]
    assert "'tiny-2' is free" in refuse("import", str(file))
    came = ask("import", str(file), "--name", "theirs")
    assert (came["base"], came["kind"], came["reads"]) == ("theirs", "base", "nothing yet")
    assert came["weights_digest"] == sent["weights_digest"]
    assert {"tiny", "theirs"} <= {card["name"] for card in ask("bases")["bases"]}
    wish = ["--seed", "7", "--length", "40"]
    assert ask("write", "theirs", *wish)["songs"] == ask("write", "tiny", *wish)["songs"]


def test_a_run_is_exported_imported_and_fine_tuned(
    ask: Ask, refuse: Ask, songs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--set", "max_steps=3", "--set", "eval_every_steps=2", *THIRDS]
    tuned = ask("finetune", songs, "--base", "tiny", "--train", "0,2", "--name", "Mine", *few)
    file = str(tmp_path / "mine.safetensors")
    sent = ask("export", "Mine", file)
    assert sent["reads"] == "'my songs', after the base 'Tiny'"
    assert sent["test_nats_per_char"] == tuned["test_nats_per_char"]
    assert ask("import", file)["base"] == "Mine"
    wish = ["--seed", "7", "--length", "40"]
    (there,), (here,) = (ask("write", run, *wish)["songs"] for run in ("Mine", tuned["run"]))
    assert there["text"] == here["text"]
    assert here["longest_copy"] in here["text"]
    assert here["copies"] == []  # it is too short for any
    assert here["copied_line_share"] == 0.0
    assert "longest_copy" not in there  # its songs stayed at home
    again = ask("finetune", songs, "--base", "Mine", "--train", "1", *few)
    assert again["zero_shot_val_nats_per_char"] == pytest.approx(
        tuned["val_nats_per_char"], abs=1e-6
    )
    assert again["frozen_drift"] == 0.0
    assert "began with it" in refuse("bases", "delete", "Mine", "--yes")
    assert ask("bases", "rename", "Mine", "Ours")["renamed"] == "Mine"
    assert next(r for r in ask("runs")["runs"] if r["run"] == again["run"])["base"] == "Ours"
    assert cli.main(["export", "Ours", file, "--replace"]) == 0
    assert f"'Ours' is in {file}, 0.0 MB." in capsys.readouterr().out
    assert cli.main(["import", file, "--name", "Theirs"]) == 0
    assert "The base 'Theirs' is in your library." in capsys.readouterr().out


def test_impossible_exports_and_imports_are_refused(
    refuse: Ask, songs: str, tmp_path: Path, home: Path
) -> None:
    assert "Choose a file that Lyrics Lab has exported" in refuse("import", songs)
    assert "cannot be read" in refuse("import", str(tmp_path / "nothing.zip"))
    assert "cannot be read" in refuse("import", str(tmp_path))
    assert "neither a base nor a run" in refuse("export", "nobody", str(tmp_path / "x.zip"))
    assert not (tmp_path / "x.zip").exists()
    (home / "bases" / "tiny.safetensors").write_text("{", "utf-8")
    assert "tiny.safetensors is damaged" in refuse("export", "tiny", str(tmp_path / "x.zip"))


def test_bases_are_renamed_and_deleted(
    ask: Ask, refuse: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask("bases", "rename", "tiny", "mine")["base"] == "mine"
    assert "no base named 'tiny'" in refuse("bases", "rename", "tiny", "mine")
    assert "ships with the program" in refuse("bases", "rename", "songs", "mine-too")
    assert "ships with the program" in refuse("bases", "delete", "songs")
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert refuse("bases", "delete", "mine") == "Nothing was deleted."
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert ask("bases", "delete", "mine") == {"deleted": "mine"}
    assert "no base named 'mine'" in refuse("bases", "delete", "mine", "--yes")


@pytest.mark.parametrize("words", [["--json", "rename", "a", "b"], ["rename", "a", "b", "--json"]])
def test_json_may_come_before_or_after_the_action(words: list[str]) -> None:
    options = cli.parser().parse_args(["bases", *words])
    assert (options.json, options.command) == (True, base_commands.rename_base_command)
    plain = cli.parser().parse_args(["bases"])
    assert (plain.json, plain.command) == (False, base_commands.bases)
