"""Recipes: a run's configuration comes back from a file, an address and a command as it was."""

from __future__ import annotations

import json
import random
import shlex
from dataclasses import replace
from typing import Any

import pytest

from lyricslab import cli
from lyricslab.cli.run_commands import fine_tuning_options
from lyricslab.config import THIRDS, RunConfig, SplitConfig, TrainConfig
from lyricslab.errors import ConfigError, RecipeError
from lyricslab.library import recipes
from lyricslab.library.corpora import add_corpus
from lyricslab.library.recipe_text import read_changes, read_split, write_changes, write_split
from lyricslab.library.runs import fine_tuning_config
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.songs.corpus import Corpus
from tests.support.lab import TINY, TinyLab, tiny_songs


def made_up(lab: TinyLab, seed: int) -> RunConfig:
    """A fine-tuning with settings, layers, split and seed drawn at random."""
    rng = random.Random(seed)
    config = lab.config(rng.choice(["0,2", "none", "all", "0.hh,1,2.ih.f"]))
    split = rng.choice([SplitConfig(), SplitConfig.from_dict(THIRDS), config.split])
    changed: dict[str, Any] = {}
    for name, limits in TrainConfig.RANGES.items():
        if rng.random() < 0.4:
            usual = getattr(TrainConfig(), name)
            drawn = rng.uniform(limits.low, min(limits.high, 50))
            value = round(drawn) if isinstance(usual, int) else drawn
            changed[name] = max(value, 1) if name == "max_steps" else value
    for name, values in TrainConfig.CHOICES.items():
        changed[name] = rng.choice(values)
    preset = rng.choice(["own", "studio"])
    settings = replace(config.settings, **changed)
    return replace(
        config,
        settings=settings,
        split=replace(split, seed=rng.choice([0, 7])),
        preset=preset,
        seed=rng.randrange(100),
    )


@pytest.mark.parametrize("seed", range(8))
def test_a_run_comes_back_from_its_recipe(lab: TinyLab, seed: int) -> None:
    config = made_up(lab, seed)
    recipe = recipes.recipe_of(lab.store, config, "Tiny songs")
    assert recipe is not None
    again = recipes.read_recipe(recipe.to_json().encode())
    assert again == recipe
    assert recipes.fitted(lab.store, again) == (recipe, [])


@pytest.mark.parametrize("seed", range(8))
def test_a_run_comes_back_from_its_command(lab: TinyLab, seed: int) -> None:
    config = made_up(lab, seed)
    words = recipes.command(lab.store, config)
    assert shlex.split(shlex.join(words)) == words
    read = fine_tuning_options(lab.store, cli.parser().parse_args(words))
    assert replace(read, preset="own") == replace(config, preset="own")


def test_the_command_of_a_preset_names_no_setting(lab: TinyLab) -> None:
    corpus = Corpus("Tiny songs", tiny_songs())
    card = Card(name="tiny", kind="base", model=TINY, lyrics=True)
    config = fine_tuning_config(corpus, card, "0,2", "quick", SplitConfig())
    words = recipes.command(lab.store, config)
    expected = f"finetune {config.corpus[:12]} --base tiny --train 0,2 --preset quick --seed 0"
    assert " ".join(words) == expected
    thirds = fine_tuning_config(corpus, card, "0,2", "paper", SplitConfig.from_dict(THIRDS))
    assert "--split" not in recipes.command(lab.store, thirds)  # paper divides so itself
    assert recipes.address(lab.store, thirds) == {
        "corpus": config.corpus[:12],
        "base": "tiny",
        "layers": "0,2",
        "preset": "paper",
        "split": "1/3,1/3,1/3",
        "seed": "0",
    }
    changed = replace(config, settings=replace(config.settings, learning_rate=0.004), preset="own")
    assert recipes.address(lab.store, changed)["set"] == "learning_rate:0.004"


def test_without_its_songs_the_address_has_every_setting(lab: TinyLab) -> None:
    config = replace(lab.config(), corpus="f" * 64)
    told = recipes.address(lab.store, config)
    assert "corpus" not in told
    assert TrainConfig(**read_changes(told["set"].split(","), ":")) == config.settings


def test_only_a_fine_tuning_has_a_recipe(lab: TinyLab) -> None:
    assert recipes.recipe_of(lab.store, lab.config("all", base=None), "x") is None
    assert recipes.recipe_of(lab.store, lab.config(max_steps=0), "x") is None


def test_a_recipe_says_what_is_missing_here(lab: TinyLab) -> None:
    recipe = recipes.recipe_of(lab.store, lab.config(), "Tiny songs")
    assert recipe is not None
    elsewhere = replace(recipe, config=replace(recipe.config, corpus="e" * 64))
    _, missing = recipes.fitted(lab.store, elsewhere)
    assert missing == [
        "Its songs, 'Tiny songs', are not in this library: add the same songs on Corpus, or use "
        "it with other songs."
    ]
    _, missing = recipes.fitted(lab.store, replace(recipe, base_digest="f" * 64))
    assert "The base 'tiny' has other weights here" in missing[0]
    gone = replace(recipe.config, base="gone")
    _, missing = recipes.fitted(lab.store, replace(recipe, config=gone, base_digest="f" * 64))
    assert "Its base, 'gone', is not in this library" in missing[0]


def test_a_base_is_found_by_its_weights_under_another_name(lab: TinyLab) -> None:
    recipe = recipes.recipe_of(lab.store, lab.config(), "Tiny songs")
    assert recipe is not None
    card = Card(name="small", kind="base", model=TINY, lyrics=True)
    network_file.save(lab.home.base_file("small"), lab.base_weights, card)
    lab.home.base_file("tiny").unlink()
    here, missing = recipes.fitted(lab.store, recipe)
    assert (here.config.base, missing) == ("small", [])


def broken(recipe: str, **changes: Any) -> bytes:
    values = json.loads(recipe)
    values["run"] |= changes
    return json.dumps(values).encode()


def test_a_bad_recipe_says_what_is_wrong(lab: TinyLab) -> None:
    recipe = recipes.recipe_of(lab.store, lab.config(), "Tiny songs")
    assert recipe is not None
    text = recipe.to_json()
    for data, said in (
        (b"", "does not hold JSON"),
        (b"\xff\xfe", "does not hold JSON"),
        (b"[" * 99_000, "does not hold JSON"),
        (b"{}" + b" " * 200_000, "too large"),
        (b"[]", "no recipe of Lyrics Lab"),
        (b'{"lyricslab": "card"}', "no recipe of Lyrics Lab"),
        (b'{"lyricslab": "recipe", "run": 3}', "must be an object"),
        (b'{"lyricslab": "recipe", "run": {"base": "x"}}', "RunConfig lacks 'corpus'"),
        (broken(text, base=None), "does not fine-tune a base"),
        (broken(text, seed=-1), "Seed must lie between 0"),
        (broken(text, trainable="9"), "'9' is not a choice of layers"),
        (broken(text, flavour=1), "no setting 'flavour'"),
        (broken(text, train={"learning_rate": 7}), "Learning rate must lie between"),
        (text.replace('"Tiny songs"', "[1]").encode(), "names are not text"),
    ):
        with pytest.raises(RecipeError, match=said):
            recipes.read_recipe(data)


def test_changes_and_splits_are_read_back_and_refused_in_sentences() -> None:
    changed = {"learning_rate": 0.1 + 0.2, "schedule": "constant", "max_steps": 7}
    assert read_changes(write_changes(changed)) == changed
    assert write_changes({"dropout": 0.25}, ":") == ["dropout:0.25"]
    with pytest.raises(ConfigError, match="no setting 'speed'.*'fast' is not a value for dropout"):
        read_changes(["speed=3", "dropout=fast"])
    for split in (SplitConfig(), SplitConfig.from_dict(THIRDS), SplitConfig(seed=9)):
        assert read_split(write_split(split)) == split
        assert read_split(write_split(split, seed=False), split.seed) == split
    for text in ("", "1,2", "0.8,0.1,x", "1/0,1,1", "0.8,0.1,0.1,x", "0.5,0.1,0.1"):
        with pytest.raises(ConfigError):
            read_split(text)


def test_a_corpus_on_the_command_line_is_named_or_a_file(lab: TinyLab) -> None:
    other = add_corpus(lab.store, Corpus("Other", tiny_songs(seed=4)))
    for word in ("Other", other.digest, other.digest[:8].upper()):
        options = cli.parser().parse_args(["finetune", word, "--base", "tiny"])
        assert fine_tuning_options(lab.store, options).corpus == other.digest
