"""Work in child processes: no case affects another's threads, memory settings or caches."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

import psutil

CONTEXT: Any = multiprocessing.get_context("spawn")
"""How processes start: with nothing of this one."""

Work = Callable[..., float]
"""Do some work and return how many units it was."""


class Child:
    """A process that keeps what `make` built and calls it on request.

    Args:
        make: a function of a module, called in the process with `arguments`; what it returns does
            the work.
    """

    def __init__(self, make: Callable[..., Work], *arguments: Any) -> None:
        self.pipe, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=_serve, args=(theirs, make, arguments), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self._spent = psutil.Process(self._process.pid)

    def cpu_s(self) -> float:
        """Processor seconds so far: a busy machine hardly changes them."""
        times = self._spent.cpu_times()
        return float(times.user + times.system)

    def __call__(self, *arguments: Any) -> float:
        """Do the work once."""
        self.begin(*arguments)
        return self.finish()

    def begin(self, *arguments: Any) -> None:
        """Start the work without waiting for it."""
        self.pipe.send(arguments)

    def finish(self) -> float:
        """Wait for the work that was started."""
        return float(self.pipe.recv())


def share_out(children: Sequence[Child], jobs: Sequence[tuple[Any, ...]]) -> float:
    """Do each job once, on whichever child is free; return the units of all together."""
    waiting, idle, units = list(jobs), list(children), 0.0
    busy: list[Child] = []
    while waiting or busy:
        while waiting and idle:
            busy.append(idle.pop())
            busy[-1].begin(*waiting.pop(0))
        ready = wait([child.pipe for child in busy])
        for child in [child for child in busy if child.pipe in ready]:
            units += child.finish()
            busy.remove(child)
            idle.append(child)
    return units


def _serve(pipe: Connection, make: Callable[..., Work], arguments: tuple[Any, ...]) -> None:
    work = make(*arguments)
    while True:
        try:
            asked = pipe.recv()
        except EOFError:
            return
        pipe.send(work(*asked))
