"""Locks on files, which the system releases when the process that holds them ends."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


def try_lock(path: Path, timeout_s: float = 0.0) -> FileLock | None:
    """Lock a file; None if another holds the lock until the time is over.

    The lock is released by `release`, or when it is garbage.
    """
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=timeout_s)
    except Timeout:
        return None
    return lock


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock on a file."""
    if not path.exists():
        return False
    lock = try_lock(path)
    if lock is None:
        return True
    lock.release()
    return False
