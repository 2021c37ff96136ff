"""The fonts of a PDF: the letters that its bytes stand for, and how wide they are."""

from __future__ import annotations

from typing import NamedTuple

from pypdf.generic import DictionaryObject
from pypdf.generic._font import Font  # pypdf has no public name for it


class Glyph(NamedTuple):
    """A letter as a font draws it."""

    text: str
    width: float
    """In sizes of the font."""
    is_space: bool


class Letters:
    """The letters of a font and their widths."""

    def __init__(self, font: object) -> None:
        self._font: Font | None = None
        if isinstance(font, DictionaryObject):
            try:
                self._font = Font.from_font_resource(font)
            except (AttributeError, TypeError):  # a damaged font: its letters as they are written
                self._font = None
        self._glyphs: dict[str, Glyph] = {}
        space = self._font.space_width / 1000 if self._font else 0.25
        self.blank = min(max(space / 2, 0.1), 0.2)
        """A gap as wide as this parts two words, in sizes of the font."""

    def glyphs(self, string: object) -> list[Glyph]:
        """Return the letters of a string."""
        if isinstance(string, str):
            return [self._glyph(char, char) for char in string]
        if not isinstance(string, bytes):
            return []
        encoding = self._font.encoding if self._font else {}
        if isinstance(encoding, str):
            try:
                text = string.decode(encoding, "surrogatepass")
            except UnicodeDecodeError:
                text = string.decode(encoding, "replace")
            return [self._glyph(char, char) for char in text]
        return [self._glyph(chr(code), encoding.get(code, chr(code))) for code in string]

    def _glyph(self, code: str, char: str) -> Glyph:
        if code not in self._glyphs:
            if self._font is None:
                self._glyphs[code] = Glyph(char, 0.5, code == " ")
            else:
                is_space = code == self._font.space_char
                width = self._font.space_width if is_space else self._font.get_text_width(code)
                text = str(self._font.character_map.get(char, char))
                self._glyphs[code] = Glyph(text, float(width) / 1000, code == " ")
        return self._glyphs[code]
