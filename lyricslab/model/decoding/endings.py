"""Endings: songs end with a line, near the asked length, and close what they open."""

from __future__ import annotations

import numpy as np

from lyricslab.model.decoding.word_mask import WORD_CHARS
from lyricslab.songs.vocab import END

Array = np.ndarray

NEWLINE, SPACE = ord("\n"), ord(" ")
CLOSED_BY = {"(": ")", "[": "]", "{": "}", '"': '"'}
CLOSERS = ")]}"

STANZA_FROM, LINE_FROM = 0.75, 0.95
"""A song may end after a stanza, and after any line, from these shares of its asked length on."""
OVER_CHARS = 80
"""A song may be this much longer than asked, to finish its line."""
BREAK_FROM_CHARS, BREAK_AT_CHARS = 20, 50
"""Between these lengths over the asked one it grows ever likelier that the line is broken after a
word; from the second on it is certain."""
MIN_LINES = 4
"""A song, its title included, has at least this many lines, unless a shorter one is asked for."""


def close_brackets(shares: Array, opened: str) -> None:
    """Close brackets before their line ends, and none that is not open; in place.

    Args:
        shares: the chance of each code, (V,).
        opened: the brackets and quotation marks that are open.
    """
    closer = CLOSED_BY[opened[-1]] if opened else ""
    for char in CLOSERS:
        if char != closer:
            shares[ord(char)] = 0.0
    if closer:
        shares[ord(closer)] += shares[NEWLINE] + shares[END]
        shares[NEWLINE] = shares[END] = 0.0


def end_song(shares: Array, chars: int, lines: int, length_chars: int, last: str) -> None:
    """Let a song end near the asked length, with a stanza or at least a line; in place.

    Args:
        shares: the chance of each code, (V,).
        chars, lines: how long the song is.
        length_chars: the asked length.
        last: the last character.
    """
    if chars < length_chars and lines < MIN_LINES - 1:
        shares[NEWLINE] += shares[END]
        shares[END] = 0.0
    over = chars - length_chars
    if over >= BREAK_AT_CHARS and (words_end := shares * ~WORD_CHARS).any():
        shares[:] = 0.0
        shares[NEWLINE] = words_end.sum()
    elif over > BREAK_FROM_CHARS:
        share = (over - BREAK_FROM_CHARS) / (BREAK_AT_CHARS - BREAK_FROM_CHARS)
        _move(shares, SPACE, NEWLINE, share)
    _move(shares, NEWLINE, END, ending_share(chars / length_chars, stanza_ends=last == "\n"))


def ending_share(done: float, *, stanza_ends: bool) -> float:
    """Return the share of a new line's chance that goes to the song's end, 0 to 1.

    Args:
        done: the length so far, as a share of the asked one.
        stanza_ends: whether the new line would be a blank one.
    """
    begin, end = (STANZA_FROM, LINE_FROM) if stanza_ends else (LINE_FROM, 1.0)
    return min(1.0, max(0.0, (done - begin) / (end - begin)))


def _move(shares: Array, source: int, target: int, share: float) -> None:
    moved = shares[source] * share
    shares[target] += moved
    shares[source] -= moved


def opened_by(opened: str, char: str) -> str:
    """Return the brackets and quotation marks that are open after a character; none spans lines."""
    if char == "\n":
        return ""
    if opened and char == CLOSED_BY[opened[-1]]:
        return opened[:-1]
    return opened + char if char in CLOSED_BY else opened


def whole_lines(text: str) -> str:
    """Return a text without a last line that was not finished, if there is another."""
    above, newline, _ = text.rstrip("\n").rpartition("\n")
    return above.rstrip("\n") if newline and above.strip() else text
