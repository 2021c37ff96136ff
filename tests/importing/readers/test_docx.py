"""Word documents made with python-docx."""

from __future__ import annotations

from typing import Any

import pytest
from docx.enum.text import WD_BREAK

from lyricslab.errors import BrokenFileError, FileTooLargeError
from lyricslab.importing.readers import xml_zip
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read, read_songs
from tests.support.written_files import BOMB, docx_file, packed_up


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


W = 'xmlns:w="urn:w" xmlns:mc="urn:mc" xmlns:v="urn:v" xmlns:wps="urn:wps"'


def word_file(body: str, styles: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    """A document with nothing but what is read of it."""
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    looks = f"<w:styles {W}>{styles}</w:styles>"
    return packed_up({"word/document.xml": document, "word/styles.xml": looks, **(more or {})})


def line(words: str, look: str = "") -> str:
    return f"<w:p><w:pPr>{look}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def box(*lines: str) -> str:
    words = f"<w:txbxContent>{''.join(map(line, lines))}</w:txbxContent>"
    return f"<w:pict><v:shape><v:textbox>{words}</v:textbox></v:shape></w:pict>"


def twice(shape: str) -> str:
    """A shape as Word writes it: for itself, and for its older versions."""
    return (
        '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp>'
        f"{shape}</wps:wsp></w:drawing></mc:Choice><mc:Fallback>{shape}</mc:Fallback>"
        "</mc:AlternateContent>"
    )


def hung(shape: str, before: str = "", after: str = "") -> str:
    """A paragraph with a shape between its words."""
    runs = [before and f"<w:t>{before}</w:t>", shape, after and f"<w:t>{after}</w:t>"]
    return f"<w:p>{''.join(f'<w:r>{run}</w:r>' for run in runs if run)}</w:p>"


def test_text_boxes_are_read_once_and_line_by_line() -> None:
    chorus = box("oh dog, oh dog,", "sleep on")
    for shape in (chorus, twice(chorus), twice(f"<wps:grp>{chorus}</wps:grp>")):
        assert read_songs("a.docx", word_file(line("the dog,") + hung(shape) + line("and"))) == [
            RawSong("a", "the dog,\n\noh dog, oh dog,\nsleep on\n\nand")
        ]
    # Without the newer form, with an empty one, and one box inside another.
    older = twice("").replace("<mc:Fallback>", f"<mc:Fallback>{chorus}")
    assert "sleep on" in read_songs("a.docx", word_file(hung(older)))[0].text
    inner = "<w:p><w:r>" + twice(box("by the", "door")) + "</w:r></w:p>"
    outer = chorus.replace("</w:txbxContent>", inner + "</w:txbxContent>")
    assert read_songs("a.docx", word_file(hung(twice(outer))))[0].text == (
        "oh dog, oh dog,\nsleep on\n\nby the\ndoor"
    )


def test_a_text_box_stands_before_or_after_the_line_it_hangs_on() -> None:
    note = twice(box("oh dog,"))
    assert read_songs("a.docx", word_file(hung(note, after="the dog") + line("on"))) == [
        RawSong("a", "oh dog,\nthe dog\non")
    ]
    assert read_songs("a.docx", word_file(hung(note, "the ", "dog") + line("on"))) == [
        RawSong("a", "the dog\noh dog,\non")
    ]


def test_titles_in_text_boxes() -> None:
    pages = [
        hung(twice(box(name).replace("<w:pPr>", '<w:pPr><w:pStyle w:val="Heading1"/>')))
        + "".join(map(line, sung(name)))
        for name in NAMES
    ]
    assert read_songs("a.docx", word_file("".join(pages))) == BOOK


def test_what_a_reader_does_not_see_is_left_out() -> None:
    body = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{line('Old Dog 1')}</w:sdtContent></w:sdt>"
        + line("Old Dog 1", '<w:pStyle w:val="c1"/>')
        + "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden </w:t></w:r>"
        "<w:r><w:t>the dog</w:t></w:r>"
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>,</w:t><w:noBreakHyphen/></w:r></w:ins></w:p>"
        f"<w:sdt><w:sdtContent>{line('sleeps')}</w:sdtContent></w:sdt>"
    )
    styles = '<w:style w:styleId="c1"><w:name w:val="toc 1"/></w:style>'
    assert read_songs("a.docx", word_file(body, styles)) == [RawSong("a", "the dog,-\nsleeps")]


def test_styles_that_make_titles_and_pages() -> None:
    styles = (
        '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="mine"><w:name w:val="My"/><w:basedOn w:val="berschrift1"/></w:style>'
        '<w:style w:styleId="loop"><w:name w:val="X"/><w:basedOn w:val="loop"/></w:style>'
        '<w:style w:styleId="deep"><w:name w:val="Y"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr>'
        '</w:style><w:style w:styleId="page"><w:pPr><w:pageBreakBefore/></w:pPr></w:style>'
    )
    for look in (
        '<w:pStyle w:val="berschrift1"/>',
        '<w:pStyle w:val="mine"/>',
        '<w:pStyle w:val="deep"/>',
        '<w:pStyle w:val="nonesuch"/><w:outlineLvl w:val="0"/>',
        '<w:pStyle w:val="page"/>',
    ):
        body = "".join(
            line(name, look) + line("") + line(f"{name.lower()} runs", '<w:pStyle w:val="loop"/>')
            for name in NAMES
        )
        assert read_songs("a.docx", word_file(body, styles)) == [
            RawSong(name, f"{name.lower()} runs") for name in NAMES
        ]


def test_a_section_begins_a_page_unless_it_says_otherwise() -> None:
    def body(kind: str) -> str:
        mark = f"<w:sectPr>{kind}</w:sectPr>"
        first = line("Old Dog") + line("") + line("the dog", "<w:sectPr/>")
        return first + line("Red River") + line("") + line("the river") + mark

    for kind in ("", '<w:type w:val="nextPage"/>'):
        assert [song.title for song in read_songs("a.docx", word_file(body(kind)))] == [
            "Old Dog",
            "Red River",
        ]
    assert len(read_songs("a.docx", word_file(body('<w:type w:val="continuous"/>')))) == 1


def cells(*texts: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{text}</w:tc>" for text in texts) + "</w:tr>"


def test_tables_inside_tables() -> None:
    inner = f"<w:tbl>{cells(line('by the'), line('door,'))}{cells(line('and'), line('on'))}</w:tbl>"
    outer = f"<w:tbl>{cells(line('the dog'), line('sleeps') + inner)}{cells(line('well'))}</w:tbl>"
    assert read_songs("a.docx", word_file(outer)) == [
        RawSong("a", "the dog\nsleeps\nby the\ndoor,\nand\non\nwell")
    ]
    merged = f"<w:tcPr><w:gridSpan w:val='1000000000'/></w:tcPr>{line('the dog,')}"
    below = f"<w:tcPr><w:vMerge/></w:tcPr>{line('unseen')}"
    tall = f"<w:tcPr><w:vMerge w:val='restart'/></w:tcPr>{line('sleeps')}"
    rows = cells(merged) + cells(tall, line("well")) + cells(below, line("on"))
    assert read_songs("a.docx", word_file(f"<w:tbl>{rows}</w:tbl>")) == [
        RawSong("a", "the dog,\nsleeps\nwell\non")
    ]


def test_a_document_is_read_though_parts_beside_its_text_are_damaged() -> None:
    damage: dict[str, str | bytes] = {
        "_rels/.rels": "<Relationships><Relationship Target=",
        "[Content_Types].xml": "",
        "word/_rels/document.xml.rels": "<Relationships><Relationship/></Relationships>",
    }
    assert read_songs("a.docx", word_file(line("the dog,"), more=damage)) == [
        RawSong("a", "the dog,")
    ]
    link = '<x xmlns="urn:r"><y Type="http://x/officeDocument" Target="/doc/main.xml"/></x>'
    words = f"<w:document {W}><w:body>{line('the dog,')}</w:body></w:document>"
    elsewhere = packed_up({"_rels/.rels": link, "doc/main.xml": words})
    assert read_songs("a.docx", elsewhere) == [RawSong("a", "the dog,")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip",
        docx_file(lambda document: document.add_paragraph("words"))[:9000],
        packed_up({"a.txt": "not a document"}),
        packed_up({"_rels/.rels": "<x/>"}),
        packed_up({"_rels/.rels": '<x><y Type="/officeDocument" Target="gone.xml"/></x>'}),
        packed_up({"word/document.xml": "<x/>"}),
        word_file("<w:p>" * 20_000 + "</w:p>" * 20_000),
        word_file("<w:tbl><w:tr><w:tc>" * 900 + "</w:tc></w:tr></w:tbl>" * 900),
        packed_up({"word/document.xml": BOMB}),
    ],
)
def test_broken_documents(data: bytes) -> None:
    with pytest.raises(BrokenFileError, match=r"^'a.docx' could not be opened as a Word document"):
        read("a.docx", data)


def test_documents_that_swell_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = docx_file(lambda document: document.add_paragraph("words"))
    for limit in ("MAX_PARTS_BYTES", "MAX_ELEMENTS"):
        with monkeypatch.context() as patch:
            patch.setattr(xml_zip, limit, 5)
            with pytest.raises(FileTooLargeError, match=r"'a.docx' unpacks to more.*Save it again"):
                read("a.docx", whole)
