"""Lines above or below a song that say who made it and how it is played."""

from __future__ import annotations

import re

_SMALL_WORDS = frozenset("and feat feat. ft ft. with of the de van von la / & - + y et und".split())
"""Words in lower case within names."""
NAME_WORDS = 15

_SIGNS = (":", "=", " by ", "apo ", "APO ", "uning", "ey of ")
"""Every credit contains one of these: a quick test."""
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
_CREDIT = re.compile(
    rf"(?:{_CRAFT}(?:(?:,|\s?&|\s?/|\sand)\s?{_CRAFT}){{0,4}}(?:\sby(?=[:\s]):?|\s?:)"
    rf"|{_ROLE}(?:\(s\))?\s?[:=])\s*(?P<name>\S.{{0,120}})",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:song\s)?title\s?[:=]\s*(\S.{0,80})|song\s?[:=]\s*(\S.{0,80})", re.I)


def may_be_credit(text: str) -> bool:
    """Return False if `is_credit` is False for all lines of a text; a quick test."""
    return any(sign in text for sign in _SIGNS)


def is_credit(line: str) -> bool:
    """Return whether a line says who made a song or how it is played, and is not sung."""
    if not may_be_credit(line):
        return False
    credit = _CREDIT.fullmatch(line)
    return bool(credit and _is_name(credit["name"])) or bool(_PLAYED.fullmatch(line))


def stated_title(line: str) -> str:
    """Return the title in a line such as "Title: Old Dog"; empty for other lines."""
    match = _TITLE.fullmatch(line)
    title = (match[1] or match[2] or "") if match else ""
    return title if title and _is_name(title) else ""


def _is_name(text: str) -> bool:
    """Return whether every word is capitalised, "and" and the like excepted."""
    words = text.split()
    return (
        len(words) <= NAME_WORDS
        and words[0].lower() != words[0]
        and all(word in _SMALL_WORDS or not word.lstrip("('\"")[:1].islower() for word in words)
    )
