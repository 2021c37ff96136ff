"""The readers of documents, pages, books and players' lyrics; the files are written here."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.errors import BrokenFileError, FileTooLargeError, NotTextError, ReadError
from lyricslab.importing.readers import html, pdf, registry, rtf, xml_zip
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.reading import read_file
from lyricslab.songs.raw_song import RawSong
from tests.support.written_files import (
    WRITERS,
    Song,
    drawn,
    epub_file,
    epub_songs,
    odt_file,
    odt_songs,
    packed_up,
    pdf_file,
    pdf_songs,
    rtf_file,
    text_of,
)

DOG: Song = ("Old Dog", [["the dog sleeps", "by the door"], ["and he dreams", "of a moon"]])
RIVER: Song = (
    "Red River",
    [["the river runs", "and it bends,"], ["it knows no bed", "but its own"]],
)
DOG_TEXT = "the dog sleeps\nby the door\n\nand he dreams\nof a moon"
RIVER_TEXT = "the river runs\nand it bends,\n\nit knows no bed\nbut its own"
BOTH = [RawSong("Old Dog", DOG_TEXT), RawSong("Red River", RIVER_TEXT)]


def found(name: str, data: bytes | str, encoding: str | None = None) -> FileSongs:
    source = Source(name, data if isinstance(data, bytes) else data.encode(), encoding)
    (only,) = registry.reader_for(source).read(source)
    return only


def read_songs(name: str, data: bytes | str) -> list[RawSong]:
    return list(found(name, data).songs)


def pairs(name: str, data: bytes | str) -> list[tuple[str, str]]:
    """Titles and texts as they come out of the whole way in."""
    return [(song.title, song.text) for song in read_file(name, as_bytes(data)).songs]


def as_bytes(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode()


WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=7)
# A first word that no section has for its name, and two more.
LINE = st.lists(WORD, min_size=1, max_size=5).map(lambda words: " ".join(["la", *words]))
STANZAS = st.lists(st.lists(LINE, min_size=2, max_size=5), min_size=2, max_size=4)
TITLES = st.lists(WORD, min_size=1, max_size=3).map(lambda words: " ".join(["My", *words]).title())
SONGS = st.lists(
    st.tuples(TITLES, STANZAS), min_size=1, max_size=4, unique_by=lambda song: text_of(song[1])
)


@pytest.mark.parametrize("name", WRITERS)
@given(songs=SONGS)
def test_what_is_written_is_read(name: str, songs: list[Song]) -> None:
    songs = songs[:1] if name == "a.lrc" else songs
    expected = [(title, text_of(stanzas)) for title, stanzas in songs]
    assert pairs(name, WRITERS[name](songs)) == expected


@pytest.mark.parametrize("name", ["a.rtf", "a.odt", "a.html", "a.epub"])
@given(text=st.text(min_size=1, max_size=30))
def test_letters_of_any_script_are_kept(name: str, text: str) -> None:
    kept = "".join(char for char in text if char.isalnum() or char in " \\{}<>&'\"")
    line = " ".join(f"la {kept} la".split())
    songs = [("My Song", [[line, "la la"], ["oh la", "la oh"]])]
    assert read_songs(name, WRITERS[name](songs)) == [RawSong("My Song", text_of(songs[0][1]))]


@pytest.mark.parametrize("name", WRITERS)
def test_two_songs_exactly(name: str) -> None:
    songs = [DOG] if name == "a.lrc" else [DOG, RIVER]
    assert (
        pairs(name, WRITERS[name](songs))
        == [(song.title, song.text) for song in BOTH][: len(songs)]
    )


def test_they_are_found_by_their_names() -> None:
    kinds = "rtf odt html htm xhtml epub lrc cho crd chopro chordpro pro pdf".split()
    assert set(kinds) <= set(registry.extensions())
    for kind in kinds:  # and what can be read is not advised against
        assert not any(f".{kind}" in kinds.split() for kinds in registry._ADVICE.values())


def test_they_are_read_inside_an_archive() -> None:
    data = packed_up({"a.pdf": pdf_songs([DOG]), "b.epub": epub_songs([RIVER]), "c.pdf": b"%PDF"})
    taken = read_file("all.zip", data)
    assert [(song.title, song.text) for song in taken.songs] == [
        (song.title, song.text) for song in BOTH
    ]
    assert any("c.pdf" in note for note in taken.notes)


# ---- rich text


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


def test_headings_of_rich_text_that_name_a_section_begin_no_song() -> None:
    text = rtf_file(
        "\\pard\\outlinelevel0 Old Dog\\par\\pard the dog\\par"
        "\\outlinelevel1 Chorus\\par\\pard oh dog"
    )
    assert read_songs("a.rtf", text) == [RawSong("Old Dog", "the dog\nChorus\noh dog")]


def test_no_rich_text_is_refused() -> None:
    for data in (b"hello", b"{\\rt", b"\xff" * 100, b"{\\rtf1 " + b"{" * 2 * rtf.MAX_DEPTH):
        with pytest.raises(BrokenFileError, match=r"'a.rtf' is not rich text.*Save it again"):
            found("a.rtf", data)


# ---- OpenDocument

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


MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry>'
    "<m:encryption-data/></m:file-entry></m:manifest>"
)
ODT_ADVICE = "Save it again as .odt or .docx without a password, or copy and paste its text."


def test_a_locked_opendocument() -> None:
    data = odt_file("<text:p>x</text:p>", more={"META-INF/manifest.xml": MANIFEST})
    with pytest.raises(ReadError) as caught:
        found("a.odt", data)
    assert str(caught.value) == f"'a.odt' is locked with a password. {ODT_ADVICE}"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "la la la la la la la la la la">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x><body><text><p>&b;</p></text></body></x>'
)


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
        found("a.odt", data)
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
                found("a.odt", whole)
            with pytest.raises(FileTooLargeError, match=r"'a.epub' unpacks to more.*paste"):
                found("a.epub", epub_songs([DOG]))


# ---- web pages


def test_what_surrounds_a_page_is_left_out() -> None:
    around = "".join(
        f"<{tag}><div>no</div> words</{tag}>"
        for tag in "nav header footer aside form button noscript".split()
    )
    page = (
        f"<html><head><title>Old\n Dog &amp; Co</title><style>p {{}}</style></head><body>{around}"
        "<script>if (a < b) document.write('<p>no</p>')</script>the dog,<br>sleeps <b>we</b>ll"
        f"<div>by&nbsp;the<!-- no --> &quot;door&quot;</div>{around}<div><br></div>and\non</body>"
    )
    assert read_songs("a.html", page) == [
        RawSong("Old Dog & Co", 'the dog,\nsleeps well\nby the "door"\n\nand on')
    ]


def test_a_page_that_is_all_one_form() -> None:
    assert read_songs("a.htm", "<form><button>the dog,</button><p>sleeps</form>") == [
        RawSong("a", "the dog,\nsleeps")
    ]


def test_the_title_of_a_page_is_only_that_of_its_one_song() -> None:
    title = "<title>Unseen</title>"
    assert read_songs("a.html", title + "<h1>Old Dog</h1>the dog") == [
        RawSong("Old Dog", "the dog")
    ]
    two = "the dog,<br>sleeps<hr>the river,<br>runs"
    assert [song.title for song in read_songs("a.html", title + two)] == ["", ""]
    assert read_songs("a.html", "the dog,") == [RawSong("a", "the dog,")]
    assert read_songs("a.html", "<title>Old Dog<p>the dog,</title>x,")[0].title.startswith(
        "Old Dog"
    )


def test_stanzas_of_a_page() -> None:
    assert read_songs("a.html", "<p>the dog,<br>sleeps</p><div>x</div><p>and<br>on<br></p>") == [
        RawSong("a", "the dog,\nsleeps\n\nx\nand\non")
    ]
    assert read_songs("a.html", "<p>the dog,</p><p>sleeps</p><p>&nbsp;</p><p></p><p>on</p>") == [
        RawSong("a", "the dog,\nsleeps\n\non")
    ]
    assert read_songs("a.html", "<div>the dog,<br>sleeps<br><br>and<br>on</div>") == [
        RawSong("a", "the dog,\nsleeps\n\nand\non")
    ]
    assert read_songs("a.html", "<pre>\nthe dog,\r\n   sleeps\n\nand  on</pre> <p>x\ny") == [
        RawSong("a", "the dog,\nsleeps\n\nand on\nx y")
    ]


def test_rules_and_headings_of_a_page() -> None:
    page = "<b>Old Dog</b><p>the dog<hr><b>Red River</b><p>the river"
    assert read_songs("a.html", page.replace("<p>", "<p>&nbsp;</p><p>")) == [
        RawSong("Old Dog", "the dog"),
        RawSong("Red River", "the river"),
    ]
    page = "<h1>Old Dog</h1><hr>the dog<hr>sleeps<h2>Chorus</h2>oh<h1>Red River</h1>the river"
    assert read_songs("a.html", page) == [
        RawSong("Old Dog", "the dog\n\nsleeps\nChorus\noh"),
        RawSong("Red River", "the river"),
    ]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<p>café, да</p>".encode(), "utf-8"),
        ("<p>café, да</p>".encode("utf-8-sig"), "utf-8"),
        ("<meta charset=koi8-r><p>café, да</p>".encode("utf-8-sig"), "utf-8"),
        ("<meta charset=koi8-r><p>да, да".encode("koi8-r"), "koi8-r"),
        (
            "<meta http-equiv=x content='text/html; charset=windows-1251'>да".encode("cp1251"),
            "cp1251",
        ),
        ("<meta charset='ISO-8859-1'><p>it’s,".encode("cp1252"), "cp1252"),
        ("<META CHARSET='x-sjis'><p>日本,".encode("shift_jis"), "shift_jis"),
        ("<meta charset='utf-16'><p>café,".encode(), "utf-8"),
        ("<meta charset='nonesuch'><p>café,".encode(), "utf-8"),
        ("<meta charset='rot13'><p>café,".encode(), "utf-8"),
        ("<meta charset='utf-8'><p>caf\xe9, na\xefve, caf\xe9".encode("cp1252"), "cp1252"),
        ("<p>café, да</p>".encode("utf-16"), "utf-16"),
    ],
)
def test_the_encoding_of_a_page(data: bytes, encoding: str) -> None:
    read = found("a.html", data)
    assert read.encoding == encoding
    assert any(word in read.songs[0].text for word in ("café", "да", "it’s", "日本"))
    assert "�" not in read.songs[0].text


def test_marks_as_browsers_take_them() -> None:
    page = (
        "<!DOCTYPE html><?xml x?><![if !x]><P CLASS='>' title=\"<p>\">the < dog,<!-- > <p> --><BR/>"
        "2 <3 &lt;b&gt; &amp;amp;</P ><script>'<p>no</p>'</SCRIPT ></ x><svg/><div/><nav/>on"
    )
    assert read_songs("a.html", page) == [RawSong("a", "the < dog,\n2 <3 <b> &amp;\n\non")]
    for end in ("<a href='x", "<p", "<!-- never", "<script>never", "</p", "<!x", "<style>p {}"):
        assert read_songs("a.html", "<p>the dog,</p>sleeps" + end) == [
            RawSong("a", "the dog,\nsleeps")
        ]


@pytest.mark.parametrize(
    "piece", ["<a ", "<", "<a b='", "<!--", "<![", "</", "<p>", "&", "<title>"]
)
def test_a_page_of_broken_marks_takes_no_time(piece: str) -> None:
    assert_read_or_refused("a.html", (piece * 300_000)[:600_000].encode())


def test_an_encoding_chosen_by_hand_counts_more_than_what_a_page_says() -> None:
    read = found("a.html", "<meta charset='cp1252'><p>да,".encode("cp1251"), "cp1251")
    assert read.songs[0].text == "да,"


def test_refused_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotTextError, match=r"'a.html' does not hold text"):
        found("a.html", bytes(range(1, 32)) * 9)
    monkeypatch.setattr(html, "MAX_CHARS", 10)
    with pytest.raises(FileTooLargeError, match=r"'a.html' is longer than any page.*paste"):
        found("a.html", "<p>the dog sleeps")


# ---- e-books


def test_chapters_in_their_order_without_what_is_around_them() -> None:
    nav = '<item id="nav" properties="nav" href="nav.xhtml" media-type="application/xhtml+xml"/>'
    data = epub_file(
        [
            '<section epub:type="toc"><h1>Contents</h1>Old Dog</section>',
            "<script/><header><h1>Old Dog</h1></header><p>the dog<br/>sleeps</p>",
            "<p>Red River</p><div><br/></div><p>the river,</p>",
            "<h2>One</h2><p>la</p><h2>Two</h2><p>oh</p>",
        ],
        nav,
        {"OPS/nav.xhtml": "<nav><h1>Contents</h1></nav>"},
    )
    assert read_songs("a.epub", data) == [
        RawSong("Old Dog", "the dog\nsleeps"),
        RawSong("Red River", "the river,"),
        RawSong("One", "la"),
        RawSong("Two", "oh"),
    ]
    assert read_songs("a.epub", epub_file(["<p>the dog,</p>"])) == [RawSong("My Book", "the dog,")]


EPUB_ADVICE = "Import it without a lock, or copy the words and paste them."


def encryption(way: str) -> dict[str, str | bytes]:
    return {
        "META-INF/encryption.xml": '<e xmlns="urn:x"><EncryptedData><EncryptionMethod '
        f'Algorithm="{way}"/></EncryptedData></e>'
    }


def test_locked_books() -> None:
    for lock in (
        encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc"),
        {"META-INF/rights.xml": "<x/>"},
    ):
        with pytest.raises(ReadError) as caught:
            found("a.epub", epub_file(["<p>the dog</p>"], more=lock))
        assert str(caught.value) == (
            f"'a.epub' is locked for other readers than the one it was bought for. {EPUB_ADVICE}"
        )
    fonts = encryption("http://www.idpf.org/2008/embedding")
    assert read_songs("a.epub", epub_file(["<p>the dog,</p>"], more=fonts)) == [
        RawSong("My Book", "the dog,")
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"no zip",
        epub_songs([DOG])[:300],
        packed_up({"a.txt": "x"}),
        packed_up({"META-INF/container.xml": "<x/>"}),
        packed_up({"META-INF/container.xml": BOMB}),
        epub_file([]),
    ],
)
def test_broken_books(data: bytes) -> None:
    with pytest.raises(BrokenFileError) as caught:
        found("a.epub", data)
    assert str(caught.value) == (
        "'a.epub' could not be opened as an e-book: it is damaged, cut short, or of another kind. "
        f"{EPUB_ADVICE}"
    )


# ---- timed lyrics


def test_stamps_and_tags() -> None:
    text = (
        "\ufeff[ti: Old  Dog]\r\n[ar:Ann]\r\n[al:x]\r\n[by:y]\r\n[offset:+100]\r\n[#:note]\r\n"
        "[00:01.00]<00:01.00>the <00:01.50> dog <00:02.00>sle<00:02.20>eps\r\n"
        "[00:02]by the door\r\n"
        "[00:03:50]\r\n[100:04.123]and [00:05.00] on\r\n"
    )
    assert read_songs("a.lrc", text) == [
        RawSong("Old Dog", "the dog sleeps\nby the door\n\nand on", "Ann")
    ]


def test_lines_with_several_stamps_are_sung_in_time() -> None:
    text = "[ti:Dog]\n[00:20.0][00:05.5]oh dog\nmy dog\n[00:10.00]the moon\n[01:00][00:01]hey"
    assert read_songs("a.lrc", text)[0].text == "hey\noh dog\nmy dog\nthe moon\noh dog\nmy dog\nhey"


def test_a_title_that_no_tag_says() -> None:
    assert read_songs("old_dog.lrc", "[ar:Ann]\n[00:01]the dog,\n[00:02]sleeps") == [
        RawSong("old dog", "the dog,\nsleeps", "Ann")
    ]
    text = "Old Dog\n\nthe dog [Chorus] sleeps\n---\nRed River\n\nthe river"
    assert read_songs("a.lrc", text) == [
        RawSong("Old Dog", "the dog [Chorus] sleeps"),
        RawSong("Red River", "the river"),
    ]


def test_a_line_that_is_sung_without_end() -> None:
    with pytest.raises(FileTooLargeError, match=r"^'a.lrc' repeats its lines.*Import the lyrics"):
        found("a.lrc", "[00:01]" * 50_000 + "la" * 5_000)


def test_no_timed_text() -> None:
    with pytest.raises(NotTextError, match="does not hold text"):
        found("a.lrc", bytes(range(1, 32)) * 9)


# ---- ChordPro

CHORDED = """\
# made by hand
{new_song}
{t: Old Dog}
{st:Ann}
{key: Am}
{c: softly}
[Am]The dog [G/B]sleeps, hel[C]lo
[Am]  [G] | [C] / .
{sov: label="Verse 1"}
he dreams [*slow]of a [F#m7b5]moon
{eov}
{soc}
[Am]Oh dog
oh [G]moon
{eoc}
{start_of_tab}
e|--0--2--|
{end_of_tab}
{sog}
| Am . . . |
{eog}
[Bridge]
he wakes
{Chorus}
{ns}
{title:Red River}
{artist: Bob}
{subtitle: a song}
{start_of_bridge}
the river
{end_of_bridge}
{chorus: Last Chorus}
"""


@pytest.mark.parametrize("kind", ["cho", "crd", "chopro", "chordpro", "pro"])
def test_a_songbook_with_chords(kind: str) -> None:
    assert read_songs(f"a.{kind}", CHORDED) == [
        RawSong(
            "Old Dog",
            "The dog sleeps, hello\n\n[Verse 1]\nhe dreams of a moon\n\n[Chorus]\nOh dog\noh moon"
            "\n\n[Bridge]\nhe wakes\n\n[Chorus]\nOh dog\noh moon",
            "Ann",
        ),
        RawSong("Red River", "[Bridge]\nthe river\n\n[Last Chorus]", "Bob"),
    ]


def test_sections_are_labels_that_the_person_can_switch_off() -> None:
    taken = read_file("a.cho", CHORDED.encode())
    (labels,) = (f for f in taken.cleaning.findings if f.rule.name == "labels")
    assert labels.summary == "6 labels, in 2 songs."
    assert taken.with_rule("labels", True).songs[0].text == (
        "The dog sleeps, hello\n\nhe dreams of a moon\n\nOh dog\noh moon\n\nhe wakes\n\n"
        "Oh dog\noh moon"
    )


def test_chords_alone_are_no_structure() -> None:
    text = "[Am]Old Dog\n\n[G]the dog\n---\nRed River\n\nthe [C]river\n"
    assert read_songs("a.crd", text) == [
        RawSong("Old Dog", "the dog"),
        RawSong("Red River", "the river"),
    ]
    assert read_songs("my_song.pro", "only [C]one line,") == [RawSong("my song", "only one line,")]
    text = "[Am]the dog,\n\n{soc}\noh [G]dog\n{eoc}\n\nsleeps on and\n{chorus}\n\nand on\n"
    assert read_songs("a.cho", text) == [
        RawSong("a", "the dog,\n\n[Chorus]\noh dog\n\nsleeps on and\n\n[Chorus]\noh dog\n\nand on")
    ]
    again = "{t:Old Dog}\nthe dog\n{meta: artist Ann}\n{t:Red River}\nthe river"
    assert read_songs("a.cho", again) == [
        RawSong("Old Dog", "the dog", "Ann"),
        RawSong("Red River", "the river"),
    ]


def test_a_chorus_that_is_sung_without_end() -> None:
    text = "{soc}\n" + "la la\n" * 10_000 + "{eoc}\n" + "{chorus}\n" * 10_000
    with pytest.raises(
        FileTooLargeError, match=r"^'a.cho' repeats its choruses.*Import the lyrics"
    ):
        found("a.cho", text)


def test_no_songbook() -> None:
    with pytest.raises(NotTextError, match="does not hold text"):
        found("a.cho", bytes(range(1, 32)) * 9)


# ---- PDF


def test_gaps_are_stanzas_however_the_text_is_placed() -> None:
    td = "BT /F1 12 Tf 72 770 Td (the dog,) Tj ( sleeps) Tj 0 -14 Td [(by) -300 (the door)] TJ "
    td += "0 -28 Td (and he) Tj 14 TL T* (dreams) Tj (of a moon) ' ET"
    flipped = "".join(
        f"q 0.5 0 0 -0.5 0 842 cm BT /F1 24 Tf 1 0 0 -1 99 {y} Tm ({line}) Tj ET Q\n"
        for y, line in zip(
            (144, 172, 228, 256, 284),
            ("the dog, sleeps", "by the door", "and he", "dreams", "of a moon"),
            strict=True,
        )
    )
    for page in (td, flipped):
        assert read_songs("a.pdf", pdf_file([page])) == [
            RawSong("a", "the dog, sleeps\nby the door\n\nand he\ndreams\nof a moon")
        ]


def lines(*texts: str, top: float = 770, step: float = 14) -> str:
    return "".join(drawn(text, top - step * k) for k, text in enumerate(texts) if text)


def test_how_wide_a_gap_is() -> None:
    for fall, gap in ((19, ""), (20, "\n"), (28, "\n"), (200, "\n\n\n")):
        page = lines("the dog,", "sleeps", "well") + lines("and", "dreams", top=742 - fall)
        assert read_songs("a.pdf", pdf_file([page])) == [
            RawSong("a", f"the dog,\nsleeps\nwell{gap}\nand\ndreams")
        ]


def test_each_page_has_its_own_usual_distance() -> None:
    close = lines(*(f"la la line {k}," for k in range(40)))
    wide = lines("the dog,", "sleeps", "by the", "door,", step=24)
    text = read_songs("a.pdf", pdf_file([close, wide]))[0].text
    assert text.endswith("the dog,\nsleeps\nby the\ndoor,")


def test_a_page_begins_no_song_by_itself() -> None:
    full = lines(*(f"la la line {k}," for k in range(48)))
    assert len(read_songs("a.pdf", pdf_file([full, lines("the dog,", "sleeps", "", "on")]))) == 1
    text = read_songs("a.pdf", pdf_file([full, lines("the dog,", "sleeps", "", "on")]))[0].text
    assert text.endswith("la la line 47,\nthe dog,\nsleeps\n\non")
    verse = lines("the dog sleeps", "by the door,", "", "and he dreams", "of a big moon,")
    assert len(read_songs("a.pdf", pdf_file([verse, verse.replace("dog", "cat")]))) == 1
    titled = lines("Red River", "", "the river", "runs", "", "and bends", "on")
    titles = [song.title for song in read_songs("a.pdf", pdf_file([verse, titled]))]
    assert titles == ["", "Red River"]


def test_large_lines_are_titles_and_what_is_below_them_is_not() -> None:
    page = (
        drawn("Old Dog", 770, 24)
        + drawn("of the North", 745, 24)
        + drawn("by Ann Alder", 720, 16)
        + lines("the dog", "sleeps", "", "and", "dreams", "on", top=690)
        + drawn("Chorus", 590, 16)
        + lines("oh dog", top=570)
    )
    (song,) = read_songs("a.pdf", pdf_file([page]))
    assert song.title == "Old Dog of the North"
    assert song.text.startswith("by Ann Alder\n")
    assert song.text.endswith("\n\nChorus\n\noh dog")


def test_what_comes_again_on_each_page_is_left_out() -> None:
    words = "one two three four".split()
    pages = [
        drawn("My Songs", 810)
        + lines(f"the {word} dog,", "sleeps", "well", "la la", top=770 - 3 * k)
        + drawn(f"Page {k} of 4", 30)
        for k, word in enumerate(words, 1)
    ]
    text = read_file("a.pdf", pdf_file(pages)).songs[0].text
    assert text == "\n\n".join(f"the {word} dog,\nsleeps\nwell\nla la" for word in words)
    text = read_songs(
        "a.pdf", pdf_file([lines("the dog,", "sleeps") + drawn(str(k), 30) for k in (7, 8)])
    )[0].text
    assert "7" not in text and "8" not in text
    assert "99" in read_songs("a.pdf", pdf_file([lines("the dog,", "99")]))[0].text
    book = [(f"Song {word}", [["oh my dog,", f"my {word} dog,"], ["oh my"]]) for word in "12345"]
    assert [song.title for song in read_songs("a.pdf", pdf_songs(book))] == [
        title for title, _ in book
    ]
    assert all(song.text.startswith("oh my dog") for song in read_songs("a.pdf", pdf_songs(book)))


def test_refused_pdfs(monkeypatch: pytest.MonkeyPatch) -> None:
    page = lines("the dog,", "sleeps")
    locked = pdf_file([page], "/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >> ")
    with pytest.raises(ReadError, match=r"^'a.pdf' is locked against reading\. Print it to a new"):
        found("a.pdf", locked)
    for scanned in ([], [""], ["q 1 0 0 1 0 0 cm Q", drawn(" ", 100)]):
        with pytest.raises(ReadError, match=r"^'a.pdf' holds no letters, only pictures.*type the"):
            found("a.pdf", pdf_file(scanned))
    for data in (b"hello", b"%PDF-1.7", pdf_file([page])[:150]):
        with pytest.raises(BrokenFileError, match=r"^'a.pdf' could not be opened as a PDF.*paste"):
            found("a.pdf", data)
    for limit in ("MAX_PAGES", "MAX_STEPS"):
        with monkeypatch.context() as patch:
            patch.setattr(pdf, limit, 1)
            with pytest.raises(FileTooLargeError, match=r"^'a.pdf' has more pages.*copy and paste"):
                found("a.pdf", pdf_file([page, page]))
    monkeypatch.setattr(pdf, "MAX_STEPS", 40)  # no page has so many, but all together
    found("a.pdf", pdf_file([page]))
    with pytest.raises(FileTooLargeError):
        found("a.pdf", pdf_file([page] * 5))


# ---- damage

WHOLE: dict[str, bytes] = {
    **{name: as_bytes(write([DOG, RIVER])) for name, write in WRITERS.items()},
    "b.cho": CHORDED.encode(),
    "b.rtf": rtf_file(
        "{\\f2 \\'93\\'fa}\\u8217?\\sect\\sbknone x\\page {\\pict\\bin3 abc}"
    ).encode(),
}
MARKS = (
    "\\u |\\u99999 |\\uc-5 |\\'8|\\bin99999 |\\bin-3 |\\ansicpg |\\f |\\f-9 |\\sect |{\\rtf |}|{|"
    "<p|<h1>|</p>|<![|<!--|<!x|<?|<pre>|</pre>|<title>|<script>|&#|&#xfffffff;|<br/>|<|>|\\*|la |"
    "[00:99999]|[ti:]|[00:01]|{t:}|{soc}|{chorus}|{ns}|{sot}|{start_of_}|{meta}|[|]|#|\r|\n|\0|\f"
)
CRAFTED = st.lists(st.sampled_from(MARKS.split("|")), max_size=30).map("".join)


@pytest.mark.parametrize("name", WHOLE)
@given(draw=st.data())
def test_damage_ends_in_songs_or_in_a_sentence(name: str, draw: st.DataObject) -> None:
    data = bytearray(WHOLE[name])
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=6)):
        data[place] = draw.draw(st.integers(0, 255))
    assert_read_or_refused(name, bytes(data[: draw.draw(st.integers(0, len(data)))]))


@pytest.mark.parametrize("name", [*WRITERS])
@given(data=st.one_of(st.binary(max_size=300), CRAFTED.map(str.encode)))
def test_any_bytes_end_in_songs_or_in_a_sentence(name: str, data: bytes) -> None:
    assert_read_or_refused(name, data)
    start = {"a.rtf": b"{\\rtf1 ", "a.pdf": b"%PDF-1.4\n"}.get(name, b"")
    assert_read_or_refused(name, start + data)


@given(xml=st.one_of(st.binary(max_size=100), CRAFTED.map(str.encode)))
def test_any_parts_end_in_songs_or_in_a_sentence(xml: bytes) -> None:
    assert_read_or_refused("a.odt", packed_up({"content.xml": xml, "styles.xml": xml}))
    assert_read_or_refused("a.epub", epub_file(["x"], more={"META-INF/encryption.xml": xml}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "_writecheck", lambda *_: None)
        assert_read_or_refused("a.epub", epub_file(["x"], more={"OPS/text/ch 0.xhtml": xml}))


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
