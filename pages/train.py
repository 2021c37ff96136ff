"""Train: set up a run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.config import RunConfig
from lyricslab.library.bases import base_title
from lyricslab.library.corpora import split_sizes
from lyricslab.library.runs import name_run
from lyricslab.model.card import Card
from lyricslab.store.rows import UNFINISHED, CorpusRow
from lyricslab.ui.common import (
    base_order,
    experiment_progress,
    navigation,
    services,
    url_state,
)
from lyricslab.ui.common.action_bar import action_bar
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.train import gate_picker, own_settings, share_menu, steps
from lyricslab.ui.train.base_facts import base_facts
from lyricslab.ui.train.start_bar import start_bar


def page() -> None:
    """Show the form, or what is needed for one."""
    store = services.store()
    st.title("Train", anchor=False)
    corpora = store.corpora(services.workspace())
    cards = base_order.in_order(store.home)
    if not corpora:
        st.info(
            "There are no songs to learn from yet. Add yours, or start with the demo songs.",
            icon=":material/library_books:",
        )
        navigation.link("corpus", "Add songs", icon=":material/arrow_forward:")
        navigation.link("start", "Try it with demo songs", icon=":material/arrow_forward:")
    elif not cards:
        st.info(
            "The library holds no base yet. Import one, or train one with "
            "`python -m lyricslab pretrain`.",
            icon=":material/layers:",
        )
        navigation.link("bases", "Look at the bases", icon=":material/arrow_forward:")
    else:
        queued = now_training()
        share_menu.missing()
        form(corpora, cards, queued)


def form(corpora: Sequence[CorpusRow], cards: Sequence[Card], queued: int) -> None:
    """Ask for everything that makes a run, and start it.

    Args:
        queued: how many runs wait already.
    """
    left, right = st.columns([6, 5], gap="large")
    with left:
        st.subheader("1. Which songs it reads", anchor=False)
        row = steps.corpus_choice(corpora)
        asked = steps.choices(row, cards)
        st.subheader("2. Which base it begins with", anchor=False)
        steps.advice(row, asked)
        card = steps.base_choice(cards, row, asked)
    with right:
        st.subheader("3. Which layers learn", anchor=False)
        learns = steps.layers_choice(card.model, asked, own_settings.own().get("lora_rank", 0))
        st.subheader("4. How thoroughly", anchor=False)
        preset = steps.preset_choice(asked.preset)
        name_place = st.container()
    changed_place = st.container()
    bar = action_bar()
    gate_picker.drawer(learns, asked.layers)
    with st.expander("Advanced: every setting, and what it does", icon=":material/tune:"):
        settings, parts, seed = own_settings.choose(row, card, preset)
    usual = own_settings.usual_settings(row, card, preset, parts)
    config = RunConfig(
        corpus=row.digest,
        base=card.name,
        trainable=str(learns),
        model=card.model,
        split=parts,
        settings=settings,
        preset=preset if settings == usual else "own",
        seed=seed,
    )
    with changed_place:
        own_settings.told(row, preset, usual, parts, "train_back")
    with name_place:
        name = name_choice(row, config)
    own_settings.commit()
    url_state.publish()
    further(row, card, config, preset)
    with bar:
        start_bar(config, name, split_sizes(services.store(), row, parts), queued)


def name_choice(row: CorpusRow, config: RunConfig) -> str | None:
    """Ask what the run is called; None for what it is."""
    # It lasts until a run has taken it: the one after that is not to bear the same name.
    taken = services.store().runs(
        workspace_id=services.workspace(), exclude_experiments=True, most=1
    )
    name = st.text_input(
        "Name of the run",
        key=f"train_name_after_{taken[0].id if taken else 'none'}",
        placeholder=name_run(services.home(), row.name, config),
        max_chars=90,
        persist_state="session",
    )
    return name.strip() or None


def further(row: CorpusRow, card: Card, config: RunConfig, preset: str) -> None:
    """Show what need not be looked at: sharing, facts, the experiment with every choice."""
    title = base_title(services.home(), card.name)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        share_menu.share_menu(config, row)
        with st.popover("About this base", type="tertiary", icon=":material/info:"):
            base_facts(card, title)
        navigation.link(
            "paper",
            "Try every choice of layers",
            icon=":material/grid_view:",
            part="idea",
            corpus=row.id,
            base=card.name,
            preset=preset,
        )


def now_training() -> int:
    """Link to what is under way; return how many runs wait."""
    unfinished = services.store().runs(workspace_id=services.workspace(), statuses=UNFINISHED)
    shown = experiment_progress.show_unfinished()
    single = [run for run in unfinished if run.id not in shown]
    if single:
        with st.container(horizontal=True, border=True, vertical_alignment="center"):
            st.text("Under way:")
            for run in single[:4]:
                share = f" · {run.step / max(1, run.total_steps):.0%}" if run.step else ""
                navigation.link(
                    "run",
                    f"{plain(run.name)}{share}",
                    icon=":material/local_fire_department:",
                    run=run.id,
                )
    return len(unfinished)


wanted = st.query_params.get("run")
if wanted:
    navigation.go("run", run=wanted)
page()
