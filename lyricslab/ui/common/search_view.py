"""A search for the weights worth retraining on the screen: what it would cost, then followed."""

from __future__ import annotations

import streamlit as st

from lyricslab.config import SplitConfig
from lyricslab.engine import client
from lyricslab.experiments import experiment
from lyricslab.experiments.search_plan import plan_search
from lyricslab.store.plans import SearchPlan
from lyricslab.store.store import Store
from lyricslab.ui.common import experiment_progress, navigation, services

SEARCH_VIEW = experiment_progress.Kind(
    noun="search",
    words={
        "running": "Searching for the weights worth retraining on",
        "stopping": "Stopping; what was learned is kept. The search for weights on",
        "stopped": "Stopped half-way: the search for weights on",
        "done": "Searched for the weights worth retraining on",
        "failed": "Searched for the weights worth retraining, though some runs failed, on",
    },
    bases=lambda search: search.plan.base,
    all_of=Store.searches,
    get=Store.search,
    status=experiment.status,
    run_ids=experiment.run_ids,
    stop=experiment.stop,
    resume=lambda store, search_id: experiment.resume(
        store, search_id, failed=store.search(search_id).state == "over"
    ),
    open=lambda search_id: navigation.go("paper", part="weights", search=search_id),
)


@st.cache_data(show_spinner=False, max_entries=64)
def planned(
    _home: str,
    corpus_id: str,
    digest: str,
    base: tuple[str, str],
    seeds: int,
    parts: tuple[float, ...],
) -> tuple[SearchPlan, int, float]:
    """A search's plan, about how many runs it comes to and how long they take; each kept.

    Args:
        digest: the corpus's.
        base: its name, and the digest of its weights.
        parts: the values of a `SplitConfig`.
    """
    train, val, test, seed = parts
    plan = plan_search(
        services.store(),
        corpus_id,
        base[0],
        split_config=SplitConfig(train=train, val=val, test=test, seed=int(seed)),
        seeds=seeds,
    )
    return plan, *experiment.estimate(plan, client.worker_count())
