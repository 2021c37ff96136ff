"""Paired measurements: the cases of a group take turns, so that a busy machine is fair to all.

Absolute speeds on a shared machine drift by a factor of two within minutes; the ratio of two cases
within one round hardly does. So each round runs every case once, A B C A B C ..., and a case is
compared with its group's reference round by round.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS, QUICK_ROUNDS = 7, 2
ROUND_S = 0.3
"""A case is called again within its turn until this long has passed."""

PACKAGES = ("torch", "numpy", "streamlit", "distributed")
"""Packages whose versions are printed above the table."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way of doing a group's work."""

    name: str
    run: Callable[[], float] | None
    """Do some of the work and return how many units it was; None if it cannot run."""
    goal: str = ""
    """The project's goal: shown beside the ratio, never asserted."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The horizontal value of a curve: hidden size, length, bytes read per unit."""
    prepare: Callable[[], None] | None = None
    """Called before each turn, outside the clock."""
    missing: str = ""
    """Why the case cannot run, and what to install."""
    clock: Callable[[], float] = perf_counter
    """The clock, in seconds: wall time, or a server's processor time."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that do the same work."""

    name: str
    unit: str
    """What `run` counts: "characters", "steps", "loads"."""
    reference: str
    """The case that the others are compared with."""
    cases: Sequence[Case]
    rounds: int | None = None
    """Fewer rounds than usual, for long work."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, lowest and highest over the rounds."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of one or more values."""
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a case: units of work per second, and the ratio to the reference."""

    name: str
    rate: Spread | None
    """Units a second over the rounds; None for a case that could not run."""
    ratio: Spread | None
    """The rate over the reference's in the same round."""
    goal: str
    facts: dict[str, Any]
    missing: str


@dataclass(frozen=True, slots=True)
class GroupResult:
    """The results of a group's cases."""

    name: str
    unit: str
    reference: str
    cases: list[Result]


def measure(group: Group, *, quick: bool = False, rounds: int | None = None) -> GroupResult:
    """Run the cases of a group in turn, after one call of each that is not counted.

    Args:
        quick: two rounds of one call: shows that everything runs, and no more.
        rounds: how many rounds instead of the group's own number.

    Raises:
        ValueError: if the reference is not among the cases.
    """
    if group.reference not in [case.name for case in group.cases]:
        raise ValueError(f"{group.name}: there is no case '{group.reference}' to compare with")
    able = {case.name: case for case in group.cases if case.run is not None}
    for case in able.values():
        _turn(case, 0)
    rates: dict[str, list[float]] = {name: [] for name in able}
    for _ in range(rounds or (QUICK_ROUNDS if quick else group.rounds or ROUNDS)):
        for name, case in able.items():
            rates[name].append(_turn(case, 0 if quick else ROUND_S))
    return GroupResult(
        group.name,
        group.unit,
        group.reference,
        [_result(case, rates.get(case.name), rates.get(group.reference)) for case in group.cases],
    )


def _turn(case: Case, least_s: float) -> float:
    """Return units per second over calls that together take `least_s` or more."""
    assert case.run is not None
    if case.prepare:
        case.prepare()
    units, started = 0.0, case.clock()
    while True:
        units += case.run()
        elapsed_s = case.clock() - started
        if elapsed_s >= least_s and elapsed_s > 0:
            return units / elapsed_s


def _result(case: Case, own: list[float] | None, reference: list[float] | None) -> Result:
    rate = Spread.of(own) if own else None
    ratio = None
    if own and reference:
        ratio = Spread.of([a / b for a, b in zip(own, reference, strict=True)])
    return Result(case.name, rate, ratio, case.goal, dict(case.facts), case.missing)


# ---- the machine


def machine() -> dict[str, Any]:
    """Return the machine and versions that the figures were measured on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count() or 1,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        **{name: _version(name) for name in PACKAGES},
        "threads": _torch_threads(),
    }


def _cpu() -> str:
    """Return the processor's name, if the system gives it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":", 1)[1] for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0].strip() if names else platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _torch_threads() -> int:
    import torch

    return torch.get_num_threads()


# ---- words


def table(groups: Sequence[GroupResult]) -> Iterator[str]:
    """Return the lines of one table: speed and ratio, median (lowest to highest), and the goal."""
    rows = [("", "a second", "times the reference", "goal")]
    for group in groups:
        rows.append((f"{group.name} ({group.unit})", "", "", ""))
        rows += [_row(case, group.reference) for case in group.cases]
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(case: Result, reference: str) -> tuple[str, str, str, str]:
    if case.rate is None or case.ratio is None:
        return f"  {case.name}", case.missing or "not measured", "", case.goal
    ratio = "reference" if case.name == reference else _spread(case.ratio)
    return f"  {case.name}", _spread(case.rate), ratio, case.goal


def _spread(spread: Spread) -> str:
    return f"{_number(spread.median)} ({_number(spread.low)} to {_number(spread.high)})"


def _number(value: float) -> str:
    """Format with three significant digits and thousands separators."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def as_dict(groups: Sequence[GroupResult], about: dict[str, Any]) -> dict[str, Any]:
    """Return the results as JSON values."""
    return {"machine": about, "groups": [asdict(group) for group in groups]}
