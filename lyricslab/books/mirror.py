"""Where books are fetched from: gutenberg.org, or the mirror that a person has set."""

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
"""The book's number in an address that names the file itself."""

_PATHS = (
    "cache/epub/{id}/pg{id}.txt",
    "files/{id}/{id}-0.txt",
    "files/{id}/{id}.txt",
    "files/{id}/{id}-8.txt",
    "{digits}/{id}/{id}-0.txt",
    "{digits}/{id}/{id}.txt",
    "{digits}/{id}/{id}-8.txt",
)
"""Paths of a book's text on the website and its mirrors, the likeliest first."""


def patterns(mirror: str) -> tuple[str, ...]:
    """Return the addresses that the text of a book may have, with {id} and {digits} in them."""
    if NUMBER in mirror:
        return (mirror,)
    return tuple(f"{mirror}/{path}" for path in _PATHS)


def address(pattern: str, number: int) -> str:
    """Return the address of one book: mirrors keep 1342 in 1/3/4/1342, and 7 in 0/7."""
    text = str(number)
    digits = "/".join(text[:-1]) or "0"
    return pattern.replace("{digits}", digits).replace(NUMBER, text)


def checked(mirror: str) -> str:
    """Return a mirror's address without blanks and the slash at its end.

    Raises:
        ConfigError: if it is not an http(s) address.
    """
    mirror = mirror.strip().rstrip("/")
    try:
        parts = urlsplit(mirror)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is not a number, a bracket left open
        valid = False
    if not valid or any(char.isspace() or not char.isprintable() for char in mirror):
        raise ConfigError(
            [
                f"'{mirror}' is not the address of a mirror. It begins with https:// or http://, "
                f"as in {USUAL}; {NUMBER} in it is replaced by a book's number."
            ]
        )
    return mirror


def chosen(home: Home) -> str:
    """Return the mirror of this lab.

    Raises:
        ConfigError: if the file that names it is damaged.
    """
    try:
        return checked(json.loads(home.mirror.read_text("utf-8"))["mirror"])
    except FileNotFoundError:
        return USUAL
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            [f"{home.mirror} is damaged. Set the mirror again, or delete that file."]
        ) from error


def choose(home: Home, mirror: str) -> str:
    """Set the mirror of this lab, gutenberg.org if the text is empty, and return it.

    Raises:
        ConfigError: if it is not an http(s) address.
        StoreError: if it cannot be written.
    """
    url = checked(mirror) if mirror.strip() else USUAL
    with writing(home.root):
        write_file(home.mirror, json.dumps({"mirror": url}).encode())
    return url
