"""Bases: pretrained networks to start from, those that ship and those of this home."""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import chain, count
from pathlib import Path

from lyricslab import files
from lyricslab.errors import CheckpointError, InputError, InUseError, NotFoundError
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.network_file import Weights
from lyricslab.store.home import Home, writing
from lyricslab.store.rows import UNFINISHED, RunRow
from lyricslab.store.store import Store
from lyricslab.wording import listed

_NAME = re.compile(r"\w[\w.-]{0,49}")

logger = logging.getLogger(__name__)


def list_bases(home: Home) -> list[Card]:
    """Return the cards of every base, those that ship first; a damaged card is logged."""
    cards = []
    for path in _paths(home).values():
        try:
            cards.append(_card(path))
        except CheckpointError as error:
            logger.warning("Left out of the library: %s", error)
    return cards


def load_base_card(home: Home, base_name: str) -> Card:
    """Return the card of a base.

    Raises:
        NotFoundError: if there is no base of this name; it lists those there are.
        CheckpointError: if its card is damaged.
    """
    return _card(base_path(home, base_name))


def load_base(home: Home, base_name: str) -> tuple[Weights, Card]:
    """Return the weights and the card of a base.

    Raises:
        NotFoundError: if there is no base of this name; it lists those there are.
        CheckpointError: if its file is damaged.
    """
    path = base_path(home, base_name)
    weights, card = network_file.load(path)
    return weights, replace(card, name=path.stem)


def load_stored_base(home: Home, base_name: str) -> tuple[Weights, Card]:
    """Return the weights of a base as they are stored, float16 or float32, and its card.

    Raises:
        NotFoundError, CheckpointError: as `load_base`.
    """
    path = base_path(home, base_name)
    weights, card = network_file.load_stored(path)
    return weights, replace(card, name=path.stem)


def base_path(home: Home, base_name: str) -> Path:
    """Return the file of a base.

    Raises:
        NotFoundError: if there is no base of this name; it lists those there are.
    """
    paths = _paths(home)
    if base_name not in paths:
        names = ", ".join(paths) or "none yet"
        raise NotFoundError(f"There is no base named '{base_name}'. The library has: {names}.")
    return paths[base_name]


def base_digest(home: Home, base_name: str | None) -> str | None:
    """Return what tells a base's weights from any others; None for no base."""
    if base_name is None:
        return None
    return load_base_card(home, base_name).weights_digest or base_name


def base_title(home: Home, base_name: str) -> str:
    """Return what a base is called on every screen, "Songs, large"; its name is for commands.

    One that is not in the library any more is called by its name.
    """
    return base_titles(home).get(base_name) or default_title(base_name)


def base_titles(home: Home) -> dict[str, str]:
    """Return the title of every base by name; the name stands behind a title that two share."""
    titles = {}
    for name, path in _paths(home).items():
        try:
            status = path.stat()
            titles[name] = _title(path, status.st_mtime_ns, status.st_size)
        except (OSError, CheckpointError):
            continue  # `list_bases` logs it
    shared = Counter(titles.values())
    return {
        name: title if shared[title] == 1 else f"{title} ({name})" for name, title in titles.items()
    }


@lru_cache(maxsize=1024)
def _title(path: Path, mtime_ns: int, size: int) -> str:
    """Return the title on a card, read once for each version of its file."""
    return network_file.load_card(path).title or default_title(path.stem)


def is_shipped(home: Home, base_name: str) -> bool:
    """Whether the base of this name ships with the program."""
    return _paths(home).get(base_name) == shipped_path(base_name)


def shipped_path(base_name: str) -> Path:
    """Return the file of a base that ships with the program, whether or not it exists."""
    return files.ASSETS / "bases" / f"{base_name}.safetensors"


def list_base_users(store: Store, base_name: str) -> list[RunRow]:
    """Return the runs of all workspaces that started from this base, the newest first."""
    return store.runs(workspace_id=None, base=base_name)


def base_name_issue(text: str) -> str | None:
    """Say why a text cannot be a base's name, which is also its file's name; None if it can."""
    if _NAME.fullmatch(text):
        return None
    return (
        f"'{text[:60]}' cannot be a base's name. Up to 50 letters, digits, '-', '_' and '.' can; "
        "it begins with a letter or a digit."
    )


def to_base_name(text: str) -> str:
    """Turn any text into a base's name: "0,2 on Sea songs" gives "0-2-on-Sea-songs"; maybe ""."""
    return re.sub(r"[^\w.]+", "-", text).strip("-._")[:50]


def default_title(base_name: str) -> str:
    """Return the heading of a base without a title: "My-songs" for "my-songs"."""
    return base_name[:1].upper() + base_name[1:]


def free_base_name(home: Home, base_name: str) -> str:
    """Return the name, with a number if it is taken: "songs-2"."""
    taken = {name.casefold() for name in _paths(home)}  # on some systems Songs and songs are one
    numbered = (f"{base_name[: 49 - len(str(k))]}-{k}" for k in count(2))
    return next(name for name in chain((base_name,), numbered) if name.casefold() not in taken)


def check_base_name(home: Home, base_name: str) -> None:
    """Refuse a name that cannot be given to a new base.

    Raises:
        InputError: if it is not a valid name, or is taken; it then offers one that is free.
    """
    issue = base_name_issue(base_name)
    if issue:
        raise InputError(issue)
    free = free_base_name(home, base_name)
    if free != base_name:
        raise InputError(
            f"There is a base '{base_name}' already. Choose another name: '{free}' is free."
        )


def rename_base(store: Store, old: str, new: str) -> Card:
    """Rename a base of this home; the records of the runs that started from it follow.

    Raises:
        NotFoundError: if there is no such base.
        InputError: if it ships with the program, or the new name is invalid or taken.
        InUseError: if an unfinished run, sweep or search needs the old name, or if it cannot be
            known which of two bases its runs started from.
        StoreError: if it cannot be written.
    """
    home, new = store.home, new.strip()
    _check_own(home, old)
    weights, card = load_stored_base(home, old)
    if new == old:
        return card
    users = list_base_users(store, old)
    busy = [f"'{run.name}'" for run in users if run.unfinished]
    if busy:
        raise InUseError(
            f"'{old}' cannot be renamed now: {listed(busy, limit=5)} began with it and is not "
            "finished. Wait for its end, or stop it."
        )
    _check_no_experiment_needs(store, old, "renamed")
    if users and shipped_path(old).exists():
        names = listed([f"'{run.name}'" for run in users], limit=5)
        raise InUseError(
            f"'{old}' cannot be renamed: a base of the same name ships with the program, and it "
            f"cannot be told which of the two {names} began with. Delete these runs first."
        )
    check_base_name(home, new)
    card = replace(card, name=new, title=default_title(new))
    # The records must name a base that exists at every moment, so it is first saved twice.
    with writing(home.bases):
        card = network_file.save(home.base_file(new), weights, card)
        store.rename_base(old, new)
        home.base_file(old).unlink(missing_ok=True)
    return card


def delete_base(store: Store, base_name: str) -> None:
    """Delete a base of this home.

    Raises:
        NotFoundError: if there is no such base.
        InputError: if it ships with the program.
        InUseError: if runs started from it, which it names, or an unfinished experiment needs it.
        StoreError: if its file cannot be deleted.
    """
    check_base_deletable(store, base_name)
    with writing(store.home.bases):
        store.home.base_file(base_name).unlink(missing_ok=True)


def check_base_deletable(store: Store, base_name: str) -> None:
    """Refuse the bases that `delete_base` refuses, for the same reasons."""
    _check_own(store.home, base_name)
    users = [f"'{run.name}'" for run in list_base_users(store, base_name)]
    if users:
        raise InUseError(
            f"'{base_name}' cannot be deleted: {listed(users, limit=5)} began with it, and could "
            "not be repeated without it. Delete those runs first."
        )
    _check_no_experiment_needs(store, base_name, "deleted")


def _check_no_experiment_needs(store: Store, base_name: str, verb: str) -> None:
    """Refuse a base that a sweep or a search has yet to load by its name.

    Raises:
        InUseError: if one has.
    """
    for row in store.experiments(None, "wanted"):
        if base_name not in row.plan.base_digests:
            continue
        statuses = {part.run.status for part in store.experiment_runs(row.id)}
        if "stopped" in statuses and not statuses & set(UNFINISHED):
            continue  # its runs were stopped one by one: it waits for a person, not for the base
        raise InUseError(
            f"'{base_name}' cannot be {verb} now: a {row.kind} on '{row.corpus_name}' still needs "
            "it. Wait for its end, or stop it."
        )


def _check_own(home: Home, base_name: str) -> None:
    """Refuse a base that must not be changed.

    Raises:
        NotFoundError: if there is no such base.
        InputError: if it ships with the program.
    """
    base_path(home, base_name)
    if is_shipped(home, base_name):
        raise InputError(
            f"'{base_name}' ships with the program and stays as it is: runs and guides everywhere "
            "go by its name. Export it and import it under another name to have one of your own."
        )


def _card(path: Path) -> Card:
    """Return a base's card under the name of its file, by which it is chosen."""
    return replace(network_file.load_card(path), name=path.stem)


def _paths(home: Home) -> dict[str, Path]:
    """Return the file of each base by name; a base of this home replaces a shipped one."""
    folders = (files.ASSETS / "bases", home.bases)
    return {
        path.stem: path for folder in folders for path in sorted(folder.glob("[!.]*.safetensors"))
    }
