"""What a sweep tries: every choice of layers of some bases, and what they are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lyricslab.model.trainable import Trainable, nontrivial_subsets
from lyricslab.store.plans import SweepPlan

KINDS = ("baseline", "zero-shot", "head", "subset", "all")
"""What a cell of the table is, in the table's order."""


BASELINE_GRIDS = ("paper", "grid")
"""Where a baseline comes from: the paper's own search, trained as the paper trained; or our fixed
grid, which is stronger, so that no ratio flatters."""


@dataclass(frozen=True, slots=True)
class SweepCell:
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
def cells(plan: SweepPlan) -> tuple[SweepCell, ...]:
    """Every cell of a sweep, in the table's order: the baselines, then base by base."""
    searches = BASELINE_GRIDS if plan.preset == "paper" else ("grid",)
    found = [SweepCell("baseline", None, "all", search) for search in searches]
    for base in plan.bases:
        stack = base.model.num_layers
        found += [SweepCell("zero-shot", base.name, "none"), SweepCell("head", base.name, "none")]
        subsets = sorted(nontrivial_subsets(stack), key=lambda t: (len(t.layers), t.layers))
        found += [SweepCell("subset", base.name, str(subset)) for subset in subsets]
        found.append(SweepCell("all", base.name, str(Trainable.parse("all", stack))))
    return tuple(cell for cell in found if not plan.only or cell.choice in plan.only)
