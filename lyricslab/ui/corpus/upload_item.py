"""One file or pasted text of an import, and what was read from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lyricslab.errors import ColumnsError
from lyricslab.importing.reading import Columns, Intake
from lyricslab.importing.reading_messages import FileToRead, ReadOutcome


@dataclass(frozen=True)
class UploadItem:
    """One file or pasted text, and what was read from it."""

    name: str
    data: bytes = field(repr=False)
    encoding: str | None = None
    columns: Columns | None = None
    declined: frozenset[str] = frozenset()
    """The kinds of guesses that are turned back."""
    pasted: bool = False
    saved: bool = False
    """Whether it is a corpus of the library, opened to be corrected."""
    intake: Intake | None = None
    problem: str | None = None
    """Why it could not be read, as a sentence."""
    asks: tuple[str, ...] = ()
    """The columns of a table, one of which must be chosen."""
    likely: Columns | None = None
    """Which of them probably hold the lyrics and the titles."""

    @property
    def file(self) -> FileToRead:
        """What is to be read, and how."""
        return FileToRead(
            self.name, self.data, self.encoding, self.columns, self.declined, self.pasted
        )

    def after(self, outcome: ReadOutcome) -> UploadItem:
        """Return the file with what came of reading it."""
        error, asks, likely = outcome.error, self.asks, self.likely
        if isinstance(error, ColumnsError):
            asks = error.columns
            likely = Columns(asks[0], error.title) if asks else None
        problem = str(error) if error else None
        return replace(self, intake=outcome.intake, problem=problem, asks=asks, likely=likely)
