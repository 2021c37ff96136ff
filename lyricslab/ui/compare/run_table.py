"""The table of runs: what is in the chart, stars, pins, the reference, and all figures.

It holds no state of its own: a click tells what was done, and the page answers with the table that
follows. A row that is pointed at and its line in the chart light up together, in the browser alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pyarrow as pa
import streamlit as st

from lyricslab.report.charts.loss_curves_spec import POINTED_AT
from lyricslab.store.store import Store
from lyricslab.ui.common import theme
from lyricslab.ui.common.component import component, left_out
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.plain_tables import plain_table
from lyricslab.ui.compare.comparison import label_of
from lyricslab.ui.compare.run_choice import MAX_PINNED, Choice
from lyricslab.ui.compare.run_groups import RunGroup, TableContent
from lyricslab.ui.compare.table_rows import rows_as_json

_INTERVAL = "Below it: where it would lie on other songs like these, 95 times of 100."
COLUMNS = {
    "learned": ("Learned", "What learned; the head always learns."),
    "base": ("Base", "The network that it began with."),
    "strength": (
        "Strength",
        "How much of what it learned is kept: 1 is all, 0 would be the base as it is. Chosen on "
        "the validation songs.",
    ),
    "val": (
        "Validation",
        f"The best loss on the validation songs, nats/char; lower is better. {_INTERVAL}",
    ),
    "test": (
        "Test",
        f"Loss of the network that is kept on the test songs, read once at the end. {_INTERVAL}",
    ),
    "val_change": (
        "Validation vs reference",
        "Its validation loss against that of the run that you named.",
    ),
    "test_change": ("", ""),
    "curve": ("Curve", "Validation loss, its first steep fall left out, each at its own scale."),
    "time": ("Time", "How long it trained."),
    "trained": ("Weights", "How many weights learned."),
    "corpus": ("Songs", "What it learned from."),
}
"""The columns after the name and the status: their headings, and what they mean."""
_VS_BASELINE = (
    "vs baseline",
    "Its test loss against that of the baseline of its songs, the best network trained from "
    f"nothing on them. {_INTERVAL}",
)
_VS_REFERENCE = (
    "Test vs reference",
    f"Its test loss against that of the run that you named. {_INTERVAL}",
)
SOMETIMES = ("strength", "val_change", "test_change")
"""Columns that are left out where they would be empty."""


class Shown(NamedTuple):
    """How the rows are marked, by their ids."""

    chosen: tuple[str, ...]
    """In the chart."""
    labels: tuple[str, ...]
    """What each of the chosen is called in the chart."""
    colours: tuple[str, ...]
    """Of each of the chosen, as "#rrggbb"."""
    pins: tuple[str, ...]
    against: str
    """The row that all others are measured against, or ""."""


_component = component(
    __file__, '<div class="frame" tabindex="0" role="region"><table></table></div>'
)


def show(
    store: Store,
    content: TableContent,
    chosen: Sequence[RunGroup],
    colours: Sequence[int],
    choice: Choice,
    one_corpus: bool,
) -> Mapping[str, Any]:
    """Show the table.

    Args:
        chosen: the rows in the chart, in order.
        colours: the number of the colour of each.
        one_corpus: whether all rows are of the same songs.

    Returns:
        What was done in it, as one of: `chosen`, ids of rows in the chart, in order; `pins`, ids;
        `against`, an id or ""; `star`, an id, and `on`. Empty if nothing was done.
    """
    of_number = theme.shown().runs(max(colours, default=0) + 1)
    shown = Shown(
        tuple(group.id for group in chosen),
        tuple(label_of(chosen).values()),
        tuple(of_number[number] for number in colours),
        tuple(dict.fromkeys(content.by_run[run_id].id for run_id in choice.pins)),
        content.reference.id if content.reference is not None else "",
    )
    if left_out():
        return _plain(store, content, shown)
    leave_out = [
        name
        for name, needless in (("corpus", one_corpus), ("val_change", content.reference is None))
        if needless
    ]
    result = _component(
        key="compare_table",
        data=_data(store, content, shown, tuple(leave_out), theme.colour("run")),
        on_did_change=_noted,
    )
    did: Mapping[str, Any] | None = result.did
    return did or {}


def _noted() -> None:
    """Do nothing: Streamlit tells what was done only if there is a callback."""


@lru_cache(maxsize=16)  # for a tick without news, and for everybody who sees the same
def _data(
    store: Store, content: TableContent, shown: Shown, leave_out: tuple[str, ...], tint: str
) -> bytes:
    """Return the rows and the view of them as the component reads them: JSON, a line each."""
    rows = rows_as_json(store, content)
    empty = {*leave_out, *(name for name in SOMETIMES if f'"{name}": ' not in rows)}
    view = {
        "label": "Runs: what learned, losses, differences, time",
        "names": "Run" if all(len(group.runs) == 1 for group in content.groups) else "Setting",
        "columns": [
            {"id": name, "title": title, "help": said}
            for name, (title, said) in _headings(content).items()
            if name not in empty
        ],
        "chosen": shown.chosen,
        "labels": dict(zip(shown.chosen, shown.labels, strict=True)),
        "colours": dict(zip(shown.chosen, shown.colours, strict=True)),
        "pins": shown.pins,
        "against": shown.against,
        "most": MAX_PINNED,
        "event": POINTED_AT,
        "tint": tint,
    }
    return f"{rows}\n{json.dumps(view)}".encode()


def _headings(content: TableContent) -> dict[str, tuple[str, str]]:
    """Return the heading of each column, and what it means."""
    return COLUMNS | {"test_change": _VS_REFERENCE if content.reference else _VS_BASELINE}


def _plain(store: Store, content: TableContent, shown: Shown) -> Mapping[str, Any]:
    """Show the same with Streamlit's own elements."""
    names = {group.id: group.name for group in content.groups}
    chosen = st.multiselect(
        "In the chart",
        list(names),
        default=list(shown.chosen),
        format_func=lambda run_id: plain(names[run_id]),
    )
    rows = json.loads(rows_as_json(store, content))
    columns = {"Run": [row["name"] for row in rows]}
    for name, (title, _) in _headings(content).items():
        if name != "curve":
            cells = [row["cells"].get(name, "") for row in rows]
            columns[title] = [cell if isinstance(cell, str) else " ".join(cell) for cell in cells]
    plain_table(pa.table(columns), "Runs: what learned, losses, differences, time")
    return {"chosen": chosen} if chosen != list(shown.chosen) else {}
