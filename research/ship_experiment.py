"""Make an experiment of this home one of those that ship with the program, in assets/experiments.

    python -m research.ship_experiment ID [--songs "Nell Harrow's sixty songs"] [--name nell_harrow]

ID is a sweep or a search that is over. The page The paper shows it to those who have none of their
own.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from typing import Any

from lyricslab import files
from lyricslab.experiments import experiment
from lyricslab.experiments.findings import search_findings
from lyricslab.report.sweep_record import record_of
from lyricslab.store.home import open_home
from lyricslab.store.rows import SweepRow
from lyricslab.store.store import Store

LICENCE = "CC0-1.0"
ABOUT = {
    "sweep": "What every choice of layers came to, as the page of the paper shows it.",
    "search": "What a search for the weights worth retraining came to, as the page of the paper "
    "shows it.",
}


def main() -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m research.ship_experiment",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("experiment", metavar="ID")
    parser.add_argument("--songs", help="what the songs are called; the corpus's name unless given")
    parser.add_argument("--name", help="of the file; the songs' unless given")
    options = parser.parse_args()
    store = Store(open_home())
    row = store.experiment(options.experiment)
    status = experiment.status(store, row.id)
    if status.state != "done":
        parser.error(f"this {row.kind} is {status.state}: {status.done} of {status.runs} runs done")
    songs = options.songs or row.corpus_name
    name = options.name or "_".join(songs.lower().split())
    values = {
        "kind": row.kind,
        "about": ABOUT[row.kind],
        "origin": origin(store, row.id),
        "licence": LICENCE,
    } | experiment_values(store, row.id, songs)
    path = files.ASSETS / "experiments" / f"{name}.json"
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    files.write_file(path, f"{text}\n".encode())
    print(f"{path.name}: {path.stat().st_size:,} bytes")
    return 0


def experiment_values(store: Store, experiment_id: str, songs: str) -> dict[str, Any]:
    """Return an experiment as JSON values, its songs under another name."""
    if isinstance(store.experiment(experiment_id), SweepRow):
        record = record_of(store, experiment_id)
        return replace(record, table=replace(record.table, corpus_name=songs)).to_dict()
    return replace(search_findings(store, experiment_id), corpus=songs).to_dict()


def origin(store: Store, experiment_id: str) -> str:
    """Return how it was made, in a line."""
    row = store.experiment(experiment_id)
    plan = row.plan
    bases = " ".join(f"--base {name}" for name in plan.base_digests)
    shares = ",".join(
        f"{share:.4g}" for share in (plan.split.train, plan.split.val, plan.split.test)
    )
    return (
        f"python -m lyricslab {row.kind} SONGS {bases} --preset {plan.preset} --seeds {plan.seeds} "
        f"--split {shares}, on this project's own songs"
    )


if __name__ == "__main__":
    sys.exit(main())
