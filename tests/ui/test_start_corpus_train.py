"""The pages Start, Corpus and Train, without a browser and without an engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lyricslab.config import SplitConfig
from lyricslab.library.bases import list_bases
from lyricslab.library.corpora import load_corpus
from lyricslab.library.runs import stop_run
from lyricslab.model.recommendation import recommend
from lyricslab.store.store import Store
from lyricslab.ui.common import notices
from lyricslab.ui.start import latest_runs
from lyricslab.ui.train import gate_picker
from tests.support.app_page import (
    SHELL,
    heading,
    labelled,
    lyrics,
    open_page,
    press,
    said,
    stated,
)
from tests.support.lab import SMALL, Lab


def songs_file(songs: int = 7) -> bytes:
    """A text file of songs that all differ, with quotes that ASCII lacks."""
    made = [
        f"The bell of harbour {k}\n\n"
        + "\n".join(f"It\u2019s {k * 31 + line} miles of rope and tar" for line in range(14))
        for k in range(songs)
    ]
    return "\n\n---\n\n".join(made).encode()


# ---- Start


def test_start_says_what_to_do_and_lists_runs(lab: Lab) -> None:
    at = open_page("start")
    assert "None yet" in said(at)
    assert [b.label for b in at.button] == ["Try it with demo songs", "Use my own songs"]
    lab.base()
    lab.run(lab.corpus(), "Old *tune*", vals=(1.9, 1.25), status="failed", error="It broke.")
    at = open_page("start")
    assert "Harbour songs" in said(at) and "best 1.250 nats/char" in said(at)
    assert "None yet" not in said(at)
    lab.run(lab.store.corpora()[0], "one of many", vals=(1.9, 1.125), made_for="sweep")
    assert "1.125" not in said(open_page("start"))


def test_start_follows_a_run_until_it_is_over(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[float | None] = []
    fragment = st.fragment
    monkeypatch.setattr(
        st, "fragment", lambda show, run_every: timers.append(run_every) or fragment(show)
    )
    lab.base()
    run = lab.run(lab.corpus(), "Mine", status="running", max_steps=200)
    assert "Harbour songs · 30 % done · best 1.500" in said(open_page("start"))
    lab.store.transition(run.id, "stopped")
    at = open_page("start")
    assert "% done" not in said(at)
    lists = [timer for timer in timers if timer != notices.LOOK_EVERY_S]
    assert lists[0] == latest_runs.LOOK_EVERY_S and lists[-1] is None


def test_start_lists_the_runs_of_a_sweep_where_there_are_no_others(lab: Lab) -> None:
    lab.base()
    lab.run(lab.corpus(), "one of many", vals=(1.9, 1.125), made_for="sweep")
    assert "best 1.125 nats/char" in said(open_page("start"))


def test_the_demo_is_one_click(lab: Lab, tmp_path: Path) -> None:
    lab.base("songs")
    (tmp_path / "songbooks").mkdir()
    (tmp_path / "songbooks" / "nell_harrow.txt").write_bytes(songs_file())
    about = {"title": "Last Bus", "artist": "Nell Harrow", "about": "She drives the night bus."}
    (tmp_path / "songbooks" / "nell_harrow.json").write_text(json.dumps(about))
    at = press(open_page("start"), "Try it with demo songs")
    (run,) = lab.store.runs()
    best = recommend(7, 5_000, list_bases(lab.home))
    assert (run.base, run.trainable, run.config.preset) == best[:3]
    assert (run.status, run.config.split) == ("queued", SplitConfig())
    assert run.corpus_name == "Nell Harrow"
    assert stated(at, "run") == run.id
    assert "She drives the night bus." in said(at)  # while it waits
    assert "The bell of harbour 0" in said(at)


def test_the_demo_again_is_another_run_once_the_first_is_over(lab: Lab, tmp_path: Path) -> None:
    lab.base("songs")
    (tmp_path / "songbooks").mkdir()
    (tmp_path / "songbooks" / "nell_harrow.txt").write_bytes(songs_file())
    for _ in range(2):
        press(open_page("start"), "Try it with demo songs")
    (first,) = lab.store.runs()
    stop_run(lab.store, first.id)
    press(open_page("start"), "Try it with demo songs")
    assert sorted(run.config.seed for run in lab.store.runs()) == [0, 1]


def test_a_demo_without_its_files_says_so(lab: Lab) -> None:
    at = press(open_page("start"), "Try it with demo songs")
    assert "missing from its assets folder" in at.error[0].value
    assert lab.store.runs() == []


# ---- Corpus


def test_files_are_read_checked_and_saved(lab: Lab) -> None:
    at = open_page("corpus")
    assert "Nothing yet" in said(at)
    at.file_uploader[0].upload("h\u00e4fen.txt", songs_file()).run()
    assert not at.exception
    assert "h\u00e4fen.txt: text, Unicode (UTF-8), 7 songs" in said(at)
    assert "Characters changed: 98" in [expander.label for expander in at.expander]
    assert "5 to learn from, 1 to check by, 1 to judge by" in said(at)
    next(t for t in at.text_input if t.label == "Name of the corpus").set_value("Harbour").run()
    at = press(at, "Save")
    assert "**Harbour** is saved: 7 songs" in said(at) and at.button(key="train_saved")
    (row,) = lab.store.corpora()
    assert (row.name, row.songs, row.report["split"]["train"]) == ("Harbour", 7, 0.8)
    assert load_corpus(lab.store, row.id).songs[3].title == "The bell of harbour 3"
    assert row.report["changes"] == [["\u2019", "'", 98]]


def test_a_file_that_fails_says_why_and_the_others_go_on(lab: Lab) -> None:
    at = open_page("corpus")
    uploader = at.file_uploader[0]
    uploader.upload("noise.txt", bytes(range(256)) * 9).upload("empty.txt", b"")
    uploader.upload("cut.zip", b"PK\x03\x04broken").upload("good.txt", songs_file()).run()
    assert not at.exception
    warnings = [text.value for text in at.markdown if "material/error" in text.value]
    assert len(warnings) == 3
    assert "does not hold text" in warnings[0] and "is empty" in warnings[1]
    assert "good.txt: text, Unicode (UTF-8), 7 songs" in said(at)
    assert any(button.label == "Save" for button in at.button)


def test_a_table_asks_for_its_columns(lab: Lab) -> None:
    rows = [f'Song {k},"{"water over stone " * 30} {k}",9' for k in range(5)]
    table = "alpha,beta,gamma\n" + "\n".join(rows)
    at = open_page("corpus")
    at.file_uploader[0].upload("songs.csv", table.encode()).run()
    asks = {box.label: box for box in at.selectbox}
    asks["Lyrics are in"].select("beta").run()
    next(box for box in at.selectbox if box.label == "Titles are in").select("alpha").run()
    at = press(at, "Use these columns")
    assert "5 songs" in said(at)
    assert "Song 1 of 5" in said(at) and heading(at) == "Song 0"


def test_one_long_text_is_refused_then_cut_when_the_person_agrees(lab: Lab) -> None:
    text = "\n\n".join(f"Paragraph {k} goes on about the sea and the sea again." for k in range(80))
    at = open_page("corpus")
    at.file_uploader[0].upload("notebook.txt", text.encode()).run()
    assert "A corpus needs at least 3 songs" in at.error[0].value.replace("\\", "")
    assert not any(button.label == "Save" for button in at.button)
    at = press(at, "Cut this text into pieces")
    assert any(button.label == "Save" for button in at.button)


def test_cyrillic_is_folded_with_a_warning(lab: Lab) -> None:
    line = "\u043f\u0435\u0441\u043d\u044f \u043e \u043c\u043e\u0440\u0435"  # "a song of the sea"
    songs = "\n---\n".join(f"Song {k}\n\n" + f"{line} {k}\n" * 70 for k in range(4))
    at = open_page("corpus")
    at.file_uploader[0].upload("kniga.txt", songs.encode("cp1251")).run()
    assert "rewritten in plain Latin letters" in at.warning[0].value + at.warning[-1].value
    assert "pesnya o more" in lyrics(at)
    assert any(button.label == "Save" for button in at.button)


def test_songs_are_joined_renamed_dropped_and_that_is_undone(lab: Lab) -> None:
    at = open_page("corpus")
    at.file_uploader[0].upload("a.txt", songs_file()).run()
    at = press(at, "Join with next")
    assert "Song 1 of 6" in said(at) and heading(at) == "The bell of harbour 0"
    at = press(at, "Edit")
    labelled(at.text_input, "Title").set_value("Caf\u00e9")
    at = press(at, "Keep these words")
    assert "Song 1 of 6" in said(at) and heading(at) == "Cafe"
    at = press(press(at, "Drop"), "Undo")
    assert "Song 1 of 6" in said(at) and heading(at) == "Cafe"
    at = press(press(at, "Undo"), "Undo")
    assert "Song 1 of 7" in said(at) and heading(at) == "The bell of harbour 0"
    labelled(at.selectbox, "The next song begins with").set_value(5).run()
    at = press(at, "Split here")
    assert "Song 1 of 8" in said(at)


def test_pasted_songs_with_labels(lab: Lab) -> None:
    at = open_page("corpus")
    text = "\n---\n".join(f"Title {k}\n\n[Chorus]\n" + f"row {k} of the boat\n" * 40 for k in "abc")
    at.text_area[0].set_value(text)
    at = press(at, "Read it")
    assert "Song 1 of 3" in said(at) and heading(at) == "Title a"
    assert any("3 labels, in 3 songs" in block.value for block in at.markdown)


def test_a_corpus_in_use_is_not_deleted_and_its_runs_are_named(lab: Lab) -> None:
    lab.base()
    corpus = lab.corpus()
    lab.run(corpus, "Tuned")
    at = open_page("corpus")
    at.button(key=f"delete_{corpus.id}").click().run()
    assert "'Tuned' learned from it" in said(at)
    assert not any(button.key == "delete_now" for button in at.button)


def test_a_saved_corpus_is_opened_by_its_link(lab: Lab) -> None:
    corpus = lab.corpus()
    at = open_page("corpus", corpus=corpus.id)
    assert "The harbour keeps 0 lamps" in said(at)
    at = open_page("corpus", corpus="nosuchid")
    assert "no corpus nosuchid" in at.error[0].value.replace("\\", "")


# ---- Train


def test_train_says_what_is_missing(lab: Lab) -> None:
    assert "no songs to learn from yet" in said(open_page("train"))
    lab.corpus()
    assert "holds no base yet" in said(open_page("train"))


def test_start_puts_the_chosen_run_into_the_queue(lab: Lab) -> None:
    lab.base("songs")
    lab.base("books", seed=2)
    lab.corpus("Other", songs=5)
    wanted = lab.corpus()
    at = open_page("train", corpus=wanted.id, base="books", layers="1", preset="quick", seed="11")
    assert at.query_params["base"] == "books"
    at = press(at, "Start")
    (run,) = lab.store.runs()
    assert (run.corpus_id, run.base, run.trainable, run.status) == (
        wanted.id, "books", "1", "queued",
    )  # fmt: skip
    assert (run.config.seed, run.config.preset, run.config.model) == (11, "quick", SMALL)
    assert at.query_params["run"] == run.id


def test_the_cards_the_diagram_and_a_changed_setting_reach_the_run(lab: Lab) -> None:
    lab.base("books", seed=2)
    lab.base("songs")
    lab.corpus()
    at = open_page("train")
    assert (at.query_params["layers"], at.query_params["base"]) == ("all", "songs")
    at.session_state["base_picker_1"] = {"value": "books"}
    at.session_state["layer_picker_3_1"] = {"layers": [1, 0]}
    at.run()
    assert at.query_params["layers"] == "0,1"
    next(n for n in at.number_input if n.label == "Steps at most").set_value(77).run()
    assert "at most 77 steps" in said(at) and "Set by you: steps at most 77." in said(at)
    press(at, "Start")
    (run,) = lab.store.runs()
    assert (run.base, run.trainable, run.config.preset) == ("books", "0,1", "own")
    assert run.config.settings.max_steps == 77


def test_plain_buttons_take_the_diagrams_place(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYRICSLAB_PLAIN", "1")
    lab.base("books", seed=2)
    lab.base("songs")
    lab.corpus()
    at = open_page("train", layers="none")
    at.radio[0].set_value("books").run()
    pills = at.get("pills")[0]
    assert pills.value == []
    pills.set_value([2]).run()
    press(at, "Start")
    (run,) = lab.store.runs()
    assert (run.base, run.trainable) == ("books", "2")


@pytest.mark.parametrize("plain", ["", "1"])
def test_matrices_and_gates_are_chosen_in_the_drawer(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, plain: str
) -> None:
    monkeypatch.setenv("LYRICSLAB_PLAIN", plain)
    lab.base("songs")
    lab.corpus()
    at = open_page("train", layers="2.f,0")
    written = next(field for field in at.text_input if field.label == "The same in letters")
    assert written.value == "0,2.f"
    # H = 5: layer 0 has 20 (128 + 5 + 2), a gate of layer 2 5 (5 + 5 + 2), the head 128 x 6.
    assert f"{2700 + 60 + 768:,} of " in said(at)
    written.set_value("1.hh, 9").run()
    assert "layers 0 to 2" in at.error[0].value.replace("\\", "")
    assert f"{2700 + 60 + 768:,} of " in said(at)
    written.set_value("1.hh.o,1.hh.i,0.b").run()
    assert not at.error
    assert f"{2 * 25 + 40 + 768:,} of " in said(at)
    press(at, "Start")
    (run,) = lab.store.runs()
    assert run.trainable == "0.b,1.hh.i,1.hh.o"
    assert not run.config.settings.lora_rank


def test_what_the_board_of_switches_sends_is_checked() -> None:
    cells = [[[(k, m, g) in ((0, 1, 1), (2, 0, 3)) for g in range(4)] for m in range(3)]
             for k in range(3)]  # fmt: skip
    assert str(gate_picker._chosen(cells, 3)) == "0.hh.f,2.ih.o"
    everything = [[[True] * 4] * 3] * 2
    assert str(gate_picker._chosen(everything, 2)) == "all"
    for sent in (None, "0", cells[:2], [cells[0][:2]] * 3, [[[1] * 4] * 3] * 3):
        assert gate_picker._chosen(sent, 3) is None


def test_the_paper_preset_divides_in_thirds(lab: Lab) -> None:
    lab.base()
    lab.corpus(songs=9)
    press(open_page("train", preset="paper"), "Start")
    (run,) = lab.store.runs()
    assert run.config.split.train == run.config.split.test == pytest.approx(1 / 3)
    assert run.config.preset == "paper"


def test_a_link_to_what_is_not_here_says_so(lab: Lab) -> None:
    lab.base()
    lab.corpus()
    at = open_page("train", base="opera", layers="7")
    assert "There is no base" in at.warning[0].value
    assert "not a choice of layers" in at.error[0].value.replace("\\", "")
    assert at.query_params["base"] == "songs"
    at = open_page("train", seed="99999999999")
    assert "seed" in at.warning[0].value and labelled(at.number_input, "Seed").value == 2**31 - 1
    for at in (
        open_page("run", run="nosuchid"),
        open_page("train", run="nosuchid"),
        open_page("run"),
    ):
        assert at.title[0].value == "No such run"
    assert "There is no run nosuchid" in said(open_page("run", run="nosuchid"))


def test_a_run_that_trains_shows_progress_and_stops(lab: Lab) -> None:
    lab.base()
    run = lab.run(lab.corpus(), "Mine", status="running", vals=(1.9, 1.8, 1.75))
    at = open_page("run", run=run.id)
    assert "Step 40 of 200" in said(at) and "left at most" not in said(at)
    assert "Best at epoch 2 so far. Stop whenever you like" in said(at)
    assert len(at.get("vega_lite_chart")) == 1
    at = press(at, "Stop the run")
    assert lab.store.run(run.id).status == "stopping"
    assert "keeps its best network" in said(at)


def test_a_finished_run_shows_its_figures_and_what_comes_next(lab: Lab) -> None:
    lab.base()
    run = lab.run(lab.corpus(), "Mine", vals=(2.0, 1.8, 1.5), test=1.62)
    at = open_page("run", run=run.id)
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Best on validation"] == "1.500"
    assert figures["On the test songs"] == "1.620"
    assert figures["Against the base"] == "−25 %"
    assert figures["Against the baseline"] == "not trained"
    press(at, "Train the baseline")
    grid = [other for other in lab.store.runs() if other.kind == "baseline"]
    assert len(grid) > 1 and all(other.status == "queued" for other in grid)
    assert "baseline is being trained" in said(open_page("run", run=run.id))


def test_a_link_to_a_run_on_the_page_where_it_was_set_up_leads_to_it(lab: Lab) -> None:
    lab.base()
    run = lab.run(lab.corpus(), "Mine")
    assert open_page("train", run=run.id).title[0].value == "Mine"


def test_a_run_that_validation_ends_names_no_end(lab: Lab) -> None:
    settings = {"max_steps": 1_000_000, "patience_evals": 12}
    run = lab.run(lab.corpus(), "Scratch", base=None, trainable="all", status="running", **settings)
    at = open_page("run", run=run.id)
    assert "It ends by itself once 12 evaluations in a row find none better" in said(at)
    assert "of 1,000,000" not in said(at) and "left at most" not in said(at)
    assert "a network of 3 x 5 units" in said(at).replace("\\", "")


def test_a_baseline_is_not_measured_against_itself(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "Scratch", base=None, trainable="all", vals=(4.8, 2.5), test=2.6)
    at = open_page("run", run=run.id)
    assert [metric.label for metric in at.metric] == ["Best on validation", "On the test songs"]


def test_a_baseline_gives_no_verdict_before_its_last_network(lab: Lab) -> None:
    lab.base()
    corpus = lab.corpus()
    run = lab.run(corpus, "Mine", vals=(2.0, 1.5), test=1.62)
    scratch = {"base": None, "trainable": "all"}
    lab.run(corpus, "Scratch", vals=(4.8, 2.5), test=1.8, **scratch)
    lab.run(corpus, "Scratch 2", status="queued", **scratch)
    at = open_page("run", run=run.id)
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Against the baseline"] == "in training"
    assert "the last of its networks is to come" in said(at)
    assert "alone reaches" not in said(at)


def test_a_finished_run_is_measured_against_the_baseline_on_the_test_songs(lab: Lab) -> None:
    lab.base()
    corpus = lab.corpus()
    run = lab.run(corpus, "Mine", vals=(2.0, 1.5), test=1.62)
    lab.run(corpus, "Scratch", base=None, trainable="all", vals=(4.8, 2.5), test=1.8)
    at = open_page("run", run=run.id)
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Against the baseline"] == "−10 %"
    assert "1.800 nats/char on the test songs; this run reaches 1.620" in said(at)


def test_a_failed_run_says_why_and_can_be_resumed(lab: Lab) -> None:
    lab.base()
    why = "The loss left the numbers at step 40."
    run = lab.run(lab.corpus(), "Mine", status="failed", error=why)
    at = open_page("run", run=run.id)
    assert why in said(at)
    press(at, "Resume")
    assert lab.store.run(run.id).status == "queued"


# ---- the frame


def test_a_home_that_cannot_be_written_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("LYRICSLAB_HOME", str(blocked / "home"))
    at = AppTest.from_file(SHELL, default_timeout=60).run()
    assert not at.exception
    assert "cannot keep its files" in at.error[0].value


def test_a_fault_of_ours_is_an_apology_with_the_logs_place(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Store, **_: object) -> None:
        raise ZeroDivisionError("a secret path")

    at = open_page("start")
    monkeypatch.setattr(Store, "runs", broken)
    at.run()
    assert not at.exception
    assert "Sorry" in at.error[0].value and "app.log" in at.error[0].value
    assert "secret" not in at.error[0].value
    assert "a secret path" in (lab.store.home.logs / "app.log").read_text()
