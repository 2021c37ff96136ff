"""Samples of the three kinds of network, and their share of English words (Sec. 4.1, Fig. 2-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lyricslab.analysis.originality import Copy, Source
from lyricslab.config import SampleConfig
from lyricslab.english.lexicon import EnglishShare, english_share
from lyricslab.experiments.sweep_results import CellResult, SweepTable
from lyricslab.library.corpora import load_corpus
from lyricslab.library.networks import load_run_network
from lyricslab.model.inference import Network
from lyricslab.model.sampler import write
from lyricslab.report.content import label_of
from lyricslab.songs.song import Song
from lyricslab.songs.split import Splits, split
from lyricslab.store.store import Store

CHARS = 1000
TEMPERATURE = 0.8
FIRST_SEED = 1
"""The seed of the first song of a sample; the next song has the next seed."""
SAMPLES = 10
"""How many samples are counted for each network; the first is shown."""
_SEEDS_APART = 1000
_MAX_SONGS = 200
"""The most songs in a sample, for a network that ends each song at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The network that represents one kind: the best seed of the best cell, by validation."""

    kind: str
    """ "baseline", "books" or "song lyrics"."""
    base: str | None
    run_id: str
    name: str
    """A short description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """The samples of one network, and their statistics."""

    writer: Writer
    text: str
    """The first sample."""
    english: EnglishShare
    """Over all samples."""
    copy: Copy
    """The longest passage of any sample that is also in a song it learned from."""
    copied_from: str
    """That song's title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """The same statistics of the test songs, which people wrote and no network learned from."""

    songs: int
    english: EnglishShare
    copy: Copy


class Written(NamedTuple):
    """The samples of a sweep's networks, beside songs by people."""

    writings: tuple[Writing, ...]
    yardstick: Yardstick | None
    missing: tuple[str, ...]
    """A sentence for each network that could not be sampled."""


def writers(found: SweepTable) -> list[Writer]:
    """Return the networks whose samples are shown: the baseline, then the best of each base."""
    chosen: list[Writer] = []
    if found.baseline is not None and found.baseline.done:
        chosen.append(_writer(found.baseline, "baseline", "no base: the songs alone"))
    for base in sorted(found.plan.bases, key=lambda base: base.lyrics):
        cell = found.best(base.name, "subset") or found.best(base.name, "head", "all")
        if cell is not None and cell.done:
            name = f"{found.title(base.name)}, {label_of(cell.cell)} retrained"
            chosen.append(_writer(cell, "song lyrics" if base.lyrics else "books", name))
    return chosen


def _writer(cell: CellResult, kind: str, name: str) -> Writer:
    return Writer(kind=kind, base=cell.cell.base, run_id=cell.best_seed.run_id or "", name=name)


def sides(store: Store, found: SweepTable) -> Splits:
    """Return the songs of a sweep as it divided them.

    Raises:
        NotFoundError: if the corpus was deleted.
    """
    return split(load_corpus(store, found.corpus_id), found.split)


def writing(store: Store, writer: Writer, learned: Sequence[Song]) -> Writing:
    """Return the samples of a network, from fixed seeds.

    Args:
        learned: the songs it learned from.

    Raises:
        CheckpointError: if its network file is missing.
    """
    network = load_run_network(store, writer.run_id)
    texts = [sample(network, FIRST_SEED + number * _SEEDS_APART) for number in range(SAMPLES)]
    source = Source([song.framed for song in learned])
    copy = max((source.longest_copy(text) for text in texts), key=lambda copy: copy.chars)
    return Writing(
        writer=writer,
        text=texts[0],
        english=english_share("\n".join(texts)),
        copy=copy,
        copied_from=learned[copy.song].title if copy.chars else "",
    )


def sample(network: Network, seed: int) -> str:
    """Return 1,000 characters: a song, and further songs if it is shorter."""
    text = ""
    for number in range(_MAX_SONGS):
        config = SampleConfig(temperature=TEMPERATURE, length_chars=CHARS, seed=seed + number)
        text += write(network, config)[0].text
        if len(text) >= CHARS:
            break
        text = text.rstrip("\n") + "\n\n"
    return text[:CHARS]


def yardstick(parts: Splits) -> Yardstick:
    """Return the statistics of the test songs, compared with the songs to learn from."""
    source = Source([song.framed for song in parts.train])
    texts = [song.framed for song in parts.test]
    copy = max((source.longest_copy(text) for text in texts), key=lambda copy: copy.chars)
    return Yardstick(songs=len(texts), english=english_share("\n".join(texts)), copy=copy)
