"""Advanced SubStation Alpha (.ass, .ssa), captions that are also used for karaoke.

The words are the tenth field of a "Dialogue:" line; "{...}" says how they look, "\\N" breaks them.
"""

from __future__ import annotations

import re

from lyricslab.importing.lines import newlines, one_line
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".ass", ".ssa")

_DIALOGUE = re.compile(r"\s*Dialogue:\s*[^,]{0,40},\s*(\d{1,2}:\d\d:\d\d[.:]\d{1,3}),(.*)")
_FIELDS = 8
"""How many fields a line has between its start and its words; the last is an effect."""
_STYLING = re.compile(r"\{[^{}]*\}")
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9]")
_TITLE = re.compile(r"Title:\s*(.*)")
_UNTITLED = ("", "untitled", "default aegisub file", "new subtitle")


def matches(text: str) -> bool:
    """Return whether a text has a line of dialogue, with its time."""
    return any(map(_DIALOGUE.fullmatch, newlines(text).split("\n")))


def read(source: Source) -> list[FileSongs]:
    """Read the song of a file; what an effect shows again is there once.

    Raises:
        ReadError: if it is not text.
    """
    decoded = source.text()
    title = ""
    lines: list[str] = []
    shown: set[tuple[str, str]] = set()
    for line in newlines(decoded.text.removeprefix("\ufeff")).split("\n"):
        if found := _TITLE.fullmatch(line):
            title = title or one_line(found[1])
        elif dialogue := _DIALOGUE.fullmatch(line):
            start, rest = dialogue[1], dialogue[2].split(",", _FIELDS - 1)
            words = _words(rest[-1]) if len(rest) == _FIELDS and rest[-2] != "fx" else []
            lines += [word for word in words if (start, word) not in shown]
            shown |= {(start, word) for word in words}
    title = "" if title.lower() in _UNTITLED else title
    song = RawSong(title, "\n".join(lines))
    return source.result("captions", with_title([song], source.title), decoded)


def _words(text: str) -> list[str]:
    """Return the lines that a dialogue shows."""
    if _DRAWING.search(text):
        return []
    text = _STYLING.sub("", text).replace("\\N", "\n").replace("\\n", " ").replace("\\h", " ")
    return [words for words in map(one_line, text.split("\n")) if words]
