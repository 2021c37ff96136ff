"""The study of what to recommend: its table by hand, and one small training."""

from __future__ import annotations

from research.recommendation import Trial, table


def made(corpus: str, songs: int, split: int, choice: str, test: float, core_s: float) -> Trial:
    return Trial(corpus, songs, split, choice, test, 1.0, 2.0, core_s, None)


def test_choices_are_compared_on_the_trainings_they_share() -> None:
    trials = [
        made("a", 8, 0, "x/all/quick", 1.5, 3.0),
        made("a", 8, 1, "x/all/quick", 1.7, 5.0),
        made("a", 8, 0, "y/all/quick", 1.25, 9.0),
        made("a", 8, 1, "y/all/quick", 1.65, 11.0),
        made("b", 25, 0, "x/all/quick", 1.1, 2.0),
        made("b", 25, 1, "y/all/quick", 0.1, 2.0),  # x was not trained on this split
    ]
    assert table(trials, ["x/all/quick", "y/all/quick"]) == [
        "8 songs, 2 trainings, x/all/quick: 1.6000 nats/char",
        "  x/all/quick             +0.0000 +- 0.0000, 4 s",
        "  y/all/quick             -0.1500 +- 0.1000, 10 s",
        "25 songs, 1 trainings, x/all/quick: 1.1000 nats/char",
        "  x/all/quick             +0.0000 +- nan, 2 s",
    ]
