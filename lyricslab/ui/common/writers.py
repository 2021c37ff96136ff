"""The networks that can write: the bases, and every run that has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lyricslab.errors import NotFoundError
from lyricslab.library.bases import base_path, list_bases
from lyricslab.library.learned_songs import LearnedSongs
from lyricslab.library.learned_songs import learned_songs as run_songs
from lyricslab.library.runs import STATUS_PHRASES, find_run
from lyricslab.library.writer_knowledge import knowledge_of, knowledge_of_bases
from lyricslab.model import network_file
from lyricslab.model.decoding.knowledge import Knowledge
from lyricslab.model.inference import Network
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common.run_list import run_list


@dataclass(frozen=True, slots=True)
class Writer:
    """A network that can write."""

    key: str
    """Its name in an address: a base's name, a run's id."""
    name: str
    detail: str
    """What it learned from, in a few words."""
    path: Path
    """Its file."""
    run: RunRow | None = None
    """None for a base."""

    @property
    def label(self) -> str:
        """Return its name and what it learned from."""
        return f"{self.name} · {self.detail}" if self.detail else self.name


def writers(store: Store, workspace_id: str) -> list[Writer]:
    """Return the runs that have a network, the newest first, then the bases, lyrics first.

    The many runs of sweeps and searches come last.
    """
    found: list[Writer] = []
    swept: list[Writer] = []
    for run in run_list(store, workspace_id).rows:
        if has_network(store, run):
            writer = Writer(run.id, run.name, _run_detail(run), store.home.best(run.id), run)
            (swept if run.made_for else found).append(writer)
    lyrics_first = sorted(list_bases(store.home), key=lambda card: not card.lyrics)
    for card in lyrics_first:
        path = base_path(store.home, card.name)
        found.append(Writer(card.name, card.title or card.name, "base", path))
    return found + swept


def has_network(store: Store, run: RunRow) -> bool:
    """Return whether a run has saved a network yet."""
    return store.home.best(run.id).exists()


def find(store: Store, known: Sequence[Writer], text: str, workspace_id: str) -> Writer:
    """Return the writer of an address, by a base's name, a run's id or a run's name.

    Raises:
        NotFoundError: if there is none; it says what is missing.
    """
    for writer in known:
        if text == writer.key:
            return writer
    for writer in known:
        if text == writer.name:
            return writer
    try:
        run = find_run(store, text, workspace_id)
    except NotFoundError:
        raise NotFoundError(
            f"There is neither a base nor a run called '{text}' here; it may have been deleted. "
            "Choose another below."
        ) from None
    raise NotFoundError(
        f"'{run.name}' has no network to write with yet: it {STATUS_PHRASES[run.status]}. "
        "Choose another below."
    )


def network(writer: Writer) -> Network:
    """Return a writer's network, read once for each version of its file.

    Raises:
        CheckpointError: if its file is missing or damaged.
    """
    return _network(str(writer.path), network_file.load_card(writer.path).weights_digest)


def knowledge(store: Store, writer: Writer) -> Knowledge:
    """Return what a writer knows: the words of the lexicon, and a run's songs and their words."""
    return knowledge_of_bases() if writer.run is None else knowledge_of(store, writer.run)


def learned_songs(store: Store, writer: Writer) -> LearnedSongs | None:
    """Return the songs that a run learned from; None for a base, and where they are gone."""
    try:
        return None if writer.run is None else run_songs(store, writer.run)
    except NotFoundError:
        return None


@st.cache_resource(show_spinner=False, max_entries=8)
def _network(path: str, digest: str) -> Network:
    weights, card = network_file.load(Path(path))
    return Network(weights, card.model)


def _run_detail(run: RunRow) -> str:
    so_far = " so far" if run.unfinished else ""
    of = f", of a {run.made_for}" if run.made_for else ""
    named = run.corpus_name.casefold() in run.name.casefold()
    return f"{'' if named else run.corpus_name}{so_far}{of}".strip(" ,")
