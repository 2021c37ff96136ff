"""A dataset: text of any size, encoded once into one file, for pretraining a base.

The file contains "0 text 0 text 0", one byte a character, and is memory-mapped. Next to it are an
index of the songs and a manifest. A dataset is named by the digest of the files and settings that
it was built from, so that the same text is never encoded twice.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lyricslab.config import SplitConfig
from lyricslab.config_base import Config, Range
from lyricslab.errors import BrokenFileError, CorpusTooSmallError, ReadError
from lyricslab.importing.bulk.file_chunks import iter_file_chunks
from lyricslab.importing.bulk.modernise import modernise
from lyricslab.importing.chunks import chunk
from lyricslab.importing.cleaning.rules import RULES
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.encoding import decode
from lyricslab.importing.folder import files_in
from lyricslab.importing.lines import tidy
from lyricslab.importing.readers.plain import EXTENSIONS as TEXT_EXTENSIONS
from lyricslab.importing.readers.registry import reader_for
from lyricslab.importing.readers.source import Source
from lyricslab.songs.corpus import MIN_CHARS
from lyricslab.songs.fold import fold
from lyricslab.songs.raw_song import RawSong
from lyricslab.songs.similarity import merge_near_duplicates, minhash
from lyricslab.songs.song import Song

READING_VERSION = 2
"""Increased when text is read differently, so that datasets are built again."""
BOOK_BYTES = 100_000
"""A longer text without marked song ends is a book, which is cut into chunks."""
SONG_END = b"\n---\n"
CHUNK_CHARS = 1_800
BATCH_SONGS = 1_000
"""Songs that are cleaned together."""
MIN_GROUPS = 20
"""With fewer documents, single songs and chunks are divided into splits instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetConfig(Config):
    """How text is changed on its way into a dataset."""

    modern: float = 0.0
    """The share of songs that are rewritten in modern spelling; books never are."""

    RANGES = {"modern": Range(0, 1)}


class DatasetSplits(NamedTuple):
    """The positions of the songs of each split, (S,) each."""

    train: np.ndarray
    val: np.ndarray
    test: np.ndarray


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a dataset was built from."""

    songs: int
    """Songs and chunks of books."""
    books: int
    characters: int
    files: int
    duplicates: int
    """Songs that were left out because an earlier one has the same words."""
    notes: tuple[str, ...] = ()
    """The files that were left out, a sentence each."""


@dataclass(frozen=True)
class Dataset:
    """Encoded text; `codes` is memory-mapped."""

    digest: str
    manifest: Manifest
    codes: np.ndarray
    """"0 text 0 text 0", (P + 1,) int8."""
    lengths: np.ndarray
    """Codes of each song, (S,): its characters and the 0 before them."""
    groups: np.ndarray
    """The group of each song, (S,): near-duplicates or chunks of a book, never in two splits."""

    @property
    def starts(self) -> np.ndarray:
        """The position of each song's first code, (S,)."""
        starts: np.ndarray = np.cumsum(self.lengths) - self.lengths
        return starts

    def splits(self, config: SplitConfig) -> DatasetSplits:
        """Divide the songs by document.

        Raises:
            CorpusTooSmallError: if there are fewer than three documents.
        """
        groups, sizes = self.groups, self.lengths
        if len(np.unique(groups)) < MIN_GROUPS:
            groups = np.arange(len(sizes))
        _, groups = np.unique(groups, return_inverse=True)
        weights = np.bincount(groups, sizes)
        order = np.random.default_rng(config.seed).permutation(len(weights))
        split_of = np.zeros(len(weights), np.int8)  # of each group: 0 train, 1 val, 2 test
        if len(order) < 3:
            raise CorpusTooSmallError(
                f"There are {len(order)} texts here that really differ, and three are needed: to "
                "learn from, to choose by, to judge by. Name more."
            )
        for number, share in ((1, config.val), (2, config.test)):
            room = share * sizes.sum()
            for group in order:
                if not split_of[group] and weights[group] <= room:
                    split_of[group] = number
                    room -= weights[group]
            if number not in split_of:
                lightest = min(np.flatnonzero(split_of == 0), key=lambda group: weights[group])
                split_of[lightest] = number
        return DatasetSplits(*(np.flatnonzero(split_of[groups] == number) for number in range(3)))

    def release_pages(self) -> None:
        """Return the memory of the pages that were read to the operating system."""
        mapped = getattr(self.codes, "_mmap", None)
        if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)


def dataset_digest(
    files: Sequence[Path], config: DatasetConfig, on_progress: Callable[[float], object]
) -> str:
    """Return the digest of the contents of files and how they are read."""
    digest = hashlib.sha256(json.dumps([READING_VERSION, config.to_dict()]).encode())
    total, done = sum(path.stat().st_size for path in files), 0
    for path in files:
        digest.update(f"{path.suffix.lower()} {path.stat().st_size}\n".encode())
        with path.open("rb") as stream:
            while block := stream.read(1 << 22):
                digest.update(block)
                done += len(block)
                on_progress(done / max(1, total))
    return digest.hexdigest()


def expand_paths(paths: Sequence[str | Path]) -> list[Path]:
    """Return the files among some paths, and the files in the folders among them.

    Raises:
        ReadError: if a path does not exist, or there is nothing to read.
    """
    files: list[Path] = []
    for path in map(Path, paths):
        if os.path.isdir(path):  # unlike Path.is_dir, never raises
            files += files_in(path)
        elif os.path.isfile(path):
            files.append(path)
        else:
            raise ReadError(f"'{path}' could not be opened. Check its name and folder.")
    if not files:
        raise ReadError("There is nothing to read. Name files or folders with text.")
    return list(dict.fromkeys(files))


def build_dataset(
    files: Sequence[Path],
    folder: Path,
    config: DatasetConfig | None = None,
    on_progress: Callable[[float], object] = lambda share: None,
) -> Dataset:
    """Build the dataset of some files, or open it if it exists.

    A file that cannot be read is left out and noted, unless it is the only one.

    Args:
        folder: the folder of all datasets.
        on_progress: called with the share that is done, 0 to 1.

    Raises:
        ReadError: if nothing in the files can be read.
        CorpusTooSmallError: if there is too little text.
    """
    config = config or DatasetConfig()
    digest = dataset_digest(files, config, lambda share: on_progress(0.1 * share))
    if not (folder / f"{digest}.json").exists():
        _encode(files, folder / digest, config, lambda share: on_progress(0.1 + 0.9 * share))
    return open_dataset(folder, digest)


def open_dataset(folder: Path, digest: str) -> Dataset:
    """Open a dataset.

    Raises:
        BrokenFileError: if one of its files is missing or damaged.
    """
    stem = folder / digest
    try:
        facts = json.loads(stem.with_suffix(".json").read_text("utf-8"))
        if "twice" in facts:  # the name of this field in older manifests
            facts["duplicates"] = facts.pop("twice")
        manifest = Manifest(**facts | {"notes": tuple(facts["notes"])})
        lengths, groups = np.load(stem.with_suffix(".npy"), allow_pickle=False)
        codes = np.memmap(stem.with_suffix(".codes"), np.int8, mode="c")
        if len(codes) != lengths.sum() + 1 or len(lengths) != manifest.songs:
            raise ValueError("The file is truncated.")
    except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
        raise BrokenFileError(
            "The encoded text is missing or damaged. Name the files again."
        ) from error
    return Dataset(digest, manifest, codes, lengths, groups)


# ---- encoding


class _DatasetWriter:
    """Writes songs to the file of codes and collects the index."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.lengths, self.groups = array("q"), array("q")  # compact for millions of songs
        self.minhashes, self.minhash_sizes = array("I"), array("B")
        """The MinHashes of all songs, concatenated, and how many values each song has."""
        self.text_digests: set[int] = set()
        self.duplicates = 0
        self.last_group = -1

    def add(self, song: Song, group: int | None = None) -> None:
        """Write a song, unless it is a duplicate; without a group it gets a new one."""
        digest = hashlib.blake2b(song.text.encode("ascii"), digest_size=7).digest()
        text_digest = int.from_bytes(digest, "big")
        if text_digest in self.text_digests:
            self.duplicates += 1
            return
        self.text_digests.add(text_digest)
        text = song.framed.encode("ascii")
        self.file.write(b"\0" + text)
        self.lengths.append(len(text) + 1)
        values = minhash(song) if group is None else []
        self.minhashes.extend(values)
        self.minhash_sizes.append(len(values))
        self.groups.append(self.new_group() if group is None else group)

    def new_group(self) -> int:
        """Return the number of a new group."""
        self.last_group += 1
        return self.last_group


def _encode(
    files: Sequence[Path],
    stem: Path,
    config: DatasetConfig,
    on_progress: Callable[[float], object],
) -> None:
    """Read all files once and write the files of the dataset, the manifest last."""
    temporary = stem.with_suffix(f".{os.getpid()}.part")
    writer = _DatasetWriter(temporary)
    try:
        with writer.file:
            notes, books = _read_all(files, writer, config, on_progress)
            writer.file.write(b"\0")
        manifest = Manifest(
            songs=len(writer.lengths),
            books=books,
            characters=sum(writer.lengths) - len(writer.lengths),
            files=len(files),
            duplicates=writer.duplicates,
            notes=tuple(notes),
        )
        if manifest.characters < MIN_CHARS:
            why = " ".join(manifest.notes[:3])
            raise CorpusTooSmallError(
                f"There are {manifest.characters:,} characters here, and a base needs at least "
                f"{MIN_CHARS:,}, better some millions. Name more text. {why}".strip()
            )
        groups = merge_near_duplicates(
            np.array(writer.minhashes, np.uint32),
            np.array(writer.minhash_sizes),
            np.array(writer.groups),
        )
        np.save(stem.with_suffix(".npy"), np.stack([np.array(writer.lengths), groups]))
        os.replace(temporary, stem.with_suffix(".codes"))
        stem.with_suffix(".json").write_text(json.dumps(asdict(manifest)), "utf-8")
    finally:
        temporary.unlink(missing_ok=True)


def _read_all(
    files: Sequence[Path],
    writer: _DatasetWriter,
    config: DatasetConfig,
    on_progress: Callable[[float], object],
) -> tuple[list[str], int]:
    """Write all songs and chunks; return a note on each file left out, and the number of books."""
    notes: list[str] = []
    groups_of_books: dict[str, int] = {}
    total = max(1, sum(path.stat().st_size for path in files))
    done = 0
    for path in files:
        before = done
        try:
            for name, data in iter_file_chunks(path):
                if _is_book(name, data):
                    group = groups_of_books.setdefault(f"{path}/{name}", writer.new_group())
                    for song in _book_chunks(data, name):
                        writer.add(song, group)
                else:
                    for song in _songs(name, data, config):
                        writer.add(song)
                done += len(data)
                on_progress(min(1.0, done / total))
        except ReadError as error:
            if len(files) == 1:
                raise
            notes.append(f"Left out: {error}")
        done = before + path.stat().st_size
    return notes, len(groups_of_books)


def _is_book(name: str, data: bytes) -> bool:
    extension = Path(name).suffix.lower()
    return (
        extension in TEXT_EXTENSIONS
        and len(data) > BOOK_BYTES
        and SONG_END not in data.replace(b"\r", b"")
    )


def _book_chunks(data: bytes, name: str) -> Iterator[Song]:
    """Yield a book, or a part of one, in chunks that serve as songs."""
    text = fold(decode(data, name).text).text.strip("\n")
    for song in chunk(RawSong(name, text), CHUNK_CHARS):
        yield Song("", song.text)


def _songs(name: str, data: bytes, config: DatasetConfig) -> Iterator[Song]:
    """Yield the songs of a file, or of a part of one, cleaned by the default rules."""
    if not data.strip():
        return
    source = Source(name, data)
    raw_songs = [song for part in reader_for(source).read(source) for song in part.songs]
    for start in range(0, len(raw_songs), BATCH_SONGS):
        songs = [TracedSong.of(song, {}) for song in raw_songs[start : start + BATCH_SONGS]]
        songs = [song for song in songs if song.text.strip()]
        for rule in RULES:
            if rule.enabled_by_default:
                songs = [song for song in rule.fix(songs) if song and song.text.strip()]
        for traced in songs:
            song = Song(traced.title, tidy(traced.text), traced.artist)
            if song.text:
                yield _maybe_modernised(song, config.modern)


def _maybe_modernised(song: Song, share: float) -> Song:
    """Return the song, modernised for a share of all songs; the choice depends on its text."""
    draw = hashlib.blake2b(song.text.encode(), digest_size=4).digest()
    if int.from_bytes(draw, "big") >= share * 2**32:
        return song
    text = tidy(modernise(song.text))
    title = song.title.lower() if text == text.lower() else song.title
    return replace(song, title=title, text=text)
