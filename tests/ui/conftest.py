"""The lab of the pages' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from lyricslab.engine import client
from lyricslab.ui.corpus import reading_job
from tests.support.lab import Lab
from tests.support.read_here import read_here


@pytest.fixture
def lab(own_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Lab:
    """An empty lab that no engine serves; what ships is what a test puts into `tmp_path`."""
    monkeypatch.setattr(client, "keep_alive", lambda home: None)
    monkeypatch.setattr("lyricslab.files.ASSETS", tmp_path)
    monkeypatch.setattr(reading_job, "read_files", read_here)
    monkeypatch.setattr(reading_job, "WAIT_S", 60.0)
    return Lab(own_home)


@pytest.fixture
def lab_with_bases(lab: Lab) -> Lab:
    """The same with two bases and a corpus."""
    lab.base("songs")
    lab.base("books", seed=2)
    lab.corpus()
    return lab
