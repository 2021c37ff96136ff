"""MusicXML (of the W3C; .musicxml, .mxl), scores: the syllables under the notes become verses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lyricslab.errors import EmptyFileError
from lyricslab.importing.lines import one_line
from lyricslab.importing.readers.beginning import xml_root
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_file import field as text_at
from lyricslab.importing.readers.xml_file import parse_xml, words_in
from lyricslab.importing.readers.xml_zip import Package
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".musicxml", ".mxl")

MIN_WORDS = 3
"""A line has this many words before a capital begins the next."""
_ROOTS = ("score-partwise", "score-timewise")
_ZIP = b"PK"
_SELF = ("i", "i'm", "i'll", "i've", "i'd", "o")
"""Words with a capital anywhere in a line."""
_ENDS = ".,;:!?"


@dataclass
class _Verse:
    """The words of one verse in one part."""

    words: list[str] = field(default_factory=list)
    ends: set[int] = field(default_factory=set)
    """After how many words a line ends, where the score says so."""
    open: bool = False
    """Whether the next syllable belongs to the last word."""

    def add(self, lyric: Any) -> None:
        """Add the syllables under a note."""
        kind = ""
        for element in lyric:
            if element.tag == "syllabic":
                kind = words_in(element)
            elif element.tag == "text":
                syllable = one_line(element.text or "")
                if self.open and self.words:
                    self.words[-1] += syllable
                else:
                    self.words.append(syllable)
                self.open = False  # what follows an elision is a word of its own
            elif element.tag in ("end-line", "end-paragraph"):
                self.ends.add(len(self.words))
        self.open = kind in ("begin", "middle")

    def lines(self) -> list[str]:
        """Return the lines of the verse: as the score ends them, else by capitals and stops."""
        capitals = any(map(_is_capital, self.words[1:]))
        lines: list[list[str]] = [[]]
        for number, word in enumerate(self.words):
            before = lines[-1]
            if self.ends:
                begins = number in self.ends
            elif capitals:
                begins = len(before) >= MIN_WORDS and _is_capital(word)
            else:
                begins = len(before) >= MIN_WORDS and before[-1][-1:] in _ENDS
            if begins and before:
                lines.append([])
            lines[-1].append(word)
        return [one_line(" ".join(line)) for line in lines]


def matches(text: str) -> bool:
    """Return whether a text begins as a score does."""
    return xml_root(text)[0] in _ROOTS


def read(source: Source) -> list[FileSongs]:
    """Read the words of a score, verse by verse; what several voices sing is there once.

    Raises:
        EmptyFileError: if no note has words.
        ReadError: if it is damaged.
    """
    score, _ = parse_xml(_unpacked(source), "MusicXML")
    verses = [verse for part in _parts(score) for verse in part.values()]
    stanzas = dict.fromkeys("\n".join(verse.lines()) for verse in verses)
    stanzas.pop("", None)
    if not stanzas:
        raise EmptyFileError(f"'{source.name}' is a score without words under its notes.")
    names = {
        creator.get("type", ""): words_in(creator)
        for creator in score.iterfind("identification/creator")
    }
    song = RawSong(
        text_at(score, "work/work-title") or text_at(score, "movement-title"),
        "\n\n".join(stanzas),
        names.get("lyricist") or names.get("poet") or names.get("composer", ""),
    )
    guessed = not any(verse.ends for verse in verses)
    note = f"'{source.name}' is a score, which has no line ends; capitals begin the lines."
    songs = with_title([song], source.title)
    return source.result("MusicXML", songs, notes=(note,) if guessed else ())


def _unpacked(source: Source) -> Source:
    """Return the score of a packed file."""
    if not source.data.startswith(_ZIP):
        return source
    with Package(source, "MusicXML", "Export it again as .musicxml.") as package:
        container = package.xml("META-INF/container.xml")
        paths = [root.get("full-path", "") for root in container.iter("rootfile")]
        return replace(source, data=package.read(next(iter(paths), "")), encoding=None)


def _parts(score: Any) -> Iterator[dict[str, _Verse]]:
    """Yield the verses of each part, by their numbers."""
    parts: dict[str, dict[str, _Verse]] = {}
    for note in score.iter("note"):
        place = next(note.iterancestors("part"), None)
        part = parts.setdefault("" if place is None else place.get("id", ""), {})
        for lyric in note.iterchildren("lyric"):
            part.setdefault(lyric.get("number", "1"), _Verse()).add(lyric)
    yield from parts.values()


def _is_capital(word: str) -> bool:
    return word[:1].isupper() and word.lower().strip(_ENDS) not in _SELF
