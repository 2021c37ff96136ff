"""Text of web pages and song sheets is removed, and similar lines that are sung stay."""

from __future__ import annotations

from typing import Any

import pytest

from lyricslab.importing.cleaning import boilerplate

REMOVED = """You might also like
12Embed
Embed
1 Contributor
34 Contributors
See Ann Bell LiveGet tickets as low as $40
Get tickets as low as $29
Read More
Show more...
Submit Corrections
Thanks to bob for submitting these lyrics
Thanks to jo99 for the lyrics
Advertisement
Print this page
https://example.com/x
www.songs.example
Lyrics provided by songtexts.com
Lyrics taken from old-lyrics.com
*** Old Dog Lyrics ***
Last updated 3 May
Translate to German
Cookie policy
(c) 1999 Ann Bell
\u00a9 2004 Loud Music
Copyright 2010 Ann
Copyright (c) 2001
Copyright: Ann
All rights reserved.
Loud Music Ltd. All rights reserved.
Used by permission.""".split("\n")

KEPT = """Read more of my letters
See you live tonight
See how the others live
I want to see you live
Show more love
See more of you
More songs by the fire
Copyright my heart
Thank you to my mother for correcting all my ways
Thank you for the music
Last update from the front
Print it in the papers
Embedded in my heart
Make a correction
Send lyrics my way
Lyrics fail me
I read the lyrics of your song
Get tickets to the show
The dot com boys
All rights reserved, the tune we hum at night,
12 drummers
1999""".split("\n")


@pytest.mark.parametrize("line", REMOVED)
def test_page_text_is_removed_anywhere(traced: Any, body: str, line: str) -> None:
    for text in (
        f"{line}\n{body}",
        f"{body}\n\n{line}",
        f"{body}\n{line}\n\n{body}",
        "\n".join([body] * 5 + [line] + [body] * 5),
    ):
        bare = "\n".join(other for other in text.split("\n") if other != line).strip("\n")
        assert boilerplate.remove_page_text(traced(text)).text == bare


@pytest.mark.parametrize("line", KEPT)
def test_what_is_sung_stays(traced: Any, body: str, line: str) -> None:
    for text in (f"{line}\n{body}", f"{line}\n\n{body}", f"{body}\n{line}\n{body}", line):
        song = traced(text)
        assert boilerplate.remove_page_text(song) is song


def test_page_text_joined_to_words_is_removed(traced: Any) -> None:
    song = traced(
        "12 ContributorsOld Dog Lyrics[Verse 1]\nthe dog sleeps\nYou might also like[Chorus]\n"
        "oh dogYou might also like\nby the door7Embed"
    )
    fixed = boilerplate.remove_page_text(song)
    assert fixed.text == "[Verse 1]\nthe dog sleeps\n[Chorus]\noh dog\nby the door"
    assert fixed.title == "Old Dog"
    assert list(fixed.origins) == [0, 1, 2, 3, 4]
    offer = traced("the dog\nSee The Dogs LiveGet tickets as low as $12You might also like[Chorus]")
    assert boilerplate.remove_page_text(offer).text == "the dog\n[Chorus]"


@pytest.mark.parametrize(
    "line", ["Old Dog Lyrics", "3 ContributorsOld Dog Lyrics", "Title: Old Dog", "Song: Old Dog"]
)
def test_the_page_gives_a_song_its_title(traced: Any, body: str, line: str) -> None:
    assert boilerplate.remove_page_text(traced(f"{line}\n\n{body}")).title == "Old Dog"
    assert boilerplate.remove_page_text(traced(f"{line}\n\n{body}", "Mine")).title == "Mine"
    assert boilerplate.remove_page_text(traced(f"{line}\n\n{body}", "Mine")).text == body


@pytest.mark.parametrize("title", ["7 ContributorsOld Dog Lyrics", "Old Dog Lyrics"])
def test_a_page_title_is_shortened_to_the_song_title(traced: Any, body: str, title: str) -> None:
    fixed = boilerplate.remove_page_text(traced(f"{body}\n3Embed", title))
    assert (fixed.title, fixed.text) == ("Old Dog", body)
    for own in ("Lyrics of Home", "My Lyrics"):  # nothing else speaks of a page here
        for words in (body, f"{body}\nI read your lyrics", f"{body}\nprint it on tabs of gold"):
            plain = traced(words, own)
            assert boilerplate.remove_page_text(plain) is plain
        credited = boilerplate.remove_page_text(traced(f"Written by: Ann Bell\n{body}", own))
        assert (credited.title, credited.text) == (own, body)


def test_a_description_of_the_song_is_removed(traced: Any, body: str) -> None:
    line = "9 ContributorsOld Dog Lyrics\u201cOld Dog\u201d is about a dog\u2026 Read More"
    fixed = boilerplate.remove_page_text(traced(f"{line}\n{body}"))
    assert (fixed.title, fixed.text) == ("Old Dog", body)
