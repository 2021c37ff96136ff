"""Front matter: what sites and note-taking programs write above a text, in YAML, TOML or after %.

Read line by line and with patience for what is not quite YAML, such as a title with a colon in it;
nothing is expanded, so that a short text never becomes a long one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lyricslab.importing.fields import Field, Fields, fields_of
from lyricslab.importing.lines import one_line

MAX_LINES = 400
"""A longer block is no front matter."""
_ENDS = {"---": ("---", "..."), "+++": ("+++",)}
_SIGNS = {"---": ":", "+++": "="}
_KEY = re.compile(r"""["']?([^\W\d_][\w .-]{0,40}?)["']?[ \t]*([:=])(?:[ \t]+(\S.*))?""")
_PLAIN_KEY = re.compile(r"[^\W\d_A-Z][^\WA-Z]*")
_TABLE = re.compile(r"\[{1,2}[\w. -]{1,60}\]{1,2}")
_BLOCKS = frozenset({"|", ">", "|-", ">-", "|+", ">+"})
_MULTILINE = ('"""', "'''")
_COMMENT = re.compile(r"[ \t]#[ \t].*")
_PERCENT = re.compile(r"%[ \t]+(\S.*)|%")
_ESCAPES = {r"\"": '"', r"\\": "\\", r"\n": " ", r"\t": " "}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What is written above a text, and the lines that it takes, `start` to `end` (exclusive)."""

    start: int
    end: int
    fields: Fields


def find_front_matter(lines: Sequence[str]) -> list[FrontMatter]:
    """Return the front matter at the top of a text, and that of the songs below in the same form.

    Without any at the top, only blocks with a title count.
    """
    found: list[FrontMatter] = []
    top = next((k for k, line in enumerate(lines) if line.strip()), 0)
    number = top
    while number < len(lines):
        line = lines[number].rstrip()
        block = None
        if line in _ENDS:
            block = _between_rules(lines, number, line)
        elif line.startswith("%") and (number == top or (found and not lines[number - 1].strip())):
            block = _after_percent(lines, number)
        if block and (number == top or block.fields.title or (found and found[0].start == top)):
            found.append(block)
            number = block.end
        else:
            number += 1
    return found


def _between_rules(lines: Sequence[str], start: int, rule: str) -> FrontMatter | None:
    """Return the block that begins at a line with --- or +++, if it is one."""
    for end in range(start + 1, min(len(lines), start + MAX_LINES)):
        line = lines[end].rstrip()
        if line in _ENDS[rule]:
            entries = _entries(lines[start + 1 : end], _SIGNS[rule])
            if not entries or not _is_known(entries):
                return None
            return FrontMatter(start, end + 1, fields_of(entries))
        if line in _ENDS:
            return None
    return None


def _after_percent(lines: Sequence[str], start: int) -> FrontMatter | None:
    """Return the title block of up to three lines with %: title, authors, date."""
    values: list[str] = []
    end = start
    while end < min(len(lines), start + 3) and (match := _PERCENT.fullmatch(lines[end].rstrip())):
        values.append(match[1] or "")
        end += 1
    names = ("title", "author", "date")
    entries = [
        Field(name, one_line(value), name)
        for name, value in zip(names, values, strict=False)
        if value
    ]
    return FrontMatter(start, end, fields_of(entries)) if entries else None


def _is_known(entries: Sequence[Field]) -> bool:
    """Return whether names are those of songs, or written as programs write them."""
    return any(entry.kind for entry in entries) or all(
        _PLAIN_KEY.fullmatch(entry.written) for entry in entries
    )


# ---- the lines of a block


@dataclass(slots=True)
class _Entry:
    """An entry while its lines are read."""

    name: str
    values: list[str]
    block: bool = False
    """Whether its lines are text as it stands."""
    open: str = ""
    """What ends a value that goes over several lines; empty if it is complete."""
    nested: bool = False
    """Whether it is inside an entry that is not known, such as "song"."""


def _entries(lines: Sequence[str], sign: str) -> list[Field]:
    """Return the entries of a block; none if a line is not like those of front matter."""
    entries: list[_Entry] = []
    for line in lines:
        bare = line.strip()
        last = entries[-1] if entries else None
        inside = line[:1] in " \t"
        if last and last.open:
            last.values.append(bare)
            last.open = "" if bare.endswith(last.open) else last.open
        elif last and last.block and (inside or not bare):
            last.values.append(line)
        elif not bare or bare.startswith("#") or (sign == "=" and _TABLE.fullmatch(bare)):
            continue
        elif not inside and not bare.startswith("- ") and (key := _KEY.fullmatch(bare)):
            if key[2] != sign:
                return []
            entries.append(_begun(key[1], (key[3] or "").strip()))
        elif last and (inside or bare.startswith("-")):
            _add_inside(entries, bare)
        else:
            return []
    return [Field(entry.name.lower(), _value(entry), entry.name) for entry in entries]


def _begun(name: str, value: str) -> _Entry:
    """Return an entry as its first line tells it."""
    if value in _BLOCKS:
        return _Entry(name, [], block=True)
    if value[:3] in _MULTILINE and (len(value) < 6 or not value.endswith(value[:3])):
        return _Entry(name, [value[3:]], block=True, open=value[:3])
    if value.startswith("[") and "]" not in value:
        return _Entry(name, [value], open="]")
    return _Entry(name, [value] if value else [])


def _add_inside(entries: list[_Entry], bare: str) -> None:
    """Add a line inside an entry: an item of its list, an entry of its own, or more words."""
    last = entries[-1]
    item = bare.removeprefix("-").strip()
    key = _KEY.fullmatch(item)
    value = (key[3] or "").strip() if key else ""
    name = last.name.lower()
    known = bool(Field(name, "", "").kind) and name not in ("song", "track")
    if key and not bare.startswith("-") and (last.nested or not (known or last.values)):
        entries.append(_begun(key[1], value))
        entries[-1].nested = True
    elif key and (known or bare.startswith("-")):
        if key[1].lower() in ("name", "title") or not last.values:
            last.values.append(value)
    elif bare.startswith("-"):
        last.values.append(item)
    elif last.values:
        last.values[-1] += f" {bare}"
    else:
        last.values.append(bare)


def _value(entry: _Entry) -> str:
    """Return the value of an entry; the items of a list are joined by commas."""
    if entry.block:
        lines = [line.removesuffix('"""').removesuffix("'''") for line in entry.values]
        depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        return "\n".join(line[depth:].rstrip() for line in lines).strip("\n")
    values = [_COMMENT.sub("", value).strip() for value in entry.values]
    if len(values) > 1 and values[0].startswith("["):
        values = [" ".join(values)]
    if len(values) == 1 and values[0].startswith("[") and values[0].rstrip(",").endswith("]"):
        values = [item.strip() for item in values[0].strip("[], ").split(",")]
    return ", ".join(filter(None, map(_unquoted, values)))


def _unquoted(value: str) -> str:
    """Return a value without its quotation marks, and without the brackets of a link."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
        for escape, plain in _ESCAPES.items():
            value = value.replace(escape, plain)
    elif len(value) > 1 and value[0] == value[-1] == "'":
        value = value[1:-1].replace("''", "'")
    if value.startswith("[[") and value.endswith("]]"):
        value = value[2:-2].rpartition("|")[2]
    return value if value not in ("null", "~", '""') else ""
