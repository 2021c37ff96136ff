"""Text that was copied with a song: of the web page around it, of a song sheet's head and foot.

No sites are listed. What such lines have in common is that they are about the text: who wrote it,
where it is from, what to click.
"""

from __future__ import annotations

import re
from dataclasses import replace

from lyricslab.importing.cleaning.credits import is_credit, may_be_credit, stated_title
from lyricslab.importing.cleaning.joined_text import (
    parted,
    without_head,
    without_joined_text,
)
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.lines import one_line

HEAD_LINES = 8
"""The first lines of a song sheet, which say who wrote it and how to play it."""
FOOT_LINES = 5
LINE_CHARS = 400
"""A longer line is not page text."""

_PAGE_LINE = re.compile(
    r"""(?:
      you\ might\ also\ like
    | (?:\d{1,6}[km]?|\d{1,3}\.\d[km])?\s?embed(?:share\ url:?copy\ ?embed:?copy)?
    | \d{1,6}\ ?(?:contributors?|translations?)\b.{0,200}
    | see\ .{1,60}\ live\s?get\ tickets\b.{0,40}
    | get\ tickets\ as\ low\ as.{0,20}
    | \(\d{9,}\)
    | [*\s]{3,}.{0,80}\blyrics\b.{0,80}[*\s]{3,}
    | copyright:.{0,200}
    | (?:copyright|\(c\))\s*(?:(?:by|of|\(c\)|(?:19|20)\d\d)(?!\w).{0,200})?
    | (?:all\ rights\ reserved|used\ by\ permission)\b[.,]?(?:\ (?:used|by|lyrics)\b.{0,200})?
    | (?:for\ (?:personal|educational)\ use\ only|not\ for\ commercial\ use)\b.{0,200}
    | (?:submit|suggest)\ (?:a\ |an\ |your\ )?(?:corrections?|annotation|lyrics).{0,60}
    | thank(?:s|\ you)\ to\ .{1,80}\ for\ .{0,60}\b(?:lyrics?|transcription|track)\b.{0,60}
    | thank(?:s|\ you)\ to\ .{1,80}\ for\ (?:submitting|transcribing|correcting)
      (?:\ th(?:is|ese?)\b.{0,40})?
    | (?:read|see|show)\ more\s?(?:\.{2,3}|lyrics.{0,40})?
    | read\ the\ full\ lyrics.{0,60}
    | advertisements?|print\ (?:this\ )?(?:page|song|lyrics)|add\ to\ favou?rites
    | report\ (?:a\ |this\ )?(?:problem|lyrics|error)
    | how\ to\ format\ lyrics.{0,60}
    | last\ (?:updated|edited)(?:\ (?:on|by|at)\b.{0,60}|[:\ ]*\d.{0,60})?
    | (?:more|other)\ lyrics\ (?:from|by)\ .{0,60}
    | translate\ to\ [a-z]{2,20}
    | (?:cookie|privacy)\ (?:policy|settings)|terms\ of\ (?:use|service)
    )""",
    re.VERBOSE,
)
"""Page text anywhere in a song; lower case."""

_PAGE_PART = re.compile(
    r"https?://|\bwww\."
    r"|(?:lyric|letra|parole|songtext|chord|guitar|tabs)[\w-]{0,40}"
    r"\.(?:com|net|org|info|co\.uk|de|fr|es|it|ru)\b"
    r"|\blyrics\b.{0,60}\b(?:copyright|property of|provided by|licen[sc]ed|powered by|courtesy of)"
    r"|\ball rights reserved\.?$"
)
"""Text that only a line of a page contains; lower case."""

_SIGNS = (
    "you might also", "embed", "contributor", "translation", "tickets", "lyric", "letra", "parole",
    "songtext", "chord", "guitar", "tabs", "copyright", "(c)", "rights reserved", "permission",
    "use only", "commercial use", "submit", "suggest", "thanks to", "thank you to", "read more",
    "see more", "show more", "advertisement", "print ", "to favo", "report ", "last updated",
    "last edited", "translate to", "policy", "settings", "terms of", "http", "www.",
)  # fmt: skip
"""Every match of the two patterns above contains one of these: a quick test for most songs."""

_PAGE_TITLE = re.compile(
    r"(?:\d{1,6} ?(?:Contributors?|Translations?))*(?P<title>.{1,200}?) Lyrics"
)


def remove_page_text(song: TracedSong) -> TracedSong:
    """Remove the text of the page around a song; an untitled song gets the page's title."""
    lower = song.text.lower()
    signs = [sign for sign in _SIGNS if sign in lower]
    # Without other text of a page "My Lyrics" may be the title of the song.
    page_title = _PAGE_TITLE.fullmatch(song.title)
    if page_title and "ontributor" in song.title:
        song = replace(song, title=one_line(page_title["title"]))
    if not signs and not may_be_credit(song.text):
        return song
    whole = song.text
    if signs:
        song = without_head(parted(song))
    lines = song.lines
    full = [k for k, line in enumerate(lines) if line]
    outer = {*full[:HEAD_LINES], *full[-FOOT_LINES:]}
    if not signs and not any(may_be_credit(lines[k]) for k in outer):
        return song
    lines = [line.strip() for line in lines]
    title, changed = song.title, dict[int, str]()
    for k in full if signs else sorted(outer):
        line = lines[k]
        if k not in outer and not any(sign in line.lower() for sign in signs):
            continue
        if k in outer and (stated := stated_title(line)):
            title, line = title or stated, ""
        elif len(line) <= LINE_CHARS and (
            (signs and _is_of_page(line)) or (k in outer and is_credit(line))
        ):
            line = ""
        elif signs:
            line = without_joined_text(line)
            if k == full[0] and (head := _PAGE_TITLE.fullmatch(line)):
                title, line = title or one_line(head["title"]), ""
        if line != lines[k]:
            changed[k] = line
    if not changed and song.text == whole:
        return song
    if signs and page_title and title == song.title:
        title = one_line(page_title["title"])
    return replace(song, title=title).with_rows(
        (changed.get(k, line), origin)
        for k, (line, origin) in enumerate(song.rows())
        if changed.get(k) != ""
    )


def _is_of_page(line: str) -> bool:
    lower = line.lower()
    return bool(_PAGE_LINE.fullmatch(lower) or _PAGE_PART.search(lower))
