"""The store's tables, as migrations in order. The file's `user_version` counts those applied."""

from __future__ import annotations

import sqlite3

from lyricslab.errors import StoreTooNewError

FIRST_LIGHT = """
create table workspace (
    id         text primary key,
    name       text not null,
    created_at text not null
) strict;
insert into workspace values ('local', 'This computer', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));

create table corpus (
    id           text primary key,
    workspace_id text not null references workspace (id),
    name         text not null,
    digest       text not null,
    songs        integer not null,
    characters   integer not null,
    created_at   text not null,
    report_json  text not null
) strict;
create index corpus_by_digest on corpus (digest);

create table run (
    id            text primary key,
    workspace_id  text not null references workspace (id),
    name          text not null,
    corpus_id     text not null references corpus (id),
    base          text,
    trainable     text not null,
    kind          text not null,
    config_json   text not null,
    status        text not null,
    owner         text,
    attempt       integer not null default 0,
    losses        integer not null default 0,
    heartbeat_at  text,
    created_at    text not null,
    queued_at     text not null,
    started_at    text,
    finished_at   text,
    step          integer not null default 0,
    total_steps   integer not null,
    epochs        real not null default 0,
    seconds       real not null default 0,
    chars_per_s   real,
    best_step     integer,
    best_epoch    real,
    best_val      real,
    zero_shot_val real,
    result_json   text,
    error         text
) strict;
create index run_by_status on run (status, queued_at);
create index run_by_corpus on run (corpus_id);

create table point (
    workspace_id text not null references workspace (id),
    run_id       text not null references run (id) on delete cascade,
    step         integer not null,
    epoch        real not null,
    seconds      real not null,
    train        real,
    val          real,
    primary key (run_id, step)
) strict, without rowid;

create table sample (
    workspace_id text not null references workspace (id),
    run_id       text not null references run (id) on delete cascade,
    step         integer not null,
    seed         integer not null,
    text         text not null,
    primary key (run_id, step, seed)
) strict, without rowid;

create table note (
    workspace_id text not null references workspace (id),
    run_id       text not null references run (id) on delete cascade,
    noted_at     text not null,
    text         text not null
) strict;
create index note_by_run on note (run_id);
"""

# A trigger is written on one line: statements are split at semicolons that end a line.
SPEED = """
create index look_by_run on point (run_id, step, val) where val is not null;
create index baseline_by_loss on run (workspace_id, best_val) where kind = 'baseline';

alter table workspace add column revision integer not null default 0;
create trigger run_came after insert on run
    begin update workspace set revision = revision + 1 where id = new.workspace_id; end;
create trigger run_went after delete on run
    begin update workspace set revision = revision + 1 where id = old.workspace_id; end;
create trigger run_changed after update of name, status, step, epochs, seconds, best_step,
        best_epoch, best_val, zero_shot_val, result_json, error on run
    begin update workspace set revision = revision + 1 where id = new.workspace_id; end;
create trigger corpus_renamed after update of name on corpus
    begin update workspace set revision = revision + 1 where id = new.workspace_id; end;
"""
"""Indexes and revisions that keep pages fast: see `Store.points` and `Store.revision`."""

SWEEPS = """
alter table run add column fingerprint text;
create index run_by_fingerprint on run (workspace_id, fingerprint);

create table score (
    workspace_id     text not null references workspace (id),
    run_id           text not null references run (id) on delete cascade,
    side             text not null,
    nats_json        text not null,
    predictions_json text not null,
    primary key (run_id, side)
) strict, without rowid;

create table sweep (
    id           text primary key,
    workspace_id text not null references workspace (id),
    corpus_id    text not null references corpus (id) on delete cascade,
    digest       text not null,
    plan_json    text not null,
    created_at   text not null,
    state        text not null,
    error        text,
    unique (workspace_id, digest)
) strict;

create table part (
    workspace_id text not null references workspace (id),
    sweep_id     text not null references sweep (id) on delete cascade,
    name         text not null,
    seed         integer not null,
    run_id       text not null references run (id) on delete cascade,
    primary key (sweep_id, name, seed)
) strict, without rowid;
create index part_by_run on part (run_id);
"""
"""Sweeps: runs of the same `fingerprint` give the same result, `part` says which run serves which
cell or trial of a sweep, `score` keeps losses song by song."""

BASES = """
insert into workspace values ('bases', 'Bases', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 0);
"""
"""A workspace for pretraining runs."""

SEARCHES = """
alter table sweep add column kind text not null default 'sweep';
"""
"""Searches share the tables of sweeps: `sweep.kind` tells how to read `plan_json`; each `part` of a
search has its run's fingerprint as its name."""

MADE_FOR = """
alter table run add column made_for text;
update run set made_for = (
    select sweep.kind from part join sweep on sweep.id = part.sweep_id
    where part.run_id = run.id and sweep.created_at <= run.created_at
    order by sweep.created_at limit 1);
"""
"""`run.made_for` tells the runs of experiments from those that a person started. For older runs it
is inferred from the times: a run started by hand beside a sweep that used it counts as the
sweep's."""

CRASHES = """
alter table run rename column losses to crashes;
"""
"""How often a run's process died, renamed."""

MARKS = """
alter table run add column starred integer not null default 0;
alter table run add column own_note text not null default '';
alter table run add column tags_json text not null default '[]';
create trigger run_marked after update of starred, own_note, tags_json on run
    begin update workspace set revision = revision + 1 where id = new.workspace_id; end;
"""
"""What a person marks on a run: a star, a note of their own, tags."""

NAMED_SWEEPS = """
alter table sweep add column name text;
"""
"""What a person calls an experiment; null where it has the usual name."""

MIGRATIONS = (FIRST_LIGHT, SPEED, SWEEPS, BASES, SEARCHES, MADE_FOR, CRASHES, MARKS, NAMED_SWEEPS)
"""One script for each version; released ones are never changed."""


def migrate(db: sqlite3.Connection) -> None:
    """Bring the tables up to date, each step and its version in one transaction.

    Raises:
        StoreTooNewError: if a later version of the program made the file.
    """
    if _version(db) == len(MIGRATIONS):
        return
    for version, script in enumerate(MIGRATIONS, start=1):
        db.execute("begin immediate")
        try:
            # Read under the lock: another process may have migrated in the meantime.
            if _version(db) < version:
                for statement in script.split(";\n"):
                    db.execute(statement)
                db.execute(f"pragma user_version = {version}")
            db.execute("commit")
        except BaseException:
            db.execute("rollback")
            raise


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("pragma user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise StoreTooNewError(
            "The lab's records were written by a later version of Lyrics Lab. Update the program, "
            "or set LYRICSLAB_HOME to another folder to start afresh beside them."
        )
    return version
