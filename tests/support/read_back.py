"""Read written files back, by the readers alone or all the way to songs."""

from __future__ import annotations

from collections.abc import Iterable

from lyricslab.errors import ReadError
from lyricslab.importing.readers import registry
from lyricslab.importing.readers.source import Columns, FileSongs, Source
from lyricslab.importing.reading import read_file
from lyricslab.songs.raw_song import RawSong
from tests.support.written_files import Song

DOG: Song = ("Old Dog", [["the dog sleeps", "by the door"], ["and he dreams", "of a moon"]])
RIVER: Song = (
    "Red River",
    [["the river runs", "and it bends,"], ["it knows no bed", "but its own"]],
)
DOG_TEXT = "the dog sleeps\nby the door\n\nand he dreams\nof a moon"
RIVER_TEXT = "the river runs\nand it bends,\n\nit knows no bed\nbut its own"
BOTH = [RawSong("Old Dog", DOG_TEXT), RawSong("Red River", RIVER_TEXT)]


def as_bytes(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode()


def read(
    name: str,
    data: bytes | str,
    columns: Columns | None = None,
    declined: Iterable[str] = (),
) -> list[FileSongs]:
    source = Source(name, as_bytes(data), columns=columns, declined=frozenset(declined))
    return registry.reader_for(source).read(source)


def read_one(name: str, data: bytes | str, encoding: str | None = None) -> FileSongs:
    source = Source(name, as_bytes(data), encoding)
    (file,) = registry.reader_for(source).read(source)
    return file


def read_songs(name: str, data: bytes | str, columns: Columns | None = None) -> list[RawSong]:
    return [song for file in read(name, data, columns) for song in file.songs]


def titles_and_texts(name: str, data: bytes | str) -> list[tuple[str, str]]:
    return [(song.title, song.text) for song in read_file(name, as_bytes(data)).songs]


def assert_read_or_refused(name: str, data: bytes) -> None:
    try:
        taken = read_file(name, data)
    except ReadError as error:
        sentence = str(error)
    else:
        sentence = f"{name} has {len(taken.songs)} songs."
    assert name in sentence
    assert sentence.endswith(".")
    assert " 0 songs" not in sentence
