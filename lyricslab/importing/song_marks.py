"""Marks that other generators of text need between songs, such as <|endoftext|>."""

from __future__ import annotations

import re
from statistics import median

LINE_CHARS = 100
"""Marks around shorter lines are around lines, not around songs."""

_TEXT = r"(?:text|song|lyrics?|sequence|sentence|document|file|poem)"
_OF_TEXT = rf"(?:start|begin(?:ning)?|end|new|next)(?:[ _-]?of)?(?:[ _-]?the)?[ _-]?{_TEXT}"
_SHORT = r"(?:[bse]os|eo[tdf]|bot|sep|cls|pad)"
SONG_MARK = (
    rf"(?:<(?:\| ?)?/?(?i:{_OF_TEXT}|{_SHORT}|start|end|song|im_start|im_end)(?: ?\|)?>"
    rf"|\[/?(?:(?i:{_OF_TEXT})|{_SHORT.upper()})\])"
)
"""Begins or ends a song. In square brackets a word of its own may name a section."""
LINE_MARK = r"<(?:\| ?)?(?i:nl|newline|new_line|line|lf|eol|br|lb)(?: ?\|)?>"
"""Ends a line."""
PART_MARK = r"<\|[\w :=/-]{1,40}\|>"
"""Says what follows, as <|title|> does."""
_SONG = re.compile(SONG_MARK)
_LINE = re.compile(LINE_MARK)
_PART = re.compile(PART_MARK)
_SENTENCE = re.compile(r"</?s>")
_OUTER_SENTENCE = re.compile(
    r"</s>\s{0,4}<s>|^[ \t]{0,8}<s>|</s>[ \t]{0,8}$|\\n<s>|</s>(?=\\n)", re.MULTILINE
)
"""<s> and </s> as marks; inside a line they strike words out."""


def songs_between_marks(text: str) -> list[str]:
    """Return the songs between the marks of a generator, without the marks.

    Marks around single lines separate no songs, and are removed, too. A text without marks is
    returned as it is.
    """
    if "<" not in text and "[" not in text:
        return [text]
    if _are_sentence_marks(text):
        text = _SENTENCE.sub("<eos>", text)
    parts = _SONG.split(text)
    full = [part for part in parts if part.strip()]
    if len(parts) == 1 or not full:
        return [text] if full else []
    if len(full) > 1 and median(map(_count_lines, full)) < 2:
        full = ["".join(parts)]
    return [_PART.sub("\n\n", _LINE.sub("\n", part)).strip("\n") for part in full]


def _are_sentence_marks(text: str) -> bool:
    """Return whether every <s> and </s> is at the end of a line or beside another."""
    if "<s>" not in text and "</s>" not in text:
        return False
    outer = sum(len(_SENTENCE.findall(found)) for found in _OUTER_SENTENCE.findall(text))
    return outer == len(_SENTENCE.findall(text))


def _count_lines(part: str) -> int:
    lines = part.strip().splitlines()
    return len(lines) + sum(len(line) > LINE_CHARS or "\\n" in line for line in lines)
