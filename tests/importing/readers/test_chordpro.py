"""Songbooks with chords."""

from __future__ import annotations

import pytest

from lyricslab.errors import FileTooLargeError, NotTextError
from lyricslab.importing.reading import read_file
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_one, read_songs
from tests.support.written_files import CHORDED


@pytest.mark.parametrize("kind", ["cho", "crd", "chopro", "chordpro", "pro"])
def test_a_songbook_with_chords(kind: str) -> None:
    assert read_songs(f"a.{kind}", CHORDED) == [
        RawSong(
            "Old Dog",
            "The dog sleeps, hello\n\n[Verse 1]\nhe dreams of a moon\n\n[Chorus]\nOh dog\noh moon"
            "\n\n[Bridge]\nhe wakes\n\n[Chorus]\nOh dog\noh moon",
            "Ann",
            details=(("key", "Am"),),
        ),
        RawSong("Red River", "[Bridge]\nthe river\n\n[Last Chorus]", "Bob"),
    ]


def test_sections_are_labels_that_the_person_can_switch_off() -> None:
    taken = read_file("a.cho", CHORDED.encode())
    (labels,) = (f for f in taken.cleaning.findings if f.rule.name == "labels")
    assert labels.summary == "6 labels, in 2 songs."
    assert taken.with_rule("labels", True).songs[0].text == (
        "The dog sleeps, hello\n\nhe dreams of a moon\n\nOh dog\noh moon\n\nhe wakes\n\n"
        "Oh dog\noh moon"
    )


def test_chords_alone_are_no_structure() -> None:
    text = "[Am]Old Dog\n\n[G]the dog\n---\nRed River\n\nthe [C]river\n"
    assert read_songs("a.crd", text) == [
        RawSong("Old Dog", "the dog"),
        RawSong("Red River", "the river"),
    ]
    assert read_songs("my_song.pro", "only [C]one line,") == [RawSong("my song", "only one line,")]
    text = "[Am]the dog,\n\n{soc}\noh [G]dog\n{eoc}\n\nsleeps on and\n{chorus}\n\nand on\n"
    assert read_songs("a.cho", text) == [
        RawSong("a", "the dog,\n\n[Chorus]\noh dog\n\nsleeps on and\n\n[Chorus]\noh dog\n\nand on")
    ]
    again = "{t:Old Dog}\nthe dog\n{meta: artist Ann}\n{t:Red River}\nthe river"
    assert read_songs("a.cho", again) == [
        RawSong("Old Dog", "the dog", "Ann"),
        RawSong("Red River", "the river"),
    ]


def test_a_chorus_that_is_sung_without_end() -> None:
    text = "{soc}\n" + "la la\n" * 10_000 + "{eoc}\n" + "{chorus}\n" * 10_000
    with pytest.raises(
        FileTooLargeError, match=r"^'a.cho' repeats its choruses.*Import the lyrics"
    ):
        read_one("a.cho", text)


def test_no_songbook() -> None:
    with pytest.raises(NotTextError, match="does not hold text"):
        read_one("a.cho", bytes(range(1, 32)) * 9)
