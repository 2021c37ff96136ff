"""Songs in capitals are rewritten in lower case, except names and abbreviations."""

from __future__ import annotations

from typing import Any

from lyricslab.importing.cleaning.capitals import lower_capitals

IN_CAPITALS = """[CHORUS]
O LORD, I'M COMING HOME ON SUNDAY
I SAW THE U.S.A. ON TV. WHERE IS JESUS?
"HE'S GOD'S," SAID O'HARA, "I KNOW I DON'T..."
(AND I) WENT TO SALLY'S TOWN"""


def test_a_hymn_sheet_in_capitals(traced: Any) -> None:
    (fixed,) = lower_capitals([traced(IN_CAPITALS, "DON'T STOP THE TV")])
    assert fixed is not None
    assert fixed.title == "Don't Stop The TV"
    assert fixed.lines == [
        "[CHORUS]",
        "O Lord, I'm coming home on Sunday",
        "I saw the U.S.A. on TV. Where is Jesus?",
        "\"He's God's,\" said o'hara, \"I know I don't...\"",
        "(And I) went to sally's town",
    ]


def test_names_are_learned_from_the_other_songs(traced: Any) -> None:
    other = traced("I met O'Hara and Sally\nwhere O'Hara, Sally and I\nWent home with Sally, went")
    fixed, same = lower_capitals([traced(IN_CAPITALS), other])
    assert fixed is not None
    assert same is other
    assert "said O'Hara," in fixed.text
    assert "went to Sally's town" in fixed.text


def test_lines_begin_as_in_the_other_songs(traced: Any) -> None:
    fixed, _ = lower_capitals([traced(IN_CAPITALS), traced("the dog\nsleeps\nby the door")])
    assert fixed is not None
    assert fixed.lines[-1] == "(and I) went to sally's town"
    assert fixed.lines[2].startswith("I saw the U.S.A. on TV. where")


def test_a_line_in_capitals_within_a_song_stays(traced: Any) -> None:
    for text in (
        "the dog sleeps\nGO HOME, OLD DOG, GO HOME AND STAY\nby the old door",
        "GO HOME",
        "I",
    ):
        song = traced(text)
        assert lower_capitals([song])[0] is song
