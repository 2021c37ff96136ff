"""Each kind of file, made by the standard library or python-docx, and read back."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.errors import (
    BrokenFileError,
    ColumnsError,
    FileTooLargeError,
    ReadError,
    UnknownFormatError,
)
from lyricslab.importing.readers import docx as word
from lyricslab.importing.readers import registry
from lyricslab.importing.readers import zip as archive
from lyricslab.importing.readers.source import Columns, FileSongs, Source, UnpackBudget
from lyricslab.songs.raw_song import RawSong

LONG = 'a line\nand "another", said; he\n\n' + "la la " * 30_000
SONGS = [
    RawSong("Old Dog", 'the dog\nsleeps; he, "dreams"', "Ann"),
    RawSong("Red River", LONG, "Bob"),
    RawSong("Blue, Moon", "one line", ""),
]


def read(name: str, data: bytes | str, columns: Columns | None = None) -> list[FileSongs]:
    data = data if isinstance(data, bytes) else data.encode()
    source = Source(name, data, columns=columns)
    return registry.reader_for(source).read(source)


def read_songs(name: str, data: bytes | str, columns: Columns | None = None) -> list[RawSong]:
    return [song for found in read(name, data, columns) for song in found.songs]


def sheet(rows: list[list[str]], **dialect: Any) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, **dialect).writerows(rows)
    return stream.getvalue()


# ---- registry


def test_what_can_be_read() -> None:
    assert {"txt", "csv", "tsv", "json", "jsonl", "docx", "zip"} <= set(registry.extensions())


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.pages", "Save it as .docx"),
        ("a.DOC", "Save it as .docx"),
        ("a.ps", "paste"),
        ("a.mp3", "written words"),
        ("a.xlsx", "as .csv"),
        ("a.xyz", "cannot be read"),
    ],
)
def test_other_kinds_are_refused_with_what_can_be_read(name: str, advice: str) -> None:
    with pytest.raises(UnknownFormatError, match=advice) as caught:
        read(name, b"whatever")
    assert ".txt" in str(caught.value)
    assert ".docx" in str(caught.value)


# ---- plain


def test_one_song_is_called_as_its_file_unless_it_says() -> None:
    assert read_songs("songs/old_dog.v2.txt", "the dog sleeps,\nby the door") == [
        RawSong("old dog.v2", "the dog sleeps,\nby the door")
    ]
    assert read_songs("a.txt", "Old Dog\n\nthe dog sleeps\nby the door")[0].title == "Old Dog"
    assert read_songs("README", "words alone,")[0].text == "words alone,"


# ---- tables


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
    assert read_songs("a.csv", sheet(rows)) == [RawSong("Old Dog", "the dog")]


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
    (found,) = read("a.csv", text)
    assert found.songs == (RawSong("A", "b, c\nd"), RawSong("B", 'e "f"'), RawSong("C", "g,h"))
    assert "1 row has more cells than 'a.csv' has columns" in found.notes[0]


def test_rows_that_are_too_wide_for_lyrics_in_the_middle_are_told() -> None:
    (found,) = read("a.csv", "title;lyrics;year\nA;b;1999\nB;c; d;2001\n")
    assert "1 row has more cells" in found.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        'title,lyrics\nA,"b\nc"\nB,"d\ne\nC,"f\ng"\n',
        'title,lyrics\nA,"b\nc"\nB,"d\ne\nC,f\n',
    ],
)
def test_quotation_marks_that_do_not_pair_up_are_told(text: str) -> None:
    (found,) = read("a.csv", text)
    assert found.songs[0] == RawSong("A", "b\nc")
    assert "begins on line 4" in found.notes[0]


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
    assert caught.value.columns == ("no", "titel", "stuff")
    found = read_songs("a.csv", sheet(rows), Columns("Stuff", title="titel"))
    assert found == [RawSong("Old Dog", "the dog\nsleeps"), RawSong("Red", "red\nran")]
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
    assert read_songs("a.zip", packed({"a.csv": sheet(rows)}), Columns("nope", artist="by")) == [
        RawSong("Old Dog", "the dog", "Ann")
    ]


def test_a_table_without_names_asks_by_number() -> None:
    rows = [["Old Dog", "the dog\nsleeps " * 9], ["Red River", "the river\nran " * 9]]
    with pytest.raises(ColumnsError) as caught:
        read("a.csv", sheet(rows))
    assert caught.value.columns == ("Column 1", "Column 2")
    found = read_songs("a.csv", sheet(rows), Columns("Column 2", title="Column 1"))
    assert found == [RawSong(title, text) for title, text in rows]


# ---- JSON

PAIR = [RawSong("Old Dog", "the dog\nsleeps", "Ann"), RawSong("Red River", "the river", "Bob")]
OBJECTS = [{"title": one.title, "author": one.artist, "text": one.text} for one in PAIR]
BARE = [RawSong(one.title, one.text) for one in PAIR]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (OBJECTS, PAIR),
        ({"songs": OBJECTS}, PAIR),
        ({"artist": "x", "data": {"count": 2, "tracks": OBJECTS}}, PAIR),
        (
            [
                {
                    "Song": o["title"],
                    "singer": {"name": o["author"]},
                    "LYRICS": o["text"].split("\n"),
                }
                for o in OBJECTS
            ],
            PAIR,
        ),
        ([one.text for one in PAIR], [RawSong("", one.text) for one in PAIR]),
        ({"lyrics": [one.text for one in PAIR]}, [RawSong("", PAIR[0].text + "\n" + PAIR[1].text)]),
        ({"songs": [one.text for one in PAIR]}, [RawSong("", one.text) for one in PAIR]),
        ({one.title: one.text for one in PAIR}, BARE),
        ({one.title: one.text.split("\n") for one in PAIR}, BARE),
        ({one.title: {"lyrics": one.text} for one in PAIR}, BARE),
        (OBJECTS[0], PAIR[:1]),
        ({"name": "Old Dog", "body": [["a", "b"], ["c"]]}, [RawSong("Old Dog", "a\nb\n\nc")]),
        ([{"title": "Old Dog", "lyrics": None}], [RawSong("Old Dog", "")]),
        ([["Old Dog", "the dog\nsleeps"], ["Red River", "the river"]], BARE),
        ([[one.title, one.artist, one.text] for one in PAIR], PAIR),
        (
            [["the dog", "sleeps"], ["the river", "runs"]],
            [RawSong("", "the dog\nsleeps"), RawSong("", "the river\nruns")],
        ),
        ({"albums": [{"songs": OBJECTS[:1]}, {"songs": OBJECTS[1:]}]}, PAIR),
        ([{"album": "A", "songs": OBJECTS[:1]}, {"album": "B", "songs": OBJECTS[1:]}], PAIR),
        ({"albums": {"A": {"songs": OBJECTS[:1]}, "B": {"songs": OBJECTS[1:]}}}, PAIR),
        ({"artists": [{"name": "Ann", "albums": [{"name": "A", "tracks": OBJECTS}]}]}, PAIR),
        ({"songs": [{**one, "comments": [{"text": "so"}] * 3} for one in OBJECTS]}, PAIR),
        ([], []),
    ],
)
def test_json_of_many_shapes(value: Any, expected: list[RawSong]) -> None:
    assert read_songs("a.json", json.dumps(value, indent=2)) == expected
    assert read_songs("a.jsonl", json.dumps(value)) == expected


def test_a_song_a_line() -> None:
    text = "\r\n\n".join(map(json.dumps, OBJECTS))
    for name in ("a.jsonl", "a.ndjson", "a.json"):
        assert read_songs(name, text) == PAIR
        assert read_songs(name, b"\xef\xbb\xbf" + text.encode()) == PAIR


def test_json_without_a_lyrics_key_asks_and_then_obeys() -> None:
    value = [{"title": "Old Dog", "x": "the dog"}, {"title": "Red River", "y": 3}]
    with pytest.raises(ColumnsError, match="lyrics") as caught:
        read("a.json", json.dumps(value))
    assert caught.value.columns == ("title", "x", "y")
    found = read_songs("a.json", json.dumps(value), Columns("x", title="title"))
    assert found == [RawSong("Old Dog", "the dog"), RawSong("Red River", "")]


def test_numbers_beyond_reading_are_passed_over() -> None:
    text = '[{"title": "Old Dog", "lyrics": "the dog", "id": ' + "9" * 5000 + "}]"
    for name in ("a.json", "a.jsonl"):
        assert read_songs(name, text) == [RawSong("Old Dog", "the dog")]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.jsonl", '{"a":' * 100_000, "nested too deeply"),
        ("a.json", json.dumps(OBJECTS)[:-20], "cut short"),
        ("a.jsonl", "\n".join(map(json.dumps, OBJECTS))[:-9], "Line 2"),
        ("a.json", "42", "no list of songs"),
        ("a.json", "[" * 100_000, "nested too deeply"),
    ],
)
def test_broken_json(name: str, text: str, says: str) -> None:
    with pytest.raises(BrokenFileError, match=says):
        read(name, text)


# ---- Word


def docx(build: Any) -> bytes:
    document = Document()
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_headings_begin_songs() -> None:
    def build(document: Any) -> None:
        document.add_heading("Old Dog", 1)
        for line in ("the dog", "sleeps", "", "and dreams"):
            document.add_paragraph(line)
        document.add_heading("Chorus", 2)
        document.add_paragraph("oh\tdog")
        document.add_heading("Red River", 1)
        document.add_paragraph("the river\nran")

    assert read_songs("a.docx", docx(build)) == [
        RawSong("Old Dog", "the dog\nsleeps\n\nand dreams\nChorus\noh\tdog"),
        RawSong("Red River", "the river\nran"),
    ]


def test_page_breaks_begin_songs() -> None:
    def build(document: Any) -> None:
        for line in ("Old Dog", "", "the dog", "sleeps"):
            document.add_paragraph(line)
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for line in ("Red River", "", "the river"):
            document.add_paragraph(line)
        document.add_paragraph("the moon").paragraph_format.page_break_before = True

    assert read_songs("a.docx", docx(build)) == [
        RawSong("Old Dog", "the dog\nsleeps"),
        RawSong("Red River", "the river"),
        RawSong("", "the moon"),
    ]


def test_a_document_without_either_is_read_as_plain_text() -> None:
    def build(document: Any) -> None:
        for line in ("Old Dog", "", "the dog", "---", "Red River", "", "the river"):
            document.add_paragraph(line)

    assert read_songs("a.docx", docx(build)) == [
        RawSong("Old Dog", "the dog"),
        RawSong("Red River", "the river"),
    ]
    one = docx(lambda document: document.add_paragraph("only one line of it,"))
    assert read_songs("my_song.docx", one) == [RawSong("my song", "only one line of it,")]


def test_paragraphs_that_are_stanzas_stay_apart() -> None:
    data = docx(lambda d: [d.add_paragraph("the dog\nsleeps,"), d.add_paragraph("and\ndreams")])
    assert read_songs("a.docx", data) == [RawSong("a", "the dog\nsleeps,\n\nand\ndreams")]


WORDS = ["the dog that slept here", "and dreamed of the snow", "", "it never woke up again"]
NAMES = ["Old Dog", "Red River", "Blue Moon"]


def sung(name: str) -> list[str]:
    """Lines that only this song has."""
    return [line and f"{line} by the {name.lower()}" for line in WORDS]


BOOK = [RawSong(name, "\n".join(sung(name))) for name in NAMES]


def test_titles_directly_above_the_words_of_a_page() -> None:
    def build(document: Any) -> None:
        for name in NAMES:
            for line in (name, *sung(name)):
                document.add_paragraph(line)
            document.add_page_break()

    assert read_songs("a.docx", docx(build)) == BOOK


def test_a_lower_heading_below_a_title_is_its_artist() -> None:
    def build(document: Any) -> None:
        document.add_heading("My Book", 0)
        for name in NAMES:
            document.add_heading(name, 1)
            document.add_heading("Ann Lee", 2)
            document.add_paragraph("\n".join(sung(name)))

    book, *rest = read_songs("a.docx", docx(build))
    assert book == RawSong("My Book", "")
    assert rest == [RawSong(song.title, song.text, "Ann Lee") for song in BOOK]


def test_lines_in_bold_are_titles_where_each_song_has_one() -> None:
    def build(document: Any) -> None:
        for name in NAMES:
            document.add_paragraph().add_run(name).bold = True
            for line in (*sung(name), ""):
                document.add_paragraph(line)

    assert read_songs("a.docx", docx(build)) == BOOK


def test_a_line_in_bold_is_sung_where_it_is_no_title() -> None:
    def build(document: Any) -> None:
        for line in ("Old Dog", "", *sung("Old Dog"), ""):
            document.add_paragraph(line)
        document.add_paragraph().add_run("oh dog").bold = True

    assert read_songs("a.docx", docx(build)) == [RawSong("Old Dog", BOOK[0].text + "\n\noh dog")]


@pytest.mark.parametrize("head", [[], ["Title", "Lyrics"], ["Artist", "Title", "Lyrics"]])
def test_tables_of_songs(head: list[str]) -> None:
    def build(document: Any) -> None:
        table = document.add_table(0, len(head) or 2)
        rows = [["Ann Lee", song.title, song.text][-len(table.columns) :] for song in BOOK]
        for row in [*([head] if head else []), *rows]:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text

    artist = "Ann Lee" if "Artist" in head else ""
    assert read_songs("a.docx", docx(build)) == [
        RawSong(song.title, song.text, artist) for song in BOOK
    ]


def test_words_in_tables_are_read_once() -> None:
    def build(document: Any) -> None:
        table = document.add_table(2, 2)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "the dog,"
        table.cell(1, 0).text = "sleeps"
        table.cell(1, 1).text = "well"

    assert read_songs("a.docx", docx(build)) == [RawSong("a", "the dog,\nsleeps\nwell")]


def test_broken_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = docx(lambda document: document.add_paragraph("words"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("a.txt", "not a document")
    for data in (b"", b"not a zip", whole[: len(whole) // 2], stream.getvalue()):
        with pytest.raises(BrokenFileError, match="Word document"):
            read("a.docx", data)
    monkeypatch.setattr(word, "MAX_XML_BYTES", 1000)
    with pytest.raises(FileTooLargeError):
        read("a.docx", whole)


# ---- zip


def packed(files: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return stream.getvalue()


MIXED: dict[str, bytes | str] = {
    "album/": "",
    "album/old_dog.txt": "the dog sleeps,\nby the door",
    "album/list.csv": "title,lyrics\nRed River,the river\n",
    "__MACOSX/album/._old_dog.txt": b"\0\5\x16\7",
    "album/.hidden.txt": "nothing",
    "album/cover.jpg": b"\xff\xd8\xff",
    "album/Thumbs.db": b"\xd0\xcf",
    "album/empty.txt": "",
    "album/broken.json": "[{",
}


def test_an_archive_of_many_kinds() -> None:
    found = read("a.zip", packed(MIXED))
    assert [(one.name, one.format, len(one.songs)) for one in found] == [
        ("album/old_dog.txt", "text", 1),
        ("album/list.csv", "table", 1),
    ]
    assert found[0].songs[0].title == "old dog"
    notes = " ".join(found[0].notes)
    assert all(name in notes for name in ("cover.jpg", "empty.txt", "broken.json"))
    assert not any(name in notes for name in ("hidden", "MACOSX", "Thumbs"))


def test_archives_inside_archives_to_a_depth() -> None:
    data = packed({"deep.txt": "the dog,\nsleeps"})
    for level in range(archive.MAX_DEPTH - 1):
        data = packed({f"{level}.zip": data, "by.txt": f"song {level},\nsung"})
    assert [song.title for song in read_songs("a.zip", data)] == ["deep", "by", "by"]
    deeper = packed({"a.zip": data, "by.txt": "last,\nsung"})
    found = read("a.zip", deeper)
    assert sum(len(one.songs) for one in found) == 3
    assert any("0.zip" in note for one in found for note in one.notes)
    deepest = packed({"b.zip": packed({"c.zip": packed({"d.zip": packed({"e.txt": "x"})})})})
    with pytest.raises(UnknownFormatError, match="'c.zip' is too deep") as caught:
        read("a.zip", packed({"a.zip": deepest}))
    assert "no reader knows" not in str(caught.value)


def test_ways_out_of_an_archive_lead_nowhere() -> None:
    (found,) = read("a.zip", packed({"../../x.txt": "the dog,\nsleeps", "..": "", "/": ""}))
    assert (found.name, len(found.songs)) == ("x.txt", 1)
    with pytest.raises(UnknownFormatError, match="all its files are hidden"):
        read("a.zip", packed({".x.txt": "the dog,\nsleeps"}))


def test_an_archive_with_nothing_to_read() -> None:
    for files in ({}, {"a.jpg": b"x", "b.mp3": b"y"}, {"a.txt": " \n"}):
        with pytest.raises(UnknownFormatError, match="nothing that can be read"):
            read("a.zip", packed(files))


def test_a_locked_archive() -> None:
    data = bytearray(packed({"a.txt": "the dog"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1  # the flag that says encrypted
    with pytest.raises(ReadError, match="password"):
        read("a.zip", bytes(data))


def test_broken_archives() -> None:
    whole = packed({"a.txt": "the dog sleeps by the door " * 50})
    bent = bytearray(whole)
    bent[whole.index(b"a.txt") + 12] ^= 0xFF
    for data in (b"", b"PK\x03\x04 and no more", whole[:-30], bytes(bent)):
        with pytest.raises(BrokenFileError, match="not a whole zip"):
            read("a.zip", data)


def test_an_archive_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 3_000_000)
    monkeypatch.setattr(archive, "_unpacked", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(FileTooLargeError, match="unpacks"):
        read("a.zip", packed({"a.txt": b"a" * 1_600_000, "b.txt": b"b" * 1_500_000}))


def test_an_archive_that_hides_its_size_is_refused_or_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = packed({"a.txt": b"a" * 1_600_000, "b.txt": b"b" * 1_500_000})
    declared = (1_600_000).to_bytes(4, "little")
    with pytest.raises(BrokenFileError):
        read("a.zip", data.replace(declared, (9).to_bytes(4, "little")))
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 3_000_000)
    with zipfile.ZipFile(io.BytesIO(data)) as opened, pytest.raises(FileTooLargeError):
        archive._unpacked(opened, opened.infolist(), UnpackBudget(3_000_000), "a.zip")


def test_archives_inside_share_one_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 3_000_000)
    inner = packed({"a.txt": b"word " * 500_000})
    with pytest.raises(FileTooLargeError):
        read("a.zip", packed({f"{k}.zip": inner for k in range(4)}))


def test_a_table_in_an_archive_asks_for_its_columns() -> None:
    data = packed(
        {"a.txt": "the dog,\nsleeps", "b.csv": "name,stuff\nRed,the long red river ran along\n"}
    )
    with pytest.raises(ColumnsError) as caught:
        read("a.zip", data)
    assert "stuff" in caught.value.columns
    assert len(read_songs("a.zip", data, Columns("stuff", title="name"))) == 2


def test_a_huge_file_in_an_archive_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 2_000_000)
    with pytest.raises(FileTooLargeError, match=r"'a\.txt' in 'a\.zip'"):
        read("a.zip", packed({"a.txt": b"a" * 2_000_001}))


WHOLE = {
    "a.docx": docx(
        lambda document: document.add_heading("Old Dog") and document.add_paragraph("x")
    ),
    "a.zip": packed({"a.txt": "the dog,\nsleeps", "b.csv": "title,lyrics\nA,b\n"}),
    "a.jsonl": "\n".join(map(json.dumps, OBJECTS)).encode(),
    "a.csv": sheet([["title", "lyrics"], ["A", "b\nc"]]).encode("utf-16"),
}


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_damage_ends_in_songs_or_in_a_sentence(name: str, draw: st.DataObject) -> None:
    data = bytearray(WHOLE[name])
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=4)):
        data[place] = draw.draw(st.integers(0, 255))
    end = draw.draw(st.integers(0, len(data)))
    with contextlib.suppress(ReadError):
        assert all(isinstance(found, FileSongs) for found in read(name, bytes(data[:end])))
