"""How to begin: the experiment on a corpus of one's own."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.config import THIRDS
from lyricslab.errors import LyricsLabError
from lyricslab.experiments import experiment
from lyricslab.library.bases import list_bases
from lyricslab.model.card import Card
from lyricslab.store.rows import CorpusRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, services, sweep_view
from lyricslab.ui.common.error_boundary import problem
from lyricslab.wording import about

SHIPPED = ("books", "songs")
PRESET = "paper"


def start(heading: str) -> None:
    """Which songs, which bases, how many seeds; how long that takes; and the button."""
    store = services.store()
    corpora = store.corpora(services.workspace())
    if not corpora:
        st.info(
            "The experiment needs songs. Bring yours, or begin with the demo songs.",
            icon=":material/library_books:",
        )
        navigation.link("corpus", "Bring songs", icon=":material/arrow_forward:")
        navigation.link("start", "Try it with demo songs", icon=":material/arrow_forward:")
        return
    by_name = {card.name: card for card in list_bases(store.home)}
    names = list(by_name)
    with st.container(border=True):
        st.markdown(f"**{heading}**")
        songs, bases, seeds = st.columns([4, 4, 2.4], gap="medium")
        by_id = {row.id: row for row in corpora}
        corpus_id = songs.selectbox(
            "Your songs",
            list(by_id),
            format_func=lambda corpus_id: by_id[corpus_id].name,
            key="paper_start_corpus",
        )
        chosen = bases.multiselect(
            "Bases",
            names,
            default=[name for name in SHIPPED if name in names] or names[:2],
            key="paper_start_bases",
            placeholder="Choose one or more",
        )
        wanted = seeds.segmented_control(
            "Seeds",
            sweep_view.SEEDS,
            default=3,
            required=True,
            key="paper_start_seeds",
            help="Each way is trained so many times from other random numbers: only then can one "
            "tell a difference from chance.",
        )
        _begin(store, by_id[corpus_id], [by_name[name] for name in chosen], wanted or 3)


def _begin(store: Store, corpus: CorpusRow, bases: Sequence[Card], seeds: int) -> None:
    """What it comes to, and the button; or why it cannot be done."""
    if not bases:
        st.caption("Choose a base: what it has read is half of the experiment.")
        return
    names = tuple(card.name for card in bases)
    try:
        plan, runs, seconds = sweep_view.planned(
            str(store.home.root),
            corpus.id,
            corpus.digest,
            (names, tuple(card.weights_digest for card in bases)),
            seeds,
            PRESET,
            (*THIRDS.values(), 0),
        )
    except LyricsLabError as error:
        problem(error)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if st.button("Run the experiment", type="primary", icon=":material/science:"):
            row = experiment.submit(store, plan, services.workspace())
            services.keep_engine_alive()
            navigation.go("paper", part="tables", sweep=row.id)
        st.caption(
            f"About {runs} runs, {about(seconds)} on this computer. They go on in the background: "
            "close the page, stop and resume as you like; nothing that is done is lost."
        )
