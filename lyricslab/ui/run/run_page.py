"""One run as it trains and when it is over: its curve, what it writes, what comes next."""

from __future__ import annotations

import streamlit as st

from lyricslab.library.bases import base_title
from lyricslab.library.runs import size_name
from lyricslab.model.layer_words import subject_in_words
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, notices, run_list, services
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.ui.common.run_status import BADGES
from lyricslab.ui.run import finished_run, own_song, run_curve, run_details, run_progress

TICK_S = 1.0


def show(run_id: str) -> None:
    """Show the page of a run, refreshed every second while it is unfinished."""
    run = services.store().run(run_id)
    heading, way_on = st.columns([4, 1.2], vertical_alignment="bottom")
    heading.title(plain(run.name))
    with way_on.container(horizontal=True, horizontal_alignment="right"):
        if run.kind == "base":
            navigation.link("bases", "The library of bases", icon=":material/layers:")
        else:
            navigation.link("train", "Set up another run", icon=":material/add:")
    st.caption(_recipe(run))
    notices.title(BADGES[run.status][0], run.name)
    if run.unfinished:
        st.fragment(_live, run_every=TICK_S)(run_id)
        with boundary():
            run_details.settings(services.store(), run)
        return
    with boundary():
        finished_run.show(services.store(), run)


def _live(run_id: str) -> None:
    """Show an unfinished run; the tick that sees its end shows the page without a timer."""
    with boundary():
        store = services.store()
        run = store.run(run_id)
        if not run.unfinished:
            st.rerun()
        with boundary():
            services.keep_engine_alive()
        points = run_list.points(store, run)
        run_progress.show(store, run, points)
        if points:
            run_curve.show(store, run, points)
        else:
            with boundary():
                _to_come(store, run)


def _to_come(store: Store, run: RunRow) -> None:
    """Say what will happen, and show one of the songs, until there is something to see."""
    if run.kind in ("base", "baseline") or run.base is None:
        st.text("The curve begins with the first look at the validation songs.")
        return
    left, right = st.columns(2, gap="medium")
    own = own_song.own_songs(store, run)
    with left:
        st.subheader("What happens now")
        st.markdown(
            "1. The base reads the validation songs as it is. That is the mark to beat.\n"
            "1. It reads the songs it learns from, again and again, and changes a little at every "
            "step. You see how well it knows songs that it does not learn from.\n"
            "1. The network that knew those best is kept. It writes a song, and you find it here."
        )
        if own.about:
            st.caption(plain(own.about))
    with right:
        own_song.show(own, 0)


def _recipe(run: RunRow) -> str:
    """Return what the run is made of, in a line."""
    songs = f"Learns from {plain(run.corpus_name)}"
    model = run.config.model
    base = plain(base_title(services.home(), run.base)) if run.base else ""
    if run.kind == "base":
        begins = f"as a copy of {base}" if base else "knowing nothing"
        now = "A base" if run.status == "done" else "A base in progress"
        return (
            f"{now}. {songs}, beginning {begins}: "
            f"{size_name(model)} units, {model.parameters:,} weights."
        )
    if run.base is None:
        size = f"{size_name(model)} units, {model.parameters:,} weights"
        return f"{songs}, from nothing: a network of {size}, all weights random at first."
    if run.kind == "zero-shot":
        return f"{plain(run.corpus_name)}, read by the base {base} as it is: none learns"
    verb = "learns" if run.trainable in ("none", "all") else "learn"
    learns = f"{subject_in_words(run.trainable)} {verb}"
    rank = run.config.settings.lora_rank
    if rank:
        learns += f" changes of rank {rank}"
    preset = f" · {run.config.preset} settings · seed {run.config.seed}"
    return f"{songs}, beginning with the base {base}; {learns}{preset}"
