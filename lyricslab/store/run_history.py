"""What runs leave behind: points of their curves, samples, notes, losses song by song.

What is written under a lease is refused once the lease is lost.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from lyricslab.analysis.song_losses import SongLosses
from lyricslab.store.rows import (
    Lease,
    NoteRow,
    PointRow,
    RunRow,
    SampleRow,
    Status,
    utc_now,
)
from lyricslab.store.run_queue import LEASE_HELD, LEASE_HELD_OR_STOPPED
from lyricslab.store.run_records import RunRecords

EVALUATED = "point indexed by look_by_run where val is not null"


class RunHistory(RunRecords):
    """The part of the store that keeps what runs leave behind."""

    def record(
        self,
        lease: Lease,
        *,
        points: Sequence[PointRow] = (),
        samples: Sequence[SampleRow] = (),
        notes: Sequence[str] = (),
        chars_per_s: float | None = None,
    ) -> Status | None:
        """Add to a run's record, and note that its owner is alive.

        Returns:
            The run's status; None, with nothing recorded, if the lease is lost.
        """
        with self._transaction() as db:
            row = db.execute(f"select * from run where {LEASE_HELD}", asdict(lease)).fetchone()
            if row is None:
                return None
            key = (row["workspace_id"], row["id"])
            sql = "insert or replace into point values (?, ?, ?, ?, ?, ?, ?)"
            db.executemany(sql, [(*key, *point) for point in points])
            sql = "insert or replace into sample values (?, ?, ?, ?, ?)"
            db.executemany(sql, [(*key, s.step, s.seed, s.text) for s in samples])
            sql = "insert into note values (?, ?, ?, ?)"
            db.executemany(sql, [(*key, utc_now(), text) for text in notes])
            values = {"heartbeat_at": utc_now()} | _progress(row, points)
            if chars_per_s is not None:
                values["chars_per_s"] = chars_per_s
            sets = ", ".join(f"{column} = :{column}" for column in values)
            db.execute(f"update run set {sets} where {LEASE_HELD}", values | asdict(lease))
            status: Status = row["status"]
            return status

    def rewind(self, lease: Lease, step: int, seconds: float) -> bool:
        """Delete what was recorded after a step, to train again from there.

        Returns:
            Whether the lease is still valid.
        """
        with self._transaction() as db:
            values = asdict(lease) | {"step": step, "seconds": seconds}
            if db.execute(f"select 1 from run where {LEASE_HELD}", values).fetchone() is None:
                return False
            for table in ("point", "sample"):
                sql = f"delete from {table} where run_id = :run_id and step > :step"
                db.execute(sql, values)
            db.execute(
                """update run set step = :step, seconds = :seconds,
                epochs = coalesce((select max(epoch) from point where run_id = :run_id), 0),
                (best_step, best_epoch, best_val) = (select step, epoch, val from point
                    where run_id = :run_id and val is not null order by val, step limit 1)
                where id = :run_id""",
                values,
            )
            return True

    def end_run(
        self,
        lease: Lease,
        status: Status,
        *,
        result: dict[str, Any] | None = None,
        error: str | None = None,
    ) -> bool:
        """Record how a run ended and its figures; return False if the lease is lost."""
        changes: dict[str, Any] = {"finished_at": utc_now(), "error": error}
        if result is not None:
            changes |= {"result_json": json.dumps(result), "seconds": result["seconds"]}
            # The network that is kept may be better than any that was evaluated on the way.
            columns = {"best_val": "val_nats_per_char", "best_step": "best_step"}
            changes |= {column: result[key] for column, key in columns.items() if key in result}
        return self.transition(lease.run_id, status, lease=lease, **changes)

    def add_result(self, lease: Lease, result: dict[str, Any]) -> bool:
        """Replace the figures of a run; return False if the lease is lost."""
        values = asdict(lease) | {"result_json": json.dumps(result)}
        sql = f"update run set result_json = :result_json where {LEASE_HELD_OR_STOPPED}"
        with self._transaction() as db:
            return db.execute(sql, values).rowcount == 1

    def note(self, run: RunRow, text: str) -> None:
        """Add a note to a run, whoever owns it."""
        with self._transaction() as db:
            values = (run.workspace_id, run.id, utc_now(), text)
            db.execute("insert into note values (?, ?, ?, ?)", values)

    def notes(self, run_id: str) -> list[NoteRow]:
        """Return the notes on a run, the oldest first."""
        sql = "select noted_at, text from note where run_id = :run_id order by rowid"
        return [NoteRow(**row) for row in self._rows(sql, run_id=run_id)]

    def samples(self, run_id: str) -> list[SampleRow]:
        """Return what a run wrote while it trained, in order of step."""
        sql = "select step, text, seed from sample where run_id = :run_id order by step, seed"
        return [SampleRow(**row) for row in self._rows(sql, run_id=run_id)]

    def add_scores(
        self, lease: Lease, side: str, nats: Sequence[float], predictions: Sequence[int]
    ) -> bool:
        """Record a run's losses on each song of a split; return False if the lease is lost."""
        with self._transaction() as db:
            sql = f"select workspace_id from run where {LEASE_HELD_OR_STOPPED}"
            row = db.execute(sql, asdict(lease)).fetchone()
            if row is None:
                return False
            values = (json.dumps([round(n, 4) for n in nats]), json.dumps(list(predictions)))
            sql = "insert or replace into score values (?, ?, ?, ?, ?)"
            db.execute(sql, (row["workspace_id"], lease.run_id, side, *values))
            return True

    def scores(
        self, run_ids: Sequence[str], sides: Sequence[str] = ("train", "val", "test")
    ) -> dict[str, dict[str, SongLosses]]:
        """Return the losses song by song of each run, by split; a run without any is missing."""
        sql = """select run_id, side, nats_json, predictions_json from score
            where run_id in (select value from json_each(:run_ids))
            and side in (select value from json_each(:sides)) order by run_id, side"""
        asked = {"run_ids": json.dumps(run_ids), "sides": json.dumps(sides)}
        losses_by_run: dict[str, dict[str, SongLosses]] = {}
        for run_id, side, nats, predictions in self._rows(sql, **asked):
            losses = SongLosses(np.array(json.loads(nats)), np.array(json.loads(predictions)))
            losses_by_run.setdefault(run_id, {})[side] = losses
        return losses_by_run

    def points(self, run_id: str, most: int) -> list[PointRow]:
        """Return at most `most` points (5 or more) of a run's curves, evenly spaced, by step.

        All of them, if there are no more. Else the first, the last and the best on validation are
        always there; points with a validation loss, being rarer, are thinned apart from the rest.
        The cost depends on `most` alone: each point is found by its step.
        """
        sql = f"""with recursive
            {_evenly("every", "point where run_id = :run_id", ":quota")},
            {_evenly("look", f"{EVALUATED} and run_id = :run_id", ":quota")},
            short (step) as (select step from point where run_id = :run_id limit :most + 1)
            select step, epoch, seconds, train, val from point where run_id = :run_id and step in (
                select step from short where (select count(*) from short) <= :most
                union select step from every_kept union select step from look_kept
                union select max(step) from point where run_id = :run_id
                union select best_step from run where id = :run_id)
            order by step"""
        rows = self._rows(sql, run_id=run_id, most=most, quota=max(1, (most - 3) // 2))
        return [PointRow(*row) for row in rows]

    def validation_curves(self, run_ids: Sequence[str], most: int) -> dict[str, list[float]]:
        """Return at most `most` validation losses of each run, evenly spaced, in order of step.

        Runs without any are missing. The cost depends on `most` and the number of runs alone.
        """
        sql = f"""with recursive
            chosen (id, first, last, few) as (
                select value, (select min(step) from {EVALUATED} and run_id = value),
                    (select max(step) from {EVALUATED} and run_id = value),
                    (select count(*) from (select 1 from {EVALUATED} and run_id = value
                        limit :most + 1)) <= :most
                from json_each(:run_ids)),
            place (k) as (select 0 union all select k + 1 from place where k + 1 < :most),
            kept (run_id, step) as (
                select id, step from chosen cross join {EVALUATED} and run_id = id and few
                union select id, (select step from {EVALUATED} and run_id = id
                    and step >= first + k * (last - first) / :most order by step limit 1)
                from chosen, place where not few)
            select run_id, val from kept join point indexed by look_by_run using (run_id, step)
            where val is not null order by run_id, step"""
        curves: dict[str, list[float]] = {}
        for run_id, val in self._rows(sql, run_ids=json.dumps(run_ids), most=most):
            curves.setdefault(run_id, []).append(val)
        return curves


def _progress(row: sqlite3.Row, points: Sequence[PointRow]) -> dict[str, Any]:
    """Return the columns of a run that follow from new points of its curves."""
    values: dict[str, Any] = {}
    if points:
        newest = max(points, key=lambda point: point.step)
        values |= {
            "step": newest.step,
            "epochs": newest.epoch,
            "seconds": newest.seconds,
        }
    best_val = row["best_val"]
    for point in points:
        if point.val_loss is None:
            continue
        if point.step == 0 and row["base"] is not None:
            values["zero_shot_val"] = point.val_loss
        if best_val is None or point.val_loss < best_val:
            best_val = point.val_loss
            values |= {
                "best_val": best_val,
                "best_step": point.step,
                "best_epoch": point.epoch,
            }
    return values


def _evenly(name: str, those: str, most: str) -> str:
    """Return the part of a query that defines `{name}_kept`: points evenly spaced over the steps.

    All of `those`, if there are at most `most`; else the next point after each of `most` evenly
    spaced steps, which the index finds without reading the rest.
    """
    return f"""
        {name}_few (step) as (select step from {those} limit {most} + 1),
        {name}_place (k, first, last) as (
            select 0, (select min(step) from {those}), (select max(step) from {those})
            union all select k + 1, first, last from {name}_place where k + 1 < {most}),
        {name}_kept (step) as (
            select step from {name}_few where (select count(*) from {name}_few) <= {most}
            union all select (select step from {those}
                and step >= first + k * (last - first) / {most} order by step limit 1)
            from {name}_place where (select count(*) from {name}_few) > {most})"""
