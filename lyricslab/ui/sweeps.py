"""A sweep on the screen: offered with what it costs, followed, stopped, taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from lyricslab.config import SplitConfig
from lyricslab.lab import keeper
from lyricslab.lab.rows import CorpusRow, SweepRow
from lyricslab.lab.store import Store
from lyricslab.lab.sweep import service
from lyricslab.lab.sweep.plan import SweepPlan
from lyricslab.lab.sweep.table import SweepStatus
from lyricslab.learning import presets
from lyricslab.model.card import Card
from lyricslab.ui import links, services
from lyricslab.ui.boundary import boundary, plain
from lyricslab.ui.captions import about, listed

SEEDS = (1, 3, 5)
TICK_S = 2.0
ACTIVE = ("running", "stopping")
STATE_WORDS = {
    "running": "Trying every choice of layers on",
    "stopping": "Stopping; what was learned is kept. Every choice of layers on",
    "stopped": "Stopped half-way: every choice of layers on",
    "done": "Tried every choice of layers on",
    "failed": "Tried every choice of layers, though some runs failed, on",
}


def state_of(store: Store, sweep: SweepRow) -> SweepStatus:
    """How far a sweep is; worked out once for each state of the store, whoever looks."""
    # The revision first: a change that comes in between is then read again, not missed.
    return _state(store, sweep.id, sweep.state, store.revision(sweep.workspace_id))


@lru_cache(maxsize=16)
def _state(store: Store, sweep_id: str, state: str, revision: int) -> SweepStatus:
    return service.status(store, sweep_id)


# ---- offered


def offer(
    corpus: CorpusRow, cards: Sequence[Card], chosen: Card, preset: str, split: SplitConfig
) -> None:
    """A button that asks which bases and how often, says what it comes to, and begins."""
    if st.button("Try every choice of layers", icon=":material/grid_view:", key="sweep_offer"):
        _ask(corpus, cards, chosen, preset, split)


@st.dialog("Try every choice of layers", width="medium", icon=":material/grid_view:")
def _ask(
    corpus: CorpusRow, cards: Sequence[Card], chosen: Card, preset: str, split: SplitConfig
) -> None:
    with boundary():
        st.text(
            "The paper's experiment, on your songs: each choice of layers is tried with each base "
            "you tick, and held against the base as it is and against networks that learn from "
            f"your songs alone. The songs: {corpus.name}."
        )
        by_name = {card.name: card for card in cards}
        usual = [name for name in ("books", "songs") if name in by_name]
        names = st.pills(
            "Bases",
            list(by_name),
            selection_mode="multi",
            default=list(dict.fromkeys([*usual, chosen.name])),
            format_func=lambda name: plain(by_name[name].title or name),
            key="sweep_bases",
        )
        seeds = st.segmented_control(
            "Each is trained",
            SEEDS,
            default=3,
            format_func=lambda count: "once" if count == 1 else f"{count} times",
            key="sweep_seeds",
            required=True,
            help="Each time with another order of the songs. Only repeats tell a better choice "
            "from a lucky one.",
        )
        if not names:
            st.caption("Tick at least one base.")
            return
        plan, count, seconds = planned(
            str(services.home().root),
            corpus.id,
            corpus.digest,
            (tuple(names), tuple(by_name[name].weights_digest for name in names)),
            int(seeds or 3),
            preset,
            tuple(split.to_dict().values()),
        )
        st.caption(
            f"{count} runs with the {presets.PRESETS[preset].title} settings: about "
            f"{about(seconds)} on this computer. They go on when you close this page, can be "
            "stopped at any time, and what is known already is not trained again."
        )
        begin = st.button(
            f"Begin {count} runs", type="primary", icon=":material/play_arrow:", key="sweep_begin"
        )
        if begin:
            links.go("paper", sweep=service.submit(services.store(), plan, services.workspace()).id)


@st.cache_data(show_spinner=False, max_entries=64)
def planned(
    _home: str,
    corpus_id: str,
    digest: str,
    bases: tuple[tuple[str, ...], tuple[str, ...]],
    seeds: int,
    preset: str,
    parts: tuple[float, ...],
) -> tuple[SweepPlan, int, float]:
    """A sweep's plan, how many runs it comes to and how long they take; kept for each choice."""
    train, val, test, seed = parts
    plan = service.plan(
        services.store(),
        corpus_id,
        bases[0],
        seeds=seeds,
        preset=preset,
        split_config=SplitConfig(train=train, val=val, test=test, seed=int(seed)),
    )
    return plan, *service.estimate_s(plan, keeper.worker_count())


# ---- followed


def under_way() -> set[str]:
    """Every sweep that is not over, each with its progress.

    Returns:
        The ids of their runs.
    """
    store = services.store()
    known = service.list_sweeps(store, services.workspace())
    # Of those that were stopped only the latest sweep: older ones were left so for good.
    shown = [
        s for k, s in enumerate(known) if s.state == "wanted" or (s.state == "stopped" and not k)
    ]
    for sweep in shown:
        progress(sweep.id)
    return {run_id for sweep in shown for run_id in service.run_ids(store, sweep.id)}


def progress(sweep_id: str, *, link: bool = True, news: bool = False) -> None:
    """How far a sweep is, kept up to date, with a way to stop it or to go on.

    Args:
        link: whether there is a way to its table.
        news: whether the whole page is drawn anew with each run that is over.
    """
    store = services.store()
    state = state_of(store, service.get(store, sweep_id))
    ticks = TICK_S if state.state in ACTIVE else None
    seen = state.done if news else None
    st.fragment(_progress, run_every=ticks)(sweep_id, ticks is not None, link, seen)


def _progress(sweep_id: str, was_active: bool, link: bool, seen: int | None) -> None:
    with boundary():
        store = services.store()
        sweep = service.get(store, sweep_id)
        state = state_of(store, sweep)
        active = state.state in ACTIVE
        if (was_active and not active) or (seen is not None and state.done != seen):
            st.rerun()  # it has ended, or found something: draw the page as it is now
        if active:
            services.keep_engine_alive()
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(gap="xsmall", width="stretch"):
                    st.text(f"{STATE_WORDS[state.state]} {sweep.corpus_name}")
                    st.caption(plain(_how_far(sweep, state)))
                _actions(sweep, state)
                if link and st.button(
                    "See the table", icon=":material/table_chart:", key=f"sweep_open_{sweep_id}"
                ):
                    links.go("paper", sweep=sweep.id)
            if active:
                st.progress(min(1.0, state.share))
            if state.error:
                st.warning(plain(state.error))


def _how_far(sweep: SweepRow, state: SweepStatus) -> str:
    """A sweep's progress in a line."""
    bases = listed([base.name for base in sweep.plan.bases])
    said = [bases, f"{state.done} of {state.runs} runs done"]
    if state.state == "running" and not state.running and not services.engine_ready():
        said.append("the engine is warming up, which takes some seconds after a start")
    if state.failed:
        said.append(f"{state.failed} failed")
    if state.state == "running" and state.seconds_left is not None:
        said.append(f"about {about(state.seconds_left)} left")
    return " · ".join(said)


def _actions(sweep: SweepRow, state: SweepStatus) -> None:
    """Stop all, or go on: whichever can be done now."""
    store = services.store()
    if state.state == "running":
        if st.button("Stop all", icon=":material/stop:", key=f"sweep_stop_{sweep.id}"):
            service.stop(store, sweep.id)
            st.rerun()
    elif state.state == "stopping":
        st.button("Stopping", icon=":material/stop:", key=f"sweep_stop_{sweep.id}", disabled=True)
    elif state.state in ("stopped", "failed"):
        label = "Resume" if state.state == "stopped" else "Try those again"
        if st.button(label, icon=":material/play_arrow:", key=f"sweep_resume_{sweep.id}"):
            service.resume(store, sweep.id)
            st.rerun()
