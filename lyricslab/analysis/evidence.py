"""The networks of a sweep with their losses song by song, by what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from lyricslab.analysis.song_losses import SongLosses

Side = Literal["train", "val", "test"]
SIDES: tuple[Side, ...] = ("train", "val", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredNetwork:
    """A choice of layers of a base, or a network from scratch, trained once for each seed."""

    name: str
    """As a sentence calls it: "layers 0 and 2 of songs"."""
    base: str | None
    layers: tuple[int, ...]
    """Those that were trained; empty if only the head was, or nothing."""
    kind: str
    """"baseline", "zero-shot", "head", "subset" or "all"."""
    seeds: tuple[dict[Side, SongLosses], ...]
    """Losses song by song, one entry a seed; the same songs in the same order in all networks."""

    def losses(self, side: Side) -> list[SongLosses]:
        """Return its losses on one split, one entry a seed."""
        return [seed[side] for seed in self.seeds]

    def mean(self, side: Side) -> float:
        """Return nats/char, the mean over the seeds."""
        return sum(losses.nats_per_char for losses in self.losses(side)) / len(self.seeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredBase:
    """A base, and the learning rates that were tried on it."""

    name: str
    title: str
    """As a sentence calls it."""
    lyrics: bool
    """Whether it read songs and verse."""
    rates: dict[float, SongLosses] = field(default_factory=dict)
    """Validation losses of one seed by learning rate."""


class Evidence:
    """The networks by what they are."""

    def __init__(self, networks: Sequence[ScoredNetwork], bases: Sequence[ScoredBase]) -> None:
        self.networks, self.bases = [n for n in networks if n.seeds], list(bases)

    def of(self, base: ScoredBase | None, *kinds: str) -> list[ScoredNetwork]:
        """Return the networks of a base, or those without one, of some kinds."""
        name = None if base is None else base.name
        return [n for n in self.networks if n.base == name and n.kind in kinds]

    def best(self, networks: Sequence[ScoredNetwork]) -> ScoredNetwork | None:
        """Return the one with the lowest mean loss on validation."""
        return min(networks, key=lambda n: n.mean("val"), default=None)

    @property
    def baseline(self) -> ScoredNetwork | None:
        """The best network from scratch."""
        return self.best(self.of(None, "baseline"))

    def tuned(self, *bases: ScoredBase) -> ScoredNetwork | None:
        """Return the best choice of layers of some bases, as the paper has them: some, not all."""
        return self.best([n for base in bases for n in self.of(base, "subset")])


def together(networks: Sequence[ScoredNetwork], side: Side) -> list[SongLosses]:
    """Return the mean of several networks, song by song, for each seed that all of them have."""
    each = [network.losses(side) for network in networks]
    return [
        SongLosses(sum(one.nats for one in seed) / len(seed), seed[0].predictions)
        for seed in zip(*each, strict=False)
    ]
