"""What to expect of fine-tuning on a corpus, and our runs that the estimate is based on."""

from __future__ import annotations

import streamlit as st

from lyricslab.analysis import expectation
from lyricslab.analysis.expectation import Expectation, FinishedRun, Range
from lyricslab.report.charts.measured_runs_chart import measured_runs_chart
from lyricslab.ui.common import theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.wording import about


def show(train_chars: int, key: str) -> None:
    """Show what to expect of learning from this many characters, and our runs."""
    st.markdown("#### What to expect")
    songs, novels = (expectation.expect(train_chars, base) for base in ("songs", "books"))
    for line in in_words(train_chars, songs, novels):
        st.markdown(line)
    st.caption(
        "Validation measures how well it predicts songs of yours that it does not learn from. "
        "Below the base means better than the base before it learned from yours."
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


def in_words(train_chars: int, songs: Expectation, novels: Expectation) -> list[str]:
    """Return what to expect in plain sentences, as Markdown.

    Args:
        songs, novels: what to expect from the base of songs, and from that of novels.
    """
    plan = (
        f"**About {_round(train_chars)} characters to learn from.** The preset Studio reads them "
        f"{songs.epochs:.0f} times (epochs) in about {about(songs.seconds)}."
    )
    sentences = [plan]
    today, old = songs.outcomes.get("today"), songs.outcomes.get("old")
    if today:
        sentences.append(_runs(today, "songs of today", songs))
    if old and today:
        sentences.append(
            "Old songs and ballads, of which the base of songs has read many, gain less: "
            f"{_below(old)} after {_epochs(old)}, in most of {old.runs} runs."
        )
    elif old:
        sentences.append(
            f"{_runs(old, 'old songs and ballads', songs)} Songs of today, of which it has read "
            "none, gained more where we tried."
        )
    kind = "today" if today else "old"
    if kind in novels.outcomes:
        like = novels.outcomes[kind]
        sentences.append(
            f"From the base of novels, such songs came {_below(like)} below that base."
        )
    if not songs.outcomes:
        low, high = expectation.reach()
        sentences.append(
            f"No run of ours was on about as much text: they learned from {_round(low)} to "
            f"{_round(high)} characters."
        )
    sentences.append(
        "An estimate, not a promise: yours may differ, above all where few songs are there to "
        "check by."
    )
    return sentences


def _runs(outcome: FinishedRun, kind: str, of: Expectation) -> str:
    return (
        f"In most of {outcome.runs} runs of ours on about as much text, {kind}, validation had "
        f"all but stopped falling after {_epochs(outcome, of)}, {_below(outcome)} below the "
        "base."
    )


def _round(chars: int) -> str:
    """Return a rounded number of characters: "49,000"."""
    return f"{round(chars, 2 - len(str(chars))):,}"


def _epochs(outcome: FinishedRun, of: Expectation | None = None) -> str:
    """Return when validation stopped falling: "6 to 9 epochs", "1 of 20 epochs"."""
    epochs = _from_to(outcome.settled_epoch, 1)
    if of is not None:
        return f"{epochs} of {of.epochs:.0f} epochs"
    return f"{epochs} epoch" if epochs == "1" else f"{epochs} epochs"


def _below(outcome: FinishedRun) -> str:
    return _from_to(outcome.below, 100) + " %"


def _from_to(bounds: Range, times: float) -> str:
    low, high = round(bounds.low * times), round(bounds.high * times)
    return f"{low}" if low == high else f"{low} to {high}"
