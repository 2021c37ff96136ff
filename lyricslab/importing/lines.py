"""Line ends, blank lines and section labels of a text."""

from __future__ import annotations

import re

DOUBLE_SPACED_GAPS = 8
"""With fewer gaps between lines, we cannot know whether a text is double-spaced."""
_LINE_ENDS = ("\r\n", "\r", "\v", "\x85", "\u2028", "\u2029")
_SECTIONS = (
    r"(?:pre|post|final|last|main|opening|closing|first|second|third|fourth|[1-4](?:st|nd|rd|th)|"
    r"guitar|piano|drum|bass|sax)?[ -]?"
    r"(?:intro(?:duction)?|outro|verse|chorus|bridge|hook|refrain|interlude|instrumental|break"
    r"(?:down)?|solo|coda|tag|riff|middle eight|middle 8|skit|drop|build|vamp|ending|part|"
    r"stanza|strophe|vers|couplet|pont|estribillo|coro|verso|estrofa|puente|ponte|refrao|strofa|"
    r"ritornello|zwrotka|pripev|kuplet)"
)
_COUNT = r"(?: ?(?:#? ?\d{1,2}|[ivx]{1,4}|one|two|three|four|five|six|a|b|c|d))?"
_TIMES = r"(?: ?\(? ?(?:(?:x ?\d{1,2}|\d{1,2} ?x)|repeat(?:ed)?(?: \w+)?) ?\)?)?"
_BRACKETED = re.compile(r"\[[^\[\]\n]{1,60}\] ?:?" + _TIMES, re.IGNORECASE)
_NAMED = re.compile(rf"[({{<]? ?{_SECTIONS}{_COUNT}{_TIMES} ?[)}}>]? ?[:.]?{_TIMES}", re.IGNORECASE)
_BY_SINGER = re.compile(  # "Verse 1 (Ann)"; a title such as "Bridge (over the sea)" is none
    rf"(?i:[\[{{<]? ?(?!break|tag|drop|build|part|riff|ending){_SECTIONS}{_COUNT}[\])}}>]?:?) ?"
    r"\((?:(?:(?:[A-Z][\w.'’-]{0,20}|&|\+|x?\d{1,2}x?|all|both|and|with|feat\.?|softly|quietly|loud"
    r"|spoken|whispered|sung|rap|men|women|boys|girls|everyone|together|slow|fast|acoustic|duet"
    r"|harmony|solo|a cappella|male|female|reprise|repeat),?(?: |(?=\)))){1,6})\)(?i: ?[\]}>:]?)"
)
_LEADING = re.compile(
    rf"^[ \t]*\[ ?{_SECTIONS}{_COUNT}[^\[\]\n]{{0,40}}\] ?:?[ \t]*", re.IGNORECASE
)
_AFTER_SINGER = frozenset(")]}>:")
_SUNG_ENDS = frozenset(",;!?'\"-")
_SUNG_STARTS = frozenset("aAjJnNqQuUwWxXyY'\"")
"""No label of the patterns above ends or begins like this."""


def newlines(text: str) -> str:
    """Replace the line ends of every system by newlines; form feeds stay."""
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    return text


def tidy(text: str) -> str:
    """Remove spaces at line ends, blank lines around the text, and all but one in a row."""
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def one_line(text: str) -> str:
    """Return a title or a name on one line, single-spaced."""
    return " ".join(text.split())


def is_label(line: str) -> bool:
    """Return whether a line names a section, such as [Chorus] or "Verse 2:", and is not sung."""
    line = line.strip()
    if line[-1:] in _SUNG_ENDS or line[:1] in _SUNG_STARTS:  # quick: most lines are sung
        return False
    return bool(
        _BRACKETED.fullmatch(line)
        or _NAMED.fullmatch(line)
        or (line[-1:] in _AFTER_SINGER and _BY_SINGER.fullmatch(line))
    )


def count_labels(text: str) -> int:
    """Count the lines that name a section."""
    return sum(
        1 for line in text.split("\n") if is_label(line) or ("[" in line and _LEADING.match(line))
    )


def without_leading_label(line: str) -> str:
    """Remove the section label before the words of a line."""
    return _LEADING.sub("", line)


def single_spaced(gaps: list[int]) -> list[int]:
    """Return the gaps of a double-spaced text as if it were single-spaced.

    Args:
        gaps: the number of blank lines between each line and the next; returned unchanged unless
            nine in ten are more than 0.
    """
    if len(gaps) < DOUBLE_SPACED_GAPS or sum(gap > 0 for gap in gaps) < 0.9 * len(gaps):
        return gaps
    if all(gap % 2 for gap in gaps):  # blank lines were doubled with the others
        return [(gap - 1) // 2 for gap in gaps]
    return [max(0, gap - 1) for gap in gaps]
