"""Each way of training against the baseline, with error bars, and what the paper found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import altair as alt
import pyarrow as pa

from lyricslab.report.charts.chart import Chart, Spec, data, fill, slot, table, template
from lyricslab.report.charts.palette import Palette
from lyricslab.report.content import BaseTable, choices
from lyricslab.wording import plain

ROW_PX = 46


def ratio_chart(tables: Sequence[BaseTable], palette: Palette) -> Chart | None:
    """Return a row for each choice of layers, a colour for each base; None without ratios."""
    rows = [
        _Row(
            base_table.base_title,
            line.label,
            *line.ratio,
            line.paper_ratio,
            plain(line.paper_ratio),
        )
        for base_table in tables
        for line in base_table.lines
        if line.ratio and line.kind != "baseline"
    ]
    if not rows:
        return None
    drawn = {row.choice for row in rows}
    labels = [label for label in choices(tables) if label in drawn]
    colours = [palette.colour("run" if base.lyrics else "base") for base in tables]
    if len(set(colours)) < len(colours):
        colours = palette.runs(len(tables))
    return fill(
        _template(palette),
        {"ratios": table(rows, _Row), "mark": pa.table({"at": [1.0]})},
        ROW_PX * len(labels) + 20,
        choices=labels,
        bases=[base.base_title for base in tables],
        colours=colours,
    )


class _Row(NamedTuple):
    """One way of training from one base."""

    base: str
    choice: str
    ratio: float
    low: float
    high: float
    paper: float | None
    printed: str


@lru_cache
def _template(palette: Palette) -> Spec:
    grey = palette.colour("baseline")
    baseline = data("mark").encode(alt.X("at:Q"))
    bases = alt.Color(
        "base:N",
        scale=alt.Scale(domain=slot("bases"), range=slot("colours")),
        legend=alt.Legend(title=None, orient="top", symbolType="circle", symbolSize=110),
    )
    label_axis = alt.Axis(labelLimit=200, labelFontSize=13, ticks=False, domain=False)
    in_rows = data("ratios").encode(
        alt.Y(
            "choice:N",
            sort=slot("choices"),
            title=None,
            axis=label_axis,
            scale=alt.Scale(paddingInner=0.35),
        ),
        alt.YOffset(
            "base:N",
            sort=slot("bases"),
            scale=alt.Scale(paddingInner=0.5, paddingOuter=0.4),
        ),
        bases,
    )
    tooltip = [
        alt.Tooltip("base:N", title="Base"),
        alt.Tooltip("choice:N", title="Learned"),
        alt.Tooltip("ratio:Q", title="Ratio", format=".3f"),
        alt.Tooltip("low:Q", title="At least", format=".3f"),
        alt.Tooltip("high:Q", title="At most", format=".3f"),
        alt.Tooltip("printed:N", title="In the paper"),
    ]
    layers = [
        baseline.mark_rule(strokeDash=[5, 4], strokeWidth=1.6, color=grey),
        baseline.mark_text(text="the baseline", align="left", dx=6, y=-6, fontSize=13, color=grey),
        in_rows.mark_rule(strokeWidth=3, strokeCap="round", opacity=0.85).encode(
            _ratio("low"), x2="high:Q"
        ),
        in_rows.mark_point(filled=True, size=75, opacity=1).encode(
            _ratio("ratio"), tooltip=tooltip
        ),
        in_rows.transform_filter("isValid(datum.paper)")
        .mark_point(shape="diamond", filled=False, size=105, strokeWidth=1.8, opacity=1)
        .encode(_ratio("paper"), tooltip=tooltip),
    ]
    return template(alt.layer(*layers))


def _ratio(field: str) -> alt.X:
    return alt.X(
        f"{field}:Q",
        title="test loss over the baseline's, nats/char",
        scale=alt.Scale(zero=False, nice=False, padding=14),
        axis=alt.Axis(tickCount=7),
    )
