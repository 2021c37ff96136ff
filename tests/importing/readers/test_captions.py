"""Captions of films and of karaoke."""

from __future__ import annotations

import pytest

from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_songs

SUBRIP = """\
1
00:00:01,000 --> 00:00:03,500
The tin kettle sings

2
00:00:04,000 --> 00:00:07,500
<i>All the morning</i>
{\\an8}through the rain

3
00:00:08,000 --> 00:00:11,500
♪ Oh tin kettle ♪

4
00:00:12,000 --> 00:00:15,500
♪ Oh tin kettle ♪
"""
WEB = """\
WEBVTT - made by hand
Kind: captions
Language: en

STYLE
::cue { color: red }

NOTE the first verse
is slow

opening
00:01.000 --> 00:03.500 align:start position:10%
<v Ola>The tin kettle sings

00:04.000 --> 00:07.500 line:0
<v.loud Ann Lee>All the <b>morning</b></v>
Through the rain &amp; snow

NOTE nothing

3
00:00:08.000 --> 00:00:11.500
<00:00:08.000><c>Oh</c> <00:00:09.000><c>tin kettle</c>

00:00:12.000 --> 00:00:15.500
[Soft music]
"""
SBV = "0:00:01.000,0:00:03.500\nThe tin kettle\n\n0:00:04.000,0:00:07.000\nSings to me\n"
STEPS = ["The", "The tin", "The tin kettle", "Sings", "Sings to", "Sings to me", "And you"]


def timed(cues: list[str]) -> str:
    return "\n".join(
        f"{k + 1}\n00:00:{k:02d},000 --> 00:00:{k + 1:02d},000\n{cue}\n"
        for k, cue in enumerate(cues)
    )


@pytest.mark.parametrize("name", ["tin kettle.srt", "tin kettle.txt", "tin kettle"])
def test_numbers_times_and_marks_are_left_out(name: str) -> None:
    assert read_songs(name, SUBRIP) == [
        RawSong(
            "tin kettle",
            "The tin kettle sings\nAll the morning through the rain\nOh tin kettle\nOh tin kettle",
        )
    ]


@pytest.mark.parametrize("name", ["a.vtt", "a.txt", "a.xyz"])
def test_captions_of_the_web(name: str) -> None:
    assert read_songs(name, WEB)[0].text == (
        "The tin kettle sings\nAll the morning\nThrough the rain & snow\nOh tin kettle"
    )


def test_captions_of_youtube_and_a_title_above() -> None:
    for name in ("a.sbv", "a.txt"):
        assert read_songs(name, SBV) == [RawSong("a", "The tin kettle\nSings to me")]
    assert read_songs("a.txt", "Tin Kettle\n\n" + SUBRIP)[0].title == "Tin Kettle"


def test_a_number_may_be_sung() -> None:
    text = timed(["Seven", "7", "Eight"]).replace("\n\n", "\n")
    assert read_songs("a.srt", text)[0].text == "Seven\n7\nEight"


def test_small_letters_begin_lines_where_all_lines_have_them() -> None:
    assert read_songs("a.srt", timed(["the tin\nkettle", "sings\nto me"]))[0].text == (
        "the tin\nkettle\nsings\nto me"
    )


def test_a_line_that_is_shown_word_by_word_is_there_once() -> None:
    assert read_songs("a.srt", timed(STEPS))[0].text == "The tin kettle\nSings to me\nAnd you"
    coloured = [
        "<font color=red>The</font> tin kettle",
        "The <font color=red>tin</font> kettle",
        "The tin <font color=red>kettle</font>",
        "<u>Sings</u> to me",
        "Sings <u>to</u> me",
        "Sings to <u>me</u>",
    ]
    assert read_songs("a.txt", timed(coloured))[0].text == "The tin kettle\nSings to me"


def test_captions_that_roll_up_are_there_once() -> None:
    lines = ["The tin", "Kettle", "Sings", "To me", "All day", "All day", "Long"]
    pairs = [f"{before}\n{line}" for before, line in zip(lines, lines[1:], strict=False)]
    assert read_songs("a.vtt", timed(pairs))[0].text.split("\n") == lines
    online = [lines[0]]
    for before, line in zip(lines, lines[1:], strict=False):
        online += [f"{before}\n<00:00:01.000><c>{line}</c>", line]
    assert read_songs("a.txt", timed(online))[0].text.split("\n") == lines


def test_a_chorus_is_there_as_often_as_it_is_sung() -> None:
    cues = ["Hey", "Hey", "Hey now", "The tin kettle", "Hey", "Hey", "Sings", "To me"]
    assert read_songs("a.srt", timed(cues))[0].text == "\n".join(cues)


def test_times_and_words_on_one_line() -> None:
    cues = ["The tin kettle", "Sings to me", "Sings to me"]
    text = "".join(f"[00:0{k}.000 --> 00:0{k + 1}.000]  {cue}\n" for k, cue in enumerate(cues))
    assert read_songs("a.txt", text)[0].text == "\n".join(cues)
    assert read_songs("a.txt", text.replace("[", "[00:").replace("> ", "> 00:"))[0].text == (
        "\n".join(cues)
    )


def test_marks_of_voices_are_left_out() -> None:
    cues = ["- The tin kettle\n- Sings to me", "&gt;&gt; All day", "(all day)", "-all-"]
    assert read_songs("a.vtt", "WEBVTT\n\n" + timed(cues))[0].text == (
        "The tin kettle\nSings to me\nAll day\n(all day)\n-all-"
    )


def test_times_copied_from_beside_a_film() -> None:
    cues = ["The tin kettle", "sings to me", "All day", "all day", "and on"]
    text = "".join(f"{k}:0{k}\n{cue}\n" for k, cue in enumerate(cues))
    assert read_songs("a.txt", text)[0].text == "\n".join(cues)
    few = "The train left at\n12:05\nand I was late,\nlate,\nlate,\nat\n12:06\n"
    assert "12:05" in read_songs("a.txt", few)[0].text


def test_a_file_without_any_times_is_plain_text() -> None:
    assert read_songs("a.srt", "Tin Kettle\n\nThe tin kettle\nsings to me")[0] == RawSong(
        "Tin Kettle", "The tin kettle\nsings to me"
    )
