"""Several processes do one run's work: what they say, how they stop, fail and die."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import psutil
import pytest

from lyricslab.config import RunConfig
from lyricslab.engine import client, team
from lyricslab.engine.inline import resume_inline, this_process
from lyricslab.engine.job import JobSpec
from lyricslab.engine.messages import Ended, LastCheckpoint, Note, Preempted, Started
from lyricslab.engine.recorder import job_spec
from lyricslab.errors import ConfigError, TeamError
from lyricslab.library.bases import list_bases
from lyricslab.library.runs import resume_run
from lyricslab.model import network_file
from lyricslab.model.cost import Throughput
from lyricslab.pretraining import pretrain
from tests.pretraining.test_pretrain import PLAN, begin

pytestmark = pytest.mark.timeout(500)  # a busy machine takes a minute to start one process

ORDER = JobSpec(
    run_id="testing1",
    attempt=1,
    config=RunConfig(corpus="x", base=None),
    songs=b"s",
    base=None,
    processes=3,
)
FAKE = """
import os, sys, threading, time
from lyricslab.engine.job import Begun, Ended, Last, Left, Note
from lyricslab.engine.member import listen
from lyricslab.engine.team import BYE, receive, send
out, inlet, rank = sys.stdout.buffer, sys.stdin.buffer, int(os.environ["RANK"])
def say(*all):
    for one in all:
        send(out, one)
def die():
    os._exit(7)
def mark():
    open(sys.argv[-1] + ".mark", "w").close()
def await_mark():
    while not os.path.exists(sys.argv[-1] + ".mark"):
        time.sleep(0.01)
order = receive(inlet)
"""
"""A member that trains nothing; what it does instead follows."""


@pytest.fixture
def members(monkeypatch):
    """Makes members do this, each in a process of its own."""

    def make(code: str) -> None:
        monkeypatch.setattr(team, "MEMBER", ("-c", FAKE + code))

    return make


def follow(order: JobSpec = ORDER, stop: bool = False, leave: bool = False) -> list:
    heard: list = []
    team.execute(order, heard.append, lambda: stop, lambda: leave)
    return heard


def test_the_first_speaks_for_all_and_each_knows_who_it_is(members):
    members(
        "known = [os.environ[n] for n in ('RANK', 'WORLD_SIZE', 'LOCAL_RANK')]\n"
        "if rank == 0: say(Begun(0, 0.5), Last(order.songs * 100_000), Note(' '.join(known)),"
        " Ended('done'))\n"
        "say(BYE)"
    )
    heard = follow()
    assert heard == [Started(0, 0.5), LastCheckpoint(b"s" * 100_000), Note("0 3 0"), Ended("done")]


def test_wishes_reach_the_first_and_that_nobody_waits_comes_before_that_it_shall_stop(members):
    members("if rank == 0: say(Note(receive(inlet)), Note(receive(inlet)), Left())\nsay(BYE)")
    assert follow(stop=True, leave=True) == [Note("leave"), Note("stop"), Preempted()]


@pytest.mark.parametrize("who", [0, 2])
def test_when_one_dies_all_end_and_it_is_said(members, who):
    pids: list[int] = []
    members(
        "if rank == 0: say(Begun(4, 0.0))\n"
        f"if rank == {who}: print('too much', file=sys.stderr); mark(); die()\n"
        # What the first makes of it is not the cause.
        "if rank == 0: await_mark(); say(Ended('failed', 'Something', 'gone')); time.sleep(60)\n"
        "receive(inlet)"  # a step that needs the one that died
    )
    heard: list = []
    started = subprocess.Popen

    def noted(*args, **kwargs):
        process = started(*args, **kwargs)
        pids.append(process.pid)
        return process

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", noted)
        with pytest.raises(TeamError, match="One of the 3 processes"):
            team.execute(ORDER, heard.append, lambda: False)
    assert heard in ([], [Started(4, 0.0)])  # which of two processes is heard first is chance
    assert len(pids) == 3
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_who_fails_first_is_believed(members):
    members(
        "if rank == 1: say(Ended('failed', 'No memory', 'traceback'), BYE); mark(); sys.exit()\n"
        "await_mark(); time.sleep(0.4)\n"  # until it has been heard
        "say(Ended('failed', 'Something', 'peer is gone'), BYE)"
    )
    assert follow() == [Ended("failed", "No memory", "traceback")]


def test_what_all_find_is_said_once(members):
    members("say(Ended('failed', 'Its base is damaged'), BYE)")
    assert follow() == [Ended("failed", "Its base is damaged")]


def test_one_that_waits_for_a_failed_one_is_ended(members, monkeypatch):
    monkeypatch.setattr(team, "PART_WITHIN_S", 0.2)
    members("if rank == 1: say(Ended('failed', 'No memory', 'x'), BYE)\nelse: time.sleep(300)")
    began_s = time.monotonic()
    assert follow(replace(ORDER, processes=2)) == [Ended("failed", "No memory", "x")]
    assert time.monotonic() - began_s < 200


def test_none_outlives_who_started_them(tmp_path, until):
    listens = FAKE + (
        "threading.Thread(target=listen, args=(inlet, set()), daemon=True).start()\n"
        "say(Note(str(os.getpid())))\ntime.sleep(600)"
    )
    parent = (
        "from lyricslab.engine import team; from lyricslab.config import RunConfig\n"
        f"team.MEMBER = ('-c', {listens!r})\n"
        "config = RunConfig(corpus='x', base=None)\n"
        "order = team.Order(run_id='x', attempt=1, config=config, songs=b'',"
        " base=None, processes=2)\n"
        "team.execute(order, lambda note: print(note.text, flush=True), lambda: False)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", parent],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(team.ROOT), "TMPDIR": str(tmp_path)},
    )
    first = int(process.stdout.readline())
    second = int(process.stdout.readline())
    process.kill()
    process.communicate()
    until(lambda: not any(map(psutil.pid_exists, (first, second))))


def test_no_more_processes_than_songs_side_by_side():
    assert replace(PLAN, processes=4).processes == PLAN.batch_size
    with pytest.raises(ConfigError, match="5 processes cannot share 4 songs"):
        replace(PLAN, processes=5)
    with pytest.raises(ConfigError, match="[Pp]rocesses must lie between 1 and 64"):
        replace(PLAN, processes=0)


def test_two_processes_make_the_base_and_one_goes_on(lab, dataset):
    """Stopped, then gone on with by another number: as if one had done it all."""
    whole = resume_inline(lab.store, begin(lab, dataset))
    expected, _ = network_file.load(lab.home.bases / "mine")
    stops = []

    def stop_soon(line: str) -> None:
        if "step 4 " in line:
            stops[0]()

    run = begin(lab, dataset, replace(PLAN, name="shared", processes=2))
    assert job_spec(lab.store, run).processes == 2
    run = resume_inline(lab.store, run, tell=stop_soon, on_start=stops.append)
    assert run.status == "stopped", run.error
    assert 4 <= run.step < whole.step
    assert run.result["hardware"].startswith("2 cores of ")
    assert run.result["test_nats_per_char"] is not None
    resume_run(lab.store, run.id)
    pretrain.share(lab.home, run, 1)
    assert lab.store.lease_run(run.id, this_process())
    run = resume_inline(lab.store, lab.store.run(run.id))
    assert (run.status, run.step) == ("done", whole.step)
    found, _ = network_file.load(lab.home.bases / "shared")
    for name, weight in expected.items():
        np.testing.assert_allclose(found[name], weight, atol=1e-4, err_msg=name)
    looks = [
        [(p.step, p.val_loss) for p in lab.store.points(one.id, 1000) if p.val_loss is not None]
        for one in (whole, run)
    ]
    assert len(looks[0]) > 4
    assert [s for s, _ in looks[0]] == [s for s, _ in looks[1]]
    assert [v for _, v in looks[1]] == pytest.approx([v for _, v in looks[0]], rel=1e-5)


def test_the_engine_has_several_processes_do_one_task(engine_lab, until, engine_dataset):
    plan = replace(PLAN, processes=2)
    config = pretrain.run_config(plan, engine_dataset, Throughput("float32", 0.5, 0.2, 80.0))
    run = pretrain.submit(engine_lab.store, plan, engine_dataset, config)
    client.ensure_engine(engine_lab.home)  # another test may have asked it to leave
    until(lambda: engine_lab.store.run(run.id).status not in ("queued", "running"), 400)
    row = engine_lab.store.run(run.id)
    assert (row.status, row.step, row.crashes) == ("done", config.settings.max_steps, 0)
    assert row.result["hardware"].startswith("2 cores of ")
    until(lambda: run.id in [card.details.get("run") for card in list_bases(engine_lab.home)])
