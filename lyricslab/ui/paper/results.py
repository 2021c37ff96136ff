"""The results of a sweep: heat map, one cell in detail, runs as lines, ratios, the two tables."""

from __future__ import annotations

import streamlit as st

from lyricslab.report.charts.heatmap_chart import Side
from lyricslab.report.charts.ratio_chart import ratio_chart
from lyricslab.ui.common import services, theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.run_list import run_list
from lyricslab.ui.compare.parallel_runs import parallel_runs
from lyricslab.ui.paper import cached_experiments, cell_detail, heatmap, paper_tables
from lyricslab.ui.paper.cached_experiments import ShownSweep

SIDES: dict[Side, str] = {"test": "test songs", "val": "validation songs"}


def results(shown: ShownSweep) -> None:
    """Show the results as a heat map, in detail, as ratios and as the paper's tables."""
    made = cached_experiments.tables(services.store(), shown.table)
    st.subheader("Every way of training")
    st.fragment(_fields)(shown)
    st.subheader("Was the base worth it?")
    chart = ratio_chart(made, theme.shown())
    if chart is None:
        st.caption("The ratios come with the baseline and the first runs.")
    else:
        draw_chart(chart, "paper_ratios", "Test losses over the baseline's, with error bars")
        st.caption(
            "Left of the dashed line the base was worth it. Dots: these songs, with the 95 % "
            "interval by bootstrap over songs and seeds. Diamonds: the paper's own ratios."
        )
    paper_tables.tables(made)
    if shown.row is not None:
        with st.expander(
            "Every run as a line", icon=":material/timeline:", on_change="rerun"
        ) as opened:
            if opened.open:
                _lines(shown)


def _lines(shown: ShownSweep) -> None:
    runs = run_list(services.store(), services.workspace()).by_id
    ids = [seed.run_id for cell in shown.table.cells for seed in cell.done]
    parallel_runs([runs[run_id] for run_id in ids if run_id in runs], "paper_parallel")


def _fields(shown: ShownSweep) -> None:
    """Show the losses as a heat map, and the selected field in detail."""
    store = services.store()
    made = cached_experiments.tables(store, shown.table)
    side = st.segmented_control(
        "Measured on",
        list(SIDES),
        format_func=SIDES.__getitem__,
        default="test",
        required=True,
        key="paper_side",
        label_visibility="collapsed",
        persist_state="session",
    )
    heatmap.heatmap(made, side, cell_detail.chosen(shown.table), cell_detail.choose)
    st.caption(
        "Loss in nats/char: mean and standard deviation over seeds. The nearer to the best of all, "
        "the darker; small differences near the best are drawn larger than they are. Framed: what "
        "validation chose among the paper's six, once all are done. Press a field to look at it."
    )
    with st.container(border=True):
        cell_detail.look(store, shown)
