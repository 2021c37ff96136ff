"""The runs and their curves as the pages show them, read from the store once for everybody.

Where thirty people watch a run, one of them has its points read. All values are frozen, so that
nobody's page can change another's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lyricslab.errors import BrokenFileError, NotFoundError
from lyricslab.library.baselines import baselines_by_run
from lyricslab.library.corpora import count_val_songs
from lyricslab.store.cache import cached, cached_each
from lyricslab.store.rows import PointRow, RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common.curve_verdict import describe_curve

MAX_POINTS = 400
"""More than a chart is wide."""
SPARK_POINTS = 33
"""The most validation losses in the small curve of a table."""
MAX_SPARKS = 20_000
"""The most small curves that are cached: more runs than a table shows."""


@dataclass(frozen=True, eq=False)
class RunList:
    """The runs of a workspace, or some of them, at one revision of the store."""

    rows: tuple[RunRow, ...]
    """The newest first."""
    baseline_by_run: Mapping[str, RunRow]
    """The baseline that each run is measured against, by the run's id."""

    @cached_property
    def by_id(self) -> dict[str, RunRow]:
        """Return the runs by their ids, in order."""
        return {run.id: run for run in self.rows}

    @cached_property
    def active(self) -> bool:
        """Return whether a run is waiting or training."""
        return any(run.unfinished for run in self.rows)

    @cached_property
    def corpora(self) -> dict[str, str]:
        """Return the names of their corpora by id, the last used first."""
        return {run.corpus_id: run.corpus_name for run in self.rows}

    def only(self, rows: Sequence[RunRow]) -> RunList:
        """Return a list of some of the runs."""
        return RunList(tuple(rows), self.baseline_by_run)


def run_list(store: Store, workspace_id: str) -> RunList:
    """Return the runs of a workspace."""

    def read() -> RunList:
        rows = tuple(store.runs(workspace_id=workspace_id))
        return RunList(rows, baselines_by_run(store, rows))

    return cached(store, "run list", workspace_id, read, version=store.revision(workspace_id))


@lru_cache(maxsize=8)
def on_corpus(runs: RunList, corpus_id: str) -> RunList:
    """Return the runs on one corpus; on all for ""."""
    return runs.only([run for run in runs.rows if corpus_id in ("", run.corpus_id)])


def without_experiments(runs: RunList, keep: Sequence[str] = ()) -> RunList:
    """Leave out the runs of sweeps and searches, except these ids; keep all if there are no others.

    An experiment's hundreds of runs would hide the few that somebody started one by one.
    """
    of_experiments = {run.id for run in runs.rows if run.made_for}
    if len(of_experiments) in (0, len(runs.rows)):
        return runs
    return _without_experiments(runs, tuple(run_id for run_id in keep if run_id in of_experiments))


@lru_cache(maxsize=8)  # the same list for everybody who keeps no run of an experiment
def _without_experiments(runs: RunList, keep: tuple[str, ...]) -> RunList:
    return runs.only([run for run in runs.rows if not run.made_for or run.id in keep])


@lru_cache(maxsize=8)
def newest(runs: RunList, most: int, keep: tuple[str, ...]) -> RunList:
    """Return the newest runs, and those of these ids however old they are."""
    older = [run for run in runs.rows[most:] if run.id in keep]
    return runs.only([*runs.rows[:most], *older])


def points(store: Store, run: RunRow) -> Sequence[PointRow]:
    """Return a run's points, thinned for a chart."""

    def read() -> Sequence[PointRow]:
        return tuple(store.points(run.id, MAX_POINTS))

    return cached(store, "points", run.id, read, version=run.curve_version)


def curve_in_words(store: Store, run: RunRow) -> str:
    """Describe a run's curves in words."""
    return cached(
        store,
        "curve in words",
        run.id,
        lambda: describe_curve(run, points(store, run), _val_songs(store, run)),
        version=run,
    )


def _val_songs(store: Store, run: RunRow) -> int | None:
    """Return how many songs the validation losses of a run are of; None for a base's texts."""
    if run.kind == "base":
        return None
    try:
        return count_val_songs(store, store.corpus(run.corpus_id), run.config.split)
    except (NotFoundError, BrokenFileError):
        return None  # the songs are gone; the run and its curves are not


def small_curves(store: Store, rows: Sequence[RunRow]) -> dict[str, Sequence[float]]:
    """Return a few validation losses of each run, in order of step, by the run's id."""

    def read(ids: list[str]) -> dict[str, Sequence[float]]:
        losses = store.validation_curves(ids, SPARK_POINTS)
        return {run_id: tuple(losses.get(run_id, ())) for run_id in ids}

    versions = {run.id: run.curve_version for run in rows}
    return cached_each(store, "small curve", versions, read, limit=MAX_SPARKS)
