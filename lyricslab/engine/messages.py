"""What a job sends while it runs, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lyricslab.store.rows import PointRow, SampleRow, Status


@dataclass(frozen=True, slots=True)
class Started:
    """Training begins, or goes on, at this step; what was recorded beyond it is done again."""

    step: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curves, and how fast it goes."""

    row: PointRow
    chars_per_s: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A few lines the network wrote."""

    row: SampleRow


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened, in a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class BestCheckpoint:
    """The best network on validation so far, as a weights file."""

    data: bytes
    step: int
    epoch: float
    val: float
    seconds: float
    characters_seen: int


@dataclass(frozen=True, slots=True)
class LastCheckpoint:
    """All that is needed to go on later as if nothing had happened."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """The figures known so far; a later one takes the place of an earlier one."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scores:
    """What each song of a side costs the best network: what paired tests stand on."""

    side: str
    """"train", "val" or "test"."""
    nats: tuple[float, ...]
    """Of each song, in the corpus's order."""
    predictions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over; only a fuller `Result` may follow."""

    status: Status
    """"done", "stopped" or "failed"."""
    error: str | None = None
    """Why it failed, as a sentence."""
    details: str | None = None
    """The traceback of a fault that no sentence was written for."""


@dataclass(frozen=True, slots=True)
class Preempted:
    """It made room before its end; everything to go on with was sent."""


Message = (
    Started
    | Point
    | Sample
    | Note
    | BestCheckpoint
    | LastCheckpoint
    | Result
    | Scores
    | Ended
    | Preempted
)


Sink = Callable[[Message], None]
