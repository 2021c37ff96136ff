"""Compare: runs in one table, their curves in one chart, what differs between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from lyricslab.library.bases import base_titles
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.curve_verdict import NATS_PER_CHAR
from lyricslab.ui.common.error_boundary import boundary
from lyricslab.ui.common.run_list import (
    RunList,
    newest,
    on_corpus,
    points,
    run_list,
    without_experiments,
)
from lyricslab.ui.common.url_state import UrlParam, publish
from lyricslab.ui.compare import comparison, curves_overlay, run_actions, run_table
from lyricslab.ui.compare.parallel_runs import parallel_runs

TICK_S = 2
ALL, WITH_EXPERIMENTS = "compare_all", "compare_swept"
"""Session keys: whether the table has all runs, however many; and those of experiments."""


def page() -> None:
    """Show the page; while something trains, what grows is drawn again every two seconds.

    A tick sends its fragment to the browser again, so it holds only what grows: the table, its
    description, the curves. A change that concerns the rest makes the page run again.
    """
    store = services.store()
    heading, help_place = st.columns([4, 1], vertical_alignment="bottom")
    heading.title("Compare")
    with help_place.container(horizontal=True, horizontal_alignment="right"):
        with st.popover("What is nats/char?", icon=":material/help:", type="tertiary"):
            st.markdown(NATS_PER_CHAR)
    all_runs = run_list(store, services.workspace())
    if not all_runs.rows:
        st.text("Your runs side by side: which layers learned, and how much it helped.")
        st.text("There are no runs yet. Train one, then another with other layers.")
        navigation.link("train", "Train a run", icon=":material/local_fire_department:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        corpus_id = corpus_choice(all_runs)
        runs = on_corpus(all_runs, corpus_id)
        selection = run_table.selection(runs)
        ids = run_table.chosen_ids(selection, runs)
        selection.commit(",".join(ids))
        publish()
        chosen = [runs.by_id[run_id] for run_id in ids]
        run_actions.buttons(chosen)
        st.space("stretch")
        run_actions.download(partial(listed_runs, corpus_id, ids, with_experiments()))
    run_actions.question(store, chosen)
    selection.show_notice()
    left_out(runs, ids)
    place = st.container()
    surroundings = Surroundings.of(store, all_runs, chosen)
    look = curves_overlay.look() if surroundings.curves else None
    with place:
        every = TICK_S if surroundings.active else None
        st.fragment(side_by_side, run_every=every)(corpus_id, ids, look, surroundings)
    curves_overlay.differences(chosen)
    drawer = st.expander(
        "Every run as a line",
        icon=":material/timeline:",
        key="compare_lines_drawer",
        on_change="rerun",  # what is in it is drawn once it is open
    )
    if drawer.open:
        with drawer:
            parallel_runs(runs.rows, "compare_parallel")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the parts of the page outside the ticking fragment were drawn from."""

    active: bool
    corpora: Mapping[str, str]
    runs: int
    """How many there are."""
    chosen: Sequence[tuple[str, str, str, bool]]
    """Id, name and status of the chosen runs, and whether they can write."""
    curves: bool
    """Whether any of the chosen has a curve."""

    @classmethod
    def of(cls, store: Store, all_runs: RunList, chosen: Sequence[RunRow]) -> Surroundings:
        """Return them as they are now."""
        return cls(
            all_runs.active,
            all_runs.corpora,
            len(all_runs.rows),
            [(run.id, run.name, run.status, run.best_step is not None) for run in chosen],
            any(points(store, run) for run in chosen),
        )


def side_by_side(
    corpus_id: str, ids: list[str], look: curves_overlay.Look | None, surroundings: Surroundings
) -> None:
    """Show the table, what it says, and the curves of the chosen runs."""
    with boundary():
        store = services.store()
        all_runs = run_list(store, services.workspace())
        runs = on_corpus(all_runs, corpus_id)
        chosen = [runs.by_id[run_id] for run_id in ids if run_id in runs.by_id]
        if Surroundings.of(store, all_runs, chosen) != surroundings:
            st.rerun()
        shown = limited(listed_runs(corpus_id, ids, with_experiments()), ids)
        if run_table.show(store, shown, ids, with_corpus=not corpus_id) != ids:
            st.rerun()
        if not chosen:
            st.caption("Tick runs in the table to see their curves in one chart.")
            return
        st.subheader("What this says")
        titles = base_titles(services.home())
        st.text(comparison.read_table(chosen, runs.baseline_by_run, titles))
        if look is None:
            st.caption("Their curves begin when training does.")
        else:
            curves_overlay.curves(store, chosen, runs.baseline_by_run, look)


def corpus_choice(all_runs: RunList) -> str:
    """Ask which songs the runs learned from; "" for all."""
    names = {"": "All songs"} | all_runs.corpora
    corpus = UrlParam("compare", "corpus", default="", options=names)
    if corpus.requested() is None and run_table.requested():
        corpus.set("")  # a link to runs shows them, whatever was looked at before
    key = corpus.bind()
    if len(all_runs.corpora) == 1:
        return ""
    corpus_id = st.selectbox(
        "Songs", list(names), format_func=names.__getitem__, key=key, width=280
    )
    corpus.commit(corpus_id)
    return corpus_id


def with_experiments() -> bool:
    """Return whether the runs of sweeps and searches are listed, too."""
    return bool(st.session_state.get(WITH_EXPERIMENTS))


def listed_runs(corpus_id: str, chosen: Sequence[str], with_experiments: bool) -> RunList:
    """Return the runs on these songs; of experiments only the chosen unless all are wanted."""
    runs = on_corpus(run_list(services.store(), services.workspace()), corpus_id)
    return runs if with_experiments else without_experiments(runs, chosen)


def limited(runs: RunList, chosen: Sequence[str]) -> RunList:
    """Return the runs for the table: of very many the newest and the chosen."""
    if len(runs.rows) <= run_table.AT_FIRST or st.session_state.get(ALL):
        return runs
    return newest(runs, run_table.AT_FIRST, tuple(chosen))


def left_out(runs: RunList, chosen: Sequence[str]) -> None:
    """Say which runs are not in the table, and offer them."""
    experiments = len(runs.rows) - len(without_experiments(runs).rows)
    if experiments:
        st.toggle(
            f"With the {experiments:,} runs of sweeps and searches"
            if experiments > 1
            else "With the run of a sweep or search",
            key=WITH_EXPERIMENTS,
            persist_state="session",
            help="The paper's page shows them in tables of their own.",
        )
    if not with_experiments():
        runs = without_experiments(runs, chosen)
    shown, total = len(limited(runs, chosen).rows), len(runs.rows)
    if shown == total:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"{shown:,} of your {total:,} runs: the newest, and those that you ticked.",
            width="content",
        )
        st.button("Show all", key="compare_more", on_click=_show_all, type="tertiary")


def _show_all() -> None:
    st.session_state[ALL] = True


page()
