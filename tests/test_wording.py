"""Words about numbers."""

from __future__ import annotations

import pytest

from lyricslab.wording import listed, loss, plural, times


def test_counts() -> None:
    assert [plural(n, "song") for n in (0, 1, 1_204)] == ["0 songs", "1 song", "1,204 songs"]
    assert [plural(n, "song was", "songs were") for n in (1, 2)] == ["1 song was", "2 songs were"]
    assert [times(n) for n in (1, 3)] == ["once", "3 times"]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, ""), (1, "a"), (2, "a and b"), (3, "a, b and c"), (5, "a, b, c and 2 more")],
)
def test_lists(count: int, text: str) -> None:
    assert listed([*"abcde"[:count]], limit=3) == text


def test_losses() -> None:
    assert (loss(1.4321), loss(1.4321, unit=False)) == ("1.432 nats/char", "1.432")
    assert loss(None) == "not measured"
