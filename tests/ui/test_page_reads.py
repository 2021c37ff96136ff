"""What is read once for all who look, and what opening a page asks of the store."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from lyricslab.engine import client
from lyricslab.engine.recorder import lease_of
from lyricslab.store.database import Database
from lyricslab.store.rows import PointRow, RunRow
from lyricslab.ui.common import navigation, run_list
from lyricslab.ui.compare import run_choice
from tests.support.app_page import names_in_table, open_page
from tests.support.lab import Lab

PAGES = ("start", "corpus", "bases", "train", "run", "compare", "write")


@pytest.fixture
def new_lab(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Lab]:
    """Labs that no engine serves, each the home of the pages from then on."""
    monkeypatch.setattr(client, "keep_alive", lambda home: None)
    monkeypatch.setattr("lyricslab.files.ASSETS", tmp_path_factory.mktemp("no_assets"))

    def make() -> Lab:
        root = tmp_path_factory.mktemp("home")
        monkeypatch.setenv("LYRICSLAB_HOME", str(root))
        made = Lab(root)
        made.base("songs")
        return made

    return make


@pytest.fixture
def lab(new_lab: Callable[[], Lab]) -> Lab:
    return new_lab()


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that any store carries out meanwhile, as SQLite itself tells them."""
    said: list[str] = []
    take = Database._take
    with pytest.MonkeyPatch.context() as patch:

        def traced(self: Database) -> Any:
            file, db = take(self)
            db.set_trace_callback(said.append)
            return file, db

        patch.setattr(Database, "_take", traced)
        yield said


def reads(said: list[str], table: str) -> int:
    return sum(f"from {table}" in statement for statement in said)


# ---- what is kept


def test_points_are_read_once_for_each_state_of_a_run(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "now", status="running", vals=(1.9, 1.8))
    with statements() as said:
        first = run_list.points(lab.store, run)
        assert run_list.points(lab.store, lab.store.run(run.id)) is first
        assert reads(said, "point") == 1
    lab.store.record(lease_of(run), points=[PointRow(40, 2.0, 6.0, 1.7, 1.7)])
    later = run_list.points(lab.store, lab.store.run(run.id))
    assert [point.step for point in later] == [0, 20, 40]
    assert list(later) == lab.store.points(run.id, 400)


def test_points_are_read_again_once_a_run_was_taken_up_again(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "now", status="running", vals=(1.9, 1.8, 1.7))
    run_list.points(lab.store, run)
    lab.store.transition(run.id, "queued")
    taken = lab.store.lease_next("engine:a")
    assert taken is not None
    lab.store.rewind(lease_of(taken), 20, 3.0)
    lab.store.record(lease_of(taken), points=[PointRow(40, 2.0, 6.0, 1.5, 1.5)])
    assert run_list.points(lab.store, lab.store.run(run.id))[-1].val_loss == 1.5


def test_the_runs_are_read_once_for_each_revision(lab: Lab) -> None:
    corpus = lab.corpus()
    first = lab.run(corpus, "one")
    seen = run_list.run_list(lab.store, "local")
    with statements() as said:
        assert run_list.run_list(lab.store, "local") is seen
        assert reads(said, "run") == 0
    lab.run(corpus, "two", base=None, trainable="all", test=2.0)
    now = run_list.run_list(lab.store, "local")
    assert [run.name for run in now.rows] == ["two", "one"]
    assert now.baseline_by_run[first.id].name == "two"
    assert not now.active
    lab.run(corpus, "three", status="queued")
    assert run_list.run_list(lab.store, "local").active


def test_small_curves_are_read_for_the_runs_that_changed(lab: Lab) -> None:
    corpus = lab.corpus()
    rows = [lab.run(corpus, f"{k}", status="running", vals=(1.9, 1.5 + k / 10)) for k in range(3)]
    assert run_list.small_curves(lab.store, rows)[rows[2].id] == (1.9, 1.7)
    lab.store.record(lease_of(rows[1]), points=[PointRow(40, 2.0, 6.0, None, 1.25)])
    rows = [lab.store.run(run.id) for run in rows]
    asked: list[list[str]] = []
    read = lab.store.validation_curves
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            lab.store, "validation_curves", lambda ids, most: asked.append(ids) or read(ids, most)
        )
        found = run_list.small_curves(lab.store, rows)
        run_list.small_curves(lab.store, rows)
    assert asked == [[rows[1].id]]
    assert found[rows[1].id] == (1.9, 1.6, 1.25)


def test_parts_of_a_listing(lab: Lab) -> None:
    here, there = lab.corpus("Here"), lab.corpus("There", 9)
    for k in range(6):
        lab.run(there if k == 2 else here, f"{k}")
    everything = run_list.run_list(lab.store, "local")
    names = [run.name for run in everything.rows]
    assert names == ["5", "4", "3", "2", "1", "0"]
    on_there = run_list.on_corpus(everything, there.id)
    assert [run.name for run in on_there.rows] == ["2"]
    assert run_list.on_corpus(everything, "").rows == everything.rows
    also = (everything.rows[4].id, everything.rows[0].id)
    assert [run.name for run in run_list.newest(everything, 2, also).rows] == ["5", "4", "1"]
    assert everything.corpora == {here.id: "Here", there.id: "There"}


def test_whoever_ticks_runs_of_their_own_shares_one_table(lab: Lab) -> None:
    corpus = lab.corpus()
    mine = [lab.run(corpus, f"{k}") for k in range(2)]
    everything = run_list.run_list(lab.store, "local")
    assert run_list.without_experiments(everything, [mine[0].id]) is everything
    swept = lab.run(corpus, "swept", made_for="sweep")
    everything = run_list.run_list(lab.store, "local")
    assert [run.id for run in run_list.without_experiments(everything).rows] == [
        mine[1].id,
        mine[0].id,
    ]
    assert run_list.without_experiments(everything, [mine[0].id]) is run_list.without_experiments(
        everything, [mine[1].id]
    )
    assert run_list.without_experiments(everything, [swept.id]).rows == everything.rows


# ---- what a page asks for


def asked_for(new_lab: Callable[[], Lab], page: str, count: int, points: int) -> int:
    """How many statements opening a page takes, with so many runs of so many points."""
    st.cache_data.clear()
    lab = new_lab()
    corpus = lab.corpus()
    vals = tuple(1.9 - k / 1000 for k in range(points))
    made: list[RunRow] = []
    for k in range(count):
        base = {} if k else {"base": None, "trainable": "all"}
        made.append(lab.run(corpus, f"run {k}", vals=vals, test=1.5, network=k < 2, **base))
    chosen = {"run": {"run": made[1].id}, "compare": {"runs": f"{made[0].id},{made[1].id}"}}
    with statements() as said:
        open_page(page, **chosen.get(page, {}))
    return len(said)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_more_for_more_runs_or_longer_curves(
    new_lab: Callable[[], Lab], page: str
) -> None:
    few = asked_for(new_lab, page, count=3, points=4)
    assert asked_for(new_lab, page, count=14, points=4) == few
    assert asked_for(new_lab, page, count=3, points=450) == few


# ---- very many runs


def test_of_very_many_runs_the_newest_and_the_chosen_are_in_the_table(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_choice, "AT_FIRST", 3)
    corpus = lab.corpus()
    made = [lab.run(corpus, f"run {k}") for k in range(7)]
    at = open_page("compare", runs=made[1].id)
    assert names_in_table(at) == ["run 6", "run 5", "run 4", "run 1"]
    assert any(c.value.startswith("4 of your 7 runs: the newest") for c in at.caption)
    at.button(key="compare_more").click().run()
    assert len(names_in_table(at)) == 7
    assert at.session_state["compare_runs"] == made[1].id
    assert not any(button.key == "compare_more" for button in at.button)


# ---- what the app's process loads


def test_no_page_and_no_song_brings_torch_or_dask_into_the_apps_process(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "mine", test=1.5)
    script = f"""
        import sys
        from streamlit.testing.v1 import AppTest
        from lyricslab.engine import client
        from lyricslab.ui.common import navigation
        client.keep_alive = lambda home: None
        shell = str(navigation.ROOT / "lyricslab/ui/shell.py")
        at = AppTest.from_file(shell, default_timeout=60).run()
        for page in {PAGES!r}:
            at.switch_page(navigation.page_file(page))
            at.query_params["run"] = at.query_params["runs"] = {run.id!r}
            if page == "train":  # where an address with a run leads on to it
                at.query_params.clear()
            at.run()
            assert not at.exception and not at.error, page
        at.button(key="write_go").click().run()
        assert not at.exception and not at.error
        assert any(button.key == "write_another" for button in at.button), "no song was written"
        heavy = {{"torch", "dask", "distributed"}} & set(sys.modules)
        assert not heavy, f"It loaded {{', '.join(heavy)}}."
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ | {"PYTHONPATH": str(Path(navigation.ROOT))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr.strip().splitlines()[-1]
