"""Runs as the pages see them: asked for, stopped, resumed, named, deleted, compared."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

import pytest

from lyricslab.config import ModelConfig, RunConfig, SplitConfig, TrainConfig
from lyricslab.engine.recorder import job_spec, lease_of
from lyricslab.errors import (
    BrokenFileError,
    CheckpointError,
    InUseError,
    NotFoundError,
    RunStateError,
)
from lyricslab.importing.intake import Intake
from lyricslab.library.baselines import best_baseline, find_baseline, submit_baselines
from lyricslab.library.bases import base_title, base_titles
from lyricslab.library.corpora import add_corpus, delete_corpus, load_corpus, revise_corpus
from lyricslab.library.lost_runs import SILENT_S, lost_s
from lyricslab.library.networks import load_run_network
from lyricslab.library.pace import time_left_s
from lyricslab.library.runs import (
    default_run_name,
    delete_run,
    find_run,
    rename_run,
    resume_run,
    stop_run,
    submit_run,
)
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.songs.corpus import Corpus
from lyricslab.store.lock import try_lock
from lyricslab.store.rows import PointRow, utc_now
from tests.support.lab import TINY


def finish(lab, val: float, status: str = "done", **changes):
    """A run that ended with this validation loss, without any training."""
    config = replace(lab.config("all", base=None), **changes)
    corpus = next(row for row in lab.store.corpora() if row.digest == config.corpus)
    run = lab.store.add_run(name="b", corpus_id=corpus.id, config=config, owner="engine:a")
    lab.store.record(lease_of(run), points=[PointRow(8, 1.0, 2.0, 3.0, val)])
    if status == "stopped":
        lab.store.transition(run.id, "stopping")
    lab.store.end_run(lease_of(run), status, result={"seconds": 2.0, "test_nats_per_char": val})
    return run


def test_the_baseline_is_the_best_finished_one_of_the_same_songs_and_split(lab, songs):
    tuned = submit_run(lab.store, lab.config("0,2"))
    assert find_baseline(lab.store, tuned) is None
    finish(lab, 2.5)
    best = finish(lab, 2.25, model=ModelConfig(hidden_size=16, num_layers=2))
    finish(lab, 2.0, status="failed")
    finish(lab, 1.75, split=SplitConfig(seed=7))
    other = add_corpus(lab.store, Corpus("Others", songs(9, seed=4)))
    finish(lab, 1.5, corpus=other.digest)
    finish(lab, 1.25, base="tiny", trainable="all")
    assert find_baseline(lab.store, tuned).id == best.id
    assert best_baseline(lab.store, lab.corpus_row.digest, SplitConfig()) is None


def test_no_run_begins_on_songs_that_were_just_exchanged(lab, songs):
    config, before = lab.config("0,2"), lab.store.corpus(lab.corpus_row.id)
    changed = Corpus(before.name, songs(8, seed=5))
    intake = Intake.of(changed)
    revise_corpus(lab.store, before.id, changed, {}, intake)
    with pytest.raises(RunStateError, match="was changed a moment ago"):
        lab.store.add_run(name="b", corpus_id=before.id, config=config)
    assert lab.store.runs() == []


def test_a_waiting_run_stops_at_once_and_may_be_taken_up_again(lab):
    run = submit_run(lab.store, lab.config())
    stopped = stop_run(lab.store, run.id)
    assert stopped.status == "stopped"
    assert stopped.finished_at is not None
    with pytest.raises(RunStateError, match="cannot be stopped: it was stopped"):
        stop_run(lab.store, run.id)
    again = resume_run(lab.store, run.id)
    assert (again.status, again.finished_at) == ("queued", None)
    with pytest.raises(RunStateError, match="cannot be resumed: it is waiting"):
        resume_run(lab.store, run.id)


def test_a_run_whose_process_was_killed_is_resumed_at_once(lab):
    """An engine holds a lock while it lives; the process of a command only sends heartbeats."""
    run = submit_run(lab.store, lab.config())
    assert lost_s(lab.home, run) is None
    lab.store.lease_next("engine:one")
    assert lost_s(lab.home, lab.store.run(run.id)) == 0
    lock = try_lock(lab.home.engine_lock)
    facts = {
        "pid": 1,
        "workers": 1,
        "busy": 1,
        "started_at": "",
        "digest": "",
        "owner": "engine:one",
    }
    lab.home.engine_facts.write_text(json.dumps(facts))
    silent(lab, run.id, 100)
    assert lost_s(lab.home, lab.store.run(run.id)) is None  # on a busy machine its heart is slow
    lock.release()
    assert resume_run(lab.store, run.id).status == "queued"
    lab.store.lease_next("cli:two")
    leased = lab.store.run(run.id)
    assert lost_s(lab.home, leased) is None
    with pytest.raises(RunStateError, match="cannot be resumed: it is training"):
        resume_run(lab.store, run.id)
    silent(lab, run.id, 20)
    until_s = lost_s(lab.home, lab.store.run(run.id))
    assert until_s == pytest.approx(SILENT_S - 20, abs=5)
    with pytest.raises(RunStateError, match=r"Nothing was heard .* for 2\d s"):
        resume_run(lab.store, run.id)
    silent(lab, run.id, SILENT_S + 1)
    assert resume_run(lab.store, run.id).status == "queued"
    lab.store.lease_next("engine:three")
    stop_run(lab.store, run.id)  # it was to stop when its engine died
    assert resume_run(lab.store, run.id).status == "queued"


def silent(lab, run_id: str, seconds: float) -> None:
    """Nothing was heard of a run's process for so long."""
    with sqlite3.connect(lab.home.database) as db:
        db.execute("update run set heartbeat_at = ? where id = ?", (utc_now(seconds), run_id))


def test_a_training_run_is_asked_to_stop(lab):
    run = submit_run(lab.store, lab.config())
    lab.store.lease_next("engine:a")
    assert stop_run(lab.store, run.id).status == "stopping"
    assert stop_run(lab.store, run.id).status == "stopping"  # asking twice does no harm


def test_a_corpus_says_what_learned_from_it(lab):
    named = [submit_run(lab.store, lab.config(), name=name) for name in ("One", "Two")]
    with pytest.raises(InUseError, match="'Two' and 'One' learned from it"):
        delete_corpus(lab.store, lab.corpus_row.id)
    for run in named:
        delete_run(lab.store, run.id)
    delete_corpus(lab.store, lab.corpus_row.id)
    assert lab.store.corpora() == []
    assert not lab.home.corpus_file(lab.corpus_row.digest).exists()


def test_songs_shared_by_another_corpus_stay(lab, songs):
    same = add_corpus(lab.store, Corpus("Another name", songs()))
    elsewhere = add_corpus(lab.store, Corpus("Theirs", songs()), workspace_id="local")
    delete_corpus(lab.store, lab.corpus_row.id)
    delete_corpus(lab.store, elsewhere.id)
    assert load_corpus(lab.store, same.id).name == "Another name"


def test_a_deleted_run_leaves_nothing(lab):
    run = finish(lab, 2.5)
    lab.home.run_folder(run.id).mkdir()
    lab.home.last(run.id).write_bytes(b"x")
    delete_run(lab.store, run.id)
    assert not lab.home.run_folder(run.id).exists()
    assert lab.store.points(run.id, 400) == []
    with pytest.raises(NotFoundError):
        lab.store.run(run.id)


def test_names_are_given_and_found(lab):
    first, second = (submit_run(lab.store, lab.config("0,2")) for _ in range(2))
    head = submit_run(lab.store, lab.config("none"))
    scratch = submit_run(lab.store, lab.config("all", base=None))
    named = [run.name for run in (first, second, head, scratch)]
    assert named == [
        "Tiny songs · Tiny · layers 0 and 2 · seed 3",
        "Tiny songs · Tiny · layers 0 and 2 · seed 3 (2)",
        "Tiny songs · Tiny · head only · seed 3",
        "Tiny songs · from scratch, 3 x 8, dropout 0.1 · seed 3",
    ]
    assert rename_run(lab.store, second.id, "Favourite").name == "Favourite"
    assert find_run(lab.store, "Favourite").id == second.id
    assert find_run(lab.store, first.id).id == first.id
    with pytest.raises(NotFoundError, match="'nothing'"):
        find_run(lab.store, "nothing")
    assert [run.id for run in lab.store.runs()] == [
        scratch.id, head.id, second.id, first.id,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "Nell Harrow · Songs, large · layers 0 and 2"),
        ({"trainable": "1"}, "Nell Harrow · Songs, large · layer 1"),
        (
            {"trainable": "all", "preset": "quick"},
            "Nell Harrow · Songs, large · all layers · Quick",
        ),
        (
            {"trainable": "none", "preset": "paper", "seed": 4},
            "Nell Harrow · Songs, large · head only · Paper, seed 4",
        ),
        (
            {"trainable": "0.hh,2.f", "preset": "own"},
            "Nell Harrow · Songs, large · recurrent weights of layer 0 and forget gate of layer 2"
            " · own settings",
        ),
        (
            {"settings": TrainConfig(lora_rank=4)},
            "Nell Harrow · Songs, large · layers 0 and 2, rank 4",
        ),
        ({"settings": TrainConfig(max_steps=0)}, "Nell Harrow · Songs, large as it is"),
        (
            {
                "base": None,
                "model": ModelConfig(num_layers=2),
                "settings": TrainConfig(dropout=0.2),
            },
            "Nell Harrow · from scratch, 2 x 64, dropout 0.2",
        ),
        (
            {
                "base": None,
                "model": ModelConfig(num_layers=1),
                "settings": TrainConfig(input_dropout=0.25, output_dropout=0.5),
            },
            "Nell Harrow · from scratch, 1 x 64, dropout 0.25 of the input, 0.5 of the output",
        ),
    ],
)
def test_a_run_is_named_by_what_it_is(changes, name):
    config = replace(RunConfig(corpus="d", base="songs-256", trainable="0,2"), **changes)
    title = None if config.base is None else "Songs, large"
    assert default_run_name(config, "Nell Harrow", title) == name


def test_what_sets_a_trial_apart_stands_before_its_seed():
    config = RunConfig(corpus="d", base="songs", trainable="1.hh", preset="own", seed=1)
    assert default_run_name(config, "Sea", "Songs", ("learning rate 0.003",)) == (
        "Sea · Songs · recurrent weights of layer 1 · learning rate 0.003, seed 1"
    )


def test_a_base_is_called_by_its_title_everywhere(lab):
    assert base_title(lab.home, "tiny") == "Tiny"  # its card has none
    for name in ("a", "b"):
        put_base(lab, name, "Sea shanties")
    assert base_title(lab.home, "a") == "Sea shanties (a)"  # or nobody could tell the two apart
    put_base(lab, "b", "Ballads")
    titles = base_titles(lab.home)
    assert [titles[name] for name in ("tiny", "a", "b")] == ["Tiny", "Sea shanties", "Ballads"]
    assert base_title(lab.home, "gone-away") == "Gone-away"


def put_base(lab, name: str, title: str) -> None:
    card = Card(name=name, kind="base", title=title, model=TINY, lyrics=True)
    network_file.save(lab.home.base_file(name), lab.base_weights, card)


def test_layers_are_written_one_way(lab):
    assert submit_run(lab.store, lab.config(" 2,0 ,2")).trainable == "0,2"
    assert submit_run(lab.store, lab.config("0,1,2")).kind == "all"
    assert submit_run(lab.store, lab.config("head")).trainable == "none"


def test_time_left_is_told_while_it_trains(lab):
    run = submit_run(lab.store, lab.config())
    assert time_left_s(run) is None
    lease = lease_of(lab.store.lease_next("engine:a"))
    assert time_left_s(lab.store.run(run.id)) is None
    lab.store.record(lease, points=[PointRow(16, 1.0, 4.0, 3.0, None)])
    assert time_left_s(lab.store.run(run.id)) == pytest.approx(6.0)  # 24 steps at 4 a second


def test_a_run_without_a_checkpoint_has_no_network(lab):
    run = submit_run(lab.store, lab.config())
    with pytest.raises(CheckpointError, match="missing"):
        load_run_network(lab.store, run.id)


def test_the_baseline_grid_is_put_into_the_queue(lab):
    queued = submit_baselines(lab.store, lab.corpus_row.id, lab.config().split, seed=5)
    assert len(queued) >= 2
    assert {run.kind for run in queued} == {"baseline"}
    assert {(run.config.seed, run.config.split) for run in queued} == {(5, lab.config().split)}
    assert len({run.name for run in queued}) == len(queued)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\xff",
        b"[" * 100_000,
        b'{"name": "x", "songs": [[1, 2, 3]]}',
        b'{"name": "x", "songs": [["Other", "", "la la"]]}',
        b"[]",
        None,
    ],
)
def test_damaged_songs_are_never_learned_from(lab, data):
    path = lab.home.corpus_file(lab.corpus_row.digest)
    path.unlink()
    path.write_bytes(data) if data is not None else path.mkdir()
    with pytest.raises(BrokenFileError, match="'Tiny songs' .* Bring the same songs in again"):
        load_corpus(lab.store, lab.corpus_row.id)


def test_a_run_does_not_begin_on_songs_that_were_changed_on_the_disk(lab):
    run = submit_run(lab.store, lab.config())
    path = lab.home.corpus_file(lab.corpus_row.digest)
    path.write_text(path.read_text("utf-8").replace("a", "o"), "utf-8")
    with pytest.raises(BrokenFileError, match="are damaged"):
        job_spec(lab.store, lab.store.run(run.id))
