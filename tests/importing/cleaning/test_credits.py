"""Credits above and below a song are removed; lines that only begin like credits stay."""

from __future__ import annotations

from typing import Any

import pytest

from lyricslab.importing.cleaning import boilerplate
from lyricslab.importing.cleaning.credits import is_credit

CREDITS = """Written by: Ann Bell
Lyrics by Ann Bell
Words and music by Ann Bell & Bob Lee
Words & Music: Ann Bell
Songwriters: Ann Bell, Bob Lee
Songwriter(s): Ann Bell
Producer: DJ Bob
Writer: A. Bell
Publisher: Loud Music Ltd.
Composed by M. Arthur Penn.
Performed by The Old Dogs
Transcribed by Joe
Tabbed by: joe99
Capo 2
Capo: 3rd fret
Capo on 2nd fret
CAPO II
Key: G
Key: A minor
Key of Bb
Original Key: F#m
Tuning: E A D G B E
Standard tuning
Tempo: 120 bpm
BPM: 96
Time: 4/4
Album: Long Way Home
From the album: Long Way
Artist: Ann Bell
Year: 1999
Released: May 3, 2001
Genre: folk
Difficulty: easy
Strumming: D DU UDU""".split("\n")

SUNG = """Written by the river
written by the hands of time
Key: my heart
Key of my heart
Music: it is my life
Words: they fail me
Song: I sing it low
Time: it slips away
Sung by the sailors on the quay
played by the band
Year after year: nothing
Written, signed and sealed
Band: play on
Album of my days
Produced by nothing
Label me a fool
Track: the train goes by
Capo di tutti
Recorded by night, by night
Performed by candlelight
She said: go
Bob: hello
I'm in the key of life""".split("\n")


@pytest.mark.parametrize("line", CREDITS)
def test_credits_are_removed_from_head_and_foot(traced: Any, body: str, line: str) -> None:
    for text in (f"{line}\n\n{body}", f"Old Dog\n{line}\n\n{body}", f"{body}\n\n{line}"):
        assert boilerplate.remove_page_text(traced(text)).text == text.replace(line, "").replace(
            "\n\n\n", "\n\n"
        ).replace("Dog\n\n\n", "Dog\n\n").strip("\n")


@pytest.mark.parametrize("line", CREDITS)
def test_credits_in_the_middle_of_a_song_stay(traced: Any, body: str, line: str) -> None:
    song = traced("\n".join([body] * 4 + [line] + [body] * 4))
    assert boilerplate.remove_page_text(song) is song


@pytest.mark.parametrize("line", SUNG)
def test_what_is_sung_stays(traced: Any, body: str, line: str) -> None:
    assert not is_credit(line)
    for text in (f"{line}\n{body}", f"{line}\n\n{body}", f"{body}\n{line}"):
        song = traced(text)
        assert boilerplate.remove_page_text(song) is song
