"""Songs in other languages than English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lyricslab.text.doctor.remedy import Case, counted
from lyricslab.text.doctor.sheet import Sheet
from lyricslab.text.language import ENGLISH, FEWEST_WORDS, language

UNKNOWN = "another language"


def keep_english(sheets: Sequence[Sheet]) -> list[Sheet | None]:
    """The songs that are in English for the most part, or too short to say."""
    return [sheet if tongue(sheet) is None else None for sheet in sheets]


def tongue(sheet: Sheet) -> str | None:
    """The language most of a song is in, if that is not English; None where it is too short."""
    guess = language(sheet.text)
    if guess.words < FEWEST_WORDS or guess.language == ENGLISH:
        return None
    return guess.language or UNKNOWN


def say(cases: Sequence[Case]) -> str:
    """Which languages there are: "3 songs in Spanish, 1 song in another language."."""
    found = Counter(tongue(case.before) for case in cases)
    listed = [f"{counted(n, 'song', 'songs')} in {name}" for name, n in found.most_common()]
    return f"{', '.join(listed)}."
