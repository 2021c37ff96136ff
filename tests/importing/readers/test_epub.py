"""E-books."""

from __future__ import annotations

import pytest

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.readers import html
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import DOG, read_one, read_songs
from tests.support.written_files import BOMB, epub_file, epub_songs, packed_up


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
            read_one("a.epub", epub_file(["<p>the dog</p>"], more=lock))
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
        read_one("a.epub", data)
    assert str(caught.value) == (
        "'a.epub' could not be opened as an e-book: it is damaged, cut short, or of another kind. "
        f"{EPUB_ADVICE}"
    )


def test_books_of_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    book = epub_file(["<p>the owl</p>", "<p>hoots</p>"])
    read_one("a.epub", book)
    monkeypatch.setattr(html, "MAX_MARKS", 15)  # a chapter has 10
    with pytest.raises(FileTooLargeError, match=r"'a.epub' unpacks to more.*paste"):
        read_one("a.epub", book)
