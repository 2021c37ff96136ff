"""ChordPro: chords are removed; directives give titles, sections and repeated choruses."""

from __future__ import annotations

import re

from lyricslab.errors import FileTooLargeError
from lyricslab.importing.boundaries.candidates import titled
from lyricslab.importing.boundaries.divide import divide
from lyricslab.importing.lines import is_label, newlines, one_line
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import MAX_FILE_BYTES, FileSongs, Source, UnpackBudget
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".cho", ".crd", ".chopro", ".chordpro", ".pro")

_DIRECTIVE = re.compile(r"\{\s*([a-zA-Z_]+)(?:-[^\s:}]*)?(?:[:\s](.*))?\}")
_CHORD = re.compile(r"\[([^\[\]]*)\]")
_SOME_CHORD = re.compile(r"\[[A-H][#b]?(?:m|maj|min|dim|sus|add)?\d{0,2}(?:/[A-H][#b]?)?\]")
_LABEL = re.compile(r"""label\s*=\s*["']([^"']*)["']""")
_SHORT = {
    "t": "title",
    "st": "subtitle",
    "ns": "new_song",
    "soc": "start_of_chorus",
    "eoc": "end_of_chorus",
    "sov": "start_of_verse",
    "eov": "end_of_verse",
    "sob": "start_of_bridge",
    "eob": "end_of_bridge",
    "sot": "start_of_tab",
    "eot": "end_of_tab",
    "sog": "start_of_grid",
    "eog": "end_of_grid",
}
_DETAILS = frozenset("key album year composer lyricist language".split())
_UNSUNG = frozenset("tab grid abc ly svg musicxml textblock".split())
"""Sections that hold no words."""
_UNMISTAKABLE = frozenset(
    "title subtitle artist composer lyricist key capo tempo comment new_song start_of_chorus "
    "end_of_chorus start_of_verse end_of_verse start_of_bridge end_of_bridge start_of_tab "
    "start_of_grid meta chorus".split()
)
"""Directives by which a songbook is recognised."""


def matches(text: str) -> bool:
    """Return whether a text has a title as ChordPro writes it, two directives, or one and chords.

    Each directive has a line of its own.
    """
    lines = newlines(text).split("\n")
    directives = [found[1].lower() for found in map(_DIRECTIVE.fullmatch, lines) if found]
    known = [
        name for name in (_SHORT.get(name, name) for name in directives) if name in _UNMISTAKABLE
    ]
    return (
        len(known) > 1
        or known == ["title"]
        or (len(known) == 1 and any(map(_SOME_CHORD.search, lines)))
    )


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a songbook; without titles it is divided like plain text.

    Raises:
        FileTooLargeError: if its choruses are repeated too often.
        ReadError: if it is not text.
    """
    decoded = source.text()
    budget = UnpackBudget(MAX_FILE_BYTES)
    book = [_Song()]
    for line in newlines(decoded.text.removeprefix("\ufeff")).split("\n"):
        directive = _DIRECTIVE.fullmatch(line.strip())
        if not directive:
            book[-1].add_line(line)
            continue
        name, value = directive[1].lower(), (directive[2] or "").strip(": \t")
        name = _SHORT.get(name, name)
        if name == "meta":
            name, _, value = value.partition(" ")
        again = name == "title" and book[-1].title and book[-1].has_words
        if name == "new_song" or again:  # some books only give the next title
            book.append(_Song())
        book[-1].apply(name, value)
        if name == "chorus" and not book[-1].repeat(value, budget):
            raise FileTooLargeError(
                f"'{source.name}' repeats its choruses beyond any song. Import the lyrics as .txt."
            )
    if len(book) == 1 and not book[0].title:
        divided = divide("\n".join(book[0].lines), source.declined)
        return source.divided("ChordPro", divided, decoded)
    songs = [song.finish() for song in book if song.title or song.has_words]
    return source.result("ChordPro", with_title(songs, source.title), decoded)


class _Song:
    """A song, built up line by line."""

    def __init__(self) -> None:
        self.title = ""
        self.lines: list[str] = []
        self._artist = ""
        self._subtitle = ""
        self._details: dict[str, str] = {}
        self._section = ""
        self._chorus: list[str] = []
        self._apart = False
        """Whether a blank line precedes the next line."""

    @property
    def has_words(self) -> bool:
        """Whether there are any words so far."""
        return any(map(str.strip, self.lines))

    def apply(self, name: str, value: str) -> None:
        """Apply a directive; those about appearance are ignored."""
        if name == "title":
            self.title = self.title or one_line(value)
        elif name == "artist":
            self._artist = self._artist or one_line(value)
        elif name in _DETAILS:
            self._details.setdefault(name, one_line(value))
        elif name == "subtitle":
            self._subtitle = self._subtitle or one_line(value)
        elif name.startswith("start_of_"):
            self._section = name.removeprefix("start_of_")
            if self._section not in _UNSUNG:
                self._write(_label(self._section, value), apart=True)
            if self._section == "chorus":
                self._chorus = []
        elif name.startswith("end_of_"):
            self._section = ""
            self._apart = True

    def repeat(self, value: str, budget: UnpackBudget) -> bool:
        """Repeat the last chorus; return whether the budget allowed it."""
        if not budget.spend(sum(map(len, self._chorus)) + len(self._chorus)):
            return False
        self._write(_label("chorus", value), apart=True)
        self.lines += self._chorus
        self._apart = True
        return True

    def add_line(self, line: str) -> None:
        """Add the words of a line."""
        if line.startswith("#") or self._section in _UNSUNG:
            return
        words = _CHORD.sub(lambda chord: chord[0] if is_label(chord[1]) else "", line)
        if words != line:
            words = one_line(words)
            if not any(map(str.isalnum, words)):  # nothing but chords, strokes and bars
                return
        self._write(words)
        if self._section == "chorus":
            self._chorus.append(words)

    def _write(self, line: str, *, apart: bool = False) -> None:
        """Add a line, after a blank one where it begins a section."""
        if (apart or self._apart) and line.strip() and self.lines and self.lines[-1].strip():
            self.lines.append("")
        self.lines.append(line)
        self._apart = False

    def finish(self) -> RawSong:
        """Return the song; a subtitle mostly names the artist."""
        song = titled(self.lines)
        if self.title:
            song = RawSong(self.title, "\n".join(self.lines).strip("\n"))
        artist = self._artist or self._subtitle or song.artist
        details = tuple((name, value) for name, value in self._details.items() if value)
        return RawSong(song.title, song.text, artist, details=details)


def _label(section: str, value: str) -> str:
    """Return the line that names a section, by its own label if it has one."""
    label = _LABEL.search(value)
    name = label[1] if label else "" if "=" in value else value
    name = one_line(re.sub(r"[\[\]]", "", name))[:60]
    return f"[{name or section.replace('_', ' ').capitalize()}]"
