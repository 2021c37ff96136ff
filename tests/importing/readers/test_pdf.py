"""PDFs: gaps, titles, margins."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, StreamObject

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.readers import pdf_pages
from lyricslab.importing.reading import read_file
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_one, read_songs
from tests.support.written_files import drawn, pdf_file, pdf_songs


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


def test_words_in_forms_stand_where_the_form_does() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf_file([lines("the dog,", "sleeps"), ""])))
    inner = StreamObject()
    inner.set_data(lines("and", "dreams", "", "of a", top=0).encode())
    inner.update({NameObject("/Subtype"): NameObject("/Form")})
    outer = StreamObject()
    outer.set_data(b"/X2 Do Q Q /X1 Do")  # which draws itself, too
    outer.update({NameObject("/Subtype"): NameObject("/Form")})
    outer[NameObject("/Matrix")] = ArrayObject(map(FloatObject, (1, 0, 0, 1, 0, 700)))
    page = writer.pages[0]
    forms = {"/X1": writer._add_object(outer), "/X2": writer._add_object(inner)}
    page["/Resources"][NameObject("/XObject")] = DictionaryObject(
        {NameObject(name): form for name, form in forms.items()}
    )
    content = page["/Contents"].get_object()
    content.set_data(content.get_data() + b"q 1 0 0 1 0 28 cm /X1 Do Q /X3 Do")
    stream = io.BytesIO()
    writer.write(stream)
    text = read_songs("a.pdf", stream.getvalue())[0].text
    assert text.startswith("the dog,\nsleeps\n\nand\ndreams\n\nof a")


def test_letters_that_are_written_from_the_right() -> None:
    codes = "<< /Type /Encoding /Differences [97 /afii57664 /afii57665 /afii57666] >>"
    font = f"/Helvetica /Encoding {codes}"
    data = pdf_file([lines("12 ab c,")], font=font.removeprefix("/"))
    assert read_songs("a.pdf", data)[0].text == ",\u05d2 \u05d1\u05d0 12"


def test_refused_pdfs(monkeypatch: pytest.MonkeyPatch) -> None:
    page = lines("the dog,", "sleeps")
    locked = pdf_file([page], "/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >> ")
    with pytest.raises(ReadError, match=r"^'a.pdf' is locked against reading\. Print it to a new"):
        read_one("a.pdf", locked)
    for scanned in ([], [""], ["q 1 0 0 1 0 0 cm Q", drawn(" ", 100)]):
        with pytest.raises(ReadError, match=r"^'a.pdf' holds no letters, only pictures.*type the"):
            read_one("a.pdf", pdf_file(scanned))
    for data in (b"hello", b"%PDF-1.7", pdf_file([page])[:150]):
        with pytest.raises(BrokenFileError, match=r"^'a.pdf' could not be opened as a PDF.*paste"):
            read_one("a.pdf", data)
    for limit in ("MAX_PAGES", "MAX_STEPS"):
        with monkeypatch.context() as patch:
            patch.setattr(pdf_pages, limit, 1)
            with pytest.raises(FileTooLargeError, match=r"^'a.pdf' has more pages.*copy and paste"):
                read_one("a.pdf", pdf_file([page, page]))
    monkeypatch.setattr(pdf_pages, "MAX_STEPS", 40)  # no page has so many, but all together
    read_one("a.pdf", pdf_file([page]))
    with pytest.raises(FileTooLargeError):
        read_one("a.pdf", pdf_file([page] * 5))
