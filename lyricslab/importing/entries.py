"""What an import made of each song, as JSON values, so that a script can check it."""

from __future__ import annotations

from typing import Any

from lyricslab.importing.intake import Intake


def entries(intake: Intake, *, texts: bool = False) -> list[dict[str, Any]]:
    """Return one entry for each song that will be learned, in the order of the files.

    `source` is the file that a song is from, the first of them if it is in several. `lines` are
    sung lines; `characters` count the title too, as everywhere.

    Args:
        texts: whether each entry has the lyrics as well, as they will be learned.
    """
    found = []
    for position, song in zip(intake.positions, intake.songs, strict=True):
        origin = intake.origins[position]
        entry: dict[str, Any] = {
            "title": song.title,
            "artist": song.artist,
            "source": intake.files[min(origin)].name if origin else intake.name,
            "lines": len(song.sung_lines),
            "characters": len(song.framed),
            "details": dict(intake.raw_songs[position].details),
        }
        found.append(entry | {"text": song.text} if texts else entry)
    return found
