"""Every error a person may meet, as one tree; `str(error)` is a sentence fit to show.

LyricsLabError
├── InputError                 the person can put it right
│   ├── ConfigError            a setting out of its range, or unknown; lists all issues at once
│   ├── TrainableError         a layer that the network does not have
│   ├── ReadError              a file that could not be read as lyrics
│   │   ├── EmptyFileError
│   │   ├── NotTextError       binary content under a text name
│   │   ├── FileTooLargeError
│   │   ├── UnknownFormatError
│   │   ├── BrokenFileError    a zip, docx or JSON that is cut short or malformed
│   │   ├── EncodingError      the chosen encoding does not fit
│   │   └── ColumnsError       a table whose lyrics column could not be told; carries its columns
│   ├── ParcelError            a file of a network that was not exported so, or is damaged
│   ├── CorpusTooSmallError    fewer songs or characters than a split needs
│   └── PrimeError             an opening that folds to nothing the network knows
├── StoreError
│   ├── HomeNotWritableError
│   ├── StoreTooNewError       made by a later version of the program
│   ├── NotFoundError          a corpus, base or run that is not there
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
├── DivergedError              the loss left the numbers
├── EngineError                the background engine could not be started or reached
└── TeamError                  one of several processes that trained together died
"""

from __future__ import annotations

from collections.abc import Sequence


class LyricsLabError(Exception):
    """Root of the tree; its text is one or two plain sentences."""


class InputError(LyricsLabError):
    """Something the person gave can be put right by them."""


class ConfigError(InputError):
    """One or more settings are unknown or out of range."""

    def __init__(self, issues: Sequence[str]) -> None:
        self.issues = tuple(issues)
        super().__init__(" ".join(self.issues))


class TrainableError(InputError):
    """A choice of layers that does not fit the network."""


class ReadError(InputError):
    """A file could not be read as lyrics."""


class EmptyFileError(ReadError):
    """The file holds no text."""


class NotTextError(ReadError):
    """The file's bytes are not text."""


class FileTooLargeError(ReadError):
    """The file is over the limit."""


class UnknownFormatError(ReadError):
    """No reader knows this kind of file."""


class BrokenFileError(ReadError):
    """The file is cut short or malformed."""


class EncodingError(ReadError):
    """The chosen encoding does not fit the bytes."""


class ColumnsError(ReadError):
    """A table's lyrics column could not be told by name; `columns` lists what there is."""

    def __init__(self, message: str, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(message)


class ParcelError(InputError):
    """The file of a network that was to be imported is damaged, foreign or not as exported."""


class CorpusTooSmallError(InputError):
    """Too few songs or characters to split and learn from."""


class PrimeError(InputError):
    """The opening words hold nothing the network can read."""


class StoreError(LyricsLabError):
    """The lab's own records cannot do what was asked."""


class HomeNotWritableError(StoreError):
    """The lab's home folder cannot be written."""


class StoreTooNewError(StoreError):
    """The store was made by a later version of the program."""


class NotFoundError(StoreError):
    """No corpus, base or run has this name or id."""


class RunStateError(StoreError):
    """The run is not in a state that allows this."""


class InUseError(StoreError):
    """Something depends on what was to be deleted."""


class BookError(LyricsLabError):
    """A book could not be fetched from a mirror."""


class BookNotFoundError(BookError):
    """The mirror has no book of this number."""


class MirrorUnreachableError(BookError):
    """There is no connection to the mirror."""


class MirrorRefusedError(BookError):
    """The mirror will not serve us, or asks for more patience than we have."""


class DownloadCutError(BookError):
    """A download broke off, or came too slowly, as often as it was tried."""


class BookTooLargeError(BookError):
    """The file is over the limit."""


class WrongBookError(BookError):
    """What came is not the text of the book that was asked for."""


class FetchingAlreadyError(BookError):
    """Books are being fetched into this lab by somebody else."""


class CheckpointError(LyricsLabError):
    """A weights file is missing, cut short, or does not match its card."""


class DivergedError(LyricsLabError):
    """Training left the numbers: the loss is no longer finite."""


class EngineError(LyricsLabError):
    """The background engine could not be started or reached."""


class TeamError(LyricsLabError):
    """One of several processes that trained together died, and the others ended with it."""
