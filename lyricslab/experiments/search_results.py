"""The rows of a search, one for each choice, and which of them are worth their weights."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lyricslab.model.layer_words import layers_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """One choice, trained once for each seed. Losses are nats/char."""

    method: str
    """One of METHODS."""
    train: str
    """What is trained, as `Trainable` writes it."""
    lora_rank: int = 0
    learning_rate: float
    """Chosen by validation."""
    trained_parameters: int
    """How many parameters are trained, the head's included; 0 for the base as it is."""
    seeds: int
    """How many seeds are planned."""
    runs: tuple[str, ...]
    """The ids of the finished runs, in order of seed; the losses are in the same order."""
    val: tuple[float, ...]
    test: tuple[float, ...]

    @property
    def name(self) -> str:
        """The row's name: "layers 0 and 2", "rank 4"."""
        names = {
            "zero-shot": "base as it is",
            "lora": f"rank {self.lora_rank}",
            "ulmfit": "ULMFiT",
        }
        return names.get(self.method) or layers_in_words(self.train, limit=None)

    @property
    def complete(self) -> bool:
        """Whether every seed is done."""
        return len(self.runs) == self.seeds

    @property
    def val_mean(self) -> float:
        """The mean validation loss over the finished seeds."""
        return statistics.fmean(self.val)

    @property
    def test_mean(self) -> float:
        """The mean test loss over the finished seeds."""
        return statistics.fmean(self.test)

    @property
    def test_sd(self) -> float:
        """The standard deviation of the test losses over the seeds; 0 for one."""
        return statistics.stdev(self.test) if len(self.test) > 1 else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the row under the names of `--json`."""
        return {
            "kind": self.method,
            "name": self.name,
            "train": self.train,
            "lora_rank": self.lora_rank,
            "learning_rate": self.learning_rate,
            "trained_parameters": self.trained_parameters,
            "seeds": self.seeds,
            "val_mean": self.val_mean,
            "val_sd": statistics.stdev(self.val) if len(self.val) > 1 else 0.0,
            "mean": self.test_mean,
            "sd": self.test_sd,
            "val_nats_per_char": list(self.val),
            "test_nats_per_char": list(self.test),
            "runs": list(self.runs),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SearchResult:
        """Read a row that `to_dict` wrote."""
        return cls(
            method=values["kind"],
            train=values["train"],
            lora_rank=values["lora_rank"],
            learning_rate=values["learning_rate"],
            trained_parameters=values["trained_parameters"],
            seeds=values["seeds"],
            runs=tuple(values["runs"]),
            val=tuple(values["val_nats_per_char"]),
            test=tuple(values["test_nats_per_char"]),
        )


def pareto(rows: Iterable[SearchResult]) -> tuple[SearchResult, ...]:
    """Return the Pareto front: no other row has fewer trained parameters and a lower loss.

    Chosen by validation, never by test. From the fewest parameters to the most.
    """
    front: list[SearchResult] = []
    for row in sorted(rows, key=lambda row: (row.trained_parameters, row.val_mean)):
        if not front or row.val_mean < front[-1].val_mean:
            front.append(row)
    return tuple(front)


def front(rows: Iterable[SearchResult]) -> tuple[SearchResult, ...]:
    """Return the Pareto front of the trained rows, without the base as it is."""
    return pareto(row for row in rows if row.trained_parameters)


def best(
    rows: Iterable[SearchResult], *methods: str, most: int | None = None
) -> SearchResult | None:
    """Return the row with the lowest validation loss of some methods, or of all.

    Args:
        most: the most trained parameters.
    """
    of = [row for row in rows if not methods or row.method in methods]
    fitting = [row for row in of if most is None or row.trained_parameters <= most]
    return min(fitting, key=lambda row: row.val_mean, default=None)
