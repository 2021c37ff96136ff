"""Tables in Parquet, and files packed with gzip."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from lyricslab.errors import (
    BrokenFileError,
    FileTooLargeError,
    ReadError,
    UnknownFormatError,
)
from lyricslab.importing.readers import gz
from lyricslab.importing.readers import parquet as parquet_reader
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read, read_songs
from tests.support.written_files import packed_up

PAIR = [RawSong("Reed", "it bends\nin rain", "Una"), RawSong("Sedge", "it stands", "Ivo")]
TEXTS = [one.text for one in PAIR]


def written(columns: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "columns",
    [
        {"title": ["Reed", "Sedge"], "lyrics": TEXTS, "artist": ["Una", "Ivo"]},
        {
            "__index_level_0__": [0, 1],
            "song": [{"name": one.title, "singer": one.artist} for one in PAIR],
            "lines": [one.text.split("\n") for one in PAIR],
        },
        {
            "picture": [b"\x89P", b"\x89P"],
            "Titre": ["Reed", "Sedge"],
            "Paroles": TEXTS,
            "Auteur": pyarrow.array(["Una", "Ivo"]).dictionary_encode(),
        },
    ],
)
def test_parquet(columns: dict[str, Any]) -> None:
    assert read_songs("a.parquet", written(columns)) == PAIR


def test_lines_in_parquet_are_joined() -> None:
    rows = [(f"Tune {s}", f"the reed {s} and {k}") for s in range(3) for k in range(5)]
    (file,) = read(
        "a.parquet", written({"title": [r[0] for r in rows], "lyric": [r[1] for r in rows]})
    )
    assert [song.title for song in file.songs] == ["Tune 0", "Tune 1", "Tune 2"]
    assert file.guesses[0].found == "15 rows, joined into 3 songs."


def test_a_small_parquet_that_holds_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    long = pyarrow.DictionaryArray.from_arrays([0] * 2000, ["la " * 40_000])
    data = written({"lyrics": long})
    assert len(data) < 2**20
    with pytest.raises(FileTooLargeError, match=r"as \.csv"):
        read("a.parquet", data)
    monkeypatch.setattr(parquet_reader, "MAX_ROWS", 5)
    with pytest.raises(FileTooLargeError):
        read("a.parquet", written({"lyrics": ["la"] * 6}))


def test_a_damaged_parquet_is_told() -> None:
    data = written({"lyrics": ["la la"] * 9})
    for broken in (b"PAR1", data[:-9], data[:4] + b"\xff" * 60 + data[64:]):
        with pytest.raises(BrokenFileError, match="Parquet"):
            read("a.parquet", broken)


TABLE = "title,artist,lyrics\n" + "".join(f'{s.title},{s.artist},"{s.text}"\n' for s in PAIR)
OBJECTS = [{"title": s.title, "artist": s.artist, "lyrics": s.text} for s in PAIR]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv.gz", TABLE),
        ("a.TSV.GZ", TABLE.replace(",", "\t")),
        ("a.json.gz", json.dumps(OBJECTS)),
        ("a.jsonl.gz", "\n".join(map(json.dumps, OBJECTS))),
    ],
)
def test_gzip(name: str, text: str) -> None:
    data = gzip.compress(text.encode())
    assert read_songs(name, data) == PAIR
    assert read_songs("all.zip", packed_up({name: data})) == PAIR


def test_a_packed_text_is_called_as_its_file() -> None:
    assert read_songs("old reed.txt.gz", gzip.compress(b"it bends,\nin rain")) == [
        RawSong("old reed", "it bends,\nin rain")
    ]


def test_what_cannot_be_unpacked_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    data = gzip.compress(TABLE.encode())
    for broken in (b"\x1f\x8b", data[:-12], TABLE.encode()):
        with pytest.raises(BrokenFileError, match="damaged or cut short"):
            read("a.csv.gz", broken)
    with pytest.raises(ReadError, match="more than once"):
        read("a.csv.gz.gz", gzip.compress(data))
    with pytest.raises(UnknownFormatError, match=r"as \.zip"):
        read("a.tar.gz", gzip.compress(b"\0" * 512))
    monkeypatch.setattr(gz, "MAX_FILE_BYTES", 2**20)
    with pytest.raises(FileTooLargeError, match="1 MB"):
        read("a.csv.gz", gzip.compress(b"a" * (2**20 + 1)))
