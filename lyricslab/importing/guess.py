"""What was guessed while a file was read; each guess is shown and can be turned back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuessKind:
    """A kind of guess, and the words for its switch."""

    name: str
    """As the command line calls it."""
    title: str
    """What is guessed, in a few words."""
    description: str
    """What the switch does, in a sentence or two."""


GUESS_KINDS: tuple[GuessKind, ...] = ()
"""In the order in which they are shown."""

NAMES = tuple(kind.name for kind in GUESS_KINDS)


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess about one file, accepted or declined."""

    kind: str
    """The name of its kind."""
    found: str
    """What was found, in a sentence: "12 rows, joined to 3 songs."."""
    songs: int
    """How many songs it concerns."""
    on: bool = True
    """Whether the file was read by it; if not, it is offered."""
