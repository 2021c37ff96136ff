"""The songs of a corpus: a list of them, how they are divided, and notes on their import."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lyricslab.config import THIRDS, SplitConfig
from lyricslab.errors import CorpusTooSmallError
from lyricslab.importing.notes import MANY_CHANGES
from lyricslab.importing.reading import Intake
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.songs.split import split
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.plain_tables import table_height
from lyricslab.ui.corpus import import_session
from lyricslab.ui.corpus.import_session import ImportSession

LIST_HEIGHT_PX = 430
TITLE_CHARS = 44
"""Longer titles would push the other columns out of sight."""
SIDES = ("to learn from", "to check by", "to judge by")
SHARES = {"tenths": "80 / 10 / 10", "thirds": "Thirds"}


def song_list(songs: Sequence[Song], sides: Sequence[str], at: int, key: str) -> int:
    """Show the songs in a table; return which one is selected."""
    table = pd.DataFrame(
        {
            "Title": [(song.title or first_line(song))[:TITLE_CHARS] for song in songs],
            "Lines": [len(song.sung_lines) for song in songs],
            "Used": list(sides) or [""] * len(songs),
        }
    )
    event = st.dataframe(
        table,
        hide_index=True,
        height=table_height(len(table), LIST_HEIGHT_PX),
        key=key,
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [at]}},
        column_config={
            "Title": st.column_config.TextColumn(),
            "Lines": st.column_config.NumberColumn(width="small"),
            "Used": st.column_config.TextColumn("Used to", width="small"),
        },
        alt="The songs, their lengths and what each is used for.",
    )
    rows = event["selection"]["rows"]
    return rows[0] if rows and rows[0] < len(songs) else at


def first_line(song: Song) -> str:
    """Return the name of a song without a title in a list."""
    start = song.text.split("\n", 1)[0].strip()
    return f"({start[:40]})" if start else "(no words)"


def undo(now: ImportSession) -> None:
    """Offer to undo the latest step, if there was one."""
    if now.past:
        st.button(
            "Undo",
            icon=":material/undo:",
            type="tertiary",
            on_click=import_session.undo,
            help="Takes back what you did last: a correction, or a file added or left out.",
        )


def ask_shares() -> None:
    """Ask how the songs are divided: shares and seed."""
    st.segmented_control(
        "Divide the songs",
        list(SHARES),
        format_func=SHARES.__getitem__,
        key=import_session.key("shares"),
        on_change=import_session.keep,
        args=("shares",),
        required=True,
        help="Percent of the songs to learn from / to check by while learning / to judge by in the "
        "end. The paper divides in thirds.",
    )
    st.number_input(
        "Seed",
        0,
        2**31 - 1,
        key=import_session.key("seed"),
        on_change=import_session.keep,
        args=("seed",),
        width=140,
        help="Which division it is; the same seed gives the same one.",
    )


def shares_of(now: ImportSession) -> SplitConfig:
    """Return how the songs are divided: shares and seed."""
    return SplitConfig(**(THIRDS if now.shares == "thirds" else {}), seed=int(now.seed))


def sides_of(corpus: Corpus, split_config: SplitConfig) -> list[str]:
    """Return what each song is used to do: learn, check or judge; empty if they are too few."""
    try:
        splits = split(corpus, split_config)
    except CorpusTooSmallError:
        return []
    words = ("learn", "check", "judge")
    by_song = {id(song): word for word, songs in zip(words, splits, strict=True) for song in songs}
    return [by_song[id(song)] for song in corpus.songs]


def learned_from(corpus: Corpus, sides: Sequence[str]) -> int:
    """Return the characters of the songs to learn from; 0 if they are too few to be divided."""
    learned = (song for song, side in zip(corpus.songs, sides, strict=False) if side == "learn")
    return sum(len(song.framed) for song in learned)


def division(corpus: Corpus, sides: Sequence[str]) -> None:
    """Say how the songs are divided, and which characters they use."""
    if sides:
        counts = [list(sides).count(word) for word in ("learn", "check", "judge")]
        divided = [f"{n:,} {side}" for n, side in zip(counts, SIDES, strict=True)]
        st.text(f"Songs: {', '.join(divided)}.")
    used = corpus.counts.characters_used.replace("\n", "").replace("\t", "")
    with st.expander(f"Characters used: {len(used)}", icon=":material/abc:"):
        st.code(used, language=None, wrap_lines=True)


def notes(songs: Intake) -> None:
    """Show the notes about the import; as warnings where much of the text was changed."""
    much = songs.changed_share >= MANY_CHANGES
    for text in songs.notes:
        if much:
            st.warning(plain(text), icon=":material/translate:")
        else:
            st.caption(f":material/info: {plain(text)}")
