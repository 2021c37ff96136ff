"""The sweeps and searches in the store; the table `sweep` keeps both, `part` their runs."""

from __future__ import annotations

import json
import sqlite3
from typing import TypeVar

from lyricslab.config import RunConfig
from lyricslab.errors import ConfigError, NotFoundError, StoreError
from lyricslab.store.database import Database, insert_sql, json_object, new_id
from lyricslab.store.plans import SearchPlan, SweepPlan
from lyricslab.store.rows import (
    LOCAL,
    ExperimentKind,
    ExperimentRow,
    ExperimentRun,
    ExperimentState,
    SearchRow,
    SweepRow,
    utc_now,
)
from lyricslab.store.run_records import RUNS, SAME_RUN, new_run, put_run, readable_runs

EXPERIMENTS = """select sweep.id, sweep.workspace_id, corpus_id, corpus.name as corpus_name,
    kind, plan_json, sweep.created_at, state, error, sweep.name
    from sweep join corpus on corpus.id = corpus_id"""
E = TypeVar("E", bound=ExperimentRow)


class ExperimentRecords(Database):
    """The part of the store that keeps experiments."""

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
            sql = f"{insert_sql('sweep', values)} on conflict (workspace_id, digest) do nothing"
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

    def experiment(self, experiment_id: str) -> ExperimentRow:
        """Return the experiment of this id.

        Raises:
            NotFoundError: if there is none.
        """
        return self._one(ExperimentRow, "experiment", experiment_id)

    def sweep(self, sweep_id: str) -> SweepRow:
        """Return the sweep of this id.

        Raises:
            NotFoundError: if there is none.
        """
        return self._one(SweepRow, "sweep", sweep_id)

    def search(self, search_id: str) -> SearchRow:
        """Return the search of this id.

        Raises:
            NotFoundError: if there is none.
        """
        return self._one(SearchRow, "search", search_id)

    def _one(self, kind: type[E], noun: str, experiment_id: str) -> E:
        for row in self._rows(f"{EXPERIMENTS} where sweep.id = :id", id=experiment_id):
            experiment = _experiment(row)
            if isinstance(experiment, kind):
                return experiment
        raise NotFoundError(f"There is no {noun} {experiment_id}; it may have been deleted.")

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

    def rename_experiment(self, experiment_id: str, name: str | None) -> None:
        """Give an experiment another name; None gives it the usual one."""
        with self._transaction() as db:
            db.execute("update sweep set name = ? where id = ?", (name, experiment_id))

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
        runs = {run.id: run for run in readable_runs(self._rows(sql, id=experiment_id))}
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
        values = new_run(
            experiment.corpus_id, config, experiment.workspace_id, fingerprint, utc_now()
        )
        with self._transaction() as db:
            sql = "select 1 from sweep where id = ? and state = 'wanted'"
            wanted = db.execute(sql, (experiment.id,)).fetchone() is not None
            sql = "select 1 from part where sweep_id = ? and name = ? and seed = ?"
            if not wanted or db.execute(sql, (experiment.id, part, seed)).fetchone() is not None:
                return None
            same = db.execute(SAME_RUN, values).fetchone()
            if same is None:
                put_run(db, name, values | {"made_for": experiment.kind}, config)
            run_id: str = values["id"] if same is None else same["id"]
            sql = "insert into part values (?, ?, ?, ?, ?)"
            db.execute(sql, (experiment.workspace_id, experiment.id, part, seed, run_id))
            return run_id


def _experiment(row: sqlite3.Row) -> ExperimentRow:
    """Make an experiment's row.

    Raises:
        StoreError: if it is damaged.
    """
    values = dict(row)
    kind, plan_json = values.pop("kind"), values.pop("plan_json")
    try:
        if kind == "sweep":
            return SweepRow(plan=SweepPlan.from_dict(json_object(plan_json)), **values)
        return SearchRow(plan=SearchPlan.from_dict(json_object(plan_json)), **values)
    except (ValueError, TypeError, RecursionError, ConfigError) as error:
        raise StoreError(f"The record of the {kind} {row['id']} is damaged.") from error
