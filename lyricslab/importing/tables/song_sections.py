"""The sections of a song, such as verses and choruses, and the order in which they are sung."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lyricslab.importing.lines import is_label, newlines
from lyricslab.importing.tables.column_names import keys, words

_KINDS = {
    "intro": "intro introduccion introducao vorspiel",
    "verse": "verse verses vers strophe strophen strophes stanza stanzas estrofa estrofas couplet "
    "couplets coupletten strofa strofe strofy zwrotka zwrotki verser verso versos sateisto куплет "
    "куплеты 절 節 v",
    "prechorus": "prechorus prechoruses p",
    "chorus": "chorus choruses refrain refrains coro coros estribillo estribillos refrao refren "
    "ritornello refrein kehrvers omkvaed omkvæd refrang refreng kertosae pripev припев hook 후렴 "
    "c r",
    "bridge": "bridge bridges puente pont ponte brug b",
    "interlude": "interlude instrumental solo zwischenspiel",
    "tag": "tag vamp t",
    "outro": "outro ending end coda finale final schluss nachspiel o e",
}
_KIND_OF = {"".join(words(name)): kind for kind, names in _KINDS.items() for name in names.split()}
_CONTAINERS = frozenset(
    "sections section parts part slides slide paragraphs paragraph blocks block lines line "
    "segments segment lyricparts lyricpart groups zeilen versos parrafos abschnitte pages "
    "page".split()
)
_LABEL_NAMES = (
    "label type parttype sectiontype kind section part group name title tag id typ art"
).split()
_WORDS_NAMES = "lyrics lyric text lines words content body verse value".split()
_TOKENS = re.compile(r"[\s,;>|-]+")


@dataclass(frozen=True, slots=True)
class Section:
    """Some of a song's words."""

    label: str
    """As the file names it: "Verse 1", "c"; empty where it does not."""
    text: str
    shown: bool = True
    """Whether the label is written above the words."""

    @property
    def kind(self) -> str:
        """What it is, such as "chorus"; a verse where nothing says otherwise."""
        named = section_of(self.label)
        return named[0] if named else "verse"

    @property
    def number(self) -> int | None:
        """Its number among its kind, if it has one."""
        named = section_of(self.label)
        return named[1] if named else None


class Labelled(list[tuple[str, Any]]):
    """The parts of a list of objects: each with its label, which may be empty, and its words."""


class SectionMap(dict[str, Any]):
    """An object whose keys are all names or numbers of sections."""


def section_of(name: str) -> tuple[str, int | None] | None:
    """Return the kind and number of the section that a label or a key names: "v1" -> verse, 1."""
    if len(name) > 40:
        return None
    parts = words(name.strip("[](){}<>:. "))
    digits = [part for part in parts if part.isdecimal()]
    bare = "".join(part for part in parts if not part.isdecimal())
    number = int(digits[0]) if len(digits) == 1 and len(digits[0]) <= 3 else None
    if not bare:
        return ("verse", number) if number is not None else None
    kind = _KIND_OF.get(bare)
    return (kind, number) if kind and len(digits) <= 1 else None


def is_section_name(name: str) -> bool:
    """Return whether a key is the name of a section in full, such as "verse_1" or "Refrain"."""
    bare = [part for part in words(name) if not part.isdecimal()]
    return section_of(name) is not None and len("".join(bare)) > 1


def section_key(path: str) -> str:
    """Return the key of a path that names a section, as in "verses" or "chorus.lines"."""
    ends = keys(path)[-2:]
    return next((key for key in reversed(ends) if is_section_name(key)), ends[-1] if ends else "")


def is_container(name: str) -> bool:
    """Return whether a key is that of a list of sections or lines."""
    joined = "".join(words(name))
    return joined in _CONTAINERS or is_section_name(name)


def is_line_list(name: str) -> bool:
    """Return whether a key is that of a list of lines."""
    return "".join(words(name)) in ("lines", "line", "zeilen", "versos")


def is_section_label(value: str) -> bool:
    """Return whether a value names a section, as in "Verse 1", "c" or "Chorus (all)"."""
    value = value.strip()
    if not value or len(value) > 60 or value.isdecimal():
        return False
    return section_of(value) is not None or is_label(value) or section_of(_head(value)) is not None


def _head(label: str) -> str:
    """Return what stands before the colon or the bracket of a label: "Verse 1: Ann"."""
    return re.split(r"[:(\[]", label, maxsplit=1)[0]


def label_line(label: str) -> str:
    """Return the line above a section: "c1" -> "[Chorus 1]"."""
    label = " ".join(label.split()).strip("[]")
    named = section_of(label)
    if named and len(re.sub(r"[\W\d_]", "", label)) == 1:
        label = named[0] if named[0] != "prechorus" else "pre-chorus"
        label += f" {named[1]}" if named[1] is not None else ""
    elif named and re.fullmatch(r"[^\W\d_]+[_-]?\d+", label):
        label = " ".join(re.findall(r"[^\W\d_]+|\d+", label))
    return f"[{label[:1].upper()}{label[1:]}]"


def label_of(entry: Mapping[str, Any]) -> str:
    """Return the label of an object that is a section; empty if none of its values is one."""
    by_name = {"".join(words(key)): value for key, value in entry.items()}
    for name in _LABEL_NAMES:
        value = by_name.get(name)
        if isinstance(value, str) and is_section_label(value):
            number = by_name.get("number", by_name.get("index"))
            if isinstance(number, int) and not any(map(str.isdigit, value)) and number > 0:
                return f"{value} {number}"
            return value
    return ""


# ---- from values to sections


def sections(value: Any) -> list[Section]:
    """Return the sections of a value in the order in which they are sung.

    Args:
        value: a text, a list of lines, stanzas or sections, or an object of sections.
    """
    if isinstance(value, SectionMap):
        return arranged([(key, sections(part)) for key, part in value.items()])
    return _of_list(value) if isinstance(value, list) else _of_one(value)


def words_key(entry: Mapping[str, Any]) -> str | None:
    """Return the key of an object that has the name of a section's words; None if none has."""
    by_name = {
        "".join(words(key)): key
        for key, part in entry.items()
        if isinstance(part, str | list | SectionMap)
    }
    return next((by_name[name] for name in _WORDS_NAMES if name in by_name), None)


def words_in(entry: Mapping[str, Any]) -> Any:
    """Return the value of an object that is a section's words by its key; None if there is none."""
    key = words_key(entry)
    return None if key is None else entry[key]


def _of_one(value: Any) -> list[Section]:
    if isinstance(value, Mapping):
        return _labelled(label_of(value), words_in(value))
    return [Section("", value)] if isinstance(value, str) else []


def _of_list(value: Sequence[Any]) -> list[Section]:
    if isinstance(value, Labelled):
        return [section for label, part in value for section in _labelled(label, part)]
    if any(isinstance(part, list | Mapping) for part in value):
        return [section for part in value for section in _joined(sections(part))]
    lines = [_line(part) for part in value]
    if any("\n" in newlines(line).strip("\n") for line in lines):
        return [Section("", line) for line in lines]
    return [Section("", "\n".join(line.rstrip("\r\n") for line in lines))] if lines else []


def _joined(parts: list[Section]) -> list[Section]:
    """Return the unlabelled sections of one stanza as one."""
    if len(parts) > 1 and not any(part.label for part in parts):
        return [Section("", text_of(parts))]
    return parts


def _labelled(label: str, value: Any) -> list[Section]:
    parts = sections(value)
    if not label:
        return _joined(parts)
    return [Section(label, text_of(parts))] if parts else [Section(label, "")]


def _line(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if isinstance(value, str) else str(value) if is_number else ""


# ---- singing order


def arranged(named: Sequence[tuple[str, list[Section]]]) -> list[Section]:
    """Return the sections of several keys in the order in which they are sung.

    Where a chorus stands among the verses the file has an order, and it is kept. Else the chorus
    comes after the first verse, where hymn books print it; as many choruses as verses go by turns.
    """
    kinds = [section_of(section_key(name)) or ("verse", None) for name, _ in named]
    verses = [k for k, (kind, _) in enumerate(kinds) if kind == "verse"]
    choruses = [k for k, (kind, _) in enumerate(kinds) if kind == "chorus"]
    tagged = [
        [
            replace(part, label=part.label or section_key(name), shown=bool(part.label))
            if part.shown
            else part
            for part in parts
        ]
        for name, parts in named
    ]
    if any(verses[0] < k < verses[-1] for k in choruses if verses):
        return [part for parts in tagged for part in parts]
    by_kind: dict[str, list[Section]] = {}
    numbered = sorted(range(len(named)), key=lambda k: kinds[k][1] or 0)
    for k in numbered:
        by_kind.setdefault(kinds[k][0], []).extend(tagged[k])
    return _by_turns(by_kind)


def _by_turns(by_kind: dict[str, list[Section]]) -> list[Section]:
    sung = by_kind.pop("intro", [])
    verses, choruses = by_kind.pop("verse", []), by_kind.pop("chorus", [])
    before, after = by_kind.pop("prechorus", []), by_kind.pop("outro", [])
    if len(choruses) == len(verses) > 1:
        turns = [[verse, chorus] for verse, chorus in zip(verses, choruses, strict=True)]
    else:
        turns = [verses[:1] + choruses, verses[1:]]
    if before:
        turns[0][1:1] = before
    sung += [part for turn in turns for part in turn]
    return [*sung, *(part for parts in by_kind.values() for part in parts), *after]


def in_order(found: list[Section], order: Any) -> list[Section]:
    """Return sections as the file's own order says; what it does not name follows.

    Args:
        order: such as "v1 c v2 c", or a list of these; left alone if it names what is not there.
    """
    tokens = _TOKENS.split(order.strip()) if isinstance(order, str) else order
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        return found
    if len(tokens) < 2:
        return found
    by_name: dict[tuple[str, int | None], list[Section]] = {}
    counts: dict[str, int] = {}
    for section in found:
        counts[section.kind] = counts.get(section.kind, 0) + 1
        number = section.number if section.number is not None else counts[section.kind]
        by_name.setdefault((section.kind, number), []).append(section)
    sung: list[Section] = []
    for token in filter(None, tokens):
        named = section_of(token)
        parts = by_name.get((named[0], named[1] or 1)) if named else None
        if parts is None:
            return found
        sung += parts
    return [*sung, *(section for section in found if section not in sung)]


def text_of(parts: Iterable[Section]) -> str:
    """Return the lyrics of sections: stanzas with blank lines between, labels above them."""
    shown = [part for part in parts if part.text.strip() or (part.shown and _repeats(part))]
    if len(shown) == 1 and not (shown[0].label and shown[0].shown):
        return shown[0].text
    stanzas = []
    last = None
    for part in shown:
        goes_on = part.number is not None and part.label == last  # the next slide of the verse
        label = label_line(part.label) if part.label and part.shown and not goes_on else ""
        last = part.label
        stanzas.append("\n".join(filter(None, (label, part.text.strip("\r\n")))))
    return "\n\n".join(stanzas)


def _repeats(part: Section) -> bool:
    """Return whether a section without words stands for a chorus that was written out before."""
    return part.kind == "chorus" and bool(part.label)
