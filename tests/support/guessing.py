"""A reader that guesses, for tests of the switch: songs of two lines, joined of lines of one."""

from __future__ import annotations

import pytest

from lyricslab.cli import song_input
from lyricslab.importing import guess
from lyricslab.importing.guess import Guess, GuessKind
from lyricslab.importing.readers import plain
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.songs.raw_song import RawSong

PAIRS = GuessKind("pairs", "Lines of one song", "Two lines are joined to a song. Off, each is one.")


def read(source: Source) -> list[FileSongs]:
    """Read a song of every two lines, or of each line if that is declined."""
    lines = source.text().text.split()
    on = PAIRS.name not in source.declined
    step = 2 if on else 1
    songs = [RawSong(lines[k], "\n".join(lines[k : k + step])) for k in range(0, len(lines), step)]
    found = Guess(PAIRS.name, f"{len(lines)} lines, joined in twos.", len(lines) // 2, on)
    return source.result("text", songs, guesses=[found])


def guess_pairs(patch: pytest.MonkeyPatch) -> None:
    """Let text files be read so."""
    patch.setattr(plain, "read", read)
    patch.setattr(guess, "GUESS_KINDS", (PAIRS,))
    patch.setattr(song_input, "GUESSES", (PAIRS.name,))
