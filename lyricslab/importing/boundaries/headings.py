"""Songs under headings: which headings name songs, which their parts, and which book matter."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from statistics import median

from lyricslab.importing.boundaries.book_matter import (
    MIN_ROWS,
    is_book_part,
    is_note,
    is_prose,
    is_words_heading,
)
from lyricslab.importing.boundaries.candidates import FIRST_SECTION, PlacedSong, titled
from lyricslab.importing.boundaries.page_lines import Page, TextLine, rows_of
from lyricslab.importing.boundaries.song_titles import Heading, is_name, parse_heading, title_key
from lyricslab.importing.lines import is_label
from lyricslab.songs.raw_song import RawSong

SONG_CHARS = 6_000
"""A longer text is hardly one song."""


LONG_LINE_CHARS = 40
"""Where lines are shorter on average, they are no prose."""


def by_headings(page: Page, *, least: int = 2) -> list[PlacedSong]:
    """Divide at headings; those deeper than the titles name sections, notes, or the artist."""
    if len(page.headings) < least:
        return []
    level = _title_level(page)
    groups: list[list[Heading]] = []
    for heading in page.headings:
        if heading.level <= level:
            groups.append([heading])
        elif groups:
            groups[-1].append(heading)
    if not groups:
        return []
    ends = [group[0].start for group in groups[1:]] + [len(page.lines)]
    songs = [_song_under(page, group, end) for group, end in zip(groups, ends, strict=True)]
    above = page.lines[: groups[0][0].start]
    if any(map(str.strip, above)):
        is_matter = _is_preface(rows_of(above))
        songs.insert(0, PlacedSong(titled(above, style=page.style), 0, is_matter=is_matter))
    return _with_book_matter(songs, [group[0] for group in groups], level)


def song_under(page: Page, title: str) -> PlacedSong:
    """Return all of a page as the song with this title; all headings name its parts."""
    rows = page.rows
    start = rows[0].number if rows else 0
    states_title = bool(rows) and title_key(rows[0].text) == title_key(title)
    if states_title and (rows[0].gap_below or parse_heading(rows[0].text, 0)):  # else it is sung
        start = rows[0].number + 1
    headings = [heading for heading in page.headings if heading.start >= start]
    top = Heading(title, 0, 0, start)
    return _song_under(page, [top, *headings], len(page.lines))


def _title_level(page: Page) -> int:
    """Return the depth of the headings that name songs: the highest that differ and recur."""
    headings = [heading for heading in page.headings if not _is_part(page, heading)]
    if not headings:
        return page.headings[0].level
    levels = sorted({heading.level for heading in headings})
    for level in levels[:-1]:
        tops = [heading for heading in headings if heading.level <= level]
        ends = [heading.start for heading in tops[1:]] + [len(page.lines)]
        if len({heading.title for heading in tops}) > len(tops) / 2 and len(tops) > 1:
            sizes = [
                sum(map(len, page.lines[heading.end : end]))
                for heading, end in zip(tops, ends, strict=True)
            ]
            if median(sizes) <= SONG_CHARS:
                return level
        elif len(tops) == 1 and tops[0] is not headings[-1]:
            end = page.headings[page.headings.index(tops[0]) + 1].start
            if sum(map(bool, map(str.strip, page.lines[tops[0].end : end]))) > 2:
                return level  # a song that begins at once, not the name of a book
            following = headings[headings.index(tops[0]) + 1]
            if tops[0] is headings[0] and _names_sections(page, following.level):
                return level
    return levels[-1]


def _is_part(page: Page, heading: Heading) -> bool:
    """Return whether a heading names a part of a song or book, and so says nothing of titles."""
    return is_words_heading(heading.title) or is_note(heading.title, ())


def _names_sections(page: Page, level: int) -> bool:
    """Return whether headings of a depth name the sections of a single song.

    A first verse that recurs tells of several songs.
    """
    labels = [label for label in page.labels if label.level == level]
    first = Counter(label.title for label in labels if FIRST_SECTION.fullmatch(label.title))
    return bool(labels) and max(first.values(), default=0) <= 1


def _song_under(page: Page, headings: Sequence[Heading], end: int) -> PlacedSong:
    """Return the song under the first of some headings, all others being deeper."""
    top, *deeper = headings
    artist = ""
    if len(deeper) == 1 and not any(map(str.strip, page.lines[top.end : deeper[0].start])):
        name = deeper[0].title
        part = is_words_heading(name) or is_note(name, ())
        artist = name if is_name(name) and not part else ""
    lines, full, notes = _words_under(page, top, [] if artist else deeper, end)
    if artist:
        lines[deeper[0].start - top.end] = full[deeper[0].start - top.end] = ""
    song = titled([top.title, *lines], style=page.style, sure=True)
    song = RawSong(song.title, song.text, song.artist or artist)
    whole = None
    if notes:
        whole = titled([top.title, *full], style=page.style, sure=True)
    return PlacedSong(song, top.start, notes=tuple(notes), whole=whole)


def _words_under(
    page: Page, top: Heading, deeper: Sequence[Heading], end: int
) -> tuple[list[str], list[str], list[str]]:
    """Return the lines of a song without its notes, those with them, and the notes' headings."""
    first, last = (bisect_left(page.labels, n, key=_start) for n in (top.end, end))
    labels = page.labels[first:last]
    parts = sorted([*deeper, *labels], key=_start)
    starts = [*(part.start for part in parts), end]
    lines = page.lines[top.end : starts[0]]
    full = lines.copy()
    notes: list[str] = []
    if any(is_words_heading(heading.title) for heading in deeper) and _is_preface(rows_of(lines)):
        if any(map(str.strip, lines)):
            notes.append(f"above {top.title}")
        lines = []
    note_level = 0
    """How deep the heading of the current note is; 0 outside of any."""
    for part, following in zip(parts, starts[1:], strict=True):
        words = page.lines[part.end : following]
        if is_label(part.title):
            label = part.title
            note_level = 0
        else:
            label = f"[{part.title}]"
            if not 0 < note_level < part.level:
                note_level = part.level if is_note(part.title, rows_of(words)) else 0
        full += [label, *words]
        if note_level:
            notes.append(part.title)
        elif is_words_heading(part.title):
            lines += ["", *words]
        else:
            lines += [label, *words]
    return lines, full, notes


def _start(heading: Heading) -> int:
    return heading.start


def _with_book_matter(
    songs: list[PlacedSong], tops: Sequence[Heading], level: int
) -> list[PlacedSong]:
    """Mark the songs that are parts of a book: by their titles, or as words under its own title."""
    above = len(songs) - len(tops)
    top_end = Heading("", 0, 0, 0)
    marked = songs[:above]
    for song, top, following in zip(songs[above:], tops, [*tops[1:], top_end], strict=True):
        is_book = top.level < min(level, following.level) and bool(song.song.text)
        is_preface = is_book and _is_preface(rows_of(song.song.text.split("\n")))
        marked.append(song.as_matter() if is_preface else song)
    return marked


def _is_preface(rows: Sequence[TextLine]) -> bool:
    """Return whether rows above songs are too few for one, or prose."""
    return len(rows) < MIN_ROWS or is_prose(rows)


def mark_book_parts(songs: list[PlacedSong]) -> list[PlacedSong]:
    """Mark the songs that are parts of a book by their titles, or by prose among verses."""
    if len(songs) < 2:
        return songs
    keys = {title_key(song.song.title) for song in songs if song.song.title}
    prose = {
        k
        for k, song in enumerate(songs)
        if len(song.song.text) > LONG_LINE_CHARS * (1 + song.song.text.count("\n"))
        and is_prose(rows_of(song.song.text.split("\n")))
    }
    if len(prose) > len(songs) / 2:
        prose = set()  # then it says nothing
    return [
        song.as_matter()
        if song.song.title
        and song.song.text.strip()
        and (k in prose or is_book_part(song.song.title, song.song.text, keys))
        else song
        for k, song in enumerate(songs)
    ]
