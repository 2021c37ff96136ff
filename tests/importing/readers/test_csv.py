"""Tables in any dialect."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from lyricslab.errors import ColumnsError
from lyricslab.importing.readers.source import Columns
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read, read_songs
from tests.support.written_files import packed_up

LONG = 'a line\nand "another", said; he\n\n' + "la la " * 30_000
SONGS = [
    RawSong("Old Dog", 'the dog\nsleeps; he, "dreams"', "Ann"),
    RawSong("Red River", LONG, "Bob"),
    RawSong("Blue, Moon", "one line", ""),
]


def sheet(rows: list[list[str]], **dialect: Any) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, **dialect).writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("a.csv", {}),
        ("a.csv", {"delimiter": ";"}),
        ("a.csv", {"delimiter": "\t"}),
        ("a.csv", {"delimiter": "|", "lineterminator": "\n"}),
        ("a.csv", {"quoting": csv.QUOTE_ALL, "delimiter": ";"}),
        ("a.tsv", {"delimiter": "\t"}),
        ("a.TSV", {"delimiter": ",", "lineterminator": "\n"}),
    ],
)
@pytest.mark.parametrize(
    "head",
    [
        ["title", "artist", "lyrics"],
        ["Song", "Author", "Words"],
        ["NAME", "Singer", "Text"],
        ["track_name", "artist_name", "song lyrics"],
        ["Titre", "Interprete", "Paroles"],
        ["Titulo", "Artista", "Letra"],
        ["SongTitle", "writer", "LyricsText"],
    ],
)
def test_tables_of_any_dialect(name: str, dialect: dict[str, Any], head: list[str]) -> None:
    rows = [head, *([song.title, song.artist, song.text] for song in SONGS)]
    assert read_songs(name, sheet(rows, **dialect)) == SONGS


def test_columns_in_any_place_among_others() -> None:
    rows = [["id", "lyrics", "year", "title"], ["1", "the dog", "1999", "Old Dog"]]
    assert read_songs("a.csv", sheet(rows)) == [
        RawSong("Old Dog", "the dog", details=(("year", "1999"),))
    ]


def test_a_sheet_that_names_its_delimiter() -> None:
    assert read_songs("a.csv", "sep=;\r\ntitle;lyrics\r\nOld Dog;the dog\r\n") == [
        RawSong("Old Dog", "the dog")
    ]


def test_delimiters_in_lyrics_that_no_one_quoted() -> None:
    text = "title;lyrics\nA;b, c\nB;d; e, f\nC;g; h; i, j\nD;k;;\n"
    assert read_songs("a.csv", text) == [
        RawSong("A", "b, c"),
        RawSong("B", "d; e, f"),
        RawSong("C", "g; h; i, j"),
        RawSong("D", "k"),
    ]


def test_cells_beyond_a_quoted_row_are_no_lyrics() -> None:
    text = 'title,lyrics\nA,"b, c\nd",junk,more\nB,"e ""f""",\nC,g,h\n'
    (file,) = read("a.csv", text)
    assert file.songs == (RawSong("A", "b, c\nd"), RawSong("B", 'e "f"'), RawSong("C", "g,h"))
    assert "1 row has more cells than 'a.csv' has columns" in file.notes[0]


def test_rows_that_are_too_wide_for_lyrics_in_the_middle_are_told() -> None:
    (file,) = read("a.csv", "title;lyrics;year\nA;b;1999\nB;c; d;2001\n")
    assert "1 row has more cells" in file.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        'title,lyrics\nA,"b\nc"\nB,"d\ne\nC,"f\ng"\n',
        'title,lyrics\nA,"b\nc"\nB,"d\ne\nC,f\n',
    ],
)
def test_quotation_marks_that_do_not_pair_up_are_told(text: str) -> None:
    (file,) = read("a.csv", text)
    assert file.songs[0] == RawSong("A", "b\nc")
    assert "begins on line 4" in file.notes[0]


def test_whole_tables_have_no_notes() -> None:
    rows = [["title", "artist", "lyrics"], *([s.title, s.artist, s.text] for s in SONGS)]
    assert read("a.csv", sheet(rows))[0].notes == ()


def test_one_column_of_lyrics() -> None:
    rows = [["lyrics"], ["the dog, old\nand grey"], ["the river, red\nand wide"]]
    assert [song.text for song in read_songs("a.csv", sheet(rows))] == [rows[1][0], rows[2][0]]


def test_short_and_empty_rows() -> None:
    text = "title,lyrics\nOld Dog,the dog\n\nRed River\n,the moon\n"
    assert read_songs("a.csv", text) == [
        RawSong("Old Dog", "the dog"),
        RawSong("Red River", ""),
        RawSong("", "the moon"),
    ]


def test_a_table_without_a_lyrics_column_asks_and_then_obeys() -> None:
    rows = [["no", "titel", "stuff"], ["1", "Old Dog", "the dog\nsleeps"], ["2", "Red", "red\nran"]]
    with pytest.raises(ColumnsError, match="'stuff'") as caught:
        read("a.csv", sheet(rows))
    assert caught.value.columns == ("stuff", "titel")  # the likeliest first
    assert caught.value.title == "titel"
    songs = read_songs("a.csv", sheet(rows), Columns("Stuff", title="titel"))
    assert songs == [RawSong("Old Dog", "the dog\nsleeps"), RawSong("Red", "red\nran")]
    with pytest.raises(ColumnsError, match="'nonsense'"):
        read("a.csv", sheet(rows), Columns("nonsense"))
    with pytest.raises(ColumnsError, match="'nonsense'"):
        read("a.csv", sheet(rows), Columns("stuff", title="nonsense"))


def test_what_was_chosen_is_never_passed_over() -> None:
    rows = [["title", "by", "lyrics"], ["Old Dog", "Ann", "the dog"]]
    for chosen in (Columns("nope"), Columns("", title="nope"), Columns("lyrics", artist="nope")):
        with pytest.raises(ColumnsError, match="no column named 'nope'"):
            read("a.csv", sheet(rows), chosen)
    value = json.dumps([{"title": "Old Dog", "lyrics": "the dog"}])
    with pytest.raises(ColumnsError, match="no column named 'nope'"):
        read("a.json", value, Columns("nope"))
    assert read_songs("a.csv", sheet(rows), Columns("", artist="by")) == [
        RawSong("Old Dog", "the dog", "Ann")
    ]
    assert read_songs("a.zip", packed_up({"a.csv": sheet(rows)}), Columns("nope", artist="by")) == [
        RawSong("Old Dog", "the dog", "Ann")
    ]


def test_a_table_without_names_is_judged_by_its_values() -> None:
    rows = [["Old Dog", "the dog\nsleeps " * 9], ["Red River", "the river\nran " * 9]]
    (file,) = read("a.csv", sheet(rows))
    assert file.songs == tuple(RawSong(title, text) for title, text in rows)
    (guess,) = file.guesses
    assert guess.kind == "columns"
    assert "'Column 2'" in guess.found
    with pytest.raises(ColumnsError) as caught:
        read("a.csv", sheet(rows), declined=["columns"])
    assert caught.value.columns == ("Column 2", "Column 1")
    songs = read_songs("a.csv", sheet(rows), Columns("Column 2", title="Column 1"))
    assert songs == [RawSong(title, text) for title, text in rows]
