"""Write files atomically; what ships with the program; the cores of this machine."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "assets"
"""What ships with the program: bases, songbooks, finished experiments, catalogues."""


def write_file(path: Path, data: bytes, *, synced: bool = True) -> None:
    """Write a file under a temporary name, sync it, then rename it.

    Whatever ends the program, or the power, the file is the old one or the new one.

    Args:
        synced: False for what is worth nothing after the power has failed, and is written often.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if synced:
                file.flush()
                sync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    if synced:
        _sync_folder(path.parent)


def sync(handle: int) -> None:
    """Wait until what was written to an open file or folder is on the disk."""
    os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    """Sync the new name in a folder, which Windows and some network disks cannot do."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            sync(handle)
        finally:
            os.close(handle)


def cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
