"""The queue of runs, and the leases of those that are executed."""

from __future__ import annotations

from dataclasses import asdict

from lyricslab.errors import StoreError
from lyricslab.store.rows import (
    Lease,
    RunRow,
    utc_now,
)
from lyricslab.store.run_records import RUNS, RunRecords, readable_runs

LEASE = "id = :run_id and owner = :owner and attempt = :attempt"
LEASE_HELD = f"{LEASE} and status in ('running', 'stopping')"
LEASE_HELD_OR_STOPPED = f"{LEASE} and status in ('running', 'stopping', 'stopped')"


class RunQueue(RunRecords):
    """The part of the store that hands out runs: one owner executes a run at a time."""

    def lease_run(self, run_id: str, owner: str) -> bool:
        """Lease a queued run; return False if another process was faster."""
        sql = """update run set status = 'running', owner = :owner, attempt = attempt + 1,
            heartbeat_at = :now, started_at = coalesce(started_at, :now), finished_at = null,
            error = null, result_json = null where id = :id and status = 'queued'"""
        with self._transaction() as db:
            values = {"id": run_id, "owner": owner, "now": utc_now()}
            return db.execute(sql, values).rowcount == 1

    def lease_next(self, owner: str) -> RunRow | None:
        """Lease the run that has waited longest, or None; no two callers ever get the same."""
        sql = """update run set status = 'running', owner = :owner, attempt = attempt + 1,
            heartbeat_at = :now, started_at = coalesce(started_at, :now), finished_at = null,
            error = null, result_json = null
            where id = (select id from run where status = 'queued'
                        order by queued_at, rowid limit 1)
            returning id"""
        with self._transaction() as db:
            leased = db.execute(sql, {"owner": owner, "now": utc_now()}).fetchall()
        if not leased:
            return None
        try:
            return self.run(leased[0]["id"])
        except StoreError as error:  # it must not hold up the others
            self.transition(leased[0]["id"], "failed", error=str(error), finished_at=utc_now())
            raise

    def heartbeat(self, owner: str) -> None:
        """Note that the owner of these runs is alive."""
        with self._transaction() as db:
            sql = "update run set heartbeat_at = ? where owner = ? and status in "
            db.execute(sql + "('running', 'stopping')", (utc_now(), owner))

    def orphaned_runs(self, *, except_owner: str, silent_s: float) -> list[RunRow]:
        """Return the leased runs whose owner is silent, or an engine other than `except_owner`."""
        sql = f"""{RUNS} where status in ('running', 'stopping') and owner <> :owner
            and (owner like 'engine:%' or heartbeat_at < :cut)"""
        return readable_runs(self._rows(sql, owner=except_owner, cut=utc_now(silent_s)))

    def queue_position(self, run_id: str) -> int | None:
        """Return a run's place in the queue, 1 for the next to start; None if it is not queued."""
        sql = """select count(*) as place from run as other, run as this
            where this.id = :id and this.status = 'queued' and other.status = 'queued'
            and (other.queued_at, other.rowid) <= (this.queued_at, this.rowid)"""
        return int(self._rows(sql, id=run_id)[0]["place"]) or None

    def count_runs(self) -> dict[str, int]:
        """Return the number of runs in each status that occurs, in all workspaces."""
        rows = self._rows("select status, count(*) as n from run group by status")
        return {row["status"]: row["n"] for row in rows}

    def lease_valid(self, lease: Lease, *, late: bool = False) -> bool:
        """Return whether the lease is still valid; with `late` also once the run was stopped."""
        where = LEASE_HELD_OR_STOPPED if late else LEASE_HELD
        return bool(self._rows(f"select 1 from run where {where}", **asdict(lease)))
