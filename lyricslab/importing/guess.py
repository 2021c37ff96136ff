"""What was guessed while a file was read; each guess is shown and can be declined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lyricslab.wording import plural


@dataclass(frozen=True, slots=True)
class GuessKind:
    """A kind of guess, and the words for its switch."""

    name: str
    """As the command line calls it."""
    title: str
    """What is guessed, in a few words."""
    description: str
    """What the switch does, in a sentence or two."""


ROWS = "rows"
COLUMNS = "columns"
FIELDS = "fields"
BOOK_MATTER = "book_matter"
PAGE_COLUMNS = "page_columns"

GUESS_KINDS: tuple[GuessKind, ...] = (
    GuessKind(
        ROWS,
        "Rows that are parts of a song",
        "Rows with the same title, one after the other, are lines or sections of one song. Off, "
        "each row is a song.",
    ),
    GuessKind(
        COLUMNS,
        "Columns recognised by their values",
        "Where no name says it, the longest texts are the lyrics, and short ones that differ are "
        "the titles. Off, you are asked.",
    ),
    GuessKind(
        FIELDS,
        "Fields around a song",
        'Lines such as "Artist: Ann Lee" or "Key: G" above or below the lyrics give the song\'s '
        "title, artist and details. Off, they stay in the lyrics.",
    ),
    GuessKind(
        BOOK_MATTER,
        "Parts of a book that are no songs",
        "A preface, a list of contents, notes and instructions are left out. Off, they are kept "
        "with the songs.",
    ),
    GuessKind(
        PAGE_COLUMNS,
        "Columns of a page",
        "Pages of a PDF in several columns are read down each column. Off, they are read across.",
    ),
)
"""In the order in which they are shown."""

NAMES = tuple(kind.name for kind in GUESS_KINDS)


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess about one file, accepted or declined."""

    kind: str
    """The name of its kind."""
    found: str
    """What was found, in a sentence: "12 rows, joined into 3 songs."."""
    songs: int
    """How many songs it concerns."""
    on: bool = True
    """Whether the file was read with it; if not, it is offered."""

    @classmethod
    def of(cls, kind: str, found: str, songs: int, on: bool) -> Guess:
        """Return a guess of stored values of any type.

        Raises:
            TypeError, ValueError: if one is not of its kind.
        """
        return cls(str(kind), str(found), int(songs), bool(on))


@dataclass(frozen=True, slots=True)
class GuessFinding:
    """All guesses of one kind in an import, which have one switch."""

    kind: GuessKind
    found: str
    """What was found, in a sentence or two."""
    songs: int
    on: bool


def guess_findings(guesses: Sequence[Guess]) -> list[GuessFinding]:
    """Return what was guessed, kind by kind, in the order in which kinds are shown."""
    findings = []
    for kind in GUESS_KINDS:
        of_kind = [guess for guess in guesses if guess.kind == kind.name]
        if not of_kind:
            continue
        found, others = of_kind[0].found, len(of_kind) - 1
        if others:
            found += f" {plural(others, 'more file')} likewise."
        songs = sum(guess.songs for guess in of_kind)
        findings.append(GuessFinding(kind, found, songs, all(guess.on for guess in of_kind)))
    return findings
