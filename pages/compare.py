"""Compare: runs in one table, their curves in one chart, what differs between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from lyricslab.report.charts.chart import Chart
from lyricslab.report.charts.palette import Palette
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.curve_verdict import NATS_PER_CHAR
from lyricslab.ui.common.error_boundary import boundary
from lyricslab.ui.common.run_list import RunList, on_corpus, points, run_list, without_experiments
from lyricslab.ui.common.url_state import publish
from lyricslab.ui.compare import comparison, curves_overlay, run_actions, run_choice, run_table
from lyricslab.ui.compare.difference_table import difference_table
from lyricslab.ui.compare.parallel_runs import parallel_runs
from lyricslab.ui.compare.room import keep_room
from lyricslab.ui.compare.run_choice import Choice
from lyricslab.ui.compare.run_colours import colour_numbers
from lyricslab.ui.compare.run_export import export_menu, to_csv

TICK_S = 2


def page() -> None:
    """Show the page; while something trains, what grows is drawn again every two seconds.

    A tick sends its fragment to the browser again, so it holds only what grows: the table, its
    description, the curves. A change that concerns the rest makes the page run again.
    """
    store = services.store()
    heading, help_place = st.columns([4, 1], vertical_alignment="bottom")
    heading.title("Compare")
    with help_place.container(horizontal=True, horizontal_alignment="right"):
        with st.popover("What is nats/char?", icon=":material/help:", type="tertiary"):
            st.markdown(NATS_PER_CHAR)
    all_runs = run_list(store, services.workspace())
    if not all_runs.rows:
        st.text("Your runs side by side: which layers learned, and how much it helped.")
        st.text("There are no runs yet. Train one, then another with other layers.")
        navigation.link("train", "Train a run", icon=":material/local_fire_department:")
        return
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="compare_controls"
    ):
        choice = run_choice.choose(all_runs)
        publish()
        st.space("stretch")
        exports = st.container(width="content")
    content = choice.content(all_runs)
    groups = choice.groups(content)
    keep_room(len(content.groups))
    chosen = [all_runs.by_id[run_id] for run_id in choice.chosen]
    if chosen:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            run_actions.buttons(chosen)
    run_actions.question(store, chosen, all_runs.rows)
    run_choice.show_notices(on_corpus(all_runs, choice.corpus_id))
    left_out(all_runs, choice)
    place = st.container()
    surroundings = Surroundings.of(store, all_runs, chosen)
    look = curves_overlay.look() if surroundings.curves else None
    with place:
        every = TICK_S if surroundings.active else None
        st.fragment(side_by_side, run_every=every)(choice, look, surroundings)
    with exports:
        numbers = colour_numbers([group.id for group in groups])
        chart = partial(picture, choice, look, numbers) if look else None
        export_menu(partial(table_file, choice), chart)
    difference_table(groups)
    drawer = st.expander(
        "Every run as a line",
        icon=":material/timeline:",
        key="compare_lines_drawer",
        on_change="rerun",  # what is in it is drawn once it is open
    )
    if drawer.open:
        with drawer:
            parallel_runs(on_corpus(all_runs, choice.corpus_id).rows, "compare_parallel")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the parts of the page outside the ticking fragment were drawn from."""

    active: bool
    corpora: Mapping[str, str]
    runs: int
    """How many there are."""
    chosen: Sequence[tuple[object, ...]]
    """Id, name, status and marks of the chosen runs, and whether they can write."""
    curves: bool
    """Whether any of the chosen has a curve."""

    @classmethod
    def of(cls, store: Store, all_runs: RunList, chosen: Sequence[RunRow]) -> Surroundings:
        """Return them as they are now."""
        return cls(
            all_runs.active,
            all_runs.corpora,
            len(all_runs.rows),
            [
                (run.id, run.name, run.status, run.own_note, run.tags, run.best_step is not None)
                for run in chosen
            ],
            any(points(store, run) for run in chosen),
        )


def side_by_side(
    choice: Choice, look: curves_overlay.Look | None, surroundings: Surroundings
) -> None:
    """Show the table, what it says, and the curves of the chosen runs."""
    with boundary():
        store = services.store()
        all_runs = run_list(store, services.workspace())
        chosen = [all_runs.by_id[run_id] for run_id in choice.chosen if run_id in all_runs.by_id]
        if Surroundings.of(store, all_runs, chosen) != surroundings:
            st.rerun()
        content = choice.content(all_runs)
        groups = choice.groups(content)
        numbers = colour_numbers([group.id for group in groups])
        did = run_table.show(store, content, groups, numbers, choice, one_corpus(all_runs, choice))
        if did:
            runs = on_corpus(all_runs, choice.corpus_id)
            run_choice.take_over(store, did, choice, content, runs)
            st.rerun()
        if not groups:
            st.caption("Tick runs in the table to see their curves in one chart.")
            return
        st.subheader("What this says")
        st.text(comparison.read_table(store, groups, content))
        if look is None:
            st.caption("Their curves begin when training does.")
        else:
            curves_overlay.curves(store, groups, numbers, content, look)


def one_corpus(all_runs: RunList, choice: Choice) -> bool:
    """Return whether all rows are of the same songs."""
    return bool(choice.corpus_id) or len(all_runs.corpora) == 1


def table_file(choice: Choice) -> bytes:
    """Return the table for a spreadsheet."""
    store = services.store()
    return to_csv(store, choice.content(run_list(store, services.workspace()), limit=False))


def picture(choice: Choice, look: curves_overlay.Look, numbers: Sequence[int]) -> Chart:
    """Return the chart to print; made when it is clicked, outside of any script."""
    store = services.store()
    content = choice.content(run_list(store, services.workspace()))
    groups = choice.groups(content)
    return curves_overlay.chart(store, groups, numbers, content, look, Palette.PRINT)


def left_out(all_runs: RunList, choice: Choice) -> None:
    """Say which runs are not in the table, and offer them."""
    runs = on_corpus(all_runs, choice.corpus_id)
    experiments = len(runs.rows) - len(without_experiments(runs).rows)
    if experiments:
        st.toggle(
            f"With the {experiments:,} runs of sweeps and searches"
            if experiments > 1
            else "With the run of a sweep or search",
            key=run_choice.WITH_EXPERIMENTS,
            persist_state="session",
            help="The paper's page shows them in tables of their own.",
        )
    total = len(choice.listed(all_runs).rows)
    shown = sum(len(group.runs) for group in choice.content(all_runs).groups)
    if shown == total:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"{shown:,} of your {total:,} runs: the newest, and those that you ticked.",
            width="content",
        )
        st.button("Show all", key="compare_more", on_click=_show_all, type="tertiary")


def _show_all() -> None:
    st.session_state[run_choice.ALL] = True


page()
