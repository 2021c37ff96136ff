"""Files of Project Gutenberg, new and old: what is the book in them, and what is not."""

from __future__ import annotations

import pytest

from lyricslab.errors import WrongBookError
from lyricslab.importing.gutenberg_text import read_ebook, same_title

NEW = """The header, free for anyone.

Title: Songs of the Quay
        With Notes for the Harmonium

Editor: A. Sailor

Release date: May 1, 2007 [eBook #4711]
                Most recently updated: June 2, 2021

Language: English

*** START OF THE PROJECT GUTENBERG EBOOK SONGS OF THE QUAY: WITH NOTES
FOR THE HARMONIUM ***




Produced by three volunteers and a scanner
by the sea.

   THE LAMP

The lamp is _lit_, the lamp is lit,
  [Illustration: A lamp.

  It is lit.]
snake_case_word and __init__ stay


   THE ROPE

Pull _all
together_ now.[1]

*** END OF THE PROJECT GUTENBERG EBOOK SONGS OF THE QUAY ***
The licence.
*** START: FULL LICENSE ***
"""

BARE = """   THE LAMP

The lamp is lit, the lamp is lit,

snake_case_word and __init__ stay


   THE ROPE

Pull all
together now.[1]"""

OLD = """A header of long ago: Etext of Quay Songs, by A. Sailor [Etext #47]

***START**THE SMALL PRINT!**FOR PUBLIC DOMAIN ETEXTS**START***
Much small print.
*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*

Row, row.

End of The Project Gutenberg Etext of Quay Songs, by A. Sailor
"""


def test_a_file_of_today() -> None:
    book = read_ebook(NEW.replace("\n", "\r\n").encode("utf-8-sig"), "Book 4711")
    assert book.text == BARE
    assert (book.title, book.author) == (
        "Songs of the Quay With Notes for the Harmonium",
        "A. Sailor",
    )
    assert (book.number, book.language, book.encoding) == (4711, "English", "utf-8")
    assert not book.copyrighted


def test_a_file_of_long_ago() -> None:
    book = read_ebook(OLD.encode(), "Book 47")
    assert (book.text, book.number, book.title, book.author) == ("Row, row.", 47, "", "")


def test_a_line_before_the_end_mark_goes_too() -> None:
    text = NEW.replace(
        "*** END", "End of Project Gutenberg's Songs of the Quay, by A. Sailor\n\n*** END"
    )
    assert read_ebook(text.encode(), "Book 4711").text == BARE


def test_the_end_is_looked_for_after_the_start() -> None:
    with pytest.raises(WrongBookError, match="is not whole"):
        read_ebook(NEW.split("*** END")[0].encode(), "Book 4711")
    with pytest.raises(WrongBookError, match="lacks the line with which"):
        read_ebook(NEW.replace("*** START OF", "*** SORT OF").encode(), "Book 4711")


def test_a_number_in_the_book_is_not_its_own() -> None:
    text = NEW.replace(" [eBook #4711]", "").replace("now.[1]", "now. [eBook #3]")
    assert read_ebook(text.encode(), "Book 4711").number is None


@pytest.mark.parametrize("length", [10_000, 1_000_000])
def test_hostile_files_take_no_time(length: int) -> None:
    """Marks that never close: each would be slow if a pattern went back and forth."""
    for tail in ("*** START OF THE PROJECT GUTENBERG EBOOK ", "[Illustration: ", "_a ", "\n  x"):
        data = ("Title: x" + tail * (length // len(tail))).encode()
        with pytest.raises(WrongBookError):
            read_ebook(data, "Book 1")
        body = tail.replace("***", "* *") * (length // len(tail))
        whole = NEW.replace("Pull _all", body).encode()
        assert read_ebook(whole, "Book 1").number == 4711


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Songs of Innocence, and Songs of Experience", "Songs of Innocence and of Experience"),
        ("Moby Dick; Or, The Whale", "Moby-Dick"),
        ("Poems", "Poems by Wilfred Owen"),
        ("A Book of Old Ballads — Volume 2", "A Book of Old Ballads, Volume 2"),
        ("Lyrical Ballads, With a Few Other Poems (1798)", "Lyrical Ballads"),
        ("The Spell of the Yukon", "The Spell of the Yukon and Other Verses"),
    ],
)
def test_titles_of_one_book(one: str, other: str) -> None:
    assert same_title(one, other)
    assert same_title(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dracula", "Frankenstein"),
        ("Border Minstrelsy, Volume 1", "Border Minstrelsy, Volume 2"),
        ("", "Poems"),
        ("The Sea", "The Land"),
    ],
)
def test_titles_of_two_books(one: str, other: str) -> None:
    assert not same_title(one, other)
