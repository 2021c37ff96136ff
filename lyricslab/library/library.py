"""The library: corpora to learn from and pretrained bases to start from."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from lyricslab.errors import BrokenFileError, CheckpointError, InputError, InUseError, NotFoundError
from lyricslab.files import write_file
from lyricslab.importing.intake import Intake
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.songs.corpus import Corpus
from lyricslab.store.home import Home, writing
from lyricslab.store.rows import LOCAL, UNFINISHED, CorpusRow, ExperimentRow, RunRow
from lyricslab.store.store import Store, free_name
from lyricslab.wording import listed

ASSETS = Path(__file__).resolve().parents[2] / "assets"
"""What ships with the program: bases and songbooks."""

_NAME = re.compile(r"\w[\w.-]{0,49}")

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
        intake: how its songs came in, so that the rules can still be turned back.

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
        write_file(home.corpus_file(corpus.digest), corpus.to_json().encode())


def _write_intake(home: Home, corpus_id: str, intake: Intake | None) -> None:
    if intake is not None:
        with writing(home.corpora):
            write_file(home.intake_file(corpus_id), intake.to_json().encode())


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
            f"'{row.name}' cannot be deleted: {listed(users, limit=5)} learned from it. "
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


def shipped(home: Home, name: str) -> bool:
    """Whether the base of this name is one that came with the program, not one's own."""
    return _stems(home).get(name) == ASSETS / "bases" / name


def dependants(store: Store, name: str) -> list[RunRow]:
    """The runs of all workspaces that began as the base of this name, the newest first."""
    return store.runs(workspace_id=None, base=name)


def name_issue(name: str) -> str | None:
    """Why this cannot be a base's name, which is the name of its files; None if it can."""
    if _NAME.fullmatch(name):
        return None
    return (
        f"'{name[:60]}' cannot be a base's name. Up to 50 letters, digits, '-', '_' and '.' can; "
        "it begins with a letter or a digit."
    )


def base_name(text: str) -> str:
    """A base's name made of any text: "0,2 on Sea songs" gives "0-2-on-Sea-songs"; maybe ""."""
    return re.sub(r"[^\w.]+", "-", text).strip("-._")[:50]


def title_of(name: str) -> str:
    """What a base is called in a heading, unless it says so itself: "my-songs" is "My-songs"."""
    return name[:1].upper() + name[1:]


def free_base_name(home: Home, name: str) -> str:
    """The name, or with a number if it is taken: "songs-2"."""
    taken = _taken(home)
    numbered = (f"{name[: 49 - len(str(k))]}-{k}" for k in count(2))
    return next(n for n in chain((name,), numbered) if n.casefold() not in taken)


def check_free(home: Home, name: str) -> None:
    """Refuses what cannot be a new base's name.

    Raises:
        InputError: if it is none, or taken; it then offers one that is free.
    """
    issue = name_issue(name)
    if issue:
        raise InputError(issue)
    free = free_base_name(home, name)
    if free != name:
        raise InputError(
            f"There is a base '{name}' already. Choose another name: '{free}' is free."
        )


def rename_base(store: Store, old: str, new: str) -> Card:
    """Gives one's own base another name; the records of the runs that began as it follow.

    Raises:
        NotFoundError: if there is no such base.
        InputError: if it ships with the program, or the new name is none or taken.
        InUseError: if a run that waits or trains, or a sweep or search under way, needs it under
            its name, or if it cannot be told which base its runs began as.
        StoreError: if it cannot be written.
    """
    home, new = store.home, new.strip()
    card, stem = _own(home, old)
    if new == old:
        return card
    users = dependants(store, old)
    busy = [f"'{run.name}'" for run in users if run.unfinished]
    if busy:
        raise InUseError(
            f"'{old}' cannot be renamed now: {listed(busy, limit=5)} began with it and is not "
            "finished. Wait for its end, or stop it."
        )
    _check_unwanted(store, old, "renamed")
    if users and (ASSETS / "bases" / f"{old}.json").exists():
        names = listed([f"'{run.name}'" for run in users], limit=5)
        raise InUseError(
            f"'{old}' cannot be renamed: a base of the same name ships with the program, and it "
            f"cannot be told which of the two {names} began with. Delete these runs first."
        )
    check_free(home, new)
    data, _ = network_file.load_bytes(stem)
    renamed = replace(card, name=new, title=title_of(new))
    # At every moment the records name a base that is there: first it lies there under both names.
    with writing(home.bases):
        renamed = network_file.save(home.bases / new, data, renamed)
        store.rename_base(old, new)
        _remove(home, old)
    return renamed


def delete_base(store: Store, name: str) -> None:
    """Takes one's own base out of the library.

    Raises:
        NotFoundError: if there is no such base.
        InputError: if it ships with the program.
        InUseError: if runs began as it, which it names, or a sweep or search under way needs it.
        StoreError: if its files cannot be deleted.
    """
    check_deletable(store, name)
    with writing(store.home.bases):
        _remove(store.home, name)


def check_deletable(store: Store, name: str) -> None:
    """Refuses the bases that `delete_base` does, for the same reasons."""
    _own(store.home, name)
    users = [f"'{run.name}'" for run in dependants(store, name)]
    if users:
        raise InUseError(
            f"'{name}' cannot be deleted: {listed(users, limit=5)} began with it, and could not be "
            "repeated without it. Delete those runs first."
        )
    _check_unwanted(store, name, "deleted")


def _check_unwanted(store: Store, name: str, verb: str) -> None:
    """Refuses a base that a sweep or a search has yet to ask for by its name.

    Raises:
        InUseError: if one does.
    """
    wanted: list[ExperimentRow] = [
        *(row for row in store.sweeps(None, "wanted") if name in [b.name for b in row.plan.bases]),
        *(row for row in store.searches(None, "wanted") if name == row.plan.base),
    ]
    for row in wanted:
        statuses = {part.run.status for part in store.experiment_runs(row.id)}
        if "stopped" in statuses and not statuses & set(UNFINISHED):
            continue  # its runs were stopped one by one: it waits for a person, not for the base
        raise InUseError(
            f"'{name}' cannot be {verb} now: a {row.kind} on '{row.corpus_name}' still needs it. "
            "Wait for its end, or stop it."
        )


def _own(home: Home, name: str) -> tuple[Card, Path]:
    """A base that may be changed.

    Raises:
        NotFoundError: if there is no such base.
        InputError: if it ships with the program.
    """
    card, stem = base(home, name)
    if shipped(home, name):
        raise InputError(
            f"'{name}' ships with the program and stays as it is: runs and guides everywhere go by "
            "its name. Export it and import it under another name to have one of your own."
        )
    return card, stem


def _remove(home: Home, name: str) -> None:
    """Takes a base's files off the disk: first the card, without which there is no base."""
    for path in (
        network_file.card_path(home.bases / name),
        network_file.weights_path(home.bases / name),
    ):
        path.unlink(missing_ok=True)


def _taken(home: Home) -> set[str]:
    """Every base's name; some systems don't tell Songs from songs."""
    return {name.casefold() for name in _stems(home)}


def _card(stem: Path) -> Card:
    """A base's card under the name of its file, which is what it is chosen by."""
    return replace(network_file.load_card(stem), name=stem.name)


def _stems(home: Home) -> dict[str, Path]:
    """The stem of each base's files by name; one's own goes before one that ships."""
    folders = (ASSETS / "bases", home.bases)
    cards = (path for folder in folders for path in sorted(folder.glob("[!.]*.json")))
    return {card.stem: card.with_suffix("") for card in cards}
