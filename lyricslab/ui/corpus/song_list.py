"""The songs of a corpus: a list, one of them in full, and the corrections to it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lyricslab.config import THIRDS, SplitConfig
from lyricslab.errors import CorpusTooSmallError, InputError
from lyricslab.importing.notes import MANY_CHANGES
from lyricslab.importing.reading import Intake
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.songs.split import split
from lyricslab.ui.common.error_boundary import plain, problem
from lyricslab.ui.common.plain_tables import table_height
from lyricslab.ui.corpus import import_session
from lyricslab.ui.corpus.import_session import ImportSession

LIST_HEIGHT_PX = 430
TITLE_CHARS = 44
"""Longer titles would push the other columns out of sight."""
RENAME_CHARS = 90
SIDES = ("to learn from", "to check by", "to judge by")
SHARES = {"tenths": "80 / 10 / 10", "thirds": "Thirds"}


def song_list(songs: Sequence[Song], sides: Sequence[str], at: int, key: str) -> int:
    """Show the songs in a table; return which one is selected."""
    table = pd.DataFrame(
        {
            "Title": [(song.title or first_line(song))[:TITLE_CHARS] for song in songs],
            "Lines": [sum(1 for line in song.text.split("\n") if line.strip()) for song in songs],
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


def corrections(now: ImportSession, songs: Intake) -> None:
    """Show one song with numbered lines; offer to rename, split, join and drop it."""
    k = min(now.at, len(songs.songs) - 1)
    song = songs.songs[k]
    lines = song.text.split("\n")
    st.text(f"Song {k + 1} of {len(songs.songs)}: {song.title or first_line(song)}")
    st.code(song.text, language=None, line_numbers=True, wrap_lines=True, height=300)
    with st.container(horizontal=True, gap="small"):
        _rename(now, songs, k)
        with st.popover(
            "Split",
            icon=":material/call_split:",
            disabled=len(lines) < 2,
            key=f"splitting_{now.turn}",
        ):
            line = st.number_input(
                "The next song begins with line",
                2,
                max(2, len(lines)),
                max(2, len(lines) // 2 + 1),
                key=f"line_of_{k}_{now.turn}",
            )
            st.text(lines[min(line, len(lines)) - 1].strip() or "(an empty line)")
            if st.button("Split here", key=f"split_{k}_{now.turn}"):
                try:
                    _take(songs.split_at(k, line - 1))
                except InputError as error:
                    problem(error)
        last = k == len(songs.songs) - 1
        if st.button("Join with next", icon=":material/merge:", disabled=last, key="join_song"):
            _take(songs.join(k))
        alone = len(songs.songs) == 1
        if st.button("Drop", icon=":material/delete:", disabled=alone, key="drop_song"):
            _take(songs.drop(k))


def _rename(now: ImportSession, songs: Intake, k: int) -> None:
    # Its key changes with the session: once the song is renamed, it is another popover, closed.
    with st.popover("Rename", icon=":material/edit:", key=f"renaming_{now.turn}"):
        old = songs.songs[k].title[:RENAME_CHARS]
        title = st.text_input("Title", old, RENAME_CHARS, key=f"title_of_{k}_{now.turn}")
        # A title arrives by Enter, and by leaving the field for the button: no need to ask it.
        st.button("Rename", key=f"rename_{k}_{now.turn}")
        if title != old:
            _take(songs.rename(k, title))


def all_songs(now: ImportSession, songs: Intake) -> None:
    """Offer the corrections to all songs at once."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if songs.long_texts:
            pieces = st.button(
                "Cut long texts into pieces",
                icon=":material/content_cut:",
                help="At paragraphs where possible; each piece then counts as a song.",
            )
            if pieces:
                _take(songs.in_chunks(), 0)
        undo(now)


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


def shares() -> SplitConfig:
    """Ask how the songs are divided: shares and seed."""
    way = st.segmented_control(
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
    seed = st.number_input(
        "Seed",
        0,
        2**31 - 1,
        key=import_session.key("seed"),
        on_change=import_session.keep,
        args=("seed",),
        width=140,
        help="Which division it is; the same seed gives the same one.",
    )
    return SplitConfig(**(THIRDS if way == "thirds" else {}), seed=int(seed))


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


def figures(corpus: Corpus, sides: Sequence[str]) -> None:
    """Show a corpus in figures, and what so much text is good for."""
    facts = corpus.counts
    columns = st.columns(4)
    for column, (label, value) in zip(
        columns,
        {
            "Songs": facts.songs,
            "Lines": facts.lines,
            "Characters": facts.characters,
            "Longest song": facts.longest_song_chars,
        }.items(),
        strict=True,
    ):
        column.metric(label, f"{value:,}", border=True)
    counts = [list(sides).count(word) for word in ("learn", "check", "judge")]
    said = [corpus.verdict] if corpus.large_enough else []
    if sides:
        divided = [f"{n:,} {side}" for n, side in zip(counts, SIDES, strict=True)]
        said.append(f"Songs: {', '.join(divided)}.")
    if said:
        st.text("\n".join(said))
    used = facts.characters_used.replace("\n", "").replace("\t", "")
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


def _take(songs: Intake, at: int | None = None) -> None:
    import_session.correct(songs, at)
    st.rerun()
