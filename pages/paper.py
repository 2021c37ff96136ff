"""The paper: its experiment repeated on the person's songs: tables, claims, weights, songs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.config import SplitConfig
from lyricslab.experiments.sweep_results import SweepTable
from lyricslab.report import export_report
from lyricslab.report.charts.heatmap_chart import Side
from lyricslab.report.charts.ratio_chart import ratio_chart
from lyricslab.store.rows import SearchRow, SweepRow
from lyricslab.store.store import Store
from lyricslab.ui.common import experiment_progress, services, theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.run_list import run_list
from lyricslab.ui.common.url_state import UrlParam, publish
from lyricslab.ui.compare.parallel_runs import parallel_runs
from lyricslab.ui.paper import (
    cached_experiments,
    cell_detail,
    claims_view,
    export_menu,
    heatmap,
    paper_tables,
    sample_songs,
    weights_view,
)
from lyricslab.ui.paper.experiment_form import sweep_form
from lyricslab.ui.paper.intro import idea
from lyricslab.wording import plural

Row = TypeVar("Row", SweepRow, SearchRow)

PARTS = {
    "idea": "The idea",
    "tables": "The tables",
    "claims": "The claims",
    "weights": "The weights",
    "songs": "The songs",
}
WITHOUT_SWEEP = ("idea", "weights")
"""The parts that exist before the first experiment."""
SIDES: dict[Side, str] = {"test": "test songs", "val": "validation songs"}
SHOWN = "paper_sweep_beside"
"""Session key: the sweep that was last shown with searches."""


def page() -> None:
    """Show the page; without a sweep, the idea and how to start."""
    store = services.store()
    rows = store.sweeps(services.workspace())
    heading, beside = st.columns([4, 1.3], vertical_alignment="bottom")
    heading.title("The paper")
    st.caption(
        "A. Fischer, *Transfer Learning in Stacked LSTM's for Text Generation*: what was done "
        "there, and the same done again on your own songs."
    )
    if not rows:
        if part_choice(WITHOUT_SWEEP, "idea") == "weights":
            weights_view.weights(store, own_searches(store), None, search_choice, right(beside))
            return
        sweep_form("The same on your songs")
        idea()
        return
    row = one_of("sweep", rows, rows[0].id)
    if experiment_progress.status_of(store, row).state != "done":
        experiment_progress.show_progress(row.id, link=False, news=True)
    part = part_choice(tuple(PARTS), "tables")
    if part != "weights":
        with right(beside):
            export_menu.export_menu("sweep", row.id, lambda name: taken(store, row, name))
    if part == "idea":
        idea()
        sweep_form("The same on other songs")
        return
    if part == "weights":
        weights_view.weights(store, own_searches(store), row, search_choice, right(beside))
        return
    found = cached_experiments.table(store, row)
    if part == "tables":
        results(found)
    elif part == "claims":
        claims_view.verdicts(cached_experiments.claims(store, found), found.title)
    else:
        sample_songs.songs(store, found)


def taken(store: Store, row: SweepRow, name: str) -> bytes:
    """Return the file of this name with what a sweep has found so far."""
    return export_report.of_sweep(store, cached_experiments.table(store, row), name)


def right(column: DeltaGenerator) -> DeltaGenerator:
    """Return a container at the right of a column."""
    return column.container(horizontal=True, horizontal_alignment="right")


def own_searches(store: Store) -> list[SearchRow]:
    """Return the person's searches, the newest first."""
    return store.searches(services.workspace())


def search_choice(rows: Sequence[SearchRow], sweep: SweepRow | None) -> SearchRow:
    """Ask which search is shown; at first the newest on the sweep's songs."""
    of_sweep = [row.id for row in rows if sweep is not None and songs_of(row) == songs_of(sweep)]
    shown = st.session_state.get(SHOWN, sweep and sweep.id)
    st.session_state[SHOWN] = sweep and sweep.id
    if st.session_state[SHOWN] != shown and of_sweep:  # another sweep was chosen
        UrlParam("paper", "search", default="").set(of_sweep[0])
    search = one_of("search", rows, (of_sweep or [rows[0].id])[0])
    publish()
    return search


def songs_of(row: SweepRow | SearchRow) -> tuple[str, SplitConfig]:
    """Return which songs it learns from and is judged by."""
    return row.corpus_id, row.plan.split


def one_of(noun: str, rows: Sequence[Row], first: str) -> Row:
    """Ask which sweep or search is shown; it is in the address."""
    by_id = {row.id: row for row in rows}
    param = UrlParam("paper", noun, default=first, options=by_id)
    key = param.bind()
    if len(rows) > 1:
        st.selectbox(
            noun.capitalize(),
            list(by_id),
            format_func=lambda name: called(by_id[name]),
            key=key,
            width=560,
        )
    else:
        st.text(called(rows[0]))
    param.commit(st.session_state[key])
    return by_id[st.session_state[key]]


def called(row: SweepRow | SearchRow) -> str:
    """Return the name of a sweep or search: its songs, bases, seeds and date."""
    if isinstance(row, SweepRow):
        bases = " and ".join(base.name for base in row.plan.bases)
    else:
        bases = row.plan.base
    seeds = plural(row.plan.seeds, "seed")
    return f"{row.corpus_name} · {bases} · {seeds} · {row.created_at[:10]}"


def part_choice(parts: Sequence[str], first: str) -> str:
    """Ask which part of the page is shown; it is in the address."""
    param = UrlParam("paper", "part", default=first, options=parts, hide_default=True)
    part = st.segmented_control(
        "Part",
        parts,
        format_func=PARTS.__getitem__,
        key=param.bind(),
        required=True,
        label_visibility="collapsed",
    )
    param.commit(part or first)
    publish()
    return part or first


def results(found: SweepTable) -> None:
    """Show the results as a heat map, in detail, as ratios and as the paper's tables."""
    store = services.store()
    made = cached_experiments.tables(store, found)
    st.subheader("Every way of training")
    st.fragment(fields)(found)
    st.subheader("Every run as a line")
    runs = run_list(store, services.workspace()).by_id
    ids = [seed.run_id for cell in found.cells for seed in cell.done]
    parallel_runs([runs[run_id] for run_id in ids if run_id in runs], "paper_parallel")
    st.subheader("Was the base worth it?")
    chart = ratio_chart(made, theme.shown())
    if chart is None:
        st.caption("The ratios come with the baseline and the first runs.")
    else:
        draw_chart(chart, "paper_ratios", "Test losses over the baseline's, with error bars")
        st.caption(
            "Left of the dashed line the base was worth it. Dots: your songs, with the 95 % "
            "interval by bootstrap over songs and seeds. Diamonds: the paper's own ratios."
        )
    paper_tables.tables(made)


def fields(found: SweepTable) -> None:
    """Show the losses as a heat map, and the selected field in detail."""
    store = services.store()
    made = cached_experiments.tables(store, found)
    side = st.segmented_control(
        "Measured on",
        list(SIDES),
        format_func=SIDES.__getitem__,
        default="test",
        required=True,
        key="paper_side",
        persist_state="session",
    )
    heatmap.heatmap(made, side, cell_detail.choose)
    st.caption(
        "Loss in nats/char, mean and standard deviation over seeds. The warmer a field, the "
        "further below the baseline; framed is what validation chose among the paper's six. "
        "Click a field to look at its runs."
    )
    with st.container(border=True):
        cell_detail.look(store, found)


page()
