"""The curve of a run, in a picture and in words, beside what it wrote as it learned."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.library.baselines import find_baseline
from lyricslab.report.charts.curve import Reference, curve_of
from lyricslab.report.charts.loss_curves import HEIGHT, loss_curves
from lyricslab.store.rows import PointRow, RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import run_list, theme
from lyricslab.ui.common.curve_verdict import NATS_PER_CHAR
from lyricslab.ui.common.draw_chart import draw_chart

SAMPLES_HEIGHT_PX = 470


def show(store: Store, run: RunRow, points: Sequence[PointRow]) -> None:
    """Show the curve of a run that has points, beside what it wrote."""
    # Elements that are redrawn late in a tick fade on a busy computer: the slowest comes last.
    left, right = st.columns([7, 4], gap="medium")
    with left:
        chart = st.container(height=HEIGHT + 4, border=False)
        st.text(run_list.curve_in_words(store, run))
        with st.popover("What do these numbers mean?", type="tertiary"):
            st.markdown(NATS_PER_CHAR)
    with right:
        _samples(store, run)
    with chart:
        _curve(store, run, points)


def _curve(store: Store, run: RunRow, points: Sequence[PointRow]) -> None:
    references = []
    if run.zero_shot_val is not None:
        references.append(Reference("base as it is", run.zero_shot_val, "base"))
    baseline = None if run.kind in ("baseline", "base") else find_baseline(store, run)
    if baseline is not None and baseline.best_val is not None:
        references.append(Reference("baseline", baseline.best_val, "baseline"))
    # From nothing, the first fall is the story; with a base it may be left out.
    chart = loss_curves(
        [curve_of(run, points)],
        palette=theme.shown(),
        references=references,
        focus=run.base is not None,
    )
    draw_chart(chart, key=f"live_curve_{run.id}", alt_text=f"Loss curves of {run.name}")


def _samples(store: Store, run: RunRow) -> None:
    st.markdown("**What it writes as it learns**" if run.unfinished else "**As it learned**")
    with st.container(height=SAMPLES_HEIGHT_PX, border=True):
        samples = store.samples(run.id)
        if not samples:
            st.caption(
                "A few lines at the start, before it has learned anything, and then again "
                "every so often: the latest on top."
            )
        for sample in reversed(samples):
            before = "Before learning" if run.base else "Knowing nothing"
            st.caption(before if sample.step == 0 else f"After step {sample.step:,}")
            st.text(sample.text.strip("\n") or "(nothing yet)")
