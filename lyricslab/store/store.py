"""The lab's records: rows in, frozen rows out. With schema and database, all that knows SQL.

What is written under a lease is refused once the lease is lost.
"""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import cache, lru_cache
from itertools import chain, count
from typing import Any

import numpy as np

from lyricslab.analysis.song_losses import SongLosses
from lyricslab.config import RunConfig
from lyricslab.errors import ConfigError, InUseError, NotFoundError, RunStateError, StoreError
from lyricslab.store.database import Database
from lyricslab.store.plans import SearchPlan, SweepPlan
from lyricslab.store.rows import (
    LOCAL,
    TRANSITIONS,
    CorpusRow,
    ExperimentKind,
    ExperimentRow,
    ExperimentRun,
    ExperimentState,
    Lease,
    NoteRow,
    PointRow,
    RunRow,
    SampleRow,
    SearchRow,
    Status,
    SweepRow,
    utc_now,
)

RUNS = "select run.*, corpus.name as corpus_name from run join corpus on corpus.id = corpus_id"
EXPERIMENTS = """select sweep.id, sweep.workspace_id, corpus_id, corpus.name as corpus_name,
    kind, plan_json, sweep.created_at, state, error
    from sweep join corpus on corpus.id = corpus_id"""
SAME_RUN = """select id from run where workspace_id = :workspace_id
    and fingerprint = :fingerprint order by status = 'done' desc,
    status in ('running', 'queued') desc, rowid limit 1"""
LOOKS = "point indexed by look_by_run where val is not null"
LEASE = "id = :run_id and owner = :owner and attempt = :attempt"
LEASE_HELD = f"{LEASE} and status in ('running', 'stopping')"
LEASE_HELD_OR_STOPPED = f"{LEASE} and status in ('running', 'stopping', 'stopped')"

logger = logging.getLogger(__name__)


def new_id() -> str:
    """A short random id of 8 letters and digits, none easily mistaken for another."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(8))


class Store(Database):
    """The records of one home."""

    # ---- corpora

    def add_corpus(
        self,
        *,
        name: str,
        digest: str,
        songs: int,
        characters: int,
        report: dict[str, Any],
        workspace_id: str = LOCAL,
    ) -> CorpusRow:
        """Records a corpus; one with the same songs and name is not recorded twice."""
        values = {
            "name": name,
            "digest": digest,
            "songs": songs,
            "characters": characters,
        }
        values |= {"workspace_id": workspace_id, "report_json": json.dumps(report)}
        with self._transaction() as db:
            known = db.execute(
                "select * from corpus where digest = :digest and name = :name"
                " and workspace_id = :workspace_id",
                values,
            ).fetchone()
            if known is not None:
                return _corpus(known)
            values |= {"id": new_id(), "created_at": utc_now()}
            db.execute(_insert("corpus", values), values)
        return self.corpus(str(values["id"]))

    def corpora(self, workspace_id: str | None = LOCAL) -> list[CorpusRow]:
        """Every corpus of a workspace, or of all, the newest first."""
        sql = """select * from corpus where (:workspace_id is null
            or workspace_id = :workspace_id) order by rowid desc"""
        return [_corpus(row) for row in self._rows(sql, workspace_id=workspace_id)]

    def corpus(self, corpus_id: str) -> CorpusRow:
        """The corpus of this id.

        Raises:
            NotFoundError: if there is none.
        """
        for row in self._rows("select * from corpus where id = :id", id=corpus_id):
            return _corpus(row)
        raise NotFoundError(f"There is no corpus {corpus_id}; it may have been deleted.")

    def revise_corpus(
        self,
        corpus_id: str,
        *,
        name: str,
        digest: str,
        songs: int,
        characters: int,
        report: dict[str, Any],
    ) -> CorpusRow:
        """Records that a corpus holds other songs now.

        Raises:
            InUseError: if runs were trained on it, and the songs are not the same.
        """
        values = {
            "id": corpus_id,
            "name": name,
            "digest": digest,
            "songs": songs,
            "characters": characters,
            "report_json": json.dumps(report),
        }
        with self._transaction() as db:
            changed = db.execute(
                "update corpus set name = :name, digest = :digest, songs = :songs,"
                " characters = :characters, report_json = :report_json where id = :id"
                " and (digest = :digest or not exists"
                " (select 1 from run where corpus_id = :id))",
                values,
            ).rowcount
        row = self.corpus(corpus_id)
        if not changed:
            raise InUseError("Runs were trained on this corpus; save it as a new version.")
        return row

    def rename_corpus(self, corpus_id: str, name: str) -> None:
        """Gives a corpus another name."""
        with self._transaction() as db:
            db.execute("update corpus set name = ? where id = ?", (name, corpus_id))

    def delete_corpus(self, corpus_id: str) -> None:
        """Forgets a corpus.

        Raises:
            InUseError: if runs were trained on it.
        """
        try:
            with self._transaction() as db:
                db.execute("delete from corpus where id = ?", (corpus_id,))
        except sqlite3.IntegrityError as error:
            raise InUseError("Runs were trained on this corpus; delete them first.") from error

    # ---- runs

    def add_run(
        self,
        *,
        name: str,
        corpus_id: str,
        config: RunConfig,
        owner: str | None = None,
        workspace_id: str = LOCAL,
        fingerprint: str | None = None,
    ) -> RunRow:
        """Records a new run: queued, or already leased if an `owner` is given.

        A name that is taken gets a number: "0,2 on songs", "0,2 on songs 2".

        Raises:
            RunStateError: if the corpus no longer holds the songs that the configuration names.
        """
        now = utc_now()
        values = _new_run(corpus_id, config, workspace_id, fingerprint, now)
        if owner is not None:
            values |= {"status": "running", "owner": owner, "attempt": 1}
            values |= {"heartbeat_at": now, "started_at": now}
        with self._transaction() as db:
            _put_run(db, name, values, config)
        return self.run(str(values["id"]))

    def run(self, run_id: str) -> RunRow:
        """The run of this id.

        Raises:
            NotFoundError: if there is none.
            StoreError: if its record is damaged.
        """
        for row in self._rows(f"{RUNS} where run.id = :id", id=run_id):
            return _run(row)
        raise NotFoundError(f"There is no run {run_id}; it may have been deleted.")

    def runs(
        self,
        *,
        workspace_id: str | None = LOCAL,
        corpus_id: str | None = None,
        base: str | None = None,
        statuses: Sequence[Status] | None = None,
        owner: str | None = None,
        kind: str | None = None,
        exclude_experiments: bool = False,
        most: int | None = None,
    ) -> list[RunRow]:
        """The runs that fit all that is given, the newest first; None fits every run.

        One whose record is damaged is left out and named in the log.

        Args:
            exclude_experiments: leave out the runs of sweeps and searches.
            most: so many of them, the newest.
        """
        sql = f"""{RUNS} where (:workspace_id is null or run.workspace_id = :workspace_id)
            and (:corpus_id is null or corpus_id = :corpus_id)
            and (:base is null or base = :base)
            and (:owner is null or owner = :owner)
            and (:kind is null or kind = :kind)
            and (not :exclude_experiments or made_for is null)
            and (:statuses is null or status in (select value from json_each(:statuses)))
            order by run.rowid desc limit :most"""
        found = self._rows(
            sql,
            workspace_id=workspace_id,
            corpus_id=corpus_id,
            base=base,
            owner=owner,
            kind=kind,
            exclude_experiments=exclude_experiments,
            statuses=None if statuses is None else json.dumps(statuses),
            most=-1 if most is None else most,
        )
        return _readable(found)

    def baselines(self, workspace_id: str, digest: str | None = None) -> list[RunRow]:
        """The finished baselines, the lowest validation loss first; on these songs, if given."""
        sql = f"""{RUNS} where run.workspace_id = :workspace_id and kind = 'baseline'
            and status = 'done' and best_val is not null
            and (:digest is null or corpus_id in (select id from corpus where digest = :digest))
            order by best_val, run.rowid desc"""
        return _readable(self._rows(sql, workspace_id=workspace_id, digest=digest))

    def revision(self, workspace_id: str = LOCAL) -> int:
        """A number that grows whenever something changes that a list of the runs shows."""
        sql = "select revision from workspace where id = :id"
        return int(self._rows(sql, id=workspace_id)[0]["revision"])

    def rename_run(self, run_id: str, name: str) -> None:
        """Gives a run another name."""
        with self._transaction() as db:
            db.execute("update run set name = ? where id = ?", (name, run_id))

    def rename_base(self, old: str, new: str) -> None:
        """Records that a base goes by another name now, in each run that began as it."""
        with self._transaction() as db:
            db.execute(
                "update run set base = :new,"
                " config_json = iif(json_valid(config_json),"
                " json_set(config_json, '$.base', :new), config_json),"
                " result_json = iif(json_valid(result_json),"
                " json_set(result_json, '$.base', :new), result_json) where base = :old",
                {"old": old, "new": new},
            )

    def delete_run(self, run_id: str) -> None:
        """Forgets a run and its curves.

        Raises:
            RunStateError: if a process is executing it.
        """
        with self._transaction() as db:
            sql = "delete from run where id = ? and status not in ('running', 'stopping')"
            if db.execute(sql, (run_id,)).rowcount == 0:
                row = db.execute("select name from run where id = ?", (run_id,)).fetchone()
                if row is not None:
                    raise RunStateError(f"'{row['name']}' is training. Stop it first.")

    def transition(
        self,
        run_id: str,
        to: Status,
        *,
        only_from: Status | None = None,
        lease: Lease | None = None,
        **changes: Any,
    ) -> bool:
        """Changes a run's status, and other columns with it, if the move is allowed.

        Returns:
            Whether it moved; False if its status does not lead there, or `lease` is lost.
        """
        froms = [s for s, ways in TRANSITIONS.items() if to in ways and only_from in (None, s)]
        values = changes | {"status": to}
        sets = ", ".join(f"{column} = :{column}" for column in values)
        where = "id = :run_id and status in (select value from json_each(:froms))"
        if lease is not None:
            where += " and owner = :lease_owner and attempt = :lease_attempt"
            values |= {"lease_owner": lease.owner, "lease_attempt": lease.attempt}
        values |= {"run_id": run_id, "froms": json.dumps(froms)}
        with self._transaction() as db:
            return db.execute(f"update run set {sets} where {where}", values).rowcount == 1

    # ---- the queue

    def lease_run(self, run_id: str, owner: str) -> bool:
        """Takes one run that waits; False if somebody else was sooner."""
        sql = """update run set status = 'running', owner = :owner, attempt = attempt + 1,
            heartbeat_at = :now, started_at = coalesce(started_at, :now), finished_at = null,
            error = null, result_json = null where id = :id and status = 'queued'"""
        with self._transaction() as db:
            values = {"id": run_id, "owner": owner, "now": utc_now()}
            return db.execute(sql, values).rowcount == 1

    def lease_next(self, owner: str) -> RunRow | None:
        """Takes the run that has waited longest, or None; no two callers ever get the same."""
        sql = """update run set status = 'running', owner = :owner, attempt = attempt + 1,
            heartbeat_at = :now, started_at = coalesce(started_at, :now), finished_at = null,
            error = null, result_json = null
            where id = (select id from run where status = 'queued'
                        order by queued_at, rowid limit 1)
            returning id"""
        with self._transaction() as db:
            taken = db.execute(sql, {"owner": owner, "now": utc_now()}).fetchall()
        if not taken:
            return None
        try:
            return self.run(taken[0]["id"])
        except StoreError as error:  # it must not stand in the way of the others
            self.transition(taken[0]["id"], "failed", error=str(error), finished_at=utc_now())
            raise

    def heartbeat(self, owner: str) -> None:
        """Says that the owner of these runs is alive."""
        with self._transaction() as db:
            sql = "update run set heartbeat_at = ? where owner = ? and status in "
            db.execute(sql + "('running', 'stopping')", (utc_now(), owner))

    def orphaned_runs(self, *, except_owner: str, silent_s: float) -> list[RunRow]:
        """The leased runs whose owner is an engine other than `except_owner`, or fell silent."""
        sql = f"""{RUNS} where status in ('running', 'stopping') and owner <> :owner
            and (owner like 'engine:%' or heartbeat_at < :cut)"""
        return _readable(self._rows(sql, owner=except_owner, cut=utc_now(silent_s)))

    def queue_position(self, run_id: str) -> int | None:
        """1 for the run that starts next; None for one that is not waiting."""
        sql = """select count(*) as place from run as other, run as this
            where this.id = :id and this.status = 'queued' and other.status = 'queued'
            and (other.queued_at, other.rowid) <= (this.queued_at, this.rowid)"""
        return int(self._rows(sql, id=run_id)[0]["place"]) or None

    def count_runs(self) -> dict[str, int]:
        """How many runs have each status, in all workspaces; a status without any is missing."""
        rows = self._rows("select status, count(*) as n from run group by status")
        return {row["status"]: row["n"] for row in rows}

    # ---- what happens to a run

    def lease_valid(self, lease: Lease, *, late: bool = False) -> bool:
        """Whether the lease is still good; `late`: also once the run was stopped under it."""
        where = LEASE_HELD_OR_STOPPED if late else LEASE_HELD
        return bool(self._rows(f"select 1 from run where {where}", **asdict(lease)))

    def rewind(self, lease: Lease, step: int, seconds: float) -> bool:
        """Forgets what was recorded beyond a step, for it is done again from there.

        Returns:
            Whether the lease is still good.
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

    def record(
        self,
        lease: Lease,
        *,
        points: Sequence[PointRow] = (),
        samples: Sequence[SampleRow] = (),
        notes: Sequence[str] = (),
        chars_per_s: float | None = None,
    ) -> Status | None:
        """Adds to a run's record, and says that its owner is alive.

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

    def note(self, run: RunRow, text: str) -> None:
        """Adds to what happened to a run, whoever owns it."""
        with self._transaction() as db:
            values = (run.workspace_id, run.id, utc_now(), text)
            db.execute("insert into note values (?, ?, ?, ?)", values)

    def end_run(
        self,
        lease: Lease,
        status: Status,
        *,
        result: dict[str, Any] | None = None,
        error: str | None = None,
    ) -> bool:
        """Says how a run ended and with which figures; False if the lease is lost."""
        changes: dict[str, Any] = {"finished_at": utc_now(), "error": error}
        if result is not None:
            changes |= {"result_json": json.dumps(result), "seconds": result["seconds"]}
        return self.transition(lease.run_id, status, lease=lease, **changes)

    def add_result(self, lease: Lease, result: dict[str, Any]) -> bool:
        """Puts fuller figures in a run's record; False if the lease is lost."""
        values = asdict(lease) | {"result_json": json.dumps(result)}
        sql = f"update run set result_json = :result_json where {LEASE_HELD_OR_STOPPED}"
        with self._transaction() as db:
            return db.execute(sql, values).rowcount == 1

    def add_scores(
        self, lease: Lease, side: str, nats: Sequence[float], predictions: Sequence[int]
    ) -> bool:
        """Keeps what each song of a side cost a run; False if the lease is lost."""
        with self._transaction() as db:
            sql = f"select workspace_id from run where {LEASE_HELD_OR_STOPPED}"
            row = db.execute(sql, asdict(lease)).fetchone()
            if row is None:
                return False
            values = (json.dumps([round(n, 4) for n in nats]), json.dumps(list(predictions)))
            sql = "insert or replace into score values (?, ?, ?, ?, ?)"
            db.execute(sql, (row["workspace_id"], lease.run_id, side, *values))
            return True

    def scores(self, run_ids: Sequence[str]) -> dict[str, dict[str, SongLosses]]:
        """What each song cost each of these runs, by side; a run without scores is missing."""
        sql = """select run_id, side, nats_json, predictions_json from score
            where run_id in (select value from json_each(:run_ids)) order by run_id, side"""
        found: dict[str, dict[str, SongLosses]] = {}
        for run_id, side, nats, predictions in self._rows(sql, run_ids=json.dumps(run_ids)):
            losses = SongLosses(np.array(json.loads(nats)), np.array(json.loads(predictions)))
            found.setdefault(run_id, {})[side] = losses
        return found

    # ---- experiments

    def add_experiment(
        self,
        *,
        corpus_id: str,
        digest: str,
        plan: SweepPlan | SearchPlan,
        workspace_id: str = LOCAL,
    ) -> str:
        """Record an experiment as wanted, unless the same plan is there; return its id."""
        values = {
            "kind": "sweep" if isinstance(plan, SweepPlan) else "search",
            "id": new_id(),
            "workspace_id": workspace_id,
            "corpus_id": corpus_id,
            "digest": digest,
            "plan_json": json.dumps(plan.to_dict()),
            "created_at": utc_now(),
            "state": "wanted",
        }
        with self._transaction() as db:
            sql = f"{_insert('sweep', values)} on conflict (workspace_id, digest) do nothing"
            db.execute(sql, values)
            sql = "select id from sweep where workspace_id = :workspace_id and digest = :digest"
            return str(db.execute(sql, values).fetchone()["id"])

    def experiments(
        self,
        workspace_id: str | None = LOCAL,
        state: ExperimentState | None = None,
        kind: ExperimentKind | None = None,
    ) -> list[ExperimentRow]:
        """Return the experiments of a workspace, or of all, that fit; the newest first."""
        sql = f"""{EXPERIMENTS} where (:workspace_id is null or sweep.workspace_id = :workspace_id)
            and (:state is null or state = :state) and (:kind is null or kind = :kind)
            order by sweep.rowid desc"""
        rows = self._rows(sql, kind=kind, workspace_id=workspace_id, state=state)
        return [_experiment(row) for row in rows]

    def sweeps(self, workspace_id: str | None = LOCAL) -> list[SweepRow]:
        """Return the sweeps of a workspace, or of all, the newest first."""
        rows = self.experiments(workspace_id, kind="sweep")
        return [row for row in rows if isinstance(row, SweepRow)]

    def searches(self, workspace_id: str | None = LOCAL) -> list[SearchRow]:
        """Return the searches of a workspace, or of all, the newest first."""
        rows = self.experiments(workspace_id, kind="search")
        return [row for row in rows if isinstance(row, SearchRow)]

    def experiment(self, experiment_id: str, noun: str = "experiment") -> ExperimentRow:
        """Return the experiment of this id.

        Args:
            noun: what the error calls it.

        Raises:
            NotFoundError: if there is none.
        """
        for row in self._rows(f"{EXPERIMENTS} where sweep.id = :id", id=experiment_id):
            return _experiment(row)
        raise NotFoundError(f"There is no {noun} {experiment_id}; it may have been deleted.")

    def sweep(self, sweep_id: str) -> SweepRow:
        """Return the sweep of this id.

        Raises:
            NotFoundError: if there is none.
        """
        row = self.experiment(sweep_id, "sweep")
        if isinstance(row, SweepRow):
            return row
        raise NotFoundError(f"There is no sweep {sweep_id}; it may have been deleted.")

    def search(self, search_id: str) -> SearchRow:
        """Return the search of this id.

        Raises:
            NotFoundError: if there is none.
        """
        row = self.experiment(search_id, "search")
        if isinstance(row, SearchRow):
            return row
        raise NotFoundError(f"There is no search {search_id}; it may have been deleted.")

    def any_wanted(self) -> bool:
        """Return whether the engine has an experiment to advance."""
        return bool(self._rows("select 1 from sweep where state = 'wanted' limit 1"))

    def transition_experiment(
        self,
        experiment_id: str,
        to: ExperimentState,
        *,
        only_from: ExperimentState,
        error: str | None = None,
    ) -> bool:
        """Change the state of an experiment; return False if it was in another."""
        with self._transaction() as db:
            sql = "update sweep set state = ?, error = ? where id = ? and state = ?"
            return db.execute(sql, (to, error, experiment_id, only_from)).rowcount == 1

    def delete_experiment(self, experiment_id: str) -> None:
        """Forget an experiment; its runs stay."""
        with self._transaction() as db:
            db.execute("delete from sweep where id = ?", (experiment_id,))

    def needed_elsewhere(self, experiment_id: str) -> set[str]:
        """Return the ids of the runs that another active experiment needs too."""
        sql = """select run_id from part join sweep on sweep.id = sweep_id
            where state = 'wanted' and sweep.id <> :id"""
        return {row["run_id"] for row in self._rows(sql, id=experiment_id)}

    def experiment_runs(self, experiment_id: str) -> list[ExperimentRun]:
        """Return the runs of an experiment by the part that they serve."""
        sql = "select name, seed, run_id from part where sweep_id = :id order by name, seed"
        parts = self._rows(sql, id=experiment_id)
        sql = f"{RUNS} where run.id in (select run_id from part where sweep_id = :id)"
        runs = {run.id: run for run in _readable(self._rows(sql, id=experiment_id))}
        return [
            ExperimentRun(name, seed, runs[run_id])
            for name, seed, run_id in parts
            if run_id in runs
        ]

    def add_experiment_run(
        self,
        experiment: ExperimentRow,
        part: str,
        seed: int,
        *,
        name: str,
        config: RunConfig,
        fingerprint: str,
    ) -> str | None:
        """Let a run serve a part of an experiment: one with the same fingerprint, or a new one.

        Returns:
            The run's id; None, with nothing done, if the experiment was stopped or has this part.
        """
        values = _new_run(
            experiment.corpus_id, config, experiment.workspace_id, fingerprint, utc_now()
        )
        with self._transaction() as db:
            sql = "select 1 from sweep where id = ? and state = 'wanted'"
            wanted = db.execute(sql, (experiment.id,)).fetchone() is not None
            sql = "select 1 from part where sweep_id = ? and name = ? and seed = ?"
            if not wanted or db.execute(sql, (experiment.id, part, seed)).fetchone() is not None:
                return None
            known = db.execute(SAME_RUN, values).fetchone()
            if known is None:
                _put_run(db, name, values | {"made_for": experiment.kind}, config)
            run_id: str = values["id"] if known is None else known["id"]
            sql = "insert into part values (?, ?, ?, ?, ?)"
            db.execute(sql, (experiment.workspace_id, experiment.id, part, seed, run_id))
            return run_id

    def points(self, run_id: str, most: int) -> list[PointRow]:
        """At most `most` points (5 or more) of a run's curves, evenly taken, in order of step.

        All of them, if there are no more. Else the first, the last and the best on validation are
        always there; looks at the validation songs, being rarer, are thinned apart from the rest.
        What it costs depends on `most` alone: each point is sought by its step.
        """
        sql = f"""with recursive
            {_evenly("every", "point where run_id = :run_id", ":quota")},
            {_evenly("look", f"{LOOKS} and run_id = :run_id", ":quota")},
            short (step) as (select step from point where run_id = :run_id limit :most + 1)
            select step, epoch, seconds, train, val from point where run_id = :run_id and step in (
                select step from short where (select count(*) from short) <= :most
                union select step from every_kept union select step from look_kept
                union select max(step) from point where run_id = :run_id
                union select best_step from run where id = :run_id)
            order by step"""
        rows = self._rows(sql, run_id=run_id, most=most, quota=max(1, (most - 3) // 2))
        return [PointRow(*row) for row in rows]

    def looks(self, run_ids: Sequence[str], most: int) -> dict[str, list[float]]:
        """At most `most` validation losses of each of many runs, evenly taken, in order of step.

        Runs without any are missing. The cost depends on `most` and the number of runs alone.
        """
        sql = f"""with recursive
            chosen (id, first, last, few) as (
                select value, (select min(step) from {LOOKS} and run_id = value),
                    (select max(step) from {LOOKS} and run_id = value),
                    (select count(*) from (select 1 from {LOOKS} and run_id = value
                        limit :most + 1)) <= :most
                from json_each(:run_ids)),
            place (k) as (select 0 union all select k + 1 from place where k + 1 < :most),
            kept (run_id, step) as (
                select id, step from chosen cross join {LOOKS} and run_id = id and few
                union select id, (select step from {LOOKS} and run_id = id
                    and step >= first + k * (last - first) / :most order by step limit 1)
                from chosen, place where not few)
            select run_id, val from kept join point indexed by look_by_run using (run_id, step)
            where val is not null order by run_id, step"""
        found: dict[str, list[float]] = {}
        for run_id, val in self._rows(sql, run_ids=json.dumps(run_ids), most=most):
            found.setdefault(run_id, []).append(val)
        return found

    def samples(self, run_id: str) -> list[SampleRow]:
        """What a run wrote on its way, in order of step."""
        sql = "select step, text, seed from sample where run_id = :run_id order by step, seed"
        return [SampleRow(**row) for row in self._rows(sql, run_id=run_id)]

    def notes(self, run_id: str) -> list[NoteRow]:
        """What happened to a run, the oldest first."""
        sql = "select noted_at, text from note where run_id = :run_id order by rowid"
        return [NoteRow(**row) for row in self._rows(sql, run_id=run_id)]


def _new_run(
    corpus_id: str, config: RunConfig, workspace_id: str, fingerprint: str | None, now: str
) -> dict[str, Any]:
    """The columns of a run that waits."""
    return {
        "id": new_id(),
        "workspace_id": workspace_id,
        "corpus_id": corpus_id,
        "base": config.base,
        "trainable": config.trainable,
        "kind": config.kind,
        "config_json": json.dumps(config.to_dict()),
        "status": "queued",
        "created_at": now,
        "queued_at": now,
        "total_steps": config.settings.max_steps,
        "fingerprint": fingerprint,
    }


def _put_run(db: sqlite3.Connection, name: str, values: dict[str, Any], config: RunConfig) -> None:
    """Writes a run down under a name that is free.

    Raises:
        RunStateError: if the corpus no longer holds the songs that the configuration names.
    """
    sql = "select digest from corpus where id = ?"
    songs = db.execute(sql, (values["corpus_id"],)).fetchone()
    if songs is not None and songs["digest"] != config.corpus:
        raise RunStateError(
            "This corpus was changed a moment ago. Look at it again, then start the run."
        )
    sql = "select name from run where workspace_id = ?"
    taken = {row["name"] for row in db.execute(sql, (values["workspace_id"],)).fetchall()}
    values["name"] = free_name(name, taken)
    db.execute(_insert("run", values), values)


def _progress(row: sqlite3.Row, points: Sequence[PointRow]) -> dict[str, Any]:
    """The columns of a run that follow from new points of its curves."""
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
    """The part of a query that names, as `{name}_kept`, points which lie evenly over the steps.

    All of `those`, if there are no more than `most`; else the next to each of so many places on
    the way, which the index finds without a look at the rest.
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


def _experiment(row: sqlite3.Row) -> ExperimentRow:
    """Make an experiment's row.

    Raises:
        StoreError: if it is damaged.
    """
    values = dict(row)
    kind, plan_json = values.pop("kind"), values.pop("plan_json")
    try:
        if kind == "sweep":
            return SweepRow(plan=SweepPlan.from_dict(_object(plan_json)), **values)
        return SearchRow(plan=SearchPlan.from_dict(_object(plan_json)), **values)
    except (ValueError, TypeError, RecursionError, ConfigError) as error:
        raise StoreError(f"The record of the {kind} {row['id']} is damaged.") from error


def _insert(table: str, values: dict[str, Any]) -> str:
    named = ", ".join(f":{column}" for column in values)
    return f"insert into {table} ({', '.join(values)}) values ({named})"


def free_name(name: str, taken: Collection[str]) -> str:
    """The name itself, or with the first number that none of these has: "Sea songs 2"."""
    numbered = (f"{name} {k}" for k in count(2))
    return next(free for free in chain([name], numbered) if free not in taken)


def _corpus(row: sqlite3.Row) -> CorpusRow:
    values = dict(row)
    try:
        report = _object(values.pop("report_json"))
    except (ValueError, TypeError, RecursionError):  # the songs are what counts
        report = {}
    return CorpusRow(report=report, **values)


@lru_cache(maxsize=4096)
def _run(row: sqlite3.Row) -> RunRow:
    """A run's row; made once while it stays the same, for every page lists the runs.

    Raises:
        StoreError: if it is damaged.
    """
    values = dict(row)
    config_json, result_json = values.pop("config_json"), values.pop("result_json")
    try:
        config = _config(config_json)
        result = None if result_json is None else _object(result_json)
    except (ValueError, TypeError, RecursionError, ConfigError) as error:
        raise StoreError(
            f"The record of the run '{row['name']}' ({row['id']}) is damaged. Delete that run."
        ) from error
    return RunRow(config=config, result=result, **values)


@lru_cache(maxsize=4096)
def _config(text: str) -> RunConfig:
    """A run's configuration; read once, for it never changes and every page lists the runs."""
    return RunConfig.from_dict(_object(text))


def _readable(rows: Sequence[sqlite3.Row]) -> list[RunRow]:
    """The runs whose records are whole."""
    found = []
    for row in rows:
        try:
            found.append(_run(row))
        except StoreError as error:
            _warn(str(error))
    return found


@cache
def _warn(sentence: str) -> None:
    """A warning, once: the app looks at the runs every second."""
    logger.warning("Left out: %s", sentence)


def _object(text: str) -> dict[str, Any]:
    """The JSON object in a column."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("This is no JSON object.")
    return found
