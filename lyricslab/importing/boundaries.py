"""Where one song ends and the next begins in a plain text, and which line is a title.

Whoever writes songs down marks every one of them in the same way. So the ways there are get tried
in turn, the surest first, and the first that explains the whole text is taken: it comes again and
again from the top on, nearly every song has a title by it and words below, and what it cuts out
are songs and not stanzas. Where none does, single lines that look like titles begin songs. All of
it is shown to the person, who can join and split; so a boundary that is missed costs a click, and
no stanza is cut off lightly.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from statistics import median

from lyricslab.importing.lines import is_label, newlines, one_line, single_spaced
from lyricslab.songs.raw_song import RawSong

TITLE_CHARS = 60
TITLE_WORDS = 10
SURE_TITLE_CHARS = 200
"""A line may be so long and be a title where all the other songs have theirs at its place."""
MARKED_CHARS = 300
"""No longer line is looked at for marks, which would take ever more time."""
SONG_CHARS = 6_000
"""A text longer than this is hardly one song."""
SONG_LINES = 10
"""So many lines are more than a stanza, though no blank line parts them."""

_MOST = 0.8
"""The share of songs that have to agree; one in five may be written otherwise."""
_SYMBOLS = "\\-\u2013\u2014\u2500\u2550_*=~+#\u2022\u00b7%/\u25c6\u2605\u2606\u266a\u2766\u00a7<>|"
_SEPARATOR = re.compile(
    rf"\s*(?:[{_SYMBOLS}](?:[ \t]*[{_SYMBOLS}]){{2,}}|%%|\.(?:[ \t]+\.){{2,}}|\.{{5,}}"
    r"|\[?TOP\]?|\f)\s*"
)
_OPENS_WORDS = frozenset("\"'(")
_HEADING = re.compile(r"\s{0,3}(#{1,6})[ \t]+(\S.*?)[ \t]*#*\s*")
_HASHED = re.compile(r"(#{1,6})([^\W\d_][^#]*?)\s*")
_SECTION = re.compile(r"\s*\\((?:sub)*)section\*?\{(.+)\}\s*")
_NUMBERED = re.compile(r"\(?(\d{1,3}|[IVXL]{1,6})(?:[.):]|[ \t]+[-\u2013\u2014](?=\s))[ \t]+(?=\S)")
_TRACK = re.compile(
    r"(?:(?:track|song|number|titel|titre|piste|lied|chanson|canci[o\u00f3]n|no\.?|nr\.?)[ \t]*#?"
    r"[ \t]*(\d{1,3})[ \t]*[-:.)\u2013\u2014]|#[ \t]?(\d{1,3})[-:.)]?(?=\s))[ \t]*(?=\S)",
    re.IGNORECASE,
)
_FRAMED = re.compile(rf"[{_SYMBOLS}]{{2,}}[ \t]*([^\W_].*?)[ \t]*[{_SYMBOLS}]{{2,}}")
_BOLD = re.compile(r"(\*\*|__)(\S.*?)\1")
_BRACKETED = re.compile(r"\[[ \t]*([^\[\]]+?)[ \t]*\]")
_QUOTED = re.compile('["\u201c\u201e\u00ab]([^"\u201c-\u201e\u00ab\u00bb]+)["\u201c\u201d\u00bb]')
_TITLE_FIELD = re.compile(r"\s*(?:song )?tit(?:le|el|re|ulo|olo)\s*:\s*(\S.*)", re.IGNORECASE)
_BY_FIELD = re.compile(
    r"\s*(?:artist|author|by|singer|artiste|auteur|interpret|autor)\s*:\s*(\S.*)", re.I
)
_BYLINE = re.compile(
    r"\s*[*_(]{0,2}(?:words |lyrics |written |music and lyrics )?by:?\s+(\S.{0,60}?)[*_)]{0,2}\s*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"[\[({<]? ?(?:intro|verse|strophe|vers|couplet|estrofa|verso|strofa|zwrotka)\b"
    r"(?! ?#?(?:[2-9]|1\d|i[iv]|[vx]|two|three|four|five|six)).{0,40}",
    re.IGNORECASE,
)
_SECTION_WORD = re.compile(
    r"\b(?:verse|chorus|bridge|refrain|hook|intro|outro|solo|strophe|interlude|instrumental|"
    r"repeat|spoken|x ?\d|\d ?x)\b",
    re.IGNORECASE,
)
_SMALL_WORDS = (
    " a an the and or but nor of in on at to for from by with as into o' n' de la le les du des et "
    "en y el los las un una der die das und im am di e il lo da do dos van von off over into upon "
)
_QUOTES = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u201e"
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with words, and how many blank lines stand before and after it."""

    number: int
    text: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Look:
    """How a text is written as a whole, for what stands out in one does not in another."""

    shouted: bool
    """Most lines are all capitals."""
    small: bool
    """Most lines begin with a small letter."""


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading, how deep it is, and which lines it takes."""

    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What may be a song: its rows, and whether the first is its title."""

    rows: list[_Line]
    headed: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    """A text as all ways of dividing it look at it."""

    lines: list[str]
    """With separators left blank."""
    rows: list[_Line]
    look: _Look
    rules: dict[int, str]
    """The separators by their line, each as the symbols that it is made of."""
    headings: list[_Heading]

    def chunks(self, starts: Iterable[int]) -> list[list[_Line]]:
        """The rows from each of these on to the next; what comes before the first is one more."""
        bounds = [*sorted({0, *starts}), len(self.rows)]
        return [self.rows[start:end] for start, end in pairwise(bounds)]

    def text(self, rows: Sequence[_Line]) -> list[str]:
        """The lines from the first to the last of some rows."""
        return self.lines[rows[0].number : rows[-1].number + 1]


def divide(text: str) -> list[RawSong]:
    """The songs of a text in order, with the titles that stand above them.

    A heading with nothing under it is a draft without text.
    """
    page = _page(newlines(text.removeprefix("\ufeff")).replace("\f", "\n\f\n").split("\n"))
    if not page.rows:
        return []
    for way in _WAYS:
        if drafts := way(page):
            return _without_contents(drafts)
    return [titled(page.lines, look=page.look)]


def titled(lines: Sequence[str], *, look: _Look | None = None, sure: bool = False) -> RawSong:
    """One song's lines as title, artist and text.

    Args:
        sure: whether the first line is known to be the title.
    """
    look = look or _look(lines)
    kept = _stripped(lines)
    title = artist = ""
    while kept:
        if not title and (field := _TITLE_FIELD.fullmatch(kept[0])):
            title = field[1]
        elif not artist and (field := _BY_FIELD.fullmatch(kept[0])):
            artist = field[1]
        else:
            break
        kept = _stripped(kept[1:])
    rows = _single_spaced(_rows(kept)) if kept and not title else []
    if rows and (sure or _opens(rows, look) or _heading(kept[0], 0)):
        title, kept = kept[0], _stripped(kept[1:])
        if len(rows) > 1 and (name := _signature(*rows[:2])):
            artist, kept = artist or name, _stripped(kept[1:])
    return RawSong(_bare(title), "\n".join(kept), one_line(artist))


def is_title(line: str, following: str) -> bool:
    """Whether a line that was made a song's first is its title, by what comes after it."""
    line = line.strip()
    if not line or len(line) > TITLE_CHARS or is_label(line) or not following.strip():
        return False
    look = _look(following.split("\n"))
    return following.startswith("\n") or (_shouts(line) and not look.shouted)


# ---- surely marked songs


def _by_headings(page: _Page, *, least: int = 2) -> list[RawSong]:
    """Songs under headings; those deeper than the titles name sections, or whoever made it."""
    if len(page.headings) < least:
        return []
    level = _title_level(page)
    groups: list[list[_Heading]] = []
    for heading in page.headings:
        if heading.level <= level:
            groups.append([heading])
        elif groups:
            groups[-1].append(heading)
    above = page.lines[: groups[0][0].start]
    drafts = [titled(above, look=page.look)] if any(map(str.strip, above)) else []
    ends = [group[0].start for group in groups[1:]] + [len(page.lines)]
    return drafts + [_under(page, group, end) for group, end in zip(groups, ends, strict=True)]


def _title_level(page: _Page) -> int:
    """How deep the headings are that name songs: the highest that differ and come again."""
    levels = sorted({heading.level for heading in page.headings})
    for level in levels[:-1]:
        own = [heading for heading in page.headings if heading.level <= level]
        ends = [heading.start for heading in own[1:]] + [len(page.lines)]
        if len({heading.title for heading in own}) > len(own) / 2 and len(own) > 1:
            sizes = [
                sum(map(len, page.lines[heading.end : end]))
                for heading, end in zip(own, ends, strict=True)
            ]
            if median(sizes) <= SONG_CHARS:
                return level
        elif len(own) == 1:
            following = next(heading for heading in page.headings if heading.start > own[0].start)
            if sum(map(bool, map(str.strip, page.lines[own[0].end : following.start]))) > 2:
                return level  # a song that begins at once, and not the name of a book
    return levels[-1]


def _under(page: _Page, headings: Sequence[_Heading], end: int) -> RawSong:
    """The song under the first of some headings, all others being deeper."""
    top, *deeper = headings
    artist = ""
    if len(deeper) == 1 and not any(map(str.strip, page.lines[top.end : deeper[0].start])):
        artist = deeper[0].title if _names_someone(deeper[0].title) else ""
    own = page.lines[top.end : end]
    for heading in deeper:
        own[heading.start - top.end] = "" if artist else f"[{heading.title}]"
    draft = titled([top.title, *own], look=page.look, sure=True)
    return RawSong(draft.title, draft.text, draft.artist or artist)


def _by_fields(page: _Page) -> list[RawSong]:
    """Songs under lines such as "Title: Old Dog"."""
    starts, titles = [], []
    for k, row in enumerate(page.rows):
        if field := _TITLE_FIELD.fullmatch(row.text):
            titles.append(field[1])
            while k and _BY_FIELD.fullmatch(page.rows[k - 1].text):
                k -= 1
            starts.append(k)
    return _songs(page, starts) if _explain(page, starts, titles, sure=True) else []


def _by_mark(
    page: _Page, words: Callable[[str], str], *, sure: bool = False, count: bool = False
) -> list[RawSong]:
    """Songs under titles that are marked, or numbered one after the other.

    Args:
        words: the title inside such a mark, or "" where there is none.
        sure: whether only titles are ever marked so.
        count: whether the marks are numbers.
    """
    starts = [
        k
        for k, row in enumerate(page.rows)
        if (k == 0 or row.before) and (title := words(row.text)) and _is_named(title)
    ]
    if count:
        starts = _counted(page, starts)
        # Stanzas are numbered too, but no number of a stanza has a line with words to itself.
        sure = sure or sum(page.rows[k].after > 0 for k in starts) >= _MOST * len(starts)
    elif not sure:
        starts = _alike(page, starts)
    return _songs(page, starts) if _explain(page, starts, sure=sure) else []


def _alike(page: _Page, starts: Sequence[int]) -> list[int]:
    """Those of the rows that stand apart from what follows, or close to it, as most do."""
    apart = [k for k in starts if page.rows[k].after]
    close = [k for k in starts if not page.rows[k].after]
    return next((own for own in (apart, close) if len(own) >= _MOST * len(starts)), list(starts))


def _counted(page: _Page, starts: Sequence[int]) -> list[int]:
    """Those of the rows whose numbers go on from one to the next; they may begin anew."""
    runs: list[list[int]] = []
    last = 0
    for k in starts:
        number = _number(page.rows[k].text)
        if number == 1:
            runs.append([k])
        elif runs and number == last + 1:
            runs[-1].append(k)
        else:
            continue
        last = number
    return [k for run in runs for k in run if len(run) > 1]


# ---- songs between separators and wide gaps


def _by_rules(page: _Page) -> list[RawSong]:
    """Songs with titles between separator lines, all of them or those of one kind."""
    kinds = set(page.rules.values())
    for chosen in [kinds, *({kind} for kind in sorted(kinds) if len(kinds) > 1)]:
        chunks = _headed(page, _after_rules(page, chosen))
        songs = sum(len(chunk.rows) > 1 for chunk in chunks)
        headed = sum(chunk.headed for chunk in chunks)
        if headed > 1 and headed >= _MOST * songs:
            return _drafts(page, chunks)
    return []


def _by_bare_rules(page: _Page) -> list[RawSong]:
    """Songs between separator lines, though few have titles."""
    chunks = _headed(page, _after_rules(page, set(page.rules.values())))
    first, *others = chunks
    songs = sum(_is_song(chunk.rows) for chunk in others)
    parts = first.headed and not any(chunk.headed for chunk in others) and songs <= len(others) / 2
    if not others or parts or sum(_goes_on(chunk.rows) for chunk in others) > len(others) / 2:
        return []  # such lines stand between the stanzas of one song, too
    return _drafts(page, chunks)


def _after_rules(page: _Page, kinds: set[str]) -> list[int]:
    """The rows that follow on separators of some kinds."""
    rules = [number for number, kind in page.rules.items() if kind in kinds]
    numbers = [row.number for row in page.rows]
    return [k for k in (bisect(numbers, rule) for rule in rules) if k < len(numbers)]


def _by_gaps(page: _Page) -> list[RawSong]:
    """Songs with titles after gaps that are wider than those inside."""
    for wide, starts in _gaps(page):
        chunks = _headed(page, starts)
        songs = [chunk.rows for chunk in chunks if chunk.headed]
        plain = [rows for rows in songs if not _heads(rows[0], wide, page.look)]
        if (
            len(songs) > 1
            and len(songs) >= _MOST * sum(len(chunk.rows) > 1 for chunk in chunks)
            and len({rows[0].text for rows in songs}) >= _MOST * len(songs)  # else it is a refrain
            and sum(_is_song(rows[1:]) for rows in plain) >= len(plain) / 2
        ):
            return _drafts(page, _whole(chunks))
    return []


def _by_bare_gaps(page: _Page) -> list[RawSong]:
    """Songs without titles after gaps wider than those between stanzas, each of several stanzas."""
    for wide, starts in _gaps(page):
        chunks = page.chunks(starts)
        stanzas = sum(_stanzas(rows) > 1 for rows in chunks)
        long = wide > 2 or median(map(len, chunks)) >= SONG_LINES
        parts = _opens(chunks[0], page.look) or any(map(_goes_on, chunks)) or _sung_on(chunks)
        if len(chunks) > 2 and stanzas >= _MOST * len(chunks) and long and not parts:
            return [titled(page.text(rows), look=page.look) for rows in chunks]
    return []


def _by_single_titles(page: _Page) -> list[RawSong]:
    """Songs after wide gaps at lines that look like titles, each by itself."""
    rows = page.rows
    found = [
        k
        for k, row in enumerate(rows[:-1])
        if k and row.before > 1 and _heads(row, row.before, page.look)
        if _can_title(row.text, page.look, lone=True)
    ]
    starts = set(found) - _refrains(found, rows)
    chunks = [
        _Chunk(own, own[0].number != rows[0].number or _opens(own, page.look))
        for own in page.chunks(starts)
    ]
    return _drafts(page, chunks) if starts else []


def _gaps(page: _Page) -> Iterator[tuple[int, list[int]]]:
    """The widths of gaps from two lines on, and the rows after those that are as wide."""
    for wide in sorted({min(row.before, 6) for row in page.rows[1:] if row.before > 1}):
        yield wide, [k for k, row in enumerate(page.rows) if k and row.before >= wide]


def _heads(row: _Line, wide: int, look: _Look) -> bool:
    """Whether a line after a wide gap stands out, or is nearer to what follows than to the rest.

    One that is as far from both is a refrain.
    """
    numbered = bool(_NUMBERED.match(row.text)) and row.after > 0
    return numbered or 0 < row.after < wide or (_shouts(row.text) and not look.shouted)


def _refrains(starts: Sequence[int], rows: Sequence[_Line]) -> set[int]:
    """The rows that come again next above other words, as only sung lines do."""
    sung: set[int] = set()
    for k, other in pairwise(starts):
        if rows[k].text == rows[other].text and rows[k + 1].text != rows[other + 1].text:
            sung |= {k, other}
    return sung


# ---- songs after one blank line


def _by_signature(page: _Page) -> list[RawSong]:
    """Songs whose titles have a line with their author beneath."""
    rows = page.rows
    starts = [
        k
        for k, (row, below) in enumerate(pairwise(rows))
        if (k == 0 or row.before) and _signature(row, below)
        if _can_title(row.text, page.look, lone=True)
    ]
    return _songs(page, starts) if _explain(page, starts, sure=True) else []


def _by_first_section(page: _Page) -> list[RawSong]:
    """Songs whose titles stand above the label of a first verse or an introduction."""
    rows = page.rows
    starts = [
        k
        for k, (row, below) in enumerate(pairwise(rows))
        if (k == 0 or (row.before and not is_label(rows[k - 1].text)))
        if is_label(below.text) and _OPENING.fullmatch(below.text)
        if _can_title(row.text, page.look, lone=True)
    ]
    if not _explain(page, starts, sure=True):
        return []
    drafts = _songs(page, starts)
    if sum(draft.title.endswith(" Lyrics") for draft in drafts) < _MOST * len(drafts):
        return drafts
    return [replace(draft, title=draft.title.removesuffix(" Lyrics")) for draft in drafts]


def _by_style(page: _Page, style: Callable[[str], bool], *, least: int) -> list[RawSong]:
    """Songs whose titles alone are written in some style."""
    looks = [style(row.text) and not is_label(row.text) for row in page.rows]
    starts = [
        k
        for k, row in enumerate(page.rows)
        if looks[k] and (k == 0 or row.before) and _can_title(row.text, page.look, lone=True)
    ]
    others = sum(looks) - len(starts)
    if len(starts) < least or others > 0.02 * len(looks) or not _explain(page, starts):
        return []
    return _songs(page, starts)


# ---- what explains a text


def _explain(
    page: _Page, starts: Sequence[int], titles: Sequence[str] = (), *, sure: bool = False
) -> bool:
    """Whether rows with titles explain a text: they recur from the top on, with songs below.

    Args:
        titles: the titles, where they are not the rows themselves.
        sure: whether they can be nothing but titles, however short what is below them.
    """
    if len(starts) < (2 if sure else 3):
        return False
    songs = page.chunks(starts)[(1 if starts[0] else 0) :]
    titles = titles or [rows[0].text for rows in songs]
    names = set(map(_key, titles))
    sections = sum(map(bool, map(_SECTION_WORD.search, titles)))
    enough = _MOST * len(songs)
    if (
        len(names) < enough
        or sections > len(songs) / 3
        or sum(len(rows) > 1 for rows in songs) < enough
        or not (starts[0] <= 3 or _lists(page.rows[: starts[0]], names))
    ):
        return False
    return sure or (
        sum(_is_song(rows[1:]) for rows in songs) >= len(songs) / 2 and not _sung_on(songs)
    )


def _goes_on(rows: Sequence[_Line]) -> bool:
    """Whether rows begin with the label of a section that is no song's first."""
    return is_label(rows[0].text) and not _OPENING.fullmatch(rows[0].text)


def _is_song(rows: Sequence[_Line]) -> bool:
    """Whether rows are more than a stanza."""
    return len(rows) >= SONG_LINES or _stanzas(rows) > 1


def _stanzas(rows: Sequence[_Line]) -> int:
    """How many stanzas some rows are, counting no label by itself."""
    return sum(
        (k == 0 or row.before > 0) and not (row.after and is_label(row.text))
        for k, row in enumerate(rows)
    )


def _sung_on(chunks: Sequence[Sequence[_Line]]) -> bool:
    """Whether half of the chunks share a stanza, as the parts of one song share its chorus."""
    held: Counter[str] = Counter()
    owns = []
    for rows in chunks:
        stanzas: list[list[str]] = []
        for k, row in enumerate(rows):
            if k == 0 or row.before:
                stanzas.append([])
            if not is_label(row.text):
                stanzas[-1].append(row.text)
        owns.append({"\n".join(stanza) for stanza in stanzas if len(stanza) > 1})
        held.update(owns[-1])
    return sum(any(held[stanza] > 1 for stanza in own) for own in owns) >= len(chunks) / 2


def _lists(rows: Sequence[_Line], titles: Container[str]) -> bool:
    """Whether rows are a list of contents, perhaps with a line above it."""
    known = sum(_is_listed(row.text, titles) for row in rows)
    return len(rows) > 1 and known >= max(2, _MOST * (len(rows) - 1))


def _is_listed(line: str, titles: Container[str]) -> bool:
    """Whether a line is one of the titles, perhaps with the number of a page."""
    return _key(line) in titles or _key(line.rstrip("0123456789")) in titles


def _without_contents(drafts: list[RawSong]) -> list[RawSong]:
    """The drafts; a list of contents or a book's title above them keeps no text."""
    if len(drafts) < 2 or not drafts[0].text:
        return drafts
    first, *others = drafts
    rows = _rows([first.title, *first.text.split("\n")])
    titles = {_key(draft.title) for draft in others if draft.title}
    if _lists(rows, titles):
        name = "Contents" if _is_listed(rows[0].text, titles) else _bare(rows[0].text)
        return [RawSong(name, ""), *others]
    if len(rows) == 1 and _can_title(rows[0].text, _Look(False, False), lone=True):
        return [RawSong(_bare(rows[0].text), ""), *others]
    return drafts


# ---- songs from rows


def _songs(page: _Page, starts: Sequence[int]) -> list[RawSong]:
    """The songs whose titles are these rows, and what stands above them all."""
    chunks = page.chunks(starts)
    untitled = len(chunks) - len(set(starts))
    return _drafts(page, [_Chunk(rows, k >= untitled) for k, rows in enumerate(chunks)])


def _drafts(page: _Page, chunks: Sequence[_Chunk]) -> list[RawSong]:
    """A draft for each chunk; a title alone is one without text, unless nothing follows."""
    drafts = []
    for k, chunk in enumerate(chunks):
        alone = len(chunk.rows) == 1 and _can_title(chunk.rows[0].text, page.look, lone=True)
        if alone and k + 1 < len(chunks):
            drafts.append(RawSong(_bare(chunk.rows[0].text), ""))
        else:
            drafts.append(titled(page.text(chunk.rows), look=page.look, sure=chunk.headed))
    return drafts


def _headed(page: _Page, starts: Iterable[int]) -> list[_Chunk]:
    """What begins at these rows; a title alone above something untitled belongs to it."""
    chunks = page.chunks(starts)
    first = chunks[0]
    if len(chunks) > 1 and _heading(first[0].text, 0) and _opens(first[1:], page.look):
        chunks[:1] = [first[:1], first[1:]]  # a book's title and then a song's
    manner = _manner([rows for rows in chunks if len(rows) > 1], page.look)
    made: list[_Chunk] = []
    for rows in chunks:
        headed = _opens(rows, page.look) or _fits(rows, manner)
        above = made[-1].rows if made and not headed and len(rows) > 1 else []
        if len(above) == 1 and _can_title(above[0].text, page.look, lone=True):
            made[-1] = _Chunk([*above, *rows], headed=True)
        else:
            made.append(_Chunk(rows, headed))
    return made


def _whole(chunks: Sequence[_Chunk]) -> list[_Chunk]:
    """The chunks, where what has no title goes on with the song above."""
    made: list[_Chunk] = []
    for chunk in chunks:
        if made and made[-1].headed and not chunk.headed:
            made[-1] = _Chunk(made[-1].rows + chunk.rows, headed=True)
        else:
            made.append(chunk)
    return made


def _manner(chunks: Sequence[Sequence[_Line]], look: _Look) -> str:
    """How nearly every chunk has its title: "apart" from the song, "close" to it, or "" for none.

    Where the others have theirs in one manner, a line that looks less like a title is one, too.
    """
    enough = _MOST * len(chunks)
    lines = [row for rows in chunks for row in rows[1:]]
    if len(chunks) > 2:
        if sum(_opens(rows, look) for rows in chunks) >= enough:
            return "apart"
        alone = sum(row.before > 0 and row.after > 0 for row in lines)
        if all(_fits(rows, "apart") for rows in chunks) and alone < 0.1 * len(lines):
            return "apart"
    if len(chunks) < 2:
        return ""
    close = [rows[0].text for rows in chunks if _can_title(rows[0].text, look, lone=False)]
    verses = sum(_title_case(row.text) for row in lines)
    if sum(map(_title_case, close)) >= enough and verses < 0.3 * len(lines):
        return "close"
    brief = 0.6 * median(len(row.text) for row in lines)
    short = sum(len(text) <= brief for text in close)
    return "close" if len(chunks) > 3 and short >= enough else ""


def _fits(rows: Sequence[_Line], manner: str) -> bool:
    """Whether a chunk's first line is a title in the manner of the others."""
    if len(rows) < 2 or len(rows[0].text) > SURE_TITLE_CHARS or is_label(rows[0].text):
        return False
    return manner == "close" or (manner == "apart" and rows[0].after > 0)


def _opens(rows: Sequence[_Line], look: _Look) -> bool:
    """Whether the first of a song's lines is its title."""
    if len(rows) < 2:
        return False
    first = rows[0]
    stands_out = (
        first.after > 0
        or (_shouts(first.text) and not look.shouted)
        or (len(rows) > 2 and _signature(first, rows[1]))
    )
    return bool(stands_out) and _can_title(first.text, look, lone=True)


# ---- lines


def _page(lines: list[str]) -> _Page:
    """A text with its headings and separators found."""
    rules: dict[int, str] = {}
    headings: list[_Heading] = []
    own = lines.copy()
    for number, line in enumerate(lines):
        if not line or len(line) > MARKED_CHARS:
            continue
        start = line.lstrip()[:1]
        if (start.isalnum() or start in _OPENS_WORDS) and start != "T":
            continue  # most lines: neither a separator nor a marked heading begins so
        if _SEPARATOR.fullmatch(line):
            own[number] = ""
            rules[number] = "".join(sorted(set(line) - set(" \t")))
        elif heading := _heading(line, number):
            if is_label(heading.title):
                own[number] = heading.title
            else:
                headings.append(heading)
    ruled = _ruled(lines, rules)
    if len(ruled) > 1:  # else the line is as good as a title above it
        headings = sorted([*headings, *ruled], key=lambda heading: heading.start)
        for heading in ruled:
            for number in range(heading.start, heading.end):
                rules.pop(number, None)
    rows = _single_spaced(_rows(own, rules))
    return _Page(own, rows, _look(own), rules, headings)


def _ruled(lines: Sequence[str], rules: Container[int]) -> list[_Heading]:
    """The headings above a separator that is as long, and those between two separators."""
    found: list[_Heading] = []
    framed = next((k for k, line in enumerate(lines) if line.strip()), 0) in rules
    for number in range(1, len(lines)):
        above = lines[number - 1].strip()
        if number not in rules or number - 1 in rules or not _is_named(above):
            continue
        start = number - 1
        if framed and start - 1 in rules and start > (found[-1].end if found else 0):
            found.append(_Heading(above, 1, start - 1, number + 1))
        elif (start == 0 or not lines[start - 1].strip()) and _is_as_long(lines[number], above):
            found.append(_Heading(above, 1, start, number + 1))
    return found


def _is_as_long(rule: str, title: str) -> bool:
    """Whether a separator was made to underline a title, and does not stand between songs."""
    rule = rule.strip()
    return len(rule) > 3 and " " not in rule and abs(len(rule) - len(title)) <= 1


def _heading(line: str, number: int) -> _Heading | None:
    """The heading in Markdown or TeX that a line is, if any."""
    if len(line) > MARKED_CHARS:
        return None
    if match := _HEADING.fullmatch(line) or _HASHED.fullmatch(line):
        return _Heading(match[2], len(match[1]), number, number + 1)
    if match := _SECTION.fullmatch(line):
        return _Heading(match[2], 1 + len(match[1]) // 3, number, number + 1)
    return None


def _rows(lines: Sequence[str], rules: Container[int] = ()) -> list[_Line]:
    """The lines with words and the blank ones around them; a separator is one blank line."""
    full: list[int] = []
    gaps: list[int] = []
    wide = run = 0
    for number, line in enumerate(lines):
        if line.strip():
            full.append(number)
            gaps.append(max(wide, run))
            wide = run = 0
        elif number in rules:
            wide, run = max(wide, run, 1), 0
        else:
            run += 1
    gaps.append(max(wide, run))
    return [_Line(k, lines[k].strip(), gaps[n], gaps[n + 1]) for n, k in enumerate(full)]


def _single_spaced(rows: Sequence[_Line]) -> list[_Line]:
    """The rows as if a double-spaced text had been written single-spaced."""
    wide = [row.before for row in rows[1:]]
    gaps = single_spaced(wide)
    if gaps == wide:
        return list(rows)
    before, after = [rows[0].before, *gaps], [*gaps, rows[-1].after]
    return [
        _Line(row.number, row.text, above, below)
        for row, above, below in zip(rows, before, after, strict=True)
    ]


def _look(lines: Sequence[str]) -> _Look:
    full = [line.strip() for line in lines if line.strip()]
    cased = [line for line in full if line[0].isalpha() and line[0].lower() != line[0].upper()]
    return _Look(
        shouted=sum(map(_shouts, full)) > 0.5 * len(full),
        small=bool(cased) and sum(line[0].islower() for line in cased) > 0.7 * len(cased),
    )


def _can_title(line: str, look: _Look, *, lone: bool) -> bool:
    """Whether a line is short, begins and ends as titles do, and names no section."""
    line = line.strip()
    bare = _bare(line)
    if not bare or len(bare) > TITLE_CHARS or len(bare.split()) > TITLE_WORDS or is_label(line):
        return False
    if not any(map(str.isalnum, bare)) or bare[-1] in ",;:-\u2013\u2014":
        return False
    if bare[-1] in ".?!\u2026" and not (_title_case(bare) or (lone and _shouts(bare))):
        return False
    return not bare[0].islower() or look.small


def _shouts(line: str) -> bool:
    """Whether a line is all in capitals."""
    return line.isupper() and sum(map(str.isalpha, line)) > 1


def _title_case(line: str) -> bool:
    """Whether every word that counts begins with a capital."""
    words = [word.strip(_QUOTES + "().,!?") for word in line.split()]
    words = [word for word in words if word]
    return bool(words) and all(
        not word[0].islower() or (k > 0 and f" {word} " in _SMALL_WORDS)
        for k, word in enumerate(words)
    )


def _names_someone(words: str) -> bool:
    """Whether what follows "by" is a name, and not the door."""
    return _title_case(words) and f" {words.split()[0].lower()} " not in _SMALL_WORDS


def _after(mark: re.Pattern[str], line: str) -> str:
    """What follows a mark at a line's beginning, or ""."""
    match = mark.match(line) if len(line) <= MARKED_CHARS else None
    return line[match.end() :].strip() if match else ""


def _inside(mark: re.Pattern[str], line: str) -> str:
    """What the last group of a mark holds that takes the whole line, or ""."""
    match = mark.fullmatch(line) if len(line) <= MARKED_CHARS else None
    return match[match.re.groups].strip() if match else ""


def _framed(line: str) -> str:
    """What is between symbols, but not just set in bold, or ""."""
    return "" if _BOLD.fullmatch(line) else _inside(_FRAMED, line)


def _is_named(title: str) -> bool:
    """Whether what is marked as a title can be one, and is neither a section nor a verse."""
    fit = len(title) <= SURE_TITLE_CHARS and any(map(str.isalnum, title))
    return fit and title[-1] not in ",;:" and not is_label(title) and not is_label(f"({title})")


def _number(line: str) -> int:
    """The number that a line begins with, in Arabic or in Roman numerals."""
    match = _TRACK.match(line) or _NUMBERED.match(line)
    digits = next(filter(None, match.groups()), "") if match else ""
    if digits.isdigit():
        return int(digits)
    values = [_ROMAN[digit] for digit in digits]
    return sum(-value if value < max(values[k:]) else value for k, value in enumerate(values))


def _signature(title: _Line, below: _Line) -> str:
    """Whose song it is by the line under its title, or ""."""
    if field := _BY_FIELD.fullmatch(below.text):
        return field[1]
    byline = _BYLINE.fullmatch(below.text)
    near = title.after == 0 and (below.after > 0 or below.text[0] in "*_(")
    return byline[1] if byline and near and _names_someone(byline[1]) else ""


def _bare(title: str) -> str:
    """A title on one line without its number, and without what decorates it."""
    title = one_line(title)
    if heading := _heading(title, 0):
        title = heading.title
    for mark in (_TRACK, _NUMBERED):
        title = _after(mark, title) or title
    for mark in (_BOLD, _FRAMED, _BRACKETED):
        title = _inside(mark, title) or title
    inner = title[1:-1]
    if len(title) > 2 and title[0] in _QUOTES and title[-1] in _QUOTES:
        title = title if any(char in '"\u201c\u201d' for char in inner) else inner
    return title


def _key(title: str) -> str:
    """A title as a list of contents and the song itself both have it."""
    return _bare(title[:MARKED_CHARS]).strip(" .-*\u2022\u2013\u2014").casefold()


def _stripped(lines: Sequence[str]) -> list[str]:
    """The lines without blank ones around them."""
    full = [k for k, line in enumerate(lines) if line.strip()]
    return list(lines[full[0] : full[-1] + 1]) if full else []


_WAYS: tuple[Callable[[_Page], list[RawSong]], ...] = (
    _by_headings,
    _by_fields,
    partial(_by_mark, words=partial(_after, _TRACK), sure=True, count=True),
    partial(_by_mark, words=_framed, sure=True),
    partial(_by_mark, words=partial(_after, _NUMBERED), count=True),
    _by_rules,
    _by_gaps,
    partial(_by_mark, words=partial(_inside, _BOLD)),
    partial(_by_mark, words=partial(_inside, _BRACKETED)),
    partial(_by_mark, words=partial(_inside, _QUOTED)),
    _by_signature,
    _by_first_section,
    partial(_by_style, style=_shouts, least=3),
    partial(_by_style, style=_title_case, least=4),
    _by_bare_rules,
    partial(_by_headings, least=1),
    _by_single_titles,
    _by_bare_gaps,
)
"""The ways in which songs are marked, the surest first."""
