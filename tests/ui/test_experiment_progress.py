"""Sweeps on the pages: started from Train, followed, stopped, resumed."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from lyricslab.config import SplitConfig
from lyricslab.experiments import experiment
from lyricslab.experiments.sweep_plan import plan_sweep
from lyricslab.store.rows import SweepRow, utc_now
from lyricslab.ui.common import navigation
from lyricslab.ui.compare import table_rows
from tests.support.app_page import labelled, open_page, said
from tests.support.lab import Lab


@pytest.fixture
def lab(lab_with_bases: Lab) -> Lab:
    return lab_with_bases


def begun(lab: Lab, **changes: Any) -> SweepRow:
    corpus = lab.store.corpora()[0]
    settings = {"seeds": 1, "preset": "quick", "split_config": SplitConfig(), "only": ["0", "1"]}
    plan = plan_sweep(lab.store, corpus.id, ["songs"], **(settings | changes))
    return experiment.submit(lab.store, plan)


def test_train_links_to_the_form_with_its_choices(lab: Lab) -> None:
    (link,) = [
        element.proto
        for element in open_page("train").get("page_link")
        if element.proto.label == "Try every choice of layers"
    ]
    choices = dict(parse_qsl(link.query_string))
    corpus = lab.store.corpora()[0]
    preset = choices.pop("preset")  # what is recommended for so few songs
    assert choices == {"part": "idea", "corpus": corpus.id, "base": "songs"}
    lab.corpus("Newer songs", 9)
    at = open_page("train")
    at.switch_page(navigation.page_file("paper"))
    for name, value in (choices | {"preset": preset}).items():
        at.query_params[name] = value
    at.run()
    assert at.selectbox(key="paper_start_corpus").value == corpus.id
    assert at.multiselect(key="paper_start_bases").value == ["songs"]
    assert at.selectbox(key="paper_start_preset").value == preset
    at.segmented_control(key="paper_start_seeds").set_value(1).run()
    at.button(key="paper_begin_sweep").click().run()
    assert not at.exception
    (sweep,) = lab.store.sweeps()
    assert [base.name for base in sweep.plan.bases] == ["songs"]
    assert (sweep.plan.seeds, sweep.plan.preset) == (1, preset)
    assert {run.base for run in lab.store.runs()} == {"songs"}  # the networks from scratch wait


def test_it_is_followed_stopped_and_taken_up_again(lab: Lab) -> None:
    sweep = begun(lab)
    at = open_page("train")
    assert "Trying every choice of layers on Harbour songs" in said(at)
    assert "0 of 2 runs done" in said(at)
    assert "Under way:" not in said(at)  # its runs are not listed one by one
    labelled(at.button, "Stop all").click().run()
    assert {run.status for run in lab.store.runs()} == {"stopped"}
    assert "Stopped half-way" in said(at)
    labelled(at.button, "Resume").click().run()
    assert {run.status for run in lab.store.runs()} == {"queued"}
    while (run := lab.store.lease_next("cli:1")) is not None:
        lab.store.transition(run.id, "done", finished_at=utc_now())
    experiment.advance(lab.store, sweep.id)
    at = open_page("train")
    assert "every choice of layers on" not in said(at)


def test_runs_of_ones_own_are_still_listed(lab: Lab) -> None:
    begun(lab)
    lab.run(lab.store.corpora()[0], "Mine", status="running")
    assert "Under way:" in said(open_page("train"))


def test_why_it_cannot_go_on_is_said(lab: Lab) -> None:
    sweep = begun(lab)
    lab.store.transition_experiment(
        sweep.id, "stopped", only_from="wanted", error="The base is *gone*."
    )
    assert [w.value for w in open_page("train").warning] == ["The base is \\*gone\\*\\."]


def test_a_base_as_it_is_learned_nothing(lab: Lab) -> None:
    begun(lab, only=["zero-shot"])
    (run,) = lab.store.runs()
    assert (table_rows.layers_learned(run), table_rows.trained_parameters(run)) == (
        "none, as it is",
        0,
    )
