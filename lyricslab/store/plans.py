"""The plans of sweeps and searches, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field

from lyricslab.config import ModelConfig, SplitConfig, TrainConfig
from lyricslab.config_base import Config, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBase(Config):
    """A base as it was when a sweep was planned."""

    name: str
    digest: str
    """Of its weights file."""
    lyrics: bool
    """Whether it read songs and verse."""
    model: ModelConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPlan(Config):
    """Everything about a sweep: the same plan on the same songs is the same sweep."""

    corpus: str
    """The corpus's digest."""
    train_chars: int
    """Characters of the songs to learn from."""
    val_chars: int
    """Characters of the songs to check by."""
    longest_chars: int = 0
    """Of the longest song to learn from, for the time estimate; 0 if unknown."""
    bases: tuple[PlannedBase, ...]
    seeds: int = 3
    """How many seeds, from 0 up: the same for every cell."""
    preset: str = "paper"
    """The training settings, a key of `presets.PRESETS`."""
    split: SplitConfig = field(default_factory=SplitConfig)
    """How the songs are divided, for all runs."""
    only: tuple[str, ...] = ()
    """The choices of layers to try: "none", "0,2", "all", "zero-shot", "baseline"; empty: all."""

    RANGES = {"seeds": Range(1, 100)}

    @property
    def base_digests(self) -> dict[str, str]:
        """The digest of each base's weights, by the base's name."""
        return {base.name: base.digest for base in self.bases}


METHODS = ("zero-shot", "head", "layers", "matrices", "gates", "lora", "ulmfit")
"""Ways to choose what is trained, in the table's order."""

RATES = (1.0, 3.0, 10.0)
"""Multiples of the preset's learning rate; fewer trained parameters take a higher rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlan(Config):
    """Everything about a search: the same plan on the same songs gives the same results."""

    corpus: str
    """The corpus's digest."""
    base: str
    """The base's name."""
    base_digest: str
    """Of its weights file."""
    model: ModelConfig
    """The base's size."""
    split: SplitConfig
    """How the songs are divided, for all runs."""
    train_chars: int
    """Characters of the songs to learn from."""
    val_chars: int
    """Characters of the songs to check by."""
    longest_chars: int
    """Of the longest song to learn from, for the time estimate."""
    settings: TrainConfig
    """The preset's settings."""
    preset: str
    """The name of the preset."""
    budget: int
    """The most weights of the layers that forward selection may train; the head is not counted."""
    seeds: int = 3
    """How many seeds each row of the table has, from 0 up."""
    search_seeds: int = 1
    """How many seeds choose rates and parts by their mean validation loss."""
    rates: tuple[float, ...] = RATES
    """Learning rates to try for each choice, as multiples of the preset's."""
    methods: tuple[str, ...] = METHODS
    """Which of METHODS to try."""

    JSON_NAMES = {"settings": "train"}
    RANGES = {
        "budget": Range(1, 1_000_000_000),
        "seeds": Range(1, 100),
        "search_seeds": Range(1, 100),
    }

    @property
    def base_digests(self) -> dict[str, str]:
        """The digest of the base's weights, by the base's name."""
        return {self.base: self.base_digest}

    def issues(self) -> list[str]:
        issues = Config.issues(self)
        unknown = [method for method in self.methods if method not in METHODS]
        if unknown or not self.methods:
            names = ", ".join(unknown) or "None of them"
            issues.append(f"{names} is no way to search; there are {', '.join(METHODS)}.")
        if self.search_seeds > self.seeds:
            issues.append(
                f"A search chooses by some of its seeds: {self.search_seeds} of {self.seeds} "
                "cannot be. Give it more seeds, or choose by fewer."
            )
        if not self.rates or not all(0 < rate <= 1000 for rate in self.rates):
            issues.append("Learning rates are multiples of the preset's, such as 1,3.")
        return issues
