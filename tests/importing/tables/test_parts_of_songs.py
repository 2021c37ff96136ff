"""Rows that are lines or sections of a song, and rows that are songs though they look alike."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.importing.readers.source import FileSongs
from lyricslab.songs.raw_song import RawSong
from tests.support.examples import one_in
from tests.support.read_back import read

BIRDS = "crane heron stoat otter vole marten badger weasel lark swift rook dove".split()


def line(song: int, number: int) -> str:
    return f"the {BIRDS[number % 12]} went {BIRDS[song % 12]} over {chr(97 + song)}{number}"


def lines(song: int, count: int, first: int = 0) -> list[str]:
    return [line(song, number) for number in range(first, first + count)]


def text(song: int, count: int, first: int = 0) -> str:
    return "\n".join(lines(song, count, first))


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue()


def objects(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return json.dumps([dict(zip(head, row, strict=True)) for row in rows])


def joined(name: str, data: str, declined: Sequence[str] = ()) -> FileSongs:
    (file,) = read(name, data, declined=declined)
    return file


# ---- lines


HALF = [*lines(0, 3), "", *lines(0, 3)]  # sung twice, with a blank line between
LINE_TABLES = [
    # (columns, rows, songs, first title, first text)
    (
        ["artist", "album", "track_title", "track_n", "lyric", "line", "year"],
        [
            ["Una", "Reeds", f"Tune {s}", s, x, k, 2009]
            for s in range(3)
            for k, x in enumerate(HALF)
        ],
        3,
        "Tune 0",
        "\n".join(HALF),
    ),
    (
        ["line", "song_id", "song_name", "artist_name", "song_line"],
        [
            [x, 900 + s, f"Air {s}", "Una", k + 1]
            for s in range(5)
            for k, x in enumerate(lines(s, 9))
        ],
        5,
        "Air 0",
        text(0, 9),
    ),
    (
        ["nr", "song_id", "text"],
        [[s * 6 + k, f"x{s}", x] for s in range(4) for k, x in enumerate(lines(s, 6))],
        4,
        "",
        text(0, 6),
    ),
    (
        ["line_number", "lyric"],
        [[k + 1, x] for s in range(6) for k, x in enumerate(lines(s, 4 + s))],
        6,
        "",
        text(0, 4),
    ),
    (
        ["title", "lyric"],
        [["" if k else f"Air {s}", x] for s in range(3) for k, x in enumerate(lines(s, 7))],
        3,
        "Air 0",
        text(0, 7),
    ),
    (
        ["song", "part", "lyric"],
        [
            [f"Air {s}", part, x]
            for s in range(3)
            for part, first in (("Verse 1", 0), ("Chorus", 4), ("Verse 2", 6))
            for x in lines(s, 2, first)
        ],
        3,
        "Air 0",
        f"[Verse 1]\n{text(0, 2)}\n\n[Chorus]\n{text(0, 2, 4)}\n\n[Verse 2]\n{text(0, 2, 6)}",
    ),
    (
        ["song", "line", "word"],
        [
            [f"Air {s}", k, word]
            for s in range(3)
            for k, x in enumerate(lines(s, 4))
            for word in x.split()
        ],
        3,
        "Air 0",
        text(0, 4),
    ),
]


@pytest.mark.parametrize("write", [table, objects])
@pytest.mark.parametrize(("head", "rows", "songs", "title", "words"), LINE_TABLES)
def test_lines_of_a_song_are_joined(
    write: Any, head: list[str], rows: list[list[Any]], songs: int, title: str, words: str
) -> None:
    name = "a.csv" if write is table else "a.json"
    file = joined(name, write(head, rows))
    assert len(file.songs) == songs
    assert (file.songs[0].title, file.songs[0].text) == (title, words)
    (guess,) = file.guesses
    assert (guess.kind, guess.songs, guess.on) == ("rows", songs, True)
    assert guess.found.startswith(f"{len(rows)} ")


def test_the_line_before_and_the_next_are_no_lyrics() -> None:
    rows = [
        [n, f"Air {s}", lines(s, 9)[k - 1] if k else "", line(s, k), line(s, k + 1)]
        for s in range(3)
        for k in range(8)
        for n in [s * 8 + k]
    ]
    file = joined("a.csv", table(["", "song", "prev", "lyric", "next"], rows))
    assert [song.text for song in file.songs] == [text(s, 8) for s in range(3)]
    assert file.notes == ()


def test_the_line_before_is_no_title() -> None:
    before = ["", *lines(0, 11)]
    rows = [[k // 4, *pair] for k, pair in enumerate(zip(before, lines(0, 12), strict=True))]
    file = joined("a.csv", table(["file", "zuvor", "lyric"], rows))
    assert [(song.title, song.text) for song in file.songs] == [
        ("", text(0, 4, first)) for first in (0, 4, 8)
    ]


def test_the_same_title_on_two_albums_is_two_songs() -> None:
    rows = [[album, "Air", x] for s, album in enumerate(["Reeds", "Rush"]) for x in lines(s, 5)]
    file = joined("a.csv", table(["album", "title", "lyric"], rows))
    assert [song.details for song in file.songs] == [(("album", "Reeds"),), (("album", "Rush"),)]


def test_lines_that_nothing_divides_are_a_text() -> None:
    rows = [[x] for s in range(3) for x in [*lines(s, 4), ""]]
    file = joined("a.csv", table(["lyric"], rows))
    assert file.songs[0].text == "\n\n".join(text(s, 4) for s in range(3))
    assert [guess.kind for guess in file.guesses] == ["rows"]


# ---- sections


@pytest.mark.parametrize(
    ("head", "rows", "first"),
    [
        (
            ["song_title", "section_type", "section_lyrics"],
            [
                [f"Air {s}", part, text(s, 3, k)]
                for s in range(3)
                for k, part in ((0, "Verse"), (4, "Chorus"))
            ],
            f"[Verse]\n{text(0, 3)}\n\n[Chorus]\n{text(0, 3, 4)}",
        ),
        (
            ["title", "part", "words"],
            [
                [f"Air {s}", part, text(s, 12, k)]
                for s in range(4)
                for k, part in ((0, "v1"), (12, "c"), (24, "v2"))
            ],
            f"[Verse 1]\n{text(0, 12)}\n\n[Chorus]\n{text(0, 12, 12)}\n\n"
            f"[Verse 2]\n{text(0, 12, 24)}",
        ),
        (
            ["title", "number", "stanza"],
            [[f"Air {s}", k, text(s, 4, 4 * k)] for s in range(5) for k in range(3)],
            "\n\n".join(text(0, 4, 4 * k) for k in range(3)),
        ),
    ],
)
def test_sections_of_a_song_are_joined(head: list[str], rows: Any, first: str) -> None:
    for name, write in (("a.csv", table), ("a.jsonl", objects)):
        file = joined(name, write(head, rows))
        assert file.songs[0] == RawSong("Air 0", first)
        assert len(file.songs) == len({row[0] for row in rows})


# ---- songs


VERSIONS = [[f"Air {s // 2}", "Una", f"{text(s, 8)}\n\n{text(s, 8, 8)}"] for s in range(8)]
NEARLY = [[f"Air {s // 2}", "Una", text(s // 2, 6) + "\nand home" * (s % 2)] for s in range(8)]
STANZAS = [[f"Air {s // 2}", "Una", f"{text(s, 2)}\n\n{text(s, 2, 2)}"] for s in range(6)]
ONE_PAIR = [[f"Air {max(s, 1)}", "Una", text(s, 5)] for s in range(9)]
UNTITLED = [["Haiku", "Una", text(s, 3)] for s in range(7)]
SAME_ARTIST = [[f"Air {s}", "Una", text(s, 4)] for s in range(6)]
FLAT = [[f"Air {s // 2}", "Una", " ".join(lines(s, 9))] for s in range(6)]


@pytest.mark.parametrize("rows", [VERSIONS, NEARLY, STANZAS, ONE_PAIR, UNTITLED, SAME_ARTIST, FLAT])
def test_songs_with_the_same_title_stay_songs(rows: list[list[str]]) -> None:
    file = joined("a.csv", table(["title", "artist", "lyrics"], rows))
    assert file.songs == tuple(RawSong(*(row[k] for k in (0, 2, 1))) for row in rows)
    assert file.guesses == ()


WORDS = st.lists(st.sampled_from(BIRDS), min_size=2, max_size=5).map(" ".join)
TABLES = st.lists(st.lists(WORDS, min_size=2, max_size=7), min_size=2, max_size=6)


@one_in(5)
@given(TABLES)
def test_no_line_is_lost_and_what_was_joined_can_be_turned_back(songs: list[list[str]]) -> None:
    rows = [[f"Air {k}", x] for k, song in enumerate(songs) for x in song]
    data = table(["title", "lyric"], rows)
    file = joined("a.csv", data)
    assert [song.text for song in file.songs] == ["\n".join(song) for song in songs]
    back = joined("a.csv", data, declined=["rows"])
    assert back.songs == tuple(RawSong(*row) for row in rows)
    (guess,) = back.guesses
    assert (guess.songs, guess.on) == (len(songs), False)


def test_cells_may_hold_lists_as_python_writes_them() -> None:
    rows = [(f"Song {k}", str(lines(k, 5 + k)), str([f"Ann {k}", "Bo"])) for k in range(3)]
    (file,) = read("a.csv", table(["title", "lyrics", "artists"], rows))
    assert [song.text for song in file.songs] == [text(k, 5 + k) for k in range(3)]
    assert [song.artist for song in file.songs] == ["Ann 0, Bo", "Ann 1, Bo", "Ann 2, Bo"]


@pytest.mark.parametrize("broken", ["['a', 'b'", "['it's]", "['a', 3]", "[" * 9 + "]" * 9])
def test_what_only_looks_like_a_list_stays(broken: str) -> None:
    rows = [(f"Song {k}", f"{broken}\n{text(k, 4)}" if k else broken) for k in range(3)]
    (file,) = read("a.csv", table(["title", "lyrics"], rows))
    assert file.songs[0].text == broken
