"""A split puts each song on one side, the same one each time, and keeps versions together."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.config import THIRDS, SplitConfig
from lyricslab.errors import CorpusTooSmallError
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.songs.split import Splits, near_duplicates, split

WORDS = "dog river moon door snow road fire glass bird stone".split()


def song(number: int, lines: int = 7) -> Song:
    """A song none of whose lines is in another's."""
    made = [f"{WORDS[(number + k) % 10]} number {number} in line {k}" for k in range(lines)]
    return Song(f"Song {number}", "\n".join(made))


def version(of: Song, number: int, changed: int) -> Song:
    """A song with so many lines of another replaced, and small changes in the rest."""
    lines = of.text.split("\n")
    new = [f"only in version {number}, line {k}" for k in range(changed)]
    kept = [line.upper() + " !" for line in lines[changed:]]
    return Song(f"{of.title} (live {number})", "\n".join(new + kept))


def corpus(size: int) -> Corpus:
    return Corpus("c", tuple(song(number) for number in range(size)))


shares = st.sampled_from(
    [SplitConfig(), SplitConfig(**THIRDS), SplitConfig(train=0.5, val=0.2, test=0.3)]
)


@given(st.integers(3, 60), shares, st.integers(0, 999))
def test_every_song_is_on_one_side_in_its_order(size: int, config: SplitConfig, seed: int) -> None:
    whole = corpus(size)
    sides = split(whole, SplitConfig(**{**config.to_dict(), "seed": seed}))
    place = {song: k for k, song in enumerate(whole.songs)}
    placed = [[place[song] for song in side] for side in sides]
    assert sorted(k for side in placed for k in side) == list(range(size))
    assert all(side == sorted(side) and side for side in placed)
    for side, share in zip(sides, (config.train, config.val, config.test), strict=True):
        assert abs(len(side) - share * size) <= 1.5


@given(st.integers(10, 40), st.integers(0, 99))
def test_the_same_seed_gives_the_same_split(size: int, seed: int) -> None:
    config = SplitConfig(seed=seed)
    assert split(corpus(size), config) == split(corpus(size), config)


def test_another_seed_gives_another_split() -> None:
    found = {split(corpus(41), SplitConfig(seed=seed)).test for seed in range(8)}
    assert len(found) == 8


@given(
    st.lists(st.integers(0, 3), min_size=6, max_size=24),
    shares,
    st.integers(0, 99),
    st.randoms(use_true_random=False),
)
def test_versions_of_a_song_never_straddle(
    versions: list[int], config: SplitConfig, seed: int, random
) -> None:  # type: ignore[no-untyped-def]
    made = []
    for number, count in enumerate(versions):
        first = song(number)
        made += [first, *(version(first, k, changed=k + 1) for k in range(count))]
    random.shuffle(made)
    sides = split(Corpus("c", tuple(made)), SplitConfig(**{**config.to_dict(), "seed": seed}))
    where = _sides_of_titles(sides)
    assert all(len(found) == 1 for found in where.values())
    assert all(sides)


def _sides_of_titles(sides: Splits) -> dict[str, set[int]]:
    where: dict[str, set[int]] = {}
    for k, side in enumerate(sides):
        for one in side:
            where.setdefault(one.title.partition(" (")[0], set()).add(k)
    return where


def test_half_the_lines_make_a_version_and_fewer_do_not() -> None:
    first = song(1, lines=8)
    assert len(near_duplicates([first, version(first, 1, changed=4), song(2)])) == 2
    assert len(near_duplicates([first, version(first, 1, changed=5), song(2)])) == 3


def test_versions_of_versions_are_one_group() -> None:
    chain = [song(1, lines=8)]
    for k in range(3):
        chain.append(version(chain[-1], k, changed=3))
    groups = near_duplicates([song(9), *chain])
    assert sorted(map(len, groups)) == [1, 4]


def test_a_line_that_everyone_sings_ties_nothing() -> None:
    singers = [Song(f"{k}", f"hallelujah\nline {k} alone") for k in range(450)]
    assert len(near_duplicates(singers)) == 450


@pytest.mark.parametrize("size", [0, 1, 2])
def test_too_few_songs(size: int) -> None:
    with pytest.raises(CorpusTooSmallError, match="three"):
        split(corpus(size), SplitConfig())


def test_versions_do_not_count_as_songs() -> None:
    first = song(1)
    with pytest.raises(CorpusTooSmallError, match="really differ"):
        split(
            Corpus("c", (first, *(version(first, k, 1) for k in range(5)), song(2))), SplitConfig()
        )


def test_many_songs_are_split() -> None:
    sides = split(corpus(2500), SplitConfig())
    assert [len(side) for side in sides] == [2000, 250, 250]
    numbers = [int(one.title.split()[1]) for one in sides.train]
    assert all(a < b for a, b in pairwise(numbers))
