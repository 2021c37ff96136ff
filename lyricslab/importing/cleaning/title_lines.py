"""A title, or title and artist, that stands above the lyrics as if it were sung."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile

from lyricslab.importing.boundaries.candidates import is_title
from lyricslab.importing.cleaning.traced_song import TracedSong

_BYLINE = re.compile(r"(?:(?:lyrics|words|music|written|sung|performed) )*by\s*:?\s+(.+)", re.I)
_BETWEEN = re.compile(r"\s+(?:-+|by|BY|By|\||/)\s+")
_NUMBER = re.compile(r"(?:track\s*)?#?\d{1,3}\s*[.:)-]\s*", re.IGNORECASE)


UNTITLED_SHARE = 0.5
"""So many of the songs without a title must begin with what looks like one."""
TITLE_CHARS = 60
"""A longer first line is no title to a song that has none."""
LINE_CHARS = 200
"""A longer line says no title at all."""


def lift(sheets: Sequence[TracedSong]) -> list[TracedSong | None]:
    """The songs without their titles, or titles and artists, as first lines of their lyrics.

    Songs that have no title get the line that stands alone above their lyrics, if that is how
    those without one are mostly written; a single such line may be anything.
    """
    untitled = [sheet for sheet in sheets if not sheet.title]
    alone = sum(1 for sheet in untitled if _stands_alone(sheet))
    usual = alone > 1 and alone >= UNTITLED_SHARE * len(untitled)
    return [
        _lifted(sheet, sheet.title)
        if sheet.title
        else _lifted(sheet, sheet.lines[0])
        if usual and _stands_alone(sheet)
        else sheet
        for sheet in sheets
    ]


def _stands_alone(sheet: TracedSong) -> bool:
    """Whether the first line looks like a title above the lyrics."""
    first, _, rest = sheet.text.partition("\n")
    return (
        len(first) <= TITLE_CHARS
        and first[-1] not in ",;:-"
        and not first[0].islower()
        and is_title(first, rest)
        and "\n" in rest.strip("\n").split("\n\n")[0]
    )


def _lifted(sheet: TracedSong, title: str) -> TracedSong:
    """The song without the lines at its top that say this title, or whose it is."""
    first, _, rest = sheet.text.partition("\n")
    if len(first) > LINE_CHARS:
        return sheet
    alone = not rest or rest.startswith("\n") or _is_byline(rest.split("\n", 1)[0], sheet.artist)
    says = _says if alone else _names
    if not says(first, title, sheet.artist):
        return sheet
    rows = list(dropwhile(lambda row: not row[0].strip(), list(sheet.rows())[1:]))
    if rows and _is_byline(rows[0][0], sheet.artist):
        rows = rows[1:]
    bare = sheet.title or _NUMBER.sub("", title.strip(), count=1).strip("\"' ") or title.strip()
    lifted = replace(sheet, title=bare).written(rows)
    return lifted if lifted.text else sheet


def _says(line: str, title: str, artist: str) -> bool:
    """Whether a line is the title, alone or with the artist; a whole sentence may be sung."""
    sentence = line.rstrip().endswith((".", ",", ";")) and not title.endswith(line.strip()[-1])
    return (_key(line) == _key(title) and not sentence) or _names(line, title, artist)


def _names(line: str, title: str, artist: str) -> bool:
    """Whether a line is the title together with an artist, as "Old Dog by Ann" or "Ann - Old Dog".

    The artist must be known, or stand after "by"; else "Old Dog - home again" would be a title.
    """
    parts = _BETWEEN.split(_NUMBER.sub("", line.strip(), count=1), maxsplit=1)
    if len(parts) != 2:
        return False
    keys = {_key(part) for part in parts}
    if artist:
        return keys == {_key(title), _key(artist)}
    by = re.search(r"\s(?:by|By|BY)\s+[A-Z]", line) is not None
    return by and _key(parts[0]) == _key(title)


def _is_byline(line: str, artist: str) -> bool:
    by = _BYLINE.fullmatch(line.strip()[:LINE_CHARS])
    return bool(artist and (_key(line) == _key(artist) or (by and _key(by[1]) == _key(artist))))


def _key(text: str) -> str:
    """What of a title counts when two are compared: its letters and digits, small."""
    bare = re.sub(r"\blyrics\b", "", _NUMBER.sub("", text.strip(), count=1), flags=re.IGNORECASE)
    return "".join(filter(str.isalnum, bare)).lower()
