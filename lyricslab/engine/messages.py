"""The messages that a job sends, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lyricslab.store.rows import PointRow, SampleRow, Status


@dataclass(frozen=True, slots=True)
class Started:
    """Training starts or resumes at this step; what was recorded after it is done again."""

    step: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curves, and the speed."""

    row: PointRow
    chars_per_s: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A few lines that the network wrote."""

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
    """Everything that is needed to resume, to the bit."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """The figures so far; a later result replaces an earlier one."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scores:
    """The best network's loss on each song of a split, for paired tests."""

    side: str
    """"train", "val" or "test"."""
    nats: tuple[float, ...]
    """Of each song, in the order of the corpus."""
    predictions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The job is over; only a fuller `Result` may follow."""

    status: Status
    """"done", "stopped" or "failed"."""
    error: str | None = None
    """Why it failed, as a sentence."""
    details: str | None = None
    """The traceback of an unexpected error."""


@dataclass(frozen=True, slots=True)
class Preempted:
    """The job ended early to make room; its last checkpoint was sent."""


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
