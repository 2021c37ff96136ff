"""The record of an intake as JSON, kept beside a saved corpus so that it can be edited later."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from lyricslab.errors import BrokenFileError
from lyricslab.importing.cleaning.rules import NAMES
from lyricslab.importing.file_report import FileReport
from lyricslab.importing.guess import Guess
from lyricslab.importing.intake import Intake
from lyricslab.importing.lines import newlines
from lyricslab.songs.raw_song import RawSong

_INVALID = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading values that are not an intake's may raise."""


def intake_to_json(intake: Intake) -> str:
    """Return an intake as JSON, for `intake_from_json`."""
    return json.dumps(intake_values(intake))


def intake_values(intake: Intake) -> dict[str, Any]:
    """Return an intake as JSON values, for `intake_of`."""
    return {
        "name": intake.name,
        "drafts": [[song.title, song.artist, song.text] for song in intake.raw_songs],
        "files": [asdict(file) for file in intake.files],
        "duplicates": intake.duplicates,
        "remarks": intake.remarks,
        "origins": [sorted(origin) for origin in intake.origins],
        "on": sorted(intake.enabled_rules),
        "mapping": dict(intake.mapping),
        "guesses": [asdict(guess) for guess in intake.guesses],
        "details": [[list(pair) for pair in song.details] for song in intake.raw_songs],
        "typed": [k for k, song in enumerate(intake.raw_songs) if song.typed],
    }


def intake_from_json(text: str) -> Intake:
    """Return the intake that `intake_to_json` wrote; rules that no longer exist are ignored.

    Raises:
        BrokenFileError: if the text is not an intake.
    """
    try:
        values = json.loads(text)
    except _INVALID as error:
        raise _damaged() from error
    return intake_of(values)


def intake_of(values: Any) -> Intake:
    """Return the intake that `intake_values` described; rules that no longer exist are ignored.

    Raises:
        BrokenFileError: if the values are not an intake's.
    """
    try:
        typed = frozenset(map(int, values.get("typed", ())))
        details = values.get("details") or [[]] * len(values["drafts"])
        intake = Intake(
            name=str(values["name"]),
            raw_songs=tuple(
                RawSong(
                    newlines(str(title)),
                    newlines(str(words)),
                    newlines(str(artist)),
                    k in typed,
                    tuple((str(name), str(value)) for name, value in of_song),
                )
                for k, ((title, artist, words), of_song) in enumerate(
                    zip(values["drafts"], details, strict=True)
                )
            ),
            files=tuple(FileReport.of(**file) for file in values["files"]),
            duplicates=int(values["duplicates"]),
            remarks=tuple(map(str, values["remarks"])),
            origins=tuple(frozenset(map(int, origin)) for origin in values["origins"]),
            enabled_rules=frozenset(values["on"]) & frozenset(NAMES),
            guesses=tuple(Guess.of(**guess) for guess in values.get("guesses", ())),
        )
        if len(intake.origins) != len(intake.raw_songs):
            raise ValueError("Not every song has origins.")
        if not frozenset().union(*intake.origins) <= frozenset(range(len(intake.files))):
            raise ValueError("An origin is not a file.")
        mapping = values["mapping"].items()
        return intake.with_mapping({str(char): str(target) for char, target in mapping})
    except _INVALID as error:
        raise _damaged() from error


def _damaged() -> BrokenFileError:
    return BrokenFileError(
        "The record of how these songs were imported is damaged. Import the songs again."
    )
