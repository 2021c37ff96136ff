"""What a search comes to: its table and what is held against what; one's own, or ours."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lyricslab import files
from lyricslab.experiments.search_results import SearchResult, best, pareto

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far the test loss of one row lies above that of another; below 0 favours `a`."""

    a: str
    b: str
    """The rows' names."""
    effect: float
    """nats/char."""
    low: float
    high: float
    """The 95 % interval (bootstrap)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a search has found so far."""

    corpus: str
    """The corpus's name."""
    base: str
    preset: str
    budget: int
    """The most weights of the layers that a grown choice may let learn."""
    seeds: int
    rows: tuple[SearchResult, ...]
    comparisons: tuple[Comparison, ...]
    """The best grown choice against the best whole layers, against the best of no more numbers,
    and against ULMFiT; ULMFiT and the best small change against the best whole layers. Which is
    best of its kind, validation says."""

    def to_dict(self) -> dict[str, Any]:
        """All of it under the names of `--json`."""
        chosen = best(self.rows)
        return {
            "corpus": self.corpus,
            "base": self.base,
            "preset": self.preset,
            "budget": self.budget,
            "seeds": self.seeds,
            "rows": [row.to_dict() for row in self.rows],
            "pareto": [row.to_dict() for row in pareto(self.rows)],
            "best": None if chosen is None else chosen.to_dict(),
            "comparisons": [asdict(found) for found in self.comparisons],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Findings:
        """What `to_dict` wrote."""
        return cls(
            corpus=values["corpus"],
            base=values["base"],
            preset=values["preset"],
            budget=values["budget"],
            seeds=values["seeds"],
            rows=tuple(map(SearchResult.from_dict, values["rows"])),
            comparisons=tuple(Comparison(**found) for found in values["comparisons"]),
        )


def ours() -> Findings | None:
    """What we found, as it ships in assets/findings; None, and a line in the log, where that is
    missing or damaged."""
    path = files.ASSETS / "findings" / "search.json"
    try:
        return Findings.from_dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("What we found is not shown: %s cannot be read: %s", path.name, error)
        return None
