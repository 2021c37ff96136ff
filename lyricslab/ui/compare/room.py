"""Room for what a browser draws late, so that nothing below it moves when it comes."""

from __future__ import annotations

import streamlit as st

from lyricslab.report.charts.loss_curves import HEIGHT

HEAD_PX, ROW_PX, MAX_PX = 38, 46, 432
"""Of the table: its head, a row with two lines, the most that is seen without scrolling."""
CONTROLS_PX = 70

_STYLE = """<style>
.stApp .st-key-compare_controls, .stApp .st-key-compare_look {{ min-height: {controls}px; }}
.stApp .st-key-compare_table {{ min-height: {table}px; }}
.stApp .st-key-compare_chart {{ min-height: {chart}px; }}
@media (max-width: 700px) {{ .stApp .st-key-compare_table {{ min-height: 75vh; }} }}
</style>"""


def keep_room(rows: int) -> None:
    """Keep room for the controls, for a table of some rows, and for the chart."""
    table = min(HEAD_PX + ROW_PX * rows, MAX_PX)
    st.html(_STYLE.format(controls=CONTROLS_PX, table=table, chart=HEIGHT + 4))
