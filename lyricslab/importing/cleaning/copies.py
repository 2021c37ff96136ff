"""Near-duplicates in a collection: covers, drafts, other spellings of the same song."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.songs.similarity import near_duplicates
from lyricslab.songs.song import Song


def keep_longest(songs: Sequence[TracedSong]) -> list[TracedSong | None]:
    """Return the songs with only the longest of near-duplicates, the first of equally long ones."""
    groups = near_duplicates([Song(song.title, song.text, song.artist) for song in songs])
    longest = {max(group, key=lambda k: len(songs[k].text)) for group in groups}
    return [song if k in longest else None for k, song in enumerate(songs)]
