"""Divide a text into songs, with what the fields around them say."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from lyricslab.importing.boundaries.book_matter import is_verse
from lyricslab.importing.boundaries.candidates import (
    PlacedSong,
    count_stanzas,
    titled,
    without_contents,
)
from lyricslab.importing.boundaries.divided import Divided, Found, joined
from lyricslab.importing.boundaries.field_blocks import FieldBlock, find_blocks
from lyricslab.importing.boundaries.headings import mark_book_parts, song_under
from lyricslab.importing.boundaries.marked_songs import divide_marked
from lyricslab.importing.boundaries.page_lines import Page, read_page, rows_of
from lyricslab.importing.boundaries.strategies import PASTED, STRATEGIES, UNDER_A_TITLE
from lyricslab.importing.boundaries.text_parts import (
    TextPart,
    parts_with_fields,
    parts_with_front_matter,
    without_blocks,
    without_markup,
)
from lyricslab.importing.fields import Fields
from lyricslab.importing.guess import BOOK_MATTER, FIELDS
from lyricslab.importing.lines import newlines
from lyricslab.songs.raw_song import RawSong

MAX_LINES = 1_000_000
"""A text with more lines is no lyrics; it is read as one song, which can be cut into pieces."""
MAX_SHORT_LINES = 100_000
"""As many lines of only a few characters are no lyrics either."""
SHORT_LINE_CHARS = 4


def divide(text: str, declined: Container[str] = (), *, pasted: bool = False) -> Divided:
    """Return the songs of a text in order, with the titles that are above them.

    Args:
        declined: the kinds of guesses that are not to be made.
        pasted: whether a person pasted it, and two blank lines may part songs of a stanza.
    """
    return divide_marked(text, lambda part: _divide_unmarked(part, declined, pasted))


def _divide_unmarked(text: str, declined: Container[str], pasted: bool) -> Divided:
    text = newlines(text.removeprefix("\ufeff"))
    count = text.count("\n")
    if count > MAX_LINES or (count > MAX_SHORT_LINES and len(text) < SHORT_LINE_CHARS * count):
        return Divided((RawSong("", text.strip("\n")),) if text.strip() else ())
    lines = without_markup(text.replace("\f", "\n\f\n").split("\n"))
    parts = parts_with_front_matter(lines)
    return joined([_divide_part(part, declined, pasted) for part in parts])


@dataclass(slots=True)
class _FoundSoFar:
    """What has been found in a text so far, while it is divided."""

    field_names: list[str]
    songs_with_fields: int
    matter: list[str]

    def found(self, declined: Container[str]) -> tuple[Found, ...]:
        """Return it as what the guesses found."""
        fields = Found(
            FIELDS, tuple(self.field_names), self.songs_with_fields, FIELDS not in declined
        )
        matter = Found(
            BOOK_MATTER, tuple(self.matter), len(self.matter), BOOK_MATTER not in declined
        )
        return tuple(each for each in (fields, matter) if each.songs)


def _divide_part(whole: TextPart, declined: Container[str], pasted: bool) -> Divided:
    """Divide what is under the same front matter, or all of a text without any."""
    so_far = _FoundSoFar([], 0, [])
    blocks = find_blocks(whole.lines)
    if FIELDS in declined:
        _note_fields(so_far, blocks)
        parts = [TextPart(whole.lines)]
    else:
        parts = parts_with_fields(whole.lines, blocks)
    songs: list[RawSong] = []
    for part in parts:
        fields = whole.fields + part.fields
        if part.fields.names:
            so_far.songs_with_fields += 1
            so_far.field_names += part.fields.names
        alone = len(parts) == 1
        if part.lines is not whole.lines:
            blocks = find_blocks(part.lines)
        inside = () if FIELDS in declined else blocks
        placed = _placed(part.lines, inside, fields, so_far, alone=alone, pasted=pasted)
        songs += _with_fields(_chosen(placed, declined, so_far), fields)
    return Divided(tuple(songs), so_far.found(declined))


def _placed(
    lines: list[str],
    blocks: Sequence[FieldBlock],
    fields: Fields,
    so_far: _FoundSoFar,
    *,
    alone: bool,
    pasted: bool,
) -> list[PlacedSong]:
    """Return the songs of some lines, with the fields inside these lines."""
    if not blocks:
        return _songs(read_page(lines), fields, alone=alone, pasted=pasted)
    left, places, below = without_blocks(lines, blocks)
    songs = _songs(read_page(left), fields, alone=alone, pasted=pasted)
    _note_fields(so_far, blocks)
    return _attached(songs, blocks, places, below)


def _note_fields(so_far: _FoundSoFar, blocks: Sequence[FieldBlock]) -> None:
    so_far.songs_with_fields += len(blocks)
    so_far.field_names += [name for block in blocks for name in block.fields.names]


def _songs(page: Page, fields: Fields, *, alone: bool, pasted: bool) -> list[PlacedSong]:
    """Return the songs of a page, by the first strategy that explains it.

    Args:
        fields: what fields say of the page; where they name a song, it is probably the only one.
        alone: whether there are no other pages with fields.
    """
    if not page.rows:
        return [PlacedSong(RawSong("", ""), 0)] if fields.title or fields.text else []
    if fields.title:
        strategies = UNDER_A_TITLE if alone else ()
    else:
        strategies = PASTED if pasted else STRATEGIES
    for strategy in strategies:
        songs = strategy(page)
        if songs and not (fields.title and _are_parts(songs)):
            if fields.title and songs[0].is_matter and is_verse(songs[0].song.text, least=2):
                songs[0] = replace(songs[0], is_matter=False)  # the song that the fields name
            return without_contents(mark_book_parts(songs))
    if fields.title:
        return [song_under(page, fields.title)]
    return [PlacedSong(titled(page.lines, style=page.style), page.rows[0].number)]


def _are_parts(songs: Sequence[PlacedSong]) -> bool:
    """Return whether songs look like the sections of a single one: most are short."""
    full = [rows_of(song.song.text.split("\n")) for song in songs if song.song.text.strip()]
    return sum(count_stanzas(rows) > 1 for rows in full) <= len(full) / 2


def _attached(
    songs: list[PlacedSong], blocks: Sequence[FieldBlock], places: Sequence[int], below: bool
) -> list[PlacedSong]:
    """Return the songs with the fields that were above, inside or below each."""
    if not songs:
        return songs
    starts = [song.line for song in songs]
    above = not below and places[0] <= starts[0]
    if above and len(blocks) == 1 and len(songs) > 1:  # of a book
        return [
            replace(song, song=added)
            for song, added in zip(
                songs, _with_fields([song.song for song in songs], blocks[0].fields), strict=True
            )
        ]
    attached = list(songs)
    for block, place in zip(blocks, places, strict=True):
        k = bisect_left(starts, place)
        k = min(k, len(songs) - 1) if above else max(0, k - 1)
        song = attached[k]
        fields = replace(block.fields, title="" if song.song.title else block.fields.title)
        whole = song.whole and fields.added_to(song.whole)
        attached[k] = replace(song, song=fields.added_to(song.song), whole=whole)
    return attached


def _chosen(
    placed: Sequence[PlacedSong], declined: Container[str], so_far: _FoundSoFar
) -> list[RawSong]:
    """Return the songs without book matter and notes, or with them where that was declined."""
    songs: list[RawSong] = []
    for each in placed:
        so_far.matter += [each.song.title or "above the songs"] if each.is_matter else each.notes
        if BOOK_MATTER in declined:
            songs.append(each.whole or each.song)
        elif not each.is_matter:
            songs.append(each.song)
    return songs


def _with_fields(songs: Sequence[RawSong], fields: Fields) -> list[RawSong]:
    """Return songs with what the fields of their page say; those of several tell of their book."""
    if len(songs) == 1:
        return [fields.added_to(songs[0])]
    if songs and not songs[0].title:  # the words right under the fields
        songs = [replace(songs[0], title=fields.title), *songs[1:]]
        fields = replace(fields, title="")
    book = (("book", fields.title),) if fields.title else ()
    shared = replace(fields, title="", details=book + fields.details, text="")
    return [replace(shared, artist=song.artist or fields.artist).added_to(song) for song in songs]
