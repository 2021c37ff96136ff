"""The lab of the pages' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from lyricslab.engine import client
from tests.support.lab import Lab


@pytest.fixture
def lab(own_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Lab:
    """An empty lab that no engine serves; what ships is what a test puts into `tmp_path`."""
    monkeypatch.setattr(client, "keep_alive", lambda home: None)
    monkeypatch.setattr("lyricslab.files.ASSETS", tmp_path)
    return Lab(own_home)


@pytest.fixture
def lab_with_bases(lab: Lab) -> Lab:
    """The same with two bases and a corpus."""
    lab.base("songs")
    lab.base("books", seed=2)
    lab.corpus()
    return lab
