"""Runs side by side: the table, what it says in words, what differs, and the page itself."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.app_sessions import AppSession, Server, no_engine
from benchmarks.records import Growing, fill
from lyricslab.config import SplitConfig, TrainConfig
from lyricslab.library.baselines import baselines_by_run
from lyricslab.library.runs import rename_run
from lyricslab.store.rows import RunRow
from lyricslab.ui.compare import comparison, run_table
from tests.support.app_page import open_page, said, stated
from tests.support.lab import Lab


@pytest.fixture
def three(lab: Lab) -> list[RunRow]:
    """A baseline and two tuned runs on the same songs, the best last."""
    corpus = lab.corpus()
    lab.run(corpus, "from nothing", base=None, trainable="all", vals=(4.8, 2.1, 2.0), test=2.0)
    lab.run(corpus, "head", trainable="none", vals=(1.9, 1.88, 1.86), test=1.9)
    lab.run(corpus, "0,2", trainable="0,2", vals=(1.9, 1.8, 1.7), test=1.78)
    return list(reversed(lab.store.runs()))


# ---- in words


def test_baselines_are_those_of_the_same_songs(lab: Lab, three: list[RunRow]) -> None:
    elsewhere = lab.run(lab.corpus("Other songs", 9), "elsewhere")
    found = baselines_by_run(lab.store, [*three, elsewhere])
    assert {run_id: baseline.name for run_id, baseline in found.items()} == {
        run.id: "from nothing" for run in three
    }


def test_read_table_against_training_from_nothing(lab: Lab, three: list[RunRow]) -> None:
    said = comparison.read_table(three, baselines_by_run(lab.store, three))
    # 1.78 / 2.0 is 11 % below 1.
    assert said.startswith(
        "Fine-tuning layers 0 and 2 of 'songs' predicts unseen songs 11 % better than training "
        "from nothing (1.780 against 2.000 nats/char)."
    )
    # 1.86 / 1.7 is 9 % above 1.
    assert said.endswith("'0,2' is best on validation, 'head' comes next (9 % worse).")


def test_read_table_without_a_baseline(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "head", trainable="none", vals=(2.0, 1.9, 1.8), test=1.9)
    assert comparison.read_table([run], {}) == (
        "Fine-tuning only the head of 'songs' predicts songs it did not learn from 10 % better "
        "than the base as it was. A baseline, trained from nothing, is not there yet."
    )


def test_read_table_calls_near_equals_alike(lab: Lab) -> None:
    corpus = lab.corpus()
    chosen = [
        lab.run(corpus, "one", vals=(1.9, 1.500), test=1.51),
        lab.run(corpus, "two", trainable="all", vals=(1.9, 1.505), test=1.51),
    ]
    assert "too close to call with one seed each" in comparison.read_table(chosen, {})


def test_read_table_refuses_to_hold_different_songs_against_each_other(lab: Lab) -> None:
    chosen = [lab.run(lab.corpus(), "one"), lab.run(lab.corpus("Other songs", 9), "two")]
    assert "learned from different songs" in comparison.read_table(chosen, {})


def test_read_table_of_runs_that_have_not_begun(lab: Lab) -> None:
    waiting = lab.run(lab.corpus(), "later", status="queued")
    assert comparison.read_table([waiting], {}).startswith("Nothing to read yet")
    running = lab.run(lab.corpus(), "now", status="running")
    assert comparison.read_table([running], {}).endswith("so this may change.")


def test_differences_are_only_those(lab: Lab, three: list[RunRow]) -> None:
    found = comparison.differences(three[1:])
    assert found == {"layers that learn": ["head only", "layers 0 and 2"]}
    assert comparison.differ_in_words(found, 2) == "These two runs differ in layers that learn."
    one = three[2]
    train = TrainConfig(max_steps=200, learning_rate=0.02, patience_evals=0)
    other = replace(
        one, config=replace(one.config, seed=4, settings=train, split=SplitConfig(seed=3))
    )
    assert comparison.differences([one, other]) == {
        "seed": ["0", "4"],
        "which division": ["0", "3"],
        "learning rate": ["0.001", "0.02"],
    }
    assert comparison.differences([one, one]) == {}
    assert "the same settings" in comparison.differ_in_words({}, 2)
    assert "is chance" in comparison.differ_in_words({"seed": ["0", "1", "2"]}, 3)


def test_every_training_setting_has_words() -> None:
    # Only pretraining rounds its products, and those runs are not compared.
    assert set(comparison.SETTING_LABELS) == set(TrainConfig().to_dict()) - {"precision"}


# ---- the table


def test_table(lab: Lab, three: list[RunRow]) -> None:
    looks = {run.id: [3.0, 2.0, 1.75] for run in three}
    made = comparison.table(lab.store, three, baselines_by_run(lab.store, three), looks).to_pydict()
    assert list(made) == comparison.COLUMNS
    assert made["learned"] == ["all, from nothing", "head only", "layers 0 and 2"]
    assert made["change"] == pytest.approx([0.0, -5.0, -11.0])
    assert made["val"][2] == 1.7
    assert made["curve"][0] == [3.0, 2.0, 1.75]
    # The head of 5 units onto 128 characters: 128 * 5 weights and 128 biases.
    assert made["trained"][1] == 768


def test_table_of_runs_that_have_measured_nothing(lab: Lab) -> None:
    waiting = lab.run(lab.corpus(), "later", status="queued")
    made = comparison.table(lab.store, [waiting], {}, {}).to_pydict()
    assert (made["val"], made["test"], made["change"], made["curve"]) == (
        [None],
        [None],
        [None],
        [[]],
    )


def test_small_curves_leave_out_the_first_tenth() -> None:
    assert comparison.after_the_fall([9.0, *range(24)]) == list(range(1, 24))
    assert comparison.after_the_fall([3.0, 2.0]) == [3.0, 2.0]
    assert comparison.after_the_fall([]) == []


def test_csv_has_the_names_of_the_command_line_and_no_formulas(
    lab: Lab, three: list[RunRow]
) -> None:
    rename_run(lab.store, three[2].id, '=HYPERLINK("http://example.org")')
    rows = [lab.store.run(run.id) for run in three]
    data = comparison.to_csv(rows, baselines_by_run(lab.store, rows))
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(table) == 3
    assert table[2]["name"].startswith("'=")
    assert float(table[2]["test_nats_per_char"]) == 1.78
    assert float(table[2]["test_change_percent"]) == pytest.approx(-11.0)
    assert table[1]["train"] == "none"


def test_what_goes_says_what_leans_on_it(lab: Lab, three: list[RunRow]) -> None:
    assert "'from nothing' is the baseline that 2 other runs are measured against" in (
        comparison.what_goes(lab.store, three[:1])
    )
    assert "baseline" not in comparison.what_goes(lab.store, three)
    assert "go for good" in comparison.what_goes(lab.store, three[2:])


def test_labels_tell_runs_of_one_name_apart(three: list[RunRow]) -> None:
    same = [replace(run, name="same") for run in three[:2]]
    labels = comparison.label_of([*same, three[2]])
    assert len(set(labels.values())) == 3
    assert labels[three[2].id] == "0,2"


def test_first_choice_is_the_two_best_the_newest_and_the_baseline(
    lab: Lab, three: list[RunRow]
) -> None:
    newest = lab.run(three[0] and lab.store.corpora()[0], "newest", vals=(1.9, 1.89))
    failed = lab.run(lab.store.corpora()[0], "failed", status="failed", vals=(1.9, 1.0))
    rows = [failed, newest, *reversed(three)]
    assert comparison.first_choice(rows, baselines_by_run(lab.store, rows)) == [
        three[2].id,
        three[1].id,
        newest.id,
        three[0].id,
    ]
    assert comparison.first_choice([], {}) == []


# ---- the page


def tick(lab: Lab, at: AppTest, *rows: int) -> AppTest:
    order = [run.id for run in lab.store.runs()]
    key = run_table.table_key(order, at.session_state["compare_runs_version"])
    at.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return at.run()


def test_page_without_runs_says_what_to_do(lab: Lab) -> None:
    at = open_page("compare")
    assert not at.exception
    assert "There are no runs yet" in said(at)


def test_page_opens_with_the_best_and_the_baseline(lab: Lab, three: list[RunRow]) -> None:
    at = open_page("compare")
    assert not at.exception
    assert not at.error
    assert stated(at, "runs").split(",") == [three[2].id, three[1].id, three[0].id]
    assert "predicts unseen songs 11 % better" in said(at)
    assert len(at.get("vega_lite_chart")) == 1


def test_page_opens_with_the_runs_of_a_link(lab: Lab, three: list[RunRow]) -> None:
    at = open_page("compare", runs=f"{three[1].id},gone1234,{three[2].id}")
    assert stated(at, "runs").split(",") == [three[1].id, three[2].id]
    assert "One run of this link cannot be found any more." in said(at)
    assert "One run of this link cannot be found any more." in said(at.run())
    assert "These two runs differ in layers that learn." in said(at)


def test_selection_follows_runs_when_a_new_one_arrives(lab: Lab, three: list[RunRow]) -> None:
    at = tick(lab, open_page("compare"), 1)  # the newest is in row 0
    assert at.session_state["compare_runs"] == three[1].id
    lab.run(lab.store.corpora()[0], "a new one")
    at.run()
    assert at.session_state["compare_runs"] == three[1].id
    assert stated(at, "runs").split(",") == [three[1].id]


def test_unticking_everything_keeps_the_table(lab: Lab, three: list[RunRow]) -> None:
    at = tick(lab, open_page("compare"), *())
    assert not at.exception
    assert "Tick runs in the table" in said(at)
    assert "runs" not in at.query_params


def test_what_stands_around_the_table_follows_its_ticks(lab: Lab, three: list[RunRow]) -> None:
    at = open_page("compare")
    assert at.button(key="compare_delete").label == "Delete 3 runs"
    assert "These 3 runs differ in" in said(at)
    tick(lab, at, 1)
    assert at.button(key="compare_delete").label == "Delete"
    assert at.button(key="compare_open")
    assert "differ in" not in said(at)


def test_a_tick_sends_what_grows_and_the_page_only_when_it_is_another(tmp_path: Path) -> None:
    store = fill(tmp_path, runs=4, points=12)
    growing = Growing(store, points=12)
    with no_engine(tmp_path):
        server = Server(tmp_path)
        try:
            visitor = AppSession(server)
            visitor.open("compare", f"runs={growing.run.id},r0000001")
            whole = visitor.messages
            sent = []
            for change in (None, growing.more, lambda: rename_run(store, "r0000001", "Else")):
                if change:
                    change()
                visitor.tick()
                sent.append(visitor.messages)
            visitor.tick()
            visitor.close()
        finally:
            server.end()
    quiet, news, renamed = sent
    assert visitor.messages == quiet
    assert news == quiet < whole / 2
    assert renamed > whole - 5  # all but what a browser keeps


def test_filter_by_songs(lab: Lab, three: list[RunRow]) -> None:
    other = lab.corpus("Other songs", 9)
    run = lab.run(other, "elsewhere")
    at = open_page("compare", corpus=other.id)
    assert at.selectbox(key="compare_corpus").value == other.id
    assert len(at.dataframe[0].value) == 1
    at.selectbox(key="compare_corpus").select("").run()
    assert len(at.dataframe[0].value) == 4
    assert "corpus" not in at.query_params
    assert at.session_state["compare_runs"] == run.id


def test_a_link_to_runs_lifts_the_filter(lab: Lab, three: list[RunRow]) -> None:
    other = lab.corpus("Other songs", 9)
    lab.run(other, "elsewhere")
    at = open_page("compare", corpus=other.id)
    at.query_params["runs"] = three[1].id
    at.query_params["corpus"] = ""
    at.run()
    assert at.session_state["compare_runs"] == three[1].id
    assert at.selectbox(key="compare_corpus").value == ""
    assert "cannot be found" not in said(at)


def names(at: AppTest) -> list[str]:
    return list(at.dataframe[0].value["name"])


def test_runs_of_sweeps_and_searches_stand_aside(lab: Lab, three: list[RunRow]) -> None:
    corpus = lab.store.corpora()[0]
    swept = [lab.run(corpus, f"swept {k}", vals=(1.9, 1.2), made_for="sweep") for k in range(2)]
    sought = lab.run(corpus, "sought", vals=(1.9, 1.1), made_for="search")
    at = open_page("compare")
    assert names(at) == ["0,2", "head", "from nothing"]
    assert stated(at, "runs").split(",") == [three[2].id, three[1].id, three[0].id]
    toggle = at.toggle(key="compare_swept")
    assert toggle.label == "With the 3 runs of sweeps and searches"
    toggle.set_value(True).run()
    assert names(at) == ["sought", "swept 1", "swept 0", "0,2", "head", "from nothing"]

    # A link to some of them shows these, and only these.
    at = open_page("compare", runs=f"{swept[1].id},{three[1].id}")
    assert names(at) == ["swept 1", "0,2", "head", "from nothing"]
    assert stated(at, "runs").split(",") == [swept[1].id, three[1].id]
    assert sought.made_for == "search"


def test_where_all_runs_are_a_sweeps_they_are_shown(lab: Lab) -> None:
    corpus = lab.corpus()
    for k in range(2):
        lab.run(corpus, f"swept {k}", made_for="sweep")
    at = open_page("compare")
    assert names(at) == ["swept 1", "swept 0"]
    assert not at.toggle


def test_rename(lab: Lab, three: list[RunRow]) -> None:
    at = open_page("compare", runs=three[1].id)
    at.button(key="compare_rename").click().run()
    at.text_input(key=f"compare_name_{three[1].id}").set_value("My *best* one")
    next(b for b in at.button if b.label == "Rename" and b.key != "compare_rename").click().run()
    assert lab.store.run(three[1].id).name == "My *best* one"
    assert not at.exception


def test_delete_asks_first(lab: Lab, three: list[RunRow]) -> None:
    at = open_page("compare", runs=three[0].id)
    at.button(key="compare_delete").click().run()
    assert "Delete 'from nothing'?" in said(at)
    assert "2 other runs are measured against" in said(at)
    at.button(key="compare_leave").click().run()
    assert len(lab.store.runs()) == 3
    at.button(key="compare_delete").click().run()
    at.button(key="compare_delete_yes").click().run()
    assert [run.name for run in lab.store.runs()] == ["0,2", "head"]
    assert not at.exception


def test_a_run_that_trains_is_not_deleted(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "now", status="running")
    at = open_page("compare", runs=run.id)
    at.button(key="compare_delete").click().run()
    assert "'now' is training. Stop first, then delete." in said(at)
    assert lab.store.run(run.id)


def test_page_with_runs_in_every_state(lab: Lab) -> None:
    corpus = lab.corpus()
    made = [
        lab.run(corpus, "waiting", status="queued"),
        lab.run(corpus, "training", status="running"),
        lab.run(corpus, "stopped", status="stopped"),
        lab.run(corpus, "failed", status="failed", error="The loss grew without bound."),
        lab.run(corpus, "finished", test=1.5),
    ]
    at = open_page("compare", runs=",".join(run.id for run in made))
    assert not at.exception
    assert not at.error
    assert "The loss grew without bound." in said(at)


def test_colours_stay_with_their_runs(lab: Lab, three: list[RunRow]) -> None:
    at = open_page("compare", runs=",".join(run.id for run in three))
    before = dict(at.session_state["compare_slots"])
    tick(lab, at, 0, 1)  # the first, a baseline, is unticked
    after = at.session_state["compare_slots"]
    assert after == {run.id: before[run.id] for run in three[1:]}
