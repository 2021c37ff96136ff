"""Trying every choice of layers: what is offered, followed, stopped, taken up again."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lyricslab.config import SplitConfig
from lyricslab.experiments import experiment
from lyricslab.experiments.sweep_plan import plan_sweep
from lyricslab.store.rows import SweepRow, utc_now
from lyricslab.ui.compare import comparison
from tests.support.lab import Lab
from tests.ui.test_train_setup import labelled, said, visit


@pytest.fixture
def lab(lab_with_bases: Lab) -> Lab:
    return lab_with_bases


def asked(at: AppTest | None = None, **choices: Any) -> AppTest:
    """Train, with the question open and these choices made in it.

    A browser runs the question by itself; here the whole page runs, and asks it anew.
    """
    at = at or visit("train")
    for name, value in choices.items():
        at.session_state[f"sweep_{name}"] = value
    return at.button(key="sweep_offer").click().run()


def begun(lab: Lab, **changes: Any) -> SweepRow:
    corpus = lab.store.corpora()[0]
    settings = {"seeds": 1, "preset": "quick", "split_config": SplitConfig(), "only": ["0", "1"]}
    plan = plan_sweep(lab.store, corpus.id, ["songs"], **(settings | changes))
    return experiment.submit(lab.store, plan)


def test_it_says_what_it_comes_to_and_begins(lab: Lab) -> None:
    at = asked()
    assert not at.exception
    assert "about" in said(at) and "runs with the Studio settings" in said(at)
    # For each base: as it is once, eight choices three times; four networks from nothing, the best
    # of them twice more.
    assert at.button(key="sweep_begin").label == f"Begin {2 * (1 + 8 * 3) + 4 + 2} runs"
    asked(at, seeds=1)
    assert at.button(key="sweep_begin").label == f"Begin {2 * (1 + 8) + 4} runs"
    asked(at, bases=["songs"])
    at.button(key="sweep_offer").click()
    at.button(key="sweep_begin").click().run()
    assert not at.exception
    (sweep,) = lab.store.sweeps()
    assert [base.name for base in sweep.plan.bases] == ["songs"]
    assert (sweep.plan.seeds, sweep.plan.preset) == (1, "studio")
    assert len(lab.store.runs()) == 9 + 4


def test_without_a_base_there_is_nothing_to_begin(lab: Lab) -> None:
    at = asked(bases=[])
    assert "Tick at least one base." in said(at)
    assert not [button for button in at.button if button.key == "sweep_begin"]


def test_it_is_followed_stopped_and_taken_up_again(lab: Lab) -> None:
    sweep = begun(lab)
    at = visit("train")
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
    at = visit("train")
    assert "every choice of layers on" not in said(at)


def test_runs_of_ones_own_are_still_listed(lab: Lab) -> None:
    begun(lab)
    lab.run(lab.store.corpora()[0], "Mine", status="running")
    assert "Under way:" in said(visit("train"))


def test_why_it_cannot_go_on_is_said(lab: Lab) -> None:
    sweep = begun(lab)
    lab.store.transition_experiment(
        sweep.id, "stopped", only_from="wanted", error="The base is *gone*."
    )
    assert [w.value for w in visit("train").warning] == ["The base is \\*gone\\*\\."]


def test_a_base_as_it_is_learned_nothing(lab: Lab) -> None:
    begun(lab, only=["zero-shot"])
    (run,) = lab.store.runs()
    assert (comparison.layers_learned(run), comparison.trained_parameters(run)) == (
        "none, as it is",
        0,
    )
