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
