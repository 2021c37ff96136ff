"""Files of Project Gutenberg: read the header, remove the boilerplate, return the book."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lyricslab.errors import NotTextError, WrongBookError
from lyricslab.importing.encoding import decode
from lyricslab.importing.lines import newlines, one_line
from lyricslab.songs.words import words

MARK_CHARS = 400
"""The longest start or end mark; it contains the title of the book."""
TITLE_SHARE = 0.6
"""Titles that share this much of the shorter one's words name the same book."""

_NAMED = r"(?:THE |THIS )?PROJECT GUTENBERG (?:E-?BOOK|E-?TEXT)"
_START = re.compile(
    rf"^[ \t]*\*\*\* ?START OF {_NAMED}(?s:.{{0,{MARK_CHARS}}}?)\*\*\*.*$"
    r"|^\*END\*? ?THE SMALL PRINT!.*$",
    re.IGNORECASE | re.MULTILINE,
)
_END = re.compile(
    rf"^[ \t]*\*\*\* ?END OF {_NAMED}|^[ \t]*End of (?:the |this )?Project Gutenberg(?:'s|’s)?\b",
    re.IGNORECASE | re.MULTILINE,
)
_FACT = r"^{name}:[ \t]*(\S.*(?:\n[ \t]+\S.*)*)"
_NUMBER = re.compile(r"\[e-?(?:book|text) ?#(\d+)\]", re.IGNORECASE)
_COPYRIGHTED = re.compile(r"\bCOPYRIGHTED Project Gutenberg")
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I)
_PRODUCED = re.compile(
    r"\A(?:(?:e-?text |this e-?text was |this file was )?"
    r"(?:produced|prepared|transcribed|scanned)\b[^\n]*\bby\b.*?(?:\n[ \t]*\n|\Z))",
    re.IGNORECASE | re.DOTALL,
)
_PICTURE = re.compile(r"\[Illustrations?(?:[:.][^\[\]]{0,600})?\][ \t]*", re.IGNORECASE)
_ITALICS = re.compile(r"(?<![\w_])_(?=\S)([^_]{1,1000}?)(?<=\S)_(?![\w_])")


@dataclass(frozen=True, slots=True)
class Ebook:
    """A book of Project Gutenberg and the facts in its header."""

    title: str
    author: str
    """Who wrote, edited or compiled it; empty if the header does not say."""
    language: str
    number: int | None
    """Its number, or None if the header does not say."""
    text: str
    """The book without header and licence."""
    encoding: str
    """One of `importing.encoding.ENCODINGS`."""
    copyrighted: bool
    """Whether the header says that the text is under copyright."""


def read_ebook(data: bytes, name: str) -> Ebook:
    """Read the book in a file of Project Gutenberg.

    The header, the licence, marks for pictures and italics, and credits at the beginning are
    removed; the words of the book are not changed.

    Args:
        name: of the file, for error messages.

    Raises:
        WrongBookError: if it is empty, not text, a web page, or lacks the marks where the book
            begins and ends.
    """
    if not data.strip():
        raise WrongBookError(f"{name} came empty. Try again later, or choose another mirror.")
    try:
        decoded = decode(data, name)
    except NotTextError as error:
        raise WrongBookError(
            f"{name} is no text, though its name says so. Choose another mirror."
        ) from error
    if _HTML.match(decoded.text):
        raise WrongBookError(
            f"{name} came as a web page, perhaps with an error message. Open the mirror in "
            "your browser to see, or choose another."
        )
    text = newlines(decoded.text)
    start = _START.search(text)
    if start is None:
        raise WrongBookError(
            f"{name} lacks the line with which books of Project Gutenberg begin, so it may be "
            "something else. Choose another mirror, or another number."
        )
    end = _END.search(text, start.end())
    if end is None:
        raise WrongBookError(
            f"{name} lacks the line with which books of Project Gutenberg end, so it is not "
            "whole. Try again later, or choose another mirror."
        )
    head, book = text[: start.start()], text[start.end() : end.start()]
    number = _NUMBER.search(head)
    text_of_book = _without_additions(book)
    if not text_of_book:
        raise WrongBookError(f"{name} holds a header and no book. Choose another number.")
    return Ebook(
        title=_fact(head, "Title"),
        author=_fact(head, "Author") or _fact(head, "Editor") or _fact(head, "Compiler"),
        language=_fact(head, "Language"),
        number=int(number[1]) if number else None,
        text=text_of_book,
        encoding=decoded.encoding,
        copyrighted=bool(_COPYRIGHTED.search(head)),
    )


def same_title(title: str, other: str) -> bool:
    """Return whether two titles may name one book, ignoring subtitles and articles, not volumes."""
    numbers = [set(re.findall(r"\d+", name)) for name in (title, other)]
    if all(numbers) and numbers[0] != numbers[1]:
        return False
    first, second = _title_words(title), _title_words(other)
    fewer = min(len(first), len(second))
    return bool(fewer) and len(first & second) >= TITLE_SHARE * fewer


def _title_words(title: str) -> set[str]:
    all_words = set(words(title))
    return all_words - {"the", "a", "an", "of", "and", "in", "by"} or all_words


def _fact(head: str, name: str) -> str:
    """Return what a header says under a name, on one line; empty if nothing."""
    match = re.search(_FACT.format(name=name), head, re.MULTILINE)
    return one_line(match[1]) if match else ""


def _without_additions(book: str) -> str:
    """Return the book without what Project Gutenberg's volunteers added.

    All blank lines stay, because songs are divided by them later.
    """
    book = _PRODUCED.sub("", book.strip("\n"), count=1)
    book = _ITALICS.sub(r"\1", _PICTURE.sub("", book))
    return "\n".join(line.rstrip() for line in book.split("\n")).strip("\n")
