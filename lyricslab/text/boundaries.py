"""Where one song ends and the next begins in a plain text, and which line is a title.

Separator lines and Markdown headings decide where there are any. Without them a song begins after
two or more blank lines at a line that looks like a title. Such a guess is shown to the person, who
can join and split; so a boundary that is missed costs a click, and no stanza is cut off lightly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lyricslab.text.clean import is_label, newlines, one_line
from lyricslab.text.readers.source import Draft

TITLE_CHARS = 60
TITLE_WORDS = 10
SURE_TITLE_CHARS = 200
"""A line may be so long and be a title where all the other songs have theirs at its place."""

_SEPARATOR = re.compile(
    r"\s*(?:([-\u2013\u2014\u2500\u2550_*=~+#])(?:[ \t]*\1){2,}|\[?TOP\]?|\f)\s*"
)
_HEADING = re.compile(r"\s{0,3}#{1,6}[ \t]+(\S.*?)[ \t]*#*\s*")
_NUMBERED = re.compile(r"(?:\d{1,3}|[IVXL]{1,6})[.)][ \t]+(?=\S)")
_FIELD = re.compile(r"\s*(title|titel|titre|titulo|artist|author|by|singer)\s*:\s*(\S.*)", re.I)
_BYLINE = re.compile(
    r"\s*\(?(?:words |lyrics |written |music and lyrics )?by:?\s+(\S.{0,60}?)\)?\s*", re.I
)
_SMALL_WORDS = (
    " a an the and or but nor of in on at to for from by with as into o' n' de la le les du des et "
    "en y el los las un una der die das und im am di e il lo da do dos van von "
)
_QUOTES = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u201e"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with words, and how many blank lines stand before and after it."""

    number: int
    text: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Look:
    """How a text is written as a whole, for what stands out in one does not in another."""

    shouted: bool
    """Most lines are all capitals."""
    small: bool
    """Most lines begin with a small letter."""


def divide(text: str) -> list[Draft]:
    """The songs of a text in order, with the titles that stand above them.

    A heading with nothing under it is a draft without text.
    """
    lines = newlines(text.removeprefix("\ufeff")).replace("\f", "\n\f\n").split("\n")
    look = _look(lines)
    chunks = _marked_chunks(lines)
    if len(chunks) > 1:
        return _titled_chunks(chunks, look)
    starts = _title_lines(lines, look)
    if not starts:
        return [titled(lines, look=look)] if any(map(str.strip, lines)) else []
    first = next(k for k, line in enumerate(lines) if line.strip())
    bounds = sorted({first, *starts})
    drafts = [
        titled(lines[start:end], look=look, sure=start in starts)
        for start, end in zip(bounds, [*bounds[1:], len(lines)], strict=True)
    ]
    if not drafts[0].title and _can_title(drafts[0].text, look, lone=True):
        drafts[0] = Draft(_bare(drafts[0].text), "")  # one line above all songs names the book
    return drafts


def titled(lines: Sequence[str], *, look: _Look | None = None, sure: bool = False) -> Draft:
    """One song's lines as title, artist and text.

    Args:
        sure: whether the first line is known to be the title.
    """
    look = look or _look(lines)
    kept = _stripped(lines)
    fields: dict[str, str] = {}
    while kept and (field := _FIELD.fullmatch(kept[0])):
        kind = "title" if field[1].lower() in ("title", "titel", "titre", "titulo") else "by"
        fields.setdefault(kind, field[2])
        kept = _stripped(kept[1:])
    title, artist = fields.get("title", ""), fields.get("by", "")
    if not title and kept:
        rows = _rows(kept)
        byline = _BYLINE.fullmatch(kept[1]) if len(rows) > 2 and rows[0].after == 0 else None
        named = byline is not None and _names_someone(byline[1])
        if byline and named and rows[1].after and _can_title(kept[0], look, lone=True):
            title, artist, kept = kept[0], artist or byline[1], _stripped(kept[2:])
        elif sure or _opens(rows, look):
            title, kept = kept[0], _stripped(kept[1:])
    return Draft(_bare(title), "\n".join(kept), one_line(artist))


def is_title(line: str, following: str) -> bool:
    """Whether a line that was made a song's first is its title, by what comes after it."""
    line = line.strip()
    if not line or len(line) > TITLE_CHARS or is_label(line) or not following.strip():
        return False
    look = _look(following.split("\n"))
    return following.startswith("\n") or (_shouts(line) and not look.shouted)


# ---- songs between marks


def _marked_chunks(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The text between separators and headings: (heading or "", lines), blank ones left out."""
    chunks: list[tuple[str, list[str]]] = [("", [])]
    for number, line in enumerate(lines):
        heading = _HEADING.fullmatch(line) if len(line) < 300 else None
        own = chunks[-1][1]
        if heading and is_label(heading[1]):
            own.append(heading[1])
        elif heading:
            chunks.append((heading[1], []))
        elif not _SEPARATOR.fullmatch(line):
            own.append(line)
        elif _underlines(line, lines, number):
            own.pop()
            chunks.append((lines[number - 1].strip(), []))
        else:
            chunks.append(("", []))
    return [(title, own) for title, own in chunks if title or any(map(str.strip, own))]


def _underlines(line: str, lines: Sequence[str], number: int) -> bool:
    """Whether a separator underlines a title, being as long, and does not stand between songs."""
    line = line.strip()
    if number == 0 or len(line) < 4 or " " in line:
        return False
    above = lines[number - 1].strip()
    apart = number == 1 or not lines[number - 2].strip() or _SEPARATOR.fullmatch(lines[number - 2])
    return bool(
        above and apart and abs(len(line) - len(above)) <= 1 and not _SEPARATOR.fullmatch(above)
    )


def _titled_chunks(chunks: Sequence[tuple[str, list[str]]], look: _Look) -> list[Draft]:
    """A song a chunk; a title alone between two separators belongs to what follows."""
    untitled = [_rows(own) for title, own in chunks if not title]
    manner = _manner([rows for rows in untitled if len(rows) > 1], look)
    drafts: list[Draft] = []
    waiting = ""
    for title, own in chunks:
        rows = _rows(own)
        if not title and len(rows) == 1 and _can_title(rows[0].text, look, lone=True):
            if waiting:
                drafts.append(Draft(_bare(waiting), ""))
            waiting = rows[0].text
            continue
        if title:
            draft = Draft(_bare(title), "\n".join(_stripped(own)))
        else:
            draft = titled(own, look=look, sure=not waiting and _fits(rows, manner))
        if waiting and draft.title:
            drafts.append(Draft(_bare(waiting), ""))
        elif waiting:
            draft = Draft(_bare(waiting), draft.text, draft.artist)
        waiting = ""
        drafts.append(draft)
    if waiting:  # the last words of all, with nothing after them
        drafts.append(Draft("", waiting))
    return drafts


def _manner(chunks: Sequence[Sequence[_Line]], look: _Look) -> str:
    """How nearly every chunk has its title: "apart" from the song, "close" to it, or "" for none.

    Where the others have theirs in one manner, a line that looks less like a title is one, too.
    """
    apart = sum(_opens(rows, look) for rows in chunks)
    if len(chunks) > 2 and apart >= 0.8 * len(chunks):
        return "apart"
    if len(chunks) < 2 or apart:
        return ""
    close = sum(
        _can_title(rows[0].text, look, lone=False) and _title_case(rows[0].text) for rows in chunks
    )
    verses = [_title_case(row.text) for rows in chunks for row in rows[1:]]
    return "close" if close >= 0.8 * len(chunks) and sum(verses) < 0.3 * len(verses) else ""


def _fits(rows: Sequence[_Line], manner: str) -> bool:
    """Whether a chunk's first line is a title in the manner of the others."""
    if len(rows) < 2 or len(rows[0].text) > SURE_TITLE_CHARS or is_label(rows[0].text):
        return False
    return manner == "close" or (manner == "apart" and _single_spaced(rows)[0].after > 0)


# ---- songs after blank lines


def _title_lines(lines: Sequence[str], look: _Look) -> set[int]:
    """The numbers of lines that begin a song after two or more blank lines."""
    rows = _single_spaced(_rows(lines))
    found: dict[int, str] = {}
    for k, row in enumerate(rows):
        if k == 0 or row.before < 2 or k + 1 == len(rows):
            continue
        stands_out = (_shouts(row.text) and not look.shouted) or (
            bool(_NUMBERED.match(row.text.strip())) and row.after > 0
        )
        # A lone line nearer to what follows than to what went before heads it; one that is as
        # far from both is a refrain.
        heads = 0 < row.after < row.before
        if (stands_out or heads) and _can_title(row.text, look, lone=True):
            found[k] = row.text.strip()
    return {rows[k].number for k in found} - _refrains(list(found), rows)


def _refrains(starts: Sequence[int], rows: Sequence[_Line]) -> set[int]:
    """The numbers of lines that come again next above other words, as only sung lines do."""
    sung: set[int] = set()
    for k, other in pairwise(starts):
        same = rows[k].text == rows[other].text
        if same and rows[k + 1].text != rows[other + 1].text:
            sung |= {rows[k].number, rows[other].number}
    return sung


def _opens(rows: Sequence[_Line], look: _Look) -> bool:
    """Whether the first of a song's lines is its title."""
    if len(rows) < 2:
        return False
    first = _single_spaced(rows)[0]
    if _shouts(first.text) and not look.shouted:
        return _can_title(first.text, look, lone=True)
    return first.after > 0 and _can_title(first.text, look, lone=True)


# ---- lines


def _rows(lines: Sequence[str]) -> list[_Line]:
    """The lines with words and the blank ones around them."""
    full = [k for k, line in enumerate(lines) if line.strip()]
    ends = [-1, *full, len(lines)]
    return [
        _Line(k, lines[k].strip(), k - ends[n] - 1, ends[n + 2] - k - 1) for n, k in enumerate(full)
    ]


def _single_spaced(rows: Sequence[_Line]) -> list[_Line]:
    """The rows as if a double-spaced text had been written single-spaced."""
    gaps = [row.before for row in rows[1:]]
    if len(gaps) < 8 or sum(gap > 0 for gap in gaps) < 0.9 * len(gaps):
        return list(rows)
    every = all(gap % 2 for gap in gaps)  # blank lines were doubled with the others

    def single(gap: int) -> int:
        return (gap - 1) // 2 if every else max(0, gap - 1)

    return [_Line(row.number, row.text, single(row.before), single(row.after)) for row in rows]


def _look(lines: Sequence[str]) -> _Look:
    full = [line.strip() for line in lines if line.strip()]
    cased = [line for line in full if line[0].isalpha() and line[0].lower() != line[0].upper()]
    return _Look(
        shouted=sum(map(_shouts, full)) > 0.5 * len(full),
        small=bool(cased) and sum(line[0].islower() for line in cased) > 0.7 * len(cased),
    )


def _can_title(line: str, look: _Look, *, lone: bool) -> bool:
    """Whether a line is short, begins and ends as titles do, and names no section."""
    line = line.strip()
    bare = _bare(line)
    if not bare or len(bare) > TITLE_CHARS or len(bare.split()) > TITLE_WORDS or is_label(line):
        return False
    if not any(map(str.isalnum, bare)) or bare[-1] in ",;:-\u2013\u2014":
        return False
    if bare[-1] in ".?!\u2026" and not (_title_case(bare) or (lone and _shouts(bare))):
        return False
    return not bare[0].islower() or look.small


def _shouts(line: str) -> bool:
    """Whether a line is all in capitals."""
    return line.isupper() and sum(map(str.isalpha, line)) > 1


def _title_case(line: str) -> bool:
    """Whether every word that counts begins with a capital."""
    words = [word.strip(_QUOTES + "().,!?") for word in line.split()]
    words = [word for word in words if word]
    return bool(words) and all(
        not word[0].islower() or (k > 0 and f" {word} " in _SMALL_WORDS)
        for k, word in enumerate(words)
    )


def _names_someone(words: str) -> bool:
    """Whether what follows "by" is a name, and not the door."""
    return _title_case(words) and f" {words.split()[0].lower()} " not in _SMALL_WORDS


def _bare(title: str) -> str:
    """A title on one line without its number, or quotation marks all around it."""
    title = one_line(title)
    title = title[match.end() :] if (match := _NUMBERED.match(title)) else title
    inner = title[1:-1]
    if len(title) > 2 and title[0] in _QUOTES and title[-1] in _QUOTES:
        title = title if any(char in '"\u201c\u201d' for char in inner) else inner
    return title.strip("*_") if title.startswith(("**", "__")) else title


def _stripped(lines: Sequence[str]) -> list[str]:
    """The lines without blank ones around them."""
    full = [k for k, line in enumerate(lines) if line.strip()]
    return list(lines[full[0] : full[-1] + 1]) if full else []
