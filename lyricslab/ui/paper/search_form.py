"""How to begin a search for the weights worth retraining, and what it would take."""

from __future__ import annotations

import streamlit as st

from lyricslab.config import THIRDS, SplitConfig
from lyricslab.errors import LyricsLabError
from lyricslab.experiments import experiment
from lyricslab.model.card import Card
from lyricslab.store.rows import CorpusRow, SweepRow
from lyricslab.store.store import Store
from lyricslab.ui.common import base_order, navigation, search_view, services, sweep_view
from lyricslab.ui.common.error_boundary import problem
from lyricslab.wording import about

USUAL_BASE = "songs"


def seek(store: Store, sweep: SweepRow | None) -> None:
    """Which base, how many seeds; how long that takes; and the button.

    Args:
        sweep: the one whose songs and split are taken; None leaves the choice among all songs.
    """
    corpora = store.corpora(services.workspace())
    cards = {card.name: card for card in base_order.in_order(store.home)}
    if not corpora or not cards:
        st.caption("A search needs songs of yours and a base to begin with.")
        return
    by_id = {row.id: row for row in corpora}
    songs, bases, seeds = st.columns([4, 4, 2.4], gap="medium")
    if sweep is None or sweep.corpus_id not in by_id:
        split = SplitConfig.from_dict(THIRDS)
        corpus_id = songs.selectbox(
            "Your songs",
            list(by_id),
            format_func=lambda corpus_id: by_id[corpus_id].name,
            key="paper_seek_corpus",
        )
    else:
        split, corpus_id = sweep.plan.split, sweep.corpus_id
        songs.text_input(
            "Your songs",
            by_id[corpus_id].name,
            key=f"paper_seek_songs_{corpus_id}",
            disabled=True,
            help="The songs of the experiment above, divided as they are there.",
        )
    names = list(cards)
    base = bases.selectbox(
        "Base",
        names,
        index=names.index(USUAL_BASE) if USUAL_BASE in names else 0,
        format_func=lambda name: cards[name].title or name,
        key="paper_seek_base",
    )
    wanted = seeds.segmented_control(
        "Seeds",
        sweep_view.SEEDS,
        default=3,
        required=True,
        key="paper_seek_seeds",
        help="Each way is trained so many times from other random numbers: only then can one tell "
        "a difference from chance.",
    )
    _begin(store, by_id[corpus_id], cards[base], split, wanted or 3)


def _begin(store: Store, corpus: CorpusRow, card: Card, split: SplitConfig, seeds: int) -> None:
    """What it comes to, and the button; or why it cannot be done."""
    try:
        plan, runs, seconds = search_view.planned(
            str(store.home.root),
            corpus.id,
            corpus.digest,
            (card.name, card.weights_digest),
            seeds,
            tuple(split.to_dict().values()),
        )
    except LyricsLabError as error:
        problem(error)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if st.button(
            "Begin the search", type="primary", icon=":material/search:", key="paper_seek_begin"
        ):
            row = experiment.submit(store, plan, services.workspace())
            services.keep_engine_alive()
            navigation.go("paper", part="weights", search=row.id)
        st.caption(
            f"About {runs} runs, {about(seconds)} on this computer. They go on in the background: "
            "close the page, stop and resume as you like; nothing that is done is lost."
        )
