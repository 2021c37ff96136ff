"""A network by whatever name it goes: a base's name, a run's id or a run's name."""

from __future__ import annotations

from typing import Any

from lyricslab.config import SplitConfig
from lyricslab.errors import NotFoundError
from lyricslab.library import library, runs
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.network_file import Weights
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.store.rows import LOCAL, RunRow
from lyricslab.store.store import Store


def load(store: Store, name: str, workspace_id: str = LOCAL) -> tuple[Weights, Card]:
    """A network's weights and card; a base goes before a run of the same name.

    Raises:
        NotFoundError: if neither a base nor a run is called so.
        CheckpointError: if its files are missing or damaged, or the run has none yet.
    """
    try:
        card, stem = library.base(store.home, name)
    except NotFoundError:
        return network_file.load(store.home.best(run(store, name, workspace_id).id))
    return network_file.load(stem)[0], card


def run(store: Store, name: str, workspace_id: str = LOCAL) -> RunRow:
    """The run of this id or name, where no base is called so.

    Raises:
        NotFoundError: if there is none either.
    """
    try:
        return runs.find(store, name, workspace_id)
    except NotFoundError:
        known = ", ".join(card.name for card in library.bases(store.home)) or "none"
        raise NotFoundError(
            f"There is neither a base nor a run called '{name}'. Bases: {known}. "
            "Runs are listed by `python -m lyricslab runs`."
        ) from None


def evaluate(
    weights: Weights, card: Card, corpus: Corpus, split_config: SplitConfig
) -> dict[str, Any]:
    """How well a network predicts each side of a corpus: nats/char, bits/char, padded loss.

    Raises:
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    from lyricslab.training import evaluation
    from lyricslab.training.hardware import configure
    from lyricslab.training.lstm import build

    configure()
    model = build(card.model, weights)
    parts = split(corpus, split_config)
    found: dict[str, Any] = {}
    for side, songs in zip(parts._fields, parts, strict=True):
        ids = [song.ids for song in songs]
        score = evaluation.evaluate(model, ids)
        found[f"{side}_songs"] = len(ids)
        found[f"{side}_predictions"] = score.predictions
        found[f"{side}_nats_per_char"] = score.nats_per_char
        found[f"{side}_bits_per_char"] = score.bits_per_char
        found[f"{side}_padded_loss"] = evaluation.padded_loss(model, ids)
    return found
