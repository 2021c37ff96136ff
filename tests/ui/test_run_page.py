"""The page of a run, without a browser and without an engine."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from lyricslab.engine import client
from lyricslab.library.runs import stop_run
from lyricslab.ui.run import new_song
from tests.support.app_page import fine, open_page, press, said, stated
from tests.support.lab import Lab


def test_a_page_that_a_click_replaced_leaves_the_fragments_of_the_next(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What made a live page freeze: the page before it cleared its fragment, and it never ran."""
    storages = []

    def click(home: object) -> None:
        """While the engine is looked after, a click starts the next script, which has a panel."""
        context = get_script_run_ctx()
        assert context is not None and context.script_requests is not None
        context.script_requests.request_stop()
        context.fragment_storage.register("the panel of the next page", lambda: None)
        storages.append(context.fragment_storage)

    monkeypatch.setattr(client, "keep_alive", click)
    open_page("start")
    assert storages[-1].contains("the panel of the next page")


def test_a_finished_run_has_written_a_song(lab: Lab, until: Callable[..., object]) -> None:
    lab.base()
    run = lab.run(lab.corpus(), "0,2 on songs", vals=(1.9, 1.2))

    def written() -> AppTest | None:
        at = open_page("run", run=run.id)
        return at if "Written by this run alone, seed" in said(at) else None

    at = until(written)
    assert isinstance(at, AppTest)
    assert "From Harbour songs: the first of 7 songs" in said(at)
    assert "The harbour keeps 0 lamps" in said(at)
    before = said(at)
    press(at, "Write another")
    until(lambda: "Written by this run alone, seed" in said(fine(at.run())))
    assert said(at) != before and "Harbour songs: song 2" in said(at)
    seed = re.search(r"alone, seed (\d+)", said(at))
    assert seed is not None and int(seed[1]) >= new_song.DRAFTS
    press(at, "Open on Write")
    assert (stated(at, "model"), stated(at, "seed")) == (run.id, seed[1])


def test_a_run_that_ended_before_it_began_has_no_empty_chart(lab: Lab) -> None:
    lab.base()
    run = lab.run(lab.corpus(), "0,2 on songs", status="queued")
    stop_run(lab.store, run.id)
    at = open_page("run", run=run.id)
    assert "It has taken no step." in said(at)
    assert not at.get("vega_lite_chart") and not at.metric
    assert [button.label for button in at.button] == ["Resume"]


def test_a_run_that_may_end_early_says_when(lab: Lab) -> None:
    """It evaluates every 20 steps, which take 3 seconds: 4 in a row would be 9 seconds more."""
    lab.base()
    settings = {"max_steps": 400, "patience_evals": 4, "eval_every_steps": 20}
    corpus = lab.corpus()
    run = lab.run(corpus, "Mine", status="running", vals=(1.9, 1.8, 1.85), **settings)
    at = open_page("run", run=run.id)
    assert re.search(r"Step 40 of 400 · epoch 2 · \d+ s left at most", said(at))
    assert "Best at epoch 1 so far. Stop whenever you like: the best network is kept." in said(at)
    assert "once 4 evaluations in a row find none better: in about 10 seconds" in said(at)
    assert at.get("progress")


def test_a_run_whose_process_is_gone_says_so(lab: Lab) -> None:
    lab.base()
    run = lab.run(lab.corpus(), "Mine", status="running")
    with sqlite3.connect(lab.home.database) as db:
        db.execute("update run set owner = 'engine:here:1:x' where id = ?", (run.id,))
    assert "is gone. It continues from its last checkpoint shortly" in said(
        open_page("run", run=run.id)
    )
