"""What was copied along with a song: words of the web page it stood on, of a sheet's head and foot.

Nothing here lists sites. What such lines have in common is that they speak of the text and not in
it: whose it is, where it is from, what to click.
"""

from __future__ import annotations

import re

from lyricslab.text.doctor.sheet import Sheet

HEAD_LINES = 8
"""So far from the top a song's sheet says who wrote it, and how to play it."""
FOOT_LINES = 5

_BEGINS = re.compile(
    r"""^\s*(?:
      you\ might\ also\ like
    | \d{0,6}\s?embed
    | \d{1,4}\ (?:contributors?|translations?)\b.{0,200}
    | see\ .{1,60}\ live(?:\s?get\ tickets.{0,40})?
    | get\ tickets\ as\ low\ as.{0,20}
    | \(\d{9,}\)
    | [*\s]{3,}.{0,80}\blyrics\b.{0,80}[*\s]{3,}
    | (?:copyright|\(c\)|all\ rights\ reserved|used\ by\ permission)\b.{0,200}
    | (?:for\ (?:personal|educational)\ use\ only|not\ for\ commercial\ use)\b.{0,200}
    | (?:submit|suggest|make|send)\ (?:a\ |an\ |your\ )?(?:corrections?|annotation|lyrics).{0,60}
    | thank(?:s|\ you)\ to\ .{1,80}\ for\ .{0,60}\b(?:lyric|correct|transcri|submi|adding).{0,60}
    | (?:read|see|show)\ more(?:\ .{0,60})?\.{0,3}
    | read\ the\ full\ lyrics.{0,60}
    | (?:advertisement|print\ (?:this\ )?(?:page|song|lyrics)|add\ to\ favou?rites)
    | report\ (?:a\ |this\ )?(?:problem|lyrics|error)
    | how\ to\ format\ lyrics.{0,60}
    | last\ (?:updated?|edit(?:ed)?)\b.{0,60}
    | (?:more|other)\ (?:lyrics|songs)\ (?:from|by)\ .{0,60}
    | translate\ to\ [a-z]{2,20}
    | (?:cookie|privacy)\ (?:policy|settings)|terms\ of\ (?:use|service)
    )\s*$""",
    re.VERBOSE | re.MULTILINE,
)
"""Lines that stand on pages, wherever in the song; in small letters."""

_HOLDS = re.compile(
    r"https?://|\bwww\.|\b[\w-]*(?:lyric|letra|parole|songtext|chord|guitar|tabs)[\w-]*"
    r"\.(?:com|net|org|info|co\.uk|de|fr|es|it|ru)\b"
    r"|\blyrics\b.{0,60}\b(?:copyright|property of|provided by|licen[sc]ed|powered by|courtesy of)"
    r"|\ball rights reserved\b"
)
"""Words that no line of a song holds; in small letters."""
_HELD = ("http", "www.", ".com", ".net", ".org", ".info", ".co.uk", ".de", ".fr", ".es", ".it",
         ".ru", "lyrics", "rights reserved")  # fmt: skip
"""One of these is in whatever `_HOLDS` finds."""

_NAME = (
    r"(?-i:[A-Z('\"][\w.'()\"-]*"
    r"(?:[\s,&/+-]+(?:[A-Z('\"][\w.'()\"-]*|and|feat|ft|with|of|the|de|van|von|la))*)\.?"
)
_ROLE = (
    r"(?:(?:song\s?)?writers?|composers?|lyricists?|producers?|publishers?|arrangers?|authors?"
    r"|vocals?|performers?|lyrics?|words|music|(?:words|lyrics)\s(?:and|&)\smusic"
    r"|music\s(?:and|&)\slyrics)"
)
_CRAFT = (
    r"(?:lyrics?|words?|music|song|text|melody|chords|written|composed|produced|arranged|performed"
    r"|recorded|transcribed|tabbed|submitted|sung|played|composition|arrangement)"
)
_FACT = (
    r"(?:capo|tuning|tempo|bpm|time(?:\ssignature)?|key|difficulty|strumming|album|year|released?"
    r"|genre|track|label|isrc|ccli|artist|singer|band|duration|length|from\sthe\salbum)"
)
_HEADER = re.compile(
    rf"""(?:
      {_FACT}\s*(?:\#|no\.?)?\s*[:=]\s*.{{1,80}}
    | capo\s(?:on\s)?(?:\d{{1,2}}|[IVX]{{1,4}})(?:st|nd|rd|th)?(?:\sfret)?
    | (?:standard|drop\s[a-g]|open\s[a-g])\stuning
    | {_ROLE}\s*:\s*.{{1,120}}
    | {_CRAFT}(?:(?:,|\s?&|\s?/|\sand)\s?{_CRAFT})*(?:\sby:?|:|\s-)\s{_NAME}
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Lines that stand above or below a song on a sheet."""

_HEADER_SIGNS = (":", "=", " by", " - ", "apo", "uning")
"""One of these is in whatever `_HEADER` takes."""

_PAGE_TITLE = re.compile(r"(?:\d+ Contributors?)?.{0,200}? Lyrics")
_GLUED_TITLE = re.compile(r"\d+ Contributors?.{0,200}? Lyrics(?=\S)")
_GLUED_OFFER = re.compile(r"You might also like(?=\S)|(?<=[a-z.!?,'\")])You might also like$")
_GLUED_EMBED = re.compile(r"(?<=[a-z.!?,'\")\]])\d{0,6}Embed$|(?<=\s)\d{1,6}Embed$")


def strip(sheet: Sheet) -> Sheet:
    """The song without the words of the page around it."""
    lines = [line.strip() for line in sheet.lines]
    full = [k for k, line in enumerate(lines) if line]
    if not full:
        return sheet
    small = sheet.text.lower()
    holds = any(word in small for word in _HELD)
    glued = "Embed" in sheet.text or "You might also like" in sheet.text
    near = {*full[:HEAD_LINES], *full[-FOOT_LINES:]}
    # Most songs hold nothing of the kind: only their heads and feet are then looked at.
    looked_at = full if holds or glued or _BEGINS.search(small) else sorted(near)
    instead: dict[int, str] = {}
    for k in looked_at:
        bare = _unglued(lines[k]) if glued else lines[k]
        if k == full[0]:
            bare = "" if _PAGE_TITLE.fullmatch(bare) else _GLUED_TITLE.sub("", bare, count=1)
        if (
            _BEGINS.fullmatch(bare.lower())
            or (holds and _HOLDS.search(bare.lower()))
            or (k in near and _is_header(bare))
        ):
            bare = ""
        if bare != lines[k]:
            instead[k] = bare
    if not instead:
        return sheet
    return sheet.written(
        (instead.get(k, line), origin)
        for k, (line, origin) in enumerate(sheet.rows())
        if instead.get(k) != ""
    )


def _is_header(line: str) -> bool:
    signs = any(sign in line for sign in _HEADER_SIGNS)
    return signs and bool(_HEADER.fullmatch(line))


def _unglued(line: str) -> str:
    return _GLUED_EMBED.sub("", _GLUED_OFFER.sub("", line))
