"""Compare: runs in one table, their curves over each other, what differs between them."""

from __future__ import annotations

import streamlit as st

from lyricslab.ui import compare, known, links, overlay, run_table, services
from lyricslab.ui.boundary import boundary
from lyricslab.ui.captions import NATS_PER_CHAR
from lyricslab.ui.choices import Choices
from lyricslab.ui.known import Listing
from lyricslab.ui.run_actions import actions

TICK_S = 2
ALL = "compare_all"
"""Session key: whether all runs are in the table, however many."""
choices = Choices("compare")


def page() -> None:
    """The page; while something trains it looks again every two seconds."""
    store = services.store()
    heading, help_place = st.columns([4, 1], vertical_alignment="bottom")
    heading.title("Compare")
    with help_place.container(horizontal=True, horizontal_alignment="right"):
        with st.popover("What is nats/char?", icon=":material/help:", type="tertiary"):
            st.markdown(NATS_PER_CHAR)
    everything = known.listing(store, services.workspace())
    if not everything.rows:
        empty()
        return
    active = everything.active
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
        everything = known.listing(store, services.workspace())
        if was_active and not everything.active:
            st.rerun()  # the last one has ended: draw the page without a timer
        listing, one_corpus = of_corpus(everything)
        baseline_by_run = listing.baseline_by_run
        before = run_table.chosen_ids(choices, listing)
        shown = newest(listing, before)
        ids = run_table.show(store, shown, before, with_corpus=not one_corpus)
        more(len(shown.rows), len(listing.rows))
        choices.keep("runs", ",".join(ids) or None)
        chosen = [listing.by_id[run_id] for run_id in ids]
        sentence, said_of = st.session_state.get(run_table.GONE, ("", []))
        if sentence and said_of == ids:
            st.warning(sentence)
        actions(store, listing, chosen)
        if not chosen:
            st.caption("Tick runs in the table to lay their curves over each other.")
            return
        st.subheader("What this says")
        st.text(compare.read_table(chosen, baseline_by_run))
        overlay.curves(store, chosen, baseline_by_run)
        overlay.differences(chosen)


def of_corpus(everything: Listing) -> tuple[Listing, bool]:
    """The runs on the songs that were asked for, and whether that is one corpus."""
    names = everything.corpora
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
        return everything, False
    wanted = st.selectbox(
        "Songs",
        ["", *names],
        format_func=lambda corpus_id: names.get(corpus_id, "All songs"),
        key=key,
        width=280,
    )
    choices.keep("corpus", wanted, default="")
    return known.on_corpus(everything, wanted), bool(wanted)


def newest(listing: Listing, chosen: list[str]) -> Listing:
    """The runs that the table shows: all, or where they are very many the newest and the chosen."""
    if len(listing.rows) <= run_table.AT_FIRST or st.session_state.get(ALL):
        return listing
    return known.newest(listing, run_table.AT_FIRST, tuple(chosen))


def more(shown: int, there_are: int) -> None:
    """That there are older runs, and the way to them."""
    if shown == there_are:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = f"{shown:,} of your {there_are:,} runs: the newest, and those that you ticked."
        st.caption(said, width="content")
        st.button("Show all", key="compare_more", on_click=_show_all, type="tertiary")


def _show_all() -> None:
    st.session_state[ALL] = True


page()
