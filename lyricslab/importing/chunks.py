"""One long text, such as a novel or a notebook, cut into pieces that serve as songs."""

from __future__ import annotations

import re

from lyricslab.songs.raw_song import RawSong

CHUNK_CHARS = 1_500


def chunk(song: RawSong, piece_chars: int = CHUNK_CHARS) -> list[RawSong]:
    """The text in pieces of about so many characters, "Title, part 1" and so on.

    A piece ends with a paragraph where it can, else with a line, else with a word.
    """
    pieces: list[str] = []
    held = ""
    for part in _parts(song.text, piece_chars):
        if held and len(held) + len(part) > piece_chars:
            pieces.append(held.strip("\n"))
            held = ""
        held += part
    if held.strip():
        pieces.append(held.strip("\n"))
    if len(pieces) == 1:
        return [song]
    return [
        RawSong(f"{song.title}, part {number}", piece, song.artist)
        for number, piece in enumerate(pieces, start=1)
    ]


def _parts(text: str, most: int) -> list[str]:
    """The text's paragraphs; one that is too long by its lines, and such a line by its words."""
    found = []
    for paragraph in re.findall(r".+?(?:\n{2,}|\Z)", text, re.DOTALL):
        if len(paragraph) <= most:
            found.append(paragraph)
            continue
        for line in paragraph.splitlines(keepends=True):
            found += [line] if len(line) <= most else re.findall(r"\S+\s*|\s+", line)
    return found
