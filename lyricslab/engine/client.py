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
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from threading import Lock
from typing import Any

from lyricslab.errors import EngineError
from lyricslab.files import cores
from lyricslab.store.home import Home
from lyricslab.store.lock import is_locked
from lyricslab.store.rows import UNFINISHED
from lyricslab.store.store import Store

PACKAGE = Path(__file__).resolve().parents[1]
ENGINE_CODE = (
    *("config.py", "config_base.py", "errors.py", "wording.py", "songs", "english", "importing"),
    *("model", "training", "analysis", "store", "library", "pretraining", "experiments", "engine"),
)
"""What the engine runs; when it changes, a new engine replaces the old one."""
START_WITHIN_S = 30.0
LEAVE_WITHIN_S = 25.0
CHECK_EVERY_S = 2.0
AWAY_S = 60.0
"""Whoever opens a page after this long has come back: the engine may be asleep."""
TRY_EVERY_S = 30.0
"""How soon an engine that failed is started again."""
MAX_LOG_BYTES = 1_000_000
NUMBERS: dict[str, tuple[type, str]] = {
    "LYRICSLAB_WORKERS": (int, "a whole number"),
    "LYRICSLAB_IDLE_S": (float, "a number of seconds"),
    "LYRICSLAB_CHECKPOINT_S": (float, "a number of seconds"),
}
"""The engine's settings in the environment that are numbers."""

_children: list[subprocess.Popen[bytes]] = []
"""Engines started by this process, so that they can be reaped."""


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
    owner: str | None = None
    """The name under which it owns runs."""
    error: str | None = None
    """Why it ended, as a sentence, if it failed."""


@dataclass(slots=True)
class _Watch:
    """What this process knows of a home's engine, from look to look."""

    wanted: bool = True
    """Whether it is to run also without work: when somebody has come, who will soon have some."""
    child: subprocess.Popen[bytes] | None = None
    """The engine that was started last."""
    asked: bool = False
    """Whether an engine of other code was asked to leave."""
    looked_s: float = -inf
    tried_s: float = -inf
    """When it was started last."""
    problem: str = ""
    """Why it does not run, as a sentence."""
    lock: Lock = field(default_factory=Lock)


_watches: dict[Path, _Watch] = {}


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
        owner=facts.get("owner"),
    )


def ensure_engine(home: Home) -> None:
    """Start the engine of a home if it does not run, and wait until it does; for commands.

    One that runs other code is replaced.

    Raises:
        EngineError: if it does not start.
    """
    watch = _Watch()
    deadline_s = time.monotonic() + START_WITHIN_S
    while not _look_after(home, watch):
        if time.monotonic() > deadline_s:
            raise EngineError(_too_late(home))
        watch.wanted = True
        time.sleep(0.05)


def worker_count() -> int:
    """Return LYRICSLAB_WORKERS, or one for each core; of four or more, one core is left free."""
    setting = os.environ.get("LYRICSLAB_WORKERS")
    if setting:
        return max(1, int(setting))
    count = cores()
    return count if count < 4 else count - 1


def keep_alive(home: Home) -> None:
    """Say that an app is open, and start the engine when there is work for it; for pages.

    Returns at once: a later call tells whether the engine came up. Cheap.

    Raises:
        EngineError: if it did not start, or has failed.
    """
    watch = _watches.setdefault(home.root, _Watch())
    if watch.lock.acquire(blocking=False):  # another page may be looking
        try:
            if time.monotonic() - watch.looked_s >= CHECK_EVERY_S:
                watch.looked_s, watch.problem = time.monotonic(), ""
                _look_after(home, watch)
        except EngineError as error:
            watch.problem = str(error)
        finally:
            watch.lock.release()
    if watch.problem:
        raise EngineError(watch.problem)


def _look_after(home: Home, watch: _Watch) -> bool:
    """Look at the engine once, and start it or ask it to leave where that is due; never wait.

    Returns:
        Whether it runs this program's code.

    Raises:
        EngineError: if it did not start, or has failed.
    """
    _reap()
    back = keepalive_age_s(home) > AWAY_S
    touch_keepalive(home)
    status, child, now_s = engine_status(home), watch.child, time.monotonic()
    watch.wanted |= back
    if status.running:
        ours = child is not None and status.pid == child.pid
        if not watch.wanted or ours or status.digest == code_digest():
            watch.wanted = watch.asked = False
            return True
        if status.digest is not None and not watch.asked:
            home.engine_request.touch()
            watch.asked = True
        return False
    left = None if child is None else child.poll()
    if child is not None and left is None:
        if now_s - watch.tried_s > START_WITHIN_S:
            raise EngineError(_too_late(home))
        return False
    if left == 0:  # it has served, and ended by itself
        watch.wanted, watch.child = back, None
    if not (watch.wanted or _work_waits(home)):
        return False
    if (left or status.error) and now_s - watch.tried_s < TRY_EVERY_S:
        what = "has ended" if status.error else "could not be started"
        raise EngineError(
            f"The engine that trains in the background {what}. {status.error or _last_words(home)} "
            f"It is tried again shortly; the details are in {home.engine_log}."
        )
    watch.tried_s = now_s
    watch.child = _start(home)
    return False


def _work_waits(home: Home) -> bool:
    store = Store(home)
    counts = store.count_runs()
    return any(counts.get(status) for status in UNFINISHED) or store.any_wanted()


def _too_late(home: Home) -> str:
    return (
        "The engine that trains in the background did not start in time. Close other programs and "
        f"try again; the details are in {home.engine_log}."
    )


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
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
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
