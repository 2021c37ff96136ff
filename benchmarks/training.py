"""Fine-tuning: what the app's workers do, against the loop of a careful user of torch.

Each case is a process of its own. A turn is an epoch and a look at the validation songs, unless a
group says otherwise. Songs are those of the songbook that ships, as often as a corpus needs. Where
both sides have one thread, they are compared by their processes' own time, which a busy machine
hardly changes; what a second thread gains can only be seen on the clock.
"""

from __future__ import annotations

import atexit
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.harness import Case, Group
from benchmarks.subprocesses import Child, Work
from lyricslab.config import ModelConfig, RunConfig, TrainConfig
from lyricslab.importing.reading import read_file
from lyricslab.model import presets
from lyricslab.model.trainable import Trainable, nontrivial_subsets
from lyricslab.songs.corpus import Corpus

if TYPE_CHECKING:
    from lyricslab.training.loop import Progress, Training

SONGBOOK = Path(__file__).parents[1] / "assets" / "songbooks" / "nell_harrow.txt"
SUBSETS = ("all", *map(str, nontrivial_subsets(3)), "none")
PLAIN, PLAIN_ONE = "plain loop, torch's own threads", "plain loop, one thread"
LEASE_HELD = "Lyrics Lab, one thread"
GOALS = {(256, "2"): "2.5 x"}
PEAK_GOALS = {64: "0.55", 256: "0.70"}
STEPS = TrainConfig(
    batch_size=32, window_chars=100, learning_rate=1e-3, grad_clip=1.0, max_steps=10**6
)
SGEMM = 2048
SIZES, CORPORA_KB = (64, 256), (10, 30, 100, 300, 1000, 3000, 10_000)
CURVE_SIZES = (32, 64, 128, 256, 512)
LOOKS = ((64, 20), (64, 60), (64, 300), (256, 60), (512, 20), (512, 60))
"""Units of a layer, and thousand characters of a corpus."""
MAX_STEPS = 60
"""Enough steps on a large corpus to know the cost of a character."""


def cases(quick: bool) -> Iterator[Group]:
    """Yield groups: every subset, the share of sgemm, evaluations, starts, and two curves."""
    if quick:
        yield against_plain(8, "2", 4)
        yield peak(8, 4, 10)
        yield looks("quick", 4, 8)
        yield corpus_curve((4,), "2", 8)
        return
    for hidden in SIZES:
        for learns in SUBSETS:
            yield against_plain(hidden, learns, 60)
        yield second_thread(hidden, "2", 60)
        yield peak(hidden, 64, 100)
        yield peak(hidden, 8, 64)
    for preset in ("studio", "quick"):
        for hidden, kb in LOOKS:
            yield looks(preset, kb, hidden)
    yield starts()
    yield corpus_curve(CORPORA_KB, "2", 64)
    yield hidden_curve(CURVE_SIZES, "2")


def songs_of(kb: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return songs of some thousand characters together, nine in ten to learn from."""
    book = [song.ids for song in read_file(SONGBOOK.name, SONGBOOK.read_bytes()).songs]
    found: list[np.ndarray] = []
    chars = 0
    while chars < 1000 * kb or len(found) < 4:
        found.append(book[len(found) % len(book)])
        chars += len(found[-1])
    return [s for k, s in enumerate(found) if k % 10], found[::10]


class Nobody:
    """An observer that ignores everything."""

    def point(self, progress: Progress) -> None:
        pass

    def evaluated(self, training: Training, progress: Progress) -> None:
        pass

    def stepped(self, training: Training) -> None:
        pass

    def should_stop(self) -> bool:
        return False


# ---- what the processes do


def make_plain(hidden: int, learns: str, kb: float, threads: int | None) -> Work:
    """An epoch of the baseline loop and its evaluation."""
    import torch

    from benchmarks.baseline_training import BaselineTraining

    if threads:
        torch.set_num_threads(threads)
    config = ModelConfig(hidden_size=hidden)
    training = BaselineTraining(config, learns, *songs_of(kb), STEPS)

    def run() -> float:
        first, epochs = training.batcher.predictions, training.batcher.epochs
        while training.batcher.epochs < epochs + 1:
            training.take_step()
        training.look()
        return training.batcher.predictions - first

    return run


def make_ours(hidden: int, learns: str, kb: float) -> Work:
    """The same as the app's workers do it."""
    training = our_training(hidden, learns, kb)

    def run() -> float:
        first, epochs = training.batcher.predictions, training.batcher.epochs
        while training.batcher.epochs < epochs + 1:
            training.take_step()
        training.evaluate(Nobody())
        return training.batcher.predictions - first

    return run


def make_steps(hidden: int, learns: str, kb: float) -> Work:
    """An epoch's steps, or MAX_STEPS of them, once frozen layers have read what they keep."""
    training = our_training(hidden, learns, kb)
    while training.depth and training.batcher.epochs < 1:
        training.take_step()

    def run() -> float:
        first, epochs = training.batcher.predictions, training.batcher.epochs
        for _ in range(MAX_STEPS):
            training.take_step()
            if training.batcher.epochs >= epochs + 1:
                break
        return training.batcher.predictions - first

    return run


def our_training(hidden: int, learns: str, kb: float) -> Training:
    """Build a training as the app's workers do."""
    from lyricslab.training.hardware import configure
    from lyricslab.training.loop import Training
    from lyricslab.training.lstm import build

    configure()
    model = build(ModelConfig(hidden_size=hidden), trainable=Trainable.parse(learns, 3))
    return Training(model, *songs_of(kb), STEPS, seed=0)


def make_share(hidden: int, batch: int, window: int) -> Work:
    """sgemm, or steps of all layers, counted as floating-point operations; on one thread."""
    import torch

    from lyricslab.training.hardware import configure
    from lyricslab.training.loop import Training
    from lyricslab.training.lstm import build

    configure()
    config = ModelConfig(hidden_size=hidden)
    settings = TrainConfig(batch_size=batch, window_chars=window, grad_clip=1.0, max_steps=10**6)
    training = Training(build(config), *songs_of(300), settings, seed=0)
    factors = torch.randn(2, SGEMM, SGEMM)

    def run(learn: bool) -> float:
        if not learn:
            torch.mm(*factors)
            return 2.0 * SGEMM**3
        training.take_step()
        return 6.0 * config.parameters * batch * window

    return run


def make_looks(preset: str, kb: float, hidden: int, learns: str, look: bool) -> Work:
    """The steps between two evaluations at a preset's settings, with or without the evaluation."""
    from lyricslab.training.hardware import configure
    from lyricslab.training.loop import Training
    from lyricslab.training.lstm import build

    configure()
    model, trainable = ModelConfig(hidden_size=hidden), Trainable.parse(learns, 3)
    train_songs, val_songs = songs_of(kb)
    settings = presets.resolve(
        preset,
        train_chars=sum(map(len, train_songs)),
        val_chars=sum(map(len, val_songs)),
        model=model,
        base_is_lyrics=True,
    )
    network = build(model, trainable=trainable)
    training = Training(network, train_songs, val_songs, settings, seed=0)

    def run() -> float:
        for _ in range(settings.eval_every_steps):
            training.take_step()
        if look:
            training.evaluate(Nobody())
        return float(settings.eval_every_steps)

    return run


# ---- groups


def against_plain(hidden: int, learns: str, kb: float) -> Group:
    """The reference and we, a thread each, while one subset learns."""
    plain, ours = Child(make_plain, hidden, learns, kb, 1), Child(make_ours, hidden, learns, kb)
    name = f"training 3 x {hidden}, {learns} learns, by processor time"
    goal = GOALS.get((hidden, learns), "")
    cases = [
        Case(PLAIN_ONE, plain, clock=plain.cpu_s),
        Case(LEASE_HELD, ours, goal, clock=ours.cpu_s),
    ]
    return Group(name, "characters", PLAIN_ONE, cases, rounds=3)


def second_thread(hidden: int, learns: str, kb: float) -> Group:
    """The reference on torch's own number of threads, by wall time."""
    cases = [
        Case(PLAIN_ONE, Child(make_plain, hidden, learns, kb, 1)),
        Case(PLAIN, Child(make_plain, hidden, learns, kb, None)),
    ]
    name = f"training 3 x {hidden}, {learns} learns, a second thread"
    return Group(name, "characters", PLAIN_ONE, cases, rounds=3)


def peak(hidden: int, batch: int, window: int) -> Group:
    """All layers learning against the fastest matrix product, 6 operations a weight and character.

    The look-up of one-hot characters counts as the product it stands for.
    """
    child = Child(make_share, hidden, batch, window)
    goal = PEAK_GOALS.get(hidden, "") if batch == 64 else ""
    return Group(
        f"share of sgemm, 3 x {hidden}, {batch} songs of {window}",
        "operations",
        "sgemm",
        [Case("sgemm", lambda: child(False)), Case(LEASE_HELD, lambda: child(True), goal)],
    )


def looks(preset: str, kb: float, hidden: int) -> Group:
    """How much evaluations reduce the speed, by processor time."""
    alone, both = (Child(make_looks, preset, kb, hidden, "0,2", look) for look in (False, True))
    return Group(
        f"looks, {preset}, 3 x {hidden}, {kb:g} kB",
        "steps",
        "steps alone",
        [
            Case("steps alone", alone, clock=alone.cpu_s),
            Case("steps and looks", both, "0.85", clock=both.cpu_s),
        ],
        rounds=3,
    )


def corpus_curve(sizes_kb: Sequence[float], learns: str, hidden: int) -> Group:
    """Characters learned from in a second of the processor, whatever the size of the corpus."""
    children = {kb: Child(make_steps, hidden, learns, kb) for kb in sizes_kb}
    return Group(
        f"size of the corpus, 3 x {hidden}, {learns} learns",
        "characters",
        f"{sizes_kb[0]:g} kB",
        [
            Case(f"{kb:g} kB", child, facts={"kb": kb}, clock=child.cpu_s)
            for kb, child in children.items()
        ],
        rounds=3,
    )


def hidden_curve(sizes: Sequence[int], learns: str) -> Group:
    """Characters learned from in a second of the processor, by the size of the network."""
    children = {hidden: Child(make_steps, hidden, learns, 60) for hidden in sizes}
    return Group(
        f"size of the network, {learns} learns",
        "characters",
        f"3 x {sizes[0]}",
        [
            Case(f"3 x {hidden}", child, facts={"hidden": hidden}, clock=child.cpu_s)
            for hidden, child in children.items()
        ],
        rounds=3,
    )


def starts() -> Group:
    """From submitting a run to the first point of its curve, through the store and the engine."""
    warm, cold = Starter(), Starter()
    return Group(
        "first point of the curve",
        "starts",
        "warm worker",
        [
            Case("warm worker", warm.first_point, "0.67 (1.5 s)", prepare=warm.warm_up),
            Case("no engine yet", cold.first_point, "0.125 (8 s)", prepare=cold.cool_down),
        ],
        rounds=3,
    )


class Starter:
    """A temporary lab whose engine is started or ended before each run."""

    def __init__(self) -> None:
        from lyricslab.engine import client
        from lyricslab.library.corpora import add_corpus
        from lyricslab.store.home import open_home
        from lyricslab.store.store import Store

        self.store = Store(open_home(Path(tempfile.mkdtemp(prefix="lyricslab-"))))
        atexit.register(client.stop_engine, self.store.home)
        songs = read_file(SONGBOOK.name, SONGBOOK.read_bytes()).songs
        corpus = add_corpus(self.store, Corpus("Songbook", tuple(songs)))
        steps = TrainConfig(max_steps=20, eval_every_steps=20)
        self.config = RunConfig(corpus=corpus.digest, base="songs", trainable="0,2", settings=steps)

    def first_point(self) -> float:
        """Submit a run and wait for its first point."""
        from lyricslab.engine import client
        from lyricslab.library.runs import submit_run

        run = submit_run(self.store, self.config)
        client.ensure_engine(self.store.home)
        while not self.store.points(run.id, 400):
            time.sleep(0.01)
        return 1.0

    def warm_up(self) -> None:
        """Wait until every worker is ready and idle."""
        from lyricslab.engine import client

        client.ensure_engine(self.store.home)
        self._idle()
        while client.engine_status(self.store.home).workers < client.worker_count():
            time.sleep(0.1)

    def cool_down(self) -> None:
        """End the engine."""
        from lyricslab.engine import client

        self._idle()
        client.stop_engine(self.store.home)

    def _idle(self) -> None:
        while {"queued", "running"} & self.store.count_runs().keys():
            time.sleep(0.05)
