"""The command `report`: tables and complete reports of experiments."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lyricslab import cli
from lyricslab.store.rows import SweepRow
from tests.support.finished_sweep import add_bases, begin, work_off
from tests.support.lab import Lab


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SweepRow]:
    """A home with a finished sweep, which a test that changes it copies."""
    root = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lyricslab.files.ASSETS", root / "no_assets")
        lab = Lab(root)
        add_bases(lab.store)
        row = begin(lab.store, lab.corpus(songs=12), seeds=1)
        work_off(lab.store)
    return root, row


@pytest.fixture
def sweep(finished: tuple[Path, SweepRow], monkeypatch: pytest.MonkeyPatch) -> SweepRow:
    root, row = finished
    monkeypatch.setenv("LYRICSLAB_HOME", str(root))
    monkeypatch.setattr("lyricslab.files.ASSETS", root / "no_assets")
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
    sweep: SweepRow,
    finished: tuple[Path, SweepRow],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = shutil.copytree(finished[0], tmp_path / "home")
    monkeypatch.setenv("LYRICSLAB_HOME", str(home))
    store = Lab(home).store
    more = begin(store, store.corpus(sweep.corpus_id), seeds=2)
    assert cli.main(["report", more.id, str(tmp_path / "a.html")]) == 0
    assert "are still to come" in capsys.readouterr().out
    assert "Not all is done yet" in (tmp_path / "a.html").read_text("utf-8")
