"""Which columns hold lyrics, titles and artists: names, values, choices, questions."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest

from lyricslab.errors import ColumnsError
from lyricslab.importing.readers.source import Columns
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read

TEXTS = ["the reed bends down\nand the rush comes up\n" * 3, "sedge in the rain\nsings\n" * 4,
         "iris by the mill\nblue as the bell\n" * 5]  # fmt: skip
TITLES = ["Reed", "Sedge Song", "Iris"]


def table(rows: Sequence[Sequence[Any]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def songs(rows: Sequence[Sequence[Any]], columns: Columns | None = None) -> list[RawSong]:
    (file,) = read("a.csv", table(rows), columns)
    return list(file.songs)


def rows_of(head: Sequence[str], *columns: Sequence[Any]) -> list[list[Any]]:
    return [list(head), *(list(row) for row in zip(*columns, strict=True))]


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        (["", "Title", "Poem", "Poet", "", ""], [range(3), TITLES, TEXTS, ["Una"] * 3, [""] * 3,
                                                 [""] * 3]),
        (["Heading", "Verses", "Written by author"], [TITLES, TEXTS, ["Una"] * 3]),
        (["lyrics_url", "song_id", "song", "song_lyrics", "primary_artist_name"],
         [["http://a.b/c"] * 3, range(3), TITLES, TEXTS, ["Una"] * 3]),
        (["Название", "Исполнитель", "Текст"], [TITLES, ["Una"] * 3, TEXTS]),
        (["has_lyrics", "TrackName", "SingerName", "Lyrics"],
         [["yes"] * 3, TITLES, ["Una"] * 3, TEXTS]),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_names(head: list[str], columns: list[Any]) -> None:
    assert songs(rows_of(head, *columns)) == [
        RawSong(title, text, "Una") for title, text in zip(TITLES, TEXTS, strict=True)
    ]


@pytest.mark.parametrize(
    ("head", "columns", "guessed"),
    [
        (["ALink", "SName", "SLink", "Lyric"],
         [["/una/"] * 3, TITLES, ["/una/x.html"] * 3, TEXTS], False),
        (["a", "b", "c"], [["/una/"] * 3, TITLES, TEXTS], True),
        (["aa", "bb", "cc", "dd"], [["x1"] * 3, TEXTS, TITLES, ["de"] * 3], True),
        (["", "u", "w"], [range(3), TITLES, TEXTS], True),
    ],
)  # fmt: skip
def test_values_decide_where_names_do_not(
    head: list[str], columns: list[Any], guessed: bool
) -> None:
    data = table(rows_of(head, *columns))
    (file,) = read("a.csv", data)
    assert [(song.title, song.text) for song in file.songs] == list(zip(TITLES, TEXTS, strict=True))
    assert [guess.kind for guess in file.guesses] == ["columns"] * guessed
    if guessed:
        with pytest.raises(ColumnsError):
            read("a.csv", data, declined=["columns"])


def test_what_is_not_clear_is_asked_with_the_likeliest_first() -> None:
    rows = rows_of(["n", "u", "p", "q", "e"], range(3), TITLES, TEXTS, [f"{t}x" for t in TEXTS],
                   [""] * 3)  # fmt: skip
    with pytest.raises(ColumnsError, match="'p'") as caught:
        songs(rows)
    assert caught.value.columns == ("q", "p", "u")  # no numbers, nothing empty
    assert caught.value.title == "u"
    chosen = songs(rows, Columns("p", "u"))
    assert [song.title for song in chosen] == TITLES


def test_a_chosen_lyrics_column_keeps_titles_and_artists() -> None:
    rows = rows_of(["title", "artist", "sung so"], TITLES, ["Una"] * 3, TEXTS)
    expected = [RawSong(t, x, "Una") for t, x in zip(TITLES, TEXTS, strict=True)]
    assert songs(rows, Columns("sung so")) == expected
    without = songs(rows, Columns("sung so", title="", artist=""))
    assert [(song.title, song.artist) for song in without] == [("", "")] * 3


def test_a_wide_table_is_looked_at_once() -> None:
    rows = [["no", "u", "w", *[""] * 400], *([k, f"Reed {k}", f"{TEXTS[0]}{k}", *[""] * 400]
            for k in range(300))]  # fmt: skip
    found = songs(rows)
    assert len(found) == 300
    assert found[299] == RawSong("Reed 299", f"{TEXTS[0]}299")


def test_only_titles_are_no_songs() -> None:
    with pytest.raises(ColumnsError, match="leave the file out"):
        songs(rows_of(["artist", "track_name"], ["Una"] * 3, TITLES))
