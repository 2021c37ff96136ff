"""Folders: which files are read, and what is said of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from lyricslab.errors import ReadError
from lyricslab.importing.folder import files_in, look_into
from tests.support.written_files import docx_file, packed_up

KARAOKE = "#TITLE:Two Bells\n#BPM:9\n: 0 2 1 ring\n: 2 2 1  me\nE\n"
TEXT = "the dog sleeps,\nby the door"


def made(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_files_without_endings_are_told_by_content(tmp_path: Path) -> None:
    folder = made(
        tmp_path,
        {
            "Old Dog": TEXT,
            "St. James": TEXT,
            "a/Two Bells.song": KARAOKE,
            "a/b/page": docx_file(lambda document: document.add_paragraph(TEXT)),
            "a/pack": packed_up({"a.txt": TEXT, "long.txt": "la " * 99_999}),
            "sheet.csv": "title,lyrics\nA,b\n",
        },
    )
    assert [path.name for path in files_in(folder)] == [
        "Old Dog",
        "St. James",
        "Two Bells.song",
        "page",
        "pack",
        "sheet.csv",
    ]
    assert look_into(folder).note == ""


def test_what_is_skipped_is_named(tmp_path: Path) -> None:
    folder = made(
        tmp_path,
        {
            "old dog.txt": TEXT,
            "README.md": TEXT,
            "LICENSE": TEXT,
            "Makefile": TEXT,
            "tool.py": "import this",
            "old dog.card": '{"title": "Old Dog", "lyrics": "the dog sleeps"}',
            "data": bytes(range(256)),
            "empty": "",
            "cover.jpg": b"\xff\xd8",
            "other.xml": "<note><to>the dog</to></note>",
            ".hidden": TEXT,
            "__MACOSX/x": TEXT,
            "Thumbs.db": b"\xd0\xcf",
        },
    )
    found = look_into(folder)
    assert [path.name for path in found.files] == ["old dog.txt"]
    assert len(found.skipped) == 9
    assert "9 files were skipped in" in found.note
    assert "LICENSE, Makefile, README.md, cover.jpg, data and 4 more." in found.note


def test_a_folder_with_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"There is no file in .* These can be read"):
        look_into(tmp_path)
    made(tmp_path, {"cover.jpg": b"\xff\xd8", "tool.py": "x"})
    with pytest.raises(ReadError, match=r"2 files were skipped .*: cover.jpg and tool.py\."):
        files_in(tmp_path)
