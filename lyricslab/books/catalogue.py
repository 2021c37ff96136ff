"""The catalogue that ships: numbers, titles and authors of Project Gutenberg books, by theme."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from lyricslab import files
from lyricslab.config_base import Range
from lyricslab.errors import ConfigError

FILE = files.ASSETS / "catalogue" / "gutenberg.json"
NUMBERS = Range(1, 999_999)
"""The numbers that books of Project Gutenberg may have."""
MAX_BOOKS = 100
"""More at once would be impolite to a mirror."""


@dataclass(frozen=True, slots=True)
class Title:
    """One book of the catalogue."""

    id: int
    """Its number at Project Gutenberg."""
    title: str
    author: str
    """Who wrote, edited or compiled it."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Books that a songwriter would choose together."""

    name: str
    about: str
    """What is in them, in one sentence."""
    titles: tuple[Title, ...]


@cache
def themes() -> tuple[Theme, ...]:
    """Return every theme of the catalogue, in its order."""
    rows = json.loads(FILE.read_text("utf-8"))["themes"]
    return tuple(
        Theme(row["name"], row["about"], tuple(Title(*title) for title in row["titles"]))
        for row in rows
    )


def theme(name: str) -> Theme:
    """Return the theme of this name, or the only one whose name contains it, ignoring case.

    Raises:
        ConfigError: if no theme or several match; it lists them.
    """
    text = name.strip().casefold()
    matches = [theme for theme in themes() if theme.name.casefold() == text]
    matches = matches or [theme for theme in themes() if text and text in theme.name.casefold()]
    if len(matches) == 1:
        return matches[0]
    names = ", ".join(f"'{theme.name}'" for theme in matches or themes())
    problem = f"'{name}' may be several themes" if matches else f"There is no theme '{name}'"
    raise ConfigError([f"{problem}. There are {names}."])


def title(number: int) -> Title | None:
    """Return the catalogue's entry for a book, or None."""
    return next((each for theme in themes() for each in theme.titles if each.id == number), None)


def name_of(number: int) -> str:
    """Return the name of a book that has not been fetched."""
    entry = title(number)
    return entry.title if entry else f"Book {number}"


def parse_numbers(text: str) -> list[int]:
    """Return the numbers in a text, separated by blanks or commas, each once.

    Addresses of books, and numbers after "#" or "pg", are read too.

    Raises:
        ConfigError: if there is anything else among them.
    """
    issues, numbers = [], []
    for word in re.split(r"[\s,;]+", text.strip()):
        digits = re.sub(
            r"(?i)\Ahttps?://\S*/(?:ebooks|files|epub)/(\d+)\S*\Z|\A(?:#|pg)", r"\1", word
        )
        if not word:
            continue
        if digits.isascii() and digits.isdigit() and len(digits) <= 9:
            numbers.append(int(digits))
        else:
            issues.append(
                f"'{word}' is not the number of a book. The number is in the book's address: 1342 "
                "in gutenberg.org/ebooks/1342."
            )
    if issues:
        raise ConfigError(issues)
    return list(dict.fromkeys(numbers))


def check_numbers(ids: Sequence[int]) -> list[int]:
    """Return the numbers of the books to fetch, each once.

    Raises:
        ConfigError: if there are none or too many, or one that no book can have.
    """
    numbers = list(dict.fromkeys(ids))
    if not numbers:
        raise ConfigError(["No book was asked for. Choose some, or type a number."])
    issues = [issue for n in numbers if (issue := NUMBERS.issue("The number of a book", n))]
    if len(numbers) > MAX_BOOKS:
        issues.append(f"At most {MAX_BOOKS} books at once; you asked for {len(numbers)}.")
    if issues:
        raise ConfigError(issues)
    return numbers
