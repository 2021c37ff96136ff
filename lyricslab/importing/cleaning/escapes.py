r"""Escapes: line breaks written as \n or <br>, and letters written as &#39; or \u2019."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html.entities import html5

from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.lines import one_line
from lyricslab.importing.song_marks import LINE_MARK, PART_MARK, SONG_MARK
from lyricslab.songs.fold import fold

ROUNDS = 3
"""An escape may be escaped again; deeper than this it stays."""

_CODE = re.compile(r"(?<!\\)\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
r"""A character by its code, as in \u2019."""
_AMPERSAND = re.compile(r"&(?:(?:amp|#0{0,3}38|#x0{0,2}26);)+", re.IGNORECASE)
"""An ampersand, escaped once or more often."""
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,30}));")
_ATTRIBUTES = r"(?:\s[^<>]{0,300})?/?>"
_PARAGRAPH = rf"</?(?i:p|div|li|ul|ol|blockquote|h[1-6]){_ATTRIBUTES}"
_NEWLINE_TAG = rf"</?(?:br|BR|Br){_ATTRIBUTES}"
_NEWLINE = r"(?<!\\)\\+(?:r\\+n|n|r)"
_SHEET_NEWLINE = "(?:_x000D_)?(?:_x000A_|\n)|_x000D_"
r"""A line break as spreadsheets write it."""
_STYLE_PAIR = re.compile(r"<([BIU])>([^<>]{0,300})</\1>")
_TAB = r"(?<!\\)\\+t"
_NO_COMMAND = r"(?![a-z])"
r"""In TeX \n is the beginning of \newpage."""
_STYLE_TAG = re.compile(
    rf"</?(?:[ibus]|em|strong|span|font|small|sup|sub|center|tt){_ATTRIBUTES}|<a\s[^<>]{{0,300}}>|</a>"
)
"""A tag inside a line. Those of one letter are in lower case, for <A> is a chord."""
_SONG = re.compile(SONG_MARK)
_SIGN = re.compile(r"""(?<!\\)\\+(['"/])""")
_LINE_END = re.compile(r"(?<=[\w,.!?;:)'\"])\s?\\{1,2}\s?$")
r"""A backslash at the end of a line, which is a line break in Markdown."""
_TEX = re.compile(r"\\[a-zA-Z]{2,20}\{|\\(?:begin|noindent|newline|newpage|item|par|bf|it|rm)\b")


@dataclass(frozen=True, slots=True)
class _Marks:
    """What stands for line breaks and tabs in a text."""

    breaks: re.Pattern[str]
    """With one group, which takes part where a paragraph or a song begins or ends."""
    tab: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> _Marks:
        """Return the marks of a text, which are fewer if it is in TeX."""
        end = _NO_COMMAND if _TEX.search(text) else ""
        gaps = rf"({_PARAGRAPH}|{SONG_MARK}|{PART_MARK})"
        breaks = rf"{gaps}|{LINE_MARK}|{_NEWLINE_TAG}|{_NEWLINE}{end}|{_SHEET_NEWLINE}|\r\n?"
        return cls(re.compile(breaks), re.compile(_TAB + end))


def write_out_escapes(song: TracedSong) -> TracedSong:
    """Write line breaks and letters where their escapes are, in the words and the title."""
    if not any(map(_may_have_escapes, (song.title, song.artist, song.text))):
        return song
    title, artist = (_plain_name(name) for name in (song.title, song.artist))
    parts = [_folded(part) for part in _parts(song.text)]
    if parts == [[line] for line in song.lines]:
        same = (title, artist) == (song.title, song.artist)
        return song if same else replace(song, title=title, artist=artist)
    return replace(song, title=title, artist=artist).with_rows(
        (
            (line, origin)
            for of_line, origin in zip(parts, song.origins, strict=True)
            for line in of_line
        ),
        keep_gaps=True,
    )


def without_escapes(text: str) -> str:
    """Return a text, in any script, with line breaks and letters where their escapes are."""
    return "\n".join(line for of_line in _parts(text) for line in of_line)


def _parts(text: str) -> list[list[str]]:
    """Return for each line of a text the lines that it stands for."""
    lines = text.split("\n")
    if not _may_have_escapes(text):
        return [[line] for line in lines]
    marks = _Marks.of(text)
    return [_written_out(line, marks) if _may_have_escapes(line) else [line] for line in lines]


def _may_have_escapes(text: str) -> bool:
    signs = any(sign in text for sign in ("\\", "&", "<", "_x000"))
    return signs or ("[" in text and _SONG.search(text) is not None)


def _folded(lines: list[str]) -> list[str]:
    if all(line.isascii() and line.isprintable() for line in lines):
        return lines
    return [part for line in lines for part in fold(line).text.split("\n")]


def _plain_name(name: str) -> str:
    """Return a title or an artist's name without escapes."""
    if not _may_have_escapes(name):
        return name
    (parts,) = _parts(name)
    return name if parts == [name] else one_line(fold(" ".join(parts)).text)


def _written_out(line: str, marks: _Marks) -> list[str]:
    """Return the lines that a line stands for."""
    for _ in range(ROUNDS):
        before = line
        if "\\" in line:
            line = _CODE.sub(lambda match: _character(int(match[1] or match[2], 16)), line)
        if "&" in line:
            line = _ENTITY.sub(_entity, _AMPERSAND.sub("&", line))
        if line == before:
            break
    if not line.isascii():  # two codes may be the halves of one character
        line = line.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return [_without_signs(part, marks) for part in _split(line, marks.breaks)]


def _split(line: str, breaks: re.Pattern[str]) -> list[str]:
    """Split a line at its breaks; one at its end is the line's own, a paragraph's leaves a gap."""
    pieces = breaks.split(line)
    if len(pieces) == 1:
        return pieces
    lines = [pieces[0]]
    full = bool(pieces[0].strip())  # whether there are words so far
    for paragraph, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if not paragraph:
            lines.append(piece)
        elif lines[-1].strip():
            lines += ["", piece]
        elif full and lines[-2].strip():
            lines.append(piece)
        else:
            lines[-1] = piece
        full = full or bool(piece.strip())
    if len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    return lines


def _without_signs(line: str, marks: _Marks) -> str:
    """Remove tags inside a line, and the backslashes before quotation marks."""
    if "<" in line:
        line = _STYLE_PAIR.sub(r"\2", _STYLE_TAG.sub("", line))
    if "\\" not in line:
        return line
    line = _SIGN.sub(r"\1", marks.tab.sub(" ", line))
    return line if "--" in line else _LINE_END.sub("", line)


def _entity(match: re.Match[str]) -> str:
    """Return the character of an entity; an unknown one stays."""
    if match[3]:
        return html5.get(match[3] + ";", match[0])
    code = int(match[1]) if match[1] else int(match[2], 16)
    valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return _character(code) if valid else match[0]


def _character(code: int) -> str:
    """Return a character; pages that write 128 to 159 mean the codes of Windows-1252."""
    return bytes([code]).decode("cp1252", "replace") if 128 <= code < 160 else chr(code)
