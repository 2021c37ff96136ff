"""The three messy files of docs/examples, cleaned end to end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lyricslab.importing.cleaning.rules import NAMES
from lyricslab.importing.reading import Intake, read_path
from lyricslab.songs.corpus import Corpus

MESSY = Path(__file__).resolve().parents[3] / "docs" / "examples" / "messy"


def read(name: str) -> Intake:
    return read_path(MESSY / name)


def lines(taken: Intake) -> list[str]:
    return [line for song in taken.songs for line in song.text.split("\n") if line]


def test_songs_copied_from_a_website() -> None:
    taken = read("copied_from_a_website.txt")
    assert [song.title for song in taken.songs] == [
        "The Kettle Song",
        "Tuesday, Probably",
        "The Teaspoons - My Good Umbrella",
    ]
    text = "\n".join(song.text for song in taken.songs)
    for word in ("Contributors", "Lyrics", "Embed", "You might", "tickets", "(C)", "Advert", "77"):
        assert word not in text
    assert "Written by: nobody, I just hum it" in text
    fixed = taken.with_rule("repeats", True).with_rule("labels", True).with_rule("runs", True)
    assert lines(fixed).count("Whistle, kettle, whistle low") == 4
    assert lines(fixed).count("Tuesday, probably") == 2
    assert lines(fixed).count("Oh the steam") == 2
    assert not [line for line in lines(fixed) if "[" in line or "chorus" in line.lower()]
    assert [song.text.count("\n\n") for song in fixed.songs] == [4, 3, 1]


def test_a_chord_sheet() -> None:
    taken = read("chord_sheet.txt")
    (song,) = taken.songs
    assert song.title == "THE LAST BUS HOME"
    assert lines(taken)[:4] == [
        "Riff:",
        "[Verse 1]",
        "I missed the last bus home again",
        "It left without me, half past ten",
    ]
    assert "So walk me, road, I'm on your side" in lines(taken)
    assert "A, B, C, the garden gates" in lines(taken)
    assert lines(taken)[-1] == "Am I there yet? Am I there?"
    everything = replace(taken, enabled_rules=frozenset(NAMES))
    assert lines(everything).count("There's a moon for every mile") == 4
    assert lines(everything)[0] == "I missed the last bus home again"
    assert "G                  D/F#" in replace(taken, enabled_rules=frozenset()).songs[0].text


def test_a_table_whose_line_breaks_were_lost() -> None:
    taken = read("lost_breaks.csv")
    assert len(taken.songs) == 7
    assert taken.songs[-1].text.startswith("Up the stairs\nand down the stairs\nI carry soup\n")
    fixed = replace(taken, enabled_rules=frozenset(NAMES))
    assert [song.title for song in fixed.songs] == [
        "1. Porridge",
        "Lighthouse Keeper's Cold",
        "Two Left Gloves (live)",
        "Stairs",
    ]
    assert fixed.songs[1].text == (
        "I sneezed and the lamp went out on Monday\nA ship went left instead of right\n"
        "I'm sorry, captain, I was sneezing\nI hope you like the rocks at night\n\n"
        "God bless you, said the passing seagull\nThe B.B.C. was on the air"
    )
    gloves = taken.with_rule("long", True).songs[2].text
    assert gloves.split("\n")[1:3] == [
        "I wave goodbye and look bereft",
        "My other hand is in the coat",
    ]


@pytest.mark.parametrize("path", sorted(MESSY.iterdir()), ids=lambda path: path.name)
def test_cleaned_songs_need_no_cleaning(path: Path) -> None:
    everything = replace(read_path(path), enabled_rules=frozenset(NAMES))
    again = Intake.of(Corpus("cleaned", everything.songs))
    assert [finding.summary for finding in again.cleaning.findings] == []
