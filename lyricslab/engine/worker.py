"""A worker process of the engine: works on one order at a time and keeps its messages ready.

The engine asks for them (`collect`) and in the same breath says which jobs shall stop, so a worker
needs no way to the engine, the store or the home.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from lyricslab.engine.job import JobSpec, execute
from lyricslab.engine.messages import Message

FORGOTTEN_S = 120.0
"""A job that nobody asks about for so long stops; its engine is gone."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What the engine wants of a job."""

    seen: int
    """How many of its messages have arrived and been written down."""
    stop: bool = False
    """Whether it shall stop at its next step."""
    leave: bool = False
    """Whether, having stopped, it shall not stay for its figures."""


class _Outbox:
    """The messages of one job that the engine has not written down yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._seen = 0
        self._ask = Poll(0)
        self._asked_s = time.monotonic()
        self.over = False
        """Whether its job has ended; its last messages may still be asked for."""

    def put(self, message: Message) -> None:
        with self._lock:
            self._messages.append(message)

    def collect(self, ask: Poll) -> list[Message]:
        """The messages after the first `ask.seen`; those are forgotten."""
        with self._lock:
            self._ask, self._asked_s = ask, time.monotonic()
            del self._messages[: ask.seen - self._seen]
            self._seen = ask.seen
            return list(self._messages)

    def should_stop(self) -> bool:
        return self._ask.stop or time.monotonic() - self._asked_s > FORGOTTEN_S

    def leaving(self) -> bool:
        return self._ask.leave or time.monotonic() - self._asked_s > FORGOTTEN_S


_outboxes: dict[str, _Outbox] = {}


def work(order: JobSpec) -> None:
    """Execute a job; `collect` fetches its messages."""
    for key in [key for key, outbox in _outboxes.items() if outbox.over]:
        del _outboxes[key]
    outbox = _outboxes[order.key] = _Outbox()
    try:
        execute(order, outbox.put, outbox.should_stop, outbox.leaving)
    finally:
        outbox.over = True


def collect(key: str, ask: Poll) -> list[Message]:
    """The messages of a job that have come since; none if it has not begun."""
    outbox = _outboxes.get(key)
    return [] if outbox is None else outbox.collect(ask)
