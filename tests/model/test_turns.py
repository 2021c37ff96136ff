"""Turns: everybody is served, the first come first, and nobody in two turns at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock

import pytest

from lyricslab.model.kernel import MAX_SONGS
from lyricslab.model.turns import Call, Turns


@dataclass(slots=True, eq=False)
class Task(Call):
    """A call that takes some turns."""

    turns: int = 1
    waits: Event = field(default_factory=Event)


def task(songs: int = 1, joinable: bool = True, turns: int = 1) -> Task:
    return Task(songs, joinable, turns)


def turns_of(first: Task, others: Sequence[Task], kernels: int = 1) -> list[list[Task]]:
    """Finish calls that come, in this order, during the first one's first turn."""
    taken: list[list[Task]] = []
    begun, all_here, lock = Event(), Event(), Lock()

    def work(kernel: int, calls: Sequence[Task]) -> None:
        begun.set()
        all_here.wait()
        with lock:
            taken.append(list(calls))
            for call in calls:
                call.turns -= 1
                call.over = call.turns == 0

    shared: Turns[Task] = Turns(work, kernels)
    with ThreadPoolExecutor(1 + len(others)) as threads:
        done = [threads.submit(shared.finish, first)]
        begun.wait()
        for number, other in enumerate(others, start=1):
            done.append(threads.submit(shared.finish, other))
            while len(shared._waiting) < number:
                pass
        all_here.set()
        for one in done:
            one.result()
    return taken


def test_those_that_wait_share_the_next_turn() -> None:
    first, others = task(turns=3), [task(), task(2), task()]
    assert turns_of(first, others) == [[first], [*others, first], [first]]


def test_what_cannot_be_joined_has_a_turn_of_its_own_and_holds_up_nobody() -> None:
    first, a, alone, b = task(), task(turns=2), task(joinable=False), task()
    assert turns_of(first, [a, alone, b]) == [[first], [a, b], [alone], [a]]


def test_no_turn_is_larger_than_a_kernel_can_take() -> None:
    first, large, small, other = task(), task(MAX_SONGS - 1), task(2), task(1)
    assert turns_of(first, [large, small, other]) == [[first], [large, other], [small]]


def test_two_kernels_share_those_that_wait() -> None:
    calls = [task() for _ in range(7)]
    sizes: list[int] = []
    lock = Lock()

    def work(kernel: int, turn: Sequence[Task]) -> None:
        with lock:
            sizes.append(len(turn))
        for call in turn:
            call.over = True

    shared: Turns[Task] = Turns(work, 2)
    shared._waiting += calls[1:]  # as if both kernels had become free at once
    shared.finish(calls[0])
    assert sizes[0] == 4


def test_a_fault_is_raised_to_those_of_its_turn_alone() -> None:
    def work(kernel: int, calls: Sequence[Task]) -> None:
        if any(call.turns == 9 for call in calls):
            raise MemoryError
        for call in calls:
            call.over = True

    shared: Turns[Task] = Turns(work, 1)
    with pytest.raises(MemoryError):
        shared.finish(task(turns=9))
    shared.finish(task())
