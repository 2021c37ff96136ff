"""The findings of a search: sentences, tables, and the page."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from lyricslab.config import SplitConfig, TrainConfig
from lyricslab.experiments import experiment, findings
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.findings import Comparison, Findings
from lyricslab.report import export_report, search_page
from lyricslab.report.findings_text import comparison_in_words, findings_in_words
from lyricslab.store.plans import SearchPlan
from lyricslab.store.rows import SearchRow
from tests.report.test_sweep_page import HOSTILE, Page
from tests.support.lab import SMALL, Lab
from tests.support.search_rows import PARTS, ROWS, row

BETTER = Comparison("0.hh", "layer 2", -0.0204, -0.0310, -0.0102)
FOUND = Findings(
    corpus=f"Songs {HOSTILE}",
    base=f"songs {HOSTILE}",
    base_title=f"Songs {HOSTILE}",
    preset="studio",
    budget=33_280,
    seeds=3,
    rows=tuple(ROWS),
    comparisons=(BETTER,),
)
PLAN = SearchPlan(
    corpus="0123456789abcdef",
    base=FOUND.base,
    base_digest="fedcba9876543210",
    model=SMALL,
    split=SplitConfig(train=0.5, val=0.3, test=0.2),
    train_chars=900,
    val_chars=500,
    longest_chars=90,
    settings=TrainConfig(),
    preset="studio",
    budget=FOUND.budget,
    seeds=3,
    methods=("zero-shot", "head", "layers", "gates", "lora"),
)
RECORD = SearchRow(
    id="s",
    workspace_id="local",
    corpus_id="c",
    corpus_name=FOUND.corpus,
    created_at="2026-03-04T05:06:07Z",
    state="over",
    error=None,
    plan=PLAN,
)
DONE = ExperimentStatus(state="done", runs=31, done=31, failed=0, running=0, seconds_left=0.0)
HALF = replace(DONE, state="running", done=17)


# ---- in words


def test_findings_in_words() -> None:
    assert findings_in_words(ROWS) == (
        "Without training, the base reaches 1.710 nats/char on test. "
        "Of whole layers, the best on validation: layers 0 and 2, test 1.530 nats/char with "
        f"91,264 trained parameters. Of parts of layers: {PARTS}, test 1.540 with 24,960."
    )
    fewer = [*ROWS, row("layers", "1", 20_000, 1.58, 1.61)]
    assert findings_in_words(fewer).endswith(
        "Of whole layers with no more parameters than that: layer 1, 1.610; "
        "the parts are 4 % better."
    )
    alike = [*ROWS, row("layers", "1", 20_000, 1.58, 1.54)]
    assert findings_in_words(alike).endswith("layer 1, 1.540; the parts are as good.")
    assert "Nothing to read yet" in findings_in_words(ROWS[:2])
    assert "not both tried" in findings_in_words(ROWS[:2], over=True)


def test_comparison_in_words() -> None:
    assert comparison_in_words(BETTER) == (
        "0.hh against layer 2 on the test songs: 0.020 nats/char better, the 95 % interval from "
        "−0.031 to −0.010. That is more than chance."
    )
    open_ = replace(BETTER, effect=0.0004, high=0.0310)
    assert comparison_in_words(open_) == (
        "0.hh against layer 2 on the test songs: as good, the 95 % interval from −0.031 to "
        "+0.031. That may be chance: these songs are too few to tell."
    )
    worse = replace(BETTER, effect=0.02, low=0.01, high=0.03)
    assert "0.020 nats/char worse" in comparison_in_words(worse)


# ---- exports


def test_csv_reads_back() -> None:
    text = search_page.to_csv(replace(FOUND, corpus="=SUM(A1)")).decode("utf-8-sig")
    head, *read = csv.reader(io.StringIO(text))
    assert len(read) == len(ROWS)
    by_name = [dict(zip(head, cells, strict=True)) for cells in read]
    assert {cells["corpus"] for cells in by_name} == {"'=SUM(A1)"}
    whole_layers = by_name[3]
    assert (whole_layers["what_learns"], whole_layers["chosen"]) == ("0,2", "yes")
    assert float(whole_layers["test_nats_per_char"]) == pytest.approx(1.53)
    assert float(whole_layers["test_nats_per_char_sd"]) == pytest.approx(0.02)
    assert by_name[0]["test_nats_per_char_sd"] == ""  # of one seed there is none
    assert (by_name[2]["seeds_done"], by_name[2]["seeds_planned"]) == ("2", "3")
    unbeaten = [cells["what_learns"] for cells in by_name if cells["nothing_beats_it"] == "yes"]
    assert unbeaten == ["none", "0,2", "1.f,2.o"]  # the head, and what is better with more


def test_markdown_has_rows_and_comparisons() -> None:
    text = search_page.to_markdown(FOUND, DONE)
    lines = [" ".join(line.split()) for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == len(ROWS) + 2
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {
        len(search_page.HEADINGS) + 1
    }
    assert r"| layers 0 and 2 \* | whole layers | 91,264 | 0.001 | 1.500 | 1.530 ± 0.020 |" in lines
    assert "| base as it is, 1 of 3 seeds | – | 0 | – | 1.700 | 1.710 |" in lines
    assert "\n- 0.hh against layer 2 on the test songs: 0.020 nats/char better" in text
    assert "<img" not in text.replace("\\<img", "")


def test_names_are_text_in_latex() -> None:
    text = search_page.to_latex(FOUND)
    assert r"\begin{tabular}{llrrrr}" in text
    assert text.count(r"\\") == len(ROWS) + 1
    assert "<" not in text.replace(r"\textless{}", "")


def test_names_are_text_on_the_page() -> None:
    html = search_page.to_html(FOUND, RECORD, DONE)
    page = Page(html)
    assert page.open == []
    text = "".join(page.text)
    assert text.count(HOSTILE) == 4  # in the title; as songs; as base, twice
    assert not [tag for tag, _ in page.tags if tag in ("script", "img", "link")]
    for entry in ROWS:
        assert f"{entry.test_mean:.3f}" in text
    assert comparison_in_words(BETTER) in text
    assert "50% / 30% / 20%" in text and "2026-03-04" in text and "fedcba987654" in text
    assert "LoRA" in text and "ULMFiT" not in text.split("What came out")[0]  # not in the plan
    assert "Every choice that was tried" in text and "Not all is done" not in text


def test_missing_runs_are_mentioned() -> None:
    html = search_page.to_html(FOUND, RECORD, HALF)
    assert "Not all is done yet: 17 of 31 runs are." in html
    assert "Every choice so far" in html
    assert "Not all is done yet: 17 of 31 runs are." in search_page.to_markdown(FOUND, HALF)
    failed = replace(DONE, state="failed", failed=2)
    assert "2 of 31 runs failed; the rest is done." in search_page.to_html(FOUND, RECORD, failed)


def test_a_search_that_has_just_begun() -> None:
    for rows in ((), tuple(ROWS[:1]), tuple(ROWS[1:2])):
        html = search_page.to_html(replace(FOUND, rows=rows, comparisons=()), RECORD, HALF)
        assert Page(html).open == []
        assert "Nothing to read yet" in html
        assert "nan" not in html
        assert search_page.to_csv(replace(FOUND, rows=rows)).count(b"\n") == 1 + len(rows)


def test_an_unbeaten_base_leaves_the_chart_and_the_stars() -> None:
    first = replace(ROWS[0], val=(1.0,))
    found = replace(FOUND, rows=(first, *ROWS[1:]))
    assert "<svg" in search_page.to_html(found, RECORD, DONE)
    assert [row[0] for row in search_page.cells(found)[:2]] == [
        "base as it is, 1 of 3 seeds",
        "head only *, 2 of 3 seeds",
    ]


def test_the_suffix_decides_the_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "search_findings", lambda store, search_id: FOUND)
    monkeypatch.setattr(experiment, "status", lambda store, search_id: DONE)
    store = Lab(tmp_path).store
    begins = {".html": b"<!doctype", ".csv": b"\xef\xbb\xbfcorpus", ".MD": b"# Which", ".tex": b"%"}
    for end, begin in begins.items():
        assert export_report.of_search(store, RECORD, f"report{end}").startswith(begin)
