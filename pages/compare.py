"""Compare: runs in one table, their curves over each other, what differs between them."""

from __future__ import annotations

import streamlit as st

from lyricslab.lab import runs as lab_runs
from lyricslab.lab.rows import RunRow
from lyricslab.ui import compare, links, overlay, run_table, services
from lyricslab.ui.boundary import boundary
from lyricslab.ui.captions import NATS_PER_CHAR
from lyricslab.ui.choices import Choices
from lyricslab.ui.run_actions import actions

TICK_S = 2
choices = Choices("compare")


def page() -> None:
    """The page; while something trains it looks again every two seconds."""
    store = services.store()
    heading, help_place = st.columns([4, 1], vertical_alignment="bottom")
    heading.title("Compare")
    with help_place.container(horizontal=True, horizontal_alignment="right"):
        with st.popover("What is nats/char?", icon=":material/help:", type="tertiary"):
            st.markdown(NATS_PER_CHAR)
    everything = lab_runs.list_runs(store, workspace_id=services.workspace())
    if not everything:
        empty()
        return
    active = any(run.unfinished for run in everything)
    st.fragment(side_by_side, run_every=TICK_S if active else None)(active)


def empty() -> None:
    """What to do when there is nothing to compare."""
    st.text("Here you will see your runs side by side: which layers learned, and what it brought.")
    st.text("There are no runs yet. Train one, then another with other layers.")
    links.link("train", "Train a run", icon=":material/local_fire_department:")


def side_by_side(was_active: bool) -> None:
    """The table, what it says, and the curves of the chosen runs."""
    with boundary():
        store = services.store()
        rows = lab_runs.list_runs(store, workspace_id=services.workspace())
        if was_active and not any(run.unfinished for run in rows):
            st.rerun()  # the last one has ended: draw the page without a timer
        rows, one_corpus = of_corpus(rows)
        baseline_by_run = lab_runs.baselines(store, rows)
        before = run_table.chosen_ids(choices, rows, baseline_by_run)
        ids = run_table.show(store, rows, baseline_by_run, before, with_corpus=not one_corpus)
        choices.keep("runs", ",".join(ids) or None)
        by_id = {run.id: run for run in rows}
        chosen = [by_id[run_id] for run_id in ids]
        sentence, said_of = st.session_state.get(run_table.GONE, ("", []))
        if sentence and said_of == ids:
            st.warning(sentence)
        actions(store, rows, chosen, baseline_by_run)
        if not chosen:
            st.caption("Tick runs in the table to lay their curves over each other.")
            return
        st.subheader("What this says")
        st.text(compare.read_table(chosen, baseline_by_run))
        overlay.curves(store, chosen, baseline_by_run)
        overlay.differences(chosen)


def of_corpus(rows: list[RunRow]) -> tuple[list[RunRow], bool]:
    """The runs on the songs that were asked for, and whether that is one corpus."""
    names = {run.corpus_id: run.corpus_name for run in rows}
    asked = choices.asked("corpus")
    key = choices.key("corpus")
    if asked is not None:
        st.session_state[key] = asked if asked in names else ""
    elif choices.asked("runs") is not None:
        st.session_state[key] = ""  # a link to runs shows them, whatever was looked at before
    elif key not in st.session_state:
        st.session_state[key] = choices.remembered("corpus", "")
    if st.session_state[key] not in names:
        st.session_state[key] = ""
    if len(names) == 1:
        return rows, False
    wanted = st.selectbox(
        "Songs",
        ["", *names],
        format_func=lambda corpus_id: names.get(corpus_id, "All songs"),
        key=key,
        width=280,
    )
    choices.keep("corpus", wanted, default="")
    return [run for run in rows if wanted in ("", run.corpus_id)], bool(wanted)


page()
