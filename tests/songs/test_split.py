"""A split puts each song into one part, the same one each time, and keeps versions together."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.config import THIRDS, SplitConfig
from lyricslab.errors import CorpusTooSmallError
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.songs.split import SplitChars, split
from tests.support.made_songs import made_song, version


def corpus(size: int) -> Corpus:
    return Corpus("c", tuple(made_song(number) for number in range(size)))


shares = st.sampled_from(
    [SplitConfig(), SplitConfig(**THIRDS), SplitConfig(train=0.5, val=0.2, test=0.3)]
)


@given(st.integers(3, 60), shares, st.integers(0, 999))
def test_every_song_is_in_one_split_in_its_order(size: int, config: SplitConfig, seed: int) -> None:
    songs = corpus(size)
    config = SplitConfig(**{**config.to_dict(), "seed": seed})
    splits = split(songs, config)
    assert split(corpus(size), config) == splits
    position = {song: k for k, song in enumerate(songs.songs)}
    positions = [[position[song] for song in members] for members in splits]
    assert sorted(k for members in positions for k in members) == list(range(size))
    assert all(members == sorted(members) and members for members in positions)
    for members, share in zip(splits, (config.train, config.val, config.test), strict=True):
        assert abs(len(members) - share * size) <= 1.5


def test_another_seed_gives_another_split() -> None:
    assert len({split(corpus(41), SplitConfig(seed=seed)).test for seed in range(8)}) == 8


@given(
    st.lists(st.integers(0, 3), min_size=6, max_size=24),
    shares,
    st.integers(0, 99),
    st.randoms(use_true_random=False),
)
def test_versions_of_a_song_are_in_one_split(
    versions: list[int], config: SplitConfig, seed: int, random
) -> None:
    songs = []
    for number, count in enumerate(versions):
        first = made_song(number)
        songs += [first, *(version(first, k, changed=k + 1) for k in range(count))]
    random.shuffle(songs)
    splits = split(Corpus("c", tuple(songs)), SplitConfig(**{**config.to_dict(), "seed": seed}))
    splits_of: dict[str, set[int]] = {}
    for k, members in enumerate(splits):
        for song in members:
            splits_of.setdefault(song.title.partition(" (")[0], set()).add(k)
    assert all(len(found) == 1 for found in splits_of.values())
    assert all(splits)


@pytest.mark.parametrize("size", [0, 1, 2])
def test_too_few_songs(size: int) -> None:
    with pytest.raises(CorpusTooSmallError, match="three"):
        split(corpus(size), SplitConfig())


def test_versions_do_not_count_as_songs() -> None:
    first = made_song(1)
    songs = (first, *(version(first, k, 1) for k in range(5)), made_song(2))
    with pytest.raises(CorpusTooSmallError, match="really differ"):
        split(Corpus("c", songs), SplitConfig())


def test_many_songs_are_split() -> None:
    splits = split(corpus(2500), SplitConfig())
    assert [len(members) for members in splits] == [2000, 250, 250]
    numbers = [int(song.title.split()[1]) for song in splits.train]
    assert all(a < b for a, b in pairwise(numbers))


def test_characters_of_each_split_count_titles() -> None:
    songs = Corpus("c", (Song("Ab", "one two"), Song("", "three"), Song("", "four")))
    splits = split(songs, SplitConfig())
    assert sorted(splits.chars) == [4, 5, 11]
    assert splits.chars == SplitChars(*(len(members[0].framed) for members in splits))
