"""Export a network as one file to keep or give away: its weights, its card and its licence."""

from __future__ import annotations

import io
import stat
import zipfile
from dataclasses import replace

from lyricslab.library.bases import base_title, list_bases, load_stored_base, to_base_name
from lyricslab.library.corpora import load_corpus
from lyricslab.model.card import Card
from lyricslab.model.network_file import load_stored, pack_network
from lyricslab.songs.split import split
from lyricslab.store.home import Home
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first day a zip can name; the real date would make equal exports differ."""


def export_base(home: Home, base_name: str) -> bytes:
    """Return a base as the bytes of a network file.

    Raises:
        NotFoundError: if there is no base of this name.
        CheckpointError: if its file is damaged.
    """
    weights, card = load_stored_base(home, base_name)
    details = {name: value for name, value in card.details.items() if name != "imported"}
    return pack_network(weights, replace(card, details=details))[0]


def export_run(store: Store, run: RunRow) -> bytes:
    """Return a run's best network as the bytes of a network file.

    Its card names the base and the corpus, and holds none of the songs.

    Raises:
        CheckpointError: if it has no network yet, or its file is damaged.
        NotFoundError: if its corpus is missing.
        BrokenFileError: if its corpus is damaged.
    """
    weights, card = load_stored(store.home.best(run.id))
    return pack_network(weights, _public_card(store, run, card))[0]


def zip_network(data: bytes, name: str) -> bytes:
    """Return a zip that holds one network file; the same network always gives the same bytes."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_STORED) as file:
        info = zipfile.ZipInfo(f"{name}.safetensors", EPOCH)
        info.create_system = 3  # as on Unix, on every system
        info.external_attr = (stat.S_IFREG | 0o644) << 16
        file.writestr(info, data)
    return zipped.getvalue()


def _public_card(store: Store, run: RunRow, best: Card) -> Card:
    """Describe a run's network to people who do not have the run."""
    train_songs = split(load_corpus(store, run.corpus_id), run.config.split).train
    base_card = next((card for card in list_bases(store.home) if card.name == run.base), None)
    after = "" if run.base is None else f", after the base '{base_title(store.home, run.base)}'"
    points = store.points(run.id, 400)
    return replace(
        best,
        name=to_base_name(run.name) or run.id,
        title=run.name,
        reads=f"'{run.corpus_name}'{after}",
        sources=() if base_card is None else base_card.sources,
        songs=len(train_songs),
        characters=sum(len(song.framed) for song in train_songs),
        test_nats_per_char=run.test,
        details={
            "base": run.base,
            "base_licence": "" if base_card is None else base_card.licence,
            "corpus": run.corpus_name,
            "trainable": run.trainable,
            "train": run.config.settings.to_dict(),
            "seed": run.config.seed,
            "curve": [{"step": p.step, "train": p.train_loss, "val": p.val_loss} for p in points],
        },
    )
