"""Test loss against the numbers that learn, drawn as SVG: what retraining parts is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

from lyricslab.experiments.search_results import SearchResult, front
from lyricslab.report.findings_text import METHODS
from lyricslab.report.svg_charts import WIDTH, ticks
from lyricslab.wording import plain

HEIGHT = 440
LEFT, RIGHT, TOP, BOTTOM = 70, 130, 70, 54
COLOURS = ("#a4461a", "#3f6790", "#4c7a3d", "#a98410", "#7a4f86", "#2c7f7a")
"""One for each of METHODS, as on the page."""
MARKS = (
    "M -6 -2 H -2 V -6 H 2 V -2 H 6 V 2 H 2 V 6 H -2 V 2 H -6 z",
    "M 0 -6 A 6 6 0 1 1 0 6 A 6 6 0 1 1 0 -6 z",
    "M -5.5 -5.5 H 5.5 V 5.5 H -5.5 z",
    "M 0 -7.5 L 7.5 0 L 0 7.5 L -7.5 0 z",
    "M 0 -7 L 7 5.5 H -7 z",
    "M 0 7 L 7 -5.5 H -7 z",
)
"""The shape of each, around its place; colour alone is not for all eyes, nor for all printers."""
LEGEND_PX = 310
LETTER_PX = 7.2
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def scatter(rows: Sequence[SearchResult]) -> str:
    """A dot for each choice with its spread; a dotted line joins what nothing beats."""
    dots = [row for row in rows if row.trained_parameters]
    unbeaten = front(dots)
    counts = [pick(row.trained_parameters for row in dots) for pick in (min, max)]
    few, many = map(math.log10, counts)
    lows = [row.test_mean - row.test_sd for row in dots]
    highs = [row.test_mean + row.test_sd for row in dots]
    room = max(max(highs) - min(lows), 0.01) * 0.08
    low, high = min(lows) - room, max(highs) + room

    def x_of(numbers: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(numbers) - few) / max(many - few, 0.01)

    def y_of(loss: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - loss) / (high - low)

    floor = HEIGHT - BOTTOM
    parts = [
        f'<path class="rule" d="M {LEFT - 16} {y_of(tick):.1f} H {WIDTH - RIGHT + 16}"/>'
        f'<text class="small end" x="{LEFT - 22}" y="{y_of(tick) + 5:.1f}">{plain(tick)}</text>'
        for tick in ticks(low, high)
    ]
    parts += [
        f'<path class="rule" d="M {x_of(numbers):.1f} {floor} v 6"/>'
        f'<text class="small mid" x="{x_of(numbers):.1f}" y="{floor + 22}">{numbers:,}</text>'
        for numbers in round_numbers(*counts)
    ]
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text class="small mid" x="{middle}" y="{HEIGHT - 6}">numbers that learn</text>')
    line = " L ".join(f"{x_of(r.trained_parameters):.1f} {y_of(r.test_mean):.1f}" for r in unbeaten)
    parts.append(f'<path class="front" d="M {line}"/>')
    parts += [_dot(row, x_of(row.trained_parameters), y_of) for row in dots]
    places = {row: (x_of(row.trained_parameters), y_of(row.test_mean)) for row in dots}
    parts += names({row.name: places[row] for row in unbeaten}, list(places.values()))
    used = [method for method in METHODS if any(row.method == method for row in dots)]
    parts += [
        _mark(method, 12 + (k % 3) * LEGEND_PX, 14 + (k // 3) * 24)
        + f'<text class="small" x="{26 + (k % 3) * LEGEND_PX}" y="{19 + (k // 3) * 24}">'
        f"{METHODS[method]}</text>"
        for k, method in enumerate(used)
    ]
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>Test loss against the numbers that learn, a dot for each choice</title>"
        f"{''.join(parts)}</svg>"
    )


def names(
    wanted: Mapping[str, tuple[float, float]], dots: Sequence[tuple[float, float]]
) -> list[str]:
    """Names beside their dots, each where it covers no dot and no other name; or else none."""
    taken = [(x - 7, y - 7, x + 7, y + 7) for x, y in dots]
    drawn = []
    for name, (x, y) in wanted.items():
        width = LETTER_PX * len(name)
        boxes = [
            (left, line - 11, left + width, line + 3)
            for left in (x + 10, x - 10 - width)
            if 0 <= left <= WIDTH - width
            for line in (y - 8, y + 18, y + 5)
        ]
        box = next((box for box in boxes if not covers(box, taken)), None)
        if box is not None:
            taken.append(box)
            place = f'x="{box[0]:.1f}" y="{box[3] - 3:.1f}"'
            drawn.append(f'<text class="small" {place}>{escape(name)}</text>')
    return drawn


def covers(a: Box, others: Sequence[Box]) -> bool:
    """Whether a box lies over any of the others."""
    return any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in others)


def round_numbers(few: float, many: float) -> list[int]:
    """Numbers that begin with 1, 2 or 5 and end in noughts, from few to many; or these two."""
    powers = range(math.floor(math.log10(few)), math.ceil(math.log10(many)) + 1)
    within = [n * 10**k for k in powers for n in (1, 2, 5) if few <= n * 10**k <= many]
    return within if len(within) > 1 else sorted({round(few), round(many)})


def _dot(row: SearchResult, x: float, y_of: Callable[[float], float]) -> str:
    bar = ""
    if row.test_sd:
        top, bottom = y_of(row.test_mean + row.test_sd), y_of(row.test_mean - row.test_sd)
        colour = COLOURS[[*METHODS].index(row.method)]
        bar = f'<path class="spread" stroke="{colour}" d="M {x:.1f} {top:.1f} V {bottom:.1f}"/>'
    return bar + _mark(row.method, x, y_of(row.test_mean), row.name)


def _mark(method: str, x: float, y: float, told: str = "") -> str:
    which = [*METHODS].index(method)
    title = f"<title>{escape(told)}</title>" if told else ""
    return (
        f'<path class="choice" fill="{COLOURS[which]}" transform="translate({x:.1f} {y:.1f})" '
        f'd="{MARKS[which]}">{title}</path>'
    )


STYLE = """
svg.chart .front { fill: none; stroke: var(--frozen); stroke-width: 1.6; stroke-dasharray: 2 4; }
svg.chart .spread { stroke-width: 1.6; opacity: 0.6; }
"""
"""What it needs beside `charts.STYLE`."""
