"""What the page reads of a sweep, kept for as long as it holds and shared by all who look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lyricslab.insight.claims import Claim
from lyricslab.lab.report import whole
from lyricslab.lab.report.content import BaseTable, base_tables
from lyricslab.lab.report.samples import Written
from lyricslab.lab.rows import SweepRow
from lyricslab.lab.store import Store
from lyricslab.lab.sweep import service
from lyricslab.lab.sweep.table import SweepStatus, SweepTable


@dataclass(frozen=True, eq=False)
class Findings:
    """A sweep's table and what follows from it."""

    tables: tuple[BaseTable, ...]
    claims: tuple[Claim, ...]


def status(store: Store, sweep: SweepRow) -> SweepStatus:
    """How far a sweep is; worked out once for each state of the store."""
    # The revision first: a change that comes in between is then read again, not missed.
    return _status(store, sweep.id, sweep.state, store.revision(sweep.workspace_id))


@lru_cache(maxsize=16)
def _status(store: Store, sweep_id: str, state: str, revision: int) -> SweepStatus:
    return service.status(store, sweep_id)


def table(store: Store, sweep: SweepRow) -> SweepTable:
    """All that a sweep has found; read once for each state of the store."""
    return _table(store, sweep.id, sweep.state, store.revision(sweep.workspace_id))


@lru_cache(maxsize=8)
def _table(store: Store, sweep_id: str, state: str, revision: int) -> SweepTable:
    return service.table(store, sweep_id)


_findings: dict[tuple[Store, str], tuple[tuple[str, ...], Findings]] = {}
_written: dict[tuple[Store, str], tuple[tuple[str, ...], Written]] = {}
"""The latest of each sweep, with the runs that it stands on."""


def findings(store: Store, found: SweepTable) -> Findings:
    """What a sweep says; worked out once for each run that is done."""
    key, done = (store, found.sweep_id), _done(found)
    if key not in _findings or _findings[key][0] != done:
        _findings[key] = (done, Findings(base_tables(found), service.claims(found)))
    return _findings[key][1]


def written(store: Store, found: SweepTable) -> Written:
    """What the networks of a sweep write; a second or two the first time."""
    key, done = (store, found.sweep_id), _done(found)
    if key not in _written or _written[key][0] != done:
        _written[key] = (done, whole.write_all(store, found))
    return _written[key][1]


def _done(found: SweepTable) -> tuple[str, ...]:
    """Which runs are done: what all but the progress depends on."""
    return tuple(seed.run_id or "" for cell in found.cells for seed in cell.done)
