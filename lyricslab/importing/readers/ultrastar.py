"""UltraStar karaoke (the format of usdx.eu): the syllables under the notes become lines.

A file has fields ("#TITLE:Old Dog"), then notes ("TYPE START LENGTH PITCH SYLLABLE") and the ends
of lines ("- START"). In a duet "P1" and "P2" say who sings the notes that follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lyricslab.importing.lines import newlines, one_line
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".usdx", ".ultrastar")

_FIELD = re.compile(r"\s*#\s*([A-Za-z][A-Za-z0-9]{1,20})\s*:(.*)")
_NOTE = re.compile(r"\s*[:*FfRrGg]\s*(-?\d{1,9})\s+(\d{1,9})\s+(-?\d{1,9})(?:[ \t](.*))?")
_END = re.compile(r"\s*-\s*(-?\d{1,9})(?:\s+(-?\d{1,9}))?\s*")
_PLAYER = re.compile(r"\s*[Pp]\s?([1-9])\s*")
_DETAILS = ("album", "edition", "genre", "year", "language")
_HELD = "~"
"""Where a syllable goes on over another note."""


def matches(text: str) -> bool:
    """Return whether a text has notes of UltraStar, below its fields."""
    lines = newlines(text).split("\n")
    notes = sum(1 for line in lines if _NOTE.fullmatch(line))
    return notes > 4 or (notes > 1 and any(map(_FIELD.fullmatch, lines)))


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a file; what two players sing is put in order of time.

    Raises:
        ReadError: if it is not text.
    """
    decoded = source.text()
    songs = [_Song()]
    for line in newlines(decoded.text.removeprefix("\ufeff")).split("\n"):
        if found := _FIELD.fullmatch(line):
            name = found[1].lower()
            if name == "title" and songs[-1].phrases:
                songs.append(_Song())
            songs[-1].fields.setdefault(name, one_line(found[2]))
        else:
            songs[-1].add(line)
    found_songs = [song.finish() for song in songs]
    return source.result("UltraStar karaoke", with_title(found_songs, source.title), decoded)


@dataclass
class _Phrase:
    """A line as it is sung: the beat at which it begins, and its syllables."""

    start: int
    syllables: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The words of the line."""
        return one_line("".join(self.syllables))


class _Song:
    """A song, built up line by line."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.phrases: list[_Phrase] = []
        self._open = False
        """Whether the next note belongs to the last phrase."""
        self._shift = 0
        """What relative beats count from."""
        self._players: set[str] = set()

    def add(self, line: str) -> None:
        """Add a note, the end of a line, or the player of what follows; other lines are ignored."""
        if note := _NOTE.fullmatch(line):
            if not self._open:
                self.phrases.append(_Phrase(self._shift + int(note[1])))
                self._open = True
            self.phrases[-1].syllables.append((note[4] or "").replace(_HELD, ""))
        elif end := _END.fullmatch(line):
            self._open = False
            if self.fields.get("relative", "").lower() in ("yes", "true", "1"):
                self._shift += int(end[2] or end[1])
        elif player := _PLAYER.fullmatch(line):
            self._open = False
            self._shift = 0
            self._players.add(player[1])

    def finish(self) -> RawSong:
        """Return the song; a line that both players sing at once is there once."""
        phrases = self.phrases
        if len(self._players) > 1:
            phrases = sorted(phrases, key=lambda phrase: phrase.start)
        lines: list[str] = []
        sung: set[tuple[int, str]] = set()
        for phrase in phrases:
            words = phrase.words
            if words and (phrase.start, words) not in sung:
                lines.append(words)
            sung.add((phrase.start, words))
        details = tuple((name, self.fields[name]) for name in _DETAILS if self.fields.get(name))
        return RawSong(
            self.fields.get("title", ""),
            "\n".join(lines),
            self.fields.get("artist", ""),
            details=details,
        )
