"""What the page reads of sweeps and searches, kept while it holds and shared by all who look."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from lyricslab.analysis.claims import Claim
from lyricslab.experiments import searches as searches
from lyricslab.experiments import sweeps
from lyricslab.experiments.findings import Findings
from lyricslab.experiments.sweep_results import SweepTable
from lyricslab.report import export_report
from lyricslab.report.content import BaseTable, base_tables
from lyricslab.report.samples import Written
from lyricslab.store.rows import SearchRow, SweepRow
from lyricslab.store.store import Store

T = TypeVar("T")


def table(store: Store, sweep: SweepRow) -> SweepTable:
    """All that a sweep has found; read once for each state of the store."""
    # The revision first: a change that comes in between is then read again, not missed.
    return _table(store, sweep.id, sweep.state, store.revision(sweep.workspace_id))


@lru_cache(maxsize=8)
def _table(store: Store, sweep_id: str, state: str, revision: int) -> SweepTable:
    return sweeps.table(store, sweep_id)


def findings(store: Store, search: SearchRow) -> Findings:
    """All that a search has found; read once for each state of the store."""
    return _findings(store, search.id, store.revision(search.workspace_id))


@lru_cache(maxsize=8)
def _findings(store: Store, search_id: str, revision: int) -> Findings:
    return searches.findings(store, search_id)


_latest: dict[tuple[Store, str, str], tuple[tuple[str, ...], Any]] = {}
"""What was last worked out of each sweep, with the runs that it stands on."""


def tables(store: Store, found: SweepTable) -> tuple[BaseTable, ...]:
    """The tables of a sweep; worked out once for each run that is done."""
    return _kept(store, found, "tables", lambda: base_tables(found))


def claims(store: Store, found: SweepTable) -> tuple[Claim, ...]:
    """The paper's claims judged on a sweep; worked out once for each run that is done."""
    return _kept(store, found, "claims", lambda: sweeps.claims(found))


def written(store: Store, found: SweepTable) -> Written:
    """What the networks of a sweep write; a second or two the first time."""
    return _kept(store, found, "written", lambda: export_report.write_all(store, found))


def _kept(store: Store, found: SweepTable, what: str, make: Callable[[], T]) -> T:
    key, done = (store, found.sweep_id, what), _done(found)
    if key not in _latest or _latest[key][0] != done:
        _latest[key] = (done, make())
    kept: T = _latest[key][1]
    return kept


def _done(found: SweepTable) -> tuple[str, ...]:
    """Which runs are done: what all but the progress depends on."""
    return tuple(seed.run_id or "" for cell in found.cells for seed in cell.done)
