"""A corpus in figures: its words, its lengths, what is repeated, and what to expect of learning."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.english.statistics import (
    CorpusStatistics,
    SimilarSongs,
    UsedWord,
    corpus_statistics,
)
from lyricslab.report.charts.song_lengths_chart import line_range, song_lengths_chart
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.ui.common import expectation_view, theme
from lyricslab.ui.common.bars import Bar, bars
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.word_chips import Chip, chips
from lyricslab.wording import listed, plural

CHIPS = 36
MAX_USED = 12
ENGLISH_SHARE = 0.6
"""With a smaller share of English words a comparison with English says nothing."""
PANEL_PX = 430
"""The least width of a panel; two are side by side where there is room."""
TITLE_CHARS = 40
NAMED = 3
"""The most songs named of a group; the rest are counted."""
ROWS = 8


def show(corpus: Corpus, train_chars: int, key: str = "reading") -> None:
    """Show everything there is to know about a corpus before learning from it.

    Args:
        train_chars: characters of the songs to learn from, as the corpus is divided; 0 if it
            cannot be divided, and nothing is expected of it.
        key: tells it from another one on the same page.
    """
    found = _reading(corpus.digest, corpus)
    _figures(found)
    with st.grid(2, min_column_width=PANEL_PX, gap=("medium", "large")) as grid:
        with grid.cell():
            _words(found, key)
        with grid.cell():
            _lengths(found, key)
        with grid.cell():
            _repeated(found, corpus.songs, key)
        if train_chars > 0:
            with grid.cell():
                expectation_view.show(corpus, train_chars, f"{key}_expectation")


@st.cache_data(show_spinner="Reading the songs", max_entries=16)
def _reading(digest: str, _corpus: Corpus) -> CorpusStatistics:
    return corpus_statistics(_corpus)


# ---- figures


def _figures(found: CorpusStatistics) -> None:
    repeated, known = (
        f"{share:.0%}".replace("%", " %")
        for share in (found.repeated_line_share, found.english_share)
    )
    facts = {
        "Songs": f"{found.songs:,}",
        "Lines": f"{found.lines:,}",
        "Words": f"{found.words:,}",
        "Different words": f"{found.distinct_words:,}",
        "Known in English": known,
        "Characters": f"{found.characters:,}",
        "Characters a line": f"{found.line_chars:.0f}",
        "Lines sung again": repeated,
    }
    if found.lines and found.english_share >= ENGLISH_SHARE:
        rhyming = f"{found.verse.rhyming_line_share:.0%}".replace("%", " %")
        facts |= {
            "Syllables a line": f"{found.verse.line_syllables:.0f}",
            "Lines that rhyme": rhyming,
        }
    hints = {
        "Known in English": "Words of the songs that stand in our list of general English, old and "
        "new. The rest are names, slang, other languages.",
        "Characters": "Letters, blanks, signs and line ends, titles included: what the network "
        "reads one by one.",
        "Lines that rhyme": "Lines that rhyme, at least nearly, with one of the four lines before "
        "or after in the same verse.",
        "Lines sung again": "Lines that repeat an earlier line of the same song, as a chorus does.",
    }
    with st.grid(len(facts), min_column_width=130, gap="small"):
        for label, value in facts.items():
            st.metric(label, value, help=hints.get(label))


# ---- words


def _words(found: CorpusStatistics, key: str) -> None:
    compared = found.english_share >= ENGLISH_SHARE
    st.markdown("#### Your words" if compared else "#### Most used words")
    if not found.words:
        st.caption("There are no words here yet.")
        return
    if not compared:
        st.caption(
            "Most of these words are not in our list of English, so they are not compared with it."
        )
        chips("The words that come most often", _plain_chips(found.frequent_words), f"{key}_words")
        return
    if found.distinctive_words:
        st.caption(
            "Words that these songs use far more than English at large, the surest first, and how "
            "often each one comes. Names that come again and again are here too."
        )
        chips("Words that are your own", _own_chips(found), f"{key}_words")
    else:
        st.caption("No word stands out from English at large; with more songs some will.")
    most = ", ".join(word.spelled for word in found.frequent_words[:MAX_USED])
    st.caption(f"Most used of all, as nearly everywhere in English: {most}.")


def _own_chips(found: CorpusStatistics) -> list[Chip]:
    shown = found.distinctive_words[:CHIPS]
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
    songs = plural(word.songs, "song")
    return f"{word.count:,} times, in {songs}"


# ---- lengths


def _lengths(found: CorpusStatistics, key: str) -> None:
    st.markdown("#### How long the songs are")
    if not found.lengths:
        st.caption("There are no songs here yet.")
        return
    peak = max(found.lengths, key=lambda one: one.songs)
    st.caption(
        f"How many songs have how many lines. The most common length is {line_range(peak)} lines."
    )
    draw_chart(
        song_lengths_chart(found.lengths, theme.shown()),
        key=f"{key}_lengths",
        alt_text="How many songs have how many lines: "
        + "; ".join(f"{line_range(one)} lines: {one.songs}" for one in found.lengths if one.songs),
    )


# ---- what is repeated


def _repeated(found: CorpusStatistics, songs: Sequence[Song], key: str) -> None:
    st.markdown("#### Repeated songs and lines")
    if not (found.versions or found.similar_pairs or found.shared_lines):
        st.caption("Nothing but refrains: no two songs share more than a line or two.")
        return
    if found.versions:
        st.caption(
            "Versions of one song, with at least half of their lines the same. They stay on one "
            "side when the songs are divided; but what is there twice is learned twice, so you may "
            "want to keep only the best one."
        )
        _pairs("Versions of one song", found.versions, songs, f"{key}_versions")
    if found.similar_pairs:
        st.caption("Songs that have some lines in common:")
        _pairs("Songs with lines in common", found.similar_pairs, songs, f"{key}_alike")
    if found.shared_lines:
        st.caption("Lines that occur in several songs, which otherwise differ:")
        rows = [Bar(line.text, f"{len(line.songs)} songs") for line in found.shared_lines]
        _some("Lines that occur in several songs", rows, f"{key}_travelling")


def _pairs(label: str, those: Sequence[SimilarSongs], songs: Sequence[Song], key: str) -> None:
    """Show songs that share lines, with how many of the shorter one's that is."""
    _some(
        label,
        [
            Bar(
                _names(one.songs, songs),
                f"{one.shared_lines} of {one.shorter_lines} lines",
                one.similarity[0],
            )
            for one in those
        ],
        key,
    )


def _some(label: str, rows: Sequence[Bar], key: str) -> None:
    """Show the first few rows; the rest are counted."""
    bars(label, rows[:ROWS], key)
    if len(rows) > ROWS:
        st.caption(f"And {len(rows) - ROWS:,} more.")


def _names(which: Sequence[int], songs: Sequence[Song]) -> str:
    """Return the titles of a few songs, as a sentence lists them."""
    shown = [_title(songs[k]) for k in which[:NAMED]]
    more = [f"{len(which) - NAMED} more"] if len(which) > NAMED else []
    return listed([*shown, *more])


def _title(song: Song) -> str:
    title = song.title or song.text.split("\n", 1)[0]
    return title if len(title) <= TITLE_CHARS else title[: TITLE_CHARS - 1].rstrip() + "\u2026"
