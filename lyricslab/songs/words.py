"""The words of a text: one definition for everything that counts words."""

from __future__ import annotations

import re

from anyascii import anyascii

_WORD_CHARS = "abcdefghijklmnopqrstuvwxyz'"
_PLAIN = str.maketrans(
    {char: char if char in _WORD_CHARS else " " for char in map(chr, range(128))}
    | {char: char.lower() for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    | {"`": "'", "\n": "\n"}
)
_QUOTES = re.compile(r"(?<![a-z'])'++|(?<!')'++(?![a-z])")
"""Apostrophes in a row, seen from the first of them, that are not between letters."""


def words(text: str) -> list[str]:
    """Return the words of a text in order, in lower-case ASCII; inner apostrophes stay.

    "Singin' 'bout the O'Hara-boys' 2 cafés" is singin, bout, the, o'hara, boys, cafes.
    """
    return _plain(text).split()


def words_by_line(text: str) -> list[list[str]]:
    """Return the `words` of each line."""
    return [line.split() for line in _plain(text).split("\n")]


def _plain(text: str) -> str:
    """Return the text as lower-case letters, blanks, newlines and inner apostrophes."""
    if not text.isascii():
        text = text.translate({ord(char): anyascii(char) for char in set(text) if char > "~"})
    spaced = f" {text.translate(_PLAIN)} ".replace("\n", " \n ")
    if "''" in spaced:
        spaced = _QUOTES.sub(" ", spaced)
    return spaced.replace(" '", " ").replace("' ", " ")
