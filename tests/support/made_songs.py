"""Songs for tests of splits and near-duplicates."""

from __future__ import annotations

from lyricslab.songs.song import Song

WORDS = "dog river moon door snow road fire glass bird stone".split()


def made_song(number: int, lines: int = 7) -> Song:
    """Return a song that shares no line with one of another number."""
    text = [f"{WORDS[(number + k) % 10]} number {number} in line {k}" for k in range(lines)]
    return Song(f"Song {number}", "\n".join(text))


def version(of: Song, number: int, changed: int) -> Song:
    """Return a song with `changed` lines replaced, and case and punctuation of the rest changed."""
    lines = of.text.split("\n")
    new = [f"only in version {number}, line {k}" for k in range(changed)]
    same = [line.upper() + " !" for line in lines[changed:]]
    return Song(f"{of.title} (live {number})", "\n".join(new + same))
