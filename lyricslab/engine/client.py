"""Start, stop and watch the engine's process, from the app. Free of Dask and torch."""

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
from lyricslab.files import cores
from lyricslab.store.home import Home
from lyricslab.store.lock import is_locked
from lyricslab.store.store import Store

PACKAGE = Path(__file__).resolve().parents[1]
ENGINE_CODE = (
    *("config.py", "errors.py", "wording.py", "songs", "english", "importing", "model", "training"),
    *("analysis", "store", "library", "pretraining", "experiments", "engine"),
)
"""What the engine runs; when it changes, a new engine replaces the old one."""
START_WITHIN_S = 30.0
LEAVE_WITHIN_S = 25.0
CHECK_EVERY_S = 2.0
TRY_EVERY_S = 30.0
"""How soon an engine that failed is started again."""
MOST_LOG_BYTES = 1_000_000
NUMBERS: dict[str, tuple[type, str]] = {
    "LYRICSLAB_WORKERS": (int, "a whole number"),
    "LYRICSLAB_IDLE_S": (float, "a number of seconds"),
    "LYRICSLAB_CHECKPOINT_S": (float, "a number of seconds"),
}
"""The engine's settings in the environment that are numbers."""

_children: list[subprocess.Popen[bytes]] = []
"""Engines started by this process, so that they can be reaped."""
_looked_s: dict[Path, float] = {}
_tried_s: dict[Path, float] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """The state of a home's engine."""

    running: bool
    pid: int | None = None
    workers: int = 0
    """Workers that are ready."""
    busy: int = 0
    """Workers with a job."""
    started_at: str | None = None
    digest: str | None = None
    """Of the code it runs."""
    error: str | None = None
    """Why it ended, as a sentence, if it failed."""


def engine_status(home: Home) -> EngineStatus:
    """Return the state of a home's engine."""
    running = is_locked(home.engine_lock)
    try:
        facts: dict[str, Any] = json.loads(home.engine_facts.read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # it ended normally, or has just taken the lock
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
    """Start the engine of a home if it does not run; replace one that runs other code.

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
    """Return LYRICSLAB_WORKERS, or one for each core; of four or more, one core is left free."""
    setting = os.environ.get("LYRICSLAB_WORKERS")
    if setting:
        return max(1, int(setting))
    count = cores()
    return count if count < 4 else count - 1


def keep_alive(home: Home) -> None:
    """Say that an app is open, and start the engine when there is work for it. Cheap.

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
    """End the engine; what it trains goes back into the queue with its last checkpoint.

    Raises:
        EngineError: if it does not end.
    """
    deadline_s = time.monotonic() + LEAVE_WITHIN_S
    while (status := engine_status(home)).running:
        home.engine_request.touch()
        if time.monotonic() > deadline_s:
            if status.pid is None:
                raise EngineError("The engine does not end. Restart the computer to end it.")
            os.kill(status.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            deadline_s += LEAVE_WITHIN_S
        time.sleep(0.05)
    home.engine_request.unlink(missing_ok=True)
    _reap()


def touch_keepalive(home: Home) -> None:
    """Say that an app is open."""
    home.keepalive.touch()


def keepalive_age_s(home: Home) -> float:
    """Return the seconds since an app last said that it is open."""
    try:
        return time.time() - home.keepalive.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def trim_log(home: Home) -> None:
    """Move the engine's log aside when it is large."""
    log = home.engine_log
    if log.exists() and log.stat().st_size > MOST_LOG_BYTES:
        log.with_suffix(".old.log").write_bytes(log.read_bytes())
        with suppress(PermissionError):  # Windows cannot truncate an open file
            os.truncate(log, 0)  # elsewhere the engine appends to the same file


def code_digest() -> str:
    """Return a digest of the engine's code on disk."""
    digest = hashlib.sha256()
    for name in ENGINE_CODE:
        place = PACKAGE / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _check_settings() -> None:
    """Check the settings that the engine could not start with.

    Raises:
        EngineError: if one of them is not a number.
    """
    for name, (kind, what) in NUMBERS.items():
        text = os.environ.get(name)
        try:
            kind(text or 0)
        except ValueError as error:
            raise EngineError(f"{name} must be {what}; it is '{text}'.") from error


def _start(home: Home) -> subprocess.Popen[bytes]:
    """Start an engine that outlives this process and does not receive its Ctrl-C."""
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
    """Return the environment for a process of this program that serves a home."""
    paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "LYRICSLAB_HOME": str(home.root),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }


def _reap() -> None:
    """Forget engines started by this process that have ended."""
    _children[:] = [child for child in _children if child.poll() is None]


def _last_words(home: Home) -> str:
    lines = home.engine_log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
