"""Versions of a song are found among many, by few numbers of each."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from lyricslab.songs.near_duplicates import groups_of, sketch
from lyricslab.songs.song import Song
from lyricslab.songs.split import near_duplicates

WORDS = (
    "river stone morning ember harbour willow lantern meadow copper thunder velvet anchor".split()
)


def song(rng: random.Random, lines: int) -> list[str]:
    return [" ".join(rng.choices(WORDS, k=6)) + f" {rng.random():.9f}" for _ in range(lines)]


def collection() -> list[Song]:
    """120 songs, of which 9 are versions of others: lines left out, added, in capitals."""
    rng = random.Random(4)
    songs = [song(rng, rng.randint(7, 30)) for _ in range(111)]
    for k in range(9):
        lines = songs[5 * k].copy()
        del lines[3::7]
        songs.append([line.upper() for line in lines] + song(rng, 1))
    return [Song("", "\n".join(lines)) for lines in songs]


def grouped(songs: Sequence[Song], groups: Sequence[int]) -> np.ndarray:
    sketches = [sketch(one) for one in songs]
    numbers = np.array([number for own in sketches for number in own], np.uint32)
    return groups_of(numbers, np.array([len(own) for own in sketches], int), np.array(groups, int))


def test_the_same_are_found_as_when_all_lines_are_compared() -> None:
    songs = collection()
    found = grouped(songs, range(len(songs)))
    together = {tuple(np.flatnonzero(found == group)) for group in set(found.tolist())}
    assert together == {tuple(group) for group in near_duplicates(songs)}
    assert sum(len(group) > 1 for group in together) == 9


def test_what_belongs_together_anyway_stays_together() -> None:
    songs = collection()
    books = [k % 3 for k in range(30)] + [3 + k for k in range(90)]
    found = grouped(songs, books)
    for k in range(3):
        assert len({found[j] for j in range(30) if j % 3 == k}) == 1


def test_songs_without_lines_are_alone() -> None:
    assert list(grouped([Song("", "la"), Song("", "x")], [0, 1])) == [0, 1]
    assert list(grouped([], [])) == []


def test_a_line_that_everybody_has_tells_nothing() -> None:
    rng = random.Random(9)
    songs = [Song("", "\n".join(["glory hallelujah amen", *song(rng, 2)])) for _ in range(40)]
    assert len(set(grouped(songs, range(40)).tolist())) == 40
