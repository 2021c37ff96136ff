"""What the three kinds of network write, and how much of it is English (Sec. 4.1, Figures 2-4)."""

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
"""The seed of every first song; the next song of a sample has the next seed."""
SAMPLES = 10
"""So many samples are counted, of which the first is shown; one alone says little."""
_SEEDS_APART = 1000
_MOST_SONGS = 200
"""A network that ends each song at once is not asked for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The network that stands for one kind: the best seed of the best cell, by validation."""

    kind: str
    """ "baseline", or what the base had read as the paper's tables say it."""
    base: str | None
    run_id: str
    name: str
    """What it is, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What one network writes, and its counts."""

    writer: Writer
    text: str
    """The first sample."""
    english: EnglishShare
    """Over all samples."""
    copy: Copy
    """The longest piece of any sample that stands in a song it learned from."""
    copied_from: str
    """That song's title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """The same counts of songs that people wrote: those of the corpus that no network learned."""

    songs: int
    english: EnglishShare
    copy: Copy


class Written(NamedTuple):
    """What the networks of a sweep write, beside songs by people."""

    writings: tuple[Writing, ...]
    yardstick: Yardstick | None
    missing: tuple[str, ...]
    """What could not be had, a sentence each."""


def writers(found: SweepTable) -> list[Writer]:
    """The networks whose samples are shown: the songs alone, then each base at its best."""
    chosen: list[Writer] = []
    if found.baseline is not None and found.baseline.done:
        chosen.append(_writer(found.baseline, "baseline", "no base: the songs alone"))
    for base in sorted(found.plan.bases, key=lambda base: base.lyrics):
        cell = found.best(base.name, "subset") or found.best(base.name, "head", "all")
        if cell is not None and cell.done:
            label = label_of(cell.cell.kind, cell.cell.trainable, cell.model.num_layers)
            learned = f"layers {label}" if " and " in label else f"layer {label}"
            name = f"{base.name}, {learned if cell.cell.kind == 'subset' else label} retrained"
            chosen.append(_writer(cell, "song lyrics" if base.lyrics else "books", name))
    return chosen


def _writer(cell: CellResult, kind: str, name: str) -> Writer:
    best = min(cell.done, key=lambda seed: (seed.val or 0.0, seed.seed))
    return Writer(kind=kind, base=cell.cell.base, run_id=best.run_id or "", name=name)


def sides(store: Store, found: SweepTable) -> Splits:
    """The songs of a sweep as it divided them.

    Raises:
        NotFoundError: if the corpus is not there any more.
    """
    return split(load_corpus(store, found.corpus_id), found.split)


def writing(store: Store, writer: Writer, learned: Sequence[Song]) -> Writing:
    """What a network writes, from fixed seeds.

    Args:
        learned: the songs it learned from.

    Raises:
        CheckpointError: if its network is not there.
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
    """1,000 characters: a song, and where it ends before that the next."""
    text = ""
    for number in range(_MOST_SONGS):
        config = SampleConfig(temperature=TEMPERATURE, length_chars=CHARS, seed=seed + number)
        text += write(network, config)[0].text
        if len(text) >= CHARS:
            break
        text = text.rstrip("\n") + "\n\n"
    return text[:CHARS]


def yardstick(parts: Splits) -> Yardstick:
    """The counts of the test songs, and what they share with the songs to learn from."""
    source = Source([song.framed for song in parts.train])
    texts = [song.framed for song in parts.test]
    copy = max((source.longest_copy(text) for text in texts), key=lambda copy: copy.chars)
    return Yardstick(songs=len(texts), english=english_share("\n".join(texts)), copy=copy)
