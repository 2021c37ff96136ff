"""Turns: how threads that use one network at the same time share its kernels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition
from typing import Generic, TypeVar

from lyricslab.model.kernel import GROUP, MAX_SONGS


@dataclass(slots=True, eq=False)
class Call:
    """What a thread wants of a network, done in one turn of a kernel or in several."""

    songs: int
    """At most MAX_SONGS."""
    joinable: bool
    """Whether it can share a turn with others that can."""
    over: bool = field(default=False, init=False)
    error: BaseException | None = field(default=None, init=False)


C = TypeVar("C", bound=Call)


class Turns(Generic[C]):
    """One turn at a time for each kernel, with as many of the calls that wait as is their share.

    No thread stands behind it: whoever waits takes a free kernel and works for others, too. A call
    that comes while all kernels work is in the next turn, so however many there are, nobody waits
    for more than a turn or two.

    Args:
        work: moves some calls on with a kernel, given by its number, and marks those as over that
            are done.
        kernels: how many there are.
    """

    def __init__(self, work: Callable[[int, Sequence[C]], None], kernels: int) -> None:
        self._work = work
        self._free = list(range(kernels))
        self._waiting: list[C] = []
        self._changed = Condition()

    def finish(self, call: C) -> None:
        """Return when a call is done; raise what went wrong in one of its turns."""
        with self._changed:
            self._waiting.append(call)
        try:
            while not call.over:
                self._wait_or_work(call)
        finally:
            with self._changed:
                if call in self._waiting:  # the wait was interrupted
                    self._waiting.remove(call)
        if call.error is not None:
            raise call.error

    def _wait_or_work(self, call: C) -> None:
        """Wait until a call is over, or work for one turn once a kernel is free."""
        with self._changed:
            self._changed.wait_for(lambda: call.over or (self._free and self._waiting))
            if call.over:
                return
            calls = self._next()
            kernel = self._free.pop(0)
        try:
            self._work(kernel, calls)
        except BaseException as error:
            for one in calls:
                one.error, one.over = error, True
        finally:
            with self._changed:
                self._waiting += [one for one in calls if not one.over]
                self._free = sorted([*self._free, kernel])
                self._changed.notify_all()

    def _next(self) -> list[C]:
        """Take the calls of the next turn from those that wait, the first come first."""
        first, *others = self._waiting
        joining = [other for other in others if other.joinable] if first.joinable else []
        songs, limit = first.songs, _share([first, *joining], len(self._free))
        calls = [first]
        for other in joining:
            if songs + other.songs <= limit:
                calls.append(other)
                songs += other.songs
        self._waiting = [other for other in self._waiting if other not in calls]
        return calls


def _share(calls: Sequence[Call], kernels: int) -> int:
    """Return how many songs of these calls one of the kernels that are free takes."""
    share = -(-sum(call.songs for call in calls) // kernels)
    return min(MAX_SONGS, share if share <= GROUP else -(-share // GROUP) * GROUP)
