"""A run that is over: its figures, what to do next, which weights learned, the baseline."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lyricslab.library.baselines import find_baseline, submit_baselines
from lyricslab.library.bases import to_base_name
from lyricslab.library.exports import export_run
from lyricslab.model.trainable import Trainable
from lyricslab.pretraining import pretrain
from lyricslab.store.rows import UNFINISHED, RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import layer_picker, navigation, run_list, services
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.ui.common.recipe_link import recipe_link
from lyricslab.ui.run import blend, new_song, run_curve, run_details, run_figures, run_progress
from lyricslab.wording import loss

BASELINE_TICK_S = 2.0


def show(store: Store, run: RunRow) -> None:
    """Show a finished run: what it wrote, its figures and curve, what comes next."""
    points = run_list.points(store, run)
    run_progress.show(store, run, points)
    for note in store.notes(run.id):
        st.caption(plain(note.text))
    if run.best_val is None:  # it ended before its first evaluation
        if run.error:
            st.text(run.error)
        return
    if run.kind == "base":
        run_figures.losses(run, *st.columns(4)[:2])
        _as_a_base(store, run)
        run_curve.show(store, run, points)
        return
    _next_steps(store, run)
    with boundary():
        new_song.show(store, run)
    to_come = _baselines_to_come(store, run)
    if run.kind == "baseline":
        run_figures.losses(run, *st.columns(4)[:2])
    else:
        run_figures.show(store, run, find_baseline(store, run), bool(to_come))
    run_curve.show(store, run, points)
    if run.kind != "baseline":
        weights, beside = st.columns([6, 5], gap="medium")
        with weights:
            _weights(run)
        with beside:
            every = BASELINE_TICK_S if to_come else None
            st.fragment(_baseline, run_every=every)(run.id, len(to_come))
            blend.show(run)
    run_details.show(store, run)


def _judged(run: RunRow, baseline: RunRow) -> tuple[float | None, float | None, str]:
    """Return the losses of both on the test songs, or on validation until both are known."""
    if run.test is not None and baseline.test is not None:
        return run.test, baseline.test, "the test songs"
    return run.best_val, baseline.best_val, "the validation songs"


def _next_steps(store: Store, run: RunRow) -> None:
    with st.container(horizontal=True):
        if st.button("Write with it", type="primary", icon=":material/edit_note:"):
            navigation.go("write", model=run.id)
        if st.button("Compare", icon=":material/stacked_line_chart:"):
            navigation.go("compare", runs=run.id)
        recipe = recipe_link(run)
        if recipe is None:
            if st.button("Another run on these songs", icon=":material/restart_alt:"):
                navigation.go("train", corpus=run.corpus_id)
        elif st.button("Use these settings again", icon=":material/restart_alt:"):
            navigation.go("train", **recipe)
        st.download_button(
            "Export",
            partial(export_run, store, run),  # packed when it is asked for
            f"{to_base_name(run.name) or run.id}.safetensors",
            "application/octet-stream",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key=f"run_export_{run.id}",
            help="One file to keep or give away: what it learned, none of your songs. On the page "
            "Bases it becomes a base to write with and to start from.",
        )


def _as_a_base(store: Store, run: RunRow) -> None:
    """Offer what can be done with a base that was just trained."""
    card = pretrain.published(store, run.id)
    st.text(f"It is in the library of bases as '{card.name}'.")
    with st.container(horizontal=True):
        if st.button("Start from it", type="primary", icon=":material/arrow_forward:"):
            navigation.go("train", base=card.name)
        if st.button("Write with it", icon=":material/edit_note:"):
            navigation.go("write", model=card.name)
        if st.button("Look at its card", icon=":material/layers:"):
            navigation.go("bases", section="library")


def _weights(run: RunRow) -> None:
    """Show which weights learned, and the check that the others did not change."""
    st.subheader("What learned")
    trainable = Trainable.parse(run.trainable, run.config.model.num_layers)
    layer_picker.layer_diagram(run.config.model, trainable, key=f"learned_{run.id}")
    rank = run.config.settings.lora_rank
    st.caption(layer_picker.weights_in_words(run.config.model, trainable, rank, over=True))
    drift = (run.result or {}).get("frozen_drift")
    if drift is None or not trainable.frozen_parameters(run.config.model):
        return
    if drift == 0:
        st.text(
            "Checked in the saved files: every frozen weight is equal to the base's, to the "
            "last bit (largest difference 0.0)."
        )
    else:
        st.warning(
            f"Frozen weights differ from the base's by up to {drift:g}. They should not: "
            "please keep this run and report it."
        )


def _baselines_to_come(store: Store, run: RunRow) -> list[RunRow]:
    """Return the unfinished runs of the baseline of these songs."""
    return [
        other
        for other in store.runs(
            workspace_id=run.workspace_id,
            corpus_id=run.corpus_id,
            kind="baseline",
            statuses=UNFINISHED,
        )
        if other.config.split == run.config.split
    ]


def _baseline(run_id: str, before: int) -> None:
    """Show the baseline: offered, in training, or compared with the run."""
    with boundary():
        store = services.store()
        run = store.run(run_id)
        to_come = _baselines_to_come(store, run)
        if before and not to_come:
            st.rerun()  # its line belongs into the curve, its figure among the others
        st.subheader("Was the base worth it?")
        baseline = find_baseline(store, run)
        if to_come:
            services.keep_engine_alive()
            _under_way(to_come)
        elif baseline is not None:
            st.text(_verdict(run, baseline))
        else:
            st.text(
                "A baseline tells: networks of a few sizes learn from your songs alone, with no "
                "base to begin with, each for as long as it gets better. Their best is the mark "
                "to beat."
            )
            if st.button("Train the baseline", icon=":material/flag:"):
                submit_baselines(store, run.corpus_id, run.config.split, run.config.seed)
                st.rerun()


def _under_way(to_come: list[RunRow]) -> None:
    many = len(to_come)
    left = f"{many} of its networks are" if many > 1 else "the last of its networks is"
    st.text(
        f"The baseline is being trained: {left} to come. Its line appears in the curve above "
        "when all are done."
    )
    navigation.link("run", "Watch it", icon=":material/visibility:", run=to_come[-1].id)


def _verdict(run: RunRow, baseline: RunRow) -> str:
    """Compare the run with the best network that learned from the songs alone."""
    here, alone, where = _judged(run, baseline)
    if here is None or alone is None:
        return "The baseline has no result."
    said = (
        "The best of the networks that learned from these songs alone reaches "
        f"{loss(alone)} on {where}; this run reaches {loss(here)}."
    )
    if run.best_val and baseline.best_val and (run.best_val < baseline.best_val) != (here < alone):
        said += (
            " On the validation songs, which the curve shows, it is the other way round: there are "
            "too few songs to tell."
        )
    return said
