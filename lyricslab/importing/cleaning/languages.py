"""Songs in other languages than English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lyricslab.english.language import ENGLISH, MIN_WORDS, language
from lyricslab.importing.cleaning.rule import SongFix
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.wording import plural

UNKNOWN = "another language"


def keep_english(songs: Sequence[TracedSong]) -> list[TracedSong | None]:
    """Return the songs that are mostly in English, or too short to say."""
    return [song if foreign_language(song) is None else None for song in songs]


def foreign_language(song: TracedSong) -> str | None:
    """Return the language of most of a song; None if it is English or the song is too short."""
    guess = language(song.text)
    if guess.words < MIN_WORDS or guess.language == ENGLISH:
        return None
    return guess.language or UNKNOWN


def summarize_languages(fixes: Sequence[SongFix]) -> str:
    """Count songs by language: "3 songs in Spanish, 1 song in another language."."""
    languages = Counter(foreign_language(fix.before) for fix in fixes)
    return ", ".join(f"{plural(n, 'song')} in {name}" for name, n in languages.most_common()) + "."
