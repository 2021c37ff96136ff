"""Damaged files of every reader end in songs or in one of our errors, within limits.

The long run is a command: `python -m tests.importing.fuzzing`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lyricslab.importing.reading import read_file
from tests.importing.fuzzing import children
from tests.importing.fuzzing.children import Reading
from tests.importing.fuzzing.mutations import mutated
from tests.importing.fuzzing.seed_files import reader_names, seed_files

CASES = 300 if os.environ.get("CI") else 60


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    with Reading() as started:
        yield started


@pytest.mark.parametrize("reader", reader_names())
def test_damaged_files_are_read_or_refused(reader: str, reading: Reading) -> None:
    assert seed_files()[reader], (
        f"The reader '{reader}' has no valid file to damage: add one to "
        "tests/importing/fuzzing/seed_files.py."
    )
    report = reading.run(reader, 0, CASES)
    failures = [f"case {failure.number}: {failure.what}" for failure in report.failures]
    assert not failures, f"repeat with python -m tests.importing.fuzzing {reader} --seed CASE"
    assert report.cases == CASES
    assert report.read and report.refused  # damage leaves some files whole, and breaks some


HARM = """
import os, signal
from lyricslab.importing.readers import plain
from lyricslab.songs.raw_song import RawSong

count = [0]

def read(source):
    count[0] += 1
    if count[0] == 2:
        raise ValueError("la")
    if count[0] == 3:
        return source.result("text", [RawSong("", "la" * 10**9)])
    if count[0] == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return source.result("text", [RawSong("", "la la")])

plain.read = read
"""
"""A reader that does harm, where a child finds it as it starts."""


def test_what_is_neither_read_nor_refused_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(HARM, "utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{children.ROOT}")
    with Reading() as reading:
        report = reading.run("plain", 0, 6)
    raised, full, died = report.failures
    assert (raised.number, full.number, died.number) == (1, 2, 4)
    assert raised.what.startswith("ValueError: la")
    assert full.what.startswith("MemoryError")
    assert died.what == "the process died with SIGKILL"
    assert (report.cases, report.read) == (6, 3)


def test_the_files_are_read_whole_without_damage() -> None:
    for files in seed_files().values():
        for name, data in files:
            assert read_file(name, data).songs


def test_damage_is_the_same_for_the_same_number() -> None:
    for files in seed_files().values():
        for name, data in files:
            some = [mutated(name, data, number) for number in range(20)]
            assert some == [mutated(name, data, number) for number in range(20)]
            assert len(set(some)) > 10
