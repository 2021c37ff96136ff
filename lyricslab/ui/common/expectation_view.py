"""What to expect of learning from a corpus, and the runs of ours that it is drawn from."""

from __future__ import annotations

import streamlit as st

from lyricslab.analysis import expectation
from lyricslab.analysis.expectation import Expectation, FinishedRun, Range
from lyricslab.report.charts.measured_runs_chart import measured_runs_chart
from lyricslab.ui.common import theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.wording import about


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
        draw_chart(
            measured_runs_chart(expectation.measured(), train_chars, theme.shown()),
            key=f"{key}_runs",
            alt_text="How far below the base each of our runs came, by the text it learned from; "
            "yours is marked.",
        )
        st.caption(
            "Each dot is a run from the base of songs; the dashed line is as much text as yours. "
            "Songs of today are the two songbooks that come with the lab, old ones two printed "
            "collections from before 1911."
        )


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
