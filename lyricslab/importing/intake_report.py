"""What an import read, found and changed, and what it made of each song, as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lyricslab.importing.guess import guess_findings
from lyricslab.importing.intake import Intake


def report(intake: Intake) -> dict[str, Any]:
    """Return what was read and changed as JSON values."""
    return {
        "files": [asdict(file) for file in intake.files],
        "changes": [[change.source, change.target, change.count] for change in intake.changes],
        "changed_share": intake.changed_share,
        "duplicates": intake.duplicates,
        "notes": list(intake.notes),
        "findings": [
            {
                "remedy": guess.kind.name,
                "title": guess.kind.title,
                "found": guess.found,
                "songs": guess.songs,
                "on": guess.on,
            }
            for guess in guess_findings(intake.guesses)
        ]
        + [
            {
                "remedy": finding.rule.name,
                "title": finding.rule.title,
                "found": finding.summary,
                "songs": len(finding.fixes),
                "on": finding.on,
            }
            for finding in intake.cleaning.findings
        ],
    }


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
