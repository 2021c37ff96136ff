"""The runs in the store."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from lyricslab.config import RunConfig
from lyricslab.errors import ConfigError, NotFoundError, RunStateError, StoreError
from lyricslab.store.database import Database, free_name, insert_sql, json_object, new_id
from lyricslab.store.rows import (
    LOCAL,
    TRANSITIONS,
    Lease,
    RunRow,
    Status,
    utc_now,
)

RUNS = "select run.*, corpus.name as corpus_name from run join corpus on corpus.id = corpus_id"

SAME_RUN = """select id from run where workspace_id = :workspace_id
    and fingerprint = :fingerprint order by status = 'done' desc,
    status in ('running', 'queued') desc, rowid limit 1"""
"""Of the runs that give the same result, one that is over, or else one that is under way."""

logger = logging.getLogger(__name__)


class RunRecords(Database):
    """The part of the store that keeps runs."""

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
        """Add a run: queued, or already leased if an `owner` is given.

        A name that is taken gets a number: "Sea · Songs · layer 2", "Sea · Songs · layer 2 (2)".

        Raises:
            RunStateError: if the corpus no longer holds the songs that the configuration names.
        """
        now = utc_now()
        values = new_run(corpus_id, config, workspace_id, fingerprint, now)
        if owner is not None:
            values |= {"status": "running", "owner": owner, "attempt": 1}
            values |= {"heartbeat_at": now, "started_at": now}
        with self._transaction() as db:
            put_run(db, name, values, config)
        return self.run(str(values["id"]))

    def run(self, run_id: str) -> RunRow:
        """Return the run of this id.

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
        """Return the runs that fit all arguments, the newest first; None fits every run.

        One whose record is damaged is left out and named in the log.

        Args:
            exclude_experiments: leave out the runs of sweeps and searches.
            most: the largest number of runs to return.
        """
        sql = f"""{RUNS} where (:workspace_id is null or run.workspace_id = :workspace_id)
            and (:corpus_id is null or corpus_id = :corpus_id)
            and (:base is null or base = :base)
            and (:owner is null or owner = :owner)
            and (:kind is null or kind = :kind)
            and (not :exclude_experiments or made_for is null)
            and (:statuses is null or status in (select value from json_each(:statuses)))
            order by run.rowid desc limit :most"""
        rows = self._rows(
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
        return readable_runs(rows)

    def baselines(self, workspace_id: str, digest: str | None = None) -> list[RunRow]:
        """Return the finished baselines, on these songs if given; the lowest loss first."""
        sql = f"""{RUNS} where run.workspace_id = :workspace_id and kind = 'baseline'
            and status = 'done' and best_val is not null
            and (:digest is null or corpus_id in (select id from corpus where digest = :digest))
            order by best_val, run.rowid desc"""
        return readable_runs(self._rows(sql, workspace_id=workspace_id, digest=digest))

    def same_run(self, fingerprint: str, workspace_id: str = LOCAL) -> RunRow | None:
        """Return a run of this fingerprint, the furthest; None if there is none."""
        rows = self._rows(SAME_RUN, workspace_id=workspace_id, fingerprint=fingerprint)
        return self.run(rows[0]["id"]) if rows else None

    def revision(self, workspace_id: str = LOCAL) -> int:
        """Return a number that grows with every change that a list of the runs shows."""
        sql = "select revision from workspace where id = :id"
        return int(self._rows(sql, id=workspace_id)[0]["revision"])

    def rename_run(self, run_id: str, name: str) -> None:
        """Rename a run."""
        with self._transaction() as db:
            db.execute("update run set name = ? where id = ?", (name, run_id))

    def mark_run(
        self,
        run_id: str,
        *,
        starred: bool | None = None,
        own_note: str | None = None,
        tags: Sequence[str] | None = None,
    ) -> None:
        """Change the marks of a run; None leaves one as it is."""
        changes: dict[str, Any] = {"starred": starred, "own_note": own_note}
        changes["tags_json"] = None if tags is None else json.dumps(tags)
        given = {column: value for column, value in changes.items() if value is not None}
        if not given:
            return
        sets = ", ".join(f"{column} = :{column}" for column in given)
        with self._transaction() as db:
            db.execute(f"update run set {sets} where id = :run_id", given | {"run_id": run_id})

    def rename_base(self, old: str, new: str) -> None:
        """Write the new name of a base into each run that began with it."""
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
        """Delete a run and its curves.

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
        """Change a run's status, and other columns with it, if the transition is allowed.

        Returns:
            Whether it changed; False if its status does not allow it, or `lease` is lost.
        """
        froms = [s for s, after in TRANSITIONS.items() if to in after and only_from in (None, s)]
        values = changes | {"status": to}
        sets = ", ".join(f"{column} = :{column}" for column in values)
        where = "id = :run_id and status in (select value from json_each(:froms))"
        if lease is not None:
            where += " and owner = :lease_owner and attempt = :lease_attempt"
            values |= {"lease_owner": lease.owner, "lease_attempt": lease.attempt}
        values |= {"run_id": run_id, "froms": json.dumps(froms)}
        with self._transaction() as db:
            return db.execute(f"update run set {sets} where {where}", values).rowcount == 1


def new_run(
    corpus_id: str, config: RunConfig, workspace_id: str, fingerprint: str | None, now: str
) -> dict[str, Any]:
    """Return the columns of a new queued run."""
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


def put_run(db: sqlite3.Connection, name: str, values: dict[str, Any], config: RunConfig) -> None:
    """Insert a run under a free name.

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
    values["name"] = free_name(name, taken, "{} ({})")
    db.execute(insert_sql("run", values), values)


@lru_cache(maxsize=4096)
def _run(row: sqlite3.Row) -> RunRow:
    """Make a run's row; cached, because every page lists the runs.

    Raises:
        StoreError: if it is damaged.
    """
    values = dict(row)
    config_json, result_json = values.pop("config_json"), values.pop("result_json")
    values["starred"] = bool(values["starred"])
    try:
        values["tags"] = tuple(map(str, json.loads(values.pop("tags_json"))))
        config = _config(config_json)
        result = None if result_json is None else json_object(result_json)
    except (ValueError, TypeError, RecursionError, ConfigError) as error:
        raise StoreError(
            f"The record of the run '{row['name']}' ({row['id']}) is damaged. Delete that run."
        ) from error
    return RunRow(config=config, result=result, **values)


@lru_cache(maxsize=4096)
def _config(text: str) -> RunConfig:
    """Read a run's configuration; cached, because it never changes."""
    return RunConfig.from_dict(json_object(text))


def readable_runs(rows: Sequence[sqlite3.Row]) -> list[RunRow]:
    """Return the runs whose records can be read; warn of the others."""
    runs = []
    for row in rows:
        try:
            runs.append(_run(row))
        except StoreError as error:
            _warn(str(error))
    return runs


@cache
def _warn(sentence: str) -> None:
    """Log a warning once: the app lists the runs every second."""
    logger.warning("Left out: %s", sentence)
