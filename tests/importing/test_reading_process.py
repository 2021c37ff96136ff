"""Reading in a process of its own: a file that fails, in whatever way, costs no other file."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from lyricslab.errors import (
    BrokenFileError,
    ColumnsError,
    NotTextError,
    ReaderFailedError,
    ReadError,
    ReadingStoppedError,
    TooMuchMemoryError,
    TooSlowError,
)
from lyricslab.importing.reading import Columns, read_file, read_paste
from lyricslab.importing.reading_child import read_one
from lyricslab.importing.reading_process import (
    FileToRead,
    ReadingProgress,
    ReadLimits,
    ReadOutcome,
    Room,
    read_files,
)

FAILING = "tests.support.failing_child"
TEXTS = {
    "hen.txt": "Grey Hen\n\nShe walked the wall\nand would not fall\n",
    "mill.txt": "Mill Dust\n\nWhite on the sill\n---\nWater\n\nDown goes the wheel\n",
    "kiln.txt": "Kiln\n\nRed brick, wet brick\nthe fire does the trick\n",
}


def file(name: str, text: str = "", **options: object) -> FileToRead:
    return FileToRead(name, (text or TEXTS.get(name, "")).encode(), **options)  # type: ignore[arg-type]


def titles(outcomes: Sequence[ReadOutcome]) -> list[list[str] | str]:
    """The titles of each file, or the name of its error."""
    return [
        [song.title for song in outcome.intake.songs]
        if outcome.intake
        else type(outcome.error).__name__
        for outcome in outcomes
    ]


def test_what_is_read_arrives_as_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "on disk.md"
    path.write_text("# Grüße\n\nSchön ist\u2028die Stadt\n\n# Noël\n\nIl neige", "utf-8")
    table = "Lied;Text;Wer\r\nHopp;Hopp, Rössl;Uli\r\nHü;Hü, Füchsl;Eva\r\n".encode("cp1252")
    columns = Columns("Text", None, "Wer")
    named = {"encoding": "cp1252", "columns": columns}
    files = [
        FileToRead("weisen.csv", table, "cp1252", columns),
        FileToRead(path.name, path),
        FileToRead("Pasted songs", TEXTS["mill.txt"].encode(), pasted=True),
    ]
    here = [
        read_file("weisen.csv", table, **named),  # type: ignore[arg-type]
        read_file(path.name, path.read_bytes()),
        read_paste(TEXTS["mill.txt"]),
    ]
    told: list[ReadingProgress] = []
    outcomes = read_files(files, on_progress=told.append)
    assert [outcome.intake for outcome in outcomes] == here
    assert list(dict.fromkeys((now.number, now.of, now.name) for now in told)) == [
        (1, 3, "weisen.csv"),
        (2, 3, "on disk.md"),
        (3, 3, "Pasted songs"),
    ]
    shares = [now.share for now in told]
    assert shares[0] == 0 and shares == sorted(shares) and shares[-1] < 1


def test_errors_arrive_as_what_they_are(tmp_path: Path) -> None:
    head = "shelf,colour,what it holds\n"
    shelves = head + "\n".join(f"top {k},red {k},{'low tide ' * 6}{k}" for k in range(4))
    outcomes = read_files(
        [
            file("shelf.csv", shelves),
            FileToRead("noise.txt", bytes(range(32)) * 9),
            FileToRead("cut.docx", b"PK\x03\x04 and no more"),
            FileToRead("gone.txt", tmp_path / "gone.txt"),
            file("hen.txt"),
        ]
    )
    errors = [outcome.error for outcome in outcomes]
    assert [type(error) for error in errors] == [
        ColumnsError,
        NotTextError,
        BrokenFileError,
        ReadError,
        type(None),
    ]
    with pytest.raises(ColumnsError) as asked:
        read_file("shelf.csv", shelves.encode())
    assert isinstance(errors[0], ColumnsError) and errors[0].columns[0] == "what it holds"
    assert (errors[0].columns, errors[0].title) == (asked.value.columns, asked.value.title)
    with pytest.raises(NotTextError) as here:
        read_file("noise.txt", bytes(range(32)) * 9)
    assert str(errors[1]) == str(here.value)
    assert "gone.txt" in str(errors[3])


def test_a_fault_at_one_file_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    names = ["hen.txt", "raises.txt", "recurses.txt", "prints.txt", "mill.txt"]
    outcomes = read_files([file(name, TEXTS.get(name, "la la")) for name in names], child=FAILING)
    assert titles(outcomes) == [
        ["Grey Hen"],
        "ReaderFailedError",
        "ReaderFailedError",
        ["prints"],
        ["Mill Dust", "Water"],
    ]
    assert "'raises.txt' could not be read" in str(outcomes[1].error)
    assert "report it" in str(outcomes[1].error)
    failed = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(failed) == 2
    assert "nothing more here" in logging.Formatter().format(failed[0])


def test_a_process_that_ends_costs_the_file_it_was_at() -> None:
    names = ["hen.txt", "ends early.txt", "kiln.txt", "ends again.txt"]
    outcomes = read_files([file(name, TEXTS.get(name, "la la")) for name in names], child=FAILING)
    assert titles(outcomes) == [["Grey Hen"], "ReaderFailedError", ["Kiln"], "ReaderFailedError"]


def test_a_process_that_is_killed_costs_the_file_it_was_at() -> None:
    killed: list[psutil.Process] = []

    def kill(now: ReadingProgress) -> None:
        if now.name == "runs on.txt" and now.share > 0 and not killed:
            killed.extend(psutil.Process().children())
            killed[0].kill()

    files = [file("runs on.txt", "la la"), file("mill.txt")]
    outcomes = read_files(files, child=FAILING, on_progress=kill)
    assert titles(outcomes) == ["ReaderFailedError", ["Mill Dust", "Water"]]


def test_memory_is_limited() -> None:
    limits = ReadLimits(memory_bytes=300_000_000)
    files = [
        file("asks for all memory.txt", "la"),
        file("fills.txt", "la"),
        file("hen.txt"),
    ]
    outcomes = read_files(files, child=FAILING, limits=limits)
    assert titles(outcomes) == ["TooMuchMemoryError", "TooMuchMemoryError", ["Grey Hen"]]
    assert "'fills.txt' needs too much memory" in str(outcomes[1].error)


def test_work_is_limited() -> None:
    files = [file("kiln.txt"), file("runs on.txt", "la"), file("hen.txt")]
    outcomes = read_files(files, child=FAILING, limits=ReadLimits(work_s=0.5))
    assert titles(outcomes) == [["Kiln"], "TooSlowError", ["Grey Hen"]]
    assert "'runs on.txt' takes too long" in str(outcomes[1].error)


def test_the_text_of_all_files_is_limited() -> None:
    files = [file("hen.txt"), file("mill.txt"), file("kiln.txt")]
    hen = read_one(files[0], Room()).intake
    assert hen is not None
    outcomes = read_files(files, room=Room(hen.characters_read + 5, 9))
    assert titles(outcomes) == [["Grey Hen"], "FileTooLargeError", "FileTooLargeError"]
    assert "one corpus has room for 5 more" in str(outcomes[1].error)
    assert "'kiln.txt' was left out" in str(outcomes[2].error)


def test_the_songs_of_all_files_are_limited() -> None:
    files = [file("hen.txt"), file("mill.txt"), file("kiln.txt")]
    outcomes = read_files(files, room=Room(songs=2))
    assert titles(outcomes) == [["Grey Hen"], "FileTooLargeError", ["Kiln"]]
    assert "it holds 2 songs, and one corpus has room for 1 more" in str(outcomes[1].error)


def test_what_is_left_of_the_room_is_told() -> None:
    intake = read_one(file("mill.txt"), Room()).intake
    assert intake is not None
    assert Room(100, 10).less(intake) == Room(100 - intake.characters_read, 8)
    assert Room(100, 10).less(None) == Room(100, 10)


def test_stop_ends_the_process() -> None:
    stop = threading.Event()

    def stop_there(now: ReadingProgress) -> None:
        if now.name == "runs on.txt":
            stop.set()

    files = [file("hen.txt"), file("runs on.txt", "la"), file("mill.txt")]
    with pytest.raises(ReadingStoppedError, match="Nothing was added"):
        read_files(files, child=FAILING, on_progress=stop_there, stop=stop)
    assert not psutil.Process().children()


def test_named_errors_stay_errors_of_reading() -> None:
    for kind in (TooSlowError, TooMuchMemoryError, ReaderFailedError):
        assert issubclass(kind, ReadError)
        told = ReadOutcome.from_values(ReadOutcome(error=kind("So it is.")).to_values())
        assert type(told.error) is kind and str(told.error) == "So it is."
