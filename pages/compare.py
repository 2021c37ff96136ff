"""Compare: runs in one table, their curves over each other, what differs between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import known, navigation, services
from lyricslab.ui.common.captions import NATS_PER_CHAR
from lyricslab.ui.common.error_boundary import boundary
from lyricslab.ui.common.known import Listing
from lyricslab.ui.common.url_state import UrlParam, publish
from lyricslab.ui.compare import comparison, curves_overlay, run_actions, run_table

TICK_S = 2
ALL, SWEPT = "compare_all", "compare_swept"
"""Session keys: whether all runs are in the table, however many; and those of sweeps, too."""


def page() -> None:
    """The page; while something trains, what grows looks again every two seconds.

    A tick sends everything again that is drawn in it, so it draws only what grows: the table, its
    reading, the curves. The rest stands around it, and is drawn anew when it has become another.
    """
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
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        corpus_id = corpus_choice(everything)
        listing = known.on_corpus(everything, corpus_id)
        runs = run_table.runs_param(listing)
        ids = run_table.chosen_ids(runs, listing)
        runs.commit(",".join(ids))
        publish()
        chosen = [listing.by_id[run_id] for run_id in ids]
        run_actions.buttons(chosen)
        st.space("stretch")
        run_actions.download(partial(asked_for, corpus_id, ids, swept()))
    run_actions.question(store, chosen)
    runs.show_notice()
    more(listing, ids)
    place = st.container()
    around = Around.of(store, everything, chosen)
    look = curves_overlay.look() if around.curves else None
    with place:
        every = TICK_S if around.active else None
        st.fragment(side_by_side, run_every=every)(corpus_id, ids, look, around)
    curves_overlay.differences(chosen)


@dataclass(frozen=True, slots=True)
class Around:
    """What the parts of the page that do not tick were drawn from."""

    active: bool
    corpora: Mapping[str, str]
    runs: int
    """How many there are."""
    chosen: Sequence[tuple[str, str, str, bool]]
    """Id, name and status of the chosen runs, and whether they can write."""
    curves: bool
    """Whether any of the chosen has a curve."""

    @classmethod
    def of(cls, store: Store, everything: Listing, chosen: Sequence[RunRow]) -> Around:
        """As it is now."""
        return cls(
            everything.active,
            everything.corpora,
            len(everything.rows),
            [(run.id, run.name, run.status, run.best_step is not None) for run in chosen],
            any(known.points_of(store, run) for run in chosen),
        )


def empty() -> None:
    """What to do when there is nothing to compare."""
    st.text("Here you will see your runs side by side: which layers learned, and what it brought.")
    st.text("There are no runs yet. Train one, then another with other layers.")
    navigation.link("train", "Train a run", icon=":material/local_fire_department:")


def side_by_side(
    corpus_id: str, ids: list[str], look: curves_overlay.Look | None, around: Around
) -> None:
    """The table, what it says, and the curves of the chosen runs."""
    with boundary():
        store = services.store()
        listing = now(corpus_id)
        chosen = [listing.by_id[run_id] for run_id in ids if run_id in listing.by_id]
        if Around.of(store, now(), chosen) != around:
            st.rerun()
        shown = newest(wanted(listing, ids, swept()), ids)
        if run_table.show(store, shown, ids, with_corpus=not corpus_id) != ids:
            st.rerun()
        if not chosen:
            st.caption("Tick runs in the table to lay their curves over each other.")
            return
        st.subheader("What this says")
        st.text(comparison.read_table(chosen, listing.baseline_by_run))
        if look is None:
            st.caption("Their curves begin when training does.")
        else:
            curves_overlay.curves(store, chosen, listing.baseline_by_run, look)


def now(corpus_id: str = "") -> Listing:
    """The runs on these songs, or all, as they are now."""
    return known.on_corpus(known.listing(services.store(), services.workspace()), corpus_id)


def corpus_choice(everything: Listing) -> str:
    """Ask which corpus the runs shall be on; "" for all."""
    names = {"": "All songs"} | everything.corpora
    corpus = UrlParam("compare", "corpus", default="", options=names)
    if corpus.requested() is None and run_table.requested():
        corpus.set("")  # a link to runs shows them, whatever was looked at before
    key = corpus.bind()
    if len(everything.corpora) == 1:
        return ""
    corpus_id = st.selectbox(
        "Songs", list(names), format_func=names.__getitem__, key=key, width=280
    )
    corpus.commit(corpus_id)
    return corpus_id


def swept() -> bool:
    """Whether the runs of sweeps and searches are wanted, too."""
    return bool(st.session_state.get(SWEPT))


def wanted(listing: Listing, chosen: Sequence[str], with_swept: bool) -> Listing:
    """One's own runs and the chosen; those of sweeps and searches if they are wanted, too."""
    return listing if with_swept else known.own(listing, chosen)


def asked_for(corpus_id: str, chosen: Sequence[str], with_swept: bool) -> Listing:
    """The runs to take along, as they are now."""
    return wanted(now(corpus_id), chosen, with_swept)


def newest(listing: Listing, chosen: list[str]) -> Listing:
    """The runs that the table shows: all, or where they are very many the newest and the chosen."""
    if len(listing.rows) <= run_table.AT_FIRST or st.session_state.get(ALL):
        return listing
    return known.newest(listing, run_table.AT_FIRST, tuple(chosen))


def more(listing: Listing, chosen: list[str]) -> None:
    """That there are runs which are not in the table, and the way to them."""
    aside = len(listing.rows) - len(known.own(listing).rows)
    if aside:
        st.toggle(
            f"With the {aside:,} runs of sweeps and searches"
            if aside > 1
            else "With the run of a sweep or search",
            key=SWEPT,
            persist_state="session",
            help="The paper's page shows them in tables of their own.",
        )
    listing = wanted(listing, chosen, swept())
    shown, there_are = len(newest(listing, chosen).rows), len(listing.rows)
    if shown == there_are:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = f"{shown:,} of your {there_are:,} runs: the newest, and those that you ticked."
        st.caption(said, width="content")
        st.button("Show all", key="compare_more", on_click=_show_all, type="tertiary")


def _show_all() -> None:
    st.session_state[ALL] = True


page()
