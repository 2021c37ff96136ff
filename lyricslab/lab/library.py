"""The library: corpora to learn from and pretrained bases to start from."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lyricslab.errors import BrokenFileError, CheckpointError, InUseError, NotFoundError
from lyricslab.lab.home import Home, writing
from lyricslab.lab.rows import LOCAL, CorpusRow
from lyricslab.lab.store import Store, free_name
from lyricslab.model import checkpoint
from lyricslab.model.card import Card
from lyricslab.text.corpus import Corpus

ASSETS = Path(__file__).resolve().parents[2] / "assets"
"""What ships with the program: bases and songbooks."""

logger = logging.getLogger(__name__)


# ---- corpora


def add_corpus(
    store: Store, corpus: Corpus, report: dict[str, Any] | None = None, workspace_id: str = LOCAL
) -> CorpusRow:
    """Puts a corpus into the library; the same songs under the same name are there once.

    A name that other songs have gets a number: "Sea songs", "Sea songs 2".

    Args:
        report: what was found and changed when it was read, as plain JSON values.

    Raises:
        StoreError: if it cannot be written.
    """
    others = [row for row in store.corpora(workspace_id) if row.digest != corpus.digest]
    with writing(store.home.corpora):
        checkpoint.write_file(store.home.corpus_file(corpus.digest), corpus.to_json().encode())
    return store.add_corpus(
        name=free_name(corpus.name, {row.name for row in others}),
        digest=corpus.digest,
        songs=len(corpus.songs),
        characters=corpus.characters,
        report=report or {},
        workspace_id=workspace_id,
    )


def corpora(store: Store, workspace_id: str = LOCAL) -> list[CorpusRow]:
    """Every corpus of a workspace, the newest first."""
    return store.corpora(workspace_id)


def load_corpus(store: Store, corpus_id: str) -> Corpus:
    """The songs of a corpus.

    Raises:
        NotFoundError: if there is no such corpus, or its file is gone.
        BrokenFileError: if its file is damaged, or holds other songs.
    """
    row = store.corpus(corpus_id)
    path = store.home.corpus_file(row.digest)
    try:
        corpus = Corpus.from_json(path.read_text("utf-8"))
        if corpus.digest != row.digest:
            raise BrokenFileError("It holds other songs.")
    except FileNotFoundError as error:
        raise NotFoundError(
            f"The songs of '{row.name}' are gone from {path}. Bring the corpus in again."
        ) from error
    except (OSError, UnicodeError, BrokenFileError) as error:
        raise BrokenFileError(
            f"The songs of '{row.name}' in {path} are damaged. Bring the same songs in again."
        ) from error
    return replace(corpus, name=row.name)


def rename_corpus(store: Store, corpus_id: str, name: str) -> CorpusRow:
    """Gives a corpus another name; one that another corpus has gets a number."""
    workspace_id = store.corpus(corpus_id).workspace_id
    others = [row for row in store.corpora(workspace_id) if row.id != corpus_id]
    store.rename_corpus(corpus_id, free_name(name, {row.name for row in others}))
    return store.corpus(corpus_id)


def delete_corpus(store: Store, corpus_id: str) -> None:
    """Takes a corpus and its songs out of the library.

    Raises:
        InUseError: if runs were trained on it; it names them.
    """
    row = store.corpus(corpus_id)
    users = [f"'{run.name}'" for run in store.runs(workspace_id=None, corpus_id=corpus_id)]
    if users:
        raise InUseError(
            f"'{row.name}' cannot be deleted: {_listed(users)} learned from it. "
            "Delete those runs first."
        )
    store.delete_corpus(corpus_id)
    if all(other.digest != row.digest for other in store.corpora(None)):
        store.home.corpus_file(row.digest).unlink(missing_ok=True)


# ---- songbooks


@dataclass(frozen=True, slots=True)
class Songbook:
    """Songs that ship with the program, as the card beside them tells."""

    path: Path
    """The file of songs, for `text.intake.read_path`."""
    title: str
    artist: str
    about: str
    """Whose songs they are and of what, in a sentence or two."""
    origin: str


def songbooks() -> list[Songbook]:
    """The songbooks that ship, the largest first; one without a card has only its name."""
    files = (ASSETS / "songbooks").glob("*.txt")
    return [_songbook(path) for path in sorted(files, key=lambda p: (-p.stat().st_size, p.name))]


def _songbook(path: Path) -> Songbook:
    card_path = path.with_suffix(".json")
    card = json.loads(card_path.read_text("utf-8")) if card_path.exists() else {}
    title = str(card.get("title") or path.stem)
    artist, about, origin = (str(card.get(name, "")) for name in ("artist", "about", "origin"))
    return Songbook(path, title, artist, about, origin)


# ---- bases


def bases(home: Home) -> list[Card]:
    """The cards of every base: those that ship, then one's own; a damaged card is logged."""
    cards = []
    for stem in _stems(home).values():
        try:
            cards.append(_card(stem))
        except CheckpointError as error:
            logger.warning("Left out of the library: %s", error)
    return cards


def base(home: Home, name: str) -> tuple[Card, Path]:
    """A base's card, and the stem of its files for `checkpoint.load`.

    Raises:
        NotFoundError: if there is no base of this name; it says which there are.
        CheckpointError: if its card is damaged.
    """
    stems = _stems(home)
    if name not in stems:
        known = ", ".join(stems) or "none yet"
        raise NotFoundError(f"There is no base named '{name}'. The library has: {known}.")
    return _card(stems[name]), stems[name]


def _card(stem: Path) -> Card:
    """A base's card under the name of its file, which is what it is chosen by."""
    return replace(checkpoint.load_card(stem), name=stem.name)


def _stems(home: Home) -> dict[str, Path]:
    """The stem of each base's files by name; one's own goes before one that ships."""
    folders = (ASSETS / "bases", home.bases)
    cards = (path for folder in folders for path in sorted(folder.glob("[!.]*.json")))
    return {card.stem: card.with_suffix("") for card in cards}


def _listed(names: list[str], most: int = 5) -> str:
    shown = names[:most]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
