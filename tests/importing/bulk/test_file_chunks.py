"""Large files are read in chunks, and nothing is lost, torn or read twice."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.bulk import file_chunks
from lyricslab.importing.bulk.file_chunks import iter_file_chunks
from lyricslab.importing.readers.registry import reader_for
from lyricslab.importing.readers.source import Source

ROWS = [
    (f"Song {n}", f'line one of {n},\nshe said "{"la " * (n % 5)}"\n\nand, again; {n}', f"A{n % 7}")
    for n in range(211)
]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_chunks, "CHUNK_BYTES", 1_000)


def read_back(path: Path) -> list[tuple[str, str, str]]:
    return [
        (song.title, song.text, song.artist)
        for name, data in iter_file_chunks(path)
        for found in reader_for(Source(name, data)).read(Source(name, data))
        for song in found.songs
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_cut_between_rows(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = io.StringIO()
    table = csv.writer(text, delimiter=delimiter)
    table.writerow(["title", "lyrics", "artist"])
    table.writerows(ROWS)
    path = tmp_path / "songs.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert len(list(iter_file_chunks(path))) > 10
    assert read_back(path) == ROWS


def test_a_delimiter_line_is_part_of_every_chunk(tmp_path: Path) -> None:
    path = tmp_path / "songs.csv"
    lines = [f"Song {n};{'word ' * 9}{n}" for n in range(99)]
    path.write_text("sep=;\ntitle;lyrics\n" + "\n".join(lines), "utf-8")
    assert [title for title, _, _ in read_back(path)] == [f"Song {n}" for n in range(99)]


def test_unpaired_quotes_do_not_make_one_chunk(tmp_path: Path) -> None:
    path = tmp_path / "songs.csv"
    path.write_text('title,lyrics\n"open,' + "\n".join("word " * 8 for _ in range(900)), "utf-8")
    sizes = [len(chunk) for _, chunk in iter_file_chunks(path)]
    assert len(sizes) > 3
    assert max(sizes) < 8 * file_chunks.CHUNK_BYTES


def test_lines_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "songs.jsonl"
    rows = [{"title": t, "text": x, "author": a} for t, x, a in ROWS]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert len(list(iter_file_chunks(path))) > 10
    assert read_back(path) == ROWS


def test_a_text_is_cut_between_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "novel.txt"
    text = "\n\n".join(f"Paragraph {n} {'goes on ' * (n % 40)}" for n in range(150))
    path.write_text(text, "utf-8")
    parts = [chunk for _, chunk in iter_file_chunks(path)]
    assert b"".join(parts).decode() == text
    assert all(part.endswith(b"\n\n") for part in parts[:-1])


def test_archives_are_unpacked_as_they_are_read(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"title": t, "text": x, "author": a}) + "\n" for t, x, a in ROWS)
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/songs.jsonl", lines)
        archive.writestr("__MACOSX/folder/._songs.jsonl", "junk")
        archive.writestr("../one.txt", "One\n\nsmall song")
    assert [row for row in read_back(path) if row[0] != "One"] == ROWS
    assert ("One", "small song", "") in read_back(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BrokenFileError, match="zip archive"):
        list(iter_file_chunks(path))


def test_what_cannot_be_cut_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_chunks, "MAX_FILE_BYTES", 2_000)
    path = tmp_path / "songs.json"
    path.write_text(json.dumps([{"title": t, "text": x} for t, x, _ in ROWS]), "utf-8")
    with pytest.raises(FileTooLargeError, match=r"\.jsonl"):
        list(iter_file_chunks(path))
    with pytest.raises(ReadError, match="could not be opened"):
        list(iter_file_chunks(tmp_path / "not there.txt"))
