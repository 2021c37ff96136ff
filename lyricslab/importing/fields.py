"""Fields around a song, such as "Artist: Ann Lee", and what they say of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lyricslab.importing.lines import one_line
from lyricslab.songs.raw_song import RawSong

NAME_CHARS = 40
"""A longer name is no field."""
VALUE_CHARS = 300
"""Longer values are cut off."""
MAX_DETAILS = 40
"""How many details of a song are kept."""

_TITLES = (
    "title|titel|titre|título|titulo|titolo|tytuł|tittel|otsikko|название|song title|songtitle"
    "|song name|track title|name|song|name of song"
)
_ARTISTS = (
    "artist|artists|artist(s)|artist name|band|singer|singers|performer|performers|performed by"
    "|sung by|by|author|authors|author(s)|auteur|autor|autore|artiste|artista|interpret"
    "|interprète|künstler|författare|исполнитель|автор"
)
_WRITERS = (
    "writer|writers|writer(s)|songwriter|songwriters|songwriter(s)|written by|composer|composers"
    "|composer(s)|composed by|lyricist|lyricists|lyrics by|words by|music by|words and music"
    "|words & music|words and music by|words & music by|music and lyrics|lyrics and music|words"
    "|music|text by|lyrics"
)
_DETAILS = (
    "key|original key|song key|capo|tempo|bpm|time|time signature|time sig|meter|metre|flow|order"
    "|play order|playorder|verse order|song order|structure|arrangement|arranger|arranged by"
    "|translator|translated by|ccli|ccli no|ccli number|ccli song|ccli song number|ccli song no"
    "|ccli license|ccli song id|copyright|copyrights|©|rights|album|from the album|record|ep|year"
    "|jahr|année|año|released|release|release date|track|track no|track number|track nr|disc"
    "|genre|genres|tags|category|categories|topic|topics|theme|themes|keyword|keywords|language"
    "|languages|lang|sprache|duration|length|tuning|melody|melodi|melodie|tune|tune name"
    "|scripture|scriptures|scripture reference|bible reference|reference|references|book|hymnal"
    "|songbook|source|publisher|published|published by|publishing|administrator|administered by"
    "|license|licence|date|created|updated|modified|difficulty|mood|style|pitch|number|no|nr|id"
    "|song id|song number|link|url|website|web|youtube|spotify|video|audio|label|producer"
    "|producers|produced by|comment|comments|note|notes|description|transcribed by|tabbed by"
    "|submitted by|status|layout|instrument|instruments|vocal range|range|strumming"
    "|strumming pattern|metronome|feel|midi|subtitle|alternate title|original title|aka|isrc"
    "|draft|slug|permalink|weight|aliases|alias|footer|chords|chords used|recorded|recorded by"
)
_KINDS = {
    variant: kind
    for kind, variants in (
        ("title", _TITLES),
        ("artist", _ARTISTS),
        ("writer", _WRITERS),
        ("detail", _DETAILS),
    )
    for variant in variants.split("|")
}
_SUNG = frozenset(
    "by name song band singer singers performer words music lyrics time flow order record tune book"
    " label number no note notes comment comments source length date style mood theme track feel"
    " range ep release released reference description status link id tempo melody chords disc draft"
    " weight layout rights structure web video audio footer".split()
)
"""Names that are words of songs and roles too; they count only beside others, or by their value."""
_KEY = r"\[?[a-hA-H](?:#|b|♯|♭|is|es| flat| sharp)?\s?(?:m|min|maj|minor|major|moll|dur)?\]?"
_VALUES = {
    "key": _KEY,
    "original key": _KEY,
    "capo": r"(?:fret )?(?:\d{1,2}|none|no capo|[ivx]{1,4})(?:st|nd|rd|th)?(?: fret)?",
    "tempo": r"[^\d\n]{0,20}\d{2,3}(?: ?bpm)?|slow|medium|fast|moderat[eo]|andante|allegro",
    "bpm": r"\d{2,3}(?:\.\d+)?",
    "time": r"\d{1,2} ?/ ?\d{1,2}",
    "year": r"\D{0,10}\d{4}.{0,20}",
    "track": r"\d{1,3}(?: (?:of|/) ?\d{1,3})?",
    "number": r"#? ?\d{1,5}",
    "ccli": r"#? ?\d{3,9}",
    "copyright": r".*(?:\d{4}|©|\(c\)|public domain).*",
}
_VALUE_PATTERNS = {
    name: re.compile(pattern, re.IGNORECASE | re.DOTALL) for name, pattern in _VALUES.items()
}
_FLOW = re.compile(
    r"(?:verse|v|chorus|c|bridge|b|pre-?chorus|pc|p|intro|i|outro|o|tag|t|ending|e|refrain|r|hook|h"
    r"|solo|s|interlude|vamp|x)?\d{0,2}|[\dvcbpiotex]{1,60}",
    re.IGNORECASE,
)
_FLOWS = frozenset({"flow", "order", "play order", "playorder", "verse order", "song order"})
_TEXTS = frozenset({"lyrics", "text", "words", "songtext"})
_MARKS = ' \t*_`#@•-–>+|"'
_HEADING = re.compile(r"#{1,6}[ \t]")
_BRACKETS = {"[": "]", "{": "}", "(": ")"}


@dataclass(frozen=True, slots=True)
class Fields:
    """What the fields around a song say."""

    title: str = ""
    artist: str = ""
    details: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    """The names of the fields as they stand in the text."""
    text: str = ""
    """The lyrics, where a field holds them."""

    def added_to(self, song: RawSong) -> RawSong:
        """Return a song with what the fields say of it; they know its title and artist best."""
        return replace(
            song,
            title=self.title or song.title,
            artist=self.artist or song.artist,
            text=song.text or self.text,
            details=(song.details + self.details)[:MAX_DETAILS],
        )

    def __add__(self, other: Fields) -> Fields:
        return Fields(
            self.title or other.title,
            self.artist or other.artist,
            self.details + other.details,
            self.names + other.names,
            self.text or other.text,
        )


@dataclass(frozen=True, slots=True)
class Field:
    """A line such as "Key: G": its name in lower case, the value, and the name as it stands."""

    name: str
    value: str
    written: str

    @property
    def kind(self) -> str:
        """What it tells: "title", "artist", "writer" or "detail"; "" for unknown names."""
        return _KINDS.get(self.name, "")

    @property
    def is_sure(self) -> bool:
        """Whether nobody sings this, by its name or by its value."""
        value = self.value[:VALUE_CHARS]
        if self.name in _FLOWS:
            return all(map(_FLOW.fullmatch, re.split("[ ,>–-]+", value)))
        if pattern := _VALUE_PATTERNS.get(self.name):
            return bool(pattern.fullmatch(value))
        return bool(self.kind) and self.name not in _SUNG


def parse_field(line: str, *, aligned: bool = False) -> Field | None:
    """Return the field that a line is, if its name is short; of any name, with or without value.

    Args:
        aligned: whether two blanks or a tab separate names and values, instead of ":" or "=".
    """
    line = line.strip()
    if _HEADING.match(line):
        return None
    if line[:1] in _BRACKETS and line[-1:] == _BRACKETS[line[0]]:
        line = line[1:-1]
    head = line[: NAME_CHARS + 8]
    if aligned:
        start = next((k for sign in ("\t", "  ") if (k := head.find(sign)) > 0), -1)
    else:
        start = min((k for sign in ":=：" if (k := head.find(sign)) > 0), default=-1)
    if start < 0:
        return None
    written = one_line(head[:start].strip(_MARKS))
    if not written or len(written) > NAME_CHARS or (not written[0].isalpha() and written != "©"):
        return None
    value = line[start:].strip(" \t") if aligned else line[start + 1 :].lstrip(":").strip(" \t*_`")
    return Field(written.rstrip(" #.").lower(), one_line(value), written)


def parse_spaced_field(line: str) -> Field | None:
    """Return the field whose name is known and one blank from its value."""
    words = line[:NAME_CHARS].split()
    for count in (3, 2, 1):
        name = " ".join(words[:count])
        if len(words) > count and name.lower() in _KINDS:
            return Field(name.lower(), one_line(line.strip()[len(name) :]), name)
    return None


def fields_of(entries: Sequence[Field]) -> Fields:
    """Return what fields say: the first title and artist, and everything else as details."""
    texts = [entry for entry in entries if entry.name in _TEXTS and "\n" in entry.value]
    full = [entry for entry in entries if entry.value.strip() and entry not in texts]
    titles = [entry for entry in full if entry.kind == "title" and entry.name != "song"]
    titles = titles or [entry for entry in full if entry.kind == "title"]
    artists = [entry for entry in full if entry.kind == "artist"]
    artists = artists or [entry for entry in full if entry.kind == "writer"]
    used = [*titles[:1], *artists[:1]]
    details = (
        (entry.name, one_line(entry.value[:VALUE_CHARS]))
        for entry in full
        if not any(entry is one for one in used)
    )
    return Fields(
        _plain(titles),
        _plain(artists),
        tuple(islice(details, MAX_DETAILS)),
        tuple(dict.fromkeys(entry.written for entry in entries)),
        texts[0].value if texts else "",
    )


def _plain(entries: Sequence[Field]) -> str:
    """Return the value of the first field without quotation marks around it."""
    value = one_line(entries[0].value[:VALUE_CHARS]) if entries else ""
    if len(value) > 2 and value[0] in "\"'“" and value[-1] in "\"'”":
        value = value[1:-1]
    if value.startswith("[[") and value.endswith("]]"):  # a link to another note
        value = value[2:-2].rpartition("|")[2]
    return value
