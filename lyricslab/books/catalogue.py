"""The catalogue that ships: some numbers, titles and authors of Project Gutenberg, by theme."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from lyricslab import files
from lyricslab.errors import ConfigError

FILE = files.ASSETS / "catalogue" / "gutenberg.json"


@dataclass(frozen=True, slots=True)
class Title:
    """One book that may be asked for."""

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
    """Every theme of the catalogue, in its order."""
    listed = json.loads(FILE.read_text("utf-8"))["themes"]
    return tuple(
        Theme(one["name"], one["about"], tuple(Title(*row) for row in one["titles"]))
        for one in listed
    )


def theme(name: str) -> Theme:
    """The theme of this name, or the only one with these words in its name; capitals aside.

    Raises:
        ConfigError: if there is none, or more than one; it says which there are.
    """
    wanted = name.strip().casefold()
    exact = [one for one in themes() if one.name.casefold() == wanted]
    found = exact or [one for one in themes() if wanted and wanted in one.name.casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"'{one.name}'" for one in found or themes())
    problem = f"'{name}' may be several themes" if found else f"There is no theme '{name}'"
    raise ConfigError([f"{problem}. There are {known}."])


def title(number: int) -> Title | None:
    """What the catalogue says of a book; None for one that it does not list."""
    return next((one for each in themes() for one in each.titles if one.id == number), None)
