"""How figures are written, wherever they are read."""

from __future__ import annotations


def plain(value: float | None) -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def signed(value: float) -> str:
    """A difference with its sign, in the sign that typesetters use; what rounds to 0 has none."""
    return f"{value:+.3f}".replace("-", "−") if round(value, 3) else "0.000"


def spread(mean: float, sd: float, seeds: int) -> str:
    """A mean and its standard deviation; the mean alone where there is one seed."""
    return f"{mean:.3f}" + (f" ± {sd:.3f}" if seeds > 1 else "")


def share(value: float, reference: float) -> str:
    """How far below (or above) a reference a value lies: "11 %"."""
    percent = abs(1 - value / reference) * 100
    return f"{percent:.1f} %" if percent < 3 else f"{percent:.0f} %"


def counted(count: int, one: str, many: str) -> str:
    """A number with its noun: "1 song", "1,204 songs"."""
    return f"{count:,} {one if count == 1 else many}"


def epoch(value: float) -> str:
    """A number of passes over the songs: "7", "0.4"."""
    return f"{value:.0f}" if value >= 9.95 or abs(value - round(value)) < 0.05 else f"{value:.1f}"
