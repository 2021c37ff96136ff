"""Draws docs/writing.svg from what `python -m benchmarks writing --json` measured.

python -m benchmarks writing --json > writing.json && python -m benchmarks.plot writing.json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

PICTURE = Path(__file__).parent.parent / "docs" / "writing.svg"
OURS, PLAIN, LIMIT = "#1f5a7a", "#b5651d", "#777777"


def main() -> int:
    """Two panels: speed over the weights, with memory's limit, and over a song's length."""
    import matplotlib.pyplot as plt

    parser = argparse.ArgumentParser(prog="python -m benchmarks.plot", description=__doc__)
    parser.add_argument("measured", type=Path)
    parser.add_argument("--picture", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    groups = {g["name"]: g for g in json.loads(arguments.measured.read_text())["groups"]}
    plt.rcParams.update({"svg.hashsalt": "lyricslab", "svg.fonttype": "none", "font.size": 9})
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8))
    by_weights(left, groups)
    by_length(right, groups)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.grid(True, which="major", linewidth=0.4)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    left.set_ylabel("characters a second, one song")
    figure.tight_layout()
    figure.savefig(arguments.picture, metadata={"Date": None})
    return 0


def by_weights(axes: Any, groups: dict[str, Any]) -> None:
    """Cost is linear in weights: a slope of -1; and what reading them would allow."""
    cases = groups["writing by hidden size"]["cases"]
    sizes = {case["facts"]["hidden"]: case["facts"]["read_bytes"] / 1e6 for case in cases}
    spread(axes, [*sizes.values()], cases, "Lyrics Lab", OURS)
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
    spread(axes, [case["facts"]["chars"] for case in cases], cases, "Lyrics Lab, 3 x 64", OURS)
    plain = groups["writing 3 x 64"]["cases"][0]["rate"]["median"]
    axes.axhline(plain, color=PLAIN, label="plain torch loop")
    axes.set_xlabel("characters of a song")
    axes.set_ylim(bottom=plain / 2)


def spread(axes: Any, x: list[float], cases: list[Any], label: str, colour: str) -> None:
    """Medians as points, lowest to highest as bars."""
    rates = [case["rate"] for case in cases]
    ends = [[r["median"] - r["low"] for r in rates], [r["high"] - r["median"] for r in rates]]
    middle = [r["median"] for r in rates]
    axes.errorbar(x, middle, yerr=ends, fmt="o-", color=colour, label=label, markersize=4)


if __name__ == "__main__":
    sys.exit(main())
