"""Every way of training as a coloured field: click one to look at its runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from lyricslab.report.content import BaseTable, Line
from lyricslab.report.svg_charts import choice_of, choices, shade
from lyricslab.ui.common.theme import colour, is_dark

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

ROW_PX = 84
KEY = "paper_heat"


def heat(tables: Sequence[BaseTable], side: str, on_click: Callable[[str], None]) -> None:
    """Layers across, bases down; the warmer, the further below the baseline; the best framed.

    Args:
        side: "test" or "val": the songs that the losses are of.
        on_click: given the key of the cell that was clicked.
    """

    def clicked() -> None:
        points = st.session_state[KEY]["selection"]["points"]
        if points and points[0].get("customdata"):
            chosen = points[0]["customdata"]
            on_click(str(chosen[0] if isinstance(chosen, list | tuple) else chosen))

    st.plotly_chart(
        draw(tables, side, is_dark()),
        key=KEY,
        theme=None,
        on_select=clicked,
        selection_mode="points",
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
    )


def draw(tables: Sequence[BaseTable], side: str, dark: bool) -> Figure:
    """The picture."""
    from plotly import graph_objects  # takes its time, and only this page needs it

    columns = choices(tables)
    fields = [
        (row, column, line)
        for row, table in enumerate(tables)
        for column, (choice, _) in enumerate(columns)
        for line in table.lines
        if line.kind != "baseline" and choice_of(line) == choice
    ]
    below = {line.key: _below(line, tables, side) for _, _, line in fields}
    best = min((value for value in below.values() if value is not None), default=1.0)
    shades = [[0.0] * len(columns) for _ in tables]
    inside = [[""] * len(columns) for _ in tables]
    for row, column, line in fields:
        shades[row][column] = shade(below[line.key], best)
        inside[row][column] = _inside(line, side)
    ink, ground = ("#ece5d8", "#27221d") if dark else ("#1f1a15", "#f4efe4")
    coloured = {
        "type": "heatmap",
        "z": shades,
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, ground], [1, colour("learns", dark)]],
        "text": inside,
        "texttemplate": "%{text}",
        "textfont": {"size": 15},
        "xgap": 5,
        "ygap": 5,
        "showscale": False,
        "hoverinfo": "skip",
    }
    # A heatmap tells nobody of a click; unseen marks over its fields do.
    to_click = {
        "type": "scatter",
        "x": [column for _, column, _ in fields],
        "y": [row for row, _, _ in fields],
        "customdata": [[line.key] for _, _, line in fields],
        "text": [_hover(line, tables, below[line.key]) for _, _, line in fields],
        "hovertemplate": "%{text}<extra></extra>",
        "mode": "markers",
        "marker": {"size": 62, "symbol": "square", "color": "rgba(0,0,0,0)"},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "showlegend": False,
    }
    frames = [
        {
            "type": "rect",
            "x0": column - 0.47,
            "x1": column + 0.47,
            "y0": row - 0.46,
            "y1": row + 0.46,
            "line": {"color": ink, "width": 2.5},
        }
        for row, column, line in fields
        if line.best
    ]
    layout = _layout(tables, columns, ink, ground) | {"shapes": frames}
    return graph_objects.Figure({"data": [coloured, to_click], "layout": layout})


def _layout(
    tables: Sequence[BaseTable], columns: Sequence[tuple[str, str]], ink: str, ground: str
) -> dict[str, Any]:
    still: dict[str, Any] = {"fixedrange": True, "showgrid": False, "zeroline": False}
    names = [_escaped(table.base) for table in tables]
    font = {"family": '"Source Sans", sans-serif', "size": 15, "color": ink}
    return {
        "height": 46 + ROW_PX * len(tables),
        "margin": {"l": 8, "r": 8, "t": 34, "b": 6},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": font,
        "hoverlabel": {"align": "left", "bgcolor": ground, "bordercolor": ink, "font": font},
        "clickmode": "event+select",
        "dragmode": False,
        "xaxis": still
        | {
            "side": "top",
            "tickvals": list(range(len(columns))),
            "ticktext": [label for _, label in columns],
            "range": [-0.5, len(columns) - 0.5],
            "ticks": "",
        },
        "yaxis": still
        | {
            "autorange": False,
            "range": [len(tables) - 0.5, -0.5],
            "tickvals": list(range(len(tables))),
            "ticktext": [f"<b>{name}</b>  " for name in names],
            "automargin": True,
            "ticks": "",
        },
    }


def _below(line: Line, tables: Sequence[BaseTable], side: str) -> float | None:
    """A line's loss over the best baseline's on the same songs."""
    figure = line.test if side == "test" else line.val
    marks = [
        base
        for other in tables[0].lines
        if other.kind == "baseline" and (base := other.test if side == "test" else other.val)
    ]
    if figure is None or not marks:
        return None
    return figure.mean / min(mark.mean for mark in marks)


def _inside(line: Line, side: str) -> str:
    figure = line.test if side == "test" else line.val
    if figure is None:
        return "…"
    spread = f"<br><span style='font-size:12px'>± {figure.sd:.3f}</span>"
    return f"{figure.mean:.3f}" + (spread if figure.seeds > 1 else "")


def _hover(line: Line, tables: Sequence[BaseTable], below: float | None) -> str:
    base = next(table.base for table in tables if any(other is line for other in table.lines))
    said = [f"<b>{_escaped(base)}</b>: {line.label}"]
    if below is not None:
        said.append(f"{below:.3f} times the baseline's loss")
    said.append(f"{line.seeds_done} of {line.seeds_planned} seeds done; click to look at them")
    return "<br>".join(said)


def _escaped(text: str) -> str:
    """A name as Plotly shows it: it takes some tags for orders."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
