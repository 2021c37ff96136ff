"""Figures 2 to 4: what the three kinds of network write, and how much of it is English."""

from __future__ import annotations

import streamlit as st

from lyricslab.english.lexicon import EnglishShare
from lyricslab.report.samples import SAMPLES, TEMPERATURE, Writing, Yardstick, writers
from lyricslab.store.store import Store
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.paper import cached_experiments
from lyricslab.ui.paper.book_table import Cell, Group, Row, book_table
from lyricslab.ui.paper.cached_experiments import ShownSweep

FIGURES = {"baseline": 2, "books": 3, "song lyrics": 4}


def songs(store: Store, found: ShownSweep) -> None:
    """Show the counts for each kind of network, and a sample of each."""
    if not writers(found.table):
        st.caption("They write here as soon as the first runs are done.")
        return
    st.markdown(
        "Of each kind the network that validation chose writes 1,000 characters at temperature "
        f"{TEMPERATURE}, from a seed that is always the same. The paper looked at one sample of "
        f"each and judged by eye; here {SAMPLES} samples of each are counted by a rule."
    )
    with st.spinner(f"Each network writes {SAMPLES} samples."):
        written = cached_experiments.written(store, found)
    for sentence in written.missing:
        st.warning(plain(sentence))
    _counts(written.writings, written.yardstick)
    with st.expander("How is this counted?", icon=":material/straighten:"):
        st.markdown(
            "**English words** are those that our list of 21,000 words has, or that are plainly "
            "made from one of them; short ones are often hit by chance, so those of four letters "
            "or more are counted apart. "
            "**Longest copy** is the longest piece of any sample that is letter for letter in "
            "a song that the network learned from."
        )
    for column, writing in zip(
        st.columns(max(1, len(written.writings))), written.writings, strict=False
    ):
        with column:
            _sample(writing)


def _counts(writings: tuple[Writing, ...], yardstick: Yardstick | None) -> None:
    groups = (
        Group("words that are English", ("all", "4 letters or more")),
        Group("longest copy", ("characters",)),
    )
    rows = [
        Row(
            writing.writer.name,
            (
                *_shares(writing.english),
                Cell(str(writing.copy.chars)),
            ),
        )
        for writing in writings
    ]
    if yardstick is not None:
        name = f"songs by people: the {yardstick.songs} kept aside"
        copied = Cell(str(yardstick.copy.chars))
        rows.append(Row(name, (*_shares(yardstick.english), copied), mark="apart"))
    book_table("How much of what they write is English", "who writes", groups, rows, "paper_counts")


def _shares(english: EnglishShare) -> tuple[Cell, Cell]:
    return Cell(f"{english.all_words:.0%}"), Cell(f"{english.long_words:.0%}")


def _sample(writing: Writing) -> None:
    st.markdown(f"**{plain(writing.writer.name)}**")
    st.caption(f"as Figure {FIGURES[writing.writer.kind]} of the paper")
    with st.container(border=True):
        st.text(writing.text)
    if writing.copy.chars:
        st.caption(f"Its longest copy, from '{plain(writing.copied_from)}':")
        st.text(f"“{writing.copy.text.strip()}”")
