"""A file of Project Gutenberg as the book it holds: header read, boiler-plate taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lyricslab.errors import NotTextError, WrongBookError
from lyricslab.importing.encoding import decode
from lyricslab.importing.lines import newlines, one_line
from lyricslab.songs.words import words

MARK_CHARS = 400
"""A start or end mark names the book; with a long title it runs over several lines."""
TITLE_SHARE = 0.6
"""Titles that share so many of the shorter one's words name the same book."""

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
    """What a file of Project Gutenberg says of itself, and the book in it."""

    title: str
    author: str
    """Who wrote, edited or compiled it; empty where the file does not say."""
    language: str
    number: int | None
    """Its number, or None where the file does not say."""
    text: str
    """The book alone."""
    encoding: str
    """What the file was written in; see `text.encoding`."""
    copyrighted: bool
    """Whether the file says that its text is under copyright."""


def read_ebook(data: bytes, name: str) -> Ebook:
    """The book in a file of Project Gutenberg.

    Header, licence, the volunteers' own marks for pictures and italics, and credits at the very
    beginning are left out; the words of the book are not touched.

    Args:
        name: how the file is called, for sentences.

    Raises:
        WrongBookError: if it is empty, no text, a web page, or lacks the marks where the book
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
            f"{name} came as a web page, perhaps one that says what is wrong. Open the mirror in "
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
    bare = _bare(book)
    if not bare:
        raise WrongBookError(f"{name} holds a header and no book. Choose another number.")
    return Ebook(
        title=_fact(head, "Title"),
        author=_fact(head, "Author") or _fact(head, "Editor") or _fact(head, "Compiler"),
        language=_fact(head, "Language"),
        number=int(number[1]) if number else None,
        text=bare,
        encoding=decoded.encoding,
        copyrighted=bool(_COPYRIGHTED.search(head)),
    )


def same_title(one: str, other: str) -> bool:
    """Whether two titles may name one book: subtitles, articles and signs aside, volumes not."""
    numbers = [set(re.findall(r"\d+", title)) for title in (one, other)]
    if all(numbers) and numbers[0] != numbers[1]:
        return False
    first, second = _telling(one), _telling(other)
    fewer = min(len(first), len(second))
    return bool(fewer) and len(first & second) >= TITLE_SHARE * fewer


def _telling(title: str) -> set[str]:
    found = set(words(title))
    return found - {"the", "a", "an", "of", "and", "in", "by"} or found


def _fact(head: str, name: str) -> str:
    """What a header says under a name, on one line; empty where it says nothing."""
    found = re.search(_FACT.format(name=name), head, re.MULTILINE)
    return one_line(found[1]) if found else ""


def _bare(book: str) -> str:
    """The book without what Project Gutenberg's volunteers wrote into it.

    Blank lines stay as many as they are: by them songs are told apart later.
    """
    book = _PRODUCED.sub("", book.strip("\n"), count=1)
    book = _ITALICS.sub(r"\1", _PICTURE.sub("", book))
    return "\n".join(line.rstrip() for line in book.split("\n")).strip("\n")
