"""Rich text: its control words walked through once, each letter in the encoding of its font.

What is hidden, drawn or said about the document is left out; headings and page breaks begin songs.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass, replace

from lyricslab.errors import BrokenFileError
from lyricslab.importing.readers.paragraphs import Paragraph, separate_stanzas, songs_in, with_title
from lyricslab.importing.readers.source import FileSongs, Source

EXTENSIONS = (".rtf",)

MAX_DEPTH = 5_000
"""Groups inside one another; writing programs need a dozen."""

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,9})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n\0]+"
    rb"|([^\\{}\r\n\0]+)|.",
    re.DOTALL,
)
_UNSEEN = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl "
    b"footerr footerf footnote annotation fldinst listtable listoverridetable listtext pntext xe "
    b"tc bkmkstart bkmkend filetbl revtbl rsidtbl generator nonshppict themedata datastore "
    b"colorschememapping latentstyles shp do".split()
)
"""Groups that hold no words of the text, or not where they stand."""
_ENDS = frozenset((b"par", b"cell", b"nestcell", b"sect", b"\n", b"\r"))
"""What ends a paragraph; a line end does so after a backslash."""
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
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
"""What a font's \\fcharset says of the bytes written in it; 0 and others say nothing."""
_SYSTEMS = {b"ansi": "cp1252", b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group and is forgotten at its end."""

    unseen: bool = False
    hidden: bool = False
    heading: bool = False
    font: int | None = None
    """None for the document's own."""
    stands_for: int = 1
    """How many letters after a \\u say the same to older programs."""


def read(source: Source) -> list[FileSongs]:
    """The songs of a rich text document; without headings and page breaks as plain text.

    Raises:
        BrokenFileError: if it is no rich text.
    """
    start = source.data[:1024].find(b"{\\rtf")
    walk = _Walk()
    if start < 0 or not walk.through(source.data, start):
        raise BrokenFileError(
            f"'{source.name}' is not rich text, whatever its name says. Save it again as .rtf or "
            ".docx in your writing program, or copy and paste its text."
        )
    songs = with_title(songs_in(separate_stanzas(walk.paragraphs)), source.title)
    return source.result("rich text", songs)


class _Walk:
    """A walk through the document that gathers its paragraphs."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self._parts: list[str] = []
        self._raw = bytearray()
        """Letters not yet decoded: some are of two bytes, written one by one."""
        self._state = _State()
        self._outer: list[_State] = []
        self._page = "cp1252"
        self._font: int | None = None
        self._fonts: dict[int, str] = {}
        self._declared = 0
        """The font that the font table is speaking of."""
        self._skip = 0
        self._new_page = False
        """Whether a section has begun that may yet say it stays on the page."""

    def through(self, data: bytes, place: int) -> bool:
        """Reads a document to its end, or to where it was cut; False if it is a mere trap."""
        while place < len(data):
            token = _TOKEN.match(data, place)
            assert token is not None
            place = token.end()
            word, number, code, sign, brace, letters = token.groups()
            if brace == b"{":
                self._outer.append(self._state)
                self._skip = 0
                if len(self._outer) > MAX_DEPTH:
                    return False
            elif brace:
                self._decode()
                self._state = self._outer.pop()
                self._skip = 0
                if not self._outer:
                    break
            elif word == b"bin":
                place += max(0, int(number or 0))
            elif word or sign:
                self._control(word or sign, int(number) if number else None)
            elif code or letters:
                self._add(bytes.fromhex(code.decode()) if code else letters)
        self._end()
        return True

    def _control(self, word: bytes, number: int | None) -> None:
        state = self._state
        if word == b"*" or word in _UNSEEN:
            self._state = replace(state, unseen=True)
        elif word == b"f" and number is not None:
            self._decode()
            self._declared = number
            self._state = replace(state, font=number)
        elif word == b"fcharset" and number in _CHARSETS:
            self._fonts[self._declared] = _CHARSETS[number]
        elif state.unseen:
            pass
        elif word == b"u" and number is not None:
            self._say(chr(number % 65_536))
            self._skip = state.stands_for
        elif self._skip:
            self._skip -= 1
        elif word in _ENDS:
            self._end()
            self._new_page = word == b"sect"
        elif word in (b"sbknone", b"sbkcol"):
            self._new_page = False
        elif word in _SIGNS:
            self._say(_SIGNS[word])
        else:
            self._set(word, number)

    def _set(self, word: bytes, number: int | None) -> None:
        """Takes note of what a word says of the text to come."""
        state = self._state
        if word == b"uc":
            self._state = replace(state, stands_for=max(0, number or 0))
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
            self._font = number
        elif word in _SYSTEMS:
            self._page = _SYSTEMS[word]
        elif word == b"ansicpg":
            with suppress(LookupError):  # else the system's own is as good a guess as any
                self._page = codecs.lookup(f"cp{number}").name

    def _add(self, letters: bytes) -> None:
        """Takes letters that are yet to be decoded, less those that a \\u stood for."""
        kept = letters[self._skip :]
        self._skip -= min(self._skip, len(letters))
        if not (self._state.unseen or self._state.hidden):
            self._raw += kept

    def _say(self, text: str) -> None:
        """Adds to the paragraph what is decoded already."""
        self._decode()
        if not (self._state.unseen or self._state.hidden):
            self._parts.append(text)

    def _decode(self) -> None:
        if self._raw:
            font = self._font if self._state.font is None else self._state.font
            codec = self._page if font is None else self._fonts.get(font, self._page)
            self._parts.append(self._raw.decode(codec, "replace"))
            self._raw.clear()

    def _end(self) -> None:
        """Ends the paragraph."""
        self._decode()
        # Letters beyond the first 65,536 are written as two halves.
        text = "".join(self._parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self._parts.clear()
        new_page = "\f" if self._new_page else ""
        self._new_page = False
        self.paragraphs.append(Paragraph(new_page + text, int(self._state.heading)))
