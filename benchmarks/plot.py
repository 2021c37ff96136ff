"""Draw docs/writing.svg and docs/training.svg from what was measured.

python -m benchmarks writing --json > writing.json && python -m benchmarks.plot writing writing.json
python -m benchmarks training sweep --json > t.json && python -m benchmarks.plot training t.json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from lyricslab.training.frozen_features import MAX_BYTES

DOCS = Path(__file__).parent.parent / "docs"
LEASE_HELD, PLAIN, LIMIT = "#1f5a7a", "#b5651d", "#777777"


def main() -> int:
    """One of the pictures, its panels side by side, both axes logarithmic."""
    import matplotlib.pyplot as plt

    parser = argparse.ArgumentParser(prog="python -m benchmarks.plot", description=__doc__)
    parser.add_argument("picture", choices=PICTURES)
    parser.add_argument("measured", type=Path)
    arguments = parser.parse_args()
    groups = {g["name"]: g for g in json.loads(arguments.measured.read_text())["groups"]}
    plt.rcParams.update({"svg.hashsalt": "lyricslab", "svg.fonttype": "none", "font.size": 9})
    unit, panels = PICTURES[arguments.picture]
    figure, places = plt.subplots(1, len(panels), figsize=(9.5, 3.8))
    for axes, panel in zip(places, panels, strict=True):
        axes.set_xscale("log")
        axes.set_yscale("log")
        panel(axes, groups)
        axes.grid(True, which="major", linewidth=0.4)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    places[0].set_ylabel(unit)
    figure.tight_layout()
    figure.savefig(DOCS / f"{arguments.picture}.svg", metadata={"Date": None})
    return 0


def by_weights(axes: Any, groups: dict[str, Any]) -> None:
    """Cost is linear in weights: a slope of -1; and what reading them would allow."""
    cases = groups["writing by hidden size"]["cases"]
    sizes = {case["facts"]["hidden"]: case["facts"]["read_bytes"] / 1e6 for case in cases}
    spread(axes, [*sizes.values()], cases, "Lyrics Lab", LEASE_HELD)
    memory = next(g for name, g in groups.items() if name.startswith("memory"))
    limit = next(c for c in memory["cases"] if c["name"] == memory["reference"])["rate"]["median"]
    speeds = [limit / (size * 1e6) for size in sizes.values()]
    axes.plot([*sizes.values()], speeds, "--", color=LIMIT, label="reading the weights from memory")
    plain = {
        hidden: group["cases"][0]
        for hidden in sizes
        if (group := groups.get(f"writing 3 x {hidden}"))
    }
    spread(axes, [sizes[hidden] for hidden in plain], [*plain.values()], "plain torch loop", PLAIN)
    for hidden, size in sizes.items():
        if hidden in (16, 64, 256, 512):
            rate = next(c for c in cases if c["facts"]["hidden"] == hidden)["rate"]["median"]
            axes.annotate(f"3 x {hidden}", (size, rate), (4, 5), textcoords="offset points")
    axes.set_xlabel("weights a character needs, MB")


def by_length(axes: Any, groups: dict[str, Any]) -> None:
    """Cost a character does not depend on how long the song is: level."""
    cases = groups["writing by length"]["cases"]
    spread(
        axes, [case["facts"]["chars"] for case in cases], cases, "Lyrics Lab, 3 x 64", LEASE_HELD
    )
    plain = groups["writing 3 x 64"]["cases"][0]["rate"]["median"]
    axes.axhline(plain, color=PLAIN, label="plain torch loop")
    axes.set_xlabel("characters of a song")
    axes.set_ylim(bottom=plain / 2)


def by_corpus(axes: Any, groups: dict[str, Any]) -> None:
    """A character costs the same in a corpus of any size, as long as readings can be kept."""
    group = named(groups, "size of the corpus")
    sizes = [case["facts"]["kb"] / 1000 for case in group["cases"]]
    spread(axes, sizes, group["cases"], "3 x 64, layer 2 learns", LEASE_HELD)
    most = MAX_BYTES / (4 * 64) / 1e6
    axes.axvline(most, linestyle="--", color=LIMIT, label="kept in memory up to here")
    axes.set_xlabel("million characters of the corpus")
    room(axes, sizes, group["cases"])


def by_size(axes: Any, groups: dict[str, Any]) -> None:
    """Cost grows with the weights, once these outweigh what a step costs in itself."""
    cases = named(groups, "size of the network")["cases"]
    sizes = [case["facts"]["hidden"] for case in cases]
    spread(axes, sizes, cases, "layer 2 learns", LEASE_HELD)
    top, most = cases[-1]["rate"]["median"], sizes[-1]
    limit = [top * (most / size) ** 2 for size in sizes]
    axes.plot(sizes, limit, "--", color=LIMIT, label="linear in the weights")
    axes.set_xlabel("units a layer")
    room(axes, sizes, cases)


def by_runs(axes: Any, groups: dict[str, Any]) -> None:
    """Two workers: from two runs on all of them together go twice as fast, and no faster."""
    cases = named(groups, "runs in a sweep")["cases"]
    counts = [case["facts"]["runs"] for case in cases]
    spread(axes, counts, cases, "all runs together, 3 x 64", LEASE_HELD)
    alone = cases[0]["rate"]["median"]
    axes.axhline(2 * alone, linestyle="--", color=LIMIT, label="twice one run")
    axes.set_xlabel("runs of a sweep")
    room(axes, counts, cases)


def named(groups: dict[str, Any], start: str) -> Any:
    """The group whose name begins so."""
    return next(group for name, group in groups.items() if name.startswith(start))


def room(axes: Any, x: list[float], cases: list[Any]) -> None:
    """Add a margin above and below, and put the measured values on the axis."""
    axes.set_ylim(
        min(case["rate"]["low"] for case in cases) / 2,
        max(case["rate"]["high"] for case in cases) * 3,
    )
    axes.set_xticks(x, labels=[f"{value:g}" for value in x])
    axes.set_xticks([], minor=True)


def spread(axes: Any, x: list[float], cases: list[Any], label: str, colour: str) -> None:
    """Medians as points, lowest to highest as bars."""
    rates = [case["rate"] for case in cases]
    ends = [[r["median"] - r["low"] for r in rates], [r["high"] - r["median"] for r in rates]]
    middle = [r["median"] for r in rates]
    axes.errorbar(x, middle, yerr=ends, fmt="o-", color=colour, label=label, markersize=4)


PICTURES = {
    "writing": ("characters a second, one song", (by_weights, by_length)),
    "training": ("characters learned from a second", (by_corpus, by_size, by_runs)),
}

if __name__ == "__main__":
    sys.exit(main())
