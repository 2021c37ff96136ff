"""Each way of training against the baseline, with error bars, and what the paper found."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from lyricslab.report.content import BaseTable, Line
from lyricslab.report.svg_charts import short
from lyricslab.ui.common import theme, vega
from lyricslab.ui.common.vega import Chart

ROW_PX = 46


def ratios(tables: Sequence[BaseTable], dark: bool | None = None) -> Chart | None:
    """A row for each choice of layers, a colour for each base; None before there is anything."""
    lines = [(t, ln) for t in tables for ln in t.lines if ln.ratio and ln.kind != "baseline"]
    if not lines:
        return None
    rows = [_row(table, line) for table, line in lines]
    names = list(dict.fromkeys(str(row["choice"]) for row in sorted(rows, key=_order)))
    bases = [table.base for table in tables]
    colours = [theme.colour("run" if table.lyrics else "base", dark) for table in tables]
    if len(set(colours)) < len(colours):
        colours = theme.palette(len(tables), dark)
    across = vega.number(
        "ratio",
        title="test loss over the baseline's, nats/char",
        scale={"zero": False, "nice": False, "padding": 14},
        axis={"tickCount": 7},
    )
    down = vega.word(
        "choice",
        sort=names,
        title=None,
        axis={"labelLimit": 200, "labelFontSize": 13, "ticks": False, "domain": False},
        scale={"paddingInner": 0.35},
    )
    legend = {"title": None, "orient": "top", "symbolType": "circle", "symbolSize": 110}
    place = {
        "y": down,
        "yOffset": vega.word("base", sort=bases, scale={"paddingInner": 0.5, "paddingOuter": 0.4}),
        "color": vega.word("base", scale={"domain": bases, "range": colours}, legend=legend),
    }
    ink = "#a89b8a" if (theme.is_dark() if dark is None else dark) else "#75695a"
    told = [
        vega.word("base", title="Base"),
        vega.word("choice", title="Learned"),
        vega.number("ratio", title="Ratio", format=".3f"),
        vega.number("low", title="At least", format=".3f"),
        vega.number("high", title="At most", format=".3f"),
        vega.word("printed", title="In the paper"),
    ]
    layers: list[vega.Spec] = [
        {
            "data": {"name": "mark"},
            "mark": {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 1.6, "color": ink},
            "encoding": {"x": vega.number("at")},
        },
        {
            "data": {"name": "mark"},
            "mark": {
                "type": "text", "text": "the baseline", "align": "left", "dx": 6, "color": ink,
                "y": -6, "fontSize": 13,
            },
            "encoding": {"x": vega.number("at")},
        },
        {
            "data": {"name": "ratios"},
            "mark": {"type": "rule", "strokeWidth": 3, "strokeCap": "round", "opacity": 0.85},
            "encoding": place | {"x": across | {"field": "low"}, "x2": {"field": "high"}},
        },
        {
            "data": {"name": "ratios"},
            "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
            "encoding": place | {"x": across, "tooltip": told},
        },
        {
            "data": {"name": "ratios"},
            "transform": [{"filter": "isValid(datum.paper)"}],
            "mark": {
                "type": "point", "shape": "diamond", "filled": False, "size": 105,
                "strokeWidth": 1.8, "opacity": 1,
            },
            "encoding": place | {"x": across | {"field": "paper"}, "tooltip": told},
        },
    ]  # fmt: skip
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    table = pa.table(columns | {"paper": pa.array(columns["paper"], pa.float64())})
    tables_drawn = {"ratios": table, "mark": pa.table({"at": [1.0]})}
    return Chart.of(layers, tables_drawn, ROW_PX * len(names) + 20)


def _row(table: BaseTable, line: Line) -> dict[str, object]:
    assert line.ratio is not None
    return {
        "base": table.base,
        "choice": short(line),
        "ratio": line.ratio.value,
        "low": line.ratio.low,
        "high": line.ratio.high,
        "paper": line.paper_ratio,
        "printed": "–" if line.paper_ratio is None else f"{line.paper_ratio:.3f}",
        "rank": _rank(line),
    }


def _rank(line: Line) -> int:
    order = ("zero-shot", "head", "subset", "all")
    return 100 * order.index(line.kind) + 10 * len(line.trainable) + len(line.label)


def _order(row: dict[str, object]) -> tuple[int, str]:
    return int(str(row["rank"])), str(row["choice"])
