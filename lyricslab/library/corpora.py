"""Corpora in the library: save, revise, load, rename and delete them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import count
from typing import Any, NamedTuple

from lyricslab.config import SplitConfig
from lyricslab.errors import BrokenFileError, InUseError, NotFoundError
from lyricslab.files import write_file
from lyricslab.importing.intake import Intake
from lyricslab.importing.intake_json import intake_from_json, intake_to_json
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.store.cache import cached
from lyricslab.store.database import free_name
from lyricslab.store.home import Home, writing
from lyricslab.store.rows import LOCAL, CorpusRow
from lyricslab.store.store import Store
from lyricslab.wording import listed


class SplitSizes(NamedTuple):
    """The characters that a split of a corpus leaves to learn from and to check by."""

    train_chars: int
    val_chars: int
    longest_chars: int
    """Of one song to learn from."""


def add_corpus(
    store: Store,
    corpus: Corpus,
    report: dict[str, Any] | None = None,
    workspace_id: str = LOCAL,
    intake: Intake | None = None,
) -> CorpusRow:
    """Add a corpus to the library; the same songs under the same name are kept only once.

    A name that other songs have gets a number: "Sea songs", "Sea songs 2".

    Args:
        report: what was found and changed when it was read, as plain JSON values.
        intake: the original text of its songs, so that cleaning rules can still be switched off.

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
    """Replace the songs of a corpus; if runs use the old ones, add a new version instead.

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
        version = replace(corpus, name=next_version_name(corpus.name, others | {old.name}))
        report = report | {"version_of": corpus_id}
        return add_corpus(store, version, report, old.workspace_id, intake)
    _write_intake(store.home, corpus_id, intake)
    _delete_unused_songs(store, old.digest)
    return row


def next_version_name(name: str, taken: Collection[str]) -> str:
    """Return the name of a corpus's next version: "Sea songs, version 2" after "Sea songs"."""
    stem, _, number = name.rpartition(", version ")
    if not (stem and number.isascii() and number.isdigit() and len(number) < 10):
        stem, number = name, "1"
    names = (f"{stem}, version {version}" for version in count(int(number) + 1))
    return next(candidate for candidate in names if candidate not in taken)


def find_corpus(store: Store, digest: str, workspace_id: str = LOCAL) -> CorpusRow:
    """Return the corpus that holds the songs of this digest.

    Raises:
        NotFoundError: if no corpus does.
    """
    for row in store.corpora(workspace_id):
        if row.digest == digest:
            return row
    raise NotFoundError("The corpus of this run is not in the library. Import it again.")


def load_corpus(store: Store, corpus_id: str) -> Corpus:
    """Return the songs of a corpus.

    Raises:
        NotFoundError: if there is no such corpus, or its file is missing.
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


def saved_split(row: CorpusRow) -> SplitConfig:
    """Return how the songs were divided when they were saved."""
    saved = row.report.get("split")
    return SplitConfig.from_dict(saved) if saved else SplitConfig()


def split_sizes(store: Store, row: CorpusRow, split_config: SplitConfig) -> SplitSizes:
    """Return how much text a split of a corpus leaves to learn from and to check by.

    Raises:
        CorpusTooSmallError: if the songs cannot be split.
    """

    def measure() -> SplitSizes:
        splits = split(load_corpus(store, row.id), split_config)
        longest = max(len(song.framed) for song in splits.train)
        return SplitSizes(splits.chars.train, splits.chars.val, longest)

    return cached(store, "split sizes", (row.id, split_config), measure, version=row.digest)


def count_val_songs(store: Store, row: CorpusRow, split_config: SplitConfig) -> int:
    """Return how many songs a split of a corpus leaves to check by.

    Raises:
        CorpusTooSmallError: if the songs cannot be split.
    """

    def count() -> int:
        return len(split(load_corpus(store, row.id), split_config).val)

    return cached(store, "validation songs", (row.id, split_config), count, version=row.digest)


def load_intake(store: Store, corpus_id: str) -> Intake:
    """Return the original text of a corpus's songs, so that they can be cleaned differently.

    If the originals were not kept, the songs themselves count as the originals.

    Raises:
        NotFoundError: if there is no such corpus, or its file is missing.
        BrokenFileError: if one of its files is damaged.
    """
    path = store.home.intake_file(corpus_id)
    corpus = load_corpus(store, corpus_id)
    if not path.exists():
        return Intake.of(corpus)
    try:
        return replace(intake_from_json(path.read_text("utf-8")), name=corpus.name)
    except (OSError, UnicodeError) as error:
        raise BrokenFileError(
            f"The record of how '{corpus.name}' was imported could not be read from {path}. "
            "Import the songs again."
        ) from error


def rename_corpus(store: Store, corpus_id: str, name: str) -> CorpusRow:
    """Rename a corpus; a name that another corpus has gets a number."""
    workspace_id = store.corpus(corpus_id).workspace_id
    others = [row for row in store.corpora(workspace_id) if row.id != corpus_id]
    store.rename_corpus(corpus_id, free_name(name, {row.name for row in others}))
    return store.corpus(corpus_id)


def delete_corpus(store: Store, corpus_id: str) -> None:
    """Delete a corpus and its songs.

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
    _delete_unused_songs(store, row.digest)


def _write_songs(home: Home, corpus: Corpus) -> None:
    with writing(home.corpora):
        write_file(home.corpus_file(corpus.digest), corpus.to_json().encode())


def _write_intake(home: Home, corpus_id: str, intake: Intake | None) -> None:
    if intake is not None:
        with writing(home.corpora):
            write_file(home.intake_file(corpus_id), intake_to_json(intake).encode())


def _delete_unused_songs(store: Store, digest: str) -> None:
    """Delete the songs of a digest unless another corpus still holds them."""
    if all(other.digest != digest for other in store.corpora(None)):
        store.home.corpus_file(digest).unlink(missing_ok=True)
