"""The library: corpora to learn from and pretrained bases to start from."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from lyricslab.errors import BrokenFileError, CheckpointError, InUseError, NotFoundError
from lyricslab.lab.home import Home, writing
from lyricslab.lab.rows import LOCAL, CorpusRow
from lyricslab.lab.store import Store, free_name
from lyricslab.model import checkpoint
from lyricslab.model.card import Card
from lyricslab.text.corpus import Corpus
from lyricslab.text.taken import Intake

ASSETS = Path(__file__).resolve().parents[2] / "assets"
"""What ships with the program: bases and songbooks."""

logger = logging.getLogger(__name__)


# ---- corpora


def add_corpus(
    store: Store,
    corpus: Corpus,
    report: dict[str, Any] | None = None,
    workspace_id: str = LOCAL,
    intake: Intake | None = None,
) -> CorpusRow:
    """Puts a corpus into the library; the same songs under the same name are there once.

    A name that other songs have gets a number: "Sea songs", "Sea songs 2".

    Args:
        report: what was found and changed when it was read, as plain JSON values.
        intake: how its songs came in, so that the remedies can still be turned back.

    Raises:
        StoreError: if it cannot be written.
    """
    others = [row for row in store.corpora(workspace_id) if row.digest != corpus.digest]
    _write_songs(store.home, corpus)
    row = store.add_corpus(
        name=free_name(corpus.name, {row.name for row in others}),
        digest=corpus.digest,
        songs=len(corpus.songs),
        characters=corpus.characters,
        report=report or {},
        workspace_id=workspace_id,
    )
    _write_intake(store.home, row.id, intake)
    return row


def revise_corpus(
    store: Store, corpus_id: str, corpus: Corpus, report: dict[str, Any], intake: Intake
) -> CorpusRow:
    """Puts other songs in the place of a corpus's; once a run uses those, as a new version.

    Returns:
        The corpus itself, or its new version: "Sea songs, version 2".

    Raises:
        NotFoundError: if there is no such corpus.
        StoreError: if it cannot be written.
    """
    old = store.corpus(corpus_id)
    others = {row.name for row in store.corpora(old.workspace_id) if row.id != corpus_id}
    _write_songs(store.home, corpus)
    try:
        row = store.revise_corpus(
            corpus_id,
            name=free_name(corpus.name, others),
            digest=corpus.digest,
            songs=len(corpus.songs),
            characters=corpus.characters,
            report=report,
        )
    except InUseError:
        named = replace(corpus, name=next_version(corpus.name, others | {old.name}))
        report = report | {"version_of": corpus_id}
        return add_corpus(store, named, report, old.workspace_id, intake)
    _write_intake(store.home, corpus_id, intake)
    _forget_songs(store, old.digest)
    return row


def next_version(name: str, taken: Collection[str]) -> str:
    """The name of a corpus's next version: "Sea songs", "Sea songs, version 2"."""
    bare, _, number = name.rpartition(", version ")
    if not (bare and number.isascii() and number.isdigit() and len(number) < 10):
        bare, number = name, "1"
    return next(
        called
        for version in count(int(number) + 1)
        if (called := f"{bare}, version {version}") not in taken
    )


def intake_of(store: Store, corpus_id: str) -> Intake:
    """How the songs of a corpus came in, to go on correcting them.

    Where that was not kept, they count as having come as they are.

    Raises:
        NotFoundError: if there is no such corpus, or its file is gone.
        BrokenFileError: if a file of it is damaged.
    """
    path = store.home.intake_file(corpus_id)
    corpus = load_corpus(store, corpus_id)
    if not path.exists():
        return Intake.of(corpus)
    try:
        return replace(Intake.from_json(path.read_text("utf-8")), name=corpus.name)
    except (OSError, UnicodeError) as error:
        raise BrokenFileError(
            f"How the songs of '{corpus.name}' came in could not be read from {path}. Bring them "
            "in again."
        ) from error


def _write_songs(home: Home, corpus: Corpus) -> None:
    with writing(home.corpora):
        checkpoint.write_file(home.corpus_file(corpus.digest), corpus.to_json().encode())


def _write_intake(home: Home, corpus_id: str, intake: Intake | None) -> None:
    if intake is not None:
        with writing(home.corpora):
            checkpoint.write_file(home.intake_file(corpus_id), intake.to_json().encode())


def _forget_songs(store: Store, digest: str) -> None:
    """Takes the songs of a digest off the disk, once no corpus holds them."""
    if all(other.digest != digest for other in store.corpora(None)):
        store.home.corpus_file(digest).unlink(missing_ok=True)


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
    store.home.intake_file(corpus_id).unlink(missing_ok=True)
    _forget_songs(store, row.digest)


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
