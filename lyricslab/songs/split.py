"""Splits: which songs are for training, for validation and for testing (Sec. 2.1)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lyricslab.config import SplitConfig
from lyricslab.errors import CorpusTooSmallError
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song


class SplitChars(NamedTuple):
    """Characters of each split, titles included."""

    train: int
    val: int
    test: int


class Splits(NamedTuple):
    """The songs of a corpus in three splits, each in the corpus's order."""

    train: tuple[Song, ...]
    val: tuple[Song, ...]
    test: tuple[Song, ...]

    @property
    def chars(self) -> SplitChars:
        """The characters of each split."""
        return SplitChars(*(sum(len(song.framed) for song in songs) for songs in self))


def split(corpus: Corpus, config: SplitConfig) -> Splits:
    """Divide a corpus by song, with near-duplicates always in the same split.

    Departure (Sec. 2.1): the paper divides at random, so that a song may be tested on after its
    other version was trained on.

    Raises:
        CorpusTooSmallError: if there are fewer than three songs that differ.
    """
    groups = corpus.near_duplicates
    if len(groups) < 3:
        raise CorpusTooSmallError(
            f"There are {len(groups)} songs here that really differ, and a split needs three: one "
            "to learn from, one to check by, one to judge by. Add more songs."
        )
    songs = len(corpus.songs)
    val, test = (max(1, round(share * songs)) for share in (config.val, config.test))
    room = [max(1, songs - val - test), val, test]  # songs that each split still takes
    splits: list[list[int]] = [[], [], []]
    order = np.random.default_rng(config.seed).permutation(len(groups))
    # Large groups first, while every split still has room for them.
    for placed, which in enumerate(sorted(order, key=lambda g: -len(groups[g]))):
        empty = [k for k in range(3) if not splits[k]]
        remaining = len(groups) - placed
        allowed = empty if remaining <= len(empty) else range(3)
        target = max(allowed, key=lambda k: room[k])
        splits[target] += groups[which]
        room[target] -= len(groups[which])
    return Splits(*(tuple(corpus.songs[k] for k in sorted(members)) for members in splits))
