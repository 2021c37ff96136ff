"""A song of the artist whose songs a run learns from, and who that is."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lyricslab.library.corpora import load_corpus
from lyricslab.library.songbooks import Songbook, songbook_of
from lyricslab.songs.song import Song
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import song_sheet
from lyricslab.ui.common.error_boundary import plain
from lyricslab.wording import plural

HEIGHT_PX = 440


@dataclass(frozen=True, slots=True)
class OwnSongs:
    """The songs that a run learns from."""

    name: str
    """Of the corpus."""
    songs: tuple[Song, ...]
    book: Songbook | None
    """If they ship with the program."""

    @property
    def about(self) -> str:
        """Say who the artist is; "" if they are the person's own songs."""
        if self.book is None or not self.book.about:
            return ""
        return f"{self.book.artist} is made up, for this program. {self.book.about}"


def own_songs(store: Store, run: RunRow) -> OwnSongs:
    """Return the songs that a run learns from.

    Raises:
        NotFoundError: if they are gone.
        BrokenFileError: if their file is damaged.
    """
    corpus = load_corpus(store, run.corpus_id)
    return OwnSongs(run.corpus_name, corpus.songs, songbook_of(corpus.digest))


def show(own: OwnSongs, number: int) -> None:
    """Show one of the songs on a sheet."""
    song = own.songs[number % len(own.songs)]
    whose = own.book.artist if own.book is not None and own.book.artist else own.name
    of = f"the first of {plural(len(own.songs), 'song')}"
    place = of if not number % len(own.songs) else f"song {number % len(own.songs) + 1}"
    sheet("own", f"{whose}'s own: {place}" if own.book else f"From {whose}: {place}", song)


def sheet(key: str, heading: str, song: Song) -> None:
    """Show a song on a sheet of its own; as users' text, never as Markdown."""
    song_sheet.style()
    with st.container(border=True, height=HEIGHT_PX, key=f"sheet_{key}"):
        st.caption(plain(heading))
        if song.title:
            with st.container(key=f"sheet_title_{key}"):
                st.text(song.title)
        with st.container(key=f"sheet_lyrics_{key}"):
            st.text(song.text)
