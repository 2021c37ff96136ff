"""Record a run's messages: rows in the store and files in the home.

Used by the engine and by inline runs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from lyricslab import files
from lyricslab.engine.job import CHECKPOINT_EVERY_S, JobSpec
from lyricslab.engine.messages import (
    BestCheckpoint,
    Ended,
    LastCheckpoint,
    Message,
    Note,
    Point,
    Preempted,
    Result,
    Sample,
    Scores,
    Started,
)
from lyricslab.errors import LyricsLabError, NotFoundError
from lyricslab.library.bases import base_title, load_stored_base
from lyricslab.library.corpora import load_corpus
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.pretraining import pretrain
from lyricslab.store.home import Home
from lyricslab.store.rows import Lease, RunRow, Status, utc_now
from lyricslab.store.store import Store

HOURS_LONG = 6
"""A run of hours saves its checkpoints this many times less often: every minute."""
MAX_CRASHES = 3
"""A run whose process died more often than this is not retried."""

logger = logging.getLogger(__name__)


class Recorder:
    """Records the messages of one attempt at a run, as long as its lease is valid."""

    def __init__(self, store: Store, run: RunRow) -> None:
        self.store, self.run = store, run
        self.lease = lease_of(run)
        self.result: dict[str, Any] | None = None
        self.status: Status | None = run.status
        """The run's last known status; None once the lease is lost."""

    def record(self, messages: Iterable[Message]) -> Status | None:
        """Record messages, in order.

        Returns:
            The run's status; None if the lease is lost, and nothing more will be written.

        Raises:
            StoreError: if the records cannot be written.
        """
        waiting: list[Message] = []
        for message in messages:
            if isinstance(message, Point | Sample | Note):
                waiting.append(message)
                continue
            self._add_rows(waiting)
            waiting = []
            try:
                self._record_one(message)
            except OSError as error:
                self._fail_to_write(error)
        self._add_rows(waiting)
        return self.status

    def refresh(self) -> Status | None:
        """Return the run's status now; None once the lease is lost."""
        if self.status in ("running", "stopping", "stopped"):
            try:
                run = self.store.run(self.run.id)
            except NotFoundError:
                self.status = None
            else:
                ours = lease_of(run) == self.lease and run.status != "queued"
                self.status = run.status if ours else None
        return self.status

    def stop_now(self) -> None:
        """Mark the run as stopped with the figures so far; fuller ones may follow."""
        self._publish("stopped")
        if self.store.end_run(self.lease, "stopped", result=self.result or self._last_result()):
            self.status = "stopped"

    def _add_rows(self, messages: Sequence[Message]) -> None:
        """Add points, samples and notes, in one transaction."""
        if not messages or self.status not in ("running", "stopping"):
            return
        points = [m for m in messages if isinstance(m, Point)]
        self.status = self.store.record(
            self.lease,
            points=[m.row for m in points],
            samples=[m.row for m in messages if isinstance(m, Sample)],
            notes=[m.text for m in messages if isinstance(m, Note)],
            chars_per_s=points[-1].chars_per_s if points else None,
        )

    def _record_one(self, message: Message) -> None:
        if not self.store.lease_valid(self.lease, late=self.status == "stopped"):
            self.status = None
        if self.status not in ("running", "stopping", "stopped"):
            return
        home, run = self.store.home, self.run
        match message:
            case Started(step, seconds):
                self.store.rewind(self.lease, step, seconds)
                if step:
                    self._add_rows([Note(f"It was resumed from step {step:,}.")])
            case BestCheckpoint():
                weights = network_file.unpack(message.data)
                network_file.save(home.best(run.id), weights, _card(home, run, message))
            case LastCheckpoint(data):
                files.write_file(home.last(run.id), data)
            case Result(values):
                self.result = values
                if self.status == "stopped":
                    self._publish("stopped")
                    self.store.add_result(self.lease, values)
            case Scores(side, nats, predictions):
                self.store.add_scores(self.lease, side, nats, predictions)
            case Preempted():
                if self.refresh() == "stopping":
                    self.stop_now()
                elif self.store.transition(run.id, "queued", only_from="running", lease=self.lease):
                    self.status = "queued"
            case Ended(status, error, details):
                if details is not None:
                    logger.error("Run %s failed:\n%s", run.id, details)
                    files.write_file(home.logs / f"run-{run.id}.log", details.encode())
                self._publish(status)
                if self.store.end_run(
                    self.lease, status, result=self.result or self._last_result(), error=error
                ):
                    self.status = status
                if self.status == "done":
                    home.last(run.id).unlink(missing_ok=True)  # there is nothing to resume

    def _publish(self, status: Status) -> None:
        """Add the network of a pretraining to the library of bases, before the run counts as over:
        once it does, its base is there."""
        if self.run.kind == "base" and status in ("done", "stopped"):
            try:
                pretrain.publish(self.store, self.run.id, status == "done", self.result or {})
            except (OSError, LyricsLabError) as error:
                logger.exception("Run %s made no base", self.run.id)
                sentence = f"Its base could not be put into the library: {error}"
                self.store.note(self.run, sentence)

    def _fail_to_write(self, error: OSError) -> None:
        """Fail a run whose checkpoint cannot be written."""
        logger.exception("Run %s: its checkpoint could not be written", self.run.id)
        sentence = (
            f"What it learned could not be written to {self.store.home.root}: "
            f"{error.strerror or error}. Free some disk space, then resume the run."
        )
        if self.store.end_run(self.lease, "failed", result=self.result, error=sentence):
            self.status = "failed"

    def _last_result(self) -> dict[str, Any] | None:
        """Return the figures of the run's row; None before the first evaluation."""
        run = self.store.run(self.run.id)
        if run.best_val is None:
            return None
        return {
            "run": run.id,
            "base": run.base,
            "train": run.trainable,
            "seed": run.config.seed,
            "seconds": run.seconds,
            "chars_per_s": run.chars_per_s,
            "epochs": run.epochs,
            "best_epoch": run.best_epoch,
            "val_nats_per_char": run.best_val,
            "test_nats_per_char": None,
        }


def lease_of(run: RunRow) -> Lease:
    """Return the lease of a run that was handed out."""
    return Lease(run.id, run.owner or "", run.attempt)


def job_spec(store: Store, run: RunRow, checkpoint_every_s: float = CHECKPOINT_EVERY_S) -> JobSpec:
    """Return everything that a process needs to execute a leased run.

    Raises:
        NotFoundError: if its corpus or its base is gone.
        BrokenFileError: if its corpus is damaged, or holds other songs.
        CheckpointError: if its base is damaged.
    """
    last = store.home.last(run.id)
    base = None
    if run.base is not None:
        base = network_file.pack(load_stored_base(store.home, run.base)[0])
    makes_base = run.kind == "base"
    songs = b"" if makes_base else load_corpus(store, run.corpus_id).to_json().encode()
    return JobSpec(
        run_id=run.id,
        attempt=run.attempt,
        config=run.config,
        songs=songs,
        base=base,
        resume=last.read_bytes() if last.exists() else None,
        checkpoint_every_s=checkpoint_every_s * (HOURS_LONG if makes_base else 1),
        datasets=store.home.datasets if makes_base else None,
    )


def handle_crash(store: Store, run: RunRow) -> None:
    """Put a run whose process died back into the queue; or stop it, or fail it after too many."""
    lease = lease_of(run)
    recorder = Recorder(store, run)
    crashes = run.crashes + 1
    if store.run(run.id).status == "stopping":
        recorder.stop_now()
    elif crashes > MAX_CRASHES:
        sentence = (
            f"The process that trained it died {crashes} times, perhaps for want of memory. Close "
            "other programs or choose smaller steps, then resume the run."
        )
        store.transition(
            run.id, "failed", lease=lease, error=sentence, finished_at=utc_now(), crashes=crashes
        )
    else:
        text = "The process that trained it died; it resumes from its last checkpoint."
        store.record(lease, notes=[text])
        store.transition(run.id, "queued", only_from="running", lease=lease, crashes=crashes)


def _card(home: Home, run: RunRow, best: BestCheckpoint) -> Card:
    """Return the card of a run's best network."""
    after = "" if run.base is None else f", after the base '{base_title(home, run.base)}'"
    return Card(
        name=run.id,
        kind="run",
        title=run.name,
        model=run.config.model,
        reads=f"'{run.corpus_name}'{after}",
        lyrics=True,
        characters_seen=best.characters_seen,
        steps=best.step,
        seconds=round(best.seconds, 2),
        val_nats_per_char=best.val,
        created_at=utc_now(),
        details={"base": run.base, "trainable": run.trainable, "epoch": best.epoch},
    )
