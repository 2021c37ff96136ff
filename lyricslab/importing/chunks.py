"""Cut a long text, such as a novel or a notebook, into chunks that serve as songs."""

from __future__ import annotations

import re
from dataclasses import replace

from lyricslab.songs.raw_song import RawSong

CHUNK_CHARS = 1_500


def chunk(song: RawSong, chunk_chars: int = CHUNK_CHARS) -> list[RawSong]:
    """Cut a text into chunks of about `chunk_chars` characters, "Title, part 1" and so on.

    A chunk ends after a paragraph if possible, else after a line, else after a word.
    """
    chunks: list[str] = []
    current = ""
    for part in _parts(song.text, chunk_chars):
        if current and len(current) + len(part) > chunk_chars:
            chunks.append(current.strip("\n"))
            current = ""
        current += part
    if current.strip():
        chunks.append(current.strip("\n"))
    if len(chunks) == 1:
        return [song]
    return [
        replace(song, title=f"{song.title}, part {number}", text=text)
        for number, text in enumerate(chunks, start=1)
    ]


def _parts(text: str, max_chars: int) -> list[str]:
    """Return the paragraphs of a text, or of a long paragraph the lines, or their words."""
    parts = []
    for paragraph in re.findall(r".+?(?:\n{2,}|\Z)", text, re.DOTALL):
        if len(paragraph) <= max_chars:
            parts.append(paragraph)
            continue
        for line in paragraph.splitlines(keepends=True):
            parts += [line] if len(line) <= max_chars else re.findall(r"\S+\s*|\s+", line)
    return parts
