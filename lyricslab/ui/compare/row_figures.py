"""The losses of a row of the table, how sure they are, and how far they are from a reference's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from lyricslab.analysis.bootstrap import ENOUGH_SONGS, Interval, paired, paired_each
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.library.baselines import songs_and_split
from lyricslab.store.cache import cached, cached_each
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.compare.run_groups import RunGroup, deviation, mean

Side = Literal["val", "test"]
SIDES: tuple[Side, ...] = ("val", "test")

MAX_CACHED = 4096
"""How many runs' and rows' figures are cached."""

Losses = Mapping[str, SongLosses]
"""The losses of a run song by song, by side."""


class Level(NamedTuple):
    """A mean loss over seeds, nats/char, how far the seeds lie apart, and its 95 % interval."""

    loss: float
    sd: float | None
    interval: Interval | None
    songs: int | None
    """How many songs it was measured on; None where that was not kept."""


class Change(NamedTuple):
    """How far a loss is above a reference's, in percent; below is negative."""

    percent: float
    low: float | None
    high: float | None
    songs: int | None

    @property
    def too_few_songs(self) -> bool:
        """Whether there are too few songs to tell."""
        return self.songs is not None and self.songs < ENOUGH_SONGS

    @property
    def open(self) -> bool:
        """Whether it may as well be nothing: too few songs, or an interval that includes 0."""
        if self.low is None or self.high is None:
            return self.too_few_songs
        return self.too_few_songs or self.low <= 0 <= self.high


@dataclass(frozen=True)
class Figures:
    """What a row of the table says about losses, by side."""

    levels: Mapping[Side, Level]
    changes: Mapping[Side, Change]
    """Against its reference; empty where there is none on the same songs."""


def figures(
    store: Store, groups: Sequence[RunGroup], references: Mapping[str, RunGroup]
) -> dict[str, Figures]:
    """Return the figures of each group by its id.

    Args:
        references: what each group is measured against, by the group's id.
    """
    by_id = {group.id: group for group in groups}

    def make(ids: list[str]) -> dict[str, Figures]:
        runs = [run for run_id in ids for run in by_id[run_id].runs]
        runs += [run for run_id in ids if run_id in references for run in references[run_id].runs]
        scores = song_losses(store, runs)
        single = _alone(scores, [by_id[run_id] for run_id in ids], references)
        return {
            run_id: _figures(by_id[run_id], references.get(run_id), scores, single)
            for run_id in ids
        }

    versions = {run_id: (group, references.get(run_id)) for run_id, group in by_id.items()}
    return cached_each(store, "compared figures", versions, make, limit=MAX_CACHED)


def song_losses(store: Store, runs: Sequence[RunRow]) -> dict[str, Losses]:
    """Return the losses of each run song by song, empty where they are not known yet."""
    versions = {run.id: (run.attempt, run.status, run.result is not None) for run in runs}

    def read(ids: list[str]) -> dict[str, Losses]:
        found = store.scores(ids, SIDES)
        return {run_id: found.get(run_id, {}) for run_id in ids}

    return cached_each(store, "song losses", versions, read, limit=MAX_CACHED)


_Key = tuple[str, Side, str]
"""A run, a side, and the run that it is measured against; "" for its own level."""


def _alone(
    scores: Mapping[str, Losses], groups: Sequence[RunGroup], references: Mapping[str, RunGroup]
) -> dict[_Key, Interval]:
    """Return the intervals of all single runs: many at once cost little more than one."""
    alike: dict[bytes, tuple[np.ndarray, list[tuple[_Key, np.ndarray]]]] = {}
    for group in groups:
        if len(group.runs) > 1:
            continue
        reference = references.get(group.id)
        one = reference is not None and len(reference.runs) == 1
        against = [None, reference.first] if reference is not None and one else [None]
        for side in SIDES:
            ours = scores[group.id].get(side)
            for other in against if ours is not None else ():
                theirs = None if other is None else scores[other.id].get(side)
                if other is not None and not _same_songs(ours, theirs):
                    continue
                assert ours is not None
                nats = ours.nats if theirs is None else ours.nats - theirs.nats
                key: _Key = (group.id, side, "" if other is None else other.id)
                place = alike.setdefault(ours.predictions.tobytes(), (ours.predictions, []))
                place[1].append((key, nats))
    found: dict[_Key, Interval] = {}
    for predictions, those in alike.values():
        if len(predictions) < ENOUGH_SONGS:
            continue
        intervals = paired_each(np.stack([nats for _, nats in those]), predictions)
        found |= dict(zip([key for key, _ in those], intervals, strict=True))
    return found


def _same_songs(ours: SongLosses | None, theirs: SongLosses | None) -> bool:
    if ours is None or theirs is None:
        return False
    return np.array_equal(ours.predictions, theirs.predictions)


def _figures(
    group: RunGroup,
    reference: RunGroup | None,
    scores: Mapping[str, Losses],
    single: Mapping[_Key, Interval],
) -> Figures:
    levels: dict[Side, Level] = {}
    changes: dict[Side, Change] = {}
    for side in SIDES:
        values = group.vals if side == "val" else group.tests
        loss = mean(values)
        if loss is None:
            continue
        measured = [s for run in group.runs if (s := scores[run.id].get(side)) is not None]
        songs = len(measured[0].predictions) if measured else None
        levels[side] = Level(loss, deviation(values), single.get((group.id, side, "")), songs)
        if reference is None or songs_and_split(reference.first) != songs_and_split(group.first):
            continue
        theirs = mean(reference.vals if side == "val" else reference.tests)
        if theirs is None:
            continue
        interval = single.get((group.id, side, reference.id))
        if interval is None:
            others = [s for run in reference.runs if (s := scores[run.id].get(side)) is not None]
            interval = _over_seeds(measured, others)
        low, high = (None, None) if interval is None else (interval.low, interval.high)
        changes[side] = Change(
            (loss / theirs - 1) * 100,
            None if low is None else low / theirs * 100,
            None if high is None else high / theirs * 100,
            songs,
        )
    return Figures(levels, changes)


def _over_seeds(ours: Sequence[SongLosses], theirs: Sequence[SongLosses]) -> Interval | None:
    """Return the interval over songs and seeds, where there are enough songs."""
    if not ours or not theirs or len(ours[0].predictions) < ENOUGH_SONGS:
        return None
    if not all(_same_songs(ours[0], other) for other in (*ours, *theirs)):
        return None
    if len(ours) == len(theirs) == 1:
        return None  # these are among the single ones
    return paired(ours, theirs)


def between(store: Store, group: RunGroup, other: RunGroup) -> Figures:
    """Return the figures of a row of the table against any other."""

    def make() -> Figures:
        scores = song_losses(store, [*group.runs, *other.runs])
        against = {group.id: other}
        return _figures(group, other, scores, _alone(scores, [group], against))

    return cached(store, "compared pair", (group.id, other.id), make, version=(group, other))
