"""Runs whose process is gone: since when, and when they continue."""

from __future__ import annotations

from datetime import UTC, datetime

from lyricslab.engine.client import engine_status
from lyricslab.store.home import Home
from lyricslab.store.rows import LEASED, RunRow

SILENT_S = 60.0
"""A process without a heartbeat for this long is dead."""
DOUBT_S = 15.0
"""A process without a heartbeat for this long may be dead; it sends one every few seconds."""


def lost_s(home: Home, run: RunRow) -> float | None:
    """Return in how many seconds a run counts as lost: 0 if its process is certainly gone.

    None while that is heard of, and for a run that no process owns.
    """
    if run.status not in LEASED:
        return None
    if (run.owner or "").startswith("engine:"):
        status = engine_status(home)
        gone = not status.running or (status.owner is not None and status.owner != run.owner)
        return 0.0 if gone else None  # it holds a lock while it lives, however busy it is
    silent = silent_s(run)
    return None if silent < DOUBT_S else max(0.0, SILENT_S - silent)


def silent_s(run: RunRow) -> float:
    """Return the seconds since the last heartbeat of the process that executes a run."""
    if run.heartbeat_at is None:
        return 0.0
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(run.heartbeat_at)).total_seconds())
