"""Stretches of rows that may be songs: whether they are, and which line is the title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from lyricslab.importing.boundaries.page_lines import (
    Page,
    TextLine,
    rows_of,
    single_spaced_rows,
    strip_blank_lines,
)
from lyricslab.importing.boundaries.song_titles import (
    SURE_TITLE_CHARS,
    TITLE_CHARS,
    TextStyle,
    can_be_title,
    is_capitals,
    is_name,
    is_title_case,
    parse_heading,
    plain_title,
    text_style,
    title_key,
    track_inside,
)
from lyricslab.importing.lines import is_label, one_line
from lyricslab.songs.raw_song import RawSong

MOST = 0.8
"""The share of songs that have to agree; one in five may be written differently."""
SONG_LINES = 10
"""This many lines are more than a stanza, even without a blank line between them."""
_BYLINE = re.compile(
    r"\s*[*_(]{0,2}(?:words |lyrics |written |music and lyrics )?by:?\s+(\S.{0,60}?)[*_)]{0,2}\s*",
    re.IGNORECASE,
)
FIRST_SECTION = re.compile(
    r"[\[({<]? ?(?:intro|verse|strophe|vers|couplet|estrofa|verso|strofa|zwrotka)\b"
    r"(?! ?#?(?:[2-9]|1\d|i[iv]|[vx]|two|three|four|five|six)).{0,40}",
    re.IGNORECASE,
)
_SECTION_WORD = re.compile(
    r"\b(?:verse|chorus|bridge|refrain|hook|intro|outro|solo|strophe|interlude|instrumental|"
    r"repeat|spoken|x ?\d|\d ?x)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PlacedSong:
    """A song and the line at which it begins, its title included."""

    song: RawSong
    line: int
    is_matter: bool = False
    """Whether it seems to be a part of a book that is no song."""
    notes: tuple[str, ...] = ()
    """The headings of notes that are left out of it."""
    whole: RawSong | None = None
    """The song with its notes, if it has any."""

    def as_matter(self) -> PlacedSong:
        """Return it as a part of a book that is no song."""
        return replace(self, is_matter=True)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Rows that may be one song, and whether the first is its title."""

    rows: list[TextLine]
    has_title: bool = False


def titled(lines: Sequence[str], *, style: TextStyle | None = None, sure: bool = False) -> RawSong:
    """Split the lines of one song into title, artist and text.

    Args:
        sure: whether the first line is known to be the title.
    """
    style = style or text_style(lines)
    lines_left = strip_blank_lines(lines)
    title = artist = ""
    rows = single_spaced_rows(rows_of(lines_left)) if lines_left else []
    marked = bool(rows) and (parse_heading(rows[0].text, 0) or track_inside(rows[0].text))
    if rows and (sure or marked or begins_with_title(rows, style)):
        title, lines_left = lines_left[0], strip_blank_lines(lines_left[1:])
        if len(rows) > 1 and (name := byline(*rows[:2])):
            artist, lines_left = name, strip_blank_lines(lines_left[1:])
    return RawSong(plain_title(title), "\n".join(lines_left), one_line(artist))


def is_title(line: str, following: str) -> bool:
    """Return whether a line that became the first of a song is its title, by what follows it."""
    line = line.strip()
    if not line or len(line) > TITLE_CHARS or is_label(line) or not following.strip():
        return False
    style = text_style(following.split("\n"))
    return following.startswith("\n") or (is_capitals(line) and not style.capitals)


# ---- evidence


def are_titles(
    page: Page, starts: Sequence[int], titles: Sequence[str] = (), *, sure: bool = False
) -> bool:
    """Return whether rows as titles explain a text: they recur from its top, with songs below.

    Args:
        titles: the titles, where they are not the rows themselves.
        sure: whether they can only be titles, however short the songs below them are.
    """
    if len(starts) < (2 if sure else 3):
        return False
    songs = page.parts(starts)[(1 if starts[0] else 0) :]
    titles = titles or [rows[0].text for rows in songs]
    names = set(map(title_key, titles))
    sections = sum(map(bool, map(_SECTION_WORD.search, titles)))
    enough = MOST * len(songs)
    if (
        len(names) < enough
        or sections > len(songs) / 3
        or sum(len(rows) > 1 for rows in songs) < enough
        or not (starts[0] <= 3 or _is_contents(page.rows[: starts[0]], names))
    ):
        return False
    return sure or (
        sum(is_song(rows[1:]) for rows in songs) >= len(songs) / 2 and not share_stanzas(songs)
    )


def is_song(rows: Sequence[TextLine]) -> bool:
    """Return whether rows are more than a stanza."""
    return len(rows) >= SONG_LINES or count_stanzas(rows) > 1


def count_stanzas(rows: Sequence[TextLine]) -> int:
    """Count the stanzas in some rows; a label on its own is not one."""
    return sum(
        (k == 0 or row.gap_above > 0) and not (row.gap_below and is_label(row.text))
        for k, row in enumerate(rows)
    )


def share_stanzas(parts: Sequence[Sequence[TextLine]]) -> bool:
    """Return whether half of the parts share a stanza, as those of one song share its chorus."""
    counts: Counter[str] = Counter()
    stanzas_of_parts = []
    for rows in parts:
        stanzas: list[list[str]] = []
        for k, row in enumerate(rows):
            if k == 0 or row.gap_above:
                stanzas.append([])
            if not is_label(row.text):
                stanzas[-1].append(row.text)
        stanzas_of_parts.append({"\n".join(stanza) for stanza in stanzas if len(stanza) > 1})
        counts.update(stanzas_of_parts[-1])
    shared = sum(any(counts[stanza] > 1 for stanza in own) for own in stanzas_of_parts)
    return shared >= len(parts) / 2


def continues_song(rows: Sequence[TextLine]) -> bool:
    """Return whether rows begin with the label of a section that is not a song's first."""
    return is_label(rows[0].text) and not FIRST_SECTION.fullmatch(rows[0].text)


def _is_contents(rows: Sequence[TextLine], titles: Container[str]) -> bool:
    """Return whether rows are a table of contents, perhaps with a line above it."""
    listed = sum(_is_listed(row.text, titles) for row in rows)
    return len(rows) > 1 and listed >= max(2, MOST * (len(rows) - 1))


def _is_listed(line: str, titles: Container[str]) -> bool:
    """Return whether a line is one of the titles, perhaps with a page number."""
    return title_key(line) in titles or title_key(line.rstrip("0123456789")) in titles


# ---- titles of candidates


def find_titles(page: Page, starts: Iterable[int]) -> list[Candidate]:
    """Find the titles of what begins at these rows; a title alone belongs to the rows below it."""
    parts = page.parts(starts)
    first = parts[0]
    if (
        len(parts) > 1
        and parse_heading(first[0].text, 0)
        and begins_with_title(first[1:], page.style)
    ):
        parts[:1] = [first[:1], first[1:]]  # a book's title and then a song's
    placement = _title_placement([rows for rows in parts if len(rows) > 1], page.style)
    candidates: list[Candidate] = []
    for rows in parts:
        has_title = begins_with_title(rows, page.style) or _fits_placement(rows, placement)
        above = candidates[-1].rows if candidates and not has_title and len(rows) > 1 else []
        if len(above) == 1 and can_be_title(above[0].text, page.style, lone=True):
            candidates[-1] = Candidate([*above, *rows], has_title=True)
        else:
            candidates.append(Candidate(rows, has_title))
    return candidates


def candidates_at(page: Page, starts: Iterable[int]) -> list[Candidate]:
    """Return what begins at these rows, songs for sure, with titles where nearly all have one."""
    parts = page.parts(starts)
    placement = _title_placement([rows for rows in parts if len(rows) > 1], page.style)
    return [
        Candidate(rows, begins_with_title(rows, page.style) or _fits_placement(rows, placement))
        for rows in parts
    ]


def join_untitled(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Join what has no title to the titled song above it."""
    joined: list[Candidate] = []
    for candidate in candidates:
        if joined and joined[-1].has_title and not candidate.has_title:
            joined[-1] = Candidate(joined[-1].rows + candidate.rows, has_title=True)
        else:
            joined.append(candidate)
    return joined


def _title_placement(parts: Sequence[Sequence[TextLine]], style: TextStyle) -> str:
    """Return where nearly all songs have their titles: "apart" from the words, "close", or "".

    Where the other songs agree, a line that looks less like a title is one too.
    """
    enough = MOST * len(parts)
    lines = [row for rows in parts for row in rows[1:]]
    if len(parts) > 2:
        if sum(begins_with_title(rows, style) for rows in parts) >= enough:
            return "apart"
        alone = sum(row.gap_above > 0 and row.gap_below > 0 for row in lines)
        if all(_fits_placement(rows, "apart") for rows in parts) and alone < 0.1 * len(lines):
            return "apart"
    if len(parts) < 2:
        return ""
    close = [rows[0].text for rows in parts if can_be_title(rows[0].text, style, lone=False)]
    verses = sum(is_title_case(row.text) for row in lines)
    if sum(map(is_title_case, close)) >= enough and verses < 0.3 * len(lines):
        return "close"
    brief = 0.6 * median(len(row.text) for row in lines)
    short = sum(len(text) <= brief for text in close)
    return "close" if len(parts) > 3 and short >= enough else ""


def _fits_placement(rows: Sequence[TextLine], placement: str) -> bool:
    """Return whether the first row is a title placed like those of the other songs."""
    if len(rows) < 2 or len(rows[0].text) > SURE_TITLE_CHARS or is_label(rows[0].text):
        return False
    return placement == "close" or (placement == "apart" and rows[0].gap_below > 0)


def begins_with_title(rows: Sequence[TextLine], style: TextStyle) -> bool:
    """Return whether the first row of a song is its title."""
    if len(rows) < 2:
        return False
    first = rows[0]
    stands_out = (
        first.gap_below > 0
        or (is_capitals(first.text) and not style.capitals)
        or (len(rows) > 2 and byline(first, rows[1]))
    )
    return bool(stands_out) and can_be_title(first.text, style, lone=True)


def byline(title: TextLine, below: TextLine) -> str:
    """Return the artist named on the line under a title, or ""."""
    match = _BYLINE.fullmatch(below.text)
    near = title.gap_below == 0 and (below.gap_below > 0 or below.text[0] in "*_(")
    return match[1] if match and near and is_name(match[1]) else ""


# ---- candidates as songs


def songs_titled_by(page: Page, starts: Sequence[int]) -> list[PlacedSong]:
    """Return the songs whose titles are these rows, and what is above them all."""
    parts = page.parts(starts)
    untitled = len(parts) - len(set(starts))
    return songs_of(page, [Candidate(rows, k >= untitled) for k, rows in enumerate(parts)])


def songs_of(page: Page, candidates: Sequence[Candidate]) -> list[PlacedSong]:
    """Return a song for each candidate; a title alone has no text, unless nothing follows it."""
    songs = []
    for k, candidate in enumerate(candidates):
        first, *others = candidate.rows
        alone = not others and can_be_title(first.text, page.style, lone=True)
        if alone and k + 1 < len(candidates):
            song = RawSong(plain_title(first.text), "")
        else:
            song = titled(page.text(candidate.rows), style=page.style, sure=candidate.has_title)
        songs.append(PlacedSong(song, first.number))
    return songs


def without_contents(songs: list[PlacedSong]) -> list[PlacedSong]:
    """Remove the text of a table of contents, or of a book's title, above the songs."""
    if len(songs) < 2 or not songs[0].song.text:
        return songs
    first, *others = songs
    rows = rows_of([first.song.title, *first.song.text.split("\n")])
    titles = {title_key(song.song.title) for song in others if song.song.title}
    if _is_contents(rows, titles):
        name = "Contents" if _is_listed(rows[0].text, titles) else plain_title(rows[0].text)
        return [PlacedSong(RawSong(name, ""), first.line), *others]
    if len(rows) == 1 and can_be_title(rows[0].text, TextStyle(False, False), lone=True):
        return [PlacedSong(RawSong(plain_title(rows[0].text), ""), first.line), *others]
    return songs
