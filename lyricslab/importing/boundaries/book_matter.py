"""Parts of a songbook that are no songs: a preface, contents, notes, instructions."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from statistics import median

from lyricslab.importing.boundaries.page_lines import TextLine, rows_of
from lyricslab.importing.boundaries.song_titles import plain_title, title_key

PROSE_CHARS = 120
"""Where the middle line is longer, a part is hardly a song beside others with short lines."""
MIN_ROWS = 4
"""Fewer rows are a note rather than a song."""
_BOOK = (
    r"(?:table of )?contents|toc|index(?: of (?:titles|songs|first lines))?|list of songs"
    r"|song ?list|preface|foreword|afterword|acknowledge?ments?|about (?:the|this|these) (?:book"
    r"|songbook|songs?|author|artist|collection|lyrics|album)|introduction|imprint|colophon"
    r"|appendix(?: .{1,3})?"
    r"|glossary|bibliography|discography|references|legal(?: notice)?|changelog|readme|to ?do"
    r"|how to (?:use|read|play) .*|end ?notes|foot ?notes|inhalt(?:sverzeichnis)?|vorwort|nachwort"
    r"|impressum|anhang|préface|avant-propos|table des matières|sommaire|índice|prólogo|prefacio"
    r"|sommario|indice"
)
_ON_SONG = (
    r"notes?|analysis|commentary|annotations?|interpretation|explanation|instructions"
    r"|anmerkung(?:en)?|notizen|notas"
)
_MAYBE = (
    r"about|thanks|dedication|sources|licen[cs]e|copyright|legend|key to symbols|statistics"
    r"|metadata|comments?|background|meaning|credits|trivia|remarks|critique|summary|themes"
    r"|imagery"
)
"""Names of songs, too; what is under them decides."""
_IN_SONG = (
    r"song (?:info(?:rmation)?|details|notes|meaning)|info(?:rmation)?|details|story|history"
    r"|strumming(?: pattern)?|tuning|capo|how to play|playing notes|performance notes|production"
    r"|recording|video|audio|(?:external )?links?|resources|quellen|see also|listen"
    r"|style(?: of music)?|(?:style |suno |music )?prompt"
    r"|chord (?:diagrams?|shapes)|tags|about this song|about the song"
)
_SURE_TITLE = re.compile(rf"(?:{_BOOK}|{_ON_SONG})", re.IGNORECASE)
_MAYBE_TITLE = re.compile(rf"(?:{_MAYBE})", re.IGNORECASE)
_IN_SONG_TITLE = re.compile(rf"(?:{_MAYBE}|{_IN_SONG})", re.IGNORECASE)
_ABOUT = re.compile(
    rf"(?:{_ON_SONG}|background|meaning|comments?|credits|about)"
    r"(?: (?:on|of|for|to|about|from)|:)? +(.+)",
    re.IGNORECASE,
)
_WORDS_TITLE = re.compile(
    r"(?:the )?(?:lyrics?|words|text|songtext|liedtext|paroles|letra|testo|chords(?: (?:and|&) "
    r"lyrics)?|lyrics (?:and|&) chords|tabs?|song)",
    re.IGNORECASE,
)
_SENTENCE_ENDS = frozenset('.!?:)"”*_')
_LISTED = re.compile(r"[-*+•]\s|\d{1,3}[.)]\s|https?:|\[")
_QUOTED = re.compile(r"""["“„«'‘*_].*["”“»'’*_]""")
_THIS = re.compile(r"(?:this|these|the|each) (?:songs?|lyrics|words|text|track)", re.IGNORECASE)


def is_book_part(title: str, text: str, songs: Container[str] = ()) -> bool:
    """Return whether a part of a book beside the songs is no song itself.

    Args:
        text: what is under the title.
        songs: the keys of the songs' titles, which a part may be about.
    """
    title = _bare(title)
    if _SURE_TITLE.fullmatch(title):
        return True
    if _MAYBE_TITLE.fullmatch(title):
        return not is_verse(text)
    match = _ABOUT.fullmatch(title)
    about = match[1].strip() if match else ""
    return bool(about) and (
        bool(_QUOTED.fullmatch(about) or _THIS.fullmatch(about)) or title_key(about) in songs
    )


def is_note(title: str, rows: Sequence[TextLine]) -> bool:
    """Return whether what is under a heading inside a song is a note, and not sung."""
    title = _bare(title)
    if _SURE_TITLE.fullmatch(title) or is_prose(rows):
        return True
    if rows and all("http" in row.text for row in rows):
        return True
    named = _IN_SONG_TITLE.fullmatch(title) or _ABOUT.fullmatch(title)
    return bool(named) and not is_verse("\n".join(row.text for row in rows))


def is_words_heading(title: str) -> bool:
    """Return whether a heading says that a song's words follow."""
    return bool(_WORDS_TITLE.fullmatch(_bare(title)))


def is_verse(text: str, least: int = MIN_ROWS) -> bool:
    """Return whether a text is short lines as they are sung, this many: no list, no sentences."""
    rows = rows_of(text.split("\n"))
    unsung = sum(
        bool(_LISTED.match(row.text)) or row.text[-1] == "." or ": " in row.text for row in rows
    )
    return len(rows) >= least and unsung < 0.3 * len(rows) and not is_prose(rows)


def is_prose(rows: Sequence[TextLine]) -> bool:
    """Return whether rows are paragraphs of sentences, and no verses."""
    if not rows or median(len(row.text) for row in rows) <= PROSE_CHARS:
        return False
    return sum(row.text[-1] in _SENTENCE_ENDS for row in rows) > len(rows) / 2


def _bare(title: str) -> str:
    return plain_title(title[:200]).strip(" :.*_[]()")
