"""What one file of an import contained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file contained."""

    name: str
    format: str
    encoding: str
    """Empty where the format determines it."""
    songs: int
    characters: int
    """Before folding."""

    @classmethod
    def of(cls, name: str, format: str, encoding: str, songs: int, characters: int) -> FileReport:
        """Return a report of stored values of any type.

        Raises:
            TypeError, ValueError: if one is not of its kind.
        """
        return cls(str(name), str(format), str(encoding), int(songs), int(characters))
