"""Timed lyrics."""

from __future__ import annotations

import pytest

from lyricslab.errors import FileTooLargeError, NotTextError
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_one, read_songs


def test_stamps_and_tags() -> None:
    text = (
        "\ufeff[ti: Old  Dog]\r\n[ar:Ann]\r\n[al:x]\r\n[by:y]\r\n[offset:+100]\r\n[#:note]\r\n"
        "[00:01.00]<00:01.00>the <00:01.50> dog <00:02.00>sle<00:02.20>eps\r\n"
        "[00:02]by the door\r\n"
        "[00:03:50]\r\n[100:04.123]and [00:05.00] on\r\n"
    )
    assert read_songs("a.lrc", text) == [
        RawSong(
            "Old Dog",
            "the dog sleeps\nby the door\n\nand on",
            "Ann",
            details=(("album", "x"),),
        )
    ]


def test_lines_with_several_stamps_are_sung_in_time() -> None:
    text = "[ti:Dog]\n[00:20.0][00:05.5]oh dog\nmy dog\n[00:10.00]the moon\n[01:00][00:01]hey"
    assert read_songs("a.lrc", text)[0].text == "hey\noh dog\nmy dog\nthe moon\noh dog\nmy dog\nhey"


def test_a_title_that_no_tag_says() -> None:
    assert read_songs("old_dog.lrc", "[ar:Ann]\n[00:01]the dog,\n[00:02]sleeps") == [
        RawSong("old dog", "the dog,\nsleeps", "Ann")
    ]
    text = "Old Dog\n\nthe dog [Chorus] sleeps\n---\nRed River\n\nthe river"
    assert read_songs("a.lrc", text) == [
        RawSong("Old Dog", "the dog [Chorus] sleeps"),
        RawSong("Red River", "the river"),
    ]


def test_a_line_that_is_sung_without_end() -> None:
    with pytest.raises(FileTooLargeError, match=r"^'a.lrc' repeats its lines.*Import the lyrics"):
        read_one("a.lrc", "[00:01]" * 50_000 + "la" * 5_000)


def test_no_timed_text() -> None:
    with pytest.raises(NotTextError, match="does not hold text"):
        read_one("a.lrc", bytes(range(1, 32)) * 9)


WORDS = """\
[ti:Two Bells]
[ar:Ola Bree]
[al:Low Water]
[00:10.00]v1: <00:10.00>Ring <00:10.50>me <00:11.00>
[bg: <00:11.20>(ring <00:11.40>me)]
[00:12.00]v2: <00:12.00>Ring <00:12.50>you
[00:13.00]F: [00:13.00]Ring [00:13.50]us
"""


@pytest.mark.parametrize("name", ["a.lrc", "a.txt", "a"])
def test_words_with_times_and_the_marks_of_voices(name: str) -> None:
    assert read_songs(name, WORDS) == [
        RawSong(
            "Two Bells",
            "Ring me\n(ring me)\nRing you\nRing us",
            "Ola Bree",
            details=(("album", "Low Water"),),
        )
    ]


def test_stamps_alone_tell_timed_lines_in_a_text() -> None:
    text = "[00:01.00]ring me\n[00:02.00]ring you\n[00:03.00]ring us\n"
    assert read_songs("two bells.txt", text) == [RawSong("two bells", "ring me\nring you\nring us")]
    assert read_songs("a.txt", text.replace("\n", "\r\n").encode("utf-16"))[0].text == (
        "ring me\nring you\nring us"
    )
    spoken = "At [10:30] she came\nand left at [10:40]\n[12:15] was the train\n"
    assert "[12:15]" in read_songs("a.txt", spoken)[0].text
