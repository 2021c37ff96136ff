"""Rich text."""

from __future__ import annotations

import pytest

from lyricslab.errors import BrokenFileError
from lyricslab.importing.readers import rtf
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_one, read_songs
from tests.support.written_files import rtf_file


def test_rich_text_without_structure_is_plain_text() -> None:
    text = rtf_file("Old Dog\\par\\par the dog\\par ---\\par Red River\\par\\par the river\\par")
    assert read_songs("a.rtf", text) == [
        RawSong("Old Dog", "the dog"),
        RawSong("Red River", "the river"),
    ]
    assert read_songs("my_song.rtf", rtf_file("only one line of it,")) == [
        RawSong("my song", "only one line of it,")
    ]


def test_pages_of_rich_text_begin_songs() -> None:
    for mark in (
        "\\page ",
        "\\par\\pard\\pagebb ",
        "\\sect\\sectd\\sbkpage ",
        "\\sect\\sectd ",  # a section begins a page unless it says that it does not
    ):
        text = rtf_file(f"Old Dog\\par\\par the dog\\par{mark}Red River\\par\\par the river\\par")
        assert read_songs("a.rtf", text) == [
            RawSong("Old Dog", "the dog"),
            RawSong("Red River", "the river"),
        ]
    for mark in ("\\sect\\sectd\\sbknone ", "\\sect\\sbkcol "):
        text = rtf_file(f"the dog,\\par sleeps{mark}by the door\\par")
        assert read_songs("a.rtf", text) == [RawSong("a", "the dog,\nsleeps\nby the door")]


def test_line_breaks_of_rich_text() -> None:
    text = rtf_file(
        "the dog,\\line sleeps\\\nby the\\tab door\\par\n{\\pard and\\cell on\\cell\\row}"
    )
    assert read_songs("a.rtf", text) == [RawSong("a", "the dog,\nsleeps\nby the\tdoor\nand\non")]
    stanzas = rtf_file("the dog,\\line sleeps\\par and\\line dreams\\par")
    assert read_songs("a.rtf", stanzas) == [RawSong("a", "the dog,\nsleeps\n\nand\ndreams")]


def test_letters_of_rich_text_in_the_encodings_of_their_fonts() -> None:
    assert read_songs("a.rtf", rtf_file("caf\\'e9,\\'85 {\\f1 \\'e4\\'e0,} caf\\'e9")) == [
        RawSong("a", "café,… да, café")
    ]
    assert read_songs("a.rtf", rtf_file("{\\f2 \\'93\\'fa\\'96\\'7b\\'83A} sun,")) == [
        RawSong("a", "日本ア sun,")
    ]
    assert read_songs("a.rtf", "{\\rtf1\\mac caf\\'8e, caf\\'8e}") == [RawSong("a", "café, café")]
    assert read_songs("a.rtf", "{\\rtf1\\ansicpg1251 \\'e4\\'e0, \\'e4\\'e0}") == [
        RawSong("a", "да, да")
    ]
    assert read_songs("a.rtf", "{\\rtf1\\ansicpg99999 \\'e9, \\'e9}") == [RawSong("a", "é, é")]
    # Older programs read what follows a \u in its stead: one letter, or as many as \uc says.
    assert read_songs("a.rtf", rtf_file("\\u8217\\'92s {\\uc2\\u233 ab}c {\\uc0\\u233}d, e")) == [
        RawSong("a", "’s éc éd, e")
    ]
    assert read_songs("a.rtf", rtf_file("\\u-10179?\\u-8694? on the sea,")) == [
        RawSong("a", "\U0001f60a on the sea,")
    ]
    assert read_songs("a.rtf", rtf_file("\\lquote oh\\rquote\\~my\\emdash{}dog\\_s \\{x\\},")) == [
        RawSong("a", "‘oh’ my—dog-s {x},")
    ]


def test_what_is_not_seen_of_rich_text() -> None:
    text = rtf_file(
        "{\\header page one\\par}the dog, {\\v hidden }{\\*\\unknown what}"
        "{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt sleeps}}"
        "{\\pict\\bin9 }}{{\\par x}{\\footnote note} well"
    )
    assert read_songs("a.rtf", text) == [RawSong("a", "the dog, sleeps well")]


def shape(*lines: str) -> str:
    """A text box as Word writes it: for itself, and for its older versions."""
    words = "".join(f"\\pard {line}\\par" for line in lines)
    old = f"{{\\*\\do\\dobxpage\\dptxbx{{\\dptxbxtext {words}}}}}"
    return (
        "{\\shp{\\*\\shpinst\\shpleft0{\\sp{\\sn shapeType}{\\sv 202}}"
        f"{{\\shptxt {words}}}}}{{\\shprslt{old}}}}}"
    )


def test_text_boxes_of_rich_text_are_read_once_and_line_by_line() -> None:
    box = shape("oh owl, oh owl,", "hoot on")
    for body in (f"the owl,\\par {box}\\pard and\\par", f"the owl,{box}\\par and\\par"):
        assert read_songs("a.rtf", rtf_file(body)) == [
            RawSong("a", "the owl,\n\noh owl, oh owl,\nhoot on\n\nand")
        ]
    one = shape("oh owl,")
    assert read_songs("a.rtf", rtf_file(f"{one}the owl{one}\\par and")) == [
        RawSong("a", "oh owl,\nthe owl\noh owl,\nand")
    ]
    assert read_songs("a.rtf", rtf_file(f"{{\\header {box}}}the owl,{{\\footnote {one}}}")) == [
        RawSong("a", "the owl,")
    ]
    assert "hoot on" in read_songs("a.rtf", rtf_file(box)[:-40])[0].text


def test_headings_of_rich_text_that_name_a_section_begin_no_song() -> None:
    text = rtf_file(
        "\\pard\\outlinelevel0 Old Dog\\par\\pard the dog\\par"
        "\\outlinelevel1 Chorus\\par\\pard oh dog"
    )
    assert read_songs("a.rtf", text) == [RawSong("Old Dog", "the dog\nChorus\noh dog")]


def test_no_rich_text_is_refused() -> None:
    for data in (b"hello", b"{\\rt", b"\xff" * 100, b"{\\rtf1 " + b"{" * 2 * rtf.MAX_DEPTH):
        with pytest.raises(BrokenFileError, match=r"'a.rtf' is not rich text.*Save it again"):
            read_one("a.rtf", data)
