"""A sheet of paper that fills with a song, line by line."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.ui.boundary import plain
from lyricslab.ui.writing import Sheet, title_and_lyrics

STYLE = """<style>
[class*="st-key-sheet_title"] [data-testid="stText"] *,
[class*="st-key-sheet_lyrics"] [data-testid="stText"] * { font-family: "Source Serif", serif; }
[class*="st-key-sheet_title"] [data-testid="stText"] {
    font-size: 1.3rem; font-weight: 600; line-height: 1.3;
}
[class*="st-key-sheet_lyrics"] [data-testid="stText"] { font-size: 1.05rem; line-height: 1.65; }
</style>"""


@dataclass(frozen=True, slots=True)
class Paper:
    """The places on one sheet. A song is users' text: only `text` may show it, never Markdown."""

    title: DeltaGenerator
    lyrics: DeltaGenerator
    foot: DeltaGenerator

    def show(self, sheet: Sheet, ending: str) -> None:
        """Puts a song on the sheet as far as it is written."""
        title, lyrics = title_and_lyrics(sheet.text)
        if title:
            self.title.text(title)
        self.lyrics.text(lyrics or " ")
        self.foot.caption(ending)


def paper(number: int, sheet: Sheet, width_px: int | None) -> Paper:
    """An empty sheet; without a width it takes the room there is."""
    with st.container(border=True, key=f"sheet_{number}", width=width_px or "stretch"):
        st.caption(f"{plain(sheet.writer)} · seed {sheet.seed}")
        with st.container(key=f"sheet_title_{number}"):
            title = st.empty()
        with st.container(key=f"sheet_lyrics_{number}"):
            lyrics = st.empty()
        return Paper(title, lyrics, st.empty())


def style() -> None:
    """Sets sheets in the headings' face, at a size for reading."""
    st.html(STYLE)
