"""Many sessions that watch a run: `python -m benchmarks.sessions [--sessions 30] [--seconds 40]`.

So many tabs are open on the page of a run that trains, in a store of 500 runs x 2,000 points, each
ticking once a second. Printed as JSON: the server's memory before and after, its processor time
for a tick, how long tabs waited for their ticks, and how many of the ticks that were due came.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.app_sessions import AppSession, Server, no_engine
from benchmarks.pages import USUAL, Size
from benchmarks.records import Growing, fill

TICK_S = 1.0


def watch(home: Path, size: Size, sessions: int, seconds: float) -> dict[str, float]:
    """Measure what a number of sessions that watch one run cost."""
    growing = Growing(fill(home, size.runs, size.points), points=400)
    with no_engine(home):
        server = Server(home)
        try:
            server.rest()
            started_bytes = server.memory_bytes
            tabs = [AppSession(server) for _ in range(sessions)]
            for page in ("", "corpus", "train", "compare", "write"):
                tabs[0].open(page)  # each page has been visited by somebody
            for tab in tabs:
                tab.open("run", f"run={growing.run.id}")
            server.rest()
            spent_s, until_s = server.cpu_s, time.monotonic() + seconds
            waits: list[float] = []
            threads = [
                threading.Thread(target=_tick, args=(tab, k / sessions, until_s, waits))
                for k, tab in enumerate(tabs)
            ]
            for thread in threads:
                thread.start()
            while time.monotonic() < until_s:
                growing.more()
                time.sleep(TICK_S)
            for thread in threads:
                thread.join()
            spent_s = server.cpu_s - spent_s
            memory_bytes = server.memory_bytes
            for tab in tabs:
                tab.close()
        finally:
            server.end()
    waits.sort()
    return {
        "sessions": sessions,
        "memory_before_mb": round(started_bytes / 1e6, 1),
        "memory_mb": round(memory_bytes / 1e6, 1),
        "cpu_share": round(spent_s / seconds, 3),
        "cpu_ms_per_tick": round(1000 * spent_s / len(waits), 2),
        "wait_ms_median": round(1000 * median(waits), 1),
        "wait_ms_p95": round(1000 * waits[int(0.95 * len(waits))], 1),
        "ticks_share": round(len(waits) * TICK_S / (sessions * seconds), 3),
    }


def _tick(tab: AppSession, delay_s: float, until_s: float, waits: list[float]) -> None:
    """One tab that ticks a second after the previous tick, as a browser does."""
    time.sleep(delay_s)
    while time.monotonic() < until_s:
        asked_s = time.monotonic()
        tab.tick()
        waits.append(time.monotonic() - asked_s)
        time.sleep(max(0.0, TICK_S - (time.monotonic() - asked_s)))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure one or more numbers of sessions."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sessions", description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=[30])
    parser.add_argument("--seconds", type=float, default=40.0)
    arguments = parser.parse_args(argv)
    for sessions in arguments.sessions:
        with tempfile.TemporaryDirectory(prefix="lyricslab-benchmark-") as home:
            print(json.dumps(watch(Path(home), USUAL, sessions, arguments.seconds)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
