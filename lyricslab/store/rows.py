"""The rows of the store, frozen. Times are UTC in ISO 8601; losses are nats/char."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal, NamedTuple

from lyricslab.config import RunConfig
from lyricslab.store.plans import SearchPlan, SweepPlan

LOCAL = "local"
"""The workspace of the person at this computer, shared with the command line."""
BASES = "bases"
"""The workspace of pretraining runs; bases are shared by everybody."""

Status = Literal["queued", "running", "stopping", "done", "stopped", "failed"]

ExperimentState = Literal["wanted", "stopped", "over"]
"""Whether the engine advances an experiment, was told not to, or has nothing left to do for it."""
ExperimentKind = Literal["sweep", "search"]
"""The kinds of experiments: each plans many runs."""

CurveVersion = tuple[str, int, int, str]
"""Identifies one state of a run's curves: id, attempt, step and status."""

TRANSITIONS: dict[Status, frozenset[Status]] = {
    "queued": frozenset({"running", "stopped", "failed"}),
    "running": frozenset({"stopping", "done", "stopped", "failed", "queued"}),
    "stopping": frozenset({"done", "stopped", "failed"}),
    "done": frozenset(),
    "stopped": frozenset({"queued"}),
    "failed": frozenset({"queued"}),
}
"""The statuses that may follow each status of a run."""

LEASED: tuple[Status, ...] = ("running", "stopping")
"""The statuses in which a process owns the run."""
UNFINISHED: tuple[Status, ...] = ("queued", "running", "stopping")
"""The statuses of runs that wait or train."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusRow:
    """A corpus in the library."""

    id: str
    workspace_id: str
    name: str
    digest: str
    songs: int
    characters: int
    created_at: str
    report: dict[str, Any]
    """What was found and changed when the files were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One training job and how far it is."""

    id: str
    workspace_id: str
    name: str
    corpus_id: str
    corpus_name: str
    base: str | None
    trainable: str
    kind: str
    """One of config.RUN_KINDS."""
    config: RunConfig
    status: Status
    owner: str | None
    """Who is executing it: "engine:..." or "cli:..."."""
    attempt: int
    """How often it was leased; messages of an earlier attempt are refused."""
    crashes: int
    """How often the process that executed it died."""
    heartbeat_at: str | None
    created_at: str
    queued_at: str
    started_at: str | None
    finished_at: str | None
    step: int
    total_steps: int
    epochs: float
    seconds: float
    """Time spent training, without pauses."""
    chars_per_s: float | None
    best_step: int | None
    best_epoch: float | None
    best_val: float | None
    zero_shot_val: float | None
    """Validation loss of the base before any step; None for a baseline."""
    result: dict[str, Any] | None
    """The final figures under the names of `--json`: `test_nats_per_char`, ..."""
    error: str | None
    """Why it failed, as a sentence."""
    fingerprint: str | None = None
    """Equal for runs that give the same result; None for runs of early versions."""
    made_for: ExperimentKind | None = None
    """What kind of experiment started it; None if a person did, even if it served a sweep later."""
    starred: bool = False
    own_note: str = ""
    """What a person wrote about it; the notes of the engine are `NoteRow`s."""
    tags: tuple[str, ...] = ()

    @property
    def unfinished(self) -> bool:
        """Whether it waits or trains."""
        return self.status in UNFINISHED

    @property
    def curve_version(self) -> CurveVersion:
        """Identifies the state of its curves: the same version need not be read twice."""
        return self.id, self.attempt, self.step, self.status

    @property
    def val(self) -> float | None:
        """The validation loss of the network that is kept; of its best step until it is over."""
        value = (self.result or {}).get("val_nats_per_char")
        return self.best_val if value is None else float(value)

    @property
    def test(self) -> float | None:
        """The test loss of its best checkpoint, once known."""
        value = (self.result or {}).get("test_nats_per_char")
        return None if value is None else float(value)


class PointRow(NamedTuple):
    """One point of a run's curves; `train_loss` or `val_loss` is None where it was not measured."""

    step: int
    epoch: float
    seconds: float
    train_loss: float | None
    val_loss: float | None


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A few lines that the network wrote at a step of its training."""

    step: int
    text: str
    seed: int


@dataclass(frozen=True, slots=True)
class NoteRow:
    """Something that happened to a run, in a sentence."""

    noted_at: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentRow:
    """A sweep or a search. Its runs are ordinary ones, each of which serves a part of it."""

    kind: ClassVar[ExperimentKind]
    plan: SweepPlan | SearchPlan
    id: str
    workspace_id: str
    corpus_id: str
    corpus_name: str
    created_at: str
    state: ExperimentState
    error: str | None
    """Why it cannot go on, as a sentence."""
    name: str | None = None
    """What a person calls it; None where it has the usual name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRow(ExperimentRow):
    """A sweep: every choice of layers."""

    kind: ClassVar[ExperimentKind] = "sweep"
    plan: SweepPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow(ExperimentRow):
    """A search for the weights worth retraining."""

    kind: ClassVar[ExperimentKind] = "search"
    plan: SearchPlan


class ExperimentRun(NamedTuple):
    """A run that serves a part of an experiment."""

    name: str
    """The cell or trial of a sweep; in a search, the run's fingerprint."""
    seed: int
    run: RunRow


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to execute a run and write its record; lost when another process leases it."""

    run_id: str
    owner: str
    attempt: int


def utc_now(ago_s: float = 0.0) -> str:
    """Return the time now, or `ago_s` seconds ago, as text that sorts by time."""
    return f"{datetime.now(UTC) - timedelta(seconds=ago_s):%Y-%m-%dT%H:%M:%S.%f}Z"
