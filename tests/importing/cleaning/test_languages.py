"""Songs in other languages are left out and counted by language."""

from __future__ import annotations

from typing import Any

import pytest

from lyricslab.importing.cleaning import languages
from lyricslab.importing.cleaning.rule import SongFix

ENGLISH = "The kettle sings and you are with the rain\nand my old coat was made for that"
SPANISH = "la luna sube por la calle y no se donde estas\nporque la noche es larga para mi"
GERMAN = "ich habe nicht gewusst dass du noch immer bei mir bist\nund der Regen will nicht gehen"
UNKNOWN = "brolka vinto surrak pelimo dortu\nganefi tolmaru vesk olanta dribu"


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        (ENGLISH, None),
        ("oh oh oh\nla la la", None),
        ("luna, luna", None),  # too short to say
        (SPANISH, "Spanish"),
        (GERMAN, "German"),
        (UNKNOWN, languages.UNKNOWN),
        (f"{ENGLISH}\n\n{ENGLISH.upper()}\n\n{SPANISH}", None),
        (f"{ENGLISH}\n\n{SPANISH}\n\n{SPANISH.replace('luna', 'sombra')}", "Spanish"),
    ],
    ids=["English", "vocables", "short", "Spanish", "German", "none", "mostly", "hardly"],
)
def test_a_song_is_left_out_if_most_of_it_is_not_in_english(
    traced: Any, text: str, tongue: str | None
) -> None:
    song = traced(text)
    assert languages.foreign_language(song) == tongue
    (kept,) = languages.keep_english([song])
    assert kept is (song if tongue is None else None)


def test_they_are_counted_by_language(traced: Any) -> None:
    texts = (GERMAN, SPANISH, UNKNOWN, SPANISH.replace("luna", "sombra"))
    fixes = [SongFix(k, traced(text), None) for k, text in enumerate(texts)]
    assert languages.summarize_languages(fixes) == (
        "2 songs in Spanish, 1 song in German, 1 song in another language."
    )
