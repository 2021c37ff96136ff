"""Corpora: counts by hand, digests, JSON, the smallest size."""

from __future__ import annotations

import pytest

from lyricslab.errors import BrokenFileError, CorpusTooSmallError
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song

SONGS = (Song("Ab", "one\ntwo\n\nthree", "Ann"), Song("", "four five"), Song("C", "six!"))


def test_counts() -> None:
    found = Corpus("mine", SONGS).counts
    assert found.songs == 3
    assert found.lines == 5
    # "Ab", two newlines and 14 characters; 9; "C", two newlines and 4.
    assert found.characters == 18 + 9 + 7
    assert found.longest_song_chars == 18
    assert found.characters_used == "\n !ACbefhinorstuvwx"


def test_the_digest_is_of_the_songs_alone() -> None:
    assert Corpus("a", SONGS).digest == Corpus("b", SONGS).digest
    others = {
        Corpus("a", SONGS[:2]).digest,
        Corpus("a", SONGS[::-1]).digest,
        Corpus("a", (Song("Ab", "one\ntwo\n\nthree", "Bob"), *SONGS[1:])).digest,
        Corpus("a", SONGS).digest,
    }
    assert len(others) == 4


def test_json_there_and_back() -> None:
    corpus = Corpus("mine", SONGS)
    assert Corpus.from_json(corpus.to_json()) == corpus
    for broken in (
        "",
        "{}",
        "[" * 100_000,
        '{"name": "x", "songs": [["a"]]}',
        '{"name": "x", "songs": [["a", "b", 3]]}',
        '{"name": 5, "songs": [["a", "b", "c"]]}',
        corpus.to_json()[:-5],
    ):
        with pytest.raises(BrokenFileError):
            Corpus.from_json(broken)


@pytest.mark.parametrize(
    ("songs", "chars", "says"),
    [(1, 999, "Add more songs"), (2, 5000, "cut this long text"), (3, 500, "2,000 characters")],
)
def test_too_small(songs: int, chars: int, says: str) -> None:
    corpus = Corpus("c", tuple(Song("", f"{k}" * chars) for k in range(songs)))
    with pytest.raises(CorpusTooSmallError, match=says) as caught:
        corpus.check_size()
    assert f"{songs * chars:,}" in str(caught.value)
    assert "3 songs" in str(caught.value)


def test_just_large_enough() -> None:
    Corpus("c", (Song("", "a" * 1998), Song("", "b"), Song("", "c"))).check_size()


@pytest.mark.parametrize(
    ("chars", "says"),
    [
        (3000, "a beginning"),
        (48_000, "far too little to train from nothing"),
        (3_000_000, "plenty"),
    ],
)
def test_the_verdict(chars: int, says: str) -> None:
    verdict = Corpus("c", (Song("", "a" * chars),)).verdict
    assert verdict.startswith(f"{chars:,} characters: ")
    assert says in verdict
