"""One run's work in this process: messages, figures, stops, going on to the bit, faults."""

from __future__ import annotations

import itertools
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from lyricslab.engine import job, job_callbacks, messages
from lyricslab.engine.job import JobSpec, execute
from lyricslab.engine.messages import (
    BestCheckpoint,
    Ended,
    LastCheckpoint,
    Note,
    Point,
    Preempted,
    Result,
    Sample,
    Scores,
    Started,
)
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.trainable import Trainable
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.training.evaluation import evaluate, padded_loss
from lyricslab.training.lstm import build

KEYS = {
    "run", "base", "train", "seed", "seconds", "chars_per_s", "epochs", "best_epoch",
    "best_step",
    "val_nats_per_char", "test_nats_per_char", "train_nats_per_char", "val_padded_loss",
    "test_padded_loss", "trained_parameters", "frozen_parameters", "frozen_drift", "songs",
    "characters", "hardware",
}  # fmt: skip


@pytest.fixture(autouse=True)
def every_point(monkeypatch):
    """No point is left out for coming fast, so that a test may stop at any of them."""
    monkeypatch.setattr(job_callbacks, "POINT_EVERY_S", 0.0)


@pytest.fixture
def spec(lab):
    def make(
        trainable: str = "0,2", *, resume: bytes | None = None, base: str | None = "tiny", **train
    ):
        base_bytes = None
        if base is not None:
            base_bytes = network_file.pack(network_file.load(lab.home.base_file(base))[0])
        return JobSpec(
            run_id="testing1",
            attempt=1,
            config=lab.config(trainable, base=base, **train),
            songs=lab.home.corpus_file(lab.corpus_row.digest).read_bytes(),
            base=base_bytes,
            resume=resume,
            checkpoint_every_s=1e9,
        )

    return make


class Inbox:
    """Takes in messages and may ask to stop once a step is reached."""

    def __init__(self, stop_at: float = math.inf, abandon: bool = False) -> None:
        self.messages: list[messages.Message] = []
        self.stop_at, self.abandon = stop_at, abandon
        self.asked = 0

    def __call__(self, message):
        self.messages.append(message)

    def should_stop(self) -> bool:
        return any(m.row.step >= self.stop_at for m in self.of(Point))

    def of(self, kind):
        return [m for m in self.messages if isinstance(m, kind)]


def do(spec: JobSpec, stop_at: float = math.inf, abandon: bool = False) -> Inbox:
    inbox = Inbox(stop_at)
    execute(spec, inbox, inbox.should_stop, lambda: abandon)
    return inbox


def test_figures_equal_those_of_the_files(lab, spec):
    inbox = do(spec("0,2"))
    values, best = inbox.of(Result)[-1].values, inbox.of(BestCheckpoint)[-1]
    assert inbox.messages[-1] == Ended("done")
    assert set(values) == KEYS
    corpus = Corpus.from_json(lab.home.corpus_file(lab.corpus_row.digest).read_text())
    sides = [[song.ids for song in side] for side in split(corpus, lab.config().split)]
    model = build(lab.config().model, network_file.unpack(best.data))
    for name, side in zip(("train", "val", "test"), sides, strict=True):
        expected = evaluate(model, side).nats_per_char
        assert values[f"{name}_nats_per_char"] == pytest.approx(expected, abs=1e-9)
    assert values["val_padded_loss"] == pytest.approx(padded_loss(model, sides[1]), abs=1e-9)
    assert values["test_padded_loss"] == pytest.approx(padded_loss(model, sides[2]), abs=1e-9)
    assert (values["songs"], values["characters"]) == (12, corpus.characters)
    assert values["val_nats_per_char"] == best.val
    assert values["best_epoch"] == best.epoch <= values["epochs"]
    assert json.loads(json.dumps(values)) == values


@pytest.mark.parametrize("blend", ["kept", "reported"])
def test_a_blend_is_the_base_and_a_share_of_what_was_learned(lab, spec, blend):
    job = spec("0,2.f", blend=blend, average_decay=0.5, max_steps=24, eval_every_steps=8)
    inbox = do(job)
    values = inbox.of(Result)[-1].values
    figures = values["blend"]
    assert figures["kept"] == (blend == "kept")
    *_, checkpoint, blended = inbox.of(BestCheckpoint) if figures["kept"] else [
        *inbox.of(BestCheckpoint), None
    ]  # fmt: skip
    assert checkpoint.val == figures["checkpoint_val_nats_per_char"]
    base, tuned = network_file.unpack(job.base), network_file.unpack(checkpoint.data)
    corpus = Corpus.from_json(lab.home.corpus_file(lab.corpus_row.digest).read_text())
    _, val_songs, test_songs = (
        [song.ids for song in side] for side in split(corpus, lab.config().split)
    )

    def mixed(a):
        return build(lab.config().model, {n: (1 - a) * base[n] + a * tuned[n] for n in base})

    for a, loss in figures["curves"]["best"]:
        assert evaluate(mixed(a), val_songs).nats_per_char == pytest.approx(loss, abs=1e-6)
    a = figures["strength"]
    lowest = min(loss for curve in figures["curves"].values() for _, loss in curve)
    assert figures["of"] == "best" and figures["val_nats_per_char"] == lowest
    blend_test = evaluate(mixed(a), test_songs).nats_per_char
    assert figures["test_nats_per_char"] == pytest.approx(blend_test, abs=1e-6)
    checkpoint_test = evaluate(mixed(1.0), test_songs).nats_per_char
    assert figures["checkpoint_test_nats_per_char"] == pytest.approx(checkpoint_test, abs=1e-6)
    prefix = "" if blend == "kept" else "checkpoint_"
    for name in ("val_nats_per_char", "test_nats_per_char"):
        assert values[name] == figures[prefix + name]
    if blended is not None:
        assert blended.val == lowest < checkpoint.val
    assert values["frozen_drift"] == 0.0


def test_drift_is_measured_on_the_file_that_is_saved(spec, monkeypatch):
    pack = network_file.pack

    def pack_wrongly(weights):
        if "head.bias" not in weights:  # a checkpoint to resume from
            return pack(weights)
        name = "layers.1.bias_ih_l0"
        return pack(weights | {name: weights[name] + np.float32(0.25)})

    monkeypatch.setattr("lyricslab.engine.job_callbacks.network_file.pack", pack_wrongly)
    values = do(spec("0,2", max_steps=8)).of(Result)[-1].values
    assert values["frozen_drift"] == pytest.approx(0.25)


@pytest.mark.parametrize("choice", ["0,2", "1", "none", "all"])
def test_frozen_weights_equal_those_of_the_base(lab, spec, choice):
    inbox = do(spec(choice, max_steps=8))
    values, after = (
        inbox.of(Result)[-1].values,
        network_file.unpack(inbox.of(BestCheckpoint)[-1].data),
    )
    trainable = Trainable.parse(choice, 3)
    assert values["frozen_drift"] == 0.0
    held = {n for n, w in after.items() if np.array_equal(w, lab.base_weights[n])}
    assert held == {n for n in after if not trainable.learns_weight(n)}
    sizes = {n: w.size for n, w in after.items()}
    assert values["frozen_parameters"] == sum(sizes[n] for n in held)
    assert values["trained_parameters"] == sum(sizes.values()) - values["frozen_parameters"]


@pytest.mark.parametrize("choice", ["0,2", "none"])
def test_a_float16_base_trains_as_the_same_numbers(lab, spec, choice):
    network_file.save(
        lab.home.base_file("half"),
        lab.base_weights,
        Card(name="half", kind="base", model=lab.config().model),
        half=True,
    )
    half = network_file.pack(network_file.load_stored(lab.home.base_file("half"))[0])
    begun = network_file.unpack_weights(half)
    assert {w.dtype for w in network_file.unpack(half).values()} == {np.dtype(np.float16)}
    asked = replace(spec(choice, max_steps=8), base=half)
    inbox = do(asked)
    after = network_file.unpack(inbox.of(BestCheckpoint)[-1].data)
    assert inbox.messages[-1] == Ended("done")
    assert inbox.of(Result)[-1].values["frozen_drift"] == 0.0
    held = {n for n, w in after.items() if np.array_equal(w, begun[n])}
    assert held == {n for n in after if not Trainable.parse(choice, 3).learns_weight(n)}
    assert {w.dtype for w in after.values()} == {np.dtype(np.float32)}
    same = do(replace(asked, base=network_file.pack(begun)))
    assert same.of(BestCheckpoint)[-1].data == inbox.of(BestCheckpoint)[-1].data


@pytest.mark.parametrize(
    ("choice", "train", "learning"),
    [
        ("0.hh,2.f", {}, 32 * 8 + 8 * (8 + 8 + 2)),
        ("1.ih.o", {"optimiser": "rmsprop", "weight_decay": 0.1}, 8 * 8),
        ("1", {"lora_rank": 2, "weight_decay": 0.1}, 2 * 2 * (32 + 8) + 64),
    ],
)
def test_frozen_rows_equal_those_of_the_base(lab, spec, choice, train, learning):
    inbox = do(spec(choice, max_steps=8, **train))
    values, after = (
        inbox.of(Result)[-1].values,
        network_file.unpack(inbox.of(BestCheckpoint)[-1].data),
    )
    assert inbox.of(BestCheckpoint)[-1].step > 0
    assert values["frozen_drift"] == 0.0
    assert values["trained_parameters"] == learning + 128 * 9
    moved = sum(int((after[n] != w).sum()) for n, w in lab.base_weights.items())
    assert moved <= sum(w.size for w in after.values()) - values["frozen_parameters"]


def test_the_base_itself_may_stay_the_best(lab, spec):
    inbox = do(spec("1", learning_rate=1e-6, max_steps=8, optimiser="rmsprop", weight_decay=10.0))
    first = inbox.of(BestCheckpoint)[0]
    assert (first.step, first.epoch) == (0, 0.0)
    assert first.val == inbox.of(Point)[0].row.val_loss
    kept = network_file.unpack(first.data)
    assert all(np.array_equal(w, lab.base_weights[n]) for n, w in kept.items())


def test_points_and_samples_come_in_order(spec):
    inbox = do(spec())
    points = [m.row for m in inbox.of(Point)]
    assert [p.step for p in points if p.val_loss is not None] == [0, 8, 16, 24, 32, 40]
    assert points[0].train_loss is None
    assert [p.step for p in points] == sorted({p.step for p in points})
    assert [p.seconds for p in points] == sorted(p.seconds for p in points)
    samples = [m.row for m in inbox.of(Sample)]
    assert [sample.step for sample in samples][:3] == [0, 8, 16]
    assert samples[-1].step == 40
    assert all(len(sample.text) <= 200 for sample in samples)
    assert inbox.messages[0] == Started(0, 0.0)


def test_the_best_network_writes_a_sample_too(spec):
    """Looks at 0, 1, 2, 4 and 7 write; the best one, when it is another, at the end."""
    settings = {"max_steps": 1_000_000, "eval_every_steps": 2, "patience_evals": 3}
    inbox = do(spec(base=None, trainable="all", learning_rate=0.05, **settings))
    assert inbox.of(Ended) == [Ended("done")]
    looked = [m.row for m in inbox.of(Point) if m.row.val_loss is not None]
    best = min(looked, key=lambda row: (row.val_loss, row.step)).step
    steps = [m.row.step for m in inbox.of(Sample)]
    assert best // 2 not in (0, 1, 2, 4, 7), "choose settings whose best is not a writing look"
    assert steps[-1] == best
    assert steps[:-1] == [
        k * 2 for k in sorted(job_callbacks.SAMPLE_EVALS) if k * 2 <= looked[-1].step
    ]


def test_fast_points_are_averaged(spec, monkeypatch):
    every = [m.row for m in do(spec(point_every_steps=1)).of(Point)]
    monkeypatch.setattr(job_callbacks, "POINT_EVERY_S", 1e9)
    rare = [m.row for m in do(spec(point_every_steps=1)).of(Point)]
    assert len(every) == 41
    assert [p.step for p in rare] == [0, 8, 16, 24, 32, 40]
    for point in rare[1:]:
        own = [p.train_loss for p in every if point.step - 8 < p.step <= point.step]
        assert point.train_loss == pytest.approx(np.mean(own))
    assert [p.val_loss for p in rare] == [p.val_loss for p in every if p.val_loss is not None]


def test_no_point_shortly_before_an_evaluation(spec, monkeypatch):
    """A point every few steps by the clock; one that leaves the look but a rest is withheld."""
    ticks = itertools.count()
    monkeypatch.setattr(job_callbacks.time, "monotonic", lambda: float(next(ticks)))
    monkeypatch.setattr(job_callbacks, "POINT_EVERY_S", 13.0)
    settings = {"point_every_steps": 1, "eval_every_steps": 20, "max_steps": 60}
    steps = [m.row.step for m in do(spec(**settings)).of(Point)]
    gaps = np.diff(steps)
    assert len(gaps) > 4
    for step, gap, following in zip(steps[1:], gaps, gaps[1:], strict=False):
        assert step % 20 == 0 or following >= gap / 2


def test_stopped_and_resumed_equals_uninterrupted(spec):
    whole = do(spec(max_steps=48))
    for stop_at in (4, 12, 32):
        check_stopped_and_resumed(spec, stop_at, whole)


def check_stopped_and_resumed(spec, stop_at, whole):
    first = do(spec(max_steps=48), stop_at)
    assert first.of(Ended) == [Ended("stopped")]
    torch.manual_seed(999)  # whatever happens in between
    second = do(spec(max_steps=48, resume=first.of(LastCheckpoint)[-1].data))
    assert second.of(Started)[0].step - stop_at in (0, 1)  # a look is part of the step after it
    assert second.of(Started)[0].seconds > 0
    assert second.of(BestCheckpoint)[-1].data == whole.of(BestCheckpoint)[-1].data
    one, other = whole.of(Result)[-1].values, second.of(Result)[-1].values
    exact = KEYS - {"seconds", "chars_per_s"}
    assert {k: one[k] for k in exact} == {k: other[k] for k in exact}
    points = [m.row for m in first.of(Point) + second.of(Point) if m.row.val_loss]
    expected = [m.row for m in whole.of(Point) if m.row.val_loss]
    assert [(p.step, p.val_loss) for p in points] == [(p.step, p.val_loss) for p in expected]
    assert [m.row for m in first.of(Sample) + second.of(Sample)] == [
        m.row for m in whole.of(Sample)
    ]


def test_seconds_continue_after_a_stop(spec):
    first = do(spec(), stop_at=12)
    earlier = first.of(Result)[-1].values["seconds"]
    second = do(spec(resume=first.of(LastCheckpoint)[-1].data))
    assert second.of(Started)[0].seconds == pytest.approx(earlier, abs=0.006)
    assert all(m.row.seconds >= second.of(Started)[0].seconds for m in second.of(Point))
    assert all(m.chars_per_s > 0 for m in second.of(Point))


def test_a_stop_scores_the_test_songs_first(spec):
    messages = do(spec(), stop_at=8).messages
    kinds = [type(m) for m in messages if not isinstance(m, Scores)]
    assert kinds[-5:] == [LastCheckpoint, Result, Result, Ended, Result]
    ended = [type(m) for m in messages].index(Ended)
    early, late = messages[:ended], messages[ended:]
    assert [m.side for m in early if isinstance(m, Scores)] == ["test"]
    assert [m.side for m in late if isinstance(m, Scores)] == ["train", "val"]
    first, second, third = do(spec(), stop_at=8).of(Result)
    assert first.values["test_nats_per_char"] is None
    assert second.values["test_nats_per_char"] == third.values["test_nats_per_char"] > 0
    assert second.values["train_nats_per_char"] is None
    assert third.values["train_nats_per_char"] > 0
    assert third.values["test_padded_loss"] > 0


def test_zero_steps_score_the_base_itself(spec):
    inbox = do(spec("none", max_steps=0))
    values = inbox.of(Result)[-1].values
    assert inbox.messages[-1] == Ended("done")
    assert (values["trained_parameters"], values["epochs"], values["frozen_drift"]) == (0, 0, 0.0)
    base = network_file.unpack(spec().base)
    best = network_file.unpack(inbox.of(BestCheckpoint)[-1].data)
    assert all(np.array_equal(base[name], best[name]) for name in base)


def test_the_score_of_each_song(lab, spec):
    inbox = do(spec("0,2"))
    corpus = Corpus.from_json(lab.home.corpus_file(lab.corpus_row.digest).read_text())
    model = build(lab.config().model, network_file.unpack(inbox.of(BestCheckpoint)[-1].data))
    for side, songs in zip(
        ("train", "val", "test"), split(corpus, lab.config().split), strict=True
    ):
        (scores,) = (m for m in inbox.of(Scores) if m.side == side)
        alone = [evaluate(model, [song.ids]) for song in songs]
        assert scores.nats == pytest.approx([s.nats for s in alone], rel=1e-6)
        assert scores.predictions == tuple(s.predictions for s in alone)


def test_a_stop_before_the_first_evaluation_has_no_figures(spec):
    inbox = Inbox()
    execute(spec(), inbox, lambda: True)
    assert [type(m) for m in inbox.messages] == [Started, LastCheckpoint, Ended]
    assert inbox.messages[-1] == Ended("stopped")
    again = do(spec(resume=inbox.of(LastCheckpoint)[-1].data))
    assert again.of(BestCheckpoint)[-1].data == do(spec()).of(BestCheckpoint)[-1].data


def test_a_preempted_job_sends_its_checkpoint_and_no_figures(spec):
    inbox = do(spec(), stop_at=8, abandon=True)
    assert [type(m) for m in inbox.messages[-2:]] == [LastCheckpoint, Preempted]
    assert not inbox.of(Ended) and not inbox.of(Result)


def test_checkpoints_are_sent_during_training(spec):
    inbox = do(replace(spec(), checkpoint_every_s=0.0))
    steps = [
        json.loads(network_file.unpack(m.data)["facts"].tobytes())["step"]
        for m in inbox.of(LastCheckpoint)
    ]
    assert len(steps) > 1
    assert steps == sorted(set(steps)) or steps[-1] == 40
    resumed = do(spec(resume=inbox.of(LastCheckpoint)[0].data))
    assert resumed.of(BestCheckpoint)[-1].data == inbox.of(BestCheckpoint)[-1].data


def test_skipped_steps_are_noted(spec, monkeypatch):
    clip, steps = torch.nn.utils.clip_grad_norm_, itertools.count()
    beyond = torch.tensor(math.inf)
    monkeypatch.setattr(
        torch.nn.utils,
        "clip_grad_norm_",
        lambda *given: beyond if next(steps) in (3, 5) else clip(*given),
    )
    inbox = do(spec(grad_clip=1.0))
    assert inbox.messages[-1] == Ended("done")
    (note,) = (m.text for m in inbox.of(Note) if "changed nothing" in m.text)
    assert note.startswith("2 steps changed nothing: ")
    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", clip)
    assert not [m for m in do(spec(grad_clip=1.0)).of(Note) if "changed nothing" in m.text]


def test_divergence_fails_with_a_sentence_and_keeps_the_best(spec):
    inbox = do(spec("all", learning_rate=1.0, optimiser="rmsprop", grad_clip=0.0))
    ended = inbox.messages[-1]
    assert isinstance(ended, Ended)
    assert ended.status == "failed"
    assert "came off the rails" in ended.error
    assert ended.details is None
    values = inbox.of(Result)[-1].values
    assert values["val_nats_per_char"] == inbox.of(BestCheckpoint)[-1].val
    assert values["test_nats_per_char"] > 0
    assert not inbox.of(LastCheckpoint)  # there is nothing sound to go on from


def test_early_stopping_is_noted(spec):
    inbox = do(spec("all", learning_rate=0.2, eval_every_steps=1, patience_evals=1, max_steps=200))
    assert inbox.of(Point)[-1].row.step < 200
    assert "1 evaluations in a row" in inbox.of(Note)[-1].text
    assert inbox.messages[-1] == Ended("done")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "ran out of memory"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "ran out of"),
        (ZeroDivisionError("oops"), r"inside the program \(ZeroDivisionError\)"),
    ],
)
def test_an_unexpected_error_becomes_a_sentence(spec, monkeypatch, error, words):
    def fail(*args: object) -> None:
        raise error

    monkeypatch.setattr("lyricslab.training.loop.Training.take_step", fail)
    inbox = do(spec())
    ended = inbox.messages[-1]
    assert ended.status == "failed"
    assert re.search(words, ended.error)
    assert type(error).__name__ in ended.details
    assert inbox.of(BestCheckpoint)


def test_damaged_bytes_fail_with_their_own_sentence(spec):
    inbox = do(replace(spec(), base=b"cut short"))
    assert inbox.messages[-1].status == "failed"
    assert "damaged or cut short" in inbox.messages[-1].error


def test_too_many_songs_to_cache_features_are_noted(spec, monkeypatch):
    assert not do(spec("2")).of(Note)
    monkeypatch.setattr("lyricslab.training.frozen_features.MAX_BYTES", 0)
    assert do(spec("2")).of(Note) == [Note(job.NOT_CACHED)]
    assert not do(spec("0,1")).of(Note)


def test_a_network_without_a_base_depends_on_its_seed_only(spec):
    one, same = (do(spec("all", base=None, max_steps=8)) for _ in range(2))
    first = spec("all", base=None, max_steps=8)
    other = do(replace(first, config=replace(first.config, seed=4)))
    assert (
        one.of(BestCheckpoint)[-1].data
        == same.of(BestCheckpoint)[-1].data
        != other.of(BestCheckpoint)[-1].data
    )
    assert one.of(Result)[-1].values["frozen_drift"] == 0.0
    assert one.of(Result)[-1].values["frozen_parameters"] == 0
