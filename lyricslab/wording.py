"""Words about numbers: counts, figures, losses, times and lists, the same on every screen."""

from __future__ import annotations

import math
from collections.abc import Sequence

# ---- counts and lists


def plural(count: int, singular: str, several: str | None = None) -> str:
    """Return a number with its noun: "1 song", "1,204 songs", "2 songs were"."""
    return f"{count:,} {singular if count == 1 else several or f'{singular}s'}"


def times(count: int) -> str:
    """Return how often something happened: "once", "3 times"."""
    return "once" if count == 1 else plural(count, "time")


def listed(words: Sequence[str], last: str = "and", limit: int | None = None) -> str:
    """Return words as a sentence lists them: "a, b and c"; beyond `limit`, "a, b and 3 more"."""
    if limit is not None and len(words) > limit:
        words = [*words[:limit], f"{len(words) - limit} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


# ---- figures


def plain(value: float | None) -> str:
    """Return a figure with three decimals, or a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def signed(value: float) -> str:
    """Return a difference with a typographic sign; one that rounds to 0 has no sign."""
    return f"{value:+.3f}".replace("-", "−") if round(value, 3) else "0.000"


def spread(mean: float, sd: float, seeds: int) -> str:
    """Return a mean and its standard deviation; the mean alone where there is one seed."""
    return f"{mean:.3f}" + (f" ± {sd:.3f}" if seeds > 1 else "")


def share(value: float, reference: float) -> str:
    """Return how far a value is below or above a reference: "11 %"."""
    percent = abs(1 - value / reference) * 100
    return f"{percent:.1f} %" if percent < 3 else f"{percent:.0f} %"


def loss(value: float | None, unit: bool = True) -> str:
    """Return a loss, "1.432 nats/char", or "not measured"."""
    if value is None:
        return "not measured"
    return f"{value:.3f} nats/char" if unit else f"{value:.3f}"


def epoch(value: float) -> str:
    """Return a number of passes over the songs: "7", "0.4"."""
    return f"{value:.0f}" if value >= 9.95 or abs(value - round(value)) < 0.05 else f"{value:.1f}"


# ---- times


def duration(seconds: float) -> str:
    """Return a span of time: "8 s", "3 min 20 s", "1 h 5 min"."""
    rounded = round(seconds)
    if rounded < 60:
        return f"{rounded} s"
    if rounded < 3600:
        minutes, rest = divmod(rounded, 60)
        return f"{minutes} min {rest} s" if rounded < 600 else f"{round(rounded / 60)} min"
    return f"{rounded // 3600} h {rounded % 3600 // 60} min"


def about(seconds: float) -> str:
    """Return an estimated time: "20 seconds", "a minute", "4 minutes", "2 h 10 min"."""
    if seconds < 50:
        return f"{max(10, round(seconds, -1)):.0f} seconds"
    if seconds < 90:
        return "a minute"
    return duration(seconds) if seconds >= 5400 else f"{seconds / 60:.0f} minutes"


# ---- round numbers


def round_numbers(low: float, high: float) -> list[float]:
    """Return the numbers 1, 2 and 5 times a power of ten from low to high, in order."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    numbers = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
    return [number for number in numbers if low <= number <= high]
