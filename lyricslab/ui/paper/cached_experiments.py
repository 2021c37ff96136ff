"""What The paper reads of sweeps and searches, cached for everybody who looks at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lyricslab import files
from lyricslab.analysis.claims import Claim
from lyricslab.experiments.findings import Findings, search_findings
from lyricslab.experiments.shipped_experiments import shipped_experiments
from lyricslab.experiments.sweep_claims import judge_sweep
from lyricslab.experiments.sweep_results import CellResult, SweepTable, sweep_table
from lyricslab.report import export_report, sweep_record
from lyricslab.report.content import BaseTable, base_tables
from lyricslab.report.samples import Written
from lyricslab.report.sweep_record import Looks, SweepRecord
from lyricslab.store.cache import cached
from lyricslab.store.rows import SearchRow, SweepRow
from lyricslab.store.store import Store


@dataclass(frozen=True, slots=True)
class ShownSweep:
    """A sweep on the page: one in the store, or one of ours that ships."""

    table: SweepTable
    row: SweepRow | None = None
    record: SweepRecord | None = None
    """Of one that ships."""


def shipped(store: Store) -> Mapping[str, SweepRecord]:
    """Return our own sweeps that ship, by their names."""
    folder = files.ASSETS / "experiments"
    version = folder.stat().st_mtime_ns if folder.exists() else 0
    return cached(
        store,
        "shipped sweeps",
        str(folder),
        lambda: shipped_experiments("sweep", SweepRecord.from_dict),
        version=version,
    )


def shown_sweep(store: Store, row: SweepRow) -> ShownSweep:
    """Return everything a sweep in the store has found so far."""
    version = (row, store.revision(row.workspace_id))
    table = cached(
        store, "sweep", row.id, lambda: sweep_table(store, row.id), version=version, limit=8
    )
    return ShownSweep(table, row)


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
    version = (_done(sweep), tuple(sweep.titles.items()))
    return cached(store, "base tables", sweep.sweep_id, lambda: base_tables(sweep), version=version)


def claims(store: Store, sweep: SweepTable) -> tuple[Claim, ...]:
    """Return the paper's claims judged on a sweep."""
    version = (_done(sweep), tuple(sweep.titles.items()))
    return cached(store, "claims", sweep.sweep_id, lambda: judge_sweep(sweep), version=version)


def written(store: Store, sweep: ShownSweep) -> Written:
    """Return what the networks of a sweep write; this takes a second or two the first time."""
    if sweep.record is not None:
        return sweep.record.written
    table = sweep.table
    return cached(
        store,
        "written songs",
        table.sweep_id,
        lambda: export_report.write_all(store, table),
        version=_done(table),
    )


def song(store: Store, sweep: ShownSweep, cell: CellResult) -> str:
    """Return what the best network of a cell writes.

    Raises:
        CheckpointError: if its file is missing.
    """
    if sweep.record is not None:
        return sweep.record.songs.get(cell.cell.key, "")
    best = cell.best_seed.run_id
    return cached(store, "song", best, lambda: sweep_record.song_of(store, cell), version=best)


def curves(store: Store, sweep: ShownSweep, cell: CellResult) -> dict[int, Looks]:
    """Return the validation curves of a cell's finished runs, by seed."""
    if sweep.record is not None:
        of = sweep.record.curves
        return {seed.seed: of.get(seed.run_id or "", ()) for seed in cell.done}
    return {seed.seed: _curve(store, seed.run_id or "") for seed in cell.done}


def _curve(store: Store, run_id: str) -> Looks:
    return cached(
        store,
        "curve of a cell",
        run_id,
        lambda: sweep_record.thinned(store.points(run_id, 4 * sweep_record.CURVE_POINTS)),
        version=run_id,
    )


def report(store: Store, sweep: ShownSweep, file_name: str) -> bytes:
    """Return the file of this name with what a sweep has found so far."""
    return export_report.of_sweep(sweep.table, file_name, lambda: written(store, sweep))


def _done(sweep: SweepTable) -> Sequence[str]:
    """Return the ids of the finished runs: everything but the progress depends on them alone."""
    return tuple(seed.run_id or "" for cell in sweep.cells for seed in cell.done)
