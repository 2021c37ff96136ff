"""Songs that are there twice with small differences: covers, drafts, other spellings."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.songs.similarity import near_duplicates
from lyricslab.songs.song import Song


def keep_longest(sheets: Sequence[TracedSong]) -> list[TracedSong | None]:
    """The songs, of near-duplicates only the longest; of equally long ones the first."""
    kept: list[TracedSong | None] = list(sheets)
    songs = [Song(sheet.title, sheet.text, sheet.artist) for sheet in sheets]
    for group in near_duplicates(songs):
        longest = max(group, key=lambda k: len(sheets[k].text))
        for k in group:
            if k != longest:
                kept[k] = None
    return kept
