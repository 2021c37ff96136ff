"""The table of runs, whose selection follows the runs whatever row they are in.

A table remembers the *rows* that were ticked. So its key changes with the order of its runs, and
each new table begins with the ticks where the chosen runs now are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import pyarrow as pa
import streamlit as st

from lyricslab.store.store import Store
from lyricslab.ui.common.run_list import RunList, small_curves, without_experiments
from lyricslab.ui.common.run_status import STATUS_COLOURS
from lyricslab.ui.common.url_state import ComponentParam, Replaced
from lyricslab.ui.compare import comparison

ROW_PX = 36
MOST_ROWS = 10
"""Rows to see without scrolling."""
AT_FIRST = 500
"""The most runs in the table at first: enough for a sweep, and the page opens at once."""


def selection(runs: RunList) -> ComponentParam:
    """Return the choice of runs: their ids with commas between."""

    def parse(text: str) -> str:
        ids = list(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))
        found = ",".join(run_id for run_id in ids if run_id in runs.by_id)
        gone = sum(run_id not in runs.by_id for run_id in ids)
        if gone:
            which = "One run" if gone == 1 else f"{gone} runs"
            raise Replaced(f"{which} of this link cannot be found any more.", found)
        return found

    return ComponentParam("compare", "runs", default="", parse=parse)


def requested() -> bool:
    """Return whether a link asks for runs."""
    return ComponentParam("compare", "runs", default="").requested() is not None


def chosen_ids(selection: ComponentParam, runs: RunList) -> list[str]:
    """Return the chosen runs: those of a link, those that are ticked, at first the best."""
    if not selection.known and selection.requested() is None:
        rows = without_experiments(runs).rows
        selection.set(",".join(comparison.first_choice(rows, runs.baseline_by_run)))
    return [run_id for run_id in selection.resolve().split(",") if run_id in runs.by_id]


def show(store: Store, runs: RunList, chosen: Sequence[str], with_corpus: bool) -> list[str]:
    """Show the table.

    Returns:
        The ids of the ticked runs, in the order in which they were ticked.
    """
    order, param = list(runs.by_id), selection(runs)
    ticked = [order.index(run_id) for run_id in chosen if run_id in runs.by_id]
    event = st.dataframe(
        _table(store, runs, with_corpus),
        key=table_key(order, param.version),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": ticked}},
        hide_index=True,
        row_height=ROW_PX,
        height=ROW_PX * (min(len(order), MOST_ROWS) + 1) + 2,
        placeholder="",
        column_config=_columns(),
        alt="Runs: layers learned, losses, change against the baseline, time",
    )
    now = [order[row] for row in event.selection.rows if row < len(order)]
    # Those that stay keep their place, so that their colours stay; new ones come last.
    stayed = [run_id for run_id in chosen if run_id in now]
    chosen_now = stayed + [run_id for run_id in now if run_id not in stayed]
    param.hold(",".join(chosen_now))
    return chosen_now


@lru_cache(maxsize=8)  # once for a revision of the store, not for each tick of each page
def _table(store: Store, runs: RunList, with_corpus: bool) -> pa.Table:
    table = comparison.table(store, runs.rows, runs.baseline_by_run, small_curves(store, runs.rows))
    return table if with_corpus else table.drop_columns("corpus")


def table_key(order: Sequence[str], version: int) -> str:
    """Return the key of the table of these runs in this order."""
    return f"compare_table_{hashlib.sha256(','.join(order).encode()).hexdigest()[:10]}_{version}"


def colour_slots(chosen: Sequence[str]) -> dict[str, int]:
    """Return the number of a colour for each chosen run; a run keeps its own while chosen."""
    held: dict[str, int] = st.session_state.get("compare_slots", {})
    slots = {run_id: held[run_id] for run_id in chosen if run_id in held}
    for run_id in chosen:
        if run_id not in slots:
            slots[run_id] = next(k for k in range(len(chosen) + 1) if k not in slots.values())
    st.session_state["compare_slots"] = slots
    return slots


@cache  # Streamlit copies it
def _columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "name": column.TextColumn("Run", pinned=True, width=232),
        "status": column.MultiselectColumn(
            "Status",
            options=list(STATUS_COLOURS),
            color=list(STATUS_COLOURS.values()),
            width=90,
        ),
        "learned": column.TextColumn("Layers learned", width=106),
        "base": column.TextColumn("Base", width=62),
        "val": column.NumberColumn(
            "Validation",
            format="%.3f",
            width=82,
            help="The best loss on the validation songs, nats/char; lower is better.",
        ),
        "test": column.NumberColumn(
            "Test",
            format="%.3f",
            width=62,
            help="Loss of the best network on the test songs, read once at the end, nats/char.",
        ),
        "change": column.NumberColumn(
            "vs baseline",
            format="%+.1f %%",
            width=92,
            help="Test loss against the best network trained from nothing on the same songs.",
        ),
        "curve": column.LineChartColumn(
            "Curve", width=88, help="Validation loss, its first steep fall left out."
        ),
        "time": column.TextColumn("Time", width=84, alignment="right"),
        "trained": column.NumberColumn(
            "Weights", format="localized", width=76, help="How many weights learned."
        ),
        "corpus": column.TextColumn("Songs", width=118),
    }
