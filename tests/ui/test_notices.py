"""Notices of runs that end while another page is on the screen."""

from __future__ import annotations

import sqlite3

from lyricslab.library.runs import stop_run
from tests.support.app_page import fine, open_page
from tests.support.lab import Lab


def test_a_run_that_ends_elsewhere_is_told_once(lab: Lab) -> None:
    lab.base()
    corpus = lab.corpus()
    mine = lab.run(corpus, "Mine *here*", status="queued")
    lab.run(corpus, "an earlier one")
    swept = lab.run(corpus, "one of many", status="queued")
    with sqlite3.connect(lab.home.database) as db:
        db.execute("update run set made_for = 'sweep' where id = ?", (swept.id,))
    at = open_page("bases")
    assert not at.toast
    stop_run(lab.store, mine.id)
    stop_run(lab.store, swept.id)
    (notice,) = fine(at.run()).toast
    assert notice.value.replace("\\", "") == (
        f"Stopped: **Mine *here*** · [look at it](run?run={mine.id})"
    )
    assert not fine(at.run()).toast


def test_a_baseline_is_told_with_its_last_network_and_a_run_not_on_its_own_page(lab: Lab) -> None:
    lab.base()
    corpus = lab.corpus()
    first, last = (
        lab.run(corpus, f"scratch {k}", base=None, trainable="all", status="queued")
        for k in range(2)
    )
    mine = lab.run(corpus, "Mine", status="queued")
    at = open_page("run", run=mine.id)
    stop_run(lab.store, first.id)
    stop_run(lab.store, mine.id)
    assert not fine(at.run()).toast
    stop_run(lab.store, last.id)
    assert "The baseline of Harbour songs" in fine(at.run()).toast[0].value
