"""The study of which network to keep: its sums by hand."""

from __future__ import annotations

import pytest

from research.kept_network import Candidate, Outcome, stopped_early, table


@pytest.mark.parametrize(
    ("patience", "share", "lost"), [(1, 3 / 7, 0.5), (2, 4 / 7, 0.5), (3, 1.0, 0.0)]
)
def test_what_stopping_early_takes_and_loses(patience: int, share: float, lost: float) -> None:
    ends, cost = stopped_early([3.0, 2.0, 2.5, 2.25, 1.75, 1.5, 1.625], patience)
    assert (ends, cost) == (pytest.approx(share), pytest.approx(lost))


def test_each_way_is_judged_on_test_by_what_validation_chose() -> None:
    def outcome(plain: float, blended: tuple[float, float], last: tuple[float, float]) -> Outcome:
        best = Candidate(1.0, plain, blended[0], blended[1], 0.8)
        candidates = {"plain, best": best, "plain, last": Candidate(1.5, 9.0, *last, 0.6)}
        return Outcome("songs", 0, candidates, {"plain": [1.0]})

    outcomes = [
        outcome(1.5, (0.9, 1.25), (0.95, 1.0)),  # the better test loss is not what counts
        outcome(2.5, (0.9, 2.75), (0.85, 2.0)),
    ]
    first, plain, blended = table(outcomes)
    assert first.startswith("plain: 2.0000 nats/char on test, 2 trainings")
    assert plain.split()[-3:] == ["+0.0000", "+-", "0.0000"]
    assert blended.split()[-3:] == ["-0.3750", "+-", "0.1250"]
