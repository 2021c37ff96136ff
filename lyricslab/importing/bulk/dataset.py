"""A dataset: text of any size in one file, encoded once, from which a base learns.

The file holds "0 text 0 text 0", one byte a character, and is mapped into memory: what is not
being read takes none. An index of the songs is kept beside it. A dataset is named by the digest of
what it was made from, so the same text is never encoded twice.
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

from lyricslab.config import Config, Range, SplitConfig
from lyricslab.errors import BrokenFileError, CorpusTooSmallError, ReadError
from lyricslab.importing.bulk.file_chunks import iter_file_chunks
from lyricslab.importing.bulk.modernise import modernise
from lyricslab.importing.chunks import chunk
from lyricslab.importing.cleaning.rules import DEFAULT_RULES, RULES
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.encoding import decode
from lyricslab.importing.lines import tidy
from lyricslab.importing.readers.plain import EXTENSIONS as TEXTS
from lyricslab.importing.readers.registry import reader_for
from lyricslab.importing.readers.source import Source
from lyricslab.importing.reading import files_in
from lyricslab.songs.corpus import MIN_CHARS
from lyricslab.songs.fold import fold
from lyricslab.songs.raw_song import RawSong
from lyricslab.songs.similarity import merge_near_duplicates, minhash
from lyricslab.songs.song import Song

RECIPE = 1
"""The version of how text is read; datasets of another version are built again."""
BOOK_BYTES = 100_000
"""A text longer than this, with no song ends marked, is a book: it is read in pieces."""
SONG_END = b"\n---\n"
CHUNK_CHARS = 1_800
AT_ONCE = 1_000
"""Songs that are looked through together."""
FEW_GROUPS = 20
"""With fewer documents than this, their pieces are divided instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetConfig(Config):
    """What is done to text on its way into a dataset."""

    modern: float = 0.0
    """The share of songs that are read in today's spelling and shape; books never are."""

    RANGES = {"modern": Range(0, 1)}


class Sides(NamedTuple):
    """The songs of a dataset by number, on three sides, (S,) each."""

    train: np.ndarray
    val: np.ndarray
    test: np.ndarray


@dataclass(frozen=True, slots=True)
class Manifest:
    """What went into a dataset."""

    songs: int
    """Songs, or pieces of books."""
    books: int
    characters: int
    files: int
    twice: int
    """Songs that came more than once."""
    notes: tuple[str, ...] = ()
    """What was left out, a sentence each."""


@dataclass(frozen=True)
class Dataset:
    """Text to learn from; `codes` is mapped from its file."""

    digest: str
    manifest: Manifest
    codes: np.ndarray
    """"0 text 0 text 0", (P + 1,) int8."""
    lengths: np.ndarray
    """Positions of each song, (S,): its characters and one more."""
    groups: np.ndarray
    """What must stay together when they are divided, (S,): versions of a song, pieces of a book."""

    @property
    def first(self) -> np.ndarray:
        """Each song's first position, (S,)."""
        starts: np.ndarray = np.cumsum(self.lengths) - self.lengths
        return starts

    def sides(self, config: SplitConfig) -> Sides:
        """The songs divided by document: to learn from, to choose by, to judge by."""
        groups, sizes = self.groups, self.lengths
        if len(np.unique(groups)) < FEW_GROUPS:
            groups = np.arange(len(sizes))
        _, groups = np.unique(groups, return_inverse=True)
        weight = np.bincount(groups, sizes)
        order = np.random.default_rng(config.seed).permutation(len(weight))
        side = np.zeros(len(weight), np.int8)
        if len(order) < 3:
            raise CorpusTooSmallError(
                f"There are {len(order)} texts here that really differ, and three are needed: to "
                "learn from, to choose by, to judge by. Name more."
            )
        for number, share in ((1, config.val), (2, config.test)):
            room = share * sizes.sum()
            for group in order:
                if not side[group] and weight[group] <= room:
                    side[group] = number
                    room -= weight[group]
            if number not in side:
                side[min(np.flatnonzero(side == 0), key=lambda group: weight[group])] = number
        return Sides(*(np.flatnonzero(side[groups] == number) for number in range(3)))

    def let_go(self) -> None:
        """Gives the pages of the file that were read back to the system."""
        mapped = getattr(self.codes, "_mmap", None)
        if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)


def digest_of(files: Sequence[Path], config: DatasetConfig, tell: Callable[[float], object]) -> str:
    """The digest of what a dataset is made from: what the files hold, and what is done to it."""
    found = hashlib.sha256(json.dumps([RECIPE, config.to_dict()]).encode())
    total, done = sum(path.stat().st_size for path in files), 0
    for path in files:
        found.update(f"{path.suffix.lower()} {path.stat().st_size}\n".encode())
        with path.open("rb") as stream:
            while block := stream.read(1 << 22):
                found.update(block)
                done += len(block)
                tell(done / max(1, total))
    return found.hexdigest()


def all_files(named: Sequence[str | Path]) -> list[Path]:
    """The files that were named, and those in the folders that were.

    Raises:
        ReadError: if there is no such file or folder, or nothing in it can be read.
    """
    found: list[Path] = []
    for path in map(Path, named):
        if os.path.isdir(path):  # which takes any name
            found += files_in(path)
        elif os.path.isfile(path):
            found.append(path)
        else:
            raise ReadError(f"'{path}' could not be opened. Look at its name and folder again.")
    if not found:
        raise ReadError("Nothing was named to read. Name files or folders with text.")
    return list(dict.fromkeys(found))


def build_dataset(
    files: Sequence[Path],
    folder: Path,
    config: DatasetConfig | None = None,
    tell: Callable[[float], object] = lambda share: None,
) -> Dataset:
    """The dataset of what files hold; one that was made before is opened.

    A file that cannot be read is left out and named, unless it is the only one.

    Args:
        folder: where datasets lie.
        tell: given the share that is done, 0 to 1.

    Raises:
        ReadError: if there is nothing in the files that can be read.
        CorpusTooSmallError: if it is next to nothing.
    """
    config = config or DatasetConfig()
    digest = digest_of(files, config, lambda share: tell(0.1 * share))
    if not (folder / f"{digest}.json").exists():
        _encode(files, folder / digest, config, lambda share: tell(0.1 + 0.9 * share))
    return open_dataset(folder, digest)


def open_dataset(folder: Path, digest: str) -> Dataset:
    """A dataset that was made before.

    Raises:
        BrokenFileError: if a file of it is missing or damaged.
    """
    stem = folder / digest
    try:
        facts = json.loads(stem.with_suffix(".json").read_text("utf-8"))
        manifest = Manifest(**facts | {"notes": tuple(facts["notes"])})
        lengths, groups = np.load(stem.with_suffix(".npy"), allow_pickle=False)
        codes = np.memmap(stem.with_suffix(".codes"), np.int8, mode="c")
        if len(codes) != lengths.sum() + 1 or len(lengths) != manifest.songs:
            raise ValueError("It was cut short.")
    except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
        raise BrokenFileError(
            "What was made of the text to learn from is missing or damaged. Name the files again."
        ) from error
    return Dataset(digest, manifest, codes, lengths, groups)


# ---- encoding


class _Writer:
    """Writes songs end to end and keeps the index."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.lengths, self.groups = array("q"), array("q")  # millions of songs take little so
        self.sketches, self.sketched = array("I"), array("B")
        """The sketches end to end, and how many numbers each song has there."""
        self.known: set[int] = set()
        self.twice = 0
        self.last_group = -1

    def add(self, song: Song, group: int | None = None) -> None:
        """Adds a song unless it is there; it makes a group of its own if none is given."""
        text = song.framed.encode("ascii")
        digest = hashlib.blake2b(song.text.encode("ascii"), digest_size=7).digest()
        words = int.from_bytes(digest, "big")
        if words in self.known:
            self.twice += 1
            return
        self.known.add(words)
        self.file.write(b"\0" + text)
        self.lengths.append(len(text) + 1)
        own = minhash(song) if group is None else []
        self.sketches.extend(own)
        self.sketched.append(len(own))
        self.groups.append(self.new_group() if group is None else group)

    def new_group(self) -> int:
        """The number of a group that is yet empty."""
        self.last_group += 1
        return self.last_group


def _encode(
    files: Sequence[Path], stem: Path, config: DatasetConfig, tell: Callable[[float], object]
) -> None:
    """Read everything once and write the dataset's files, its manifest last."""
    temporary = stem.with_suffix(f".{os.getpid()}.part")
    writer = _Writer(temporary)
    try:
        with writer.file:
            notes, books = _read_all(files, writer, config, tell)
            writer.file.write(b"\0")
        manifest = Manifest(
            songs=len(writer.lengths),
            books=books,
            characters=sum(writer.lengths) - len(writer.lengths),
            files=len(files),
            twice=writer.twice,
            notes=tuple(notes),
        )
        if manifest.characters < MIN_CHARS:
            why = " ".join(manifest.notes[:3])
            raise CorpusTooSmallError(
                f"There are {manifest.characters:,} characters here, and a base needs at least "
                f"{MIN_CHARS:,}, better some millions. Name more text. {why}".strip()
            )
        groups = merge_near_duplicates(
            np.array(writer.sketches, np.uint32), np.array(writer.sketched), np.array(writer.groups)
        )
        np.save(stem.with_suffix(".npy"), np.stack([np.array(writer.lengths), groups]))
        os.replace(temporary, stem.with_suffix(".codes"))
        stem.with_suffix(".json").write_text(json.dumps(asdict(manifest)), "utf-8")
    finally:
        temporary.unlink(missing_ok=True)


def _read_all(
    files: Sequence[Path], writer: _Writer, config: DatasetConfig, tell: Callable[[float], object]
) -> tuple[list[str], int]:
    """Gives the writer every song and book; returns what was left out and how many books."""
    notes: list[str] = []
    books: dict[str, int] = {}
    total = max(1, sum(path.stat().st_size for path in files))
    done = 0
    for path in files:
        before = done
        try:
            for name, share in iter_file_chunks(path):
                if _is_book(name, share):
                    group = books.setdefault(f"{path}/{name}", writer.new_group())
                    for piece in _pieces(share, name):
                        writer.add(piece, group)
                else:
                    for song in _songs(name, share, config):
                        writer.add(song)
                done += len(share)
                tell(min(1.0, done / total))
        except ReadError as error:
            if len(files) == 1:
                raise
            notes.append(f"Left out: {error}")
        done = before + path.stat().st_size
    return notes, len(books)


def _is_book(name: str, share: bytes) -> bool:
    ending = Path(name).suffix.lower()
    return ending in TEXTS and len(share) > BOOK_BYTES and SONG_END not in share.replace(b"\r", b"")


def _pieces(share: bytes, name: str) -> Iterator[Song]:
    """A book, or a share of one, in pieces that serve as songs."""
    text = fold(decode(share, name).text).text.strip("\n")
    for piece in chunk(RawSong(name, text), CHUNK_CHARS):
        yield Song("", piece.text)


def _songs(name: str, share: bytes, config: DatasetConfig) -> Iterator[Song]:
    """The songs in a file or a share of one, with what the doctor puts right by default."""
    if not share.strip():
        return
    source = Source(name, share)
    drafts = [draft for found in reader_for(source).read(source) for draft in found.songs]
    for start in range(0, len(drafts), AT_ONCE):
        sheets = [TracedSong.of(draft, {}) for draft in drafts[start : start + AT_ONCE]]
        sheets = [sheet for sheet in sheets if sheet.text.strip()]
        for rule in RULES:
            if rule.name in DEFAULT_RULES:
                sheets = [sheet for sheet in rule.fix(sheets) if sheet is not None]
        for sheet in sheets:
            song = Song(sheet.title, tidy(sheet.text), sheet.artist)
            if song.text:
                yield _dressed(song, config.modern)


def _dressed(song: Song, share: float) -> Song:
    """The song, or, for a share of all songs, the song as it might be written today."""
    lot = hashlib.blake2b(song.text.encode(), digest_size=4).digest()
    if int.from_bytes(lot, "big") >= share * 2**32:
        return song
    text = tidy(modernise(song.text))
    title = song.title.lower() if text == text.lower() else song.title
    return replace(song, title=title, text=text)
