"""A set-up as a link, a command and a file; and a run that exists already."""

from __future__ import annotations

import shlex
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from lyricslab import cli
from lyricslab.cli.run_commands import fine_tuning_options
from lyricslab.config import RunConfig, SplitConfig, TrainConfig
from lyricslab.library import recipes
from lyricslab.library.corpora import load_corpus, rename_corpus
from lyricslab.library.runs import check_run, fine_tuning_config, submit_run
from lyricslab.model.card import Card
from lyricslab.store.store import Store
from lyricslab.ui.common.recipe_link import recipe_link
from tests.support.app_page import fine, labelled, open_page, press, said, stated
from tests.support.lab import SMALL, Lab


@pytest.fixture
def lab(lab_with_bases: Lab) -> Lab:
    return lab_with_bases


def first_config(lab: Lab, preset: str = "quick") -> RunConfig:
    """What the form makes of layers 0 and 2 of "books"."""
    corpus = load_corpus(lab.store, lab.store.corpora()[0].id)
    card = Card(name="books", kind="base", model=SMALL, lyrics=True)
    return fine_tuning_config(corpus, card, "0,2", preset, SplitConfig())


def queued(store: Store) -> RunConfig:
    """The run that was started last."""
    return store.runs()[0].config


CHANGES = [
    {},
    {"learning_rate": 0.1 + 0.2, "schedule": "constant", "max_steps": 7},
    {"blend": "reported", "precision": "bfloat16", "dropout": 1 / 3, "window_chars": 0},
    {"lora_rank": 3, "optimiser": "rmsprop", "patience_evals": 2, "layer_decay": 0.5},
]


@pytest.mark.parametrize("changed", CHANGES)
def test_a_link_makes_the_very_same_run(lab: Lab, changed: dict[str, object]) -> None:
    config = first_config(lab)
    settings = TrainConfig.from_dict(config.settings.to_dict() | changed)
    split = SplitConfig(train=0.6, val=0.2, test=0.2, seed=4) if changed else config.split
    preset = "own" if changed else "quick"
    config = replace(config, settings=settings, split=split, preset=preset, seed=12)
    config = check_run(lab.store, config)[1]
    at = open_page("train", **recipes.address(lab.store, config))
    assert not at.warning
    press(at, "Start")
    assert replace(queued(lab.store), preset="") == replace(config, preset="")


def shared(at: AppTest) -> tuple[str, str]:
    """The link and the command in the menu."""
    link, command = (element.value for element in at.code[-2:])
    return link, command


def test_what_is_shown_to_copy_makes_the_run_that_start_makes(lab: Lab) -> None:
    at = open_page("train", preset="studio")
    labelled(at.number_input, "Learning rate").set_value(0.004).run()
    labelled(at.number_input, "Seed").set_value(3).run()
    link, command = shared(at)
    press(at, "Start")
    made = queued(lab.store)
    assert (made.settings.learning_rate, made.seed) == (0.004, 3)
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "lyricslab"]
    assert fine_tuning_options(lab.store, cli.parser().parse_args(words[3:])) == made
    run = lab.store.runs()[0]
    told = dict(parse_qsl(urlsplit(link).query))
    assert told == recipe_link(run) == recipes.address(lab.store, made)
    rename_corpus(lab.store, run.corpus_id, "Another name")  # it goes by what it is
    at = open_page("train", **(told | {"seed": "4"}))
    assert not at.warning
    press(at, "Start")
    assert queued(lab.store) == replace(made, seed=4)


@pytest.mark.parametrize(("page", "name"), [("run", "run"), ("compare", "runs")])
def test_a_runs_settings_are_used_again_from_its_pages(lab: Lab, page: str, name: str) -> None:
    run = lab.run(lab.store.corpora()[0], "Mine", base="books", trainable="1", dropout=0.25)
    at = press(open_page(page, **{name: run.id}), "Use these settings again")
    press(at, "Start")
    made = queued(lab.store)
    assert replace(made, preset="") == replace(run.config, preset="")


def test_only_a_fine_tuning_can_be_used_again(lab: Lab) -> None:
    scratch = lab.run(lab.store.corpora()[0], "alone", base=None, trainable="all")
    assert recipe_link(scratch) is None


def test_a_link_that_asks_for_what_cannot_be_says_so(lab: Lab) -> None:
    at = open_page("train", set="speed:3,dropout:0.25,learning_rate:7", split="a", corpus="f" * 12)
    warned = "\n".join(warning.value for warning in at.warning).replace("\\", "")
    assert "no setting 'speed'" in warned and "Learning rate must lie between" in warned
    assert "'a' is not a split" in warned
    assert "songs that are not in this library" in warned
    assert "Set by you: dropout 0.25." in said(at)
    old = open_page("train", corpus=lab.store.corpora()[0].id)
    assert not old.warning  # links by id still work
    assert stated(old, "corpus") == lab.store.corpora()[0].digest[:12]


# ---- the same run again


def test_the_very_same_run_is_offered_instead_of_trained_again(lab: Lab) -> None:
    at = press(open_page("train"), "Start")
    (run,) = lab.store.runs()
    at = press(open_page("train"), "Start")
    assert f"There is this very run already: '{run.name}' is waiting." in said(at)
    assert len(lab.store.runs()) == 1
    at = press(at, "Open it")
    assert stated(at, "run") == run.id
    at = press(press(open_page("train", at), "Start"), "Run it with seed 1")
    assert [row.config for row in lab.store.runs()] == [replace(run.config, seed=1), run.config]
    at = press(open_page("train", seed=0), "Start")
    assert any(button.label == "Run it with seed 2" for button in at.button)
    labelled(at.number_input, "Steps at most").set_value(9).run()
    assert any(button.label == "Start" for button in at.button)  # it is another run now


def test_a_run_that_failed_may_be_started_again(lab: Lab) -> None:
    run = submit_run(lab.store, first_config(lab))
    lab.store.transition(run.id, "running")
    lab.store.transition(run.id, "failed")
    at = open_page("train", **recipes.address(lab.store, run.config))
    press(at, "Start")
    assert len(lab.store.runs()) == 2


# ---- files


def opened(lab: Lab, data: bytes, at: AppTest | None = None) -> AppTest:
    at = at or open_page("train")
    labelled(at.file_uploader, "Open recipe").upload("r.json", data).run()
    return fine(at)


def test_a_recipe_fills_in_the_form(lab: Lab) -> None:
    config = replace(first_config(lab), seed=8)
    settings = replace(config.settings, learning_rate=0.007)
    config = check_run(lab.store, replace(config, settings=settings, preset="own"))[1]
    recipe = recipes.recipe_of(lab.store, config, "Harbour songs")
    assert recipe is not None
    at = opened(lab, recipe.to_json().encode())
    assert not at.warning and not at.error
    press(at, "Start")
    assert queued(lab.store) == config


def test_a_recipe_for_other_songs_says_so_and_fills_in_the_rest(lab: Lab) -> None:
    config = replace(first_config(lab), corpus="e" * 64, seed=8)
    recipe = recipes.Recipe(config=config, corpus_name="Her songs", base_digest="no such")
    at = opened(lab, recipe.to_json().encode())
    warned = "\n".join(warning.value for warning in at.warning).replace("\\", "")
    assert "Its songs, 'Her songs', are not in this library" in warned
    assert "The base 'books' has other weights here" in warned
    assert (stated(at, "base"), stated(at, "layers"), stated(at, "seed")) == ("books", "0,2", "8")
    press(at, "Start")
    assert queued(lab.store).settings == config.settings


def test_a_file_that_is_no_recipe_is_refused_in_a_sentence(lab: Lab) -> None:
    at = opened(lab, b"la la la")
    assert "no recipe: it does not hold JSON" in at.error[0].value.replace("\\", "")
