"""Parts of a text that are separated by the fields above or below each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lyricslab.importing.boundaries.field_blocks import FieldBlock
from lyricslab.importing.boundaries.page_lines import is_separator
from lyricslab.importing.boundaries.song_titles import parse_heading
from lyricslab.importing.fields import Fields
from lyricslab.importing.front_matter import find_front_matter
from lyricslab.importing.lines import is_label

_FENCE = re.compile(r"\s{0,3}```[\w.-]{0,20}\s*")
_ANCHOR = re.compile(r"""\s*<a\s+(?:id|name)\s*=\s*["']?[^"'<>]{0,200}["']?\s*/?>(?:\s*</a>)?\s*""")
_FEW_ROWS = 2
"""With more lines above the first fields, these are not on top of the text."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """Lines with one song or several, and what the fields around them say."""

    lines: list[str]
    fields: Fields = field(default_factory=Fields)


def without_markup(lines: Sequence[str]) -> list[str]:
    """Return the lines without the marks of code and the anchors of Markdown."""
    return [
        line
        for line in lines
        if not (
            line.lstrip()[:1] in ("`", "<")
            and len(line) < 300
            and (_FENCE.fullmatch(line) or _ANCHOR.fullmatch(line))
        )
    ]


def parts_with_front_matter(lines: list[str]) -> list[TextPart]:
    """Return the text under each block of front matter, and what is above the first."""
    blocks = find_front_matter(lines)
    if not blocks:
        return [TextPart(lines)]
    above = TextPart(lines[: blocks[0].start])
    ends = [block.start for block in blocks[1:]] + [len(lines)]
    below = [
        TextPart(lines[block.end : end], block.fields)
        for block, end in zip(blocks, ends, strict=True)
    ]
    return [above, *below] if _has_words(above.lines) else below


def parts_with_fields(lines: list[str], blocks: Sequence[FieldBlock]) -> list[TextPart]:
    """Return the text above or below each block of fields that names a song.

    Where there are more headings than such blocks, it is not cut.
    """
    named = [block for block in blocks if block.fields.title]
    if not named or _count_headings(lines) > len(named):
        return [TextPart(lines)]
    if _are_below(lines, named):
        starts = [0, *(block.end for block in named)]
        parts = [
            TextPart(lines[start : block.start], block.fields)
            for start, block in zip(starts, named, strict=False)
        ]
        for part in parts:
            _drop_last_rule(part.lines)
        rest = TextPart(lines[named[-1].end :])
        return [*parts, rest] if _has_words(rest.lines) else parts
    starts = [block.start for block in named] + [len(lines)]
    above = TextPart(lines[: starts[0]])
    parts = [
        TextPart(lines[block.end : end], block.fields)
        for block, (_, end) in zip(named, pairwise(starts), strict=True)
    ]
    return [above, *parts] if _has_words(above.lines) else parts


def without_blocks(
    lines: list[str], blocks: Sequence[FieldBlock]
) -> tuple[list[str], list[int], bool]:
    """Return the lines without fields, where each block was in these, and if all are below songs.

    The lines with title and artist above fields stay.
    """
    below = bool(blocks) and _are_below(lines, blocks)
    left: list[str] = []
    places: list[int] = []
    end = 0
    for block in blocks:
        left += lines[end : block.fields_start]
        end = block.end
        if below or _is_between_rules(lines, block):
            _drop_last_rule(left)
        above = _drop_blank_lines(left)
        places.append(len(left))
        following = end
        while following < len(lines) and not lines[following].strip():
            following += 1
        gap = max(1, above, following - end)  # the wider of the two gaps around the fields
        left += [""] * gap
        end = following
    return left + lines[end:], places, below


def _drop_blank_lines(lines: list[str]) -> int:
    """Remove the blank lines at the end; return how many there were."""
    count = 0
    while lines and not lines[-1].strip():
        lines.pop()
        count += 1
    return count


def _drop_last_rule(lines: list[str]) -> None:
    """Remove a separator at the end of lines, with the blank lines around it."""
    _drop_blank_lines(lines)
    if lines and is_separator(lines[-1]):
        lines.pop()


def _are_below(lines: Sequence[str], blocks: Sequence[FieldBlock]) -> bool:
    """Return whether fields stand below their songs, at its end."""
    rows_above = sum(1 for line in lines[: blocks[0].start] if line.strip())
    return rows_above > _FEW_ROWS and not _has_words(lines[blocks[-1].end :])


def _is_between_rules(lines: Sequence[str], block: FieldBlock) -> bool:
    """Return whether fields are between a separator and a gap, a separator or the end."""
    above = block.start - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    if above < 0 or not is_separator(lines[above]):
        return False
    below = [line.strip() for line in lines[block.end : block.end + 2]]
    return not any(below) or bool(is_separator(next(filter(None, below))))


def _count_headings(lines: Sequence[str]) -> int:
    """Return how many headings there are that do not name a section."""
    headings = (parse_heading(line, 0) for line in lines if line.lstrip()[:1] in ("#", "\\"))
    return sum(1 for heading in headings if heading and not is_label(heading.title))


def _has_words(lines: Sequence[str]) -> bool:
    return any(line.strip() and not is_separator(line) for line in lines)
