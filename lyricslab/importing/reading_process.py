"""Read files in a process of its own, so that no file can freeze, fill or end this one.

A process reads one file after the other. Where a file takes too long, needs too much memory or
ends the process, that file gets a sentence, and a new process reads the others.
"""

from __future__ import annotations

import json
import logging
import math
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import IO

import psutil

from lyricslab.errors import ReaderFailedError, ReadError, ReadingStoppedError, TooSlowError
from lyricslab.importing.reading_child import reader_failed, too_much_memory
from lyricslab.importing.reading_messages import FileToRead, ReadOutcome, Room

__all__ = [
    "FileToRead",
    "ReadLimits",
    "ReadOutcome",
    "ReadingProgress",
    "Room",
    "read_files",
]

logger = logging.getLogger(__name__)

CHILD = "lyricslab.importing.reading_child"
"""The module that reads."""
LOOK_EVERY_S = 0.02
"""How often limits are checked: a process that allocates as fast as it can gains 0.1 GB."""
MAX_LOG_CHARS = 4_000
_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What reading may cost."""

    work_s: float = 60.0
    """Processor time for one file."""
    memory_bytes: int = 1_400_000_000
    """Of the process, all it has in memory."""


LIMITS = ReadLimits()
EMPTY = Room()
"""The room of an import that holds nothing yet."""
BYTES_PER_WORK_S = 4_000_000
"""About how fast files are read; only the bar depends on it."""


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """How far the reading of some files is."""

    number: int
    """Which file is being read, from 1."""
    of: int
    name: str
    share: float
    """The share of all bytes that is read, 0 to 1; of the file being read it is estimated."""


def read_files(
    files: Sequence[FileToRead],
    *,
    on_progress: Callable[[ReadingProgress], object] = lambda progress: None,
    stop: threading.Event | None = None,
    room: Room = EMPTY,
    limits: ReadLimits = LIMITS,
    child: str = CHILD,
) -> list[ReadOutcome]:
    """Read files and return the outcome of each, in order.

    Args:
        on_progress: called when a file begins, and many times a second while it is read.
        stop: set from another thread to end the reading.
        room: how much may be read, of all files together.
        child: the module that reads, run as a program.

    Raises:
        ReadingStoppedError: if it was stopped.
    """
    with TemporaryDirectory(prefix="lyricslab-") as folder:
        group = _Reading(files, Path(folder), on_progress, stop or threading.Event(), limits)
        group.room = room
        while len(group.outcomes) < len(files):
            group.run_process(child)
        return [group.outcomes[number] for number in range(len(files))]


class _Reading:
    """The files of one call, their outcomes so far, and the process that reads."""

    def __init__(
        self,
        files: Sequence[FileToRead],
        folder: Path,
        on_progress: Callable[[ReadingProgress], object],
        stop: threading.Event,
        limits: ReadLimits,
    ) -> None:
        self.files, self.folder, self.limits = files, folder, limits
        self.on_progress, self.stop = on_progress, stop
        self.room = EMPTY
        self.outcomes: dict[int, ReadOutcome] = {}
        self._log = folder / "log"
        self._paths = [self._place(number, file) for number, file in enumerate(files)]
        self._sizes = [path.stat().st_size if path.exists() else 0 for path in self._paths]

    def run_process(self, child: str) -> None:
        """Start a process for the files that are left, and follow it until it ends."""
        with self._log.open("wb") as log, self._start(child, log) as process:
            try:
                self._follow(process)
            finally:
                process.kill()

    def _place(self, number: int, file: FileToRead) -> Path:
        """Return the path of a file; one that is only in memory is written to the folder first."""
        if isinstance(file.content, Path):
            return file.content.absolute()
        path = self.folder / f"{number}.file"
        path.write_bytes(file.content)
        return path

    def _start(self, child: str, log: IO[bytes]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", child],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=_PACKAGE.parent,
            start_new_session=True,  # a Ctrl-C is for us, and we end it
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        task = {
            "folder": str(self.folder),
            "room": (self.room.chars, self.room.songs),
            "files": [
                (number, file.to_values(self._paths[number]))
                for number, file in enumerate(self.files)
                if number not in self.outcomes
            ],
        }
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(task).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended already, which `_follow` sees
        return process

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """Take what the process has read; end it where a file goes over a limit."""
        answers: SimpleQueue[bytes] = SimpleQueue()
        assert process.stdout is not None
        threading.Thread(target=_pass_on, args=(process.stdout, answers), daemon=True).start()
        watched = psutil.Process(process.pid)
        at, begun_s = self._next(), math.inf  # the start is no work on a file
        while len(self.outcomes) < len(self.files):
            if self.stop.is_set():
                raise ReadingStoppedError("Stopped. Nothing was added.")
            try:
                answer = answers.get(timeout=LOOK_EVERY_S)
            except Empty:
                spent_s = _work_s(watched) - begun_s
                error = self._over_limit(watched, spent_s, self.files[at].name)
                if error is not None:
                    self._put(at, ReadOutcome(error=error))
                    return
                self._tell(at, spent_s)
                continue
            if not answer:  # it has ended too early
                details = self._log.read_text("utf-8", "replace")[-MAX_LOG_CHARS:]
                ended = f"The reading process ended with {process.wait()}.\n{details}"
                self._put(at, ReadOutcome(error=reader_failed(self.files[at].name, ended)))
                return
            message = json.loads(answer)
            if "begins" in message:
                at, begun_s = message["begins"], _work_s(watched)
                self._tell(at)
            else:
                values = json.loads((self.folder / f"{at}.json").read_text("ascii"))
                self._put(at, ReadOutcome.from_values(values))
                at, begun_s = self._next(), _work_s(watched)

    def _next(self) -> int:
        """Return the number of the first file that is not read."""
        left = (number for number in range(len(self.files)) if number not in self.outcomes)
        return next(left, -1)

    def _tell(self, at: int, spent_s: float = 0.0) -> None:
        size, spent_s = self._sizes[at], max(0.0, spent_s)
        part = spent_s / (spent_s + size / BYTES_PER_WORK_S) if size else 0.0  # never all of it
        share = (sum(self._sizes[:at]) + part * size) / max(1, sum(self._sizes))
        self.on_progress(ReadingProgress(at + 1, len(self.files), self.files[at].name, share))

    def _put(self, number: int, outcome: ReadOutcome) -> None:
        self.outcomes[number] = outcome
        self.room = self.room.less(outcome.intake)
        if isinstance(outcome.error, ReaderFailedError):
            logger.error("A reader failed at a file.", exc_info=outcome.error)

    def _over_limit(self, watched: psutil.Process, spent_s: float, name: str) -> ReadError | None:
        """Return the error for the file that is being read, if it costs too much."""
        try:
            if watched.memory_info().rss > self.limits.memory_bytes:
                return too_much_memory(name)
        except psutil.NoSuchProcess:
            return None
        if spent_s > self.limits.work_s:
            return TooSlowError(
                f"'{name}' takes too long to read and was given up after "
                f"{self.limits.work_s:.0f} seconds. Save its words as .txt, or divide it into "
                "smaller files, and try those."
            )
        return None


def _work_s(watched: psutil.Process) -> float:
    """Return the processor time of a process so far, in seconds; 0 once it has ended."""
    try:
        times = watched.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _pass_on(lines: IO[bytes], answers: SimpleQueue[bytes]) -> None:
    """Put every line into the queue; an empty one is the end."""
    for line in lines:
        answers.put(line)
    answers.put(b"")
