"""The charts of a report, drawn as SVG: every loss as a shade, every ratio with its error bar."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lyricslab.report.content import BaseTable, Line

WIDTH = 1000


def heatmap(tables: Sequence[BaseTable]) -> str:
    """Layers across, bases down; the darker the further below the baseline, the best framed."""
    columns = choices(tables)
    left, top, height = 150, 34, 74
    width = (WIDTH - left) / max(1, len(columns))
    best = min(
        (line.ratio.value for table in tables for line in table.lines if line.ratio), default=1.0
    )
    parts = [
        f'<text class="mid" x="{left + width * (k + 0.5):.1f}" y="22">{escape(label)}</text>'
        for k, (_, label) in enumerate(columns)
    ]
    for row, table in enumerate(tables):
        y = top + row * (height + 6)
        parts.append(_words(0, y + height / 2 + 5, table.base, 20))
        by_choice = {choice_of(line): line for line in table.lines}
        for k, (choice, _) in enumerate(columns):
            x = left + width * k
            parts.append(_cell(by_choice.get(choice), x, y, width - 6, height, best))
    return _svg(top + len(tables) * (height + 6), "Losses by base and layers retrained", parts)


def choices(tables: Sequence[BaseTable]) -> list[tuple[str, str]]:
    """The columns: each choice of layers and its short name, from nothing to all."""
    found: dict[str, str] = {}
    order = ("zero-shot", "head", "subset", "all")
    lines = [line for table in tables for line in table.lines if line.kind in order]
    for line in sorted(lines, key=lambda ln: (order.index(ln.kind), len(ln.label), ln.label)):
        found[choice_of(line)] = {"zero-shot": "as it is", "head": "head", "all": "all"}.get(
            line.kind, line.label.replace(" and ", ", ")
        )
    return list(found.items())


def choice_of(line: Line) -> str:
    """What tells a line from the others of its base."""
    return line.label if line.kind == "subset" else line.kind


def shade(ratio: float | None, best: float) -> float:
    """How dark a cell is, 0 at the baseline and above to 1 at the best ratio."""
    if ratio is None or best >= 1:
        return 0.0
    return max(0.0, min(1.0, (1 - ratio) / (1 - best)))


def ratios(tables: Sequence[BaseTable]) -> str:
    """Each ratio to the baseline with its 95 % interval, and the paper's as a diamond."""
    lines = [
        (t, line) for t in tables for line in t.lines if line.ratio and line.kind != "baseline"
    ]
    if not lines:
        return ""
    known = [value for _, line in lines if line.ratio for value in line.ratio]
    known += [line.paper_ratio for _, line in lines if line.paper_ratio] + [1.0]
    low, high = min(known), max(known)
    low, high = low - 0.04 * (high - low), high + 0.04 * (high - low)
    left, right, step = 230, 40, 26

    def at(value: float) -> float:
        return left + (WIDTH - left - right) * (value - low) / (high - low)

    parts, y, base = [], 20, ""
    for table, line in lines:
        if table.base != base:
            base = table.base
            y += 16
            parts.append(_words(0, y + 5, base, 20, "title"))
        parts.append(f'<text class="end" x="{left - 16}" y="{y + 5}">{escape(short(line))}</text>')
        if line.paper_ratio:
            x = at(line.paper_ratio)
            parts.append(f'<path class="paper" d="M {x - 6:.1f} {y} l 6 -6 l 6 6 l -6 6 z"/>')
        if line.ratio:
            value, least, most = map(at, line.ratio)
            parts.append(f'<path class="bar" d="M {least:.1f} {y} H {most:.1f}"/>')
            parts.append(f'<circle class="dot" cx="{value:.1f}" cy="{y}" r="5"/>')
        y += step
    axis = [
        f'<path class="rule" d="M {at(tick):.1f} 14 V {y}"/>'
        f'<text class="small mid" x="{at(tick):.1f}" y="{y + 18}">{tick:g}</text>'
        for tick in ticks(low, high)
    ]
    mark = (
        f'<path class="mark" d="M {at(1):.1f} 14 V {y}"/>'
        f'<text class="small mid" x="{at(1):.1f}" y="10">baseline</text>'
    )
    return _svg(y + 26, "Test loss over the baseline's", [*axis, mark, *parts])


def short(line: Line) -> str:
    """A line's choice of layers in a few letters."""
    return {"zero-shot": "as it is", "head": "head only", "all": "all layers"}.get(
        line.kind, line.label
    )


def ticks(low: float, high: float) -> list[float]:
    """Round places on an axis, about six."""
    step = next(
        s for s in (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5) if (high - low) / s <= 9
    )
    first = int(low / step) + (1 if low > 0 else 0)
    places: list[float] = []
    while (first + len(places)) * step <= high:
        places.append(round((first + len(places)) * step, 6))
    return places


def _cell(line: Line | None, x: float, y: float, width: float, height: float, best: float) -> str:
    if line is None or line.test is None:
        place = f'x="{x:.1f}" y="{y}" width="{width:.1f}" height="{height}"'
        return f'<rect class="empty" {place} rx="6"/>'
    dark = shade(line.ratio.value if line.ratio else None, best)
    kind = "cell best" if line.best else "cell"
    ink = "light" if dark > 0.55 else "ink"
    middle = x + width / 2
    spread = f"± {line.test.sd:.3f}" if line.test.seeds > 1 else ""
    return (
        f'<rect class="{kind}" fill-opacity="{0.08 + 0.92 * dark:.2f}" x="{x:.1f}" y="{y}" '
        f'width="{width:.1f}" height="{height}" rx="6"/>'
        f'<text class="mid {ink}" x="{middle:.1f}" y="{y + height / 2}">{line.test.mean:.3f}</text>'
        f'<text class="mid small {ink}" x="{middle:.1f}" y="{y + height / 2 + 20}">{spread}</text>'
    )


def _words(x: float, y: float, text: str, most: int, kind: str = "") -> str:
    """A name that users give, shortened to fit."""
    shown = text if len(text) <= most else f"{text[: most - 1]}…"
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(shown)}</text>'


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{title}</title>{''.join(parts)}</svg>"
    )


STYLE = """
svg.chart { width: 100%; height: auto; display: block; }
svg.chart text { font-size: 16px; fill: var(--ink); }
svg.chart .small { font-size: 13.5px; opacity: 0.85; }
svg.chart .mid { text-anchor: middle; }
svg.chart .end { text-anchor: end; }
svg.chart .title { font-weight: 600; }
svg.chart .light { fill: #fff; }
svg.chart .cell { fill: var(--learns); }
svg.chart .best { stroke: var(--ink); stroke-width: 2.5; }
svg.chart .empty { fill: none; stroke: var(--line); stroke-dasharray: 3 4; }
svg.chart .bar { stroke: var(--learns); stroke-width: 3; stroke-linecap: round; }
svg.chart .dot { fill: var(--learns); }
svg.chart .paper { fill: var(--paper); stroke: var(--frozen); stroke-width: 1.8; }
svg.chart .rule { stroke: var(--line); stroke-width: 1; }
svg.chart .mark { stroke: var(--ink); stroke-width: 1.6; stroke-dasharray: 5 4; opacity: 0.7; }
"""
