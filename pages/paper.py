"""The paper: its experiment done again on one's own songs, as tables, claims and songs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.lab.rows import SweepRow
from lyricslab.lab.sweep import service
from lyricslab.lab.sweep.table import SweepTable
from lyricslab.ui import services, sweeps, vega
from lyricslab.ui.choices import Choices
from lyricslab.ui.paper import cell, heat, known, ratios, songs, tables, take, verdicts
from lyricslab.ui.paper.idea import idea
from lyricslab.ui.paper.start import start

PARTS = {
    "idea": "The idea",
    "tables": "The tables",
    "claims": "The claims",
    "songs": "The songs",
}
SIDES = {"test": "test songs", "val": "validation songs"}
choices = Choices("paper")


def page() -> None:
    """The page; without a sweep it tells the idea and how to begin."""
    store = services.store()
    rows = service.list_sweeps(store, services.workspace())
    heading, beside = st.columns([4, 1.3], vertical_alignment="bottom")
    heading.title("The paper")
    st.caption(
        "A. Fischer, *Transfer Learning in Stacked LSTM's for Text Generation*: what was done "
        "there, and the same done again on your own songs."
    )
    if not rows:
        start("The same on your songs")
        idea()
        return
    row = sweep_choice(rows)
    with beside.container(horizontal=True, horizontal_alignment="right"):
        take.take(store, row)
    if sweeps.state_of(store, row).state != "done":
        sweeps.progress(row.id, link=False, news=True)
    part = part_choice()
    if part == "idea":
        idea()
        start("The same on other songs")
        return
    found = known.table(store, row)
    if part == "tables":
        results(found)
    elif part == "claims":
        verdicts.verdicts(known.claims(store, found))
    else:
        songs.songs(store, found)


def sweep_choice(rows: Sequence[SweepRow]) -> SweepRow:
    """The sweep that is shown: of several one chooses; the newest at first."""
    by_id = {row.id: row for row in rows}
    key, asked = choices.key("sweep"), choices.asked("sweep")
    if asked in by_id:
        st.session_state[key] = asked
    elif asked is not None:
        st.warning("The sweep that this address asks for is not here; this is the newest.")
    if st.session_state.get(key) not in by_id:
        st.session_state[key] = choices.remembered("sweep", rows[0].id)
    if st.session_state[key] not in by_id:
        st.session_state[key] = rows[0].id
    if len(rows) > 1:
        st.selectbox(
            "Sweep", list(by_id), format_func=lambda name: called(by_id[name]), key=key, width=560
        )
    else:
        st.text(called(rows[0]))
    choices.keep("sweep", st.session_state[key])
    return by_id[st.session_state[key]]


def called(row: SweepRow) -> str:
    """A sweep in a line: its songs, its bases, how many seeds, when."""
    bases = " and ".join(base.name for base in row.plan.bases)
    seeds = "1 seed" if row.plan.seeds == 1 else f"{row.plan.seeds} seeds"
    return f"{row.corpus_name} · {bases} · {seeds} · {row.created_at[:10]}"


def part_choice() -> str:
    """Which part of the page is shown; it stands in the address."""
    key, asked = choices.key("part"), choices.asked("part")
    if asked in PARTS:
        st.session_state[key] = asked
    if st.session_state.get(key) not in PARTS:
        st.session_state[key] = choices.remembered("part", "tables")
    part = st.segmented_control(
        "Part",
        list(PARTS),
        format_func=PARTS.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    choices.keep("part", part, default="tables")
    return part or "tables"


def results(found: SweepTable) -> None:
    """All that was trained: as fields, as a closer look, as ratios, as the paper's tables."""
    store = services.store()
    made = known.tables(store, found)
    st.subheader("Every way of training")
    st.fragment(fields)(found)
    st.subheader("Was the base worth it?")
    chart = ratios.ratios(made)
    if chart is None:
        st.caption("The ratios come with the baseline and the first runs.")
    else:
        vega.draw(chart, "paper_ratios", "Test losses over the baseline's, with error bars")
        st.caption(
            "Left of the dashed line the base was worth it. Dots: your songs, with the 95 % "
            "interval by bootstrap over songs and seeds. Diamonds: the paper's own ratios."
        )
    tables.tables(made)


def fields(found: SweepTable) -> None:
    """The losses as coloured fields, and the one that was clicked looked at closely."""
    store = services.store()
    made = known.tables(store, found)
    side = st.segmented_control(
        "Measured on",
        list(SIDES),
        format_func=SIDES.__getitem__,
        default="test",
        required=True,
        key="paper_side",
        persist_state="session",
    )
    heat.heat(made, side or "test", cell.choose)
    st.caption(
        "Loss in nats/char, mean and standard deviation over seeds. The warmer a field, the "
        "further below the baseline; framed is what validation chose among the paper's six. "
        "Click a field to look at its runs."
    )
    with st.container(border=True):
        cell.look(store, found)


page()
