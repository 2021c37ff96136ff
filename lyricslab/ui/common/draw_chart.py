"""Puts charts on a page."""

from __future__ import annotations

import streamlit as st

from lyricslab.report.charts.chart import Chart
from lyricslab.report.charts.loss_curves_spec import ZOOM


def draw_chart(chart: Chart, key: str, alt_text: str) -> None:
    """Put a chart on the page, keyed, so that it is updated in place and keeps its zoom.

    Args:
        alt_text: what the picture shows, for a screen reader; the chart is redrawn if it changes.
    """
    zooms = any(param["name"] == ZOOM for param in chart.spec.get("params", ()))
    st.vega_lite_chart(
        chart.spec | {"datasets": chart.tables},
        key=key,
        on_select="rerun" if zooms else "ignore",
        selection_mode=ZOOM if zooms else None,
        alt=alt_text,
    )
