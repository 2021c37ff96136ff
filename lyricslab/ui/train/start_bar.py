"""The bar with Start: how long the run takes, and whether there is the very same run already."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import streamlit as st

from lyricslab.config import RunConfig
from lyricslab.library import pace
from lyricslab.library.bases import base_digest
from lyricslab.library.corpora import SplitSizes
from lyricslab.library.runs import STATUS_PHRASES, run_fingerprint, submit_run
from lyricslab.model.trainable import Trainable
from lyricslab.store.rows import RunRow
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import plain
from lyricslab.wording import about, plural

ASKED = "train_asked"
"""Session key: the fingerprint of the run that was asked for though it exists."""


def start_bar(config: RunConfig, name: str | None, sizes: SplitSizes, queued: int) -> None:
    """Show how long the run takes and the button that starts it.

    Args:
        name: what it is to be called; None for what it is.
        sizes: of its songs.
        queued: how many runs wait already.
    """
    same = _same_run(config)
    if same is not None and st.session_state.get(ASKED) == same.fingerprint:
        _offer(same, config, name)
        return
    st.caption(promise(config, sizes, queued), width="stretch")
    if st.button("Start", type="primary", icon=":material/play_arrow:", key="train_start"):
        if same is not None:
            st.session_state[ASKED] = same.fingerprint
            st.rerun()
        _start(config, name)


def promise(config: RunConfig, sizes: SplitSizes, queued: int = 0) -> str:
    """Say how long a run takes on this computer, going by what it did lately."""
    settings = config.settings
    learns = Trainable.parse(config.trainable, config.model.num_layers)
    seconds = pace.likely_s(services.store(), settings, config.model, learns, sizes)
    said = f"About {about(seconds)} on this computer"
    said += f", at most {settings.max_steps:,} steps"
    if settings.patience_evals:
        said += "; it ends by itself when it gets no better"
    before = f" {plural(queued, 'run')} in the queue before it." if queued else ""
    return f"{said}.{before}"


def _offer(same: RunRow, config: RunConfig, name: str | None) -> None:
    """Offer the run that exists, or the same with other random numbers."""
    said = f"There is this very run already: '{same.name}' {STATUS_PHRASES[same.status]}."
    st.caption(plain(said), width="stretch")
    if st.button("Open it", type="primary", icon=":material/show_chart:", key="train_open"):
        st.session_state.pop(ASKED, None)
        navigation.go("run", run=same.id)
    other = _free_seed(config)
    if st.button(f"Run it with seed {other.seed}", icon=":material/casino:", key="train_other"):
        _start(other, name)


def _start(config: RunConfig, name: str | None) -> None:
    st.session_state.pop(ASKED, None)
    run = submit_run(services.store(), config, name, services.workspace())
    navigation.go("run", run=run.id)


def _same_run(config: RunConfig) -> RunRow | None:
    """Return a run that gives the same result; one that failed counts for nothing."""
    store = services.store()
    fingerprint = run_fingerprint(config, base_digest(store.home, config.base))
    run = store.same_run(fingerprint, services.workspace())
    return None if run is None or run.status == "failed" else run


def _free_seed(config: RunConfig) -> RunConfig:
    """Return the run with the next seed that it was not trained with."""
    seeds = (replace(config, seed=seed) for seed in count(config.seed + 1))
    return next(other for other in seeds if _same_run(other) is None)
