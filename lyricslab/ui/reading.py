"""A corpus as a reader sees it: its figures, its words, its lengths, what stands twice, and what
to expect of learning from it."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from lyricslab.learning import expectation
from lyricslab.learning.expectation import Expectation, Measured, Outcome, Range
from lyricslab.text.corpus import Corpus
from lyricslab.text.reading import Bin, Reading, Shared, UsedWord, read
from lyricslab.text.song import Song
from lyricslab.ui import theme
from lyricslab.ui.bars import Bar, bars
from lyricslab.ui.captions import about, listed
from lyricslab.ui.chips import Chip, chips

CHIPS = 36
MOST_USED = 12
ENGLISH_SHARE = 0.6
"""With fewer words known in English a comparison with English says nothing."""
CHART_HEIGHT = 230
RUNS_HEIGHT = 280
PANEL_PX = 430
"""Two panels stand side by side where each has so much room."""
TITLE_CHARS = 40
NAMED = 3
"""Of more songs that belong together the rest are counted."""
ROWS = 8
KIND_WORDS = {"today": "Songs of today", "old": "Old songs and ballads"}


def show(corpus: Corpus, train_chars: int, key: str = "reading") -> None:
    """Draws everything there is to know about a corpus before learning from it.

    Args:
        train_chars: characters of the songs to learn from, as the corpus is divided; 0 if it
            cannot be divided, and nothing is expected of it.
        key: tells it from another reading on the same page.
    """
    found = _reading(corpus.digest, corpus)
    _figures(found)
    with st.grid(2, min_column_width=PANEL_PX, gap=("medium", "large")) as grid:
        with grid.cell():
            _words(found, key)
        with grid.cell():
            _lengths(found, key)
        with grid.cell():
            _twice(found, corpus.songs, key)
        if train_chars > 0:
            with grid.cell():
                _expect(train_chars, key)


@st.cache_data(show_spinner="Reading the songs", max_entries=16)
def _reading(digest: str, _corpus: Corpus) -> Reading:
    return read(_corpus)


# ---- figures


def _figures(found: Reading) -> None:
    repeated = f"{found.repeated_line_share:.0%}".replace("%", " %")
    facts = {
        "Songs": f"{found.songs:,}",
        "Lines": f"{found.lines:,}",
        "Words": f"{found.words:,}",
        "Different words": f"{found.different_words:,}",
        "Characters": f"{found.characters:,}",
        "Characters a line": f"{found.line_chars:.0f}",
        "Lines sung again": repeated,
    }
    hints = {
        "Characters": "Letters, blanks, signs and line ends, titles included: what the network "
        "reads one by one.",
        "Lines sung again": "Lines that repeat an earlier line of the same song, as a chorus does.",
    }
    with st.grid(len(facts), min_column_width=130, gap="small"):
        for label, value in facts.items():
            st.metric(label, value, help=hints.get(label))


# ---- words


def _words(found: Reading, key: str) -> None:
    compared = found.known_share >= ENGLISH_SHARE
    st.markdown("#### Your words" if compared else "#### Most used words")
    if not found.words:
        st.caption("There are no words here yet.")
        return
    if not compared:
        st.caption(
            "Most of these words are not in our list of English, so they are not compared with it."
        )
        chips("The words that come most often", _plain_chips(found.most_used), f"{key}_words")
        return
    if found.own_words:
        st.caption(
            "Words that these songs use far more than English at large, the surest first, and how "
            "often each one comes. Names that come again and again are here too."
        )
        chips("Words that are your own", _own_chips(found), f"{key}_words")
    else:
        st.caption("No word stands out from English at large; with more songs some will.")
    most = ", ".join(word.spelled for word in found.most_used[:MOST_USED])
    st.caption(f"Most used of all, as nearly everywhere in English: {most}.")


def _own_chips(found: Reading) -> list[Chip]:
    shown = found.own_words[:CHIPS]
    surest = max(word.g2 for word in shown)
    return [
        Chip(
            word.spelled, f"{word.count:,}", _compared(word, found.words), (word.g2 / surest) ** 0.5
        )
        for word in shown
    ]


def _plain_chips(used: Sequence[UsedWord]) -> list[Chip]:
    most = max(word.count for word in used)
    return [
        Chip(word.spelled, f"{word.count:,}", _times(word), word.count / most)
        for word in used[:CHIPS]
    ]


def _compared(word: UsedWord, words: int) -> str:
    usual = word.english_per_million * words / 1e6
    about = f"about {usual:,.0f}" if usual >= 1.5 else "once" if usual >= 0.75 else "not even once"
    return f"{_times(word)}. In as much English at large it would come {about}."


def _times(word: UsedWord) -> str:
    songs = "1 song" if word.songs == 1 else f"{word.songs:,} songs"
    return f"{word.count:,} times, in {songs}"


# ---- lengths


def _lengths(found: Reading, key: str) -> None:
    st.markdown("#### How long the songs are")
    if not found.lengths:
        st.caption("There are no songs here yet.")
        return
    peak = max(found.lengths, key=lambda one: one.songs)
    st.caption(f"How many songs have how many lines. The commonest length is {_span(peak)} lines.")
    st.altair_chart(
        lengths_chart(found.lengths),
        key=f"{key}_lengths",
        alt="How many songs have how many lines: "
        + "; ".join(f"{_span(one)} lines: {one.songs}" for one in found.lengths if one.songs),
    )


def lengths_chart(bins: Sequence[Bin], dark: bool | None = None) -> alt.LayerChart:
    """How many songs have how many lines, as bars."""
    table = pd.DataFrame(
        {
            "lines": [_span(one) for one in bins],
            "songs": [one.songs for one in bins],
            "shown": [str(one.songs) if one.songs else "" for one in bins],
        }
    )
    base = alt.Chart(table).encode(
        x=alt.X(
            "lines:N",
            sort=None,
            title="Lines",
            axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=6, ticks=False),
            scale=alt.Scale(paddingInner=0.12),
        ),
        y=alt.Y("songs:Q", title=None, axis=None),
        tooltip=[alt.Tooltip("lines:N", title="Lines"), alt.Tooltip("songs:Q", title="Songs")],
    )
    columns = base.mark_bar(color=theme.colour("base", dark), cornerRadiusEnd=3)
    counts = base.mark_text(dy=-8, fontSize=12, color=theme.colour("baseline", dark))
    layers = [columns, counts.encode(text="shown:N")]
    return _layered(layers, CHART_HEIGHT)


def _span(one: Bin) -> str:
    if one.high is None:
        return f"{one.low}+"
    return f"{one.low}" if one.high == one.low else f"{one.low}\u2013{one.high}"


# ---- what stands twice


def _twice(found: Reading, songs: Sequence[Song], key: str) -> None:
    st.markdown("#### What stands twice")
    if not (found.versions or found.alike or found.travelling):
        st.caption("Nothing but refrains: no two songs share more than a line or two.")
        return
    if found.versions:
        st.caption(
            "Versions of one song, with at least half of their lines the same. They stay on one "
            "side when the songs are divided; but what stands twice is learned twice, so you may "
            "want to keep only the best one."
        )
        _pairs("Versions of one song", found.versions, songs, f"{key}_versions")
    if found.alike:
        st.caption("Songs that have some lines in common:")
        _pairs("Songs with lines in common", found.alike, songs, f"{key}_alike")
    if found.travelling:
        st.caption("Lines that stand in several songs, which otherwise differ:")
        rows = [Bar(line.text, f"{len(line.songs)} songs") for line in found.travelling]
        _some("Lines that stand in several songs", rows, f"{key}_travelling")


def _pairs(label: str, those: Sequence[Shared], songs: Sequence[Song], key: str) -> None:
    """Songs that share lines, with how many of the shorter one's that is."""
    _some(
        label,
        [
            Bar(_names(one.songs, songs), f"{one.lines} of {one.of} lines", one.lines / one.of)
            for one in those
        ],
        key,
    )


def _some(label: str, rows: Sequence[Bar], key: str) -> None:
    """The first few rows; the rest is counted."""
    bars(label, rows[:ROWS], key)
    if len(rows) > ROWS:
        st.caption(f"And {len(rows) - ROWS:,} more.")


def _names(which: Sequence[int], songs: Sequence[Song]) -> str:
    """The titles of a few songs, as a sentence lists them."""
    shown = [_title(songs[k]) for k in which[:NAMED]]
    more = [f"{len(which) - NAMED} more"] if len(which) > NAMED else []
    return listed([*shown, *more])


def _title(song: Song) -> str:
    title = song.title or song.text.split("\n", 1)[0]
    return title if len(title) <= TITLE_CHARS else title[: TITLE_CHARS - 1].rstrip() + "\u2026"


# ---- what to expect


def _expect(train_chars: int, key: str) -> None:
    st.markdown("#### What to expect")
    for line in in_words(train_chars, expectation.expect(train_chars)):
        st.markdown(line)
    st.caption(
        "Validation tells how well it predicts songs of yours that it does not learn from. Below "
        "the base means better than the base did before it learned from yours."
    )
    with st.expander("Our runs, one by one", icon=":material/scatter_plot:"):
        st.altair_chart(
            runs_chart(expectation.measured(), train_chars),
            key=f"{key}_runs",
            alt="How far below the base each of our runs came, by the text it learned from; "
            "yours is marked.",
        )
        st.caption(
            "Each dot is a run from the base of songs. The dashed line is as much text as yours."
        )


def runs_chart(
    runs: Sequence[Measured], train_chars: int, dark: bool | None = None
) -> alt.LayerChart:
    """How far below the base our runs came, by how much text they learned from."""
    table = pd.DataFrame(
        {
            "chars": [run.train_chars for run in runs if run.base == "songs"],
            "below": [run.below for run in runs if run.base == "songs"],
            "epoch": [run.settled_epoch for run in runs if run.base == "songs"],
            "kind": [KIND_WORDS[run.kind] for run in runs if run.base == "songs"],
        }
    )
    low, high = min(*table["chars"], train_chars), max(*table["chars"], train_chars)
    at_x = alt.X(
        "chars:Q",
        scale=alt.Scale(type="log", domain=[low / 1.15, high * 1.15], nice=False),
        title="Characters to learn from",
        axis=alt.Axis(values=_ticks(low, high), format=",", grid=False),
    )
    colours = [theme.colour("run", dark), theme.colour("base", dark)]
    dots = (
        alt.Chart(table)
        .mark_point(filled=True, size=55, opacity=0.75)
        .encode(
            x=at_x,
            y=alt.Y("below:Q", title="Below the base", axis=alt.Axis(format="%", tickCount=5)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(KIND_WORDS.values()), range=colours),
                legend=alt.Legend(title=None, orient="top", symbolOpacity=1),
            ),
            tooltip=[
                alt.Tooltip("kind:N", title="Learned from"),
                alt.Tooltip("chars:Q", title="Characters", format=","),
                alt.Tooltip("below:Q", title="Below the base", format=".1%"),
                alt.Tooltip("epoch:Q", title="Stopped falling at epoch", format=".0f"),
            ],
        )
    )
    yours = (
        alt.Chart(pd.DataFrame({"chars": [train_chars]}))
        .mark_rule(strokeDash=[6, 4], strokeWidth=1.5, color=theme.colour("baseline", dark))
        .encode(x=at_x)
    )
    return _layered([yours, dots], RUNS_HEIGHT)


def _layered(layers: list[alt.Chart], height: int) -> alt.LayerChart:
    chart: alt.LayerChart = alt.LayerChart(layer=layers).properties(height=height)
    return chart


def _ticks(low: float, high: float) -> list[int]:
    """Round numbers for a logarithmic axis."""
    round_numbers = (step * 10**power for power in range(2, 9) for step in (1, 2, 5))
    return [number for number in round_numbers if low / 1.15 <= number <= high * 1.15]


def in_words(train_chars: int, found: Expectation) -> list[str]:
    """What to expect of learning from so much text, in plain sentences (Markdown, ours)."""
    plan = (
        f"**About {_round(train_chars)} characters to learn from.** The preset Studio reads them "
        f"{found.epochs:.0f} times (epochs) in about {about(found.seconds)}."
    )
    said = [plan]
    today, old = found.outcomes.get("today"), found.outcomes.get("old")
    if today:
        said.append(
            f"In {today.runs} runs of ours on about as much text, songs of today, validation had "
            f"all but stopped falling after {_epochs(today, found)}, "
            f"{_below(today)} below the base."
        )
    if old:
        instead = "Old songs and ballads, of which the base of songs has read many, gain less"
        said.append(
            f"{instead}: {_below(old)} after {_epochs(old)}, in {old.runs} runs."
            if today
            else f"In {old.runs} runs of ours on about as much text, old songs and ballads, "
            f"validation had all but stopped falling after {_epochs(old, found)}, "
            f"{_below(old)} below the base. Songs of today, of which it has read none, gained more "
            "where we tried."
        )
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


def _round(chars: int) -> str:
    """A number of characters as one would say it: "49,000"."""
    return f"{round(chars, 2 - len(str(chars))):,}"


def _epochs(outcome: Outcome, of: Expectation | None = None) -> str:
    """When it settled: "6 to 9 epochs", "1 of 20 epochs"."""
    spoken = _from_to(outcome.settled_epoch, 1)
    if of is not None:
        return f"{spoken} of {of.epochs:.0f} epochs"
    return f"{spoken} epoch" if spoken == "1" else f"{spoken} epochs"


def _below(outcome: Outcome) -> str:
    return _from_to(outcome.below, 100) + " %"


def _from_to(found: Range, times: float) -> str:
    low, high = round(found.low * times), round(found.high * times)
    return f"{low}" if low == high else f"{low} to {high}"
