"""What a title looks like: its marks, its style, its length, and a heading's depth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lyricslab.importing.lines import is_label, one_line

TITLE_CHARS = 60
"""A longer line is not a title."""
TITLE_WORDS = 10
SURE_TITLE_CHARS = 200
"""A line may be this long and be a title where all other songs have theirs in its place."""
MARKED_CHARS = 300
"""Longer lines are not searched for marks, which would take more and more time."""
SYMBOLS = "\\-\u2013\u2014\u2500\u2550_*=~+#\u2022\u00b7%/\u25c6\u2605\u2606\u266a\u2766\u00a7<>|"
_HEADING = re.compile(r"\s{0,3}(#{1,6})[ \t]+(\S.*?)[ \t]*#*\s*")
_HASHED = re.compile(r"(#{1,6})([^\W\d_][^#]*?)\s*")
_SECTION = re.compile(r"\s*\\((?:sub)*)section\*?\{(.+)\}\s*")
NUMBERED = re.compile(r"\(?(\d{1,3}|[IVXL]{1,6})(?:[.):]|[ \t]+[-\u2013\u2014](?=\s))[ \t]+(?=\S)")
TRACK = re.compile(
    r"(?:(?:track|song|number|titel|titre|piste|lied|chanson|canci[o\u00f3]n|no\.?|nr\.?)[ \t]*#?"
    r"[ \t]*(\d{1,3})[ \t]*[-:.)|\u2013\u2014]|#[ \t]?(\d{1,3})[-:.)]?(?=\s))[ \t]*(?=\S)",
    re.IGNORECASE,
)
_FRAMED = re.compile(rf"[{SYMBOLS}]{{2,}}[ \t]*([^\W_].*?)[ \t]*[{SYMBOLS}]{{2,}}")
BOLD = re.compile(r"(\*\*|__)(\S.*?)\1")
BRACKETED = re.compile(r"\[[ \t]*([^\[\]]+?)[ \t]*\]")
QUOTED = re.compile('["\u201c\u201e\u00ab]([^"\u201c-\u201e\u00ab\u00bb]+)["\u201c\u201d\u00bb]')
_TITLE_FIELD = re.compile(r"\A(?:song )?tit(?:le|el|re|ulo|olo) ?: ?", re.IGNORECASE)
_SMALL_WORDS = (
    " a an the and or but nor of in on at to for from by with as into o' n' de la le les du des et "
    "en y el los las un una der die das und im am di e il lo da do dos van von off over into upon "
)
_QUOTES = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u201e"
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text is written: what stands out in one text is usual in another."""

    capitals: bool
    """Most lines are all capitals."""
    lower_case: bool
    """Most lines begin with a small letter."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, its depth from 1, and the lines that it takes, `start` to `end` (exclusive)."""

    title: str
    level: int
    start: int
    end: int


def text_style(lines: Sequence[str]) -> TextStyle:
    """Return how a text is written."""
    full = [line.strip() for line in lines if line.strip()]
    cased = [line for line in full if line[0].isalpha() and line[0].lower() != line[0].upper()]
    return TextStyle(
        capitals=sum(map(is_capitals, full)) > 0.5 * len(full),
        lower_case=bool(cased) and sum(line[0].islower() for line in cased) > 0.7 * len(cased),
    )


def can_be_title(line: str, style: TextStyle, *, lone: bool) -> bool:
    """Return whether a line is short, begins and ends as titles do, and is not a label.

    Args:
        lone: whether it stands alone, and may end like a sentence if it is in capitals.
    """
    line = line.strip()
    bare = plain_title(line)
    if not bare or len(bare) > TITLE_CHARS or len(bare.split()) > TITLE_WORDS or is_label(line):
        return False
    if not any(map(str.isalnum, bare)) or bare[-1] in ",;:-\u2013\u2014":
        return False
    if bare[-1] in ".?!\u2026" and not (is_title_case(bare) or (lone and is_capitals(bare))):
        return False
    return not bare[0].islower() or style.lower_case


def is_capitals(line: str) -> bool:
    """Return whether a line is all in capitals."""
    return line.isupper() and sum(map(str.isalpha, line)) > 1


def is_title_case(line: str) -> bool:
    """Return whether every word but the small ones begins with a capital."""
    words = [word.strip(_QUOTES + "().,!?") for word in line.split()]
    words = [word for word in words if word]
    return bool(words) and all(
        not word[0].islower() or (k > 0 and f" {word} " in _SMALL_WORDS)
        for k, word in enumerate(words)
    )


def is_name(words: str) -> bool:
    """Return whether what follows "by" is a name ("by The Oars", not "by the door")."""
    first = words.split()[0]
    return is_title_case(words) and (first == "The" or f" {first.lower()} " not in _SMALL_WORDS)


def after_mark(mark: re.Pattern[str], line: str) -> str:
    """Return what follows a mark at the beginning of a line, or ""."""
    match = mark.match(line) if len(line) <= MARKED_CHARS else None
    return line[match.end() :].strip() if match else ""


def inside_mark(mark: re.Pattern[str], line: str) -> str:
    """Return what is inside a mark that takes up the full line (its last group), or ""."""
    match = mark.fullmatch(line) if len(line) <= MARKED_CHARS else None
    return match[match.re.groups].strip() if match else ""


def track_inside(line: str) -> str:
    """Return the title of a line such as "[Song 1: Old Dog]", or ""."""
    if line[:1] not in "[*_":
        return ""
    return after_mark(TRACK, inside_mark(BRACKETED, line) or inside_mark(BOLD, line))


def inside_frame(line: str) -> str:
    """Return what is between symbols, unless these set it in bold, or ""."""
    return "" if BOLD.fullmatch(line) else inside_mark(_FRAMED, line)


def can_be_marked(title: str) -> bool:
    """Return whether marked text can be a title, and is neither a section nor a verse."""
    fit = len(title) <= SURE_TITLE_CHARS and any(map(str.isalnum, title))
    return fit and title[-1] not in ",;:" and not is_label(title) and not is_label(f"({title})")


def leading_number(line: str) -> int:
    """Return the number at the beginning of a line, in Arabic or Roman numerals."""
    match = TRACK.match(line) or NUMBERED.match(line)
    digits = next(filter(None, match.groups()), "") if match else ""
    if digits.isdigit():
        return int(digits)
    values = [_ROMAN[digit] for digit in digits]
    return sum(-value if value < max(values[k:]) else value for k, value in enumerate(values))


def parse_heading(line: str, number: int) -> Heading | None:
    """Return the heading in Markdown or TeX that a line is, if any."""
    if len(line) > MARKED_CHARS:
        return None
    if match := _HEADING.fullmatch(line) or _HASHED.fullmatch(line):
        return Heading(match[2], len(match[1]), number, number + 1)
    if match := _SECTION.fullmatch(line):
        return Heading(match[2], 1 + len(match[1]) // 3, number, number + 1)
    return None


def plain_title(title: str) -> str:
    """Return a title on one line without its number and decoration."""
    title = one_line(title)
    if heading := parse_heading(title, 0):
        title = heading.title
    title = _TITLE_FIELD.sub("", _without_number(title)) or title
    for mark in () if title[:1].isalnum() else (BOLD, _FRAMED, BRACKETED):
        if inner := inside_mark(mark, title):
            title = _without_number(inner)
    inner = title[1:-1]
    if len(title) > 2 and title[0] in _QUOTES and title[-1] in _QUOTES:
        title = title if any(char in '"\u201c\u201d' for char in inner) else inner
    return title


def _without_number(title: str) -> str:
    for mark in (TRACK, NUMBERED):
        title = after_mark(mark, title) or title
    return title


def title_key(title: str) -> str:
    """Return a title in the form that a table of contents and the song itself share."""
    return plain_title(title[:MARKED_CHARS]).strip(" .-*\u2022\u2013\u2014").casefold()
