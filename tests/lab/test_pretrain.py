"""Pretraining: a run on a pile whose best network becomes a base."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lyricslab.config import ModelConfig
from lyricslab.errors import ConfigError, InputError, NotFoundError
from lyricslab.lab import library, pretrain, runs
from lyricslab.lab.here import go_on_here, this_process
from lyricslab.lab.pretrain import BasePlan
from lyricslab.lab.rows import BASES
from lyricslab.learning.evaluation import evaluate
from lyricslab.learning.presets import Pace
from lyricslab.learning.sides import framed_sides
from lyricslab.model import checkpoint
from lyricslab.model.lstm import build

PLAN = BasePlan(
    name="mine",
    model=ModelConfig(hidden_size=6, num_layers=2),
    epochs=2,
    batch_size=4,
    window_chars=25,
    reads="forty songs of a test",
    lyrics=True,
    sources=("A test", "Another"),
    licence="CC0",
)
PACE = Pace(precision="float32", step_s=0.5, look_s=0.2, step_chars=80.0)


def begin(lab, pile, plan=PLAN):
    config = pretrain.run_config(plan, pile, PACE)
    return pretrain.submit(lab.store, plan, pile, config, owner=this_process())


def test_the_best_network_becomes_a_base(lab, pile):
    run = go_on_here(lab.store, begin(lab, pile))
    assert (run.status, run.kind, run.workspace_id) == ("done", "base", BASES)
    card, stem = library.base(lab.home, "mine")
    weights, best = checkpoint.load(stem)
    trained, _ = checkpoint.load(lab.home.best(run.id))
    assert all(np.array_equal(weights[name], trained[name]) for name in trained)
    assert (card.kind, card.reads, card.lyrics) == ("base", PLAN.reads, True)
    assert (card.sources, card.licence, card.model) == (PLAN.sources, "CC0", PLAN.model)
    assert (card.val_nats_per_char, card.steps) == (run.best_val, run.step)
    train, val, test = framed_sides(pile, pretrain.SPLIT)
    model = build(PLAN.model, weights)
    assert evaluate(model, val).nats_per_char == pytest.approx(card.val_nats_per_char, abs=1e-6)
    assert evaluate(model, test).nats_per_char == pytest.approx(card.test_nats_per_char, abs=1e-6)
    assert (card.songs, card.characters) == (len(train.lengths), train.predictions)
    assert len(card.details["samples"]) == 3
    assert [point["val"] for point in card.details["curve"]][-1] is not None
    assert pretrain.published(lab.store, run.id) == card
    assert best == checkpoint.load_card(stem)
    assert run.id not in {other.id for other in runs.list_runs(lab.store)}
    assert not [row for row in library.corpora(lab.store) if row.digest == pile.digest]


def test_stopped_and_gone_on_it_is_the_same_to_the_bit(lab, pile):
    whole = go_on_here(lab.store, begin(lab, pile))
    expected, _ = checkpoint.load(lab.home.bases / "mine")
    plan = replace(PLAN, name="other")
    stops = []

    def stop_soon(line: str) -> None:
        if "step 4 " in line:
            stops[0]()

    run = go_on_here(lab.store, begin(lab, pile, plan), tell=stop_soon, on_start=stops.append)
    assert run.status == "stopped"
    assert library.base(lab.home, "other")[0].details["finished"] is False
    again = pretrain.unfinished(lab.store, "other", pile)
    assert again.id == run.id
    runs.resume(lab.store, run.id)
    assert lab.store.claim(run.id, this_process())
    assert not lab.store.claim(run.id, this_process())
    run = go_on_here(lab.store, lab.store.run(run.id))
    assert (run.status, run.step) == ("done", whole.step)
    found, card = checkpoint.load(lab.home.bases / "other")
    assert card.details["finished"] is True
    assert all(np.array_equal(found[name], expected[name]) for name in expected)
    with pytest.raises(NotFoundError):
        pretrain.unfinished(lab.store, "other", pile)


def test_a_base_may_go_on_from_another(lab, pile):
    plan = pretrain.check(lab.store, replace(PLAN, start="tiny", learning_rate=1e-6, half=True))
    assert plan.model.hidden_size == 8
    run = go_on_here(lab.store, begin(lab, pile, plan))
    weights, card = checkpoint.load(lab.home.bases / "mine")
    for name, before in lab.base_weights.items():
        assert np.abs(weights[name] - before).max() < 2e-3, name
    assert card.details["start"] == "tiny"
    assert card.storage == "float16"
    assert run.zero_shot_val is not None


def test_time_becomes_steps_by_what_they_cost(pile):
    minutes = pretrain.run_config(replace(PLAN, epochs=None, minutes=10), pile, PACE)
    assert minutes.train.max_steps == round((600 - 40 * 0.2) / 0.5)
    assert minutes.train.eval_every_steps == minutes.train.max_steps // 40
    dear = replace(PACE, look_s=20.0)  # looks may take a tenth of the time
    few = pretrain.run_config(replace(PLAN, epochs=None, minutes=10), pile, dear)
    assert few.train.max_steps == round(540 / 0.5)
    assert few.train.max_steps // few.train.eval_every_steps <= 4
    passes = pretrain.run_config(PLAN, pile, PACE)
    assert passes.train.max_steps == round(2 * 0.9 * pile.account.characters / 80)
    assert passes.train.precision == "float32"
    rounded = pretrain.run_config(PLAN, pile, replace(PACE, precision="bfloat16"))
    assert rounded.train.precision == "bfloat16"


def test_names_are_taken_once(lab, pile):
    with pytest.raises(InputError, match="--replace"):
        pretrain.check(lab.store, replace(PLAN, name="tiny"))
    assert pretrain.check(lab.store, replace(PLAN, name="tiny", replaces=True)).name == "tiny"
    with pytest.raises(NotFoundError):
        pretrain.check(lab.store, replace(PLAN, start="nobody"))
    with pytest.raises(ConfigError, match="base's name"):
        replace(PLAN, name="a/b")
    run = begin(lab, pile)
    with pytest.raises(InputError, match="--resume"):
        pretrain.check(lab.store, PLAN)
    with pytest.raises(InputError, match="is training already"):
        pretrain.unfinished(lab.store, "mine", pile)
    # Somebody else brings a base of this name while it trains: that one stays.
    checkpoint.copy(lab.home.bases / "tiny", lab.home.bases / "mine")
    go_on_here(lab.store, run)
    assert pretrain.published(lab.store, run.id).name == "mine-2"
    assert checkpoint.load_card(lab.home.bases / "mine").details == {}
