"""Which songs are learned from, which decide when to stop, which judge in the end (Sec. 2.1)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from lyricslab.config import SplitConfig
from lyricslab.errors import CorpusTooSmallError
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song

SHARED_LINES = 0.5
"""Songs that share at least this part of the shorter one's lines are near-duplicates."""
COMMON_LINE_SONGS = 200
"""A line in more songs than this tells nothing about any two of them."""
_LETTERS = str.maketrans(
    {char: char.lower() if char.isalnum() else " " for char in map(chr, range(128)) if char != "\n"}
)
"""What of a line counts when it is compared: letters in small, and digits."""


class Splits(NamedTuple):
    """A corpus's songs on three sides, each in the corpus's order."""

    train: tuple[Song, ...]
    val: tuple[Song, ...]
    test: tuple[Song, ...]


def split(corpus: Corpus, config: SplitConfig) -> Splits:
    """Divides a corpus by song; near-duplicates always fall on the same side.

    Departure (Sec. 2.1): the paper divides at random, so that a song's other version may judge it.

    Raises:
        CorpusTooSmallError: if there are fewer than three songs that differ.
    """
    groups = near_duplicates(corpus.songs)
    if len(groups) < 3:
        raise CorpusTooSmallError(
            f"There are {len(groups)} songs here that really differ, and a split needs three: one "
            "to learn from, one to check by, one to judge by. Add more songs."
        )
    songs = len(corpus.songs)
    val, test = (max(1, round(share * songs)) for share in (config.val, config.test))
    room = [max(1, songs - val - test), val, test]  # songs that each side still takes
    sides: list[list[int]] = [[], [], []]
    order = np.random.default_rng(config.seed).permutation(len(groups))
    # Large groups first, while every side still has room for them.
    for placed, which in enumerate(sorted(order, key=lambda g: -len(groups[g]))):
        empty = [k for k in range(3) if not sides[k]]
        left = len(groups) - placed
        allowed = empty if left <= len(empty) else range(3)
        side = max(allowed, key=lambda k: room[k])
        sides[side] += groups[which]
        room[side] -= len(groups[which])
    return Splits(*(tuple(corpus.songs[k] for k in sorted(side)) for side in sides))


def near_duplicates(songs: Sequence[Song]) -> list[list[int]]:
    """The songs by number in groups that share most of their lines; most groups hold one."""
    lines = [set(plain_lines(song)) for song in songs]
    return grouped(lines, shared_lines(lines))


def plain_lines(song: Song) -> list[str]:
    """The lines of a song as they are compared: case and punctuation aside, none without words."""
    lines = (" ".join(line.split()) for line in song.text.translate(_LETTERS).split("\n"))
    return [line for line in lines if line]


def shared_lines(lines: Sequence[set[str]]) -> Counter[tuple[int, int]]:
    """How many lines any two songs share, by their numbers, the lower first; those that do."""
    times: Counter[str] = Counter()
    for own in lines:
        times.update(own)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for k, own in enumerate(lines):
        for line in own:
            if 1 < times[line] <= COMMON_LINE_SONGS:
                holders[line].append(k)
    shared: Counter[tuple[int, int]] = Counter()
    for who in holders.values():
        shared.update(combinations(who, 2))
    return shared


def grouped(lines: Sequence[set[str]], shared: Counter[tuple[int, int]]) -> list[list[int]]:
    """The songs by number, those together that share most of the shorter one's lines."""
    parent = list(range(len(lines)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = k = parent[parent[k]]
        return k

    for (a, b), count in shared.items():
        if count >= SHARED_LINES * min(len(lines[a]), len(lines[b])):
            parent[root(b)] = root(a)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for k in range(len(lines)):
        groups[root(k)].append(k)
    return list(groups.values())
