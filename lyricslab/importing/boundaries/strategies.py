"""The ways to mark songs in plain text, each a strategy that divides a page into songs."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from statistics import median

from lyricslab.importing.boundaries.candidates import (
    FIRST_SECTION,
    MOST,
    SONG_LINES,
    Candidate,
    PlacedSong,
    are_titles,
    begins_with_title,
    byline,
    continues_song,
    count_stanzas,
    find_titles,
    is_song,
    join_untitled,
    share_stanzas,
    songs_of,
    songs_titled_by,
    titled,
)
from lyricslab.importing.boundaries.headings import by_headings
from lyricslab.importing.boundaries.page_lines import Page, TextLine
from lyricslab.importing.boundaries.song_titles import (
    BOLD,
    BRACKETED,
    NUMBERED,
    QUOTED,
    TRACK,
    TextStyle,
    after_mark,
    can_be_marked,
    can_be_title,
    inside_frame,
    inside_mark,
    is_capitals,
    is_title_case,
    leading_number,
    track_inside,
)
from lyricslab.importing.lines import is_label

# ---- marked songs


def _by_marks(
    page: Page, words: Callable[[str], str], *, sure: bool = False, count: bool = False
) -> list[PlacedSong]:
    """Divide at titles that are marked, or numbered in order.

    Args:
        words: returns the title inside such a mark, or "" where there is none.
        sure: whether only titles are ever marked like this.
        count: whether the marks are numbers.
    """
    starts = [
        k
        for k, row in enumerate(page.rows)
        if (k == 0 or row.gap_above) and (title := words(row.text)) and can_be_marked(title)
    ]
    if count:
        starts = _in_order(page, starts)
        # Stanzas are numbered too, but the number of a stanza is not followed by a blank line.
        sure = sure or sum(page.rows[k].gap_below > 0 for k in starts) >= MOST * len(starts)
    elif not sure:
        starts = _spaced_alike(page, starts)
    return songs_titled_by(page, starts) if are_titles(page, starts, sure=sure) else []


def _spaced_alike(page: Page, starts: Sequence[int]) -> list[int]:
    """Return the rows that are spaced from what follows as most are: apart, or close to it."""
    apart = [k for k in starts if page.rows[k].gap_below]
    close = [k for k in starts if not page.rows[k].gap_below]
    return next(
        (alike for alike in (apart, close) if len(alike) >= MOST * len(starts)), list(starts)
    )


def _in_order(page: Page, starts: Sequence[int]) -> list[int]:
    """Return the rows whose numbers count up one by one; the count may start again."""
    runs: list[list[int]] = []
    last = 0
    for k in starts:
        number = leading_number(page.rows[k].text)
        if number == 1:
            runs.append([k])
        elif runs and number == last + 1:
            runs[-1].append(k)
        else:
            continue
        last = number
    return [k for run in runs for k in run if len(run) > 1]


# ---- songs between separators and wide gaps


def _by_separators(page: Page) -> list[PlacedSong]:
    """Divide at separator lines above titles, at all of them or at those of one kind."""
    kinds = set(page.separators.values())
    for chosen in [kinds, *({kind} for kind in sorted(kinds) if len(kinds) > 1)]:
        candidates = find_titles(page, _after_separators(page, chosen))
        songs = sum(len(candidate.rows) > 1 for candidate in candidates)
        titles = sum(candidate.has_title for candidate in candidates)
        if titles > 1 and titles >= MOST * songs:
            return songs_of(page, candidates)
    return []


def _by_separators_without_titles(page: Page) -> list[PlacedSong]:
    """Divide at separator lines, though few songs have titles."""
    candidates = find_titles(page, _after_separators(page, set(page.separators.values())))
    first, *others = candidates
    half = len(others) / 2
    one_song = (
        first.has_title
        and not any(candidate.has_title for candidate in others)
        and sum(is_song(candidate.rows) for candidate in others) <= half
    )
    if not others or one_song or sum(continues_song(other.rows) for other in others) > half:
        return []  # such lines are between the stanzas of one song, too
    return songs_of(page, candidates)


def _after_separators(page: Page, kinds: set[str]) -> list[int]:
    """Return the rows that follow separators of some kinds."""
    separators = [number for number, kind in page.separators.items() if kind in kinds]
    numbers = [row.number for row in page.rows]
    return [k for k in (bisect(numbers, separator) for separator in separators) if k < len(numbers)]


def _by_gaps(page: Page, *, short: bool = False) -> list[PlacedSong]:
    """Divide at gaps above titles that are wider than the gaps inside the songs.

    Args:
        short: whether songs may be as short as a stanza.
    """
    for width, starts in _gaps(page):
        candidates = find_titles(page, starts)
        songs = [candidate.rows for candidate in candidates if candidate.has_title]
        plain = [rows for rows in songs if not _stands_out(rows[0], width, page.style)]
        if (
            len(songs) > 1
            and len(songs) >= MOST * sum(len(candidate.rows) > 1 for candidate in candidates)
            and len({rows[0].text for rows in songs}) >= MOST * len(songs)  # else it is a refrain
            and (short or sum(is_song(rows[1:]) for rows in plain) >= len(plain) / 2)
        ):
            return songs_of(page, join_untitled(candidates))
    return []


def _by_gaps_without_titles(page: Page) -> list[PlacedSong]:
    """Divide at gaps wider than those between stanzas, into untitled songs of several stanzas."""
    for width, starts in _gaps(page):
        parts = page.parts(starts)
        stanzas = sum(count_stanzas(rows) > 1 for rows in parts)
        long = width > 2 or median(map(len, parts)) >= SONG_LINES
        one_song = (
            begins_with_title(parts[0], page.style)
            or any(map(continues_song, parts))
            or share_stanzas(parts)
        )
        if len(parts) > 2 and stanzas >= MOST * len(parts) and long and not one_song:
            return [
                PlacedSong(titled(page.text(rows), style=page.style), rows[0].number)
                for rows in parts
            ]
    return []


def _by_single_titles(page: Page) -> list[PlacedSong]:
    """Divide at lines after wide gaps that look like titles, each on its own evidence."""
    rows = page.rows
    lone_titles = [
        k
        for k, row in enumerate(rows[:-1])
        if k and row.gap_above > 1 and _stands_out(row, row.gap_above, page.style)
        if can_be_title(row.text, page.style, lone=True)
    ]
    starts = set(lone_titles) - _refrains(lone_titles, rows)
    candidates = [
        Candidate(part, part[0].number != rows[0].number or begins_with_title(part, page.style))
        for part in page.parts(starts)
    ]
    return songs_of(page, candidates) if starts else []


def _gaps(page: Page) -> Iterator[tuple[int, list[int]]]:
    """Yield each width of gaps from two blank lines on, with the rows after gaps that wide."""
    for width in sorted({min(row.gap_above, 6) for row in page.rows[1:] if row.gap_above > 1}):
        yield width, [k for k, row in enumerate(page.rows) if k and row.gap_above >= width]


def _stands_out(row: TextLine, width: int, style: TextStyle) -> bool:
    """Return whether a row after a wide gap stands out, or is nearer to what follows.

    A row that is as far from both is a refrain.
    """
    numbered = bool(NUMBERED.match(row.text)) and row.gap_below > 0
    return numbered or 0 < row.gap_below < width or (is_capitals(row.text) and not style.capitals)


def _refrains(starts: Sequence[int], rows: Sequence[TextLine]) -> set[int]:
    """Return the rows that recur next above other words, as only sung lines do."""
    sung: set[int] = set()
    for k, other in pairwise(starts):
        if rows[k].text == rows[other].text and rows[k + 1].text != rows[other + 1].text:
            sung |= {k, other}
    return sung


# ---- songs after one blank line


def _by_bylines(page: Page) -> list[PlacedSong]:
    """Divide at titles that have a line with their author beneath."""
    rows = page.rows
    starts = [
        k
        for k, (row, below) in enumerate(pairwise(rows))
        if (k == 0 or row.gap_above) and byline(row, below)
        if can_be_title(row.text, page.style, lone=True)
    ]
    return songs_titled_by(page, starts) if are_titles(page, starts, sure=True) else []


def _by_first_sections(page: Page) -> list[PlacedSong]:
    """Divide at titles above the label of a first verse or an introduction."""
    rows = page.rows
    starts = [
        k
        for k, (row, below) in enumerate(pairwise(rows))
        if (k == 0 or (row.gap_above and not is_label(rows[k - 1].text)))
        if is_label(below.text) and FIRST_SECTION.fullmatch(below.text)
        if can_be_title(row.text, page.style, lone=True)
    ]
    if not are_titles(page, starts, sure=True):
        return []
    songs = songs_titled_by(page, starts)
    if sum(song.song.title.endswith(" Lyrics") for song in songs) < MOST * len(songs):
        return songs
    return [
        replace(song, song=replace(song.song, title=song.song.title.removesuffix(" Lyrics")))
        for song in songs
    ]


def _by_style(page: Page, style: Callable[[str], bool], *, least: int) -> list[PlacedSong]:
    """Divide at titles that alone are written in some style."""
    styled = [style(row.text) and not is_label(row.text) for row in page.rows]
    starts = [
        k
        for k, row in enumerate(page.rows)
        if styled[k] and (k == 0 or row.gap_above) and can_be_title(row.text, page.style, lone=True)
    ]
    others = sum(styled) - len(starts)
    if len(starts) < least or others > 0.02 * len(styled) or not are_titles(page, starts):
        return []
    return songs_titled_by(page, starts)


Strategy = Callable[[Page], list[PlacedSong]]
STRATEGIES: tuple[Strategy, ...] = (
    by_headings,
    partial(_by_marks, words=partial(after_mark, TRACK), sure=True, count=True),
    partial(_by_marks, words=track_inside, sure=True),
    partial(_by_marks, words=inside_frame, sure=True),
    partial(_by_marks, words=partial(after_mark, NUMBERED), count=True),
    _by_separators,
    _by_gaps,
    partial(_by_marks, words=partial(inside_mark, BOLD)),
    partial(_by_marks, words=partial(inside_mark, BRACKETED)),
    partial(_by_marks, words=partial(inside_mark, QUOTED)),
    _by_bylines,
    _by_first_sections,
    partial(_by_style, style=is_capitals, least=3),
    partial(_by_style, style=is_title_case, least=4),
    _by_separators_without_titles,
    partial(by_headings, least=1),
    _by_single_titles,
    _by_gaps_without_titles,
)
"""How songs are marked, the surest first."""

UNDER_A_TITLE: tuple[Strategy, ...] = STRATEGIES[:6]
"""Those that are sure enough to find several songs where fields name a single one."""
PASTED: tuple[Strategy, ...] = (*STRATEGIES[:7], partial(_by_gaps, short=True), *STRATEGIES[7:])
"""Whoever pastes songs leaves wide gaps between them, however short they are."""
