"""The lines of a page of a PDF: strings on one baseline, as far as they are drawn together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LEFT_TO_RIGHT = re.compile(r"[^\W\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+(?:[ .,:/-]?[0-9]+)*")


@dataclass(slots=True)
class TextPiece:
    """A string on a page; lengths in points, the page turned so that it reads from the left."""

    text: str
    left: float
    right: float
    height: float
    """Of its baseline above the foot of the page."""
    size: float
    """Of its letters."""
    blank: float
    """A gap as wide as this to the next piece parts two words."""


@dataclass(slots=True)
class PdfLine:
    """A line of a page; lengths in points."""

    pieces: list[TextPiece]
    text: str = field(init=False)
    height: float = field(init=False)
    """Of its baseline above the foot of the page."""
    size: float = field(init=False)
    """Of most of its letters."""

    def __post_init__(self) -> None:
        self.text = _joined(self.pieces)
        self.height = self.pieces[0].height
        self.size = usual_size(self.pieces)


def lines_of(pieces: Sequence[TextPiece]) -> list[PdfLine]:
    """Return the lines with words, in the order in which they are drawn."""
    lines: list[list[TextPiece]] = []
    for piece in pieces:
        if lines and abs(piece.height - lines[-1][0].height) < max(piece.size, 1) / 2:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [line for line in map(PdfLine, lines) if line.text.strip()]


def usual_size(pieces: Iterable[TextPiece]) -> float:
    """Return the size of most letters."""
    letters = Counter[float]()
    for piece in pieces:
        letters[round(piece.size, 1)] += len(piece.text)
    return max(letters, key=lambda size: letters[size], default=0.0)


def _joined(pieces: Sequence[TextPiece]) -> str:
    """Return the text of the pieces of a line, with blanks for the gaps between them."""
    parts: list[str] = []
    last: TextPiece | None = None
    for piece in sorted(pieces, key=lambda piece: piece.left):
        if last is not None:
            if piece.text == last.text and piece.left - last.left < last.blank / 2:
                continue  # drawn twice, to look bold
            if piece.left - last.right >= min(piece.blank, last.blank):
                parts.append("" if parts[-1][-1:].isspace() else " ")
        parts.append(piece.text)
        last = piece
    text = "".join(parts).rstrip(" ")
    if not _RIGHT_TO_LEFT.search(text):
        return text
    # Such letters are drawn from the left like all others; what they surround is not turned.
    return _LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], text)[::-1]
