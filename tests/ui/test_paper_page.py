"""The page of the paper: how to begin, a sweep under way, its tables, claims and songs."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from lyricslab import files
from lyricslab.errors import CheckpointError, InputError
from lyricslab.experiments import experiment
from lyricslab.experiments.sweep_claims import judge_sweep
from lyricslab.experiments.sweep_results import sweep_table
from lyricslab.report import export_report, samples
from lyricslab.report.charts.palette import Palette
from lyricslab.report.content import base_tables
from lyricslab.store.rows import SweepRow
from lyricslab.ui.paper import cached_experiments, cell_detail, claims_view, heatmap
from research import ship_experiment
from tests.support.app_page import labelled, open_page, press, said
from tests.support.finished_sweep import add_bases, begin, work_off
from tests.support.lab import Lab
from tests.support.sweep_table import made_up_table


def worked(lab: Lab, *, most: int | None = None, seeds: int = 2) -> SweepRow:
    """A sweep on twelve songs, worked off or so many runs of it."""
    add_bases(lab.store)
    row = begin(lab.store, lab.corpus(songs=12), seeds=seeds)
    work_off(lab.store, most=most)
    return lab.store.sweep(row.id)


def delete_question(sweep_id: str) -> None:
    """The question by itself: a button in a dialog cannot be pressed here."""
    from lyricslab.ui.paper import sweep_choice

    if sweep_choice.services.store().sweeps():
        sweep_choice.delete_question(sweep_id)


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


# ---- how to begin


def test_without_songs_the_way_leads_to_them(lab: Lab) -> None:
    at = open_page("paper")
    assert "The experiment needs songs" in said(at)
    assert "The question" in said(at)  # what it is about is told all the same
    assert not at.button


def test_the_experiment_begins_with_one_button(lab: Lab) -> None:
    add_bases(lab.store)
    lab.corpus("Older songs", 9)
    corpus = lab.corpus(songs=12)
    at = open_page("paper")
    assert at.multiselect(key="paper_start_bases").value == ["books", "songs"]
    at.button(key="paper_begin_sweep").click().run()
    assert not at.exception
    (row,) = lab.store.sweeps()
    assert (row.corpus_id, row.plan.seeds) == (corpus.id, 3)
    assert [base.name for base in row.plan.bases] == ["books", "songs"]
    assert (row.plan.split.train, row.plan.split.val) == (1 / 3, 1 / 3)
    assert at.query_params["sweep"] == row.id
    assert "0 of " in said(at)


def test_a_corpus_that_is_too_small_says_so(lab: Lab) -> None:
    add_bases(lab.store)
    lab.corpus(songs=2)
    at = open_page("paper")
    assert "a split needs three" in said(at)
    assert not [button for button in at.button if button.label == "Run the experiment"]


def test_no_base_no_button(lab: Lab) -> None:
    add_bases(lab.store)
    lab.corpus(songs=12)
    at = open_page("paper")
    at.multiselect(key="paper_start_bases").set_value([]).run()
    assert "Choose a base" in said(at)
    assert not at.button


# ---- under way


def test_a_sweep_under_way_can_be_stopped_and_taken_up_again(lab: Lab) -> None:
    row = worked(lab, most=9)
    at = open_page("paper")
    assert "9 of " in said(at)
    at.button(key=f"sweep_stop_{row.id}").click().run()
    assert lab.store.sweep(row.id).state == "stopped"
    at.button(key=f"sweep_resume_{row.id}").click().run()
    assert lab.store.sweep(row.id).state == "wanted"
    work_off(lab.store)
    at.run()
    assert not [button for button in at.button if (button.key or "").startswith("sweep_")]


# ---- what it found


def test_the_tables_show_every_cell(lab: Lab) -> None:
    row = worked(lab)
    at = open_page("paper")
    assert "Table 1: the base Books" in said(at)
    assert "Table 2: the base Songs" in said(at)
    found = sweep_table(lab.store, row.id)
    options = at.selectbox(key=cell_detail.CHOSEN).options
    assert sorted(options) == sorted(cell_detail.name_of(found, c) for c in found.cells)
    assert options[-1].startswith("No base")  # the least to look at
    assert at.selectbox(key=cell_detail.CHOSEN).value.startswith("songs ")
    assert at.get("vega_lite_chart")


def test_a_field_that_is_clicked_is_looked_at(lab: Lab) -> None:
    row = worked(lab)
    at = open_page("paper")
    at.session_state[cell_detail.CHOSEN] = "books 1,2"  # what a click on the field does
    at.run()
    assert at.selectbox(key=cell_detail.CHOSEN).value == "books 1,2"
    found = sweep_table(lab.store, row.id).cell("books", "1,2")
    assert found is not None
    assert cell_detail.trained_with(found) in said(at)
    best = min(found.done, key=lambda seed: seed.val or 9)
    assert f"(seed {best.seed}, temperature 0.8)" in said(at)


def test_other_parts_are_in_the_address(lab: Lab) -> None:
    row = worked(lab)
    at = open_page("paper", part="songs")
    assert "10 samples of each are counted" in said(at)
    written = export_report.write_all(lab.store, sweep_table(lab.store, row.id))
    for writing in written.writings:
        assert writing.text in [element.value for element in at.text]
    at = open_page("paper", part="idea")
    assert "What may learn" in said(at)
    at = open_page("paper", part="claims")
    assert "judged" in said(at) or "verdicts" in said(at)


def test_an_address_of_a_sweep_that_is_gone_says_so(lab: Lab) -> None:
    worked(lab)
    at = open_page("paper", sweep="nothere2")
    assert "There is no sweep" in said(at)


def test_of_several_sweeps_one_is_chosen(lab: Lab) -> None:
    first = worked(lab)
    second = begin(lab.store, lab.corpus("Other songs", 15), seeds=1)
    at = open_page("paper")
    assert at.selectbox(key="paper_sweep").value == second.id
    at = open_page("paper", sweep=first.id)
    assert at.selectbox(key="paper_sweep").value == first.id
    assert "Harbour songs · Books and Songs · 2 seeds" in at.selectbox(key="paper_sweep").options[1]


def test_before_the_first_run_everything_says_what_it_waits_for(lab: Lab) -> None:
    worked(lab, most=0)
    for part, words in (
        ("tables", "The ratios come with the baseline"),
        ("claims", "as soon as the runs"),
        ("songs", "as soon as the first runs"),
    ):
        assert words in said(open_page("paper", part=part))


def test_names_act_as_text(lab: Lab) -> None:
    hostile = "# <script>alert(1)</script> $x$ **b**"
    add_bases(lab.store, "books", "songs")
    begin(lab.store, lab.corpus(hostile, 12), seeds=1)
    work_off(lab.store)
    at = open_page("paper")
    assert not [m.value for m in at.markdown if "<script>" in m.value]
    assert not [c.value for c in at.caption if "<script>" in c.value]


def test_a_network_that_is_gone_is_named(lab: Lab) -> None:
    row = worked(lab, seeds=1)
    found = sweep_table(lab.store, row.id)
    writer = samples.writers(found)[0]
    lab.store.home.best(writer.run_id).unlink()
    with pytest.raises(CheckpointError):
        samples.writing(lab.store, writer, samples.sides(lab.store, found).train)
    assert "is not here any more" in said(open_page("paper", part="songs"))


# ---- its pictures


def test_the_heatmap_has_a_field_to_press_for_each_cell() -> None:
    tables = base_tables(made_up_table(done=0.5))
    drawn = heatmap.drawn(tables, "test", Palette.LIGHT)
    lines = [line for table in tables for line in table.lines if line.kind != "baseline"]
    assert sorted(f["key"] for f in drawn["fields"]) == sorted(line.key for line in lines)
    waiting = [f for f in drawn["fields"] if f["loss"] == "…"]
    assert len(waiting) == sum(line.test is None for line in lines)
    assert drawn["choices"][0] == "the base as it is" and drawn["choices"][-1] == "all layers"


@pytest.mark.parametrize("palette", list(Palette))
def test_every_field_of_the_heatmap_can_be_read(palette: Palette) -> None:
    for field in heatmap.drawn(base_tables(made_up_table()), "test", palette)["fields"]:
        assert heatmap.contrast(field["ink"], field["colour"]) >= 4.5
    assert heatmap.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_claims_are_summed_up() -> None:
    claims = judge_sweep(made_up_table())
    for claim in claims:
        assert claim.verdict in claims_view.KINDS
    if claims:
        assert claims_view.summary(claims).startswith(f"Of {len(claims)} verdicts on these songs: ")


# ---- ours, and what can be done with one's own


def test_a_finished_experiment_of_ours_is_shown_before_there_is_an_own_one(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shipped as the research command writes it, and comes out as it went in."""
    row = worked(lab)
    values = {"kind": "sweep"} | ship_experiment.experiment_values(lab.store, row.id, "our songs")
    place = files.ASSETS / "experiments" / "ours.json"
    place.parent.mkdir()
    place.write_text(json.dumps(values), "utf-8")
    (record,) = cached_experiments.shipped(lab.store).values()
    own = sweep_table(lab.store, row.id)
    assert [c.cell for c in record.table.cells] == [c.cell for c in own.cells]
    for ours, theirs in zip(judge_sweep(record.table), judge_sweep(own), strict=True):
        assert (ours.verdict, ours.test) == (theirs.verdict, theirs.test)
        assert ours.effect == pytest.approx(theirs.effect, abs=1e-4)
    at = open_page("paper")
    assert at.selectbox(key="paper_sweep").value == row.id
    at = open_page("paper", sweep="ours")
    assert "ship with the program (our songs)" in said(at)
    experiment.delete(lab.store, row.id)
    for run in lab.store.runs():
        lab.store.home.best(run.id).unlink(missing_ok=True)  # nothing of it is needed
    at = open_page("paper")
    assert "ship with the program (our songs)" in said(at) and "Run the experiment" in labels(at)
    song = record.songs[at.selectbox(key=cell_detail.CHOSEN).value]
    begins = "\n".join(song.split("\n")[: cell_detail.SAMPLE_LINES])
    assert "Table 2: the base Songs" in said(at) and begins in [text.value for text in at.text]
    at = open_page("paper", part="songs")
    assert record.written.writings[0].text in [text.value for text in at.text]
    assert "verdicts on these songs" in said(open_page("paper", part="claims"))


def test_a_sweep_is_renamed_started_again_and_deleted(lab: Lab) -> None:
    row = worked(lab, most=0)
    at = open_page("paper")
    labelled(at.text_input, "Name").set_value("  Autumn   class ")
    press(at, "Rename")
    assert lab.store.sweep(row.id).name == "Autumn class"
    assert "Autumn class" in at.selectbox(key="paper_sweep").options
    at.button(key=f"paper_again_{row.id}").click().run()
    assert at.multiselect(key="paper_start_bases").value == ["books", "songs"]
    assert at.segmented_control(key="paper_start_seeds").value == 2
    at = open_page("paper")
    at.button(key=f"paper_delete_{row.id}").click().run()
    assert "Its runs stay" in said(at)
    at = AppTest.from_function(delete_question, args=(row.id,)).run()
    at.button(key="paper_delete_now").click().run()
    assert lab.store.sweeps() == []
    with pytest.raises(InputError):
        experiment.rename(lab.store, begin(lab.store, lab.store.corpora()[0]).id, "x" * 81)
