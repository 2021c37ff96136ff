"""While files are read, Corpus shows a bar and Stop; the page waits for nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from lyricslab.errors import ReadingStoppedError
from lyricslab.importing.intake import Intake
from lyricslab.importing.reading_process import FileToRead, ReadingProgress, ReadOutcome, Room
from lyricslab.ui.corpus import import_session, reading_job
from lyricslab.ui.corpus.reading_job import ReadingJob
from tests.support.app_page import fine, open_page, press, said
from tests.support.lab import Lab
from tests.support.read_here import read_here

SONGS = "\n---\n".join(f"Tile {k}\n\nblue and {k}" for k in range(3)).encode()


class SlowReading:
    """Reads nothing until it is told to go on, or to stop."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.began = threading.Event()

    def __call__(
        self,
        files: Sequence[FileToRead],
        *,
        on_progress: Callable[[ReadingProgress], object],
        stop: threading.Event,
        room: Room,
    ) -> list[ReadOutcome]:
        on_progress(ReadingProgress(2, 4, files[0].name, 0.5))
        self.began.set()
        while not self.go_on.wait(0.01):
            if stop.is_set():
                raise ReadingStoppedError("Stopped. Nothing was added.")
        return read_here(files)


@pytest.fixture
def slow(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> SlowReading:
    reading = SlowReading()
    monkeypatch.setattr(reading_job, "read_files", reading)
    monkeypatch.setattr(reading_job, "WAIT_S", 0.0)
    return reading


def test_the_page_shows_what_is_read_and_stop(
    slow: SlowReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = fine(open_page("corpus").file_uploader[0].upload("tiles.txt", SONGS).run())
    assert slow.began.wait(30)
    at = fine(at.run())
    [bar] = at.get("progress")
    assert bar.proto.text == "Reading tiles\\.txt \\(2 of 4\\)"
    assert not at.file_uploader
    monkeypatch.setattr(reading_job, "WAIT_S", 60.0)
    at = press(at, "Stop")
    assert "Stopped. Nothing was added." in said(at)
    assert at.file_uploader and not at.get("progress")
    assert "Stopped" not in said(fine(at.run()))


def test_what_was_read_is_shown_once_it_is(
    slow: SlowReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = fine(open_page("corpus").file_uploader[0].upload("tiles.txt", SONGS).run())
    assert "songs from" not in said(at)
    slow.go_on.set()
    monkeypatch.setattr(reading_job, "WAIT_S", 60.0)
    assert "3 songs from 1 file" in said(fine(at.run()))


def test_a_fault_is_told_and_the_page_goes_on(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a planted fault")

    at = open_page("corpus")
    with monkeypatch.context() as patch:
        patch.setattr(reading_job, "read_files", fail)
        at = fine(at.file_uploader[0].upload("tiles.txt", SONGS).run())
    assert "through a fault of the program" in said(at)
    at = fine(at.file_uploader[0].upload("tiles.txt", SONGS).run())
    assert "3 songs from 1 file" in said(at)


def test_a_large_corpus_is_looked_through_behind_the_bar(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = fine(open_page("corpus").file_uploader[0].upload("tiles.txt", SONGS).run())
    monkeypatch.setattr(import_session, "LARGE_CHARS", 10)
    go_on = threading.Event()
    prepare = Intake.prepare

    def slowly(songs: Intake, on_progress: Callable[[float], object]) -> None:
        go_on.wait(60)
        prepare(songs, on_progress)

    monkeypatch.setattr(Intake, "prepare", slowly)
    monkeypatch.setattr(reading_job, "WAIT_S", 0.0)
    at = press(at, "Drop")
    assert at.get("progress") and "songs from" not in said(at)
    go_on.set()
    monkeypatch.setattr(reading_job, "WAIT_S", 60.0)
    assert "2 songs from 1 file" in said(fine(at.run()))
    assert "3 songs from 1 file" in said(press(at, "Undo"))


def test_stop_is_heard_while_songs_are_looked_through() -> None:
    def finish(outcomes: Sequence[ReadOutcome], on_progress: Callable[[float], object]) -> str:
        on_progress(0.5)
        shares.append(job.share)
        job.stop()
        on_progress(0.7)
        return "looked through"

    shares: list[float] = []
    job = ReadingJob([], Room(), finish)
    job.start()
    job.join()
    assert shares == [0.5]
    assert job.result is None and isinstance(job.problem, ReadingStoppedError)
