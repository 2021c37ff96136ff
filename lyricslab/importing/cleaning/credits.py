"""Lines above or below a song that say whose it is, and how it is played."""

from __future__ import annotations

import re

_SMALL_WORDS = frozenset("and feat feat. ft ft. with of the de van von la / & - + y et und".split())
"""What may stand small within names."""
NAME_WORDS = 15

_SIGNS = (":", "=", " by ", "apo ", "APO ", "uning", "ey of ")
"""One of these is in whatever `is_credit` takes."""
_PLAYED = re.compile(
    r"""(?:original\s)?key\s?(?:[:=]|\bof\b)\s*[a-h](?:[#b]|\s(?:flat|sharp))?\s?(?:m|min|maj)?(?:or)?
    | capo(?:\s|:|=)\s*(?:on\s|at\s)?(?:the\s)?\#?(?:\d{1,2}|[ivx]{1,4}|first|second|third|fourth
      |fifth|none|no\scapo)(?:st|nd|rd|th)?(?:\s(?:fret|position))?
    | (?:standard|drop\s[a-g]|open\s[a-g])\stuning
    | (?:capo|tuning|tempo|time\ssignature|difficulty|strumming(?:\spattern)?|genre|isrc|ccli)
      \s*(?:\#|no\.?)?\s*[:=]\s*.{1,80}
    | (?:time|bpm|year|released?|duration|length|track)\s*(?:\#|no\.?)?\s*[:=]\s*\D{0,20}\d.{0,40}
    | (?:tabbed|transcribed|submitted|posted)\sby:?\s\S{1,40}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CRAFT = (
    r"(?:lyrics?|words?|music|song|text|melody|chords|written|composed|produced|arranged|performed"
    r"|recorded|transcribed|tabbed|submitted|sung|played|composition|arrangement)"
)
_ROLE = (
    r"(?:(?:song\s?)?writers?|composers?|lyricists?|producers?|publishers?|arrangers?|authors?"
    r"|vocals?|performers?|album|artist|singer|band|label|from\sthe\salbum)"
)
_WHOSE = re.compile(
    rf"(?:{_CRAFT}(?:(?:,|\s?&|\s?/|\sand)\s?{_CRAFT}){{0,4}}(?:\sby(?=[:\s]):?|\s?:)"
    rf"|{_ROLE}(?:\(s\))?\s?[:=])\s*(?P<name>\S.{{0,120}})",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:song\s)?title\s?[:=]\s*(\S.{0,80})|song\s?[:=]\s*(\S.{0,80})", re.I)


def may_be_credit(text: str) -> bool:
    """Whether `is_credit` may be true of a line of a text; quickly told, and often true."""
    return any(sign in text for sign in _SIGNS)


def is_credit(line: str) -> bool:
    """Whether a line says who made a song, or how it is played, and is not sung."""
    if not may_be_credit(line):
        return False
    whose = _WHOSE.fullmatch(line)
    return bool(whose and _is_name(whose["name"])) or bool(_PLAYED.fullmatch(line))


def title_said(line: str) -> str:
    """What a line such as "Title: Old Dog" says is a song's title; empty for others."""
    said = _TITLE.fullmatch(line)
    title = (said[1] or said[2] or "") if said else ""
    return title if title and _is_name(title) else ""


def _is_name(text: str) -> bool:
    """Whether every word is written as in names: with a capital, but for "and" and its like."""
    words = text.split()
    return (
        len(words) <= NAME_WORDS
        and words[0].lower() != words[0]
        and all(word in _SMALL_WORDS or not word.lstrip("('\"")[:1].islower() for word in words)
    )
