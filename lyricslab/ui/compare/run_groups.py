"""Runs that differ in the seed alone, as one row of the table and one line of the chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from statistics import fmean, stdev

from lyricslab.config import RunConfig
from lyricslab.store.rows import RunRow
from lyricslab.ui.common.run_list import RunList
from lyricslab.wording import plural


@dataclass(frozen=True)
class RunGroup:
    """A run, or several with equal settings and other seeds, the oldest first."""

    runs: tuple[RunRow, ...]

    @property
    def first(self) -> RunRow:
        """The oldest run, which stands for all in addresses."""
        return self.runs[0]

    @property
    def id(self) -> str:
        """The id of the oldest run: it stays when another seed is added."""
        return self.first.id

    @cached_property
    def ids(self) -> list[str]:
        """The ids of all its runs."""
        return [run.id for run in self.runs]

    @property
    def name(self) -> str:
        """The name of the run, or of the first with the number of seeds."""
        if len(self.runs) == 1:
            return self.first.name
        return f"{self.first.name} · {plural(len(self.runs), 'seed')}"

    @property
    def starred(self) -> bool:
        """Whether one of its runs has a star."""
        return any(run.starred for run in self.runs)

    @property
    def tags(self) -> list[str]:
        """The tags of all its runs."""
        return list(dict.fromkeys(tag for run in self.runs for tag in run.tags))

    @cached_property
    def vals(self) -> list[float]:
        """The validation losses that are known."""
        return [run.val for run in self.runs if run.val is not None]

    @cached_property
    def tests(self) -> list[float]:
        """The test losses that are known."""
        return [run.test for run in self.runs if run.test is not None]


def mean(values: Sequence[float]) -> float | None:
    """Return the mean, or None of nothing."""
    return fmean(values) if values else None


def deviation(values: Sequence[float]) -> float | None:
    """Return the standard deviation over seeds, or None of fewer than two."""
    return stdev(values) if len(values) > 1 else None


@dataclass(frozen=True, eq=False)
class TableContent:
    """What the table shows, at one revision of the store."""

    groups: tuple[RunGroup, ...]
    """In order: those that are pinned first."""
    references: Mapping[str, RunGroup]
    """What each group is measured against, by the group's id."""
    reference: RunGroup | None
    """What all are measured against, if a run was named."""

    @cached_property
    def by_run(self) -> dict[str, RunGroup]:
        """The group of each run, by the run's id."""
        return {run.id: group for group in self.groups for run in group.runs}


@lru_cache(maxsize=16)
def table_content(
    runs: RunList, by_seed: bool, pinned: tuple[str, ...], against: str
) -> TableContent:
    """Return what the table shows of a list of runs.

    Args:
        by_seed: whether runs that differ in the seed alone are one row.
        pinned: ids of runs whose rows come first, in this order.
        against: the id of the run that all are measured against; "" for each one's baseline.
    """
    groups = by_setting(runs.rows) if by_seed else [RunGroup((run,)) for run in runs.rows]
    place = {run.id: k for k, group in enumerate(groups) for run in group.runs}
    first = dict.fromkeys(place[run_id] for run_id in pinned if run_id in place)
    ordered = [groups[k] for k in first]
    ordered += [group for k, group in enumerate(groups) if k not in first]
    reference = groups[place[against]] if against in place else None
    references = {}
    for group in groups:
        baseline = runs.baseline_by_run.get(group.id)
        other = reference or (None if baseline is None else RunGroup((baseline,)))
        if other is not None and other.id != group.id:
            references[group.id] = other
    return TableContent(tuple(ordered), references, reference)


def by_setting(rows: Sequence[RunRow]) -> list[RunGroup]:
    """Return the runs by their settings, in the order of the newest of each; the seeds inside."""
    groups: dict[RunConfig, list[RunRow]] = {}
    for run in rows:
        groups.setdefault(_setting(run.config), []).append(run)
    return [RunGroup(tuple(sorted(runs, key=_age))) for runs in groups.values()]


@lru_cache(maxsize=4096)
def _setting(config: RunConfig) -> RunConfig:
    """Return everything of a configuration but its seed."""
    return replace(config, seed=0)


def _age(run: RunRow) -> tuple[str, str]:
    return run.created_at, run.id
