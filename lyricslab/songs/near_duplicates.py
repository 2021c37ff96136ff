"""Which of very many songs are versions of one another, told from a few lines of each.

`split.near_duplicates` compares all lines of all songs; this takes eight numbers a song, so that
a million of them fit into memory.
"""

from __future__ import annotations

from itertools import combinations
from zlib import crc32

import numpy as np

from lyricslab.songs.song import Song
from lyricslab.songs.split import plain_lines

SKETCH_LINES = 8
"""Of each song so many lines are kept: those with the lowest numbers, which are the same lines
in any version that has them."""
SHARED = 0.5
"""Songs of whose kept lines this part is the same are versions of one another."""
COMMON_SONGS = 20
"""A line in more songs than this tells nothing about any two of them."""
SHORT_LINE_CHARS = 10


def sketch(song: Song) -> list[int]:
    """The lowest numbers among a song's lines, each of them 32 bits; few where lines are few."""
    lines = {line for line in plain_lines(song) if len(line) >= SHORT_LINE_CHARS}
    return sorted(crc32(line.encode()) for line in lines)[:SKETCH_LINES]


def groups_of(numbers: np.ndarray, sizes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The group of each song, (S,): songs that are versions of one another share it.

    Args:
        numbers: the songs' sketches end to end, uint32.
        sizes: how many numbers each song has there, (S,).
        groups: what each song belongs to anyway, such as its book, (S,).
    """
    own: list[int] = groups.tolist()
    parent = list(range(max(own, default=-1) + 1))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = k = parent[parent[k]]
        return k

    songs = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    order = np.argsort(numbers, kind="stable")
    numbers, songs = numbers[order], songs[order]
    _, starts, counts = np.unique(numbers, return_index=True, return_counts=True)
    shared: dict[tuple[int, int], int] = {}
    told = (counts > 1) & (counts <= COMMON_SONGS)
    for start, count in zip(starts[told], counts[told], strict=True):
        for pair in combinations(songs[start : start + count].tolist(), 2):
            shared[pair] = shared.get(pair, 0) + 1
    for (a, b), count in shared.items():
        if count >= max(2, SHARED * min(sizes[a], sizes[b])):
            parent[root(own[b])] = root(own[a])
    return np.array([root(group) for group in own], np.int64)
