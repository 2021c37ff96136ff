"""What was copied along with a song: words of the web page it stood on, of a sheet's head and foot.

Nothing here lists sites. What such lines have in common is that they speak of the text and not in
it: whose it is, where it is from, what to click.
"""

from __future__ import annotations

import re
from dataclasses import replace

from lyricslab.importing.cleaning.credits import is_credit, may_be_credit, title_said
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.lines import one_line

HEAD_LINES = 8
"""So far from the top a song's sheet says who wrote it, and how to play it."""
FOOT_LINES = 5
LINE_CHARS = 400
"""A longer line is no such line."""

_WHOLE = re.compile(
    r"""(?:
      you\ might\ also\ like
    | \d{0,6}\s?embed
    | \d{1,4}\ (?:contributors?|translations?)\b.{0,200}
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
"""Lines that stand on pages, wherever in the song; in small letters."""

_HOLDS = re.compile(
    r"https?://|\bwww\."
    r"|(?:lyric|letra|parole|songtext|chord|guitar|tabs)[\w-]{0,40}"
    r"\.(?:com|net|org|info|co\.uk|de|fr|es|it|ru)\b"
    r"|\blyrics\b.{0,60}\b(?:copyright|property of|provided by|licen[sc]ed|powered by|courtesy of)"
    r"|\ball rights reserved\.?$"
)
"""Words that no line of a song holds; in small letters."""

_SIGNS = (
    "you might also", "embed", "contributor", "translation", "tickets", "lyric", "letra", "parole",
    "songtext", "chord", "guitar", "tabs", "copyright", "(c)", "rights reserved", "permission",
    "use only", "commercial use", "submit", "suggest", "thanks to", "thank you to", "read more",
    "see more", "show more", "advertisement", "print ", "to favo", "report ", "last updated",
    "last edited", "translate to", "policy", "settings", "terms of", "http", "www.",
)  # fmt: skip
"""One of these is in a song of which the two above find a line; most need no further look."""

_PAGE_TITLE = re.compile(r"(?:\d+ (?:Contributors?|Translations?))*(?P<title>.{1,200}?) Lyrics")
_GLUED_TITLE = re.compile(r"\d+ Contributors?(?P<title>.{1,200}?) Lyrics(?=\S)")
_GLUED_OFFER = re.compile(
    r"(?:See .{1,60}? Live)?Get tickets as low as \$\d{1,4}"
    r"|You might also like(?=\S)|(?<=[a-z.!?,'\")])You might also like$"
)
_GLUED_EMBED = re.compile(r"(?<=[a-z.!?,'\")\]])\d{0,6}Embed$|(?<=\s)\d{1,6}Embed$")


def strip(sheet: TracedSong) -> TracedSong:
    """The song without the words of the page around it; a song without a title takes the page's."""
    small = sheet.text.lower()
    told = [sign for sign in _SIGNS if sign in small]
    # Without another sign of a page "My Lyrics" may be what the song is called.
    sure = told or "ontributor" in sheet.title
    if sure and (written := _PAGE_TITLE.fullmatch(sheet.title)):
        sheet = replace(sheet, title=one_line(written["title"]))
    if not told and not may_be_credit(sheet.text):
        return sheet
    lines = sheet.lines
    full = [k for k, line in enumerate(lines) if line]
    near = {*full[:HEAD_LINES], *full[-FOOT_LINES:]}
    if not told and not any(may_be_credit(lines[k]) for k in near):
        return sheet
    lines = [line.strip() for line in lines]
    title, instead = sheet.title, dict[int, str]()
    for k in full if told else sorted(near):
        bare = lines[k]
        if k not in near and not any(sign in bare.lower() for sign in told):
            continue
        if k in near and (line_title := title_said(bare)):
            title, bare = title or line_title, ""
        elif len(bare) <= LINE_CHARS and (
            (told and _is_of_page(bare)) or (k in near and is_credit(bare))
        ):
            bare = ""
        elif told:
            bare = _GLUED_EMBED.sub("", _GLUED_OFFER.sub("", bare))
            if k == full[0] and (head := _PAGE_TITLE.fullmatch(bare) or _GLUED_TITLE.match(bare)):
                title = title or one_line(head["title"])
                bare = "" if bare.endswith("Read More") else bare[head.end() :]
        if bare != lines[k]:
            instead[k] = bare
    if not instead:
        return sheet
    return replace(sheet, title=title).written(
        (instead.get(k, line), origin)
        for k, (line, origin) in enumerate(sheet.rows())
        if instead.get(k) != ""
    )


def _is_of_page(line: str) -> bool:
    small = line.lower()
    return bool(_WHOLE.fullmatch(small) or _HOLDS.search(small))
