"""Files are written under a temporary name, synced, then renamed; the old one stays until then."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from lyricslab import files


def test_a_file_is_synced_before_it_gets_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "in" / "a.bin"
    path.parent.mkdir()
    path.write_bytes(b"old")
    replace = os.replace
    events: list[object] = []

    def synced(handle: int) -> None:
        os.fsync(handle)
        events.append((os.fstat(handle).st_ino, os.fstat(handle).st_size))

    def renamed(*names: Any) -> None:
        assert path.read_bytes() == b"old"
        events.append("renamed")
        replace(*names)

    monkeypatch.setattr(files, "sync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    files.write_file(path, b"new")
    of_file, of_folder = (os.stat(each) for each in (path, path.parent))
    assert events[:2] == [(of_file.st_ino, len(b"new")), "renamed"]
    assert events[2:] == [(of_folder.st_ino, of_folder.st_size)]
    assert [file.name for file in path.parent.iterdir()] == ["a.bin"]
    assert path.read_bytes() == b"new"
    events.clear()
    path.write_bytes(b"old")
    files.write_file(path, b"newest", synced=False)
    assert (events, path.read_bytes()) == (["renamed"], b"newest")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.bin"
    files.write_file(path, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(OSError, match="No space"):
        files.write_file(path, b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.bin", b"old")]
