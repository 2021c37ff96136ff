"""Plan a sweep: every choice of layers of some bases, and the baselines to compare them with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lyricslab.config import SplitConfig
from lyricslab.errors import ConfigError
from lyricslab.library.bases import base_digest, load_base_card
from lyricslab.library.corpora import load_corpus
from lyricslab.model.trainable import Trainable, nontrivial_subsets
from lyricslab.songs.split import split
from lyricslab.store.plans import PlannedBase, SweepPlan
from lyricslab.store.store import Store

KINDS = ("baseline", "zero-shot", "head", "subset", "all")
"""The kinds of cells, in the table's order."""

BASELINE_GRIDS = ("paper", "grid")
"""How a baseline's network is every: by the paper's own search, trained as the paper trained, or
in our fixed grid, which is stronger, so that no ratio flatters."""


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
    """How a baseline's network is every: one of BASELINE_GRIDS; empty for other cells."""

    @property
    def key(self) -> str:
        """The cell's unique name: "baseline grid", "songs zero-shot", "songs 0,2"."""
        if self.base is None:
            return f"{self.kind} {self.search}"
        return f"{self.base} {self.kind if self.kind == 'zero-shot' else self.trainable}"

    @property
    def choice(self) -> str:
        """The choice as `SweepPlan.only` writes it."""
        return self.kind if self.kind in ("baseline", "zero-shot") else self.trainable


@lru_cache(maxsize=32)  # needed dozens of times in every round
def cells(plan: SweepPlan) -> tuple[SweepCell, ...]:
    """Return every cell of a sweep in the table's order: the baselines, then base by base."""
    grids = BASELINE_GRIDS if plan.preset == "paper" else ("grid",)
    every = [SweepCell("baseline", None, "all", grid) for grid in grids]
    for base in plan.bases:
        stack = base.model.num_layers
        every += [SweepCell("zero-shot", base.name, "none"), SweepCell("head", base.name, "none")]
        subsets = sorted(nontrivial_subsets(stack), key=lambda t: (len(t.layers), t.layers))
        every += [SweepCell("subset", base.name, str(subset)) for subset in subsets]
        every.append(SweepCell("all", base.name, str(Trainable.parse("all", stack))))
    return tuple(cell for cell in every if not plan.only or cell.choice in plan.only)


def plan_sweep(
    store: Store,
    corpus_id: str,
    bases: Sequence[str],
    *,
    seeds: int = 3,
    preset: str = "paper",
    split_config: SplitConfig,
    only: Sequence[str] = (),
) -> SweepPlan:
    """Return the plan of a sweep after checking that everything it needs is there.

    Args:
        only: choices of layers as in `SweepPlan.only`, in any order and spelling.

    Raises:
        NotFoundError: if there is no such corpus or base.
        ConfigError: if no base is given, or one is named twice, or a number is out of range.
        TrainableError: if no base has the layers of a choice.
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    if not bases:
        raise ConfigError(["A sweep needs at least one base to begin with."])
    if len(set(bases)) < len(bases):
        raise ConfigError(["A base is named twice."])
    planned = tuple(_planned(store, name) for name in bases)
    corpus = load_corpus(store, corpus_id)
    parts = split(corpus, split_config)
    return SweepPlan(
        corpus=corpus.digest,
        train_chars=sum(len(song.framed) for song in parts.train),
        val_chars=sum(len(song.framed) for song in parts.val),
        longest_chars=max(len(song.framed) for song in parts.train),
        bases=planned,
        seeds=seeds,
        preset=preset,
        split=split_config,
        only=_normalised(only, planned),
    )


def _planned(store: Store, name: str) -> PlannedBase:
    card = load_base_card(store.home, name)
    digest = base_digest(store.home, name) or name
    return PlannedBase(name=name, digest=digest, lyrics=card.lyrics, model=card.model)


def _normalised(choices: Sequence[str], bases: Iterable[PlannedBase]) -> tuple[str, ...]:
    """Return the choices in one spelling and order, so that equal requests are the same sweep."""
    layerless = {"baseline", "zero-shot"} & set(choices)
    depths = {base.model.num_layers for base in bases}
    parsed = {
        str(Trainable.parse(choice, depth))
        for choice in choices
        if choice not in layerless
        for depth in depths
    }
    return tuple(sorted(layerless | parsed))
