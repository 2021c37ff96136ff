"""Puts charts on a page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lyricslab.report.charts.chart import Chart
from lyricslab.report.charts.loss_curves_spec import ZOOM
from lyricslab.ui.common.theme import scale


def draw_chart(chart: Chart, key: str, alt_text: str) -> None:
    """Put a chart on the page, keyed, so that it is updated in place and keeps its zoom.

    Args:
        alt_text: what the picture shows, for a screen reader; the chart is redrawn if it changes.
    """
    zooms = any(param["name"] == ZOOM for param in chart.spec.get("params", ()))
    st.vega_lite_chart(
        enlarged(chart.spec, scale()) | {"datasets": chart.tables},
        key=key,
        on_select="rerun" if zooms else "ignore",
        selection_mode=ZOOM if zooms else None,
        alt=alt_text,
    )


def enlarged(node: Any, factor: float) -> Any:
    """Return a specification with letters, lines and height larger by a factor."""
    if factor == 1:
        return node
    if isinstance(node, list):
        return [enlarged(child, factor) for child in node]
    if not isinstance(node, dict):
        return node
    return {
        key: round(value * factor, 2)
        if isinstance(value, int | float)
        and (key.lower().endswith("fontsize") or key in ("strokeWidth", "height"))
        else enlarged(value, factor)
        for key, value in node.items()
    }
