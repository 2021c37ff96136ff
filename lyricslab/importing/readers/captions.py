"""Captions: SubRip (.srt), WebVTT of the W3C (.vtt), YouTube's .sbv and what Whisper prints.

Each cue is a line. Numbers, times, settings, notes and marks are left out. Captions that roll up,
or show a line word by word, show the same words again and again; these are taken once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from lyricslab.importing.boundaries.divide import divide
from lyricslab.importing.entities import unescape
from lyricslab.importing.lines import newlines, one_line
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".srt", ".vtt", ".sbv")

ROLLING = 0.3
"""From this share of cues that show words of the cue before, captions roll up."""
_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
MAX_SHOWN = 8
"""No more lines than this roll up at a time."""
_END = "00:00.0 --> 00:00.0"
_TIMING = re.compile(rf"\s*{_TIME}(?:\s*--?>\s*{_TIME}(?:\s.*)?|,{_TIME}\s*)")
_PRINTED = re.compile(rf"\s*\[\s*({_TIME})\s*--?>\s*({_TIME})\s*\]\s*(.*)")
"""Times and words on one line, as Whisper prints them."""
_CLOCK = re.compile(r"\s*(?:\d{1,2}:)?\d{1,2}:\d\d\s*")
"""A time on a line of its own, as copied from a page beside a film."""
MIN_CLOCKS = 4
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<[\d:.,]{4,20}>|\{\\[^{}\n]{0,200}\}")
_SPEAKER = re.compile(r"\A(?:- |\u2013 |>{2,3} ?)")
"""Begins what another voice says or sings."""
_SOUND = re.compile(
    r"[\[(][^\[\]()]{0,40}\b(?:music|instrumental|applause|cheering|laughter)\b[^\[\]()]{0,40}[\])]",
    re.IGNORECASE,
)
_BLOCKS = ("NOTE", "STYLE", "REGION")
_SIGNS = " \t\u2669\u266a\u266b\u266c\u266d\u266f#*"
"""What stands around sung words in captions."""


@dataclass(frozen=True, slots=True)
class _Cue:
    """What is shown at a time."""

    marked: tuple[str, ...]
    """Its lines as written."""
    lines: tuple[str, ...]
    """Its lines without marks."""


def matches(text: str) -> bool:
    """Return whether a text has a line of times, as nothing else has."""
    return any(map(_TIMING.fullmatch, _timed(newlines(text).split("\n"))))


def read(source: Source) -> list[FileSongs]:
    """Read the song of a file, named after it; without any times it is plain text.

    Raises:
        ReadError: if it is not text.
    """
    decoded = source.text()
    if not matches(decoded.text):
        return source.divided("text", divide(decoded.text, source.declined), decoded)
    lines = _timed(newlines(decoded.text.removeprefix("\ufeff")).split("\n"))
    cues = _cues(lines)
    shown = _once(cues) if _roll_up(cues) else [cue.lines for cue in cues]
    song = RawSong(_title(lines), "\n".join(_as_sung(shown)))
    return source.result("captions", with_title([song], source.title), decoded)


def _title(lines: list[str]) -> str:
    """Return the line that stands alone above all cues."""
    if lines[0].startswith("WEBVTT"):
        return ""
    end = next((k for k, line in enumerate(lines) if _TIMING.fullmatch(line)), 0)
    above = [one_line(line) for line in lines[:end] if line.strip()]
    above = above[:-1] if above and above[-1].isdecimal() else above
    return above[0] if len(above) == 1 else ""


def _timed(lines: list[str]) -> list[str]:
    """Return lines with each time on a line of its own, as in SubRip."""
    if any("-->" in line or "->" in line for line in lines):
        return [part for line in lines for part in _printed(line)]
    clocks = [line for line in lines if _CLOCK.fullmatch(line)]
    words = sum(1 for line in lines if line.strip()) - len(clocks)
    if len(clocks) < MIN_CLOCKS or words > 3 * len(clocks):
        return lines
    return [_END if _CLOCK.fullmatch(line) else line for line in lines]


def _printed(line: str) -> list[str]:
    found = _PRINTED.fullmatch(line)
    return [f"{found[1]} --> {found[2]}", found[3]] if found else [line]


def _cues(lines: list[str]) -> list[_Cue]:
    """Return the cues that show words."""
    titled = lines[0].startswith("WEBVTT")
    cues: list[_Cue] = []
    cue: list[str] | None = None
    in_block = titled
    for number, line in enumerate([*lines, _END]):
        if _TIMING.fullmatch(line):
            if cue is not None:
                cues.append(_cue(cue[: len(cue) - _names_next(cue, titled)]))
            cue, in_block = [], False
        elif not line.strip():
            in_block = False
            if cue:
                cue.append("")
        elif titled and line.startswith(_BLOCKS) and not lines[number - 1].strip():
            in_block = True
        elif not in_block and cue is not None:
            cue.append(line)
    return [cue for cue in cues if cue.lines]


def _names_next(lines: list[str], titled: bool) -> int:
    """Return 1 if the last line is the number or the name of the next cue, else 0."""
    if not lines or not lines[-1].strip():
        return 0
    after_blank = len(lines) == 1 or not lines[-2].strip()
    return int(lines[-1].strip().isdecimal() or (titled and after_blank and len(lines) > 1))


def _cue(marked: list[str]) -> _Cue:
    lines = (
        _SPEAKER.sub("", one_line(unescape(_TAG.sub("", line)).replace("\u200e", "")))
        for line in marked
    )
    lines = (line.strip(_SIGNS) for line in lines)
    return _Cue(tuple(marked), tuple(line for line in lines if line and not _SOUND.fullmatch(line)))


def _roll_up(cues: list[_Cue]) -> bool:
    """Return whether many cues show words of the cue before: with a line more, or a word more."""
    again = sum(
        1
        for before, cue in pairwise(cues)
        if (cue.lines == before.lines and cue.marked != before.marked)
        or _grows(before.lines[-1], cue.lines[-1])
        or 0 < _overlap(before.lines, cue.lines) < len(cue.lines)
    )
    return again > 2 and again >= ROLLING * len(cues)


def _grows(before: str, line: str) -> bool:
    """Return whether a line is the one before and more words."""
    return (
        line.startswith(before)
        and not line[len(before) : len(before) + 1].isalnum()
        and (line != before)
    )


def _overlap(before: tuple[str, ...], lines: tuple[str, ...]) -> int:
    """Return how many of the first lines are the last lines of the cue before."""
    most = min(len(before), len(lines), MAX_SHOWN)
    return next((k for k in range(most, 0, -1) if before[-k:] == lines[:k]), 0)


def _once(cues: list[_Cue]) -> list[tuple[str, ...]]:
    """Return what each cue shows that the cue before did not, a grown line instead of its start."""
    shown: list[tuple[str, ...]] = []
    before: tuple[str, ...] = ()
    for cue in cues:
        new = cue.lines[_overlap(before, cue.lines) :]
        if new and before and shown and _grows(before[-1], new[0]):
            shown[-1] = (*shown[-1][:-1], new[0])
            new = new[1:]
        if new:
            shown.append(new)
        before = cue.lines
    return shown


def _as_sung(cues: list[tuple[str, ...]]) -> list[str]:
    """Return the lines of cues; a line that was broken to fit the screen is joined again."""
    capitals = sum(cue[0][:1].isupper() for cue in cues) > len(cues) / 2
    lines: list[str] = []
    for cue in cues:
        for number, line in enumerate(cue):
            if number and capitals and line[:1].islower():
                lines[-1] += f" {line}"
            else:
                lines.append(line)
    return lines
