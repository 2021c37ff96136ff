"""The files of a folder that can be read as lyrics, and those that were skipped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lyricslab.errors import ReadError
from lyricslab.importing.readers.beginning import SIZE
from lyricslab.importing.readers.registry import KINDS, can_be_read
from lyricslab.importing.readers.source import MAX_FILE_BYTES
from lyricslab.wording import listed, plural

MAX_NAMED = 5
"""How many of the files that were skipped are named."""
_SYSTEM_FILES = ("Thumbs.db", "desktop.ini")
_ZIP = b"PK"
"""A zip archive is recognised by its end as well, so all of it is read."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What is in a folder and its subfolders, hidden files apart, in order."""

    path: Path
    files: tuple[Path, ...]
    """The files that can be read as lyrics, by their names or their content."""
    skipped: tuple[Path, ...]

    @property
    def note(self) -> str:
        """A sentence on what was skipped, or ""."""
        names = [str(path.relative_to(self.path)) for path in self.skipped]
        if not names:
            return ""
        were = plural(len(names), "file was", "files were")
        return (
            f"{were} skipped in '{self.path}', as no reader knows them or they hold no songs: "
            f"{listed(names, limit=MAX_NAMED)}."
        )


def look_into(path: str | Path) -> Folder:
    """Find the files of a folder that can be read.

    Raises:
        ReadError: if there are none, or the folder cannot be read.
    """
    path = Path(path)
    files: list[Path] = []
    skipped: list[Path] = []
    try:
        for file in sorted(path.rglob("*")):
            if file.is_file() and not _is_hidden(file.relative_to(path)):
                (files if can_be_read(file.name, _beginning(file)) else skipped).append(file)
    except OSError as error:
        raise ReadError(
            f"'{error.filename or path}' could not be opened ({error.strerror}). Check its "
            "permissions."
        ) from error
    folder = Folder(path, tuple(files), tuple(skipped))
    if not files:
        raise ReadError(
            f"There is no file in '{path}' that can be read as lyrics. {folder.note} "
            f"These can be read: {KINDS}.".replace("  ", " ")
        )
    return folder


def files_in(path: str | Path) -> list[Path]:
    """Return the files of a folder that can be read.

    Raises:
        ReadError: if there are none, or the folder cannot be read.
    """
    return list(look_into(path).files)


def _is_hidden(path: Path) -> bool:
    """Return whether a file is of the system, or in a folder that is."""
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    return hidden or path.name in _SYSTEM_FILES


def _beginning(file: Path) -> bytes:
    """Return the bytes by which a file is recognised."""
    try:
        with file.open("rb") as stream:
            head = stream.read(SIZE)
            return head + stream.read(MAX_FILE_BYTES) if head.startswith(_ZIP) else head
    except PermissionError:
        return b""  # its name tells; the reader will say what is wrong
