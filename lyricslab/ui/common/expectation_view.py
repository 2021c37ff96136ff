"""What to expect of learning from a corpus, and the runs of ours that it is drawn from."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from lyricslab.analysis import expectation
from lyricslab.analysis.expectation import Expectation, FinishedRun, Measured, Range
from lyricslab.ui.common import theme, vega
from lyricslab.ui.common.vega import Chart, Spec
from lyricslab.wording import about

CHART_HEIGHT = 280
KIND_WORDS = {"today": "Songs of today", "old": "Old songs and ballads"}


def show(train_chars: int, key: str) -> None:
    """What to expect of learning from so many characters, and the runs it is drawn from."""
    st.markdown("#### What to expect")
    songs, novels = (expectation.expect(train_chars, base) for base in ("songs", "books"))
    for line in in_words(train_chars, songs, novels):
        st.markdown(line)
    st.caption(
        "Validation tells how well it predicts songs of yours that it does not learn from. Below "
        "the base means better than the base did before it learned from yours."
    )
    with st.expander("Our runs, one by one", icon=":material/scatter_plot:"):
        vega.draw(
            runs_chart(expectation.measured(), train_chars),
            key=f"{key}_runs",
            alt_text="How far below the base each of our runs came, by the text it learned from; "
            "yours is marked.",
        )
        st.caption(
            "Each dot is a run from the base of songs; the dashed line is as much text as yours. "
            "Songs of today are the two songbooks that come with the lab, old ones two printed "
            "collections from before 1911."
        )


def runs_chart(runs: Sequence[Measured], train_chars: int, dark: bool | None = None) -> Chart:
    """How far below the base our runs came, by how much text they learned from."""
    shown = [run for run in runs if run.base == "songs"]
    table = pa.table(
        {
            "chars": [run.train_chars for run in shown],
            "below": [run.below for run in shown],
            "epoch": [run.settled_epoch for run in shown],
            "kind": [KIND_WORDS[run.kind] for run in shown],
        }
    )
    sizes = [train_chars, *(run.train_chars for run in shown)]
    low, high = min(sizes), max(sizes)
    at_x = vega.number(
        "chars",
        scale={"type": "log", "domain": [low / 1.15, high * 1.15], "nice": False},
        title="Characters to learn from",
        axis={"values": _ticks(low, high), "format": ",", "grid": False},
    )
    colours = [theme.colour("run", dark), theme.colour("base", dark)]
    dots = {
        "x": at_x,
        "y": vega.number("below", title="Below the base", axis={"format": "%", "tickCount": 5}),
        "color": vega.word(
            "kind",
            scale={"domain": list(KIND_WORDS.values()), "range": colours},
            legend={"title": None, "orient": "top", "symbolOpacity": 1},
        ),
        "tooltip": [
            vega.word("kind", title="Learned from"),
            vega.number("chars", title="Characters", format=","),
            vega.number("below", title="Below the base", format=".1%"),
            vega.number("epoch", title="Stopped falling at epoch", format=".0f"),
        ],
    }
    rule = {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 1.5}
    rule["color"] = theme.colour("baseline", dark)
    dot = {"type": "point", "filled": True, "size": 55, "opacity": 0.75}
    layers: list[Spec] = [
        {"data": {"name": "yours"}, "mark": rule, "encoding": {"x": at_x}},
        {"data": {"name": "runs"}, "mark": dot, "encoding": dots},
    ]
    tables = {"yours": pa.table({"chars": [train_chars]}), "runs": table}
    return Chart.of(layers, tables, CHART_HEIGHT)


def _ticks(low: float, high: float) -> list[int]:
    """Round numbers for a logarithmic axis."""
    round_numbers = (step * 10**power for power in range(2, 9) for step in (1, 2, 5))
    return [number for number in round_numbers if low / 1.15 <= number <= high * 1.15]


def in_words(train_chars: int, found: Expectation, novels: Expectation) -> list[str]:
    """What to expect of learning from so much text, in plain sentences (Markdown, ours).

    Args:
        found, novels: what to expect from the base of songs, and from that of novels.
    """
    plan = (
        f"**About {_round(train_chars)} characters to learn from.** The preset Studio reads them "
        f"{found.epochs:.0f} times (epochs) in about {about(found.seconds)}."
    )
    said = [plan]
    today, old = found.outcomes.get("today"), found.outcomes.get("old")
    if today:
        said.append(_runs(today, "songs of today", found))
    if old and today:
        said.append(
            "Old songs and ballads, of which the base of songs has read many, gain less: "
            f"{_below(old)} after {_epochs(old)}, in most of {old.runs} runs."
        )
    elif old:
        said.append(
            f"{_runs(old, 'old songs and ballads', found)} Songs of today, of which it has read "
            "none, gained more where we tried."
        )
    kind = "today" if today else "old"
    if kind in novels.outcomes:
        like = novels.outcomes[kind]
        said.append(f"From the base of novels, such songs came {_below(like)} below that base.")
    if not found.outcomes:
        low, high = expectation.reach()
        said.append(
            f"No run of ours was on about as much text: they learned from {_round(low)} to "
            f"{_round(high)} characters."
        )
    said.append(
        "An estimate, not a promise: yours may differ, above all where few songs are there to "
        "check by."
    )
    return said


def _runs(outcome: FinishedRun, kind: str, found: Expectation) -> str:
    return (
        f"In most of {outcome.runs} runs of ours on about as much text, {kind}, validation had "
        f"all but stopped falling after {_epochs(outcome, found)}, {_below(outcome)} below the "
        "base."
    )


def _round(chars: int) -> str:
    """A number of characters as one would say it: "49,000"."""
    return f"{round(chars, 2 - len(str(chars))):,}"


def _epochs(outcome: FinishedRun, of: Expectation | None = None) -> str:
    """When it settled: "6 to 9 epochs", "1 of 20 epochs"."""
    spoken = _from_to(outcome.settled_epoch, 1)
    if of is not None:
        return f"{spoken} of {of.epochs:.0f} epochs"
    return f"{spoken} epoch" if spoken == "1" else f"{spoken} epochs"


def _below(outcome: FinishedRun) -> str:
    return _from_to(outcome.below, 100) + " %"


def _from_to(found: Range, times: float) -> str:
    low, high = round(found.low * times), round(found.high * times)
    return f"{low}" if low == high else f"{low} to {high}"
