"""Bytes to text: the encoding is detected and reported, and can be chosen by the user."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass, replace

from charset_normalizer import from_bytes

from lyricslab.errors import EncodingError, FileTooLargeError, NotTextError
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
"""What a user can choose: the codec and its name on the screen."""

LIKELY = (
    "cp1252 mac_roman cp1250 cp1251 koi8-r cp1253 cp1254 shift_jis euc_jp euc_kr gb18030 big5 "
    "latin-1"
).split()
"""Encodings of lyrics older than Unicode; the first wins where nothing distinguishes them."""

MAX_LINES = 1_000_000
"""Each line costs memory, however short it is; 20 MB of songs have about 600,000."""
SAMPLE_BYTES = 32_768
"""This much of the lines beyond ASCII is enough to recognise an encoding."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16, so it comes first
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
"""The largest share of control codes, or of NUL characters, in damaged text."""
_BY_CODEC_NAME = {codecs.lookup(codec).name: codec for codec in ENCODINGS}
_IN_WORDS = "\u2019\u2018\u2013\u2014\u2026\xad\xb7"
"""Apostrophes, dashes and the like, which occur between two letters."""
_ESCAPES = "".join(map(chr, range(0xDC80, 0xDD00)))
"""Bytes that are not UTF-8, as `surrogateescape` decodes them."""
_ESCAPED = re.compile(f"[{_ESCAPES}]")
_ODD = re.compile("[\x80-\x9f]|[\xc0-\u024f]{4,}")
"""An invisible control code, or a run of accented Latin letters that no language has."""
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and its encoding."""

    text: str
    encoding: str
    note: str | None = None
    """A sentence where the encoding was guessed or something was repaired."""


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Decode a file by its byte order mark, as strict UTF-8, as UTF-16, else as the likeliest.

    Args:
        name: of the file, for error messages.
        encoding: one of ENCODINGS, chosen by the user; None to detect it.

    Raises:
        NotTextError: if the bytes are not text.
        EncodingError: if the chosen encoding does not fit them.
        FileTooLargeError: if they have more lines than `check_lines` allows.
    """
    decoded = _detect(data, name) if encoding is None else _as_chosen(data, name, encoding)
    check_lines(max(map(decoded.text.count, "\n\r")), name)
    count = decoded.text.count("\0")
    if not count:
        return decoded
    were = "1 empty character was" if count == 1 else f"{count:,} empty characters were"
    note = f"{were} left out of '{name}'; it may have been damaged."
    note = f"{decoded.note} {note}" if decoded.note else note
    return replace(decoded, text=decoded.text.replace("\0", ""), note=note)


def check_lines(lines: int, name: str) -> None:
    """Check that a file has no more lines than can be read.

    Raises:
        FileTooLargeError: if it has more than MAX_LINES.
    """
    if lines > MAX_LINES:
        raise FileTooLargeError(
            f"'{name}' has {lines:,} lines; up to {MAX_LINES:,} can be read. Divide the songs into "
            "smaller files."
        )


def label(encoding: str) -> str:
    """Return the name of an encoding on the screen."""
    return ENCODINGS.get(encoding, encoding)


def _detect(data: bytes, name: str) -> Decoded:
    """Decode by what the bytes look like; a few NUL characters may remain."""
    for signature, what in _SIGNATURES:
        # A song may begin with the word RIFF; only with NUL bytes is it a file of that format.
        if data.startswith(signature) and (signature in _PRINTED or b"\0" in data[:4096]):
            raise NotTextError(
                f"'{name}' is {what} under another name, not text. Export its words as .txt or "
                ".docx, or copy and paste them."
            )
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], name, encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    many_controls = _has_many_controls(data)
    if b"\0" in data and (many_controls or _full_of(data.count(0), data)):
        return _decode_unmarked_utf16(data, name)
    if many_controls:
        raise _not_text(name)
    return Decoded(text, "utf-8") if text or not data else _decode_broken_utf8(data, name)


def _as_chosen(data: bytes, name: str, choice: str) -> Decoded:
    """Decode in the encoding that the user chose."""
    encoding = chosen = _parse_encoding(choice)
    for mark, marked in BYTE_ORDER_MARKS:
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


def _parse_encoding(name: str) -> str:
    """Return the encoding of ENCODINGS that a name stands for.

    Raises:
        EncodingError: if it is not one of them, even if Python knows it.
    """
    try:
        return _BY_CODEC_NAME[codecs.lookup(name).name]
    except (LookupError, ValueError) as error:
        raise EncodingError(
            f"'{name}' is not an encoding known here. Choose one of: {', '.join(ENCODINGS)}."
        ) from error


def _decode_marked(data: bytes, name: str, encoding: str) -> Decoded:
    """Decode what follows a byte order mark."""
    family = encoding[:6].rstrip("-")  # "utf-16" of "utf-16-le"
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[family]
    complete = len(data) - len(data) % width
    try:
        text = data[:complete].decode(encoding)
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"'{name}' says that it is {label(family)}, but is not at byte {error.start:,}. "
            "Choose its encoding by hand, or save it again as UTF-8."
        ) from error
    if _full_of(text.count("\0"), text):
        raise _not_text(name)
    return Decoded(text, family, _cut_note(name) if complete < len(data) else None)


def _decode_unmarked_utf16(data: bytes, name: str) -> Decoded:
    """Decode UTF-16 without a mark, recognised by its NUL bytes."""
    encoding = f"utf-16-{_endianness(data)}"
    complete = len(data) - len(data) % 2
    try:
        text = data[:complete].decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text(name) from error
    sample = text[:20_000]
    unprintable = sum(unicodedata.category(char) in ("Cc", "Cn", "Co") for char in sample)
    unprintable -= sum(sample.count(char) for char in "\t\n\v\f\r")
    spaces = sum(char.isspace() for char in sample)
    # Binary data as UTF-16 is a jumble of unassigned codes and ideographs without spaces.
    if unprintable > 0.01 * len(sample) or spaces < 0.01 * len(sample):
        raise _not_text(name)
    note = f"'{name}' carries no mark; its empty bytes tell that it is {label('utf-16')}."
    if complete < len(data):
        note += " " + _cut_note(name)
    return Decoded(text, "utf-16", note)


def _endianness(data: bytes) -> str:
    """Return "le" if the second byte of a pair is NUL more often than the first, else "be"."""
    return "le" if data[1::2].count(0) >= data[::2].count(0) else "be"


def _decode_broken_utf8(data: bytes, name: str) -> Decoded:
    """Decode UTF-8 that is cut short or mixed with an older encoding, else the likeliest one."""
    text = data.decode("utf-8", "surrogateescape")
    broken = len(_ESCAPED.findall(text))
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    if beyond_ascii - broken <= 4 * broken:
        return _decode_likeliest(data, name)
    if text.rstrip(_ESCAPES) == text[:-broken]:  # all of it at the end
        return Decoded(text[:-broken], "utf-8", _cut_note(name))
    text = _ESCAPED.sub(lambda match: _western(match.group()), text)
    were = plural(broken, "character was", "characters were")
    return Decoded(
        text, "utf-8", f"'{name}' is Unicode mixed with older text; {were} read as Western."
    )


def _western(escaped: str) -> str:
    """Return the Western character of a byte that is not UTF-8."""
    byte = escaped.encode("utf-8", "surrogateescape")
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


def _decode_likeliest(data: bytes, name: str) -> Decoded:
    """Decode in the likeliest encoding older than Unicode.

    charset-normalizer ranks the encodings by how messy the text looks; where it cannot decide, the
    fewest odd places and then the order of LIKELY do.
    """
    sample = _sample(data)
    matches = from_bytes(sample, cp_isolation=list(LIKELY), enable_fallback=False)
    ranked: list[tuple[float, int, int]] = []
    for match in matches:
        for codec in {
            _BY_CODEC_NAME.get(codecs.lookup(c).name) for c in match.could_be_from_charset
        }:
            if codec in LIKELY:
                odd_places = _count_odd_places(sample.decode(codec, "replace"))
                ranked.append((round(match.chaos, 1), odd_places, LIKELY.index(codec)))
    for _, _, number in sorted(ranked):
        try:
            text = data.decode(LIKELY[number])
        except UnicodeDecodeError:
            continue  # it fits the sample, but not the file
        note = (
            f"'{name}' is not Unicode; by its letters it was read as {label(LIKELY[number])}. If "
            "accents or quotation marks look wrong, choose another encoding."
        )
        return Decoded(text, LIKELY[number], note)
    raise _not_text(name)


def _sample(data: bytes) -> bytes:
    """Return lines beyond ASCII, enough to recognise an encoding."""
    lines: list[bytes] = []
    size = end = 0
    while size < SAMPLE_BYTES and (found := _BEYOND_ASCII.search(data, end)):
        start = data.rfind(b"\n", end, found.start()) + 1 or end
        end = data.find(b"\n", found.end())
        end = end if end >= 0 else len(data)
        if end - start > SAMPLE_BYTES:  # words of a line without end
            start = data.rfind(b" ", start, found.start()) + 1 or found.start()
            end = min(end, start + SAMPLE_BYTES)
        lines.append(data[start:end])
        size += end - start
    return b"\n".join(lines)


def _count_odd_places(text: str) -> int:
    """Count the places in a text that no writer has written: signs of a wrong encoding.

    A wrong encoding turns an accent or a quotation mark into another character, so that control
    codes and runs of accented letters appear (_ODD), a capital follows a small letter ("cafÉ" for
    "café"), or a symbol is inside a word ("it™s" for "it's").
    """
    return len(_ODD.findall(text)) + sum(
        1
        for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False)
        if char > "\x7f"
        and (
            (char.isupper() and before.islower())
            or (before.isalpha() and after.isalpha() and not (char.isalpha() or char in _IN_WORDS))
        )
    )


def _has_many_controls(data: bytes) -> bool:
    """Return whether bytes hold more control codes than text has."""
    sample = data[:65_536]
    return _full_of(len(sample) - len(sample.translate(None, _CONTROLS)), sample)


def _full_of(codes: int, text: str | bytes) -> bool:
    """Return whether a text holds more control codes or NUL characters than damage explains."""
    return codes > CONTROLS_SHARE * len(text)


def _not_text(name: str) -> NotTextError:
    return NotTextError(
        f"'{name}' does not hold text, whatever its name says. Import a text file, or copy the "
        "words and paste them."
    )


def _cut_note(name: str) -> str:
    return f"'{name}' ends in the middle of a character, which was left out."
