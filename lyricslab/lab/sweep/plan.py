"""What a sweep tries: every choice of layers of some bases, and what they are measured against."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from lyricslab.config import Config, ModelConfig, Range, SplitConfig
from lyricslab.model.trainable import Trainable, nontrivial_subsets

KINDS = ("baseline", "zero-shot", "head", "subset", "all")
"""What a cell of the table is, in the table's order."""


SEARCHES = ("paper", "grid")
"""Where a baseline comes from: the paper's own search, trained as the paper trained; or our fixed
grid, which is stronger, so that no ratio flatters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBase(Config):
    """A base as it was when the sweep was planned."""

    name: str
    digest: str
    """Of its weights file."""
    lyrics: bool
    """Whether what it read is songs and verse."""
    model: ModelConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPlan(Config):
    """A sweep, complete: the same plan on the same songs is the same sweep."""

    corpus: str
    """The corpus's digest."""
    train_chars: int
    """Characters of the songs to learn from."""
    val_chars: int
    """Characters of the songs to check by."""
    longest_chars: int = 0
    """Of the longest song to learn from, for what it takes; 0 where that is not known."""
    bases: tuple[PlannedBase, ...]
    seeds: int = 3
    """How many seeds, 0 and up: the same for every cell."""
    preset: str = "paper"
    """The training settings, a key of `presets.PRESETS`."""
    split: SplitConfig = field(default_factory=SplitConfig)
    """One division of the songs for all."""
    only: tuple[str, ...] = ()
    """The choices of layers to try: "none", "0,2", "all", "zero-shot", "baseline"; empty is all."""

    RANGES = {"seeds": Range(1, 100)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One choice, trained once for each seed."""

    kind: str
    """One of KINDS."""
    base: str | None
    """The base's name; None for the baseline."""
    trainable: str
    """The layers that learn, as `Trainable` writes them: "0,2", "none", "all"."""
    search: str = ""
    """Where a baseline's network was sought: one of SEARCHES; empty for the rest."""

    @property
    def key(self) -> str:
        """Tells it from the others: "baseline grid", "songs zero-shot", "songs 0,2"."""
        if self.base is None:
            return f"{self.kind} {self.search}"
        return f"{self.base} {self.kind if self.kind == 'zero-shot' else self.trainable}"

    @property
    def choice(self) -> str:
        """The choice as `SweepPlan.only` writes it."""
        return self.kind if self.kind in ("baseline", "zero-shot") else self.trainable


@lru_cache(maxsize=32)  # asked for dozens of times in every round
def cells(plan: SweepPlan) -> tuple[Cell, ...]:
    """Every cell of a sweep, in the table's order: the baselines, then base by base."""
    searches = SEARCHES if plan.preset == "paper" else ("grid",)
    found = [Cell("baseline", None, "all", search) for search in searches]
    for base in plan.bases:
        stack = base.model.num_layers
        found += [Cell("zero-shot", base.name, "none"), Cell("head", base.name, "none")]
        subsets = sorted(nontrivial_subsets(stack), key=lambda t: (len(t.layers), t.layers))
        found += [Cell("subset", base.name, str(subset)) for subset in subsets]
        found.append(Cell("all", base.name, str(Trainable.parse("all", stack))))
    return tuple(cell for cell in found if not plan.only or cell.choice in plan.only)
