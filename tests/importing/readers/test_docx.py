"""Word documents made with python-docx."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx.enum.text import WD_BREAK

from lyricslab.errors import BrokenFileError, FileTooLargeError
from lyricslab.importing.readers import docx as word
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read, read_songs
from tests.support.written_files import docx_file


def test_headings_begin_songs() -> None:
    def build(document: Any) -> None:
        document.add_heading("Old Dog", 1)
        for line in ("the dog", "sleeps", "", "and dreams"):
            document.add_paragraph(line)
        document.add_heading("Chorus", 2)
        document.add_paragraph("oh\tdog")
        document.add_heading("Red River", 1)
        document.add_paragraph("the river\nran")

    assert read_songs("a.docx", docx_file(build)) == [
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

    assert read_songs("a.docx", docx_file(build)) == [
        RawSong("Old Dog", "the dog\nsleeps"),
        RawSong("Red River", "the river"),
        RawSong("", "the moon"),
    ]


def test_a_document_without_either_is_read_as_plain_text() -> None:
    def build(document: Any) -> None:
        for line in ("Old Dog", "", "the dog", "---", "Red River", "", "the river"):
            document.add_paragraph(line)

    assert read_songs("a.docx", docx_file(build)) == [
        RawSong("Old Dog", "the dog"),
        RawSong("Red River", "the river"),
    ]
    one = docx_file(lambda document: document.add_paragraph("only one line of it,"))
    assert read_songs("my_song.docx", one) == [RawSong("my song", "only one line of it,")]


def test_paragraphs_that_are_stanzas_stay_apart() -> None:
    data = docx_file(
        lambda d: [d.add_paragraph("the dog\nsleeps,"), d.add_paragraph("and\ndreams")]
    )
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

    assert read_songs("a.docx", docx_file(build)) == BOOK


def test_a_lower_heading_below_a_title_is_its_artist() -> None:
    def build(document: Any) -> None:
        document.add_heading("My Book", 0)
        for name in NAMES:
            document.add_heading(name, 1)
            document.add_heading("Ann Lee", 2)
            document.add_paragraph("\n".join(sung(name)))

    book, *rest = read_songs("a.docx", docx_file(build))
    assert book == RawSong("My Book", "")
    assert rest == [RawSong(song.title, song.text, "Ann Lee") for song in BOOK]


def test_lines_in_bold_are_titles_where_each_song_has_one() -> None:
    def build(document: Any) -> None:
        for name in NAMES:
            document.add_paragraph().add_run(name).bold = True
            for line in (*sung(name), ""):
                document.add_paragraph(line)

    assert read_songs("a.docx", docx_file(build)) == BOOK


def test_a_line_in_bold_is_sung_where_it_is_no_title() -> None:
    def build(document: Any) -> None:
        for line in ("Old Dog", "", *sung("Old Dog"), ""):
            document.add_paragraph(line)
        document.add_paragraph().add_run("oh dog").bold = True

    assert read_songs("a.docx", docx_file(build)) == [
        RawSong("Old Dog", BOOK[0].text + "\n\noh dog")
    ]


@pytest.mark.parametrize("head", [[], ["Title", "Lyrics"], ["Artist", "Title", "Lyrics"]])
def test_tables_of_songs(head: list[str]) -> None:
    def build(document: Any) -> None:
        table = document.add_table(0, len(head) or 2)
        rows = [["Ann Lee", song.title, song.text][-len(table.columns) :] for song in BOOK]
        for row in [*([head] if head else []), *rows]:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text

    artist = "Ann Lee" if "Artist" in head else ""
    assert read_songs("a.docx", docx_file(build)) == [
        RawSong(song.title, song.text, artist) for song in BOOK
    ]


def test_words_in_tables_are_read_once() -> None:
    def build(document: Any) -> None:
        table = document.add_table(2, 2)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "the dog,"
        table.cell(1, 0).text = "sleeps"
        table.cell(1, 1).text = "well"

    assert read_songs("a.docx", docx_file(build)) == [RawSong("a", "the dog,\nsleeps\nwell")]


def test_broken_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = docx_file(lambda document: document.add_paragraph("words"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("a.txt", "not a document")
    for data in (b"", b"not a zip", whole[: len(whole) // 2], stream.getvalue()):
        with pytest.raises(BrokenFileError, match="Word document"):
            read("a.docx", data)
    monkeypatch.setattr(word, "MAX_XML_BYTES", 1000)
    with pytest.raises(FileTooLargeError):
        read("a.docx", whole)
