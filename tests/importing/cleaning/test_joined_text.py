"""Page text that runs into the words of a song is removed, and no word is lost."""

from __future__ import annotations

from typing import Any

import pytest

from lyricslab.importing.cleaning.boilerplate import remove_page_text

SUNG = "[Verse 1]\nNine brass buttons sit\nUpon the sill\n\n[Chorus]\nSew me, sew me\nstill"


@pytest.mark.parametrize(
    "head",
    [
        "27ContributorsTranslationsPortugu\u00easDeutschCatal\u00e0Buttons Lyrics",
        "1 ContributorTranslations\u05e2\u05d1\u05e8\u05d9\u05ea\ud55c\uad6d\uc5b4Buttons Lyrics",
        "312 Contributors2 TranslationsT\u00fcrk\u00e7eButtons Lyrics",
        "5ContributorsButtons Lyrics",
        "Buttons Lyrics",
        "9 ContributorsButtons Lyrics\u201cButtons\u201d is a single\u2026 Read More\u00a0",
        "9 ContributorsButtons LyricsIt was sewn.\n\nAnd then again\u2026 Read More\n",
        "9 ContributorsButtons Lyrics\n",
    ],
)
@pytest.mark.parametrize("title", ["Buttons", ""])
def test_a_head_is_removed(traced: Any, head: str, title: str) -> None:
    fixed = remove_page_text(traced(f"{head}{SUNG}", title))
    assert (fixed.title, fixed.text) == ("Buttons", SUNG)


@pytest.mark.parametrize(
    "foot",
    ["Embed", "3Embed", "400Embed", "1.2KEmbed", "15KEmbed", "7EmbedShare URLCopyEmbedCopy",
     "\n2.1KEmbed", "\nEmbedShare Url:CopyEmbed:Copy"],
)  # fmt: skip
def test_a_foot_is_removed(traced: Any, foot: str) -> None:
    assert remove_page_text(traced(SUNG + foot)).text == SUNG


@pytest.mark.parametrize("count", ["400Embed", "1.2KEmbed", "Embed", "8Embed\n"])
def test_a_song_that_is_there_twice_is_kept_once(traced: Any, count: str) -> None:
    for head in ("", "225 ContributorsTranslationsEspa\u00f1olButtons Lyrics"):
        for foot in ("", "12Embed"):
            song = traced(head + SUNG + count + SUNG + foot, "Buttons")
            if count.endswith("\n"):
                assert remove_page_text(song).text == f"{SUNG}\n{SUNG}"  # it may be sung twice
            else:
                assert remove_page_text(song).text == SUNG


def test_other_words_after_a_count_stay(traced: Any) -> None:
    fixed = remove_page_text(traced(f"{SUNG}40Embed[Verse 2]\nBlue thread\n{SUNG}"))
    assert fixed.text == f"{SUNG}\n\n[Verse 2]\nBlue thread\n{SUNG}"
    assert list(fixed.origins) == sorted(fixed.origins)


@pytest.mark.parametrize("price", ["$40", "$1,240", "$", "40"])
def test_offers_inside_a_song_are_removed(traced: Any, price: str) -> None:
    offer = f"See The Buttons LiveGet tickets as low as {price}You might also like"
    fixed = remove_page_text(traced(f"Nine brass\n{offer}[Chorus]\nSew me\n{offer}\nstill"))
    assert fixed.text == "Nine brass\n[Chorus]\nSew me\nstill"
    fixed = remove_page_text(traced("Nine brassYou might also like[Chorus]\nSew me"))
    assert fixed.text == "Nine brass\n[Chorus]\nSew me"


@pytest.mark.parametrize(
    "line",
    [
        "I read your Lyrics, dear",
        "Sad Lyrics[sic] in the paper",
        "Embed me in the clay",
        "We read more... Read more of it",
        "Contributors to my misery",
        "Oh you might also like tea",
    ],
)
def test_what_is_sung_stays(traced: Any, line: str) -> None:
    song = traced(f"{line}\n{SUNG}")
    assert remove_page_text(song) is song
