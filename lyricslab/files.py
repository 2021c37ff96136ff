"""Write files atomically; what ships with the program; the cores of this machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "assets"
"""What ships with the program: bases, songbooks, findings, catalogues."""


def write_file(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, then rename it: it is complete or not there."""
    write_files({path: data})


def write_files(files: dict[Path, bytes]) -> None:
    """Write files that belong together; none is replaced before all are on the disk."""
    ready: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready[Path(temporary)] = path
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        for written, path in ready.items():
            os.replace(written, path)
    except BaseException:
        for left in ready:
            left.unlink(missing_ok=True)
        raise


def cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
