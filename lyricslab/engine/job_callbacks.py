"""Turn what happens in a training into the messages of its job."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from lyricslab.config import RunConfig, SampleConfig
from lyricslab.engine.messages import BestCheckpoint, LastCheckpoint, Point, Sample, Sink
from lyricslab.engine.scoring import Kept
from lyricslab.importing.bulk.dataset import Dataset
from lyricslab.model import network_file
from lyricslab.model.inference import Network
from lyricslab.model.sampler import write
from lyricslab.store.rows import PointRow, SampleRow

if TYPE_CHECKING:
    from lyricslab.training.loop import Progress, Training

POINT_EVERY_S = 0.2
"""Points of the training curve that come faster are averaged into one."""
CHECKPOINT_COST = 20
"""Saving a checkpoint may take one part in this many of the time."""
SAMPLE_EVALS = frozenset({0, 1, 2, 4, 7, 11, 17, 26, 40, 60, 90, 135, 200, 300, 450, 675, 1000})
"""The evaluations after which the network writes a few lines: it changes most early on. It also
writes at the end, with the best weights."""
SAMPLE = SampleConfig(temperature=0.7, length_chars=200, seed=0)


class JobCallbacks:
    """The `Callbacks` of a job's training; it also measures the time.

    Args:
        checkpoint_every_s: seconds between two checkpoints, at least.
    """

    def __init__(
        self,
        config: RunConfig,
        sink: Sink,
        should_stop: Callable[[], bool],
        training: Training,
        dataset: Dataset | None,
        checkpoint_every_s: float,
    ) -> None:
        self.config, self.sink = config, sink
        self.training, self.dataset = training, dataset
        self.checkpoint_every_s = checkpoint_every_s
        self.best: bytes | None = None
        self._should_stop = should_stop
        self._earlier_s = 0.0  # of training before the clock was last started
        self._started_s: float | None = None
        self._checkpoint_s = time.monotonic()  # when the last one was sent
        self._pause_s = checkpoint_every_s
        self._point_s = -POINT_EVERY_S
        self._unsent_losses: list[float] = []

    # ---- the clock: training only, over all attempts

    def start_clock(self) -> None:
        """Start to count the seconds of training."""
        self._started_s = time.monotonic()

    def stop_clock(self) -> None:
        """Stop counting."""
        self._earlier_s, self._started_s = self.seconds, None

    @property
    def seconds(self) -> float:
        """Seconds of training, over all attempts."""
        running = 0.0 if self._started_s is None else time.monotonic() - self._started_s
        return self._earlier_s + running

    @property
    def chars_per_s(self) -> float:
        """Characters read in a second of training."""
        return self.training.batcher.predictions / max(self.seconds, 1e-9)

    # ---- checkpoints

    def load_checkpoint(self, data: bytes) -> None:
        """Resume from a `LastCheckpoint`; send its best network again, in case it was not saved."""
        self.training.load_state_dict(data)
        facts = json.loads(network_file.unpack(data)["job"].tobytes())
        self._earlier_s = facts["seconds"]
        if facts["best"]:
            self.send_best()

    def send_checkpoint(self) -> None:
        """Send everything that is needed to resume."""
        began_s = time.monotonic()
        facts = {"seconds": self.seconds, "best": self.best is not None}
        tensors = network_file.unpack(self.training.state_dict())
        tensors["job"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        self.sink(LastCheckpoint(network_file.pack(tensors)))
        if self.dataset is not None:
            self.dataset.release_pages()
        self._checkpoint_s = time.monotonic()
        cost_s = self._checkpoint_s - began_s
        self._pause_s = max(self.checkpoint_every_s, CHECKPOINT_COST * cost_s)

    def send_best(self, kept: Kept | None = None) -> None:
        """Send the network to keep: the best so far, or a blend of it with the base."""
        training = self.training
        self.best = network_file.pack(kept.weights if kept else training.best_weights)
        self.sink(
            BestCheckpoint(
                self.best,
                training.best_step,
                training.best_epoch,
                kept.val if kept else training.best_val,
                self.seconds,
                training.batcher.predictions,
            )
        )

    # ---- samples

    def samples_at(self, step: int) -> bool:
        """Return whether the network writes a few lines at the evaluation of this step."""
        settings = self.config.settings
        evaluation, rest = divmod(step, settings.eval_every_steps)
        return step == settings.max_steps or (not rest and evaluation in SAMPLE_EVALS)

    def send_sample(self, step: int, weights: network_file.Weights) -> None:
        """Send a few lines that a network with these weights writes."""
        text = write(Network(weights, self.config.model), SAMPLE)[0].text
        self.sink(Sample(SampleRow(step, text, SAMPLE.seed)))

    # ---- training.loop.Callbacks

    def should_stop(self) -> bool:
        """Return whether the job was asked to stop."""
        return _agreed(self._should_stop())

    def point(self, progress: Progress) -> None:
        """Send a point of the curves, unless another one is due soon."""
        if progress.train is not None:
            self._unsent_losses.append(progress.train)
        now_s = time.monotonic()
        if progress.val is None:
            settings = self.config.settings
            until_eval = settings.eval_every_steps - progress.step % settings.eval_every_steps
            # The next evaluation sends a point in any case. Its mean should be over as many steps
            # as those of the other points, or the curve has a notch.
            soon = 2 * until_eval < len(self._unsent_losses) * settings.point_every_steps
            if soon or now_s - self._point_s < POINT_EVERY_S:
                return
        train = float(np.mean(self._unsent_losses)) if self._unsent_losses else None
        self._unsent_losses, self._point_s = [], now_s
        row = PointRow(progress.step, progress.epoch, self.seconds, train, progress.val)
        self.sink(Point(row, self.chars_per_s))

    def evaluated(self, training: Training, progress: Progress) -> None:
        """Send the network if it is the best so far, and a few lines if they are due."""
        if training.is_best:
            self.send_best()
        if self.samples_at(progress.step):
            self.send_sample(progress.step, training.evaluated.weights())

    def stepped(self, training: Training) -> None:
        """Send a checkpoint if one is due."""
        if _agreed(time.monotonic() - self._checkpoint_s >= self._pause_s):
            self.send_checkpoint()


def _agreed(flag: bool) -> bool:
    """Return what rank 0 says: clocks and requests differ, but all ranks must do the same."""
    from lyricslab.training import distributed

    return distributed.broadcast(flag)
