"""A sweep on the screen: offered with what it costs, then followed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.config import SplitConfig
from lyricslab.engine import client
from lyricslab.experiments import experiment
from lyricslab.experiments.sweep_plan import plan_sweep
from lyricslab.model import presets
from lyricslab.model.card import Card
from lyricslab.store.plans import SweepPlan
from lyricslab.store.rows import CorpusRow
from lyricslab.store.store import Store
from lyricslab.ui.common import experiment_progress, navigation, services
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.wording import about, listed

SEEDS = (1, 3, 5)

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
            row = experiment.submit(services.store(), plan, services.workspace())
            SWEEP_VIEW.open(row.id)


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
    plan = plan_sweep(
        services.store(),
        corpus_id,
        bases[0],
        seeds=seeds,
        preset=preset,
        split_config=SplitConfig(train=train, val=val, test=test, seed=int(seed)),
    )
    return plan, *experiment.estimate(plan, client.worker_count())


# ---- followed

SWEEP_VIEW = experiment_progress.Kind(
    noun="sweep",
    words={
        "running": "Trying every choice of layers on",
        "stopping": "Stopping; what was learned is kept. Every choice of layers on",
        "stopped": "Stopped half-way: every choice of layers on",
        "done": "Tried every choice of layers on",
        "failed": "Tried every choice of layers, though some runs failed, on",
    },
    bases=lambda sweep: listed([base.name for base in sweep.plan.bases]),
    all_of=Store.sweeps,
    get=Store.sweep,
    status=experiment.status,
    run_ids=experiment.run_ids,
    stop=experiment.stop,
    resume=experiment.resume,
    open=lambda sweep_id: navigation.go("paper", part="tables", sweep=sweep_id),
)
