"""Files being read for a session, in the background: the page watches, and may stop it.

The files are read in a process of its own; what is left to do with their songs is done in a
thread, so that no page waits for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lyricslab.errors import LyricsLabError, ReadingStoppedError
from lyricslab.files import cores
from lyricslab.importing.reading_process import (
    FileToRead,
    ReadingProgress,
    ReadOutcome,
    Room,
    read_files,
)

logger = logging.getLogger(__name__)

READING = 0.4
"""About the part of the work that reading files is; the rest is cleaning."""
WAIT_S = 1.0
"""How long a page waits for a small import before it shows a bar."""
TELL_AFTER_S = 3.0
"""After this long the time that is left can be told."""
_KEY = "reading_job"
_TURNS = threading.BoundedSemaphore(max(1, cores() - 1))
"""How many imports are read at a time, of all who use this app."""

Finish = Callable[[Sequence[ReadOutcome], Callable[[float], object]], Any]
"""What is done with what was read; it is told whom to report the share that is done, 0 to 1."""


class ReadingJob:
    """Some files being read, in a thread."""

    def __init__(self, files: Sequence[FileToRead], room: Room, finish: Finish) -> None:
        self.files, self.room, self.finish = files, room, finish
        self._reading = READING if files else 0.0
        self.share = 0.0
        """The share of the work that is done, 0 to 1."""
        self.doing = "Reading"
        """What is being done, in words."""
        self.result: Any = None
        """What `finish` returned, once the job is over."""
        self.problem: LyricsLabError | None = None
        """Why there is no result."""
        self._measured = False
        """Whether the share rests on more than an estimate for one file."""
        self._began_s = time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reading", daemon=True)

    @property
    def running(self) -> bool:
        """Whether files are still being read, or their songs looked through."""
        return self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """Whether the job was asked to stop."""
        return self._stop.is_set()

    @property
    def left_s(self) -> float | None:
        """Seconds left at the present pace; None while that is unknown."""
        spent_s = time.monotonic() - self._began_s
        known = self._measured and spent_s > TELL_AFTER_S and self.share > 0.1
        return spent_s / self.share * (1 - self.share) if known else None

    def start(self) -> None:
        """Run in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the job to stop, which it does within a moment; nothing is added then."""
        self._stop.set()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait until the job is over."""
        self._thread.join(timeout_s)

    def wait_briefly(self) -> None:
        """Wait until the job is over, at most until WAIT_S after it began."""
        self.join(max(0.0, self._began_s + WAIT_S - time.monotonic()))

    def _run(self) -> None:
        try:
            while not _TURNS.acquire(timeout=0.1):
                self.doing = "Waiting until others' files are read"
                self._check()
            try:
                outcomes = read_files(
                    self.files,
                    on_progress=self._on_file,
                    stop=self._stop,
                    room=self.room,
                )
            finally:
                _TURNS.release()
            self.result = self.finish(outcomes, self._on_songs)
        except LyricsLabError as error:
            self.problem = error
        except Exception:
            logger.exception("Reading songs failed.")
            self.problem = LyricsLabError(
                "These songs could not be read, through a fault of the program; the details are in "
                "the lab's folder of logs. Nothing was added."
            )

    def _on_file(self, progress: ReadingProgress) -> None:
        self.share, self._measured = self._reading * progress.share, progress.number > 1
        which = f" ({progress.number} of {progress.of})" if progress.of > 1 else ""
        self.doing = f"Reading {progress.name}{which}"

    def _on_songs(self, share: float) -> None:
        self._check()
        self.share, self._measured = self._reading + (1 - self._reading) * share, True
        self.doing = "Looking through the songs"

    def _check(self) -> None:
        if self.stopping:
            raise ReadingStoppedError("Stopped. Nothing was added.")


def begin(files: Sequence[FileToRead], room: Room, finish: Finish) -> None:
    """Start to read files for this session; without files, only what is left to do then."""
    job = ReadingJob(files, room, finish)
    st.session_state[_KEY] = job
    job.start()


def current() -> ReadingJob | None:
    """Return the job of this session that runs, or that is over and not yet forgotten."""
    job = st.session_state.get(_KEY)
    return job if isinstance(job, ReadingJob) else None


def forget() -> None:
    """Forget the job of this session, once its result was taken."""
    st.session_state.pop(_KEY, None)
