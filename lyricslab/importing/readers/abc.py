"""ABC notation (the standard 2.1 of abcnotation.com): the words under the notes, verse by verse.

A tune begins with "X:"; "w:" has the syllables of a verse under a line of notes, "W:" the words
below the tune.
"""

from __future__ import annotations

import re
import unicodedata

from lyricslab.importing.entities import unescape
from lyricslab.importing.lines import newlines, one_line
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".abc",)

_START = re.compile(r"X:\s*\d{1,6}\s*")
_KEY = re.compile(r"K:.*")
_FIELD = re.compile(r"([A-Za-z+]):(?!\|)(.*)")
_VOICE = re.compile(r"\s*\[V:\s*([^\]\s]{1,40})")
_ACCENT = re.compile(r"\\([`'^~\"=])([A-Za-z])")
_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    '"': "\u0308",
    "=": "\u0304",
}
_NUMBER = re.compile(r"\A\s*\(?\d{1,2}[.):][\s~]*")
_HYPHEN = "\0"
"""Stands for a hyphen that is sung, not one between syllables."""
_MARKS = str.maketrans({"_": "", "|": "", "*": " ", "~": " "})


def matches(text: str) -> bool:
    """Return whether a text has a tune: the field of its number, and the one of its key below."""
    started = False
    if "{start_of_abc" in text:  # a part of a songbook in ChordPro
        return False
    for line in newlines(text).split("\n"):
        if _START.fullmatch(line):
            started = True
        elif started and _KEY.fullmatch(line):
            return True
    return False


def read(source: Source) -> list[FileSongs]:
    """Read the tunes that have words.

    Raises:
        ReadError: if it is not text.
    """
    decoded = source.text()
    tunes: list[_Tune] = []
    for line in newlines(decoded.text.removeprefix("\ufeff")).split("\n"):
        if _START.fullmatch(line.split("%")[0]):
            tunes.append(_Tune())
        elif tunes:
            tunes[-1].add(line)
    songs = [tune.finish() for tune in tunes]
    return source.result("ABC notation", with_title(songs, source.title), decoded)


class _Tune:
    """A tune, built up line by line."""

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}
        self._voices: dict[str, list[list[str]]] = {}
        """The lines of each verse of each voice."""
        self._voice = ""
        self._verse = 0
        """The verse of the next line of words."""
        self._below: list[str] = []
        self._last = ""
        """The field that a line "+:" continues."""

    def add(self, line: str) -> None:
        """Add a line: words, another field, or notes."""
        if line.startswith("%") or not line.strip():
            return
        found = _FIELD.match(line)
        if not found:
            if voice := _VOICE.match(line):
                self._voice = voice[1]
            self._verse = 0
            return
        name, value = found[1], _decoded(found[2])
        if name == "+":
            self._go_on(value)
            return
        self._last = name
        if name == "V":
            self._voice = next(iter(value.split()), "")
        elif name == "w":
            self._add_words(value)
        elif name == "W":
            self._below.append(_NUMBER.sub("", one_line(value), count=1))
        else:
            self._fields.setdefault(name, one_line(value))

    def _go_on(self, value: str) -> None:
        """Add to the words of the line above."""
        if self._last == "W" and self._below:
            self._below[-1] = one_line(f"{self._below[-1]} {value}")
        elif self._last == "w" and self._verse:
            verse = self._voices[self._voice][self._verse - 1]
            verse[-1] = _joined(verse[-1], value)

    def _add_words(self, value: str) -> None:
        """Add a line under the notes: the first to the first verse, the next to the next."""
        verses = self._voices.setdefault(self._voice, [])
        if self._verse == len(verses):
            verses.append([])
        verse = verses[self._verse]
        if verse and verse[-1].endswith("\\"):  # goes on in this line
            verse[-1] = _joined(verse[-1], value)
        else:
            verse.append(value)
        if not value.rstrip().endswith("\\"):
            self._verse += 1

    def finish(self) -> RawSong:
        """Return the song: its verses, then the words below the tune."""
        verses = [verse for voice in self._voices.values() for verse in voice]
        stanzas = dict.fromkeys("\n".join(_lines(verse)) for verse in verses)
        stanzas.pop("", None)  # and what each voice of a choir sings is there once
        text = "\n\n".join([*stanzas, "\n".join(self._below).strip("\n")]).strip("\n")
        key = " ".join(word for word in self._fields.get("K", "").split() if "=" not in word)
        details = (("key", key),) if key else ()
        return RawSong(self._fields.get("T", ""), text, self._fields.get("C", ""), details=details)


def _joined(line: str, more: str) -> str:
    """Return a line of syllables that goes on in another."""
    return line.rstrip("\\ ") + " " + more


def _decoded(value: str) -> str:
    """Return the value of a field without its comment, its accents composed."""
    value = value.replace("\\%", "\1").partition("%")[0].replace("\1", "%")
    value = _ACCENT.sub(
        lambda found: unicodedata.normalize("NFC", found[2] + _ACCENTS[found[1]]), value
    )
    return unescape(value)


def _lines(verse: list[str]) -> list[str]:
    """Return the lines of a verse as words, a word over two lines in the first of them."""
    lines: list[str] = []
    broken = False
    for number, syllables in enumerate(verse):
        if number == 0:
            syllables = _NUMBER.sub("", syllables, count=1)
        words = _words(syllables)
        if broken and lines:
            rest, _, words = words.partition(" ")
            lines[-1] += rest
        if words:
            lines.append(words)
        broken = syllables.rstrip(" _*|").endswith("-")
    return lines


def _words(syllables: str) -> str:
    """Return the words that syllables make up."""
    syllables = syllables.replace("\\-", _HYPHEN).replace("\\", "").translate(_MARKS)
    return one_line("".join(part.strip() for part in f" {syllables} ".split("-"))).replace(
        _HYPHEN, "-"
    )
