"""The page of the paper: how to begin, a sweep under way, its tables, claims and songs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lyricslab.errors import CheckpointError
from lyricslab.experiments.sweep_claims import judge_sweep
from lyricslab.experiments.sweep_results import sweep_table
from lyricslab.report import export_report, samples
from lyricslab.report.charts.palette import Palette
from lyricslab.report.content import base_tables
from lyricslab.store.rows import SweepRow
from lyricslab.ui.paper import cell_detail, claims_view, heatmap
from tests.support.app_page import SHELL, open_page, said
from tests.support.finished_sweep import add_bases, begin, work_off
from tests.support.lab import Lab
from tests.support.sweep_table import made_up_table


def worked(lab: Lab, *, most: int | None = None, seeds: int = 2) -> SweepRow:
    """A sweep on twelve songs, worked off or so many runs of it."""
    add_bases(lab.store)
    row = begin(lab.store, lab.corpus(songs=12), seeds=seeds)
    work_off(lab.store, most=most)
    return lab.store.sweep(row.id)


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
    assert at.selectbox(key=cell_detail.CHOSEN).options == [
        cell_detail.name_of(found, c) for c in found.cells
    ]
    assert at.get("plotly_chart")
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
    assert "Harbour songs · books and songs · 2 seeds" in at.selectbox(key="paper_sweep").options[1]


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


def test_the_heatmap_has_a_place_to_click_for_each_cell() -> None:
    tables = base_tables(made_up_table(done=0.5))
    figure = heatmap.figure(tables, "test", Palette.LIGHT)
    keys = [data[0] for data in figure.data[1].customdata]
    lines = [line for table in tables for line in table.lines if line.kind != "baseline"]
    assert sorted(keys) == sorted(line.key for line in lines)
    texts = [text for row in figure.data[0].text for text in row]
    assert texts.count("…") == sum(line.test is None for line in lines)
    assert len(figure.layout.shapes) == sum(line.best for line in lines)


def test_the_heatmap_is_warmest_at_the_best() -> None:
    figure = heatmap.figure(base_tables(made_up_table()), "test", Palette.DARK)
    shades = [shade for row in figure.data[0].z for shade in row if shade is not None]
    assert max(shades) == 1.0
    assert figure.data[0].z[0][0] == 0.0  # books as they are: worse than the baseline


def test_claims_are_summed_up() -> None:
    claims = judge_sweep(made_up_table())
    for claim in claims:
        assert claim.verdict in claims_view.KINDS
    if claims:
        assert claims_view.summary(claims).startswith(f"Of {len(claims)} verdicts on these songs: ")


# ---- what it costs


def test_other_pages_do_not_load_plotlys_figures() -> None:
    """Streamlit imports the hull of Plotly itself; the heavy part is loaded when one is drawn."""
    script = (
        "import importlib, sys\n"
        "for name in ('heatmap', 'cell_detail', 'sample_songs', 'paper_tables', 'export_menu',"
        " 'experiment_form'):\n"
        "    importlib.import_module(f'lyricslab.ui.paper.{name}')\n"
        "assert not {'plotly.graph_objs._figure', 'torch'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=SHELL.parents[2], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
