"""Songs in other languages than English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lyricslab.english.language import ENGLISH, MIN_WORDS, language
from lyricslab.importing.cleaning.rule import SongFix
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.wording import plural

UNKNOWN = "another language"


def keep_english(sheets: Sequence[TracedSong]) -> list[TracedSong | None]:
    """The songs that are in English for the most part, or too short to say."""
    return [sheet if tongue(sheet) is None else None for sheet in sheets]


def tongue(sheet: TracedSong) -> str | None:
    """The language most of a song is in, if that is not English; None where it is too short."""
    guess = language(sheet.text)
    if guess.words < MIN_WORDS or guess.language == ENGLISH:
        return None
    return guess.language or UNKNOWN


def say(cases: Sequence[SongFix]) -> str:
    """Which languages there are: "3 songs in Spanish, 1 song in another language."."""
    found = Counter(tongue(case.before) for case in cases)
    return ", ".join(f"{plural(n, 'song')} in {name}" for name, n in found.most_common()) + "."
