"""What The paper reads of sweeps and searches, cached for everybody who looks at them."""

from __future__ import annotations

from lyricslab.analysis.claims import Claim
from lyricslab.experiments.findings import Findings, search_findings
from lyricslab.experiments.sweep_claims import judge_sweep
from lyricslab.experiments.sweep_results import SweepTable, sweep_table
from lyricslab.report import export_report
from lyricslab.report.content import BaseTable, base_tables
from lyricslab.report.samples import Written
from lyricslab.store.cache import cached
from lyricslab.store.rows import SearchRow, SweepRow
from lyricslab.store.store import Store


def table(store: Store, sweep: SweepRow) -> SweepTable:
    """Return everything a sweep has found so far."""
    version = (sweep.state, store.revision(sweep.workspace_id))
    return cached(
        store,
        "sweep",
        sweep.id,
        lambda: sweep_table(store, sweep.id),
        version=version,
        limit=8,
    )


def findings(store: Store, search: SearchRow) -> Findings:
    """Return everything a search has found so far."""
    version = store.revision(search.workspace_id)
    return cached(
        store,
        "search",
        search.id,
        lambda: search_findings(store, search.id),
        version=version,
        limit=8,
    )


def tables(store: Store, sweep: SweepTable) -> tuple[BaseTable, ...]:
    """Return the tables of a sweep, one for each base."""
    return cached(
        store, "base tables", sweep.sweep_id, lambda: base_tables(sweep), version=_done(sweep)
    )


def claims(store: Store, sweep: SweepTable) -> tuple[Claim, ...]:
    """Return the paper's claims judged on a sweep."""
    return cached(
        store,
        "claims",
        sweep.sweep_id,
        lambda: judge_sweep(sweep),
        version=_done(sweep),
    )


def written(store: Store, sweep: SweepTable) -> Written:
    """Return what the networks of a sweep write; this takes a second or two the first time."""
    return cached(
        store,
        "written songs",
        sweep.sweep_id,
        lambda: export_report.write_all(store, sweep),
        version=_done(sweep),
    )


def _done(sweep: SweepTable) -> tuple[str, ...]:
    """Return the ids of the finished runs: everything but the progress depends on them alone."""
    return tuple(seed.run_id or "" for cell in sweep.cells for seed in cell.done)
