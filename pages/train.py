"""Train: set up a run."""

from __future__ import annotations

import streamlit as st

from lyricslab.config import RunConfig
from lyricslab.library.runs import submit_run
from lyricslab.store.rows import UNFINISHED
from lyricslab.ui.common import (
    base_order,
    experiment_progress,
    navigation,
    services,
    url_state,
)
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.train import run_form


def set_up() -> None:
    """Ask for everything that makes a run, and start it."""
    store = services.store()
    st.title("Train")
    st.markdown(
        "A base has read far more than you can write. Choose which of its layers may "
        "change, and let it read your songs."
    )
    corpora = store.corpora(services.workspace())
    cards = base_order.in_order(store.home)
    if not corpora:
        st.info(
            "There are no songs to learn from yet. Add yours, or start with the demo songs.",
            icon=":material/library_books:",
        )
        navigation.link("corpus", "Add songs", icon=":material/arrow_forward:")
        navigation.link("start", "Try it with demo songs", icon=":material/arrow_forward:")
        return
    if not cards:
        st.info(
            "The library holds no base yet. Import one, or train one with "
            "`python -m lyricslab pretrain`.",
            icon=":material/layers:",
        )
        navigation.link("bases", "Look at the bases", icon=":material/arrow_forward:")
        return
    now_training()
    left, right = st.columns([6, 5], gap="large")
    with left:
        st.subheader("1. Which songs it reads")
        corpus = run_form.corpus_choice(corpora)
        st.subheader("2. Which base it begins with")
        card = run_form.base_choice(cards, corpus)
    with right:
        st.subheader("3. Which layers learn")
        trainable = run_form.layers_choice(card.model)
    with left:
        st.subheader("4. How thoroughly")
        preset = run_form.preset_choice()
    train, split, used, name = run_form.settings(corpus, card, trainable, preset)
    begin, seed_place, note = st.columns([1.2, 1, 3], vertical_alignment="bottom")
    with seed_place:
        seed = run_form.seed_choice()
    url_state.publish()
    with note:
        said = run_form.estimate(corpus, card.model, trainable, train, split)
        st.caption(said if used != "own" else f"{said} Settings of your own.")
    with begin:
        start = st.button("Start", type="primary", icon=":material/play_arrow:", width="stretch")
    navigation.link(
        "paper",
        "Try every choice of layers",
        icon=":material/grid_view:",
        part="idea",
        corpus=corpus.id,
        base=card.name,
        preset=preset,
    )
    if start:
        run = submit_run(
            store,
            RunConfig(
                corpus=corpus.digest,
                base=card.name,
                trainable=str(trainable),
                model=card.model,
                split=split,
                settings=train,
                preset=used,
                seed=seed,
            ),
            name,
            services.workspace(),
        )
        navigation.go("run", run=run.id)


def now_training() -> None:
    """Link to what is under way."""
    unfinished = services.store().runs(workspace_id=services.workspace(), statuses=UNFINISHED)
    shown = experiment_progress.show_unfinished()
    unfinished = [run for run in unfinished if run.id not in shown]
    if not unfinished:
        return
    with st.container(horizontal=True, border=True, vertical_alignment="center"):
        st.text("Under way:")
        for run in unfinished[:4]:
            share = f" · {run.step / max(1, run.total_steps):.0%}" if run.step else ""
            navigation.link(
                "run",
                f"{plain(run.name)}{share}",
                icon=":material/local_fire_department:",
                run=run.id,
            )


wanted = st.query_params.get("run")
if wanted:
    navigation.go("run", run=wanted)
set_up()
