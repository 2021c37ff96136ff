"""A worker process of the engine: executes one job at a time and holds its messages.

The engine polls for them (`collect`), and says in the same call which jobs should stop. So a worker
needs no connection to the engine, the store or the home.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from lyricslab.engine.job import JobSpec, execute
from lyricslab.engine.messages import Message

POLL_TIMEOUT_S = 120.0
"""A job that is not polled for this long stops; its engine is gone."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What the engine sends to a job to get its messages."""

    acked: int
    """How many of its messages have arrived and been recorded."""
    stop: bool = False
    """Whether it should stop at its next step."""
    abandon: bool = False
    """Whether it should then end without scores."""


class _Outbox:
    """The messages of one job that are not acknowledged yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._acked = 0
        self._poll = Poll(0)
        self._polled_s = time.monotonic()
        self.over = False
        """Whether its job has ended; its last messages may still be polled."""

    def put(self, message: Message) -> None:
        with self._lock:
            self._messages.append(message)

    def collect(self, poll: Poll) -> list[Message]:
        """Drop the acknowledged messages and return the others."""
        with self._lock:
            self._poll, self._polled_s = poll, time.monotonic()
            del self._messages[: poll.acked - self._acked]
            self._acked = poll.acked
            return list(self._messages)

    def should_stop(self) -> bool:
        return self._poll.stop or time.monotonic() - self._polled_s > POLL_TIMEOUT_S

    def should_abandon(self) -> bool:
        return self._poll.abandon or time.monotonic() - self._polled_s > POLL_TIMEOUT_S


_outboxes: dict[str, _Outbox] = {}


def work(spec: JobSpec) -> None:
    """Execute a job; `collect` returns its messages."""
    for key in [key for key, outbox in _outboxes.items() if outbox.over]:
        del _outboxes[key]
    outbox = _outboxes[spec.key] = _Outbox()
    try:
        execute(spec, outbox.put, outbox.should_stop, outbox.should_abandon)
    finally:
        outbox.over = True


def collect(key: str, poll: Poll) -> list[Message]:
    """Return the messages of a job that are not acknowledged; none if it has not begun."""
    outbox = _outboxes.get(key)
    return [] if outbox is None else outbox.collect(poll)
