"""Charts as Vega-Lite states them: plain data, and apart from it the tables that are drawn.

Plain data on purpose: to build a chart of Altair's objects and to check these against its schema
takes 20 to 100 ms of the server's time (docs/LOG.md). Below the line, the layers of the chart of
curves. They name the tables they draw (`lines`, `references`, `best`); what differs from row to
row, and so from tick to tick, stands in these. So the specification of a run that trains stays as
it is, and the browser has nothing to draw anew but the points that came.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import streamlit as st

Spec = dict[str, Any]
"""A piece of a Vega-Lite specification."""

ZOOM = "zoom"
"""The pointer's zoom, by which the page knows it."""
_PINCH = "wheel![event.ctrlKey || event.metaKey || event.altKey]"  # a bare wheel scrolls the page
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # a name; nobody fetches it


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, and apart from it the tables that it draws, by the names it calls them."""

    spec: Spec
    tables: dict[str, pa.Table]

    @classmethod
    def of(
        cls,
        layers: Sequence[Spec],
        tables: dict[str, pa.Table],
        height: int,
        params: Sequence[Spec] = (),
    ) -> Chart:
        """A picture of these layers, the lowest first."""
        spec = {"$schema": _SCHEMA, "height": height, "layer": list(layers)}
        return cls(spec | ({"params": list(params)} if params else {}), tables)


def draw(chart: Chart, key: str, alt_text: str) -> None:
    """Puts the chart on the page, keyed, so that it is updated in place and keeps its zoom.

    Args:
        alt_text: what the picture is, for those who hear the page; another text draws it anew.
    """
    zooms = any(param["name"] == ZOOM for param in chart.spec.get("params", ()))
    st.vega_lite_chart(
        chart.spec | {"datasets": chart.tables},
        key=key,
        on_select="rerun" if zooms else "ignore",
        selection_mode=ZOOM if zooms else None,
        alt=alt_text,
    )


def number(field: str, **more: Any) -> Spec:
    """A channel that shows a number."""
    return {"field": field, "type": "quantitative", **more}


def word(field: str, **more: Any) -> Spec:
    """A channel that shows a word."""
    return {"field": field, "type": "nominal", **more}


def _of_row(field: str) -> Spec:
    """A property of a mark that each row of its table states for itself."""
    return {"expr": f"datum.{field}"}


# ---- the layers of the chart of curves


def pointer() -> list[Spec]:
    """What the pointer does: it shows the nearest point, and with a key held it zooms."""
    nearest = {"type": "point", "nearest": True, "on": "pointerover", "clear": "pointerout"}
    zoom = {"type": "interval", "zoom": _PINCH}
    return [
        {"name": "hover", "select": nearest | {"encodings": ["x", "y"]}, "views": ["dots"]},
        {"name": ZOOM, "select": zoom, "bind": "scales", "views": ["dots"]},
    ]


def lines(place: Spec, single: bool) -> Spec:
    """The curves; training is drawn thin, and dotted where a colour stands for a run."""
    dash_scale = {"domain": ["validation", "train"], "range": [[1, 0], [2, 3]]}
    dash = {"value": [1, 0]} if single else word("line", scale=dash_scale, legend=None)
    width = {"condition": {"test": "datum.line === 'train'", "value": 1.5}, "value": 2.5}
    more = {"detail": [word("run"), word("line")], "strokeDash": dash, "strokeWidth": width}
    return {
        "data": {"name": "lines"},
        "mark": {"type": "line", "interpolate": "linear", "clip": True},
        "encoding": place | more,
    }


def raw_lines(place: Spec) -> Spec:
    """The training losses as they were measured, faint behind the line that is evened out."""
    return {
        "data": {"name": "lines"},
        "transform": [{"filter": "datum.line === 'train'"}],
        "mark": {"type": "line", "clip": True, "opacity": 0.22, "strokeWidth": 1},
        "encoding": place | {"detail": word("run")},
    }


def dots(place: Spec, over_time: bool) -> Spec:
    """A dot and its values beside the nearest point under the pointer."""
    tooltip = [
        word("run", title="Run"),
        word("what", title="Measured on"),
        number("raw", title="nats/char", format=".3f"),
        number("bits", title="bits/char", format=".3f"),
        number("step", title="Step", format=",.0f"),
        number("epoch", title="Epoch", format=".1f"),
    ]
    if over_time:
        tooltip.append(number("x", title="Minutes", format=".1f"))
    shown = {"condition": {"param": "hover", "empty": False, "value": 1}, "value": 0}
    what = "datum.line === 'train' ? 'songs it learns from' : 'songs it has not seen'"
    return {
        "name": "dots",
        "data": {"name": "lines"},
        "transform": [
            {"calculate": f"datum.raw * {math.log2(math.e):.6f}", "as": "bits"},
            {"calculate": what, "as": "what"},
        ],
        "mark": {"type": "point", "filled": True, "size": 70, "clip": True},
        "encoding": place | {"opacity": shown, "tooltip": tooltip},
    }


def references(y_scale: Spec, dark: bool) -> tuple[Spec, list[Spec]]:
    """A dashed level for each reference, to lie below the curves, and its name, to lie above."""
    at_y = number("y", scale=y_scale)
    colour = _of_row("colour")
    rule = {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 1.5, "color": colour, "clip": True}
    name = {"align": "right", "dy": _of_row("dy"), "dx": -4}
    rules: Spec = {"data": {"name": "references"}, "mark": rule, "encoding": {"y": at_y}}
    place = {"x": {"value": "width"}, "y": at_y}
    return rules, _haloed("references", place, dark, color=colour, **name)


def best(place: Spec, dark: bool) -> list[Spec]:
    """The best point of each run on validation, marked, its value beside it."""
    paper = _page_colour("backgroundColor", dark)
    mark = {"type": "point", "filled": True, "size": 90, "stroke": paper, "strokeWidth": 2}
    mark |= {"opacity": 1, "clip": True}
    side = {"align": _of_row("align"), "dy": _of_row("dy"), "clip": True}
    ink = _page_colour("textColor", dark)
    at = {"x": place["x"], "y": place["y"]}
    marks: Spec = {"data": {"name": "best"}, "mark": mark, "encoding": place}
    return [marks, *_haloed("best", at, dark, color=ink, **side)]


def _haloed(table: str, place: Spec, dark: bool, color: Any, **more: Any) -> list[Spec]:
    """Labels that stay readable across lines: wide in the page's colour, then in their own."""
    paper = _page_colour("backgroundColor", dark)
    halo = {"stroke": paper, "strokeWidth": 4, "strokeJoin": "round"}
    return [
        {
            "data": {"name": table},
            "mark": {"type": "text", "fontSize": 12} | paint | more,
            "encoding": place | {"text": word("text")},
        }
        for paint in (halo, {"color": color})
    ]


def _page_colour(option: str, dark: bool) -> str:
    """A colour of the page itself, as .streamlit/config.toml states it."""
    stated = st.get_option(f"theme.{'dark' if dark else 'light'}.{option}")
    return str(stated or ("#1b1815" if dark == (option == "backgroundColor") else "#fbf8f1"))
