"""What the paper claims (Sec. 4), judged on a sweep's own figures: seen, not seen or undecided."""

from __future__ import annotations

from dataclasses import dataclass

VERDICTS = ("seen", "not seen", "undecided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of the paper and what these songs say to it."""

    name: str
    """Which claim: "transfer", "lyrics-beat-books", ..."""
    base: str | None
    """The base it is judged on, where each has its own verdict."""
    sentence: str
    """What the paper says, in plain words."""
    verdict: str
    """One of VERDICTS."""
    effect: float | None
    """The difference in nats/char that decides, below 0 where it favours the first named."""
    low: float | None
    """The effect's 95 % confidence interval, by bootstrap over songs and seeds."""
    high: float | None
    test: str
    """What was compared with what, and how, in one plain sentence."""
