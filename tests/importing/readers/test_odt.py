"""OpenDocument texts."""

from __future__ import annotations

import pytest

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.readers import odt, xml_zip
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import DOG, RIVER, read_one, read_songs
from tests.support.written_files import BOMB, epub_songs, odt_file, odt_songs, packed_up

LOOK = '<style:style style:name="{}"><style:paragraph-properties fo:break-{}="page"/></style:style>'
BREAKS = (
    LOOK.format("P1", "before")
    + LOOK.format("P2", "after")
    + '<style:style style:name="P3" style:master-page-name="X"/>'
    '<style:style style:name="P4" style:parent-style-name="Heading_20_1"/>'
    '<style:style style:name="P5" style:master-page-name=""/>'
)


def test_marks_in_a_paragraph() -> None:
    body = (
        "<text:p>the\n   dog,<text:s text:c='3'/>he<text:s/><text:span>s<text:span>lee</text:span>"
        "ps</text:span><text:line-break/>by<text:tab/>the<text:soft-page-break/> door"
        "<text:note><text:p>a note</text:p></text:note></text:p>"
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:p>and</text:p>"
        "<text:p>on</text:p>"
    )
    assert read_songs("a.odt", odt_file(body)) == [
        RawSong("a", "the dog,   he sleeps\nby\tthe door\nand\non")
    ]
    stanzas = "<text:p>the dog,<text:line-break/>sleeps</text:p>" * 2
    assert read_songs("a.odt", odt_file(stanzas)) == [
        RawSong("a", "the dog,\nsleeps\n\nthe dog,\nsleeps")
    ]
    spaces = "<text:p>the<text:s text:c='999999999'/>dog,</text:p>"
    assert len(read_songs("a.odt", odt_file(spaces))[0].text) < 200


def test_pages_and_headings_of_opendocument_begin_songs() -> None:
    plain = "<text:p{}>{}</text:p>"
    dog, river = "Old Dog||the dog".split("|"), "Red River||the river".split("|")
    for style, first in (("P1", True), ("P3", True), ("P2", False)):
        body = [plain.format("", line) for line in [*dog, *river]]
        place = 3 if first else 2
        body[place] = plain.format(f' text:style-name="{style}"', [*dog, *river][place])
        assert read_songs("a.odt", odt_file("".join(body), BREAKS)) == [
            RawSong("Old Dog", "the dog"),
            RawSong("Red River", "the river"),
        ]
    body_text = "".join(
        f'<text:p text:style-name="{style}">{line}</text:p>'
        for style, line in (
            ("Title", "Old Dog"),
            ("P5", "the dog"),
            ("P4", "Red River"),
            ("P5", "x"),
        )
    )
    assert read_songs("a.odt", odt_file(body_text, BREAKS)) == [
        RawSong("Old Dog", "the dog"),
        RawSong("Red River", "x"),
    ]


def test_words_in_lists_tables_and_frames() -> None:
    body = (
        "<text:list><text:list-item><text:p>the dog,</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>sleeps</text:p></table:table-cell>"
        "</table:table-row></table:table><text:p>by<draw:frame><draw:text-box><text:p>the door"
        "</text:p></draw:text-box></draw:frame> it</text:p>"
    )
    assert read_songs("a.odt", odt_file(body)) == [
        RawSong("a", "the dog,\nsleeps\nby it\nthe door")
    ]


def shape(*lines: str, tag: str = "draw:custom-shape") -> str:
    words = "".join(f"<text:p>{line}</text:p>" for line in lines)
    return f"<{tag}>{words}</{tag}>"


def frame(*lines: str) -> str:
    return shape(*lines, tag="draw:text-box").join(("<draw:frame>", "</draw:frame>"))


def test_text_boxes_are_read_once_and_line_by_line() -> None:
    chorus = ("oh dog, oh dog,", "sleep on")
    text = "the dog,\n\noh dog, oh dog,\nsleep on\n\nand"
    for box in (frame(*chorus), shape(*chorus), shape(*chorus, tag="draw:rect")):
        for hung in (box, f"<text:p>{box}</text:p>", f"<text:p><draw:a>{box}</draw:a></text:p>"):
            body = f"<text:p>the dog,</text:p>{hung}<text:p>and</text:p>"
            assert read_songs("a.odt", odt_file(body)) == [RawSong("a", text)]
        beside = f"<text:p>the dog,{box}</text:p><text:p>and</text:p>"
        assert read_songs("a.odt", odt_file(beside)) == [RawSong("a", text)]
    group = f"<draw:g>{shape('oh dog,')}{shape('sleep on,')}</draw:g>"
    above = f"<text:p>{group} the dog</text:p>"
    assert read_songs("a.odt", odt_file(above)) == [RawSong("a", "oh dog,\nsleep on,\n\nthe dog")]
    nested = frame("oh dog,", "sleeps" + frame("on"))
    assert read_songs("a.odt", odt_file(f"<text:p>{nested}</text:p>")) == [
        RawSong("a", "oh dog,\nsleeps\non")
    ]


def test_blanks_that_are_not_written_out_do_not_swell(monkeypatch: pytest.MonkeyPatch) -> None:
    blanks = "<text:s text:c='100'/>" * 4_000
    wide = odt_file(f"<text:p>the dog,{blanks}sleeps</text:p>")
    assert read_songs("a.odt", wide)[0].text.split() == ["the", "dog,", "sleeps"]
    line = "<text:p>the dog,<text:line-break/>" + blanks + "<text:line-break/>sleeps</text:p>"
    assert read_songs("a.odt", odt_file(line)) == [RawSong("a", "the dog,\n\nsleeps")]
    monkeypatch.setattr(odt, "MAX_CHARS", 300_000)
    with pytest.raises(FileTooLargeError, match=r"'a.odt' unpacks to more"):
        read_one("a.odt", wide)


MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry>'
    "<m:encryption-data/></m:file-entry></m:manifest>"
)
ODT_ADVICE = "Save it again as .odt or .docx without a password, or copy and paste its text."


def test_a_locked_opendocument() -> None:
    data = odt_file("<text:p>x</text:p>", more={"META-INF/manifest.xml": MANIFEST})
    with pytest.raises(ReadError) as caught:
        read_one("a.odt", data)
    assert str(caught.value) == f"'a.odt' is locked with a password. {ODT_ADVICE}"


@pytest.mark.parametrize(
    "data",
    [
        b"no zip",
        odt_file("<text:p>the dog</text:p>")[:200],
        packed_up({"other.txt": "x"}),
        packed_up({"content.xml": "<x><body><sheet/></body></x>"}),
        packed_up({"content.xml": "<x><body><text>"}),
        packed_up({"content.xml": '<?xml version="1.0" encoding="nonesuch"?><x/>'}),
        packed_up({"content.xml": BOMB}),
        packed_up(
            {"content.xml": BOMB.replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")}
        ),
        odt_file("<text:p>" * 30_000 + "</text:p>" * 30_000),
    ],
)
def test_broken_opendocuments(data: bytes) -> None:
    with pytest.raises(BrokenFileError) as caught:
        read_one("a.odt", data)
    assert str(caught.value) == (
        "'a.odt' could not be opened as an OpenDocument text: it is damaged, cut short, or of "
        f"another kind. {ODT_ADVICE}"
    )


def test_documents_that_swell_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = odt_songs([DOG, RIVER])
    for limit in ("MAX_PARTS_BYTES", "MAX_ELEMENTS"):
        with monkeypatch.context() as patch:
            patch.setattr(xml_zip, limit, 5)
            with pytest.raises(FileTooLargeError, match=r"'a.odt' unpacks to more.*Save it again"):
                read_one("a.odt", whole)
            with pytest.raises(FileTooLargeError, match=r"'a.epub' unpacks to more.*paste"):
                read_one("a.epub", epub_songs([DOG]))
