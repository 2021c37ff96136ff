"""Runs side by side: the table, what it says in words, what differs, and the page itself."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.app_sessions import AppSession, Server, no_engine
from benchmarks.records import Growing, fill
from lyricslab.config import SplitConfig, TrainConfig
from lyricslab.library.baselines import baselines_by_run
from lyricslab.library.run_marks import star_run, tag_run
from lyricslab.library.runs import rename_run
from lyricslab.store.rows import RunRow
from lyricslab.ui.common.run_list import RunList, run_list
from lyricslab.ui.compare import comparison, run_choice
from lyricslab.ui.compare.differences import SETTING_LABELS, differ_in_words, differences
from lyricslab.ui.compare.row_figures import figures
from lyricslab.ui.compare.run_choice import Choice
from lyricslab.ui.compare.run_export import to_csv
from lyricslab.ui.compare.run_groups import RunGroup, TableContent, table_content
from lyricslab.ui.compare.run_table import COLUMNS
from lyricslab.ui.compare.table_rows import after_the_fall, rows_as_json
from tests.support.app_page import names_in_table, open_page, said, stated
from tests.support.lab import Lab


@pytest.fixture
def three(lab: Lab) -> list[RunRow]:
    """A baseline and two tuned runs on the same songs, the best last."""
    corpus = lab.corpus()
    lab.run(corpus, "from nothing", base=None, trainable="all", vals=(4.8, 2.1, 2.0), test=2.0)
    lab.run(corpus, "head", trainable="none", vals=(1.9, 1.88, 1.86), test=1.9)
    lab.run(corpus, "0,2", trainable="0,2", vals=(1.9, 1.8, 1.7), test=1.78)
    return list(reversed(lab.store.runs()))


def content(lab: Lab, by_setting: bool = False, pins: str = "", against: str = "") -> TableContent:
    """What the table shows of all runs of a lab."""
    pinned = tuple(filter(None, pins.split(",")))
    return table_content(run_list(lab.store, "local"), by_setting, pinned, against)


def reading(lab: Lab, *chosen: RunRow, against: str = "", by_setting: bool = False) -> str:
    """What the page says about some runs."""
    made = content(lab, by_setting, against=against)
    groups = {made.by_run[run.id].id: made.by_run[run.id] for run in chosen}
    return comparison.read_table(lab.store, list(groups.values()), made)


def shown(lab: Lab, made: TableContent) -> dict[str, dict[str, Any]]:
    """The rows of the table by their names, each cell with what is small below it."""
    rows = json.loads(rows_as_json(lab.store, made))
    for row in rows:
        cells = {name: row["cells"].get(name, "") for name in COLUMNS if name != "curve"}
        row["cells"] = {
            name: [cell, ""] if isinstance(cell, str) else cell for name, cell in cells.items()
        }
    return {row["name"]: row for row in rows}


# ---- in words


def test_baselines_are_those_of_the_same_songs(lab: Lab, three: list[RunRow]) -> None:
    elsewhere = lab.run(lab.corpus("Other songs", 9), "elsewhere")
    found = baselines_by_run(lab.store, [*three, elsewhere])
    assert {run_id: baseline.name for run_id, baseline in found.items()} == {
        run.id: "from nothing" for run in three
    }


def test_read_table_against_training_from_nothing(lab: Lab, three: list[RunRow]) -> None:
    said = reading(lab, *three)
    # 1.78 / 2.0 is 11 % below 1.
    assert said.startswith(
        "Fine-tuning layers 0 and 2 of 'Songs' predicts unseen songs 11 % better than "
        "training from nothing (1.780 against 2.000 nats/char)."
    )
    # 1.86 / 1.7 is 9 % above 1.
    assert said.endswith("'0,2' is best on validation, 'head' comes next (9 % worse).")


def test_read_table_against_a_run_that_was_named(lab: Lab, three: list[RunRow]) -> None:
    said = reading(lab, three[2], against=three[1].id)
    # 1.78 / 1.9 is 6 % below 1.
    assert said.startswith("'0,2' predicts unseen songs 6 % better than 'head'")


def test_read_table_without_a_baseline(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "head", trainable="none", vals=(2.0, 1.9, 1.8), test=1.9)
    assert reading(lab, run) == (
        "Fine-tuning only the head of 'Songs' predicts songs it did not learn from 10 % "
        "better than the base as it was. A baseline, trained from nothing, is not there yet."
    )


def test_read_table_calls_near_equals_alike(lab: Lab) -> None:
    corpus = lab.corpus()
    chosen = [
        lab.run(corpus, "one", vals=(1.9, 1.500), test=1.51),
        lab.run(corpus, "two", trainable="all", vals=(1.9, 1.505), test=1.51),
    ]
    assert "too close to call with one seed each" in reading(lab, *chosen)


def test_read_table_says_nothing_of_layers_where_none_helped(lab: Lab) -> None:
    corpus = lab.corpus()
    chosen = [
        lab.run(corpus, "layer 0", trainable="0", vals=(1.5, 1.499, 1.6)),
        lab.run(corpus, "layer 1", trainable="1", vals=(1.5, 1.5, 1.7)),
    ]
    assert "None of them has learned anything that helps" in reading(lab, *chosen)
    chosen.append(lab.run(corpus, "layer 2", trainable="2", vals=(1.5, 1.3)))
    assert "None of them" not in reading(lab, *chosen)


def test_read_table_refuses_to_hold_different_songs_against_each_other(lab: Lab) -> None:
    chosen = [lab.run(lab.corpus(), "one"), lab.run(lab.corpus("Other songs", 9), "two")]
    assert "learned from different songs" in reading(lab, *chosen)


def test_read_table_of_runs_that_have_not_begun(lab: Lab) -> None:
    waiting = lab.run(lab.corpus(), "later", status="queued")
    assert reading(lab, waiting).startswith("Nothing to read yet")
    running = lab.run(lab.corpus(), "now", status="running")
    assert reading(lab, running).endswith("so this may change.")


def scored(lab: Lab, songs: int, gain: float) -> list[RunRow]:
    """A baseline and a run that is better by `gain` nats/char on each of some songs, about."""
    corpus = lab.corpus()
    spread = [(k % 5 - 2) / 20 for k in range(songs)]
    scratch = {side: [2 + 3 * x for x in spread] for side in ("val", "test")}
    tuned = {side: [2 + 3 * x - gain + x * x for x in spread] for side in ("val", "test")}
    test = sum(tuned["test"]) / songs
    lab.run(corpus, "scratch", base=None, trainable="all", test=2.0, vals=(3, 2), scores=scratch)
    lab.run(corpus, "tuned", test=test, vals=(2.1, test), scores=tuned)
    return list(reversed(lab.store.runs()))


def test_two_songs_are_too_few_to_tell(lab: Lab) -> None:
    _, tuned = scored(lab, songs=2, gain=0.2)
    row = shown(lab, content(lab))["tuned"]["cells"]
    assert row["test"][1] == "2 songs"
    assert row["test_change"] == ["too few", "songs to tell"]
    assert "was tested on 2 test songs: too few to tell" in reading(lab, tuned)


def test_a_difference_has_its_interval_and_may_be_chance(lab: Lab) -> None:
    _, tuned = scored(lab, songs=20, gain=0.2)
    made = content(lab)
    change = figures(lab.store, made.groups, made.references)[tuned.id].changes["test"]
    assert change.low is not None
    assert change.high is not None
    # The songs differ by up to 0.3 nats/char, the two networks on a song by 0.19 or 0.2.
    assert -10.2 < change.low < change.percent < change.high < -9.5
    assert not change.open
    assert "20 test songs, " in reading(lab, tuned)
    level = shown(lab, made)["tuned"]["cells"]["test"]
    assert level[1].startswith("1.7")
    assert " to 1.9" in level[1]


def test_a_difference_within_chance_is_no_finding(lab: Lab) -> None:
    corpus = lab.corpus()
    for name, sign in (("one", 1), ("two", -1)):
        each = {"val": [1.5 + sign * (-1) ** k / 9 for k in range(12)]}
        lab.run(corpus, name, vals=(1.9, 1.5 + 0.03 * (sign < 0)), scores=each)
    assert "'one' and 'two' are too close to call" in reading(lab, *lab.store.runs())


def test_differences_are_only_those(lab: Lab, three: list[RunRow]) -> None:
    found = differences(lab.home, three[1:])
    assert found == {"layers that learn": ["head only", "layers 0 and 2"]}
    assert differ_in_words(found, 2) == "These two runs differ in layers that learn."
    one = three[2]
    train = TrainConfig(max_steps=200, learning_rate=0.02, patience_evals=0)
    other = replace(
        one, config=replace(one.config, seed=4, settings=train, split=SplitConfig(seed=3))
    )
    assert differences(lab.home, [one, other]) == {
        "seed": ["0", "4"],
        "which division": ["0", "3"],
        "learning rate": ["0.001", "0.02"],
    }
    assert differences(lab.home, [one, one]) == {}
    assert "the same settings" in differ_in_words({}, 2)
    assert "is chance" in differ_in_words({"seed": ["0", "1", "2"]}, 3)


def test_every_training_setting_has_words() -> None:
    # Only pretraining rounds its products, and those runs are not compared.
    assert set(SETTING_LABELS) == set(TrainConfig().to_dict()) - {"precision"}


# ---- the table


def test_table(lab: Lab, three: list[RunRow]) -> None:
    star_run(lab.store, three[1].id, True)
    rows = shown(lab, content(lab))
    assert list(rows) == ["0,2", "head", "from nothing"]
    cells = {name: row["cells"] for name, row in rows.items()}
    assert [row["learned"][0] for row in cells.values()] == [
        "layers 0 and 2",
        "head only",
        "all, from nothing",
    ]
    assert [row["test_change"][0] for row in cells.values()] == ["−11.0 %", "−5.0 %", ""]
    assert cells["0,2"]["val"] == ["1.700", ""]
    assert cells["0,2"]["base"][0] == "Songs"
    assert rows["0,2"]["curve"] == ["zV0", "1.900 to 1.700, lowest 1.700"]
    assert [row.get("starred") for row in rows.values()] == [None, True, None]
    # The head of 5 units onto 128 characters: 128 * 5 weights and 128 biases.
    assert cells["head"]["trained"][0] == "768"


def test_table_against_a_run_that_was_named(lab: Lab, three: list[RunRow]) -> None:
    made = content(lab, pins=three[0].id, against=three[1].id)
    rows = shown(lab, made)
    assert list(rows) == ["from nothing", "0,2", "head"]
    assert rows["0,2"]["cells"]["val_change"][0] == "−8.6 %"  # 1.7 / 1.86
    assert rows["from nothing"]["cells"]["test_change"][0] == "+5.3 %"  # 2.0 / 1.9
    assert rows["head"]["cells"]["test_change"][0] == ""


def test_table_of_runs_that_have_measured_nothing(lab: Lab) -> None:
    lab.run(lab.corpus(), "later", status="queued")
    row = shown(lab, content(lab))["later"]
    assert [row["cells"][name][0] for name in ("val", "test", "test_change")] == ["", "", ""]
    assert row["curve"] == []


def test_runs_that_differ_in_the_seed_alone_are_one_row(lab: Lab) -> None:
    corpus = lab.corpus()
    for seed, best in enumerate((1.5, 1.6, 1.7)):
        lab.run(corpus, f"seed {seed}", vals=(1.9, best), test=best, seed=seed)
    lab.run(corpus, "other", trainable="all", vals=(1.9, 1.4), test=1.5)
    lab.run(lab.corpus("Elsewhere", 9), "other songs", test=1.5)
    rows = shown(lab, content(lab, by_setting=True))
    assert list(rows) == ["other songs", "other", "seed 0 · 3 seeds"]
    # Of 1.5, 1.6 and 1.7 the mean is 1.6 and the standard deviation 0.1.
    assert rows["seed 0 · 3 seeds"]["cells"]["test"] == ["1.600", "± 0.100"]
    table = csv_rows(to_csv(lab.store, content(lab, by_setting=True)))
    assert [row["seeds"] for row in table] == ["1", "1", "3"]
    assert float(table[2]["test_nats_per_char_sd"]) == pytest.approx(0.1)
    assert table[2]["seed"] == "0 1 2"


def test_seeds_count_in_an_interval(lab: Lab) -> None:
    corpus = lab.corpus()
    for seed in range(3):
        each = {"test": [1.5 + k / 50 + seed / 100 for k in range(9)]}
        lab.run(corpus, f"a{seed}", test=1.58 + seed / 100, seed=seed, scores=each)
    each = {"test": [1.6 + k / 50 for k in range(9)]}
    named = lab.run(corpus, "named", trainable="all", test=1.68, scores=each)
    made = content(lab, by_setting=True, against=named.id)
    change = figures(lab.store, made.groups, made.references)[lab.store.runs()[-1].id]
    assert change.changes["test"].percent == pytest.approx(100 * (1.59 / 1.68 - 1))
    low, high = change.changes["test"].low, change.changes["test"].high
    assert low is not None
    assert high is not None
    # The songs agree; three seeds 0.01 apart leave about 4.3 * 0.01 / sqrt(3) on both sides.
    assert 1 < high - low < 5


def test_the_strength_of_a_blend_is_a_column(lab: Lab) -> None:
    corpus = lab.corpus()
    kept, plain, old = (lab.run(corpus, name, test=1.5) for name in ("kept", "plain", "old"))
    for run, blend in (
        (kept, {"strength": 0.7, "kept": True}),
        (plain, {"strength": 0.7, "kept": False}),
    ):
        result = json.dumps({**(run.result or {}), "blend": blend})
        with lab.store._transaction() as db:
            db.execute("update run set result_json = ? where id = ?", (result, run.id))
    rows = shown(lab, content(lab))
    assert [rows[name]["cells"]["strength"][0] for name in ("kept", "plain", "old")] == [
        "0.70",
        "1.00",
        "",
    ]
    assert old.result is not None


def test_small_curves_leave_out_the_first_tenth() -> None:
    assert after_the_fall([9.0, *range(24)]) == list(range(1, 24))
    assert after_the_fall([3.0, 2.0]) == [3.0, 2.0]
    assert after_the_fall([]) == []


def csv_rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_csv_has_the_names_of_the_command_line_and_no_formulas(
    lab: Lab, three: list[RunRow]
) -> None:
    rename_run(lab.store, three[2].id, '=HYPERLINK("http://example.org")')
    tag_run(lab.store, three[2].id, ["=1+1", "b"])
    table = csv_rows(to_csv(lab.store, content(lab)))
    assert len(table) == 3
    assert table[0]["name"].startswith("'=")
    assert table[0]["tags"] == "'=1+1, b"
    assert float(table[0]["test_nats_per_char"]) == 1.78
    assert float(table[0]["test_change_percent"]) == pytest.approx(-11.0)
    assert table[0]["against"] == "from nothing"
    assert table[1]["train"] == "none"


def test_what_goes_says_what_leans_on_it(lab: Lab, three: list[RunRow]) -> None:
    assert "'from nothing' is the baseline that 2 other runs are measured against" in (
        comparison.what_goes(lab.store, three[:1])
    )
    assert "baseline" not in comparison.what_goes(lab.store, three)
    assert "go for good" in comparison.what_goes(lab.store, three[2:])


def test_labels_tell_runs_apart_and_leave_out_what_they_share(three: list[RunRow]) -> None:
    def named(*names: str) -> list[str]:
        runs = [replace(run, name=name) for run, name in zip(three, names, strict=False)]
        return list(comparison.label_of([RunGroup((run,)) for run in runs]).values())

    same = named("same", "same", "0,2")
    assert len(set(same)) == 3
    assert same[2] == "0,2"
    assert named("A · B · c", "A · B · d · e") == ["c", "d · e"]
    assert named("A · B", "A · B · d") == ["B", "B · d"]
    assert named("A · B") == ["A · B"]


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


def tick(at: AppTest, *chosen: RunRow) -> AppTest:
    """Choose runs, as the table does."""
    at.session_state["compare_runs"] = ",".join(run.id for run in chosen)
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
    at = tick(open_page("compare"), three[1])
    assert at.session_state["compare_runs"] == three[1].id
    lab.run(lab.store.corpora()[0], "a new one")
    at.run()
    assert at.session_state["compare_runs"] == three[1].id
    assert stated(at, "runs").split(",") == [three[1].id]


def test_unticking_everything_keeps_the_table(lab: Lab, three: list[RunRow]) -> None:
    at = tick(open_page("compare"))
    assert not at.exception
    assert "Tick runs in the table" in said(at)
    assert "runs" not in at.query_params


def test_what_stands_around_the_table_follows_its_ticks(lab: Lab, three: list[RunRow]) -> None:
    at = open_page("compare")
    assert at.button(key="compare_delete").label == "Delete 3 runs"
    assert "These 3 runs differ in" in said(at)
    tick(at, three[1])
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
    assert len(names_in_table(at)) == 1
    at.selectbox(key="compare_corpus").select("").run()
    assert len(names_in_table(at)) == 4
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


def test_runs_of_sweeps_and_searches_stand_aside(lab: Lab, three: list[RunRow]) -> None:
    corpus = lab.store.corpora()[0]
    swept = [lab.run(corpus, f"swept {k}", vals=(1.9, 1.2), made_for="sweep") for k in range(2)]
    sought = lab.run(corpus, "sought", vals=(1.9, 1.1), made_for="search")
    at = open_page("compare")
    assert names_in_table(at) == ["0,2", "head", "from nothing"]
    assert stated(at, "runs").split(",") == [three[2].id, three[1].id, three[0].id]
    toggle = at.toggle(key="compare_swept")
    assert toggle.label == "With the 3 runs of sweeps and searches"
    toggle.set_value(True).run()
    assert names_in_table(at) == ["sought", "swept 1", "swept 0", "0,2", "head", "from nothing"]

    # A link to some of them shows these, and only these.
    at = open_page("compare", runs=f"{swept[1].id},{three[1].id}")
    assert names_in_table(at) == ["swept 1", "0,2", "head", "from nothing"]
    assert stated(at, "runs").split(",") == [swept[1].id, three[1].id]
    assert sought.made_for == "search"


def test_where_all_runs_are_a_sweeps_they_are_shown(lab: Lab) -> None:
    corpus = lab.corpus()
    for k in range(2):
        lab.run(corpus, f"swept {k}", made_for="sweep")
    at = open_page("compare")
    assert names_in_table(at) == ["swept 1", "swept 0"]
    assert not any(toggle.key == "compare_swept" for toggle in at.toggle)


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
    before = dict(at.session_state["compare_colours"])
    tick(at, *three[1:])  # the first, a baseline, is unticked
    after = at.session_state["compare_colours"]
    assert after == {run.id: before[run.id] for run in three[1:]}


# ---- pins, reference, marks


def test_pins_reference_and_rows_live_in_the_address(lab: Lab, three: list[RunRow]) -> None:
    address = {"pins": three[0].id, "against": three[1].id, "runs": three[2].id}
    at = open_page("compare", **address, rows="settings")
    assert names_in_table(at)[0] == "from nothing"
    assert stated(at, "pins") == three[0].id
    assert stated(at, "against") == three[1].id
    assert stated(at, "runs").split(",") == [three[0].id, three[2].id]  # what is pinned is shown
    assert stated(at, "rows") == "settings"
    assert "'0,2' predicts unseen songs 6 % better than 'head'" in said(at)


def test_stars_and_tags_filter(lab: Lab, three: list[RunRow]) -> None:
    at = open_page("compare")
    assert not any(pills.key == "compare_starred" for pills in at.get("button_group"))
    star_run(lab.store, three[1].id, True)
    tag_run(lab.store, three[2].id, ["for class"])
    at = open_page("compare", starred="yes")
    assert names_in_table(at) == ["head"]
    assert stated(at, "starred") == "yes"
    at = open_page("compare", tag="for class", pins=three[0].id)
    assert names_in_table(at) == ["from nothing", "0,2"]
    at.selectbox(key="compare_tag").select("").run()
    assert len(names_in_table(at)) == 3
    assert "tag" not in at.query_params


def test_star_note_and_tags_are_written_in_a_form(lab: Lab, three: list[RunRow]) -> None:
    at = open_page("compare", runs=three[1].id)
    at.button(key="compare_marks").click().run()
    at.checkbox(key=f"compare_star_{three[1].id}").check()
    at.text_area(key=f"compare_note_{three[1].id}").set_value("Only the *head*.")
    next(button for button in at.button if button.label == "Save").click().run()
    marked = lab.store.run(three[1].id)
    assert (marked.starred, marked.own_note) == (True, "Only the *head*.")
    assert not at.exception


def test_what_is_done_in_the_table(
    lab: Lab, three: list[RunRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, str] = {}
    monkeypatch.setattr("lyricslab.ui.common.url_state.st.session_state", state)
    runs, ids = run_list(lab.store, "local"), [run.id for run in three]

    def done(choice: Choice, **did: Any) -> dict[str, str]:
        state.clear()
        run_choice.take_over(lab.store, did, choice, choice.content(runs), runs)
        return {name.removeprefix("compare_"): value for name, value in state.items()}

    now = Choice("", False, "", False, False, False, (ids[0],), "", (ids[0], ids[1]))
    assert done(now, chosen=[ids[1], ids[2]]) == {"pins": "", "runs": f"{ids[1]},{ids[2]}"}
    assert done(now, pins=[ids[0], ids[2]]) == {
        "pins": f"{ids[0]},{ids[2]}",
        "runs": f"{ids[0]},{ids[2]},{ids[1]}",
    }
    assert done(now, pins=[]) == {"pins": "", "runs": ids[1]}
    assert done(now, against=ids[2]) == {"against": ids[2]}
    assert done(now, against="gone", pins=["gone"], chosen=["gone"], star="gone", on=True)
    assert done(now, star=ids[1], on=True) == {}
    assert lab.store.run(ids[1]).starred


def test_a_filter_keeps_what_is_asked_for(lab: Lab, three: list[RunRow]) -> None:
    everything: RunList = run_list(lab.store, "local")
    assert run_choice.marked(everything, False, "", ()) is everything
    assert run_choice.marked(everything, True, "", (three[0].id,)).rows == (three[0],)
