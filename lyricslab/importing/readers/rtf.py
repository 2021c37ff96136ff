"""Rich text: read control word by control word, with each letter in the encoding of its font.

Hidden text, pictures and information about the document are left out; headings and page breaks
begin songs. We do not use striprtf: it loses headings, page breaks and hidden text, adds the
addresses of links to the lyrics, and takes cubic time on some files of a few kilobytes.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass, replace

from lyricslab.errors import BrokenFileError
from lyricslab.importing.readers.paragraphs import Paragraph, separate_stanzas, set_apart, songs_in
from lyricslab.importing.readers.source import FileSongs, Source

EXTENSIONS = (".rtf",)

MAX_DEPTH = 5_000
"""The deepest nesting of groups; writing programs need a dozen."""

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,9})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n\0]+"
    rb"|([^\\{}\r\n\0]+)|.",
    re.DOTALL,
)
_LEFT_OUT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl "
    b"footerr footerf footnote annotation fldinst listtable listoverridetable listtext pntext xe "
    b"tc bkmkstart bkmkend filetbl revtbl rsidtbl generator nonshppict themedata datastore "
    b"colorschememapping latentstyles shp shprslt do".split()
)
"""Groups that hold no words of the text, or not in their place."""
_ENDS = frozenset((b"par", b"cell", b"nestcell", b"sect", b"\n", b"\r"))
"""What ends a paragraph; a line end does after a backslash."""
_SIGNS = {
    b"line": "\n",
    b"page": "\f",
    b"pagebb": "\f",
    b"tab": "\t",
    b"emdash": "\u2014",
    b"endash": "\u2013",
    b"emspace": " ",
    b"enspace": " ",
    b"qmspace": " ",
    b"bullet": "\u2022",
    b"lquote": "\u2018",
    b"rquote": "\u2019",
    b"ldblquote": "\u201c",
    b"rdblquote": "\u201d",
    b"~": " ",
    b"_": "-",
    b"\\": "\\",
    b"{": "{",
    b"}": "}",
}
_CHARSETS = {
    int(number): codec
    for number, codec in (
        pair.split(":")
        for pair in "77:mac_roman 128:cp932 129:cp949 134:gb18030 136:cp950 161:cp1253 162:cp1254 "
        "163:cp1258 177:cp1255 178:cp1256 186:cp1257 204:cp1251 222:cp874 238:cp1250 254:cp437 "
        "255:cp850".split()
    )
}
"""The encoding that a font's \\fcharset stands for; 0 and others stand for the document's."""
_SYSTEM_CODECS = {b"ansi": "cp1252", b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}


@dataclass(frozen=True, slots=True)
class _State:
    """The formatting inside a group, which ends with it."""

    left_out: bool = False
    """Whether the group holds no words of the text."""
    in_shape: bool = False
    """Whether it is part of a shape, whose text box is read though all else is left out."""
    hidden: bool = False
    heading: bool = False
    font: int | None = None
    """None for the document's own."""
    fallback_chars: int = 1
    """How many characters after a \\u are its replacement for older programs."""


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a document; without headings and page breaks it is plain text.

    Raises:
        BrokenFileError: if it is not rich text.
    """
    start = source.data[:1024].find(b"{\\rtf")
    document = _Document()
    if start < 0 or not document.parse(source.data, start):
        raise BrokenFileError(
            f"'{source.name}' is not rich text, whatever its name says. Save it again as .rtf or "
            ".docx in your writing program, or copy and paste its text."
        )
    songs = songs_in(separate_stanzas(document.paragraphs), source.declined)
    return source.divided("rich text", songs)


@dataclass(slots=True)
class _Box:
    """A text box that is being read, and what it interrupts."""

    depth: int
    """How many groups are around its own."""
    paragraphs: list[Paragraph]
    """Those before it."""
    texts: list[str]
    """Of the paragraph that it hangs on, so far."""


class _Document:
    """Collects the paragraphs of a document."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self._texts: list[str] = []
        self._undecoded = bytearray()
        """Bytes of letters; some letters are two bytes, written one by one."""
        self._state = _State()
        self._outer_states: list[_State] = []
        self._codec = "cp1252"
        self._default_font: int | None = None
        self._font_codecs: dict[int, str] = {}
        self._declared_font = 0
        """The font that the font table is describing."""
        self._chars_to_skip = 0
        self._new_page = False
        """Whether a section has begun, which is a new page unless it says otherwise."""
        self._boxes: list[_Box] = []
        self._boxes_below: list[Paragraph] = []
        """What is in the text boxes after the first word of the paragraph."""

    def parse(self, data: bytes, place: int) -> bool:
        """Read a document to where it ends or was cut; return False if it is nested too deeply."""
        while place < len(data):
            token = _TOKEN.match(data, place)
            assert token is not None
            place = token.end()
            word, number, hex_code, sign, brace, letters = token.groups()
            if brace == b"{":
                self._outer_states.append(self._state)
                self._chars_to_skip = 0
                if len(self._outer_states) > MAX_DEPTH:
                    return False
            elif brace:
                self._decode()
                if self._boxes and self._boxes[-1].depth == len(self._outer_states):
                    self._end_box()
                self._state = self._outer_states.pop()
                self._chars_to_skip = 0
                if not self._outer_states:
                    break
            elif word == b"bin":
                place += max(0, int(number or 0))
            elif word or sign:
                self._control(word or sign, int(number) if number else None)
            elif hex_code or letters:
                self._add_bytes(bytes.fromhex(hex_code.decode()) if hex_code else letters)
        while self._boxes:
            self._end_box()
        self._end_paragraph()
        return True

    def _control(self, word: bytes, number: int | None) -> None:
        state = self._state
        if word == b"*" or word in _LEFT_OUT:
            begins = word == b"shp" and not state.left_out
            in_shape = begins or (state.in_shape and word != b"shprslt")
            self._state = replace(state, left_out=True, in_shape=in_shape)
        elif word == b"shptxt" and state.in_shape:
            self._begin_box()
        elif word == b"f" and number is not None:
            self._decode()
            self._declared_font = number
            self._state = replace(state, font=number)
        elif word == b"fcharset" and number in _CHARSETS:
            self._font_codecs[self._declared_font] = _CHARSETS[number]
        elif state.left_out:
            pass
        elif word == b"u" and number is not None:
            self._add_text(chr(number % 65_536))
            self._chars_to_skip = state.fallback_chars
        elif self._chars_to_skip:
            self._chars_to_skip -= 1
        elif word in _ENDS:
            self._end_paragraph()
            self._new_page = word == b"sect"
        elif word in (b"sbknone", b"sbkcol"):
            self._new_page = False
        elif word in _SIGNS:
            self._add_text(_SIGNS[word])
        else:
            self._set(word, number)

    def _set(self, word: bytes, number: int | None) -> None:
        """Apply what a word says about the text after it."""
        state = self._state
        if word == b"uc":
            self._state = replace(state, fallback_chars=max(0, number or 0))
        elif word in (b"v", b"deleted"):
            self._decode()
            self._state = replace(state, hidden=number != 0)
        elif word == b"plain":
            self._decode()
            self._state = replace(state, hidden=False, font=None)
        elif word == b"pard":
            self._state = replace(state, heading=False)
        elif word == b"outlinelevel":
            self._state = replace(state, heading=number is not None and number < 9)
        elif word == b"deff":
            self._default_font = number
        elif word in _SYSTEM_CODECS:
            self._codec = _SYSTEM_CODECS[word]
        elif word == b"ansicpg":
            with suppress(LookupError):  # else keep the system's
                self._codec = codecs.lookup(f"cp{number}").name

    def _add_bytes(self, letters: bytes) -> None:
        """Add letters to decode later, without those that replace a \\u."""
        rest = letters[self._chars_to_skip :]
        self._chars_to_skip -= min(self._chars_to_skip, len(letters))
        if not (self._state.left_out or self._state.hidden):
            self._undecoded += rest

    def _add_text(self, text: str) -> None:
        """Add decoded text to the paragraph."""
        self._decode()
        if not (self._state.left_out or self._state.hidden):
            self._texts.append(text)

    def _decode(self) -> None:
        if self._undecoded:
            font = self._default_font if self._state.font is None else self._state.font
            codec = self._codec if font is None else self._font_codecs.get(font, self._codec)
            self._texts.append(self._undecoded.decode(codec, "replace"))
            self._undecoded.clear()

    def _begin_box(self) -> None:
        """Begin to read a text box by itself."""
        self._decode()
        self._boxes.append(_Box(len(self._outer_states), self.paragraphs, self._texts))
        self.paragraphs, self._texts = [], []
        self._state = replace(self._state, left_out=False, in_shape=False)

    def _end_box(self) -> None:
        """End a text box, which stands before its paragraph if that has no words yet."""
        self._decode()
        if any(map(str.strip, self._texts)):
            self._end_paragraph()
        box = self._boxes.pop()
        read, self.paragraphs, self._texts = self.paragraphs, box.paragraphs, box.texts
        has_words = any(map(str.strip, self._texts))
        (self._boxes_below if has_words else self.paragraphs).extend(set_apart(read))

    def _end_paragraph(self) -> None:
        """End the paragraph."""
        self._decode()
        # Characters beyond U+FFFF are written as two surrogates.
        text = "".join(self._texts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self._texts.clear()
        new_page = "\f" if self._new_page else ""
        self._new_page = False
        self.paragraphs.append(Paragraph(new_page + text, int(self._state.heading)))
        if not self._boxes:
            self.paragraphs += self._boxes_below
            self._boxes_below = []
