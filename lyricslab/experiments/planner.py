"""What the engine needs to know of a kind of experiment: which runs to start next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lyricslab.config import RunConfig, TrainConfig

ZERO_SHOT = TrainConfig(max_steps=0)
"""Settings that train nothing: the base is evaluated as it is."""


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run that an experiment needs and has not started."""

    config: RunConfig
    """Its base has the name that the plan gives it."""
    notes: tuple[str, ...] = ()
    """What tells it from others, in a few words each: its name ends with them."""
    part: str | None = None
    """What the run is for: a cell or a trial of a sweep. None: the run's fingerprint names it."""


class Planner(Protocol):
    """Decides from an experiment's plan and its runs so far what to run next.

    It is made again for every decision and knows no store.
    """

    waiting_per_worker: int | None
    """How many runs may wait or train for each worker; None for as many as are pending."""
    retries_failed: bool
    """Whether resuming starts failed runs again, asked or not."""

    def pending(self) -> Sequence[PlannedRun]:
        """Return the runs that can be started now, the most urgent first."""

    def remaining_s(self) -> list[float]:
        """Return the seconds of one core for each run that is still to be started, as a guess."""

    def run_s(self, config: RunConfig) -> float:
        """Return about how many seconds of one core a run takes."""
