"""What the app and the process that reads files tell each other, as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lyricslab import errors
from lyricslab.errors import ColumnsError, ReadError
from lyricslab.importing.intake import Intake
from lyricslab.importing.intake_json import intake_of, intake_values
from lyricslab.importing.readers.source import Columns


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file or a pasted text, and how to read it."""

    name: str
    content: bytes | Path = field(repr=False)
    """The bytes of the file, or its path."""
    encoding: str | None = None
    """Chosen by the user, or None to detect it."""
    columns: Columns | None = None
    """Chosen by the user, or None to recognise them."""
    declined: frozenset[str] = frozenset()
    """The kinds of guesses that are not to be made."""
    pasted: bool = False
    """Whether it is a text that was typed or pasted, in UTF-8."""

    def to_values(self, path: Path) -> dict[str, Any]:
        """Return the file as JSON values; its bytes lie at `path`."""
        return {
            "name": self.name,
            "path": str(path),
            "encoding": self.encoding,
            "columns": _columns_values(self.columns),
            "declined": sorted(self.declined),
            "pasted": self.pasted,
        }

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> FileToRead:
        """Return the file that `to_values` described."""
        return cls(
            values["name"],
            Path(values["path"]),
            values["encoding"],
            _columns(values["columns"]),
            frozenset(values["declined"]),
            values["pasted"],
        )


@dataclass(frozen=True, slots=True)
class Room:
    """How much may still be read into one import; more could not be cleaned and shown."""

    chars: int = 20_000_000
    songs: int = 50_000

    def less(self, intake: Intake | None) -> Room:
        """Return what is left once these songs were added."""
        if intake is None:
            return self
        return Room(self.chars - intake.characters_read, self.songs - len(intake.raw_songs))


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """The result of reading a file: its songs, or why there are none."""

    intake: Intake | None = None
    error: ReadError | None = None

    def to_values(self) -> dict[str, Any]:
        """Return the outcome as JSON values."""
        if self.intake is not None:
            return {"intake": intake_values(self.intake)}
        return {
            "error": type(self.error).__name__,
            "sentence": str(self.error),
            "columns": getattr(self.error, "columns", ()),
            "title": getattr(self.error, "title", None),
            "details": getattr(self.error, "__notes__", ()),
        }

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> ReadOutcome:
        """Return the outcome that `to_values` described."""
        if "intake" in values:
            return cls(intake_of(values["intake"]))
        error_class = getattr(errors, values["error"])
        assert issubclass(error_class, ReadError)
        error = (
            ColumnsError(values["sentence"], values["columns"], values["title"])
            if error_class is ColumnsError
            else error_class(values["sentence"])
        )
        for note in values["details"]:
            error.add_note(note)
        return cls(error=error)


def _columns_values(columns: Columns | None) -> list[str | None] | None:
    return None if columns is None else [columns.lyrics, columns.title, columns.artist]


def _columns(values: list[Any] | None) -> Columns | None:
    return None if values is None else Columns(*values)
