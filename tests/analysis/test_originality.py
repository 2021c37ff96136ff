"""The longest copy, against a rival that tries every piece of the text."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.analysis.originality import Copy, Source

FEW_LETTERS = st.text(alphabet="ab \n", max_size=40)


def longest_by_trying(text: str, songs: list[str]) -> int:
    """The length of the longest piece of the text that is in a song: every piece, the longest
    first."""
    for length in range(len(text), 0, -1):
        for at in range(len(text) - length + 1):
            if any(text[at : at + length] in song for song in songs):
                return length
    return 0


def check(copy: Copy, text: str, songs: list[str]) -> None:
    assert copy.chars == longest_by_trying(text, songs)
    assert copy.text in text
    if copy.chars:
        assert copy.text in songs[copy.song]
        assert not any(copy.text in song for song in songs[: copy.song])
    else:
        assert copy.song == -1


@given(text=FEW_LETTERS, songs=st.lists(FEW_LETTERS, max_size=4))
def test_finds_the_same_as_a_brute_force_search(text: str, songs: list[str]) -> None:
    check(Source(songs).longest_copy(text), text, songs)


@pytest.mark.parametrize("seed", range(6))
def test_finds_long_copies_among_short_ones(seed: int) -> None:
    draw = random.Random(seed)
    songs = ["".join(draw.choices("the moan\n", k=230)) for _ in range(3)]
    pieces = ["".join(draw.choices("the moan\n", k=23)) for _ in range(3)]
    at = [draw.randrange(0, 190) for _ in range(2)]
    text = pieces[0] + songs[1][at[0] : at[0] + 17] + pieces[1] + songs[2][at[1] : at[1] + 29]
    check(Source(songs).longest_copy(text + pieces[2]), text + pieces[2], songs)


@given(text=st.text(alphabet="ab", max_size=60), songs=st.lists(st.text("ab", min_size=30)))
def test_finds_the_longest_of_many_long_ones(text: str, songs: list[str]) -> None:
    check(Source(songs).longest_copy(text), text, songs)


@pytest.mark.parametrize("first", range(11, 15))
def test_overlapping_copies_are_not_joined(first: int) -> None:
    letters = "abcdefghijklmnopqrstuvwx"
    songs = [f"x{letters[:first]}z", f"y{letters[first - 9 :]}x"]
    check(Source(songs).longest_copy(letters), letters, songs)


def test_a_copy_ends_with_its_song() -> None:
    source = Source(["one two three", "four five six"])
    assert source.longest_copy("two three\0four five").text == "two three"
    assert source.longest_copy("threefour").text == "three"


def test_other_scripts_are_compared_exactly() -> None:
    source = Source(["caf\u00e9 au lait, s'il vous pla\u00eet"])
    assert source.longest_copy("caf\u00e8 au lait, s'il").text == " au lait, s'il"


@pytest.mark.parametrize("text", ["", "a" * 1000, "la la " * 170, "xyzzy " * 160])
def test_repetitive_texts_take_no_time(text: str) -> None:
    draw = random.Random(7)
    songs = ["".join(draw.choices("etaoin shrdlu\n", k=50_000)) for _ in range(10)]
    source = Source(songs)
    start_s = time.process_time()
    copy = source.longest_copy(text)
    assert time.process_time() - start_s < 2.0
    assert copy.chars == len(copy.text) < 12


def copies_by_trying(text: str, songs: list[str], least: int) -> list[tuple[int, int]]:
    """Where the longest copied piece is, then the longest of what is not yet marked, and so on."""
    for length in range(len(text), least - 1, -1):
        for at in range(len(text) - length + 1):
            if any(text[at : at + length] in song for song in songs):
                before = copies_by_trying(text[:at], songs, least)
                behind = copies_by_trying(text[at + length :], songs, least)
                moved = [(start + at + length, end + at + length) for start, end in behind]
                return [*before, (at, at + length), *moved]
    return []


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("least", [20, 27])
def test_copied_passages_are_those_of_a_brute_force_search(seed: int, least: int) -> None:
    draw = random.Random(seed)
    songs = ["".join(draw.choices("the moan\n", k=size)) for size in (90, 160, 75, 20, 19)]
    pieces = []
    for size in (33, 26, 41, 20, 19, 28):
        song = draw.choice(songs[:3])
        at = draw.randrange(len(song) - size)
        pieces += [song[at : at + size], "".join(draw.choices("the moan\n", k=draw.randrange(7)))]
    text = "".join([*pieces, songs[3], songs[4], pieces[0], pieces[4]])
    found = Source(songs).copies(text, least)
    assert [(copy.start, copy.end) for copy in found] == copies_by_trying(text, songs, least)
    assert len(found) >= 3
    for copy in found:
        assert copy.text == text[copy.start : copy.end]
        assert copy.song == next(k for k, song in enumerate(songs) if copy.text in song)


def test_lines_that_stand_in_songs_are_counted_whole() -> None:
    source = Source(["Low tide\n\nA bell on the pier\nno one comes", "We row\n"])
    text = "Low tide\n\nA bell on the pier\nA bell on the\nwe row\n\n  We row\nno one comes home"
    assert source.share_of_lines_copied(text) == 3 / 6
    assert source.share_of_lines_copied("\n\n") == 0.0
