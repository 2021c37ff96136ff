"""Lines at the top or the foot of most pages of a set: menus, notices, a footer with its song.

A page is a file, or a song where a file holds many. What many songs share may be sung: a refrain,
"Amen". So a line must be on most pages, and look like a page's or be outside of one that does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from lyricslab.importing.cleaning.page_words import NAME, is_menu_entry, is_page_line
from lyricslab.importing.cleaning.rule import SongFix
from lyricslab.importing.cleaning.title_ends import without_shared_ends
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.lines import is_label
from lyricslab.wording import listed, plural

MIN_PAGES = 3
SHARE = 0.5
"""The share of the pages, at least `MIN_PAGES`, on which a line must be."""
SAMPLE_PAGES = 1_000
"""At most about this many pages are read to find what recurs."""
HEAD_SHARE = 0.8
"""The name of a collection is the first line of this share of the pages, more than `MIN_PAGES`."""
EDGE_LINES = 150
"""How many lines of a page, from its top or its foot, are compared with those of others."""
NEAR_LINES = 8
"""Within this many lines of the words a line may differ in its middle."""
MENU_LINES = 3
"""A menu above the words has at least this many entries without a word such as "search"."""
SONGS_A_FILE = 3
"""In a set of pages files hold at most this many songs on average."""
LINE_CHARS = 400
"""A longer line is not compared."""
PART_WORDS = 3
"""Two lines that begin or end with this many same words may be one, with a name in it."""
SUNG_SHARE = 0.1
"""On more pages than this share, and on more than one, a line among the words is sung."""
MIN_NAME_CHARS = 3
MIN_PART_CHARS = 8
MIN_LEFT_LINES = 2
"""With fewer lines left, what recurs on a page is its song."""
NAMED_LINES = 3
NAMED_CHARS = 40
_ZEROS = re.compile("00+")
_PLAIN = str.maketrans(
    {
        char: "0" if char.isdigit() else char if char.isalpha() else " "
        for char in map(chr, range(128))
    }
    | {NAME: NAME, "\n": "\n", "[": "[", "|": "|", ">": "|", "<": "|", "*": "|"}
)
"""Sections of a line, as in a footer, are separated by "|"; what begins with "[" is a label."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with words of a page."""

    song: int
    row: int
    text: str
    key: str


def remove_recurring_lines(songs: Sequence[TracedSong]) -> list[TracedSong | None]:
    """Remove lines that recur at the edges of most pages, and recurring ends of titles."""
    titles = without_shared_ends([song.title for song in songs])
    fixed = _titled(songs, titles)
    pages = _pages(songs)
    if len(pages) < MIN_PAGES:
        return fixed
    sample = pages[:: ceil(len(pages) / SAMPLE_PAGES)]
    common = _common(
        [[key for k in page for key in _keys(songs[k], titles[k]) if key] for page in sample],
        [tuple(titles[k].lower() or str(k) for k in page) for page in sample],
    )
    if not common.keys and not common.parts:
        return fixed
    keys = [_keys(song, title) for song, title in zip(songs, titles, strict=True)]
    lines = [_lines(songs, keys, page) for page in pages]
    common = replace(common, keys=common.keys - _sung(lines, common))
    removed = {place for page in lines for place in _removed_with_song_left(page, common)}
    for k in sorted({song for song, _ in removed}):
        song = fixed[k]
        assert song is not None
        fixed[k] = song.with_rows(row for n, row in enumerate(song.rows()) if (k, n) not in removed)
    return fixed


def summarize_recurring_lines(fixes: Sequence[SongFix]) -> str:
    """Count the lines and name the most frequent: "8 lines, in 4 songs: 'Search' and ..."."""
    texts = [text for fix in fixes for text in _removed_texts(fix)]
    if not texts:
        return f"{plural(len(fixes), 'title')} with the same words around them."
    common = [text for text, _ in Counter(texts).most_common(NAMED_LINES)]
    others = len(set(texts)) - len(common)
    named = [f"'{_short(text)}'" for text in common] + [f"{others} more"] * bool(others)
    return f"{plural(len(texts), 'line')}, in {plural(len(fixes), 'song')}: {listed(named)}."


def _removed_texts(fix: SongFix) -> list[str]:
    kept = Counter(fix.after.lines if fix.after else ())
    return list((Counter(line for line in fix.before.lines if line) - kept).elements())


def _short(text: str) -> str:
    return text if len(text) <= NAMED_CHARS else text[: NAMED_CHARS - 3].rstrip() + "..."


# ---- pages and their lines


def _pages(songs: Sequence[TracedSong]) -> list[list[int]]:
    """Return the songs of each page, by their positions; a song may be on several."""
    by_file: dict[int, list[int]] = {}
    for k, song in enumerate(songs):
        for number in song.files:
            by_file.setdefault(number, []).append(k)
    if len(by_file) >= MIN_PAGES and len(songs) <= SONGS_A_FILE * len(by_file):
        return [by_file[number] for number in sorted(by_file)]
    return [[k] for k in range(len(songs))]


def _keys(song: TracedSong, title: str) -> list[str]:
    """Return for each line its words in lower case, numbers as 0, the song's names as NAME."""
    text = song.text.lower()
    for name in sorted({title.lower(), song.artist.lower()}, key=len, reverse=True):
        if len(name) >= MIN_NAME_CHARS:
            text = text.replace(name, f" {NAME} ")
    text = text.translate(_PLAIN)
    if "00" in text:
        text = _ZEROS.sub("0", text)
    return [" ".join(line.split()) if len(line) <= LINE_CHARS else "" for line in text.split("\n")]


def _lines(
    songs: Sequence[TracedSong], keys: Sequence[Sequence[str]], page: Sequence[int]
) -> list[_Line]:
    """Return the lines with words of a page."""
    return [
        _Line(k, row, text.strip(), key)
        for k in page
        for row, (text, key) in enumerate(zip(songs[k].lines, keys[k], strict=True))
        if text.strip()
    ]


# ---- what recurs


@dataclass(frozen=True, slots=True)
class _Common:
    """What is at the edges of most pages."""

    keys: frozenset[str]
    parts: frozenset[str]
    heads: frozenset[str]
    """The first line of nearly all pages."""

    def has(self, line: _Line) -> bool:
        """Return whether a line recurs, alike or with another name in it."""
        if line.key in self.keys or not is_page_line(line.text, line.key):
            return line.key in self.keys
        parts = _parts(line.key)
        if not is_page_line(line.text, line.key.replace(NAME, "")):  # it may sing its own title
            parts = {part for part in parts if part[0] == NAME}
        return not self.parts.isdisjoint(parts)


def _common(pages: Sequence[Sequence[str]], titles: Sequence[tuple[str, ...]]) -> _Common:
    """Return what recurs at the edges of most pages, given the keys of their lines.

    A line with the name of its song counts once for each name: versions of a song sing it, too.
    """
    keys: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    named: set[tuple[str, tuple[str, ...]]] = set()
    for page, names in zip(pages, titles, strict=True):
        seen = {key for key in page if NAME in key and (key, names) in named}
        named |= {(key, names) for key in page if NAME in key}
        keys.update(_edges(page, EDGE_LINES) - seen)
        parts.update({part for key in _edges(page, NEAR_LINES) - seen for part in _parts(key)})
    need = max(MIN_PAGES, ceil(SHARE * len(pages)))
    heads = Counter(page[0] for page in pages if page)
    nearly_all = max(MIN_PAGES + 1, ceil(HEAD_SHARE * len(pages)))
    return _Common(
        frozenset(
            key
            for key, count in keys.items()
            if count >= need and key[0] != "[" and not is_label(key)
        ),
        frozenset(part for part, count in parts.items() if count >= need),
        frozenset(head for head, count in heads.items() if count >= nearly_all),
    )


def _edges(page: Sequence[str], size: int) -> set[str]:
    return set(page) if len(page) <= 2 * size else {*page[:size], *page[-size:]}


def _parts(key: str) -> set[str]:
    """Return what a line shares with one that has another name: its sections, start and end.

    Those of a line with its song's name come twice, once with NAME before them.
    """
    words = key.split()
    parts = {"| " + section.strip() for section in key.split("|")} if "|" in words else set()
    if len(words) > PART_WORDS:
        parts |= {"^ " + " ".join(words[:PART_WORDS]), "$ " + " ".join(words[-PART_WORDS:])}
    parts = {part for part in parts if len(part) >= MIN_PART_CHARS}
    return parts | {NAME + part for part in parts} if NAME in words else parts


def _sung(pages: Sequence[Sequence[_Line]], common: _Common) -> set[str]:
    """Return the keys that are among the words of several pages, too."""
    inside: Counter[str] = Counter()
    for page in pages:
        removed = _removed(page, common)
        inside.update(
            {
                line.key
                for line in page
                if line.key in common.keys and (line.song, line.row) not in removed
            }
        )
    limit = max(1, SUNG_SHARE * len(pages))
    return {key for key, count in inside.items() if count > limit}


def _removed(page: Sequence[_Line], common: _Common) -> set[tuple[int, int]]:
    """Return the lines, as song and row, that are not of the words on a page."""
    recurs = [common.has(line) for line in page]
    if all(recurs):
        return set()
    top = _edge(page[: recurs.index(False)], MENU_LINES) or int(_is_headed(page, common))
    foot = _edge(page[::-1][: recurs[::-1].index(False)], 2 * MENU_LINES)
    removed = {*range(top), *range(len(page) - foot, len(page))}
    counts = Counter(line.key for line in page)
    for k, line in enumerate(page):
        near = k < top + NEAR_LINES or k >= len(page) - foot - NEAR_LINES
        alike = line.key in common.keys and counts[line.key] == 1
        if recurs[k] and (near or alike) and is_page_line(line.text, line.key):
            removed.add(k)
    return {(page[k].song, page[k].row) for k in removed} | _menus(page, recurs)


def _removed_with_song_left(page: Sequence[_Line], common: _Common) -> set[tuple[int, int]]:
    """Return the lines to remove from a page; none if hardly a song would be left of it."""
    removed = _removed(page, common)
    left = [
        line for line in page if (line.song, line.row) not in removed and not is_label(line.text)
    ]
    return removed if len(left) >= MIN_LEFT_LINES else set()


def _edge(lines: Sequence[_Line], entries: int) -> int:
    """Return how many recurring lines from an edge are of the page, not of the song.

    These are the lines up to the last that looks like it, and a menu of at least `entries` after.
    """
    end = max(
        (k + 1 for k, line in enumerate(lines) if is_page_line(line.text, line.key)), default=0
    )
    inner = [line for line in lines[end:] if NAME not in line.key]
    distinct = {line.key for line in inner}
    menu = len(distinct) == len(inner) >= (entries if end else 2 * entries)
    return end + len(inner) if menu and all(is_menu_entry(line.text) for line in inner) else end


def _is_headed(page: Sequence[_Line], common: _Common) -> bool:
    """Return whether a page begins with the name of a collection, set apart from the words."""
    first = page[0]
    return (
        first.key in common.heads & common.keys
        and len(first.text.split()) > 1
        and is_menu_entry(first.text)
        and (len(page) == 1 or (page[1].song, page[1].row) > (first.song, first.row + 1))
    )


def _menus(page: Sequence[_Line], recurs: Sequence[bool]) -> set[tuple[int, int]]:
    """Return the lines of songs that are nothing but a menu, beside others on the page."""
    songs: dict[int, list[int]] = {}
    for k, line in enumerate(page):
        songs.setdefault(line.song, []).append(k)
    own = {song: sum(not recurs[k] for k in places) for song, places in songs.items()}
    return {
        (song, page[k].row)
        for song, places in songs.items()
        if len(songs) > 1 and own[song] <= 0.2 * len(places) and max(own.values()) > 1
        if any(is_page_line(page[k].text, page[k].key) for k in places)
        if sum(
            is_page_line(page[k].text, page[k].key) or is_menu_entry(page[k].text) for k in places
        )
        >= 0.7 * len(places)
        for k in places
    }


def _titled(songs: Sequence[TracedSong], titles: Sequence[str]) -> list[TracedSong | None]:
    return [
        song if song.title == title else replace(song, title=title)
        for song, title in zip(songs, titles, strict=True)
    ]
