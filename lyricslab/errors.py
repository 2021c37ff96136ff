"""All errors that a user can meet, as one tree; `str(error)` is a sentence to show.

LyricsLabError
├── InputError                 the user can fix it
│   ├── ConfigError            a setting that is unknown or out of range; lists all issues at once
│   ├── TrainableError         a layer that the network does not have
│   ├── ReadError              a file that could not be read as lyrics
│   │   ├── EmptyFileError
│   │   ├── NotTextError       binary content in a text file
│   │   ├── FileTooLargeError
│   │   ├── UnknownFormatError
│   │   ├── BrokenFileError    a zip, docx or JSON that is cut short or malformed
│   │   ├── EncodingError      the chosen encoding does not match
│   │   ├── TooSlowError       takes longer to read than a file may
│   │   ├── TooMuchMemoryError needs more memory to be read than a file may
│   │   ├── ReaderFailedError  a fault of the program; its details are in the log
│   │   └── ColumnsError       a table whose lyrics column was not recognised; offers its columns
│   ├── ImportedNetworkError   a network file that is damaged, foreign or not as it was exported
│   ├── CorpusTooSmallError    fewer songs or characters than a split needs
│   ├── RecipeError            a recipe that is damaged, foreign, or makes no run
│   └── PrimeError             an opening without any character that the network knows
├── ReadingStoppedError        the person stopped the reading of files
├── StoreError
│   ├── HomeNotWritableError
│   ├── StoreTooNewError       made by a later version of the program
│   ├── NotFoundError          a corpus, base or run that does not exist
│   ├── RunStateError          stop, resume or delete at the wrong moment
│   └── InUseError             something else depends on it
├── BookError                  a book that could not be fetched from a mirror
│   ├── BookNotFoundError      the mirror has no book of this number
│   ├── MirrorUnreachableError no connection, or nobody answers there
│   ├── MirrorRefusedError     it will not serve us, or not now
│   ├── DownloadCutError       what came broke off, or came too slowly, again and again
│   ├── BookTooLargeError
│   ├── WrongBookError         what came is not that book
│   └── FetchingAlreadyError   books are being fetched into this lab already
├── CheckpointError            a base or run file that is missing, cut short or foreign
├── DivergedError              the loss is no longer finite
└── EngineError                the background engine could not be started or reached
"""

from __future__ import annotations

from collections.abc import Sequence


class LyricsLabError(Exception):
    """Root of the tree. Its text is one or two plain sentences."""


class InputError(LyricsLabError):
    """Something that the user gave and can fix."""


class ConfigError(InputError):
    """One or more settings are unknown or out of range."""

    def __init__(self, issues: Sequence[str]) -> None:
        self.issues = tuple(issues)
        super().__init__(" ".join(self.issues))


class TrainableError(InputError):
    """A choice of layers that does not fit the network."""


class ReadError(InputError):
    """A file that could not be read as lyrics."""


class EmptyFileError(ReadError):
    """The file has no text."""


class NotTextError(ReadError):
    """The file's bytes are not text."""


class FileTooLargeError(ReadError):
    """The file is over the limit."""


class UnknownFormatError(ReadError):
    """No reader knows this kind of file."""


class BrokenFileError(ReadError):
    """The file is cut short or malformed."""


class EncodingError(ReadError):
    """The chosen encoding does not match the bytes."""


class TooSlowError(ReadError):
    """Reading the file takes longer than a file may."""


class TooMuchMemoryError(ReadError):
    """Reading the file needs more memory than a file may."""


class ReaderFailedError(ReadError):
    """The program failed at the file, through a fault of its own."""


class ColumnsError(ReadError):
    """A table's lyrics column was not recognised."""

    def __init__(self, message: str, columns: Sequence[str], title: str | None = None) -> None:
        """Ask for a column.

        Args:
            columns: those that hold words, the likeliest to be the lyrics first.
            title: the one that likely holds the titles.
        """
        self.columns = tuple(columns)
        self.title = title
        super().__init__(message)


class ImportedNetworkError(InputError):
    """A network to be imported is damaged, foreign or not as it was exported."""


class CorpusTooSmallError(InputError):
    """Too few songs or characters to split and learn from."""


class RecipeError(InputError):
    """A recipe is damaged, foreign, or makes no run."""


class PrimeError(InputError):
    """The opening words have no character that the network knows."""


class ReadingStoppedError(LyricsLabError):
    """The person stopped the reading of files."""


class StoreError(LyricsLabError):
    """The lab's records do not allow what was asked."""


class HomeNotWritableError(StoreError):
    """The lab's home folder is not writable."""


class StoreTooNewError(StoreError):
    """The store was made by a later version of the program."""


class NotFoundError(StoreError):
    """No corpus, base or run has this name or id."""


class RunStateError(StoreError):
    """The run is not in a state that allows this."""


class InUseError(StoreError):
    """Something that still depends on it prevents deleting it."""


class BookError(LyricsLabError):
    """A book could not be fetched."""


class MirrorError(BookError):
    """The mirror cannot be reached or will not serve us, so no other book would come either."""


class WrongBookError(BookError):
    """The file is not the text of the book that was asked for."""


class CheckpointError(LyricsLabError):
    """A weights file is missing, cut short, or does not match its card."""


class DivergedError(LyricsLabError):
    """The loss is no longer finite."""


class EngineError(LyricsLabError):
    """The background engine could not be started or reached."""
