"""The benchmarks run and say what they measured; no test looks at a time."""

from __future__ import annotations

import json
import multiprocessing

import pytest

from benchmarks import __main__ as command
from benchmarks import harness, subprocesses
from benchmarks.harness import Case, Group


@pytest.fixture
def quick_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fork the processes from one that has loaded torch, which takes longer than all they do.

    One thread each: on a busy machine torch's own wait for each other and do nothing else.
    """
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["torch._dynamo", "docx", "pypdf", "lxml.html"])
        monkeypatch.setattr(subprocesses, "CONTEXT", context)


@pytest.mark.usefixtures("quick_start")
@pytest.mark.parametrize("name", list(command.GROUPS))
def test_quick_run_prints_one_object(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([name, "--quick", "--rounds", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["machine"]["cores"] >= 1
    for group in found["groups"]:
        names = [case["name"] for case in group["cases"]]
        assert group["reference"] in names and len(set(names)) == len(names)
        for case in group["cases"]:
            if case["missing"]:
                assert case["rate"] is None
                continue
            assert 0 < case["rate"]["low"] <= case["rate"]["median"] <= case["rate"]["high"]
            if case["name"] == group["reference"]:
                assert case["ratio"] == {"median": 1, "low": 1, "high": 1}


def test_cases_take_turns() -> None:
    order: list[str] = []

    def case(name: str) -> Case:
        return Case(name, lambda: order.append(name) or 1.0)

    group = Group("turns", "calls", "a", [case("a"), case("b")])
    harness.measure(group, quick=True, rounds=3)
    assert order == ["a", "b"] * 4  # one uncounted call each, then three rounds


def test_ratio_is_taken_within_a_round() -> None:
    """The machine slows down threefold between the rounds; the ratio does not move."""
    now = [0.0]
    seconds = iter([1, 1, 1.0, 0.5, 3.0, 1.5])  # two uncounted, then a b, a b

    def run() -> float:
        now[0] += next(seconds)
        return 6.0

    cases = [Case(name, run, clock=lambda: now[0]) for name in "ab"]
    group = Group("drift", "units", "a", cases)
    a, b = harness.measure(group, quick=True).cases
    assert a.rate is not None and b.ratio is not None
    assert (a.rate.low, a.rate.median, a.rate.high) == (2, 4, 6)
    assert (b.ratio.low, b.ratio.median, b.ratio.high) == (2, 2, 2)


def test_what_cannot_run_is_said() -> None:
    group = Group("peers", "units", "a", [Case("a", lambda: 1.0), Case("b", None, missing="no b")])
    result = harness.measure(group, quick=True)
    assert any("no b" in line for line in harness.table([result]))
    with pytest.raises(ValueError, match="no case 'c'"):
        harness.measure(Group("odd", "units", "c", group.cases))
