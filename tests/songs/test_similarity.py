"""Near-duplicates are found by all their lines, and by MinHash as well."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from lyricslab.songs import similarity
from lyricslab.songs.similarity import merge_near_duplicates, minhash, near_duplicates
from lyricslab.songs.song import Song
from tests.support.made_songs import made_song, version

WORDS = (
    "river stone morning ember harbour willow lantern meadow copper thunder velvet anchor".split()
)


def random_lines(rng: random.Random, lines: int) -> list[str]:
    return [" ".join(rng.choices(WORDS, k=6)) + f" {rng.random():.9f}" for _ in range(lines)]


def collection() -> list[Song]:
    """120 songs, 9 of them versions of others: lines removed, added, in capitals."""
    rng = random.Random(4)
    songs = [random_lines(rng, rng.randint(7, 30)) for _ in range(111)]
    for k in range(9):
        lines = songs[5 * k].copy()
        del lines[3::7]
        songs.append([line.upper() for line in lines] + random_lines(rng, 1))
    return [Song("", "\n".join(lines)) for lines in songs]


def merged(songs: Sequence[Song], groups: Sequence[int]) -> np.ndarray:
    hashes = [minhash(song) for song in songs]
    return merge_near_duplicates(
        np.array([value for values in hashes for value in values], np.uint32),
        np.array([len(values) for values in hashes], int),
        np.array(groups, int),
    )


def test_half_the_lines_make_a_near_duplicate_and_fewer_do_not() -> None:
    first = made_song(1, lines=8)
    assert len(near_duplicates([first, version(first, 1, changed=4), made_song(2)])) == 2
    assert len(near_duplicates([first, version(first, 1, changed=5), made_song(2)])) == 3


def test_versions_of_versions_are_one_group() -> None:
    chain = [made_song(1, lines=8)]
    for k in range(3):
        chain.append(version(chain[-1], k, changed=3))
    groups = near_duplicates([made_song(9), *chain])
    assert sorted(map(len, groups)) == [1, 4]


def test_a_very_common_line_joins_nothing() -> None:
    songs = [Song(f"{k}", f"hallelujah\nline {k} alone") for k in range(450)]
    assert len(near_duplicates(songs)) == 450


def test_of_too_many_shared_lines_the_rarer_ones_are_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = made_song(1, lines=8)
    refrain = "\n".join(f"hallelujah {k}" for k in range(20))
    others = [Song(f"{k}", f"{refrain}\nline {k} alone\nand {k} more") for k in range(40)]
    songs = [first, version(first, 1, changed=4), *others]
    assert len(near_duplicates(songs)) == 2
    monkeypatch.setattr(similarity, "MAX_SHARED", 700)  # less than one line in 40 songs makes
    assert sorted(map(len, near_duplicates(songs))) == [1] * 40 + [2]


def test_minhash_finds_the_same_groups() -> None:
    songs = collection()
    found = merged(songs, range(len(songs)))
    groups = {tuple(np.flatnonzero(found == group)) for group in set(found.tolist())}
    assert groups == {tuple(group) for group in near_duplicates(songs)}
    assert sum(len(group) > 1 for group in groups) == 9


def test_given_groups_stay_together() -> None:
    books = [k % 3 for k in range(30)] + [3 + k for k in range(90)]
    found = merged(collection(), books)
    for k in range(3):
        assert len({found[j] for j in range(30) if j % 3 == k}) == 1


def test_songs_without_long_lines_are_alone() -> None:
    assert list(merged([Song("", "la"), Song("", "x")], [0, 1])) == [0, 1]
    assert list(merged([], [])) == []


def test_a_very_common_hash_joins_nothing() -> None:
    rng = random.Random(9)
    songs = [
        Song("", "\n".join(["glory hallelujah amen", *random_lines(rng, 2)])) for _ in range(40)
    ]
    assert len(set(merged(songs, range(40)).tolist())) == 40
