"""A lock is held by one process, seen by others, and released when its holder dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lyricslab.store.lock import is_locked, try_lock


def test_a_lock_is_held_by_one_and_seen_by_others(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    assert not is_locked(path)
    lock = try_lock(path)
    assert lock and is_locked(path)
    assert try_lock(path) is None and try_lock(path, timeout_s=0.1) is None
    lock.release()
    assert not is_locked(path)
    assert try_lock(path)


@pytest.mark.engine
def test_a_lock_ends_with_the_process_that_holds_it(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from lyricslab.store.lock import try_lock\n"
        "lock = try_lock(Path(sys.argv[1])); print(flush=True); time.sleep(60)"
    )
    path = tmp_path / "a.lock"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        assert is_locked(path)
        holder.kill()
    assert not is_locked(path)
