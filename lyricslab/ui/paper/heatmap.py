"""The heat map of a sweep: click a field to look at its runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from lyricslab.report.charts.heatmap_chart import ROW_PX, Field, Side, fields
from lyricslab.report.charts.palette import Palette
from lyricslab.report.content import BaseTable, choices, column_label
from lyricslab.ui.common import theme

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

KEY = "paper_heat"


def heatmap(tables: Sequence[BaseTable], side: Side, on_click: Callable[[str], None]) -> None:
    """Draw the heat map.

    Args:
        on_click: called with the key of the cell that was clicked.
    """

    def clicked() -> None:
        points = st.session_state[KEY]["selection"]["points"]
        if points and points[0].get("customdata"):
            chosen = points[0]["customdata"]
            on_click(str(chosen[0] if isinstance(chosen, list | tuple) else chosen))

    st.plotly_chart(
        figure(tables, side, theme.shown()),
        key=KEY,
        theme=None,
        on_select=clicked,
        selection_mode="points",
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
    )


def figure(tables: Sequence[BaseTable], side: Side, palette: Palette) -> Figure:
    """Return the heat map as Plotly draws it; the best field of each base is framed."""
    from plotly import graph_objects as go  # slow to import, and only this page needs it

    drawn = fields(tables, side)
    columns = [column_label(line) for line in choices(tables)]
    shades = [[0.0] * len(columns) for _ in tables]
    texts = [[""] * len(columns) for _ in tables]
    for field in drawn:
        shades[field.row][field.column] = field.shade
        small = f"<br><span style='font-size:12px'>{field.spread}</span>" if field.spread else ""
        texts[field.row][field.column] = field.loss + small
    heat = go.Heatmap(
        z=shades,
        zmin=0,
        zmax=1,
        colorscale=[[0, palette.empty], [1, palette.colour("learns")]],
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 15},
        xgap=5,
        ygap=5,
        showscale=False,
        hoverinfo="skip",
    )
    # A Plotly heatmap reports no clicks; invisible marks over its fields do.
    marks = go.Scatter(
        x=[field.column for field in drawn],
        y=[field.row for field in drawn],
        customdata=[[field.line.key] for field in drawn],
        text=[_hover(field) for field in drawn],
        hovertemplate="%{text}<extra></extra>",
        mode="markers",
        marker={"size": 62, "symbol": "square", "color": "rgba(0,0,0,0)"},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        showlegend=False,
    )
    picture = go.Figure(
        [heat, marks], _layout([table.base_title for table in tables], columns, palette)
    )
    for field in drawn:
        if field.line.best:
            picture.add_shape(
                type="rect",
                x0=field.column - 0.47,
                x1=field.column + 0.47,
                y0=field.row - 0.46,
                y1=field.row + 0.46,
                line={"color": palette.text, "width": 2.5},
            )
    return picture


def _layout(bases: Sequence[str], columns: Sequence[str], palette: Palette) -> dict[str, Any]:
    still: dict[str, Any] = {"fixedrange": True, "showgrid": False, "zeroline": False, "ticks": ""}
    font = {"family": '"Source Sans", sans-serif', "size": 15, "color": palette.text}
    hover = {"align": "left", "bgcolor": palette.empty, "bordercolor": palette.text, "font": font}
    return {
        "height": 46 + ROW_PX * len(bases),
        "margin": {"l": 8, "r": 8, "t": 34, "b": 6},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": font,
        "hoverlabel": hover,
        "clickmode": "event+select",
        "dragmode": False,
        "xaxis": still
        | {
            "side": "top",
            "tickvals": list(range(len(columns))),
            "ticktext": columns,
            "range": [-0.5, len(columns) - 0.5],
        },
        "yaxis": still
        | {
            "range": [len(bases) - 0.5, -0.5],
            "tickvals": list(range(len(bases))),
            "ticktext": [f"<b>{escaped(base)}</b>  " for base in bases],
            "automargin": True,
        },
    }


def _hover(field: Field) -> str:
    line = field.line
    rows = [f"<b>{escaped(field.base)}</b>: {line.label}"]
    if field.ratio is not None:
        rows.append(f"{field.ratio:.3f} times the baseline's loss")
    rows.append(f"{line.seeds_done} of {line.seeds_planned} seeds done; click to look at them")
    return "<br>".join(rows)


def escaped(text: str) -> str:
    """Return a name as Plotly shows it, since it reads some tags as formatting."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
