"""LRC, lyrics with times for players, also with the times of words and the marks of voices.

Times are removed, and lines are sorted as they are sung.
"""

from __future__ import annotations

import re

from lyricslab.errors import FileTooLargeError
from lyricslab.importing.boundaries.candidates import titled
from lyricslab.importing.boundaries.divide import divide
from lyricslab.importing.lines import newlines, one_line
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import MAX_FILE_BYTES, FileSongs, Source, UnpackBudget
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".lrc",)

_STAMP = r"(\d{1,3}):(\d{1,2}(?:[.:,]\d{1,3})?)"
_LINE_STAMP = re.compile(rf"\s*\[\s*{_STAMP}\s*\]")
_WORD_STAMP = re.compile(rf"[<\[]{_STAMP}[>\]]")
_TAG = re.compile(
    r"\s*\[\s*(ti|ar|al|au|by|re|ve|la|lr|id|offset|length|tool|total|encoding|key|bpm|genre|year"
    r"|language|#)\s*:([^\]]*)\]\s*",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(r"\s*\[bg:([^\[\]]*)\]\s*", re.IGNORECASE)
"""What is sung behind the line above."""
_VOICE = re.compile(r"(?:v\d{1,2}|[FMD]):\s*")
"""Who sings a line: a number, or "F", "M" and "D" for a woman, a man and both."""
_DETAILS = {"al": "album", "key": "key", "genre": "genre", "year": "year", "la": "language"}


def matches(text: str) -> bool:
    """Return whether most lines of a text begin with a time, or some do under a tag."""
    lines = [line for line in newlines(text).split("\n") if line.strip()]
    stamped = sum(1 for line in lines if _LINE_STAMP.match(line))
    tags = sum(1 for line in lines if _TAG.fullmatch(line))
    return stamped >= (2 if tags else 3) and stamped + tags > len(lines) / 2


def read(source: Source) -> list[FileSongs]:
    """Read the song of a file, titled by its tags; without stamps and tags it is plain text.

    Raises:
        FileTooLargeError: if its lines are repeated too often.
        ReadError: if it is not text.
    """
    decoded = source.text()
    tags: dict[str, str] = {}
    timed: list[tuple[float, str]] = []
    stamped = False
    times = [0.0]
    budget = UnpackBudget(MAX_FILE_BYTES)
    for line in newlines(decoded.text.removeprefix("\ufeff")).split("\n"):
        if tag := _TAG.fullmatch(line):
            tags.setdefault(tag[1].lower(), one_line(tag[2]))
            continue
        line_times, words = _split_stamps(line)
        stamped = stamped or bool(line_times)
        times = line_times or times  # a line without a stamp stays with the one before
        if not budget.spend(len(words) * len(times)):
            raise FileTooLargeError(
                f"'{source.name}' repeats its lines beyond any song. Import the lyrics as .txt."
            )
        timed += [(time, words) for time in times]
    if not stamped and not tags:
        return source.divided("text", divide(decoded.text, source.declined), decoded)
    lines = [words for _, words in sorted(timed, key=lambda pair: pair[0])]
    song = titled(lines)
    if tags.get("ti"):
        song = RawSong(tags["ti"], "\n".join(lines).strip("\n"))
    details = tuple((name, tags[tag]) for tag, name in _DETAILS.items() if tags.get(tag))
    song = RawSong(song.title, song.text, tags.get("ar", song.artist), details=details)
    return source.result("timed lyrics", with_title([song], source.title), decoded)


def _split_stamps(line: str) -> tuple[list[float], str]:
    """Return the times at which a line is sung, in seconds, and its words."""
    times = []
    place = 0
    while stamp := _LINE_STAMP.match(line, place):
        times.append(60 * int(stamp[1]) + float(re.sub("[:,]", ".", stamp[2])))
        place = stamp.end()
    words = line[place:]
    bare = _WORD_STAMP.sub("", words)
    if background := _BACKGROUND.fullmatch(bare):
        sung = one_line(background[1]).strip("()")
        return times, f"({sung})" if sung else ""
    if not times and bare == words:
        return times, line
    sung = one_line(bare)
    voice = _VOICE.match(sung)
    return times, sung[voice.end() :] if voice else sung
