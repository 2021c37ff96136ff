"""The app's side of the engine: starts it, keeps it, asks how it is. Free of Dask and torch."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

from lyricslab.errors import EngineError
from lyricslab.store.home import Home
from lyricslab.store.lock import is_locked
from lyricslab.store.store import Store

PACKAGE = Path(__file__).resolve().parents[1]
ENGINE_CODE = (
    *("config.py", "errors.py", "wording.py", "songs", "english", "importing", "model", "training"),
    *("analysis", "store", "library", "pretraining", "experiments", "engine"),
)
"""What the engine runs; when it changes, a new engine takes the place of the old one."""
START_WITHIN_S = 30.0
LEAVE_WITHIN_S = 25.0
CHECK_EVERY_S = 2.0
TRY_EVERY_S = 30.0
"""How soon an engine that ended by a fault is started again."""
MOST_LOG_BYTES = 1_000_000
NUMBERS: dict[str, tuple[type, str]] = {
    "LYRICSLAB_WORKERS": (int, "a whole number"),
    "LYRICSLAB_IDLE_S": (float, "a number of seconds"),
    "LYRICSLAB_CHECKPOINT_S": (float, "a number of seconds"),
}
"""The engine's settings in the environment that are numbers."""

_children: list[subprocess.Popen[bytes]] = []
"""Engines started from here, so that the system is told when they have ended."""
_looked_s: dict[Path, float] = {}
_tried_s: dict[Path, float] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """How the engine of a home is."""

    running: bool
    pid: int | None = None
    workers: int = 0
    """Workers that are ready."""
    busy: int = 0
    """Workers that train."""
    started_at: str | None = None
    digest: str | None = None
    """Of the code it runs."""
    error: str | None = None
    """Why it ended, as a sentence, if it ended by a fault."""


def engine_status(home: Home) -> EngineStatus:
    """How the engine of a home is."""
    running = is_locked(home.engine_lock)
    try:
        facts: dict[str, Any] = json.loads(home.engine_facts.read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # it has ended well, or only just taken the lock
        facts = {}
    if not running or "pid" not in facts:
        return EngineStatus(running=running, error=None if running else facts.get("error"))
    return EngineStatus(
        running=True,
        pid=facts["pid"],
        workers=facts["workers"],
        busy=facts["busy"],
        started_at=facts["started_at"],
        digest=facts["digest"],
    )


def ensure_engine(home: Home) -> None:
    """Starts the engine of a home if it does not run; one that runs other code is replaced.

    Raises:
        EngineError: if it does not start.
    """
    touch_keepalive(home)
    child: subprocess.Popen[bytes] | None = None
    asked = False
    deadline_s = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline_s:
        status = engine_status(home)
        ours = child is not None and status.pid == child.pid
        if status.running and (ours or status.digest == code_digest()):
            return
        if not status.running:
            if child is not None and child.poll():
                raise EngineError(
                    "The engine that trains in the background could not be started. "
                    f"{_last_words(home)} The details are in {home.engine_log}."
                )
            if child is None or child.poll() is not None:
                child = _start(home)
        elif status.digest is not None and not asked:
            home.engine_request.touch()
            asked = True
        time.sleep(0.05)
    raise EngineError(
        "The engine that trains in the background did not start in time. Close other programs and "
        f"try again; the details are in {home.engine_log}."
    )


def worker_count() -> int:
    """One for each core, but one core is left to the person from four up."""
    asked = os.environ.get("LYRICSLAB_WORKERS")
    if asked:
        return max(1, int(asked))
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = usable or 1
    return cores if cores < 4 else cores - 1


def keep_alive(home: Home) -> None:
    """Says that an app is open, and starts the engine when there is work for it. Cheap.

    Raises:
        EngineError: if it does not start.
    """
    now_s = time.monotonic()
    looked_s = _looked_s.get(home.root)
    if looked_s is not None and now_s - looked_s < CHECK_EVERY_S:
        return
    _reap()
    touch_keepalive(home)
    store = Store(home)
    counts = store.count_runs()
    waiting = any(counts.get(status) for status in ("queued", "running", "stopping"))
    waiting = waiting or store.any_wanted()
    status = engine_status(home)
    if looked_s is None or (waiting and not status.running):
        if status.error is not None and now_s - _tried_s.get(home.root, -inf) < TRY_EVERY_S:
            raise EngineError(
                f"The engine that trains in the background has ended. {status.error} It is tried "
                f"again shortly; the details are in {home.engine_log}."
            )
        _tried_s[home.root] = now_s
        ensure_engine(home)
    _looked_s[home.root] = now_s


def stop_engine(home: Home) -> None:
    """Ends the engine; what it trains goes back into the queue with all it has learned.

    Raises:
        EngineError: if it does not end.
    """
    deadline_s = time.monotonic() + LEAVE_WITHIN_S
    while (status := engine_status(home)).running:
        home.engine_request.touch()
        if time.monotonic() > deadline_s:
            if status.pid is None:
                raise EngineError("The engine does not end. Restart the computer to be rid of it.")
            os.kill(status.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            deadline_s += LEAVE_WITHIN_S
        time.sleep(0.05)
    home.engine_request.unlink(missing_ok=True)
    _reap()


def touch_keepalive(home: Home) -> None:
    """Says that an app is open."""
    home.keepalive.touch()


def keepalive_age_s(home: Home) -> float:
    """Seconds since an app last said that it is open."""
    try:
        return time.time() - home.keepalive.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def trim_log(home: Home) -> None:
    """Keeps the engine's log from growing without end: what there is is put aside."""
    log = home.engine_log
    if log.exists() and log.stat().st_size > MOST_LOG_BYTES:
        log.with_suffix(".old.log").write_bytes(log.read_bytes())
        with suppress(PermissionError):  # Windows does not cut a file that is being written
            os.truncate(log, 0)  # elsewhere the engine goes on appending to the same file


def code_digest() -> str:
    """What tells one version of the engine's code, as it lies on the disk, from another."""
    found = hashlib.sha256()
    for name in ENGINE_CODE:
        place = PACKAGE / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def _check_settings() -> None:
    """Refuses settings that the engine could not start with.

    Raises:
        EngineError: if one of them is no number.
    """
    for name, (kind, what) in NUMBERS.items():
        text = os.environ.get(name)
        try:
            kind(text or 0)
        except ValueError as error:
            raise EngineError(f"{name} must be {what}; it is '{text}'.") from error


def _start(home: Home) -> subprocess.Popen[bytes]:
    """Starts an engine that outlives this process and hears nothing of its Ctrl-C."""
    _check_settings()
    _reap()
    trim_log(home)
    with home.engine_log.open("ab") as log:
        try:
            child = subprocess.Popen(
                [sys.executable, "-m", "lyricslab.engine.dask_engine"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=PACKAGE.parent,
                env=environment_for(home),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
                | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            raise EngineError(
                "The engine that trains in the background could not be started: "
                f"{error.strerror or error}."
            ) from error
    _children.append(child)
    return child


def environment_for(home: Home) -> dict[str, str]:
    """The environment of a process of this program that serves a home."""
    paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "LYRICSLAB_HOME": str(home.root),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }


def _reap() -> None:
    """Lets the system forget engines started from here that have ended."""
    _children[:] = [child for child in _children if child.poll() is None]


def _last_words(home: Home) -> str:
    lines = home.engine_log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
