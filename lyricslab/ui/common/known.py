"""What the pages read of the store again and again, kept for as long as it holds.

Shared by all sessions: where thirty people watch a run, one of them has its points read. All of it
is frozen, so that nobody's page can change another's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lyricslab.library.baselines import baselines_by_run
from lyricslab.store.rows import CurveVersion, PointRow, RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common.captions import read_curve

SPARK_POINTS = 33
"""So many looks at the validation songs make the small curve of a table."""


@dataclass(frozen=True, eq=False)
class Listing:
    """The runs of a workspace as they were at a revision of the store."""

    rows: tuple[RunRow, ...]
    """The newest first."""
    baseline_by_run: Mapping[str, RunRow]
    """What each run is measured against, by the run's id."""

    @cached_property
    def by_id(self) -> dict[str, RunRow]:
        """The runs by their ids, in order."""
        return {run.id: run for run in self.rows}

    @cached_property
    def active(self) -> bool:
        """Whether anything is still to come."""
        return any(run.unfinished for run in self.rows)

    @cached_property
    def corpora(self) -> dict[str, str]:
        """The names of their corpora by id, the last used first."""
        return {run.corpus_id: run.corpus_name for run in self.rows}

    def only(self, rows: Sequence[RunRow]) -> Listing:
        """Some of the runs."""
        return Listing(tuple(rows), self.baseline_by_run)


def listing(store: Store, workspace_id: str) -> Listing:
    """The runs of a workspace; read once for each revision of the store."""
    # The revision first: a change that comes in between is then read again, not missed.
    return _listing(store, workspace_id, store.revision(workspace_id))


@lru_cache(maxsize=8)
def _listing(store: Store, workspace_id: str, revision: int) -> Listing:
    rows = tuple(store.runs(workspace_id=workspace_id))
    return Listing(rows, baselines_by_run(store, rows))


@lru_cache(maxsize=8)
def on_corpus(everything: Listing, corpus_id: str) -> Listing:
    """The runs on one corpus; on all for ""."""
    return everything.only([r for r in everything.rows if corpus_id in ("", r.corpus_id)])


def own(everything: Listing, also: Sequence[str] = ()) -> Listing:
    """Without the many runs of sweeps and searches, but for these ids; all where there is no other.

    A few hundred that nobody asked for one by one would hide the few that somebody did.
    """
    swept = {run.id for run in everything.rows if run.made_for}
    if len(swept) in (0, len(everything.rows)):
        return everything
    return _own(everything, tuple(run_id for run_id in also if run_id in swept))


@lru_cache(maxsize=8)  # the same for all whose ticks are on runs of their own
def _own(everything: Listing, also: tuple[str, ...]) -> Listing:
    return everything.only([r for r in everything.rows if not r.made_for or r.id in also])


@lru_cache(maxsize=8)
def newest(everything: Listing, most: int, also: tuple[str, ...]) -> Listing:
    """The newest runs, and those of these ids wherever they stand."""
    older = [run for run in everything.rows[most:] if run.id in also]
    return everything.only([*everything.rows[:most], *older])


def points_of(store: Store, run: RunRow) -> Sequence[PointRow]:
    """A run's points, thinned for a chart; read once for each state of its curves."""
    return _points(store, run.curve_version)


@lru_cache(maxsize=64)
def _points(store: Store, moment: CurveVersion) -> tuple[PointRow, ...]:
    return tuple(store.points(moment[0], 400))


def reading_of(store: Store, run: RunRow) -> str:
    """A run's curves in words."""
    return _reading(store, run)


@lru_cache(maxsize=64)
def _reading(store: Store, run: RunRow) -> str:
    return read_curve(run, _points(store, run.curve_version))


_small: dict[tuple[Store, str], tuple[CurveVersion, Sequence[float]]] = {}
"""The latest small curve of each run, and the state that it shows."""


def small_curves(store: Store, rows: Sequence[RunRow]) -> dict[str, Sequence[float]]:
    """A few validation losses of each run, in order of step, by the run's id."""
    seen = {run.id: _small.get((store, run.id)) for run in rows}
    stale = [run for run in rows if (kept := seen[run.id]) is None or kept[0] != run.curve_version]
    if stale:
        found = store.looks([run.id for run in stale], SPARK_POINTS)
        for run in stale:
            _small[store, run.id] = (run.curve_version, tuple(found.get(run.id, ())))
    return {run.id: _small[store, run.id][1] for run in rows}
