"""Child processes that read damaged files within limits, and what became of each case."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from lyricslab.errors import ColumnsError, ReadError
from lyricslab.importing.intake_report import report
from lyricslab.importing.reading import Columns, Intake, read_file
from tests.importing.fuzzing.mutations import mutated
from tests.importing.fuzzing.seed_files import seed_files

MAX_MEMORY_BYTES = 1_500 * 2**20
MAX_CPU_S = 30
MAX_SENTENCE_CHARS = 3_000
"""A longer error would fill a screen."""
READY = "ready\n"
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Failure:
    """A case that ended in neither songs nor one of our errors."""

    number: int
    what: str


@dataclass
class Report:
    """What became of the cases of one reader."""

    cases: int = 0
    read: int = 0
    refused: int = 0
    failures: list[Failure] = field(default_factory=list)
    slowest: int = 0
    slowest_s: float = 0.0
    largest: int = 0
    """The case that held the most memory."""
    peak_mb: int = 0


class Reading:
    """Reads damaged files in a child process; one that dies of a file is followed by another."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            self._child.communicate()

    def run(self, reader: str, first: int, count: int) -> Report:
        """Read `count` damaged files of a reader, from the case `first` on."""
        report = Report()
        number = first
        while number < first + count:
            child = self._child = self._child or _start()
            assert child.stdin and child.stdout
            print(reader, number, first + count - number, file=child.stdin, flush=True)
            for line in child.stdout:
                row = json.loads(line)
                _add(report, row)
                number = row["number"] + 1
                if number == first + count:
                    return report
            row = {"number": number, "end": "failed", "what": _death(child.wait())}
            _add(report, row | {"seconds": MAX_CPU_S, "peak_mb": 0})
            number += 1
            self._child = None
        return report


def _start() -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-m", __spec__.name],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    if child.stdout.readline() != READY:
        raise RuntimeError("The process that reads the damaged files did not start.")
    return child


def _death(code: int) -> str:
    if code == -signal.SIGPROF:
        return f"took more than {MAX_CPU_S} s of a core"
    return f"the process died with {signal.Signals(-code).name if code < 0 else code}"


def _add(report: Report, row: dict[str, object]) -> None:
    number, seconds, peak_mb = int(str(row["number"])), float(str(row["seconds"])), row["peak_mb"]
    report.cases += 1
    report.read += row["end"] == "read"
    report.refused += row["end"] == "refused"
    if row["end"] == "failed":
        report.failures.append(Failure(number, str(row["what"])))
    if seconds > report.slowest_s:
        report.slowest, report.slowest_s = number, seconds
    if int(str(peak_mb)) > report.peak_mb:
        report.largest, report.peak_mb = number, int(str(peak_mb))


# ---- in the child


def _serve() -> None:
    """Read the cases that the parent asks for, and answer with a line for each."""
    answers, sys.stdout = sys.stdout, sys.stderr
    files = seed_files()
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    print(READY, end="", file=answers, flush=True)
    for line in sys.stdin:
        reader, first, count = line.split()
        for number in range(int(first), int(first) + int(count)):
            name, data = files[reader][number % len(files[reader])]
            damaged = mutated(name, data, number)
            signal.setitimer(signal.ITIMER_PROF, MAX_CPU_S)
            _forget_peak()
            began = time.process_time()
            row = {"number": number} | _outcome(name, damaged)
            row |= {"seconds": time.process_time() - began, "peak_mb": _peak_mb()}
            signal.setitimer(signal.ITIMER_PROF, 0)
            print(json.dumps(row), file=answers, flush=True)


def _outcome(name: str, data: bytes) -> dict[str, str]:
    """Read a file as the app does; return how it ended."""
    try:
        try:
            _look(read_file(name, data))
        except ColumnsError as error:
            _check(error)
            if not error.columns:
                raise
            chosen = Columns(error.columns[0], error.title)
            _look(read_file(name, data, columns=chosen))
    except ReadError as error:
        try:
            _check(error)
        except ValueError as unfit:
            return {"end": "failed", "what": str(unfit)}
        return {"end": "refused"}
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        ours = [f for f in traceback.extract_tb(error.__traceback__) if "lyricslab" in f.filename]
        where = ours[-1] if ours else place
        file = Path(where.filename).name
        return {
            "end": "failed",
            "what": f"{type(error).__name__}: {str(error)[:200]} ({file}:{where.lineno})",
        }
    return {"end": "read"}


def _check(error: ReadError) -> None:
    sentence = str(error)
    if not sentence.endswith(".") or len(sentence) > MAX_SENTENCE_CHARS:
        raise ValueError(f"no sentence: {len(sentence)} characters, {sentence[:80]!r}")


def _look(intake: Intake) -> None:
    """Do with an intake what the Corpus page does with it."""
    if not intake.raw_songs:
        raise ValueError("there are no songs, and no error says so")
    for song in intake.songs:
        assert len(song.ids) == len(song.framed)  # ASCII
    assert all(isinstance(note, str) for note in intake.notes)
    assert intake.undivided is not None
    json.dumps(report(intake))


def _forget_peak() -> None:
    """Let the kernel count the most memory from now on, where it can."""
    place = Path("/proc/self/clear_refs")
    if place.exists():
        place.write_text("5", "ascii")


def _peak_mb() -> int:
    """Return the most memory since `_forget_peak`, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text("ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    _serve()
