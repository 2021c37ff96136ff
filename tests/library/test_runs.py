"""Runs as the pages see them: asked for, stopped, resumed, named, deleted, compared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lyricslab.config import ModelConfig, SplitConfig
from lyricslab.engine.recorder import job_spec, lease_of
from lyricslab.errors import (
    BrokenFileError,
    CheckpointError,
    InUseError,
    NotFoundError,
    RunStateError,
)
from lyricslab.importing.intake import Intake
from lyricslab.library import library, runs
from lyricslab.songs.corpus import Corpus
from lyricslab.store.rows import PointRow


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
    tuned = runs.submit(lab.store, lab.config("0,2"))
    assert runs.baseline_of(lab.store, tuned) is None
    finish(lab, 2.5)
    best = finish(lab, 2.25, model=ModelConfig(hidden_size=16, num_layers=2))
    finish(lab, 2.0, status="failed")
    finish(lab, 1.75, split=SplitConfig(seed=7))
    other = library.add_corpus(lab.store, Corpus("Others", songs(9, seed=4)))
    finish(lab, 1.5, corpus=other.digest)
    finish(lab, 1.25, base="tiny", trainable="all")
    assert runs.baseline_of(lab.store, tuned).id == best.id
    assert runs.best_baseline(lab.store, lab.corpus.digest, SplitConfig()) is None


def test_no_run_begins_on_songs_that_were_just_exchanged(lab, songs):
    config, before = lab.config("0,2"), lab.store.corpus(lab.corpus.id)
    changed = Corpus(before.name, songs(8, seed=5))
    intake = Intake.of(changed)
    library.revise_corpus(lab.store, before.id, changed, {}, intake)
    with pytest.raises(RunStateError, match="was changed a moment ago"):
        lab.store.add_run(name="b", corpus_id=before.id, config=config)
    assert lab.store.runs() == []


def test_a_waiting_run_stops_at_once_and_may_be_taken_up_again(lab):
    run = runs.submit(lab.store, lab.config())
    stopped = runs.stop(lab.store, run.id)
    assert stopped.status == "stopped"
    assert stopped.finished_at is not None
    with pytest.raises(RunStateError, match="cannot be stopped: it was stopped"):
        runs.stop(lab.store, run.id)
    again = runs.resume(lab.store, run.id)
    assert (again.status, again.finished_at) == ("queued", None)
    with pytest.raises(RunStateError, match="cannot be taken up again: it is waiting"):
        runs.resume(lab.store, run.id)


def test_a_training_run_is_asked_to_stop(lab):
    run = runs.submit(lab.store, lab.config())
    lab.store.lease_next("engine:a")
    assert runs.stop(lab.store, run.id).status == "stopping"
    assert runs.stop(lab.store, run.id).status == "stopping"  # asking twice does no harm


def test_a_corpus_says_what_learned_from_it(lab):
    named = [runs.submit(lab.store, lab.config(), name=name) for name in ("One", "Two")]
    with pytest.raises(InUseError, match="'Two' and 'One' learned from it"):
        library.delete_corpus(lab.store, lab.corpus.id)
    for run in named:
        runs.delete(lab.store, run.id)
    library.delete_corpus(lab.store, lab.corpus.id)
    assert library.corpora(lab.store) == []
    assert not lab.home.corpus_file(lab.corpus.digest).exists()


def test_songs_shared_by_another_corpus_stay(lab, songs):
    same = library.add_corpus(lab.store, Corpus("Another name", songs()))
    elsewhere = library.add_corpus(lab.store, Corpus("Theirs", songs()), workspace_id="local")
    library.delete_corpus(lab.store, lab.corpus.id)
    library.delete_corpus(lab.store, elsewhere.id)
    assert library.load_corpus(lab.store, same.id).name == "Another name"


def test_a_deleted_run_leaves_nothing(lab):
    run = finish(lab, 2.5)
    lab.home.run_folder(run.id).mkdir()
    lab.home.last(run.id).write_bytes(b"x")
    runs.delete(lab.store, run.id)
    assert not lab.home.run_folder(run.id).exists()
    assert runs.points(lab.store, run.id) == []
    with pytest.raises(NotFoundError):
        runs.get(lab.store, run.id)


def test_names_are_given_and_found(lab):
    first, second = (runs.submit(lab.store, lab.config("0,2")) for _ in range(2))
    head = runs.submit(lab.store, lab.config("none"))
    scratch = runs.submit(lab.store, lab.config("all", base=None))
    named = [run.name for run in (first, second, head, scratch)]
    assert named == [
        "0,2 on tiny",
        "0,2 on tiny 2",
        "head on tiny",
        "from scratch 3 x 8, dropout 0.1",
    ]
    assert runs.rename(lab.store, second.id, "Favourite").name == "Favourite"
    assert runs.find(lab.store, "Favourite").id == second.id
    assert runs.find(lab.store, first.id).id == first.id
    with pytest.raises(NotFoundError, match="'nothing'"):
        runs.find(lab.store, "nothing")
    assert [run.id for run in runs.list_runs(lab.store)] == [
        scratch.id, head.id, second.id, first.id,
    ]  # fmt: skip


def test_layers_are_written_one_way(lab):
    assert runs.submit(lab.store, lab.config(" 2,0 ,2")).trainable == "0,2"
    assert runs.submit(lab.store, lab.config("0,1,2")).kind == "all"
    assert runs.submit(lab.store, lab.config("head")).trainable == "none"


def test_time_left_is_told_while_it_trains(lab):
    run = runs.submit(lab.store, lab.config())
    assert runs.time_left_s(run) is None
    lease = lease_of(lab.store.lease_next("engine:a"))
    assert runs.time_left_s(lab.store.run(run.id)) is None
    lab.store.record(lease, points=[PointRow(16, 1.0, 4.0, 3.0, None)])
    assert runs.time_left_s(lab.store.run(run.id)) == pytest.approx(6.0)  # 24 steps at 4 a second


def test_a_run_without_a_checkpoint_has_no_network(lab):
    run = runs.submit(lab.store, lab.config())
    with pytest.raises(CheckpointError, match="missing"):
        runs.load_run_network(lab.store, run.id)


def test_the_baseline_grid_is_put_into_the_queue(lab):
    queued = runs.submit_baseline(lab.store, lab.corpus.id, lab.config().split, seed=5)
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
    path = lab.home.corpus_file(lab.corpus.digest)
    path.unlink()
    path.write_bytes(data) if data is not None else path.mkdir()
    with pytest.raises(BrokenFileError, match="'Tiny songs' .* Bring the same songs in again"):
        library.load_corpus(lab.store, lab.corpus.id)


def test_a_run_does_not_begin_on_songs_that_were_changed_on_the_disk(lab):
    run = runs.submit(lab.store, lab.config())
    path = lab.home.corpus_file(lab.corpus.digest)
    path.write_text(path.read_text("utf-8").replace("a", "o"), "utf-8")
    with pytest.raises(BrokenFileError, match="are damaged"):
        job_spec(lab.store, lab.store.run(run.id))
