"""The words of a text, as everything that counts words takes them."""

from __future__ import annotations

import re

from anyascii import anyascii

_KEPT = "abcdefghijklmnopqrstuvwxyz'"
_PLAIN = str.maketrans(
    {char: char if char in _KEPT else " " for char in map(chr, range(128))}
    | {char: char.lower() for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    | {"`": "'", "\n": "\n"}
)
_QUOTES = re.compile(r"(?<![a-z'])'+|'+(?![a-z'])")
"""Apostrophes, any number of them, that do not stand between letters."""


def words(text: str) -> list[str]:
    """The words of a text in order, in small ASCII letters; apostrophes inside them stay.

    "Singin' 'bout the O'Hara-boys' 2 cafés" is singin, bout, the, o'hara, boys, cafes.
    """
    return _plain(text).split()


def words_by_line(text: str) -> list[list[str]]:
    """The `words` of each line; none for a line without any."""
    return [line.split() for line in _plain(text).split("\n")]


def _plain(text: str) -> str:
    """Small letters, blanks, newlines, and apostrophes that stand between letters."""
    if not text.isascii():
        text = text.translate({ord(char): anyascii(char) for char in set(text) if char > "~"})
    spaced = f" {text.translate(_PLAIN)} ".replace("\n", " \n ")
    if "''" in spaced:
        spaced = _QUOTES.sub(" ", spaced)
    return spaced.replace(" '", " ").replace("' ", " ")
