"""Bytes to text: what a file was written in is found, told, and can be chosen by hand."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass, replace

from charset_normalizer import from_bytes

from lyricslab.errors import EncodingError, NotTextError
from lyricslab.wording import plural

ENCODINGS: dict[str, str] = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "utf-32": "Unicode (UTF-32)",
    "cp1252": "Western (Windows-1252)",
    "latin-1": "Western (ISO 8859-1)",
    "mac_roman": "Western (old Macintosh)",
    "cp850": "Western (DOS)",
    "cp1250": "Central European (Windows-1250)",
    "iso8859-2": "Central European (ISO 8859-2)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "shift_jis": "Japanese (Shift JIS)",
    "euc_jp": "Japanese (EUC)",
    "euc_kr": "Korean (EUC)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
}
"""What a person may choose: the codec's name, and how it is called on screen."""

LIKELY = (
    "cp1252",
    "mac_roman",
    "cp1250",
    "cp1251",
    "koi8-r",
    "cp1253",
    "cp1254",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "gb18030",
    "big5",
    "latin-1",
)
"""What lyrics without Unicode were likely written in; the first wins where nothing tells."""

SAMPLE_BYTES = 32_768
"""So much of the lines beyond ASCII is enough to tell an encoding by."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16, so it goes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or a Word document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"ID3", "a piece of audio"),
    (b"OggS", "a piece of audio"),
    (b"fLaC", "a piece of audio"),
    (b"RIFF", "a piece of audio or video"),
    (b"SQLite format 3", "a database"),
    (b"\x1f\x8b", "a compressed file"),
)
_PRINTED = (b"%PDF", b"{\\rtf")
_TEXT_CONTROLS = b"\t\n\v\f\r\x1a"
_CONTROLS = bytes(c for c in range(32) if c not in _TEXT_CONTROLS) + b"\x7f"
CONTROLS_SHARE = 0.005
"""Text that was damaged holds no more control codes, or empty characters, than this."""
_OURS = {codecs.lookup(codec).name: codec for codec in ENCODINGS}
_IN_WORDS = "\u2019\u2018\u2013\u2014\u2026\xad\xb7"
"""Apostrophes, dashes and the like, which do stand between two letters."""
_ESCAPES = "".join(map(chr, range(0xDC80, 0xDD00)))
"""Bytes that were not UTF-8, as Python keeps them."""
_ESCAPED = re.compile(f"[{_ESCAPES}]")
_ODD = re.compile("[\x80-\x9f]|[\xc0-\u024f]{4,}")
"""A code that prints nothing, or a run of accented Latin letters as no language has it."""
_BEYOND_ASCII_LINE = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, and what it was taken to be written in."""

    text: str
    encoding: str
    note: str | None = None
    """A sentence where the encoding was a guess or something was put right."""


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """The text of a file: by its mark, as strict UTF-8, by the look of UTF-16, else by likelihood.

    Args:
        name: how the file is called, for sentences.
        encoding: one of ENCODINGS, chosen by hand; None to find out.

    Raises:
        NotTextError: if the bytes are not text.
        EncodingError: if the chosen encoding does not fit them.
    """
    found = _found(data, name) if encoding is None else _chosen(data, name, encoding)
    empty = found.text.count("\0")
    if not empty:
        return found
    were = plural(empty, "empty character was", "empty characters were")
    note = f"{were} left out of '{name}'; it may have been damaged."
    note = f"{found.note} {note}" if found.note else note
    return replace(found, text=found.text.replace("\0", ""), note=note)


def label(encoding: str) -> str:
    """How an encoding is called on screen."""
    return ENCODINGS.get(encoding, encoding)


def _found(data: bytes, name: str) -> Decoded:
    """The text in the encoding that its bytes tell; it may yet hold a few empty characters."""
    for signature, what in _SIGNATURES:
        # A song may well begin with the word RIFF; only a file with empty bytes is what it says.
        if data.startswith(signature) and (signature in _PRINTED or b"\0" in data[:4096]):
            raise NotTextError(
                f"'{name}' is {what} under another name, not text. Export its words as .txt or "
                ".docx, or copy and paste them."
            )
    for mark, found in _BOMS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], name, found)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    odd = _many_controls(data)
    if b"\0" in data and (odd or _full_of(data.count(0), data)):
        return _unmarked_utf16(data, name)
    if odd:
        raise _not_text(name)
    return Decoded(text, "utf-8") if text or not data else _nearly_utf8(data, name)


def _chosen(data: bytes, name: str, wish: str) -> Decoded:
    """The text in the encoding that a person chose."""
    encoding = chosen = _known(wish)
    for mark, marked in _BOMS:
        if data.startswith(mark) and marked.startswith(encoding):
            data, encoding = data[len(mark) :], marked
    if encoding == "utf-16" and data:
        encoding = f"utf-16-{_endianness(data)}"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"'{name}' is not written in {label(encoding)}: it does not fit at byte "
            f"{error.start:,}. Choose another encoding, or let it be found."
        ) from error
    if _full_of(text.count("\0"), text):
        raise EncodingError(
            f"'{name}' is not written in {label(encoding)}: read so, it is full of empty "
            "characters. Choose another encoding, or let it be found."
        )
    return Decoded(text, chosen)


def _known(wish: str) -> str:
    """The encoding of this name; Python knows more, but some of them are no way to write songs.

    Raises:
        EncodingError: if there is none.
    """
    try:
        return _OURS[codecs.lookup(wish).name]
    except (LookupError, ValueError) as error:
        raise EncodingError(
            f"'{wish}' is not an encoding known here. Choose one of: {', '.join(ENCODINGS)}."
        ) from error


def _marked(data: bytes, name: str, encoding: str) -> Decoded:
    """The text after a byte order mark, which is believed."""
    family = encoding[:6].rstrip("-")  # "utf-16" of "utf-16-le"
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[family]
    whole = len(data) - len(data) % width
    try:
        text = data[:whole].decode(encoding)
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"'{name}' says that it is {label(family)}, but is not at byte {error.start:,}. "
            "Choose its encoding by hand, or save it again as UTF-8."
        ) from error
    if _full_of(text.count("\0"), text):
        raise _not_text(name)
    return Decoded(text, family, _cut_note(name) if whole < len(data) else None)


def _unmarked_utf16(data: bytes, name: str) -> Decoded:
    """The text of UTF-16 without a mark, told by where its empty bytes are."""
    encoding = f"utf-16-{_endianness(data)}"
    whole = len(data) - len(data) % 2
    try:
        text = data[:whole].decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text(name) from error
    sample = text[:20_000]
    odd = sum(unicodedata.category(char) in ("Cc", "Cn", "Co") for char in sample)
    odd -= sum(sample.count(char) for char in "\t\n\v\f\r")
    spaces = sum(char.isspace() for char in sample)
    # Binary read as UTF-16 is a jumble of unassigned codes and ideographs without a space.
    if odd > 0.01 * len(sample) or spaces < 0.01 * len(sample):
        raise _not_text(name)
    note = f"'{name}' carries no mark; its empty bytes tell that it is {label('utf-16')}."
    if whole < len(data):
        note += " " + _cut_note(name)
    return Decoded(text, "utf-16", note)


def _endianness(data: bytes) -> str:
    """Which half of UTF-16's pairs is empty more often: the second, "le", or the first, "be"."""
    return "le" if data[1::2].count(0) >= data[::2].count(0) else "be"


def _nearly_utf8(data: bytes, name: str) -> Decoded:
    """The text of UTF-8 that is cut short or mixed with bytes of old, or else the likeliest."""
    text = data.decode("utf-8", "surrogateescape")
    strange = len(_ESCAPED.findall(text))
    if sum(char > "\x7f" for char in text) - strange <= 4 * strange:
        return _likeliest(data, name)
    if text.rstrip(_ESCAPES) == text[:-strange]:  # all of it at the very end
        return Decoded(text[:-strange], "utf-8", _cut_note(name))
    text = _ESCAPED.sub(lambda match: _western(match.group()), text)
    were = plural(strange, "character was", "characters were")
    return Decoded(
        text, "utf-8", f"'{name}' is Unicode mixed with older text; {were} read as Western."
    )


def _western(escaped: str) -> str:
    """The Western character of a byte that is not UTF-8."""
    byte = escaped.encode("utf-8", "surrogateescape")
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


def _likeliest(data: bytes, name: str) -> Decoded:
    """The text in the likeliest encoding of the times before Unicode."""
    sample = _sample(data)
    matches = from_bytes(sample, cp_isolation=list(LIKELY), enable_fallback=False)
    ranked: list[tuple[float, int, int]] = []
    for match in matches:
        for codec in {_OURS.get(codecs.lookup(c).name) for c in match.could_be_from_charset}:
            if codec in LIKELY:
                odd = _oddities(sample.decode(codec, "replace"))
                ranked.append((round(match.chaos, 1), odd, LIKELY.index(codec)))
    for _, _, number in sorted(ranked):
        try:
            text = data.decode(LIKELY[number])
        except UnicodeDecodeError:
            continue  # it fits the sample, but not the whole
        note = (
            f"'{name}' is not Unicode; by its letters it was read as {label(LIKELY[number])}. If "
            "accents or quotation marks look wrong, choose another encoding."
        )
        return Decoded(text, LIKELY[number], note)
    raise _not_text(name)


def _sample(data: bytes) -> bytes:
    """Lines that go beyond ASCII, enough to tell an encoding by."""
    lines: list[bytes] = []
    size = 0
    for match in _BEYOND_ASCII_LINE.finditer(data):
        lines.append(match.group())
        size += len(match.group())
        if size >= SAMPLE_BYTES:
            break
    return b"\n".join(lines)


def _oddities(text: str) -> int:
    """How many places of a text no writer would have put there: signs of a wrong encoding."""
    return len(_ODD.findall(text)) + sum(
        1
        for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False)
        if char > "\x7f"
        and (
            (char.isupper() and before.islower())
            or (before.isalpha() and after.isalpha() and not _in_word(char))
        )
    )


def _in_word(char: str) -> bool:
    return char.isalpha() or char in _IN_WORDS


def _many_controls(data: bytes) -> bool:
    """Whether bytes hold more control codes than text ever has."""
    sample = data[:65_536]
    return _full_of(len(sample) - len(sample.translate(None, _CONTROLS)), sample)


def _full_of(codes: int, text: str | bytes) -> bool:
    """Whether a text holds more control codes or empty characters than damage explains."""
    return codes > CONTROLS_SHARE * len(text)


def _not_text(name: str) -> NotTextError:
    return NotTextError(
        f"'{name}' does not hold text, whatever its name says. Import a text file, or copy the "
        "words and paste them."
    )


def _cut_note(name: str) -> str:
    return f"'{name}' ends in the middle of a character, which was left out."
