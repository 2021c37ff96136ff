"""Where books are fetched from: the usual place, or the mirror that a person has set."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from lyricslab.errors import ConfigError
from lyricslab.files import write_file
from lyricslab.store.home import Home, writing

USUAL = "https://www.gutenberg.org"
MIRRORS = "https://www.gutenberg.org/MIRRORS.ALL"
"""Project Gutenberg's own list of mirrors, for people to read."""
NUMBER = "{id}"
"""Stands for a book's number in an address that names the file itself."""

_NAMES = (
    "cache/epub/{id}/pg{id}.txt",
    "files/{id}/{id}-0.txt",
    "files/{id}/{id}.txt",
    "files/{id}/{id}-8.txt",
    "{digits}/{id}/{id}-0.txt",
    "{digits}/{id}/{id}.txt",
    "{digits}/{id}/{id}-8.txt",
)
"""How the website and its mirrors name a book's text, the likeliest first."""


def names(mirror: str) -> tuple[str, ...]:
    """The patterns by which a mirror may name the text of a book."""
    if NUMBER in mirror:
        return (mirror,)
    return tuple(f"{mirror}/{name}" for name in _NAMES)


def address(name: str, number: int) -> str:
    """A pattern's address for one book: mirrors keep 1342 in 1/3/4/1342, and 7 in 0/7."""
    text = str(number)
    digits = "/".join(text[:-1]) or "0"
    return name.replace("{digits}", digits).replace(NUMBER, text)


def checked(mirror: str) -> str:
    """A mirror as it was typed, made ready to use.

    Raises:
        ConfigError: if it is no address of the web.
    """
    mirror = mirror.strip().rstrip("/")
    try:
        parts = urlsplit(mirror)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket left open
        good = False
    if not good or any(char.isspace() or not char.isprintable() for char in mirror):
        raise ConfigError(
            [
                f"'{mirror}' is no address of a mirror. It begins with https:// or http://, as in "
                f"{USUAL}; {NUMBER} in it stands for a book's number."
            ]
        )
    return mirror


def chosen(home: Home) -> str:
    """The mirror of this lab."""
    try:
        return checked(json.loads(home.mirror.read_text("utf-8"))["mirror"])
    except FileNotFoundError:
        return USUAL
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            [f"{home.mirror} is damaged. Set the mirror again, or delete that file."]
        ) from error


def choose(home: Home, mirror: str) -> str:
    """Sets the mirror of this lab; nothing typed means the usual place. Returns it as it is used.

    Raises:
        ConfigError: if it is no address of the web.
        StoreError: if it cannot be written.
    """
    wanted = checked(mirror) if mirror.strip() else USUAL
    with writing(home.root):
        write_file(home.mirror, json.dumps({"mirror": wanted}).encode())
    return wanted
