"""The command `report`: tables and complete reports of experiments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lyricslab import cli
from lyricslab.store.rows import SweepRow
from lyricslab.store.store import Store
from tests.support.finished_sweep import add_bases, begin, work_off
from tests.support.lab import Lab


@pytest.fixture
def sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SweepRow:
    monkeypatch.setenv("LYRICSLAB_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("lyricslab.files.ASSETS", tmp_path / "no_assets")
    lab = Lab(tmp_path / "home")
    add_bases(lab.store)
    row = begin(lab.store, lab.corpus(songs=12), seeds=1)
    work_off(lab.store)
    return row


@pytest.mark.parametrize(
    ("end", "begins"),
    [(".html", "<!doctype html>"), (".csv", "\ufeffcorpus,"), (".MD", "# Transfer"), (".tex", "%")],
)
def test_the_end_of_the_name_says_what_is_written(
    sweep: SweepRow, tmp_path: Path, capsys: pytest.CaptureFixture[str], end: str, begins: str
) -> None:
    path = tmp_path / f"out{end}"
    assert cli.main(["report", sweep.id, str(path), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    text = path.read_text("utf-8")
    assert text.startswith(begins)
    assert answer["bytes"] == len(text.encode())
    assert answer["runs"] == answer["done"] > 20
    assert answer["sweep"] == sweep.id


def test_a_sweep_goes_by_its_songs_too(
    sweep: SweepRow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.html"
    assert cli.main(["report", "Harbour songs", str(path)]) == 0
    assert capsys.readouterr().out.startswith(f"Written to {path}, ")
    html = path.read_text("utf-8")
    assert "What they write" in html
    assert "Harbour songs" in html


def test_what_a_person_can_put_right(
    sweep: SweepRow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["report", "nothere2", str(tmp_path / "a.csv")]) == 2
    assert f"{sweep.id} on Harbour songs" in capsys.readouterr().err
    assert cli.main(["report", sweep.id, str(tmp_path / "a.doc")]) == 2
    assert ".html, .csv, .md or .tex" in capsys.readouterr().err
    assert cli.main(["report", sweep.id, str(tmp_path / "none" / "a.csv")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_report_of_a_sweep_under_way_says_what_is_to_come(
    sweep: SweepRow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Lab(tmp_path / "home").store
    assert isinstance(store, Store)
    more = begin(store, store.corpus(sweep.corpus_id), seeds=2)
    assert cli.main(["report", more.id, str(tmp_path / "a.html")]) == 0
    assert "are still to come" in capsys.readouterr().out
    assert "Not all is done yet" in (tmp_path / "a.html").read_text("utf-8")
