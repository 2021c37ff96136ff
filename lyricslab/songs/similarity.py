"""Near-duplicates: songs that share most of their lines, such as versions of one song.

`near_duplicates` compares all lines of a corpus. For a bulk dataset of a million songs,
`merge_near_duplicates` compares a bottom-k MinHash of each (Broder 1997, "On the resemblance and
containment of documents"): eight hash values a song, which fit into memory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate, combinations, takewhile
from math import comb
from zlib import crc32

import numpy as np

from lyricslab.songs.song import Song

NEAR_DUPLICATE_SHARE = 0.5
"""Songs that share at least this part of the shorter one's lines are near-duplicates."""
MAX_LINE_SONGS = 200
"""A line in more songs than this is too common to compare songs by."""
MAX_SHARED = 2_000_000
"""How often songs are paired by a line they share, which bounds memory: rarer lines first."""
MINHASH_SIZE = 8
"""How many hash values, the lowest, are kept of each song."""
MAX_HASH_SONGS = 20
"""`MAX_LINE_SONGS` for MinHashes."""
MIN_HASHED_CHARS = 10
"""Shorter lines are not hashed."""
_NORMALISED = str.maketrans(
    {char: char.lower() if char.isalnum() else " " for char in map(chr, range(128)) if char != "\n"}
)


class _DisjointSets:
    """Sets of the numbers 0 to N - 1, merged pair by pair (union-find)."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, k: int) -> int:
        while self.parent[k] != k:
            self.parent[k] = k = self.parent[self.parent[k]]
        return k

    def merge(self, a: int, b: int) -> None:
        self.parent[self.root(b)] = self.root(a)


# ---- by all lines


def near_duplicates(songs: Sequence[Song]) -> list[list[int]]:
    """Return the positions of the songs in groups of near-duplicates; most groups hold one."""
    lines = [set(normalised_lines(song)) for song in songs]
    return group_near_duplicates(lines, count_shared_lines(lines))


def normalised_lines(song: Song) -> list[str]:
    """Return the lines of a song in lower case, without punctuation and empty lines."""
    lines = (" ".join(line.split()) for line in song.text.translate(_NORMALISED).split("\n"))
    return [line for line in lines if line]


def count_shared_lines(lines: Sequence[set[str]]) -> Counter[tuple[int, int]]:
    """Return for each pair of songs (a, b), a < b, that share lines how many they share.

    Lines in more than `MAX_LINE_SONGS` songs do not count. Where that leaves more than
    `MAX_SHARED` pairs, neither do the most common of the others.
    """
    frequencies = Counter(line for song_lines in lines for line in song_lines)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for k, song_lines in enumerate(lines):
        for line in song_lines:
            if 1 < frequencies[line] <= MAX_LINE_SONGS:
                holders[line].append(k)
    shared: Counter[tuple[int, int]] = Counter()
    for songs in _compared(list(holders.values())):
        shared.update(combinations(songs, 2))
    return shared


def _compared(holders: list[list[int]]) -> list[list[int]]:
    """Return the songs with each line that is compared: of too many lines the rarer ones."""
    if sum(comb(len(songs), 2) for songs in holders) <= MAX_SHARED:
        return holders
    rarest_first = sorted(holders, key=len)
    pairs = accumulate(comb(len(songs), 2) for songs in rarest_first)
    return rarest_first[: sum(1 for _ in takewhile(lambda count: count <= MAX_SHARED, pairs))]


def group_near_duplicates(
    lines: Sequence[set[str]], shared: Counter[tuple[int, int]]
) -> list[list[int]]:
    """Return the positions of the songs in groups of near-duplicates.

    Args:
        shared: what `count_shared_lines` returns for these lines.
    """
    sets = _DisjointSets(len(lines))
    for (a, b), count in shared.items():
        if count >= NEAR_DUPLICATE_SHARE * min(len(lines[a]), len(lines[b])):
            sets.merge(a, b)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for k in range(len(lines)):
        groups[sets.root(k)].append(k)
    return list(groups.values())


# ---- by MinHash


def minhash(song: Song) -> list[int]:
    """Return the lowest 32-bit hash values of a song's lines, at most `MINHASH_SIZE`, in order."""
    lines = {line for line in normalised_lines(song) if len(line) >= MIN_HASHED_CHARS}
    return sorted(crc32(line.encode()) for line in lines)[:MINHASH_SIZE]


def merge_near_duplicates(hashes: np.ndarray, sizes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the group of each song, (S,), where near-duplicates share a group.

    Args:
        hashes: the MinHashes of all songs, concatenated, uint32.
        sizes: the number of hash values of each song, (S,).
        groups: the group each song belongs to already, such as its book, (S,).
    """
    group_of: list[int] = groups.tolist()
    sets = _DisjointSets(max(group_of, default=-1) + 1)
    songs = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    order = np.argsort(hashes, kind="stable")
    hashes, songs = hashes[order], songs[order]
    _, starts, counts = np.unique(hashes, return_index=True, return_counts=True)
    shared: dict[tuple[int, int], int] = {}
    compared = (counts > 1) & (counts <= MAX_HASH_SONGS)
    for start, count in zip(starts[compared], counts[compared], strict=True):
        for pair in combinations(songs[start : start + count].tolist(), 2):
            shared[pair] = shared.get(pair, 0) + 1
    for (a, b), count in shared.items():
        if count >= max(2, NEAR_DUPLICATE_SHARE * min(sizes[a], sizes[b])):
            sets.merge(group_of[a], group_of[b])
    return np.array([sets.root(group) for group in group_of], np.int64)
