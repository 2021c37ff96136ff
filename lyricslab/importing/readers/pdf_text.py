"""The strings that a page of a PDF draws, with their places.

pypdf's own text has no places of its lines from left to right, so that columns drawn row by row run
together, and words that are drawn one by one become lines. We take its operators and its fonts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import atan2, hypot, isfinite, pi
from typing import Any, NamedTuple

from pypdf import PageObject, PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import ContentStream, DictionaryObject, StreamObject

from lyricslab.importing.readers.pdf_fonts import Letters
from lyricslab.importing.readers.pdf_lines import TextPiece
from lyricslab.importing.readers.pdf_matrix import UNIT, Matrix, matrix_of, times

_MAX_FORM_DEPTH = 20
_STEP_CHARS = 16
"""Each time this many letters are drawn, they count as a step."""
_WIDE_BLANK = 3
"""From this number on, blanks in a string stand for a gap and part it."""


@dataclass(slots=True)
class StepBudget:
    """How many drawing steps are left for a document."""

    left: int

    def spend(self, steps: int) -> None:
        """Count some steps.

        Raises:
            LimitReachedError: if none are left.
        """
        self.left -= steps
        if self.left < 0:
            raise LimitReachedError("Too many drawing steps.")


class PdfTexts:
    """Reads the strings of the pages of one document, whose fonts are shared."""

    def __init__(self, reader: PdfReader, budget: StepBudget) -> None:
        self._reader = reader
        self._budget = budget
        # By the identity of their objects, which are kept so that it stays theirs.
        self._fonts: dict[int, tuple[object, Letters]] = {}
        self._forms: dict[int, tuple[object, list[tuple[Any, bytes]]]] = {}

    def on_page(self, page: PageObject) -> list[TextPiece]:
        """Return the strings of a page in the order in which they are drawn.

        Raises:
            LimitReachedError: if the document has too many drawing steps.
        """
        content = page.get("/Contents")
        if content is None:
            return []
        drawing = _Drawing(self)
        operations = ContentStream(content.get_object(), self._reader, "bytes").operations
        drawing.run(operations, _dictionary(page.get("/Resources")))
        return _upright(drawing.strings)

    def spend(self, steps: int) -> None:
        """Count drawing steps; see `StepBudget`."""
        self._budget.spend(steps)

    def letters(self, resources: DictionaryObject, name: object) -> Letters:
        """Return the letters of a font by its name in the resources of a page or form."""
        font = _dictionary(resources.get("/Font")).get(name)
        font = font.get_object() if font is not None else None
        if id(font) not in self._fonts:
            self._fonts[id(font)] = (font, Letters(font))
        return self._fonts[id(font)][1]

    def form(self, form: StreamObject) -> list[tuple[Any, bytes]]:
        """Return the operators of a form, a drawing that pages share."""
        if id(form) not in self._forms:
            self._forms[id(form)] = (form, ContentStream(form, self._reader, "bytes").operations)
        return self._forms[id(form)][1]


@dataclass(frozen=True, slots=True)
class _State:
    """What `q` saves and `Q` brings back."""

    matrix: Matrix = UNIT
    letters: Letters | None = None
    size: float = 12.0
    letter_gap: float = 0.0
    word_gap: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0


class _Drawn(NamedTuple):
    """A string as it is drawn, before the page is turned."""

    text: str
    start: tuple[float, float]
    end: tuple[float, float]
    size: float
    blank: float


class _Drawing:
    """Follows the operators of a page and collects its strings."""

    def __init__(self, texts: PdfTexts) -> None:
        self.strings: list[_Drawn] = []
        self._texts = texts
        self._state = _State()
        self._line: Matrix = UNIT
        """Where the line begins."""
        self._pen: Matrix = UNIT

    def run(
        self, operations: Sequence[tuple[Any, bytes]], resources: DictionaryObject, depth: int = 0
    ) -> None:
        """Follow some operators, with the fonts and forms of their resources."""
        saved: list[_State] = []
        for operands, operator in operations:
            self._texts.spend(1)
            if operator in _SHOWS:
                self._show(operator, operands)
            elif operator in _MOVES:
                self._move(operator, _numbers(operands))
            elif operator == b"q":
                saved.append(self._state)
            elif operator == b"Q":
                self._state = saved.pop() if saved else self._state
            elif operator == b"Tf" and operands:
                letters = self._texts.letters(resources, operands[0])
                size = _numbers(operands[1:]) or [self._state.size]
                self._state = replace(self._state, letters=letters, size=size[0])
            elif operator == b"Do" and operands and depth < _MAX_FORM_DEPTH:
                self._draw_form(operands[0], resources, depth)
            elif operator in _SETTINGS or operator == b"cm":
                self._set(operator, _numbers(operands))

    def _set(self, operator: bytes, numbers: list[float]) -> None:
        """Change the state."""
        if operator == b"cm" and len(numbers) == 6:
            self._state = replace(self._state, matrix=times(matrix_of(numbers), self._state.matrix))
        elif operator != b"cm" and numbers:
            value = numbers[0] / 100 if operator == b"Tz" else numbers[0]
            change: dict[str, Any] = {_SETTINGS[operator]: value}
            self._state = replace(self._state, **change)

    def _move(self, operator: bytes, numbers: list[float]) -> None:
        """Move to where the next string is drawn."""
        if operator == b"BT":
            self._line = UNIT
        elif operator == b"Tm":
            self._line = matrix_of(numbers) if len(numbers) == 6 else UNIT
        elif operator == b"T*":
            self._line = times((1, 0, 0, 1, 0, -self._state.leading), self._line)
        elif len(numbers) == 2:
            if operator == b"TD":
                self._state = replace(self._state, leading=-numbers[1])
            self._line = times((1, 0, 0, 1, numbers[0], numbers[1]), self._line)
        self._pen = self._line

    def _show(self, operator: bytes, operands: Any) -> None:
        """Draw a string, or an array of strings and of steps to the left."""
        if operator == b'"' and len(operands) > 2:
            word_gap, letter_gap = [*_numbers(operands[:2]), 0.0, 0.0][:2]
            self._state = replace(self._state, word_gap=word_gap, letter_gap=letter_gap)
        if operator in (b"'", b'"'):
            self._move(b"T*", [])
        if not operands:
            return
        shown = operands[0] if operator == b"TJ" else operands[-1:]
        for part in shown if isinstance(shown, list) else ():
            if isinstance(part, (int, float)):
                self._step(-float(part) / 1000 * self._state.size * self._state.stretch)
            else:
                self._draw(part)

    def _step(self, length: float) -> None:
        """Move the pen to the right."""
        self._pen = times((1, 0, 0, 1, length, 0), self._pen)

    def _draw(self, string: object) -> None:
        """Draw a string, in several pieces where many blanks part it."""
        state = self._state
        letters = state.letters or self._texts.letters(DictionaryObject(), None)
        glyphs = letters.glyphs(string)
        self._texts.spend(1 + len(glyphs) // _STEP_CHARS)
        matrix = times(self._pen, state.matrix)
        size = abs(state.size) * hypot(matrix[2], matrix[3])
        blank = letters.blank * size
        x = 0.0
        text, first, last = "", 0.0, 0.0
        blanks = 0
        for glyph in glyphs:
            gap = state.letter_gap + (state.word_gap if glyph.is_space else 0.0)
            width = (glyph.width * state.size + gap) * state.stretch
            if glyph.text.isspace():
                blanks += 1
                text += glyph.text if text else ""
            else:
                if text and blanks >= _WIDE_BLANK:
                    self._add(text, first, last, matrix, size, blank)
                    text = ""
                first = first if text else x
                text += glyph.text
                last = x + width
                blanks = 0
            x += width
        if text:
            self._add(text, first, last, matrix, size, blank)
        elif blanks and self.strings:
            self.strings[-1] = self.strings[-1]._replace(text=self.strings[-1].text + " ")
        self._step(x)

    def _add(
        self, text: str, first: float, last: float, matrix: Matrix, size: float, blank: float
    ) -> None:
        """Add a string that goes from one place to another, in units of the text."""
        a, b, _, _, e, f = matrix
        start, end = (a * first + e, b * first + f), (a * last + e, b * last + f)
        if all(map(isfinite, (*start, *end, size))):
            self.strings.append(_Drawn(text, start, end, size, blank))

    def _draw_form(self, name: object, resources: DictionaryObject, depth: int) -> None:
        """Draw a form where it stands."""
        form = _dictionary(resources.get("/XObject")).get(name)
        form = form.get_object() if form is not None else None
        if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
            return
        before = self._state, self._line, self._pen
        self._set(b"cm", _numbers(form.get("/Matrix") or UNIT))
        operations = self._texts.form(form)
        self.run(operations, _dictionary(form.get("/Resources")) or resources, depth + 1)
        self._state, self._line, self._pen = before


_SHOWS = frozenset((b"Tj", b"TJ", b"'", b'"'))
_MOVES = frozenset((b"BT", b"Td", b"TD", b"Tm", b"T*"))
_SETTINGS = {b"Tc": "letter_gap", b"Tw": "word_gap", b"Tz": "stretch", b"TL": "leading"}


def _upright(strings: Sequence[_Drawn]) -> list[TextPiece]:
    """Return the strings of a page, turned by quarters so that most of them read from the left."""
    turns = Counter[int]()
    for string in strings:
        turns[_quarter(string)] += len(string.text)
    quarter = max(turns, key=lambda turn: turns[turn], default=0)
    pieces = []
    for string in strings:
        (left, height), (right, _) = _turned(string.start, quarter), _turned(string.end, quarter)
        left, right = min(left, right), max(left, right)
        pieces.append(TextPiece(string.text, left, right, height, string.size, string.blank))
    return pieces


def _quarter(string: _Drawn) -> int:
    """Return by how many quarters of a turn a string is turned, 0 to 3."""
    (x, y), (end_x, end_y) = string.start, string.end
    return round(atan2(end_y - y, end_x - x) / (pi / 2)) % 4


def _turned(place: tuple[float, float], quarter: int) -> tuple[float, float]:
    """Return a place on a page that is turned back by some quarters."""
    x, y = place
    return ((x, y), (y, -x), (-x, -y), (-y, x))[quarter]


def _numbers(operands: Any) -> list[float]:
    """Return operands as numbers; none where one is not a number."""
    if not isinstance(operands, (list, tuple)):
        return []
    if not all(isinstance(operand, (int, float)) for operand in operands):
        return []
    return [float(operand) for operand in operands]


def _dictionary(value: Any) -> DictionaryObject:
    """Return a dictionary of the document, empty where there is none."""
    value = value.get_object() if value is not None else None
    return value if isinstance(value, DictionaryObject) else DictionaryObject()
