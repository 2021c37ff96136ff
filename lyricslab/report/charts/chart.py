"""A chart: a Vega-Lite specification that Altair built once, and the tables that it draws.

To build and check a chart with Altair takes about 70 ms, more than the rest of a live page. So a
chart of one shape is built once, as a template with slots where the data decide (the ends of an
axis, the names of the runs). A new point changes the tables, and fills the slots again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import altair as alt
import pyarrow as pa

from lyricslab.report.charts.palette import Palette

Spec = dict[str, Any]
"""A Vega-Lite specification, or a part of one."""

_SLOT = "slot:"


@dataclass(frozen=True, slots=True)
class Chart:
    """A specification, and the tables that it draws, by the names by which it refers to them."""

    spec: Spec
    tables: dict[str, pa.Table]


def table(rows: Sequence[NamedTuple], kind: type[NamedTuple]) -> pa.Table:
    """Return rows of a kind as a table; without rows it has the columns all the same."""
    columns = list(zip(*rows, strict=True)) or [()] * len(kind._fields)
    return pa.table(dict(zip(kind._fields, columns, strict=True)))


def slot(name: str) -> list[Any]:
    """Return what stands in a template for a list that the data decide."""
    return [_SLOT + name]


def template(chart: alt.LayerChart | alt.FacetChart) -> Spec:
    """Return the chart's specification, checked by Altair, without Altair's own theme.

    A template is cached and shared: it is never changed.
    """
    spec: Spec = chart.to_dict()
    spec.pop("config")
    return spec


def fill(of: Spec, tables: dict[str, pa.Table], height: int, **values: list[Any]) -> Chart:
    """Return the chart of a template.

    Args:
        height: of the plot, in pixels.
        values: what stands in each slot.
    """
    spec: Spec = _filled(of, values)
    return Chart(spec | {"height": height}, tables)


def _filled(node: Any, values: dict[str, list[Any]]) -> Any:
    if isinstance(node, dict):
        return {key: _filled(child, values) for key, child in node.items()}
    if not isinstance(node, list):
        return node
    if len(node) == 1 and isinstance(node[0], str) and node[0].startswith(_SLOT):
        return values[node[0].removeprefix(_SLOT)]
    return [_filled(child, values) for child in node]


def data(table: str) -> alt.Chart:
    """Begin a layer that draws the table of this name."""
    return alt.Chart(alt.NamedData(table))


def references(y_scale: alt.Scale, palette: Palette) -> tuple[alt.Chart, list[alt.Chart]]:
    """Return a dashed level for each row of the table `references`, to draw first, and its name.

    The table says for each level: `y`, `text`, `colour` and `dy`, how far below it the name is.
    """
    level = data("references").encode(alt.Y("y:Q", scale=y_scale))
    colour = alt.ExprRef("datum.colour")
    # Its name says what it is; without rows, only an unnamed symbol would be read out.
    rules = level.mark_rule(strokeDash=[6, 4], strokeWidth=1.5, color=colour, clip=True, aria=False)
    at_the_right = level.encode(x=alt.value("width"))
    dy = alt.ExprRef("datum.dy")
    return rules, haloed(at_the_right, palette, color=colour, align="right", dx=-4, dy=dy)


def haloed(layer: alt.Chart, palette: Palette, color: Any, **mark: Any) -> list[alt.Chart]:
    """Return the texts of a layer, readable across lines: first wide in the page's colour."""
    layer = layer.encode(text="text:N")
    halo: dict[str, Any] = {
        "stroke": palette.page,
        "strokeWidth": 4,
        "strokeJoin": "round",
        "aria": False,
    }
    return [layer.mark_text(fontSize=12, **paint, **mark) for paint in (halo, {"color": color})]
