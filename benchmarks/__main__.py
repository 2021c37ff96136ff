"""The command: `python -m benchmarks [NAME ...] [--quick] [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module

from benchmarks import harness

GROUPS = {
    "writing": "benchmarks.writing",
    "scoring": "benchmarks.scoring",
    "training": "benchmarks.training",
    "arenas": "benchmarks.malloc_arenas",
    "sweep": "benchmarks.sweep",
    "pages": "benchmarks.pages",
    "peers": "benchmarks.peers",
}
"""Modules with a function `cases(quick) -> Sequence[Group]`, imported when their turn comes."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the named groups, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(GROUPS)}; or all")
    parser.add_argument("--quick", action="store_true", help="show that it runs; seconds")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--rounds", type=int, help="rounds of each group")
    arguments = parser.parse_args(argv)
    unknown = [name for name in arguments.names if name not in GROUPS]
    if unknown:
        parser.error(f"there is no '{unknown[0]}'; there are {', '.join(GROUPS)}")

    about = harness.machine()
    print(", ".join(f"{name} {value}" for name, value in about.items()), file=sys.stderr)
    results = []
    for name in arguments.names or GROUPS:
        for group in import_module(GROUPS[name]).cases(arguments.quick):
            print(f"measuring {name}: {group.name} ...", file=sys.stderr, flush=True)
            results.append(harness.measure(group, quick=arguments.quick, rounds=arguments.rounds))
    if arguments.json:
        print(json.dumps(harness.as_dict(results, about), indent=1))
    else:
        print("\n".join(harness.table(results)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
