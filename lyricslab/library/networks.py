"""Networks by name: of a base, or of a run by its id or name."""

from __future__ import annotations

from typing import Any

from lyricslab.config import SplitConfig
from lyricslab.errors import NotFoundError
from lyricslab.library.bases import list_bases, load_base
from lyricslab.library.runs import find_run
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.inference import Network
from lyricslab.model.network_file import Weights
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.store.rows import LOCAL, RunRow
from lyricslab.store.store import Store


def load_network(store: Store, name: str, workspace_id: str = LOCAL) -> tuple[Weights, Card]:
    """Return the weights and the card of a network; a base precedes a run of the same name.

    Raises:
        NotFoundError: if neither a base nor a run has this name.
        CheckpointError: if its file is missing or damaged, or the run has no network yet.
    """
    try:
        return load_base(store.home, name)
    except NotFoundError:
        return network_file.load(store.home.best(find_network_run(store, name, workspace_id).id))


def find_network_run(store: Store, name: str, workspace_id: str = LOCAL) -> RunRow:
    """Return the run of this id or name, where there is no such base.

    Raises:
        NotFoundError: if there is no such run either.
    """
    try:
        return find_run(store, name, workspace_id)
    except NotFoundError:
        bases = ", ".join(card.name for card in list_bases(store.home)) or "none"
        raise NotFoundError(
            f"There is neither a base nor a run called '{name}'. Bases: {bases}. "
            "Runs are listed by `python -m lyricslab runs`."
        ) from None


def load_run_network(store: Store, run_id: str) -> Network:
    """Return a run's best network, ready to write songs; free of torch.

    Raises:
        CheckpointError: if it has none yet, or its file is damaged.
    """
    weights, card = network_file.load(store.home.best(run_id))
    return Network(weights, card.model)


def evaluate_network(
    weights: Weights, card: Card, corpus: Corpus, split_config: SplitConfig
) -> dict[str, Any]:
    """Measure how well a network predicts each part of a corpus: nats/char, bits/char, padded loss.

    Raises:
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    from lyricslab.training import evaluation
    from lyricslab.training.hardware import configure
    from lyricslab.training.lstm import build

    configure()
    model = build(card.model, weights)
    parts = split(corpus, split_config)
    results: dict[str, Any] = {}
    for part, songs in zip(parts._fields, parts, strict=True):
        ids = [song.ids for song in songs]
        score = evaluation.evaluate(model, ids)
        results[f"{part}_songs"] = len(ids)
        results[f"{part}_predictions"] = score.predictions
        results[f"{part}_nats_per_char"] = score.nats_per_char
        results[f"{part}_bits_per_char"] = score.bits_per_char
        results[f"{part}_padded_loss"] = evaluation.padded_loss(model, ids)
    return results
