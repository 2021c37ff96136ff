"""What a sweep or a search is to try, as the store keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lyricslab.config import Config, ModelConfig, Range, SplitConfig, TrainConfig


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

    @property
    def base_digests(self) -> dict[str, str]:
        """The digest of each base's weights, by the base's name."""
        return {base.name: base.digest for base in self.bases}


METHODS = ("zero-shot", "head", "layers", "matrices", "gates", "lora", "ulmfit")
"""Ways to choose what learns, in the table's order."""


RATES = (1.0, 3.0, 10.0)
"""Multiples of the preset's learning rate; the fewer numbers learn, the higher they like it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlan(Config):
    """A search, complete: the same plan on the same songs comes to the same."""

    corpus: str
    """The corpus's digest."""
    base: str
    """The base's name."""
    base_digest: str
    """Of its weights file."""
    model: ModelConfig
    """The base's size."""
    split: SplitConfig
    """One division of the songs for all."""
    train_chars: int
    """Characters of the songs to learn from."""
    val_chars: int
    """Characters of the songs to check by."""
    longest_chars: int
    """Of the longest song to learn from, for what it takes."""
    settings: TrainConfig
    """The preset's settings."""
    preset: str
    """The preset they came from."""
    budget: int
    """The most weights of the layers that a grown choice may let learn; the head is not counted."""
    seeds: int = 3
    """Seeds of every row of the table, 0 and up."""
    search_seeds: int = 1
    """Seeds by whose mean validation loss rates and the next part are chosen."""
    rates: tuple[float, ...] = RATES
    """Learning rates that each choice may have, as multiples of the preset's."""
    methods: tuple[str, ...] = METHODS
    """Which ways to try."""

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
        found = Config.issues(self)
        foreign = [method for method in self.methods if method not in METHODS]
        if foreign or not self.methods:
            said = ", ".join(foreign) or "None of them"
            found.append(f"{said} is no way to search; there are {', '.join(METHODS)}.")
        if self.search_seeds > self.seeds:
            found.append(
                f"A search chooses by some of its seeds: {self.search_seeds} of {self.seeds} "
                "cannot be. Give it more seeds, or choose by fewer."
            )
        if not self.rates or not all(0 < rate <= 1000 for rate in self.rates):
            found.append("Learning rates are multiples of the preset's, such as 1,3.")
        return found
