"""The store: leases, transitions, curves, migrations, errors."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import pytest

from lyricslab.config import RunConfig
from lyricslab.engine.recorder import lease_of
from lyricslab.errors import (
    ConfigError,
    HomeNotWritableError,
    NotFoundError,
    RunStateError,
    StoreError,
    StoreTooNewError,
)
from lyricslab.library.pace import time_left_s
from lyricslab.library.runs import (
    delete_run,
    rename_run,
    resume_run,
    stop_run,
    submit_run,
)
from lyricslab.store.database import MAX_IDLE
from lyricslab.store.home import Home, open_home
from lyricslab.store.plans import SweepPlan
from lyricslab.store.rows import TRANSITIONS, Lease, PointRow, SampleRow
from lyricslab.store.schema import MIGRATIONS
from lyricslab.store.store import Store


def test_eight_threads_lease_each_run_once(lab):
    submitted = [submit_run(lab.store, lab.config()).id for _ in range(13)]

    def claim_all(thread: int) -> list[str]:
        store, leased = Store(lab.home), []
        while run := store.lease_next(f"engine:{thread}"):
            assert (run.owner, run.attempt, run.status) == (f"engine:{thread}", 1, "running")
            leased.append(run.id)
        return leased

    with ThreadPoolExecutor(8) as threads:
        leased = [run_id for found in threads.map(claim_all, range(8)) for run_id in found]
    assert sorted(leased) == sorted(submitted)


def test_runs_are_leased_in_the_order_of_the_queue(lab):
    first, second, third = (submit_run(lab.store, lab.config()) for _ in range(3))
    assert [lab.store.queue_position(run.id) for run in (first, second, third)] == [1, 2, 3]
    stop_run(lab.store, first.id)
    resume_run(lab.store, first.id)  # goes to the end of the queue
    assert [lab.store.queue_position(run.id) for run in (first, second, third)] == [3, 1, 2]
    leased = [lab.store.lease_next("engine:a") for _ in range(4)]
    assert [run and run.id for run in leased] == [second.id, third.id, first.id, None]
    assert lab.store.queue_position(second.id) is None


def test_a_lost_lease_writes_nothing(lab):
    run = submit_run(lab.store, lab.config())
    old = lease_of(lab.store.lease_next("engine:old"))
    assert lab.store.transition(run.id, "queued", lease=old)
    new = lease_of(lab.store.lease_next("engine:new"))
    assert (new.attempt, lab.store.lease_valid(new), lab.store.lease_valid(old)) == (2, True, False)
    point = PointRow(4, 0.5, 1.5, 3.25, 3.0)
    assert lab.store.record(old, points=[point], notes=["lost"]) is None
    assert not lab.store.end_run(old, "done", result={"seconds": 1.0})
    assert not lab.store.add_result(old, {"seconds": 1.0})
    assert not lab.store.rewind(old, 0, 0.0)
    row = lab.store.run(run.id)
    assert (row.status, row.step, row.result, lab.store.notes(run.id)) == (
        "running", 0, None, [],
    )  # fmt: skip
    assert lab.store.record(new, points=[point]) == "running"
    assert lab.store.run(run.id).best_val == 3.0


def test_a_lease_of_another_attempt_or_owner_is_invalid(lab):
    submit_run(lab.store, lab.config())
    lease = lease_of(lab.store.lease_next("engine:a"))
    assert lab.store.lease_valid(lease)
    assert not lab.store.lease_valid(replace(lease, attempt=2))
    assert not lab.store.lease_valid(replace(lease, owner="cli:1"))
    assert not lab.store.lease_valid(Lease("nosuchid", "engine:a", 1))


def test_late_figures_are_accepted_after_a_stop_but_not_after_a_resume(lab):
    run = submit_run(lab.store, lab.config())
    lease = lease_of(lab.store.lease_next("engine:a"))
    stop_run(lab.store, run.id)
    assert lab.store.end_run(lease, "stopped", result={"seconds": 2.5})
    assert not lab.store.lease_valid(lease)
    assert lab.store.lease_valid(lease, late=True)
    assert lab.store.add_result(lease, {"seconds": 2.5, "test_nats_per_char": 1.75})
    assert lab.store.run(run.id).test == 1.75
    resume_run(lab.store, run.id)
    assert not lab.store.add_result(lease, {"seconds": 9.0})
    assert lab.store.run(run.id).test == 1.75


def test_progress_follows_the_points(lab):
    run = submit_run(lab.store, lab.config())
    lease = lease_of(lab.store.lease_next("engine:a"))
    lab.store.record(lease, points=[PointRow(0, 0, 0.1, None, 4.5)])
    later = [PointRow(8, 1.5, 2.0, 4.0, 3.5), PointRow(12, 2.25, 3.0, 3.0, None)]
    lab.store.record(lease, points=later, chars_per_s=777.0, samples=[SampleRow(8, "la", 0)])
    row = lab.store.run(run.id)
    assert (row.step, row.epochs, row.seconds, row.chars_per_s) == (12, 2.25, 3.0, 777.0)
    assert (row.best_step, row.best_epoch, row.best_val) == (8, 1.5, 3.5)
    assert row.zero_shot_val == 4.5
    assert time_left_s(row) == pytest.approx((40 - 12) * 3.0 / 12)
    assert [s.text for s in lab.store.samples(run.id)] == ["la"]


def test_a_rewind_deletes_what_comes_after(lab):
    run = submit_run(lab.store, lab.config())
    lease = lease_of(lab.store.lease_next("engine:a"))
    curve = [(0, 4.5), (8, 3.5), (16, 3.0), (24, 3.25)]
    points = [PointRow(step, step / 8, step / 4, None, val) for step, val in curve]
    lab.store.record(lease, points=points, samples=[SampleRow(8, "a", 0), SampleRow(24, "b", 0)])
    lab.store.rewind(lease, 10, 2.75)
    row = lab.store.run(run.id)
    assert [p.step for p in lab.store.points(run.id, 400)] == [0, 8]
    assert [s.step for s in lab.store.samples(run.id)] == [8]
    assert (row.step, row.seconds, row.best_step, row.best_val) == (10, 2.75, 8, 3.5)


def test_a_baseline_has_no_zero_shot_loss(lab):
    run = submit_run(lab.store, lab.config(base=None))
    lease = lease_of(lab.store.lease_next("engine:a"))
    lab.store.record(lease, points=[PointRow(0, 0, 0.1, None, 4.75)])
    assert lab.store.run(run.id).zero_shot_val is None


@pytest.mark.parametrize("most", [5, 20, 63])
def test_thinned_curves_keep_the_first_last_and_best(lab, most):
    run = submit_run(lab.store, lab.config())
    lease = lease_of(lab.store.lease_next("engine:a"))
    points = [
        PointRow(k, k / 10, k / 5, 3.0, abs(k - 333) / 100 + 1 if k % 9 == 0 else None)
        for k in range(1001)
    ]
    lab.store.record(lease, points=points)
    kept = lab.store.points(run.id, most)
    steps = [point.step for point in kept]
    assert len(kept) <= most
    assert steps == sorted(steps)
    assert {0, 1000, 333} <= set(steps)


def test_only_allowed_transitions_happen(lab):
    run = submit_run(lab.store, lab.config())
    for before, after in product(TRANSITIONS, TRANSITIONS):
        with sqlite3.connect(lab.home.database) as db:
            db.execute("update run set status = ? where id = ?", (before, run.id))
        allowed = after in TRANSITIONS[before]
        assert lab.store.transition(run.id, after) == allowed, (before, after)
        assert lab.store.run(run.id).status == (after if allowed else before)


def test_a_new_store_has_the_latest_version(lab):
    with sqlite3.connect(lab.home.database) as db:
        assert db.execute("pragma user_version").fetchone() == (len(MIGRATIONS),)
    Store(lab.home)  # once more, nothing to do
    assert len(lab.store.corpora()) == 1


def test_migrations_are_applied_in_order_and_once(lab, monkeypatch):
    later = "create table extra (x integer) strict;\ninsert into extra values (7);\n"
    monkeypatch.setattr("lyricslab.store.schema.MIGRATIONS", (*MIGRATIONS, later))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: Store(lab.home), range(8)))
    with sqlite3.connect(lab.home.database) as db:
        assert db.execute("select * from extra").fetchall() == [(7,)]
        assert db.execute("pragma user_version").fetchone() == (len(MIGRATIONS) + 1,)
    assert lab.store.corpora()[0].name == "Tiny songs"


def test_old_sweeps_are_still_sweeps(tmp_path, monkeypatch):
    home = open_home(tmp_path / "home")
    monkeypatch.setattr("lyricslab.store.schema.MIGRATIONS", MIGRATIONS[:4])
    row = Store(home).add_corpus(name="Old", digest="d", songs=3, characters=9, report={})
    plan = SweepPlan(corpus="d", train_chars=3, val_chars=3, bases=())
    with sqlite3.connect(home.database) as db:
        db.execute(
            "insert into sweep values ('old', 'local', ?, 'x', ?, '2025', 'over', null)",
            (row.id, json.dumps(plan.to_dict())),
        )
    monkeypatch.undo()
    store = Store(home)
    assert [sweep.plan for sweep in store.sweeps()] == [plan]
    assert store.searches() == []


def test_old_runs_of_sweeps_are_marked_by_their_times(lab, tmp_path, monkeypatch):
    home = open_home(tmp_path / "old")
    monkeypatch.setattr("lyricslab.store.schema.MIGRATIONS", MIGRATIONS[:5])
    store = Store(home)
    row = store.add_corpus(name="Old", digest="d", songs=3, characters=9, report={})
    plan = json.dumps(SweepPlan(corpus="d", train_chars=3, val_chars=3, bases=()).to_dict())
    config = json.dumps(replace(lab.config(), corpus="d").to_dict())
    with sqlite3.connect(home.database) as db:
        for kind, at in (("sweep", "2025-03"), ("search", "2025-05")):
            db.execute(
                "insert into sweep values (?, 'local', ?, ?, ?, ?, 'over', null, ?)",
                (kind, row.id, kind, plan, at, kind),
            )
        for name, at, served in (
            ("before both", "2025-02", ("sweep", "search")),
            ("of the sweep", "2025-04", ("sweep", "search")),
            ("of the search", "2025-06", ("search",)),
            ("mine", "2025-06", ()),
        ):
            db.execute(
                "insert into run (id, workspace_id, name, corpus_id, trainable, kind, config_json,"
                " status, created_at, queued_at, total_steps) values"
                " (:name, 'local', :name, :corpus, 'all', 'tuned', :config, 'queued', :at, :at, 7)",
                {"name": name, "corpus": row.id, "config": config, "at": at},
            )
            for which in served:
                db.execute("insert into part values ('local', ?, ?, 0, ?)", (which, name, name))
    monkeypatch.undo()
    store = Store(home)
    assert {(run.starred, run.own_note, run.tags) for run in store.runs()} == {(False, "", ())}
    store.mark_run("mine", starred=True, own_note="of an old home")
    assert store.run("mine").starred
    assert {run.name: run.made_for for run in store.runs()} == {
        "before both": None,
        "of the sweep": "sweep",
        "of the search": "search",
        "mine": None,
    }


def test_marks_are_kept_apart_and_are_news(lab):
    run = submit_run(lab.store, lab.config())
    seen = lab.store.revision()
    for change in ({"starred": True}, {"own_note": "the *best*"}, {"tags": ["a", "b"]}):
        lab.store.mark_run(run.id, **change)
        assert lab.store.revision() > seen
        seen = lab.store.revision()
    lab.store.mark_run(run.id)
    lab.store.mark_run(run.id, starred=False)
    marked = lab.store.run(run.id)
    assert (marked.starred, marked.own_note, marked.tags) == (False, "the *best*", ("a", "b"))
    assert lab.store.revision() == seen + 1


def test_a_broken_migration_leaves_the_store_as_it_was(lab, monkeypatch):
    broken = "create table extra (x integer) strict;\ninsert into nowhere values (7);\n"
    monkeypatch.setattr("lyricslab.store.schema.MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(StoreError, match="nowhere"):
        Store(lab.home)
    with sqlite3.connect(lab.home.database) as db:
        assert db.execute("pragma user_version").fetchone() == (len(MIGRATIONS),)
        assert not db.execute("select 1 from sqlite_master where name = 'extra'").fetchall()


def test_a_store_of_a_later_version_is_refused(lab):
    with sqlite3.connect(lab.home.database) as db:
        db.execute(f"pragma user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreTooNewError, match="later version"):
        Store(lab.home)


def test_a_file_that_is_not_a_store_is_refused(tmp_path):
    home = open_home(tmp_path / "home")
    home.database.write_bytes(b"not a database at all, " * 99)
    with pytest.raises(StoreError, match="cannot be used"):
        Store(home)


@pytest.mark.parametrize("taken", ["home", "home/runs"])
def test_a_home_that_cannot_be_created_is_refused(tmp_path, taken):
    place = tmp_path / taken
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file stands in the way")
    with pytest.raises(HomeNotWritableError, match="LYRICSLAB_HOME"):
        open_home(tmp_path / "home")


def test_the_home_is_named_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("LYRICSLAB_HOME", str(tmp_path / "there"))
    assert open_home() == Home(tmp_path / "there")
    assert open_home(tmp_path / "here") == Home(Path(tmp_path / "here"))


def test_missing_rows_are_named(lab):
    with pytest.raises(NotFoundError, match="nosuchid"):
        lab.store.run("nosuchid")
    with pytest.raises(NotFoundError, match="nosuchid"):
        lab.store.corpus("nosuchid")


def test_a_training_run_is_not_deleted(lab):
    run = submit_run(lab.store, lab.config(), name="Mine")
    lab.store.lease_next("engine:a")
    with pytest.raises(RunStateError, match="'Mine' is training. Stop it first"):
        delete_run(lab.store, run.id)
    assert lab.store.run(run.id).status == "running"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"corpus": 3}', "[" * 100_000])
def test_a_damaged_record_is_left_out_and_named(lab, text, caplog):
    bad, good = (submit_run(lab.store, lab.config()) for _ in range(2))
    with lab.store._transaction() as db:
        db.execute("update run set config_json = ? where id = ?", (text, bad.id))
    assert [run.id for run in lab.store.runs()] == [good.id]
    assert bad.id in caplog.text
    with pytest.raises(StoreError, match="damaged"):
        lab.store.run(bad.id)
    with pytest.raises(StoreError, match="damaged"):
        lab.store.lease_next("engine:a")
    assert lab.store.count_runs() == {"failed": 1, "queued": 1}
    assert lab.store.lease_next("engine:a").id == good.id


def test_a_corpus_with_a_damaged_report_is_listed(lab):
    with lab.store._transaction() as db:
        db.execute("update corpus set report_json = '['")
    (row,) = lab.store.corpora()
    assert (row.id, row.report) == (lab.corpus_row.id, {})


# ---- thinned in SQL, against the same in plain Python


def evenly(steps: list[int], most: int) -> set[int]:
    """All steps, or the next one to each of `most` places that lie evenly between the ends."""
    if len(steps) <= most:
        return set(steps)
    first, last = steps[0], steps[-1]
    places = [first + k * (last - first) // most for k in range(most)]
    return {next(step for step in steps if step >= place) for place in places}


def thinned(points: list[PointRow], most: int) -> list[PointRow]:
    """The points that `Store.points` is to give."""
    if len(points) <= most:
        return points
    quota = max(1, (most - 3) // 2)
    looks = [point for point in points if point.val_loss is not None]
    kept = evenly([p.step for p in points], quota) | evenly([p.step for p in looks], quota)
    kept |= {
        points[-1].step,
        *(min(looks, key=lambda p: (p.val_loss, p.step)).step for _ in looks[:1]),
    }
    return [point for point in points if point.step in kept]


def a_curve(draw: Random) -> list[PointRow]:
    """A curve of any length, points at uneven steps, looks often, seldom or never."""
    looks = draw.choice([0.0, 0.05, 0.5, 1.0])
    step, points = draw.choice([0, 7]), []
    for _ in range(draw.choice([0, 1, 5, 40, 300])):
        val = round(draw.uniform(1, 3), 1) if draw.random() < looks else None
        points.append(PointRow(step, step / 8, step / 4, draw.choice([None, 2.5]), val))
        step += draw.choice([1, 2, 10, 60])
    return points


@pytest.mark.parametrize("seed", range(30))
def test_points_match_plain_python(lab, seed):
    draw = Random(seed)
    run = submit_run(lab.store, lab.config())
    lab.store.record(lease_of(lab.store.lease_next("engine:a")), points=(points := a_curve(draw)))
    for most in (5, 6, 41, 120, 400):
        kept = lab.store.points(run.id, most)
        assert kept == thinned(points, most)
        assert len(kept) <= most


def test_validation_curves_match_plain_python(lab):
    draw, curves = Random(5), {}
    for _ in range(17):
        run = submit_run(lab.store, lab.config())
        curves[run.id] = a_curve(draw)
        lab.store.record(lease_of(lab.store.lease_next("engine:a")), points=curves[run.id])
    for most in (1, 9, 33):
        expected = {}
        for run_id, points in curves.items():
            losses = {point.step: point.val_loss for point in points if point.val_loss is not None}
            expected[run_id] = [losses[step] for step in sorted(evenly(sorted(losses), most))]
        found = lab.store.validation_curves([*curves, "nosuchid"], most)
        assert found == {run_id: losses for run_id, losses in expected.items() if losses}
    assert lab.store.validation_curves([], 9) == {}


def test_the_cost_of_a_curve_does_not_grow_with_its_points(lab):
    """Counted in the steps of SQLite's own machine, which no clock disturbs."""

    def steps_for(count: int) -> tuple[int, int]:
        run = submit_run(lab.store, lab.config())
        points = [PointRow(k, k / 8, k / 4, 2.5, 2.0 + k % 7 if k % 5 == 0 else None)
                  for k in range(count)]  # fmt: skip
        lab.store.record(lease_of(lab.store.lease_next("engine:a")), points=points)
        return (
            machine_steps(lab.store, lambda: lab.store.points(run.id, 40)),
            machine_steps(lab.store, lambda: lab.store.validation_curves([run.id], 10)),
        )

    few, many = steps_for(400), steps_for(6400)
    assert many[0] < 1.1 * few[0]
    assert many[1] < 1.1 * few[1]


def machine_steps(store: Store, act: Callable[[], object]) -> int:
    """How many instructions SQLite carries out for a call."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    with store._connection() as db:
        db.set_progress_handler(count, 1)
    act()  # has the connection that was just given back
    with store._connection() as db:
        db.set_progress_handler(None, 0)
    assert counted
    return counted


# ---- what changed


def test_the_revision_grows_with_what_a_list_of_runs_shows(lab):
    store = lab.store

    def grows(act: Callable[[], object]) -> bool:
        before = store.revision()
        act()
        return store.revision() > before

    assert grows(lambda: submit_run(store, lab.config()))
    run = store.lease_next("engine:a")
    lease = lease_of(run)
    assert grows(lambda: store.record(lease, points=[PointRow(0, 0, 0.1, None, 4.5)]))
    assert grows(lambda: rename_run(store, run.id, "Mine"))
    assert grows(lambda: store.rename_corpus(lab.corpus_row.id, "Ours"))
    assert grows(lambda: store.end_run(lease, "done", result={"seconds": 1.0}))
    assert grows(lambda: delete_run(store, run.id))
    # Not with what no list shows: a sign of life, a sample.
    submit_run(store, lab.config())
    run = store.lease_next("engine:a")
    assert not grows(lambda: store.heartbeat("engine:a"))
    assert not grows(lambda: store.record(lease_of(run), samples=[SampleRow(0, "la", 0)]))
    assert not grows(lambda: store.runs())


def test_the_newest_runs_and_those_of_a_kind(lab):
    tuned = [submit_run(lab.store, lab.config()).id for _ in range(3)]
    alone = submit_run(lab.store, lab.config("all", base=None)).id
    assert [run.id for run in lab.store.runs(most=2)] == [alone, tuned[2]]
    assert [run.id for run in lab.store.runs(kind="baseline")] == [alone]


# ---- connections


def test_a_connection_is_reused_for_the_same_file_only(lab, tmp_path):
    opened = []
    connect = sqlite3.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda *a, **k: opened.append(1) or connect(*a, **k))
        for _ in range(5):
            lab.store.runs()
        assert not opened
        submit_run(lab.store, lab.config())
        # Somebody puts a store of their own in its place.
        other = Store(open_home(tmp_path / "other"))
        with other._connection() as db:
            db.execute("pragma wal_checkpoint(truncate)")
        for path in lab.home.root.glob(f"{lab.home.database.name}*"):
            path.unlink()
        shutil.copy(other.home.database, lab.home.database)
        assert lab.store.runs() == []
        assert lab.store.corpora() == []


def test_a_failed_connection_is_not_reused(lab):
    with pytest.raises(StoreError), lab.store._connection() as db:
        db.execute("select nonsense")
    assert not lab.store._idle
    lab.store.runs()
    assert len(lab.store._idle) == 1


def test_threads_share_a_store_but_not_a_connection(lab):
    with ThreadPoolExecutor(8) as threads:
        held = threading.Barrier(6)

        def hold(_: int) -> int:
            with lab.store._connection() as db:
                held.wait(10)
                return id(db)

        assert len(set(threads.map(hold, range(6)))) == 6
    assert len(lab.store._idle) == MAX_IDLE


@pytest.mark.parametrize("odd", [1.0, True, [16], {"a": 1}, "16", None])
def test_a_damaged_column_is_not_hidden_by_the_cache(lab, odd):
    """1, 1.0 and True are equal to Python, but not as settings."""
    config = lab.config()
    good = replace(config, settings=replace(config.settings, batch_size=1)).to_dict()
    assert RunConfig.from_dict(good).settings.batch_size == 1
    with pytest.raises(ConfigError, match="Batch size must be a whole number"):
        RunConfig.from_dict(good | {"train": good["train"] | {"batch_size": odd}})
