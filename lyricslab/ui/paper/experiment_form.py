"""Start a sweep or a search: which songs, which bases, how many seeds, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.config import THIRDS, SplitConfig
from lyricslab.engine import client
from lyricslab.errors import LyricsLabError
from lyricslab.experiments import experiment
from lyricslab.experiments.search_plan import plan_search
from lyricslab.experiments.sweep_plan import plan_sweep
from lyricslab.library.bases import base_titles
from lyricslab.library.corpora import saved_split
from lyricslab.model import presets
from lyricslab.model.card import Card
from lyricslab.store.cache import cached
from lyricslab.store.plans import SearchPlan, SweepPlan
from lyricslab.store.rows import CorpusRow, ExperimentKind, SweepRow
from lyricslab.store.store import Store
from lyricslab.ui.common import base_order, experiment_progress, navigation, services
from lyricslab.ui.common.error_boundary import problem
from lyricslab.wording import about

SEEDS = (1, 3, 5)
SHIPPED = ("books", "songs")
USUAL_BASE = "songs"
USUAL_PRESET = "paper"
USUAL_SEEDS = 3
BASES_KEY, PRESET_KEY, SEEDS_KEY = "paper_start_bases", "paper_start_preset", "paper_start_seeds"
BUTTONS: dict[ExperimentKind, tuple[str, str]] = {
    "sweep": ("Run the experiment", ":material/science:"),
    "search": ("Begin the search", ":material/search:"),
}


def sweep_form() -> None:
    """Show the form that starts a sweep; the address may fill in `corpus`, `base` and `preset`."""
    store = services.store()
    corpora = {row.id: row for row in store.corpora(services.workspace())}
    if not corpora:
        st.info(
            "The experiment needs songs. Add yours, or start with the demo songs.",
            icon=":material/library_books:",
        )
        with st.container(horizontal=True):
            navigation.link("corpus", "Add songs", icon=":material/arrow_forward:")
            navigation.link("start", "Try it with demo songs", icon=":material/arrow_forward:")
        return
    cards = {card.name: card for card in base_order.in_order(store.home)}
    songs, bases, settings, seeds = st.columns([3.2, 3.4, 2, 2.4], gap="medium")
    corpus = _corpus_choice(songs, corpora, "paper_start_corpus")
    chosen = _base_choice(bases, cards)
    preset = _preset_choice(settings)
    seed_count = _seed_choice(seeds, SEEDS_KEY)
    if not chosen:
        st.caption("Choose a base: what it has read is half of the experiment.")
        return
    split = SplitConfig.from_dict(THIRDS) if preset == "paper" else saved_split(corpus)

    def plan() -> SweepPlan:
        return plan_sweep(
            store, corpus.id, chosen, seeds=seed_count, preset=preset, split_config=split
        )

    key = (preset, seed_count, split)
    _submit(store, corpus, [cards[name] for name in chosen], key, plan, "sweep")


def fill_in(row: SweepRow) -> None:
    """Fill the form that starts a sweep with the songs and settings of another one."""
    st.session_state["paper_start_corpus"] = row.corpus_id
    st.session_state[BASES_KEY] = [base.name for base in row.plan.bases]
    st.session_state[PRESET_KEY] = row.plan.preset
    st.session_state[SEEDS_KEY] = row.plan.seeds


def search_form(store: Store, sweep: SweepRow | None) -> None:
    """Show the form that starts a search for the weights worth retraining.

    Args:
        sweep: the sweep whose songs and split to use; None leaves the choice of songs open.
    """
    corpora = {row.id: row for row in store.corpora(services.workspace())}
    cards = {card.name: card for card in base_order.in_order(store.home)}
    if not corpora or not cards:
        st.caption("A search needs songs of yours and a base to begin with.")
        return
    songs, bases, seeds = st.columns([4, 4, 2.4], gap="medium")
    if sweep is None or sweep.corpus_id not in corpora:
        split = SplitConfig.from_dict(THIRDS)
        corpus = _corpus_choice(songs, corpora, "paper_seek_corpus")
    else:
        split, corpus = sweep.plan.split, corpora[sweep.corpus_id]
        songs.text_input(
            "Your songs",
            corpus.name,
            key=f"paper_seek_songs_{corpus.id}",
            disabled=True,
            help="The songs of the experiment above, divided in the same way.",
        )
    names, titles = list(cards), base_titles(store.home)
    base = bases.selectbox(
        "Base",
        names,
        index=names.index(USUAL_BASE) if USUAL_BASE in names else 0,
        format_func=lambda name: titles.get(name, name),
        key="paper_seek_base",
    )
    seed_count = _seed_choice(seeds, "paper_seek_seeds")

    def plan() -> SearchPlan:
        return plan_search(store, corpus.id, base, split_config=split, seeds=seed_count)

    _submit(store, corpus, [cards[base]], (seed_count, split), plan, "search")


def _corpus_choice(place: DeltaGenerator, corpora: Mapping[str, CorpusRow], key: str) -> CorpusRow:
    ids, linked = list(corpora), st.query_params.get("corpus")
    _hold(key, linked if linked in ids else ids[0], ids)
    corpus_id = place.selectbox(
        "Your songs", ids, format_func=lambda corpus_id: corpora[corpus_id].name, key=key
    )
    return corpora[corpus_id]


def _base_choice(place: DeltaGenerator, cards: Mapping[str, Card]) -> list[str]:
    usual = [name for name in SHIPPED if name in cards] or list(cards)[:2]
    linked = st.query_params.get("base")
    titles = base_titles(services.store().home)
    held = st.session_state.get(BASES_KEY, [linked] if linked in cards else usual)
    st.session_state[BASES_KEY] = [name for name in held if name in cards]
    return place.multiselect(
        "Bases",
        list(cards),
        format_func=lambda name: titles.get(name, name),
        key=BASES_KEY,
        placeholder="Choose one or more",
    )


def _preset_choice(place: DeltaGenerator) -> str:
    names, linked = list(presets.PRESETS), st.query_params.get("preset")
    _hold(PRESET_KEY, linked if linked in names else USUAL_PRESET, names)
    return place.selectbox(
        "Settings",
        names,
        format_func=lambda name: presets.PRESETS[name].title,
        key=PRESET_KEY,
        help="The settings of each training. Paper trains as the paper did; the others are faster.",
    )


def _seed_choice(place: DeltaGenerator, key: str) -> int:
    held = st.session_state.get(key)
    choices = sorted({*SEEDS, held}) if isinstance(held, int) else list(SEEDS)
    _hold(key, USUAL_SEEDS, choices)
    count = place.segmented_control(
        "Seeds",
        choices,
        required=True,
        key=key,
        help="How often each choice is trained, each time from other random numbers: only repeats "
        "tell a better choice from a lucky one.",
    )
    return count or USUAL_SEEDS


def _hold(key: str, default: object, options: Sequence[object]) -> None:
    """Put a default under a widget's key, unless it holds one of the options."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = default


def _submit(
    store: Store,
    corpus: CorpusRow,
    bases: Sequence[Card],
    choices: tuple[object, ...],
    make_plan: Callable[[], SweepPlan | SearchPlan],
    kind: ExperimentKind,
) -> None:
    """Show how long it takes and the button that starts it; or why it cannot be done."""
    digests = tuple((card.name, card.weights_digest) for card in bases)

    def estimated() -> tuple[SweepPlan | SearchPlan, int, float]:
        plan = make_plan()
        return plan, *experiment.estimate(plan, client.worker_count())

    try:
        plan, runs, seconds = cached(
            store,
            "planned experiment",
            (kind, corpus.id, digests, *choices),
            estimated,
            version=corpus.digest,
        )
    except LyricsLabError as error:
        problem(error)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        label, icon = BUTTONS[kind]
        if st.button(label, type="primary", icon=icon, key=f"paper_begin_{kind}"):
            row = experiment.submit(store, plan, services.workspace())
            services.keep_engine_alive()
            experiment_progress.open_table(row)
        st.caption(
            f"About {runs} runs, {about(seconds)} on this computer. They go on in the background: "
            "close the page, stop and resume as you like; nothing that is done is lost."
        )
