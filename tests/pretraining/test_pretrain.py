"""Pretraining: a run on a dataset whose best network becomes a base."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from lyricslab.config import ModelConfig
from lyricslab.engine.inline import resume_inline, this_process
from lyricslab.errors import ConfigError, InputError, NotFoundError
from lyricslab.library.bases import load_base_card
from lyricslab.library.runs import resume_run
from lyricslab.model import network_file
from lyricslab.model.cost import Throughput
from lyricslab.pretraining import pretrain
from lyricslab.pretraining.base_plan import SPLIT, BasePlan, run_config
from lyricslab.store.rows import BASES
from lyricslab.training.dataset_splits import framed_splits
from lyricslab.training.evaluation import evaluate
from lyricslab.training.lstm import build

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
PACE = Throughput(precision="float32", step_s=0.5, eval_s=0.2, step_chars=80.0)


def begin(lab, dataset, plan=PLAN):
    config = run_config(plan, dataset, PACE)
    return pretrain.submit(lab.store, plan, dataset, config, owner=this_process())


def test_the_best_network_becomes_a_base(lab, dataset):
    run = resume_inline(lab.store, begin(lab, dataset))
    assert (run.status, run.kind, run.workspace_id) == ("done", "base", BASES)
    weights, card = network_file.load(lab.home.base_file("mine"))
    trained, _ = network_file.load(lab.home.best(run.id))
    assert all(np.array_equal(weights[name], trained[name]) for name in trained)
    assert (card.kind, card.reads, card.lyrics) == ("base", PLAN.reads, True)
    assert (card.sources, card.licence, card.model) == (PLAN.sources, "CC0", PLAN.model)
    assert (card.val_nats_per_char, card.steps) == (run.best_val, run.step)
    train, val, test = framed_splits(dataset, SPLIT)
    model = build(PLAN.model, weights)
    assert evaluate(model, val).nats_per_char == pytest.approx(card.val_nats_per_char, abs=1e-6)
    assert evaluate(model, test).nats_per_char == pytest.approx(card.test_nats_per_char, abs=1e-6)
    assert (card.songs, card.characters) == (len(train.lengths), train.predictions)
    assert len(card.details["samples"]) == 3
    assert [point["val"] for point in card.details["curve"]][-1] is not None
    assert pretrain.published(lab.store, run.id) == card
    assert card == load_base_card(lab.home, "mine")
    assert run.id not in {other.id for other in lab.store.runs()}
    assert not [row for row in lab.store.corpora() if row.digest == dataset.digest]


def test_stopped_and_resumed_equals_uninterrupted_to_the_bit(lab, dataset):
    whole = resume_inline(lab.store, begin(lab, dataset))
    expected, _ = network_file.load(lab.home.base_file("mine"))
    plan = replace(PLAN, name="other")
    stops = []

    def stop_soon(line: str) -> None:
        if "step 4 " in line:
            stops[0]()

    run = resume_inline(lab.store, begin(lab, dataset, plan), log=stop_soon, on_start=stops.append)
    assert run.status == "stopped"
    assert load_base_card(lab.home, "other").details["finished"] is False
    again = pretrain.unfinished(lab.store, "other", dataset)
    assert again.id == run.id
    resume_run(lab.store, run.id)
    assert lab.store.lease_run(run.id, this_process())
    assert not lab.store.lease_run(run.id, this_process())
    run = resume_inline(lab.store, lab.store.run(run.id))
    assert (run.status, run.step) == ("done", whole.step)
    found, card = network_file.load(lab.home.base_file("other"))
    assert card.details["finished"] is True
    assert all(np.array_equal(found[name], expected[name]) for name in expected)
    with pytest.raises(NotFoundError):
        pretrain.unfinished(lab.store, "other", dataset)


def test_a_base_may_start_from_another(lab, dataset):
    plan = pretrain.check(lab.store, replace(PLAN, start="tiny", learning_rate=1e-6, half=True))
    assert plan.model.hidden_size == 8
    run = resume_inline(lab.store, begin(lab, dataset, plan))
    weights, card = network_file.load(lab.home.base_file("mine"))
    for name, before in lab.base_weights.items():
        assert np.abs(weights[name] - before).max() < 2e-3, name
    assert card.details["start"] == "tiny"
    assert card.storage == "float16"
    assert run.zero_shot_val is not None


def test_minutes_and_epochs_become_steps(dataset):
    minutes = run_config(replace(PLAN, epochs=None, minutes=10), dataset, PACE)
    assert minutes.settings.max_steps == round((600 - 40 * 0.2) / 0.5)
    assert minutes.settings.eval_every_steps == minutes.settings.max_steps // 40
    dear = replace(PACE, eval_s=20.0)  # looks may take a tenth of the time
    few = run_config(replace(PLAN, epochs=None, minutes=10), dataset, dear)
    assert few.settings.max_steps == round(540 / 0.5)
    assert few.settings.max_steps // few.settings.eval_every_steps <= 4
    passes = run_config(PLAN, dataset, PACE)
    assert passes.settings.max_steps == round(2 * 0.9 * dataset.manifest.characters / 80)
    assert passes.settings.precision == "float32"
    rounded = run_config(PLAN, dataset, replace(PACE, precision="bfloat16"))
    assert rounded.settings.precision == "bfloat16"


def test_a_base_may_be_trained_as_in_the_paper(lab, dataset):
    plan = replace(PLAN, optimiser="rmsprop")
    settings = run_config(plan, dataset, PACE).settings
    assert (settings.optimiser, settings.learning_rate) == ("rmsprop", 1e-2)
    assert (settings.schedule, settings.warmup_steps) == ("constant", 0)
    assert settings.patience_evals > 0
    gentle = run_config(replace(plan, learning_rate=3e-3), dataset, PACE).settings
    assert gentle.learning_rate == 3e-3
    run = resume_inline(lab.store, begin(lab, dataset, plan))
    assert run.status == "done" and run.config.settings.optimiser == "rmsprop"
    assert run.best_val < 0.8 * np.log(128)  # it has learned
    with pytest.raises(ConfigError, match="Optimiser must be one of"):
        replace(PLAN, optimiser="sgd")


def test_names_are_taken_once(lab, dataset):
    with pytest.raises(InputError, match="--replace"):
        pretrain.check(lab.store, replace(PLAN, name="tiny"))
    assert pretrain.check(lab.store, replace(PLAN, name="tiny", replaces=True)).name == "tiny"
    with pytest.raises(NotFoundError):
        pretrain.check(lab.store, replace(PLAN, start="nobody"))
    with pytest.raises(ConfigError, match="base's name"):
        replace(PLAN, name="a/b")
    run = begin(lab, dataset)
    with pytest.raises(InputError, match="--resume"):
        pretrain.check(lab.store, PLAN)
    with pytest.raises(InputError, match="is training already"):
        pretrain.unfinished(lab.store, "mine", dataset)
    # Somebody else brings a base of this name while it trains: that one stays.
    shutil.copy(lab.home.base_file("tiny"), lab.home.base_file("mine"))
    resume_inline(lab.store, run)
    assert pretrain.published(lab.store, run.id).name == "mine-2"
    assert network_file.load_card(lab.home.base_file("mine")).details == {}
