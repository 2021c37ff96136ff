"""Page text that runs into the words of a song, with no blank or line break between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lyricslab.importing.cleaning.traced_song import TracedLine, TracedSong
from lyricslab.importing.lines import is_label, one_line, without_leading_label
from lyricslab.songs.fold import fold

DESCRIPTION_LINES = 12
"""What a page says about a song, between its title and its words, is not longer."""

_LANGUAGES = (
    "Afrikaans Az\u0259rbaycan Bahasa\u00a0Indonesia Catal\u00e0 \u010cesky \u010ce\u0161tina "
    "Dansk Deutsch English Espa\u00f1ol Euskara Fran\u00e7ais Hrvatski \u00cdslenska Italiano "
    "Lietuvi\u0173 Magyar Nederlands Norsk Polski Portugu\u00eas Rom\u00e2n\u0103 Romanization "
    "Shqip Sloven\u010dina Srpski Suomi Svenska T\u00fcrk\u00e7e Ti\u1ebfng\u00a0Vi\u1ec7t "
    "\u0395\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac \u0420\u0443\u0441\u0441\u043a\u0438\u0439 "
    "\u0421\u0440\u043f\u0441\u043a\u0438 "
    "\u0423\u043a\u0440\u0430\u0457\u043d\u0441\u044c\u043a\u0430 "
    "\u05e2\u05d1\u05e8\u05d9\u05ea \u0627\u0644\u0639\u0631\u0628\u064a\u0629 "
    "\u0641\u0627\u0631\u0633\u06cc \u0939\u093f\u0928\u094d\u0926\u0940 \u0e44\u0e17\u0e22 "
    "\u4e2d\u6587 \u65e5\u672c\u8a9e \ud55c\uad6d\uc5b4"
)
"""Languages of translations, as they call themselves."""
_LANGUAGE = "|".join(re.escape(fold(name).text) for name in _LANGUAGES.split(" "))
_COUNT = r"(?:\d{1,6}|\d{1,3}\.\d)[KM]?"
_HEAD = re.compile(
    rf"\d{{1,6}} ?Contributors?(?:(?:\d{{1,4}} ?)?Translations?(?:{_LANGUAGE}){{0,60}})?"
    r"(?P<title>.{1,200}?) Lyrics(?=\S)"
)
_BARE_HEAD = re.compile(r"(?P<title>.{1,100}?) Lyrics(?=\[)")
_OFFER = re.compile(
    r"(?:See .{1,60}? Live)?Get tickets as low as \$?[\d,.]{0,8}"
    r"|You might also like(?=\S)|(?<=[a-z.!?,'\")\]])You might also like$"
)
_AFTER = r"(?<=[a-z.!?,'\")\]])"
"""What may be before a count that was joined to it."""
_EMBED = re.compile(
    rf"(?:{_AFTER}(?:{_COUNT})?|(?<=\s){_COUNT})Embed(?:Share U(?:RL|rl):?Copy ?Embed:?Copy)?$"
)
_INNER_END = re.compile(
    rf"(?P<embed>{_AFTER}(?:{_COUNT}Embed(?!Share U)(?=[A-Z\[\"'(])|Embed(?=\[)))"
    r"|You might also like(?=\[)"
)
"""Where a line ends that runs into the next; after a count the song may begin again."""
_SIGNS = ("Embed", "might also like", "as low as")
"""Every offer and count contains one of these: a quick test."""
_READ_MORE = re.compile(r"\.{3} ?Read More\b|\bRead More$")
_DOTS_READ_MORE = re.compile(r"\.{3} ?Read More\b")


def without_joined_text(line: str) -> str:
    """Return a line without the offers and counts that run into it."""
    if not any(sign in line for sign in _SIGNS):
        return line
    return _EMBED.sub("", _OFFER.sub("", line))


def without_head(song: TracedSong) -> TracedSong:
    """Remove a page's title, and its description of the song, that run into the first line."""
    rows = list(song.rows())
    first = next((k for k, (line, _) in enumerate(rows) if line.strip()), len(rows))
    if first == len(rows):
        return song
    line, origin = rows[first]
    title, end = _head(line.strip(), song.title)
    if end:
        rows[first] = (line.strip()[end:], origin)
    last = _end_of_description(rows, first, headed=end > 0)
    if last is None and not end:
        return song
    bare = replace(song, title=song.title or title).with_rows(rows[last or 0 :])
    return bare if bare.text else song


def _head(line: str, title: str) -> tuple[str, int]:
    """Return the title that a page wrote before the words of a line, and where these begin."""
    if head := _HEAD.match(line):
        return one_line(head["title"]), head.end()
    known = f"{title} Lyrics"
    if title and line.startswith(known) and line[len(known) :][:1].strip():
        return title, len(known)
    if head := _BARE_HEAD.match(line):
        words = line[head.end() :]
        if is_label(words) or without_leading_label(words) != words:
            return one_line(head["title"]), head.end()
    return "", 0


def _end_of_description(rows: list[TracedLine], first: int, headed: bool) -> int | None:
    """Return the row after what the page says of the song, without it; None if it says nothing."""
    for k in range(first, min(first + (DESCRIPTION_LINES if headed else 1), len(rows))):
        line, origin = rows[k]
        if k > first and is_label(line):
            return None
        if match := (_READ_MORE if headed else _DOTS_READ_MORE).search(line):
            rest = line[match.end() :].strip()
            rows[k] = (rest, origin)
            return k if rest else k + 1
    return None


def parted(song: TracedSong) -> TracedSong:
    """Break lines after page text inside them; what is the song again after a count is removed."""
    if "Embed" not in song.text and "You might" not in song.text:
        return song
    rows: list[TracedLine] = []
    starts = [0]
    for line, origin in song.rows():
        start = 0
        for match in _INNER_END.finditer(line):
            rows.append((line[start : match.end()], origin))
            start = match.end()
            if match["embed"]:
                starts.append(len(rows))
        rows.append((line[start:], origin))
    if len(rows) == len(song.origins):
        return song
    first, *others = (rows[a:b] for a, b in zip(starts, [*starts[1:], len(rows)], strict=True))
    words = _words(first)
    kept = [part for part in others if _words(part) != words]
    return song.with_rows([*first, *(row for part in kept for row in [("", part[0][1]), *part])])


def _words(rows: Sequence[TracedLine]) -> str:
    """Return the letters and digits of a song in lower case, without its page's head and count."""
    lines = [line for line, _ in rows]
    lines[0] = lines[0][_head(lines[0], "")[1] :]
    return "".join(filter(str.isalnum, "\n".join(map(without_joined_text, lines)))).lower()
