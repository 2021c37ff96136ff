"""ChordPro: chords are taken off, directives say what is a title and what is sung again."""

from __future__ import annotations

import re

from lyricslab.errors import FileTooLargeError
from lyricslab.importing.boundaries.candidates import titled
from lyricslab.importing.boundaries.strategies import divide
from lyricslab.importing.lines import is_label, newlines, one_line
from lyricslab.importing.readers.paragraphs import called
from lyricslab.importing.readers.source import MAX_FILE_BYTES, Found, Room, Source
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".cho", ".crd", ".chopro", ".chordpro", ".pro")

_DIRECTIVE = re.compile(r"\{\s*([a-zA-Z_]+)(?:-[^\s:}]*)?(?:[:\s](.*))?\}")
_CHORD = re.compile(r"\[([^\[\]]*)\]")
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
_UNSUNG = frozenset("tab grid abc ly svg musicxml textblock".split())
"""Sections that hold no words."""


def read(source: Source) -> list[Found]:
    """The songs of a songbook; one that says nothing of itself is divided as plain text is.

    Raises:
        FileTooLargeError: if its choruses are sung too often.
        ReadError: if it is not text.
    """
    decoded = source.text()
    room = Room(MAX_FILE_BYTES)
    book = [_Song()]
    for line in newlines(decoded.text.removeprefix("\ufeff")).split("\n"):
        directive = _DIRECTIVE.fullmatch(line.strip())
        if not directive:
            book[-1].sing(line)
            continue
        name, value = directive[1].lower(), (directive[2] or "").strip(": \t")
        name = _SHORT.get(name, name)
        if name == "meta":
            name, _, value = value.partition(" ")
        again = name == "title" and book[-1].title and book[-1].has_words
        if name == "new_song" or again:  # some books only say the next title
            book.append(_Song())
        book[-1].obey(name, value)
        if name == "chorus" and not book[-1].repeat(value, room):
            raise FileTooLargeError(
                f"'{source.name}' repeats its choruses beyond any song. Bring the lyrics as .txt."
            )
    if len(book) == 1 and not book[0].title:
        drafts = divide("\n".join(book[0].lines))
    else:
        drafts = [song.draft() for song in book if song.title or song.has_words]
    return source.found("ChordPro", called(drafts, source.title), decoded)


class _Song:
    """A song as it grows line by line."""

    def __init__(self) -> None:
        self.title = ""
        self.lines: list[str] = []
        self._artist = ""
        self._subtitle = ""
        self._section = ""
        self._chorus: list[str] = []
        self._apart = False
        """Whether a blank line stands before what comes next."""

    @property
    def has_words(self) -> bool:
        """Whether anything is sung so far."""
        return any(map(str.strip, self.lines))

    def obey(self, name: str, value: str) -> None:
        """Does what a directive says; those about looks say nothing here."""
        if name == "title":
            self.title = self.title or one_line(value)
        elif name == "artist":
            self._artist = self._artist or one_line(value)
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

    def repeat(self, value: str, room: Room) -> bool:
        """Sings the last chorus again, if there is room for it."""
        room.left -= sum(map(len, self._chorus)) + len(self._chorus)
        if room.left < 0:
            return False
        self._write(_label("chorus", value), apart=True)
        self.lines += self._chorus
        self._apart = True
        return True

    def sing(self, line: str) -> None:
        """Takes a line's words."""
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
        """Adds a line, and a blank one before it where there is to be one and is none."""
        if (apart or self._apart) and line.strip() and self.lines and self.lines[-1].strip():
            self.lines.append("")
        self.lines.append(line)
        self._apart = False

    def draft(self) -> RawSong:
        """The song; a subtitle mostly says whose it is."""
        song = titled(self.lines)
        if self.title:
            song = RawSong(self.title, "\n".join(self.lines).strip("\n"))
        return RawSong(song.title, song.text, self._artist or self._subtitle or song.artist)


def _label(section: str, value: str) -> str:
    """The line that names a section, by its own name if it has one."""
    own = _LABEL.search(value)
    name = own[1] if own else "" if "=" in value else value
    name = one_line(re.sub(r"[\[\]]", "", name))[:60]
    return f"[{name or section.replace('_', ' ').capitalize()}]"
