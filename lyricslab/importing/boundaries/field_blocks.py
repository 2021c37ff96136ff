"""Blocks of fields in a text: above a song, below it, or under its title and artist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lyricslab.importing.boundaries.page_lines import is_separator
from lyricslab.importing.boundaries.song_titles import (
    TITLE_CHARS,
    TextStyle,
    can_be_title,
    is_name,
    parse_heading,
    plain_title,
    title_key,
)
from lyricslab.importing.fields import Field, Fields, fields_of, parse_field, parse_spaced_field
from lyricslab.importing.lines import is_label, one_line

MAX_LINES = 60
"""Fields beyond this many lines are a block of their own."""
_PLAIN = TextStyle(capitals=False, lower_case=False)
_SUNG_ENDS = (",", ";", "!", "?", "...", "…")


@dataclass(frozen=True, slots=True)
class FieldBlock:
    """Lines that say something of a song, `start` to `end` (exclusive), its title line included."""

    start: int
    end: int
    fields: Fields
    fields_start: int = 0
    """Where the fields begin, below the lines with title and artist."""


def find_blocks(lines: Sequence[str]) -> list[FieldBlock]:
    """Return the blocks of fields of a text, in order."""
    blocks: list[FieldBlock] = []
    number = 0
    while number < len(lines):
        aligned = _may_be_aligned(lines[number]) and _follows_rule(lines, number)
        if not aligned and not _may_be_field(lines[number]):
            number += 1
            continue
        entries, end = _read_aligned(lines, number) if aligned else ([], number)
        if not entries:
            entries, end = _read_fields(lines, number)
        above = blocks[-1].end if blocks else 0
        if entries and (block := _block(lines, number, end, entries, above)):
            blocks.append(block)
        number = max(end, number + 1)
    return blocks


def _may_be_field(line: str) -> bool:
    """Return whether a line is a field with a name that is known; quick for most lines."""
    head = line[:60]
    if ":" not in head and "=" not in head and "：" not in head:
        return False
    entry = parse_field(line)
    return entry is not None and bool(entry.kind)


def _may_be_aligned(line: str) -> bool:
    head = line[:60]
    return ("  " in head or "\t" in head) and parse_field(line, aligned=True) is not None


def _follows_rule(lines: Sequence[str], number: int) -> bool:
    """Return whether a separator is the next line with anything on it, upwards."""
    above = number - 1
    while above >= max(0, number - 4) and not lines[above].strip():
        above -= 1
    return above >= 0 and bool(lines[above].strip()) and is_separator(lines[above])


def _read_aligned(lines: Sequence[str], start: int) -> tuple[list[Field], int]:
    """Return fields whose values stand in a column, and where they end."""
    entries: list[Field] = []
    end = start
    while end < min(len(lines), start + MAX_LINES) and lines[end].strip():
        line = lines[end]
        if entries and line[:4].strip() == "":
            last = entries[-1]
            entries[-1] = Field(last.name, f"{last.value}, {one_line(line)}", last.written)
        elif entry := parse_field(line, aligned=True) or (entries and parse_spaced_field(line)):
            entries.append(entry)
        else:
            return [], start
        end += 1
    known = {entry.name for entry in entries if entry.kind}
    return (entries, end) if len(known) > 1 and 2 * len(known) >= len(entries) else ([], start)


def _read_fields(lines: Sequence[str], start: int) -> tuple[list[Field], int]:
    """Return the fields from a line on, and where they end; a second title begins another block."""
    entries: list[Field] = []
    end = number = start
    pending: list[Field] = []
    """Fields with unknown names, which count only if a known one follows."""
    while number < min(len(lines), start + MAX_LINES):
        line = lines[number]
        entry = parse_field(line) if line.strip() else None
        if entry and entry.kind:
            if entry.kind == "title" and any(e.name == entry.name for e in entries):
                break
            if number > end + len(pending) and not entry.is_sure:
                break  # after a blank line
            entries += [*pending, entry]
            pending = []
            end = number + 1
        elif entries and not pending and _continues(line, number, end):
            last = entries[-1]
            value = ", ".join(filter(None, (last.value, one_line(line).removeprefix("- "))))
            entries[-1] = Field(last.name, value, last.written)
            end = number + 1
        elif entry and number == end + len(pending) and _says_something(entry):
            pending.append(entry)
        elif line.strip() or number > end:
            break
        number += 1
    closed = end + len(pending) == len(lines) or (pending and not lines[end + len(pending)].strip())
    if pending and closed and len({entry.name for entry in entries}) > 1:
        return [*entries, *pending], end + len(pending)
    return entries, end


def _continues(line: str, number: int, end: int) -> bool:
    """Return whether a line is the rest of the value above it, being further in."""
    return number == end and bool(line.strip()) and line.startswith(("  ", "\t"))


def _says_something(entry: Field) -> bool:
    """Return whether a field with an unknown name says something, and is not spoken or sung."""
    return (
        len(entry.written.split()) <= 3
        and entry.written[0].isupper()
        and bool(entry.value)
        and not entry.value.endswith((*_SUNG_ENDS, "."))
    )


def _block(
    lines: Sequence[str], start: int, end: int, entries: list[Field], above: int
) -> FieldBlock | None:
    """Return a block with the title lines above it, if these are fields that nobody sings.

    Args:
        above: where the block above ends.
    """
    fields = fields_of(entries)
    fields = replace(fields, title=plain_title(fields.title))
    first, head = _head(lines, start, above, fields.title)
    if not _are_fields(entries) and not _is_single(lines, start, end, entries, bool(head)):
        return None
    if not head:
        return FieldBlock(start, end, fields, start)
    if not fields.title:
        artist = one_line(head[1]).strip("*_ ") if len(head) > 1 else ""
        artist = artist.removeprefix("by ").removeprefix("By ")
        fields = Fields(plain_title(head[0]), artist) + fields
    return FieldBlock(first, end, fields, start)


def _head(lines: Sequence[str], start: int, above: int, title: str) -> tuple[int, list[str]]:
    """Return the lines with the title, and perhaps the artist, above some fields, and the first."""
    none: tuple[int, list[str]] = (start, [])
    number = start - 1
    blank = number >= above and not lines[number].strip()
    while number >= max(above, start - 2) and not lines[number].strip():
        number -= 1
    bottom = number
    while number >= max(above, bottom - 2) and lines[number].strip():
        if is_separator(lines[number]):
            break
        number -= 1
        if parse_heading(lines[number + 1], 0):
            break
    head = list(lines[number + 1 : bottom + 1])
    if not 1 <= len(head) <= 2:
        return none
    heading = parse_heading(head[0], 0)
    if title:
        same = title_key(head[0]) == title_key(title)
        return (number + 1, head) if same and len(head) == 1 else none
    if blank and not heading and not _is_apart(lines, number, above):
        return none
    if not heading and not can_be_title(head[0].strip(), _PLAIN, lone=True):
        return none
    if len(head) == 2 and not _can_be_artist(head[1].strip()):
        return none
    return number + 1, head


def _is_apart(lines: Sequence[str], number: int, above: int) -> bool:
    """Return whether nothing, a separator or two blank lines are at a line and above it."""
    if number < above or is_separator(lines[number]):
        return True
    return not lines[number].strip() and (
        number == above or not lines[number - 1].strip() or is_separator(lines[number - 1])
    )


def _can_be_artist(line: str) -> bool:
    bare = line.strip("*_ ")
    return (
        0 < len(bare) <= TITLE_CHARS
        and bare[-1] not in ",;:?!.-"
        and not is_label(bare)
        and (is_name(bare) or bare.lower().startswith("by "))
    )


def _are_fields(entries: Sequence[Field]) -> bool:
    """Return whether several fields with known names are no dialogue."""
    known = [entry for entry in entries if entry.kind]
    names = [entry.name for entry in known]
    different = set(names)
    sure = sum(entry.is_sure and bool(entry.value) for entry in known)
    if len(different) < 2 or not any(entry.value for entry in known):
        return False
    runs = 1 + sum(a != b for a, b in zip(names, names[1:], strict=False))
    if runs > len(different) or (sure < 1 and len(different) < 3):
        return False
    sung = sum(entry.value.endswith(_SUNG_ENDS) for entry in known)
    return sung <= len(known) / 2


def _is_single(
    lines: Sequence[str], start: int, end: int, entries: Sequence[Field], has_head: bool
) -> bool:
    """Return whether fields of one name are in a place that marks them as such."""
    entry = entries[0]
    if not entry.is_sure or not entry.value or entry.value.endswith((",", ";")):
        return False
    apart = start == 0 or not lines[start - 1].strip() or is_separator(lines[start - 1])
    closed = end == len(lines) or not lines[end].strip() or is_separator(lines[end])
    top = not any(map(str.strip, lines[max(0, start - 20) : start])) and start < 20
    if entry.kind == "title":
        return apart
    if entry.kind == "artist" and not is_name(entry.value):
        return False
    below_heading = start > 0 and parse_heading(lines[start - 1], 0) is not None
    return top or below_heading or (closed and (has_head or _follows_rule(lines, start)))
