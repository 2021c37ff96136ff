"""Several people press Write at once: `python -m benchmarks.writers [--people 8] [--base NAME]`.

Eight browser sessions ask for a song of the same network at the same moment, each with its own
seed. Printed as JSON: how long each waited for its first line, and for the whole song. The
networks are those that ship: songs (3 x 64), songs-256, all-512. The clock runs from the click to
the message that carries the text; a browser adds some tens of milliseconds to show it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.app_sessions import AppSession, Server, no_engine

LENGTH_CHARS = 1000


@dataclass
class Person:
    """One who writes, and how long each of the songs took, seconds."""

    tab: AppSession
    first_line_s: list[float] = field(default_factory=list)
    song_s: list[float] = field(default_factory=list)

    def write(self, together: threading.Barrier) -> None:
        """Press Write when all the others do."""
        together.wait()
        clicked_s = time.monotonic()
        shown: list[float] = []

        def on_text(text: str) -> None:
            if text.strip() and not shown:
                shown.append(time.monotonic() - clicked_s)

        self.tab.press("write_another" if self.song_s else "write_go", on_text)
        self.first_line_s += shown
        self.song_s.append(time.monotonic() - clicked_s)


def measure(home: Path, base: str, number: int, songs: int) -> dict[str, object]:
    """Let some people write some songs each, always all at once."""
    with no_engine(home):
        server = Server(home)
        try:
            people = [Person(AppSession(server)) for _ in range(number)]
            for seed, person in enumerate(people):
                person.tab.open("write", f"model={base}&seed={seed}&length={LENGTH_CHARS}")
            server.rest()
            spent_s, started_s = server.cpu_s, time.monotonic()
            for _ in range(songs):
                together = threading.Barrier(number)
                threads = [
                    threading.Thread(target=person.write, args=(together,)) for person in people
                ]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            spent_s, took_s = server.cpu_s - spent_s, time.monotonic() - started_s
            for person in people:
                person.tab.close()
        finally:
            server.end()
    first_lines = sorted(wait for person in people for wait in person.first_line_s)
    whole_songs = sorted(wait for person in people for wait in person.song_s)
    return {
        "base": base,
        "people": number,
        "first_line_s": spread(first_lines),
        "song_s": spread(whole_songs),
        "cores_used": round(spent_s / took_s, 2),
    }


def spread(waits_s: Sequence[float]) -> dict[str, float]:
    """Return median, 95th percentile and maximum of sorted waits."""
    last = len(waits_s) - 1
    parts = {"median": 0.5, "p95": 0.95, "max": 1.0}
    return {name: round(waits_s[round(part * last)], 3) for name, part in parts.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure one or more numbers of people, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writers", description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--base", nargs="+", default=["songs-256"])
    parser.add_argument("--songs", type=int, default=4, help="how many each of them writes")
    arguments = parser.parse_args(argv)
    for base in arguments.base:
        for people in arguments.people:
            with tempfile.TemporaryDirectory(prefix="lyricslab-benchmark-") as home:
                result = measure(Path(home), base, people, arguments.songs)
            print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
