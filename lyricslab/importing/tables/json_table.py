"""The table of a JSON file: which of its objects are songs, with all values in and around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lyricslab.importing.tables.column_profiles import Profile, Table, profile, sample
from lyricslab.importing.tables.json_shapes import is_song_list
from lyricslab.importing.tables.song_sections import (
    Labelled,
    SectionMap,
    is_container,
    is_line_list,
    label_of,
)
from lyricslab.importing.tables.title_column import titles_by_name

MAX_PATHS = 2_000
MAX_VALUES = 500
"""How many values of a path are looked at before it is known where the songs are."""
MAX_OBJECTS = 200_000
MAX_OUTER_ITEMS = 10
"""A longer list beside the songs says nothing of each of them."""
UNNAMED = "(unnamed)"
WHOLE_CHARS = 300
WHOLE_LINES = 8
"""A text of at least this many characters or lines is a song by itself."""

Path = tuple[str, ...]


@dataclass(slots=True)
class Survey:
    """The paths of a JSON value, through objects and lists, with some of the values there."""

    values: dict[Path, list[Any]] = field(default_factory=dict)
    lists: set[Path] = field(default_factory=set)
    """Paths of lists of objects; () if the file itself is one."""
    objects: int = 0

    def profiles(self) -> list[Profile]:
        """Describe the values of each path that has any."""
        found = [profile(path_name(path), values) for path, values in self.values.items()]
        return [one for one in found if one.filled]

    def empty(self) -> list[str]:
        """Return the paths without any value."""
        found = {one.name for one in self.profiles()}
        return [name for name in map(path_name, self.values) if name not in found]

    def path(self, name: str) -> Path:
        """Return the path of a name."""
        return next(path for path in self.values if path_name(path) == name)

    def look(self, node: Any, path: Path) -> None:
        """Note the values in an object or a list of objects."""
        if isinstance(node, list):
            self.lists.add(path)
            for item in _objects(node, MAX_VALUES * 4):
                self.look(item, path)
            return
        self.objects += 1
        if self.objects > MAX_OBJECTS:
            return
        for key, item in node.items():
            below = (*path, key)
            if _is_object(item) or (isinstance(item, list) and _holds_objects(item)):
                self.look(item, below)
            else:
                self._note(item, below)

    def _note(self, value: Any, path: Path) -> None:
        if path not in self.values:
            if len(self.values) >= MAX_PATHS:
                return
            self.values[path] = []
        if len(self.values[path]) < MAX_VALUES:
            self.values[path].append(value)


def path_name(path: Path) -> str:
    """Return a path as people write it: "tracks.song.lyrics"."""
    return ".".join(key if key.strip() else UNNAMED for key in path)


def survey(value: Any) -> Survey:
    """Look through a JSON value for paths with values."""
    found = Survey()
    found.look(value, ())
    return found


def song_level(lyrics: Path, seen: Survey) -> Path:
    """Return the path of the objects that are songs: the deepest above the lyrics with a title.

    Lists of sections and lines are passed over, and titles that only name sections.
    """
    levels = [
        lyrics[:k] for k in range(len(lyrics) - 1, -1, -1) if lyrics[:k] in seen.lists or not k
    ]
    words = profile(path_name(lyrics), seen.values[lyrics])
    inside = {level: is_container(level[-1]) if level else False for level in levels}
    titled = [level for level in levels if _titled(level, lyrics, seen)]
    for level in levels:
        if inside[level]:
            continue
        if level in titled:
            return level
        whole = words.chars >= WHOLE_CHARS or words.lines >= WHOLE_LINES
        songs = bool(level) and (is_song_list(level[-1]) or (whole and level in seen.lists))
        if songs and not any(map(is_container, level)):
            return level
    outside = [level for level in levels if not inside[level] and level in seen.lists]
    return next(iter([*titled, *outside, ()]))


def _titled(level: Path, lyrics: Path, seen: Survey) -> bool:
    own = [
        profile(path_name(path), values)
        for path, values in seen.values.items()
        if path != lyrics and _is_own(path, level, seen)
    ]
    return titles_by_name([one for one in own if one.filled >= 0.5], ()) is not None


def _is_own(path: Path, level: Path, seen: Survey) -> bool:
    """Return whether a path is of the objects of a level, not of lists around or inside them."""
    inside = path[: len(level)] == level and len(path) > len(level)
    return inside and not any(path[:k] in seen.lists for k in range(len(level) + 1, len(path)))


def is_around(level: Path, other: Path) -> bool:
    """Return whether the objects of one path are around those of another, or the same."""
    return other[: len(level)] == level


def json_table(value: Any, level: Path, unit: str) -> Table:
    """Return the objects of a level as rows, with what stands around them."""
    rows: list[dict[str, Any]] = []
    outer: dict[str, None] = {}
    for around, node in _songs(value, level, {}):
        rows.append({**around, **_flat(node, level)})
        outer.update(dict.fromkeys(around))
    names = dict.fromkeys(name for row in rows for name in row)

    def column(name: str) -> list[Any]:
        return [row.get(name) for row in rows]

    inner = {name for row in rows for name, value in row.items() if isinstance(value, Labelled)}
    return Table(
        tuple(names),
        len(rows),
        column,
        unit=unit,
        outer=frozenset(outer),
        inner=frozenset(inner),
    )


def _songs(
    node: Any, level: Sequence[str], around: dict[str, Any], path: Path = ()
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    if isinstance(node, list):
        for item in _objects(node):
            yield from _songs(item, level, around, path)
    elif not level:
        yield around, node
    elif level[0] in node and isinstance(node[level[0]], list | dict):
        rest = {key: item for key, item in node.items() if key != level[0]}
        beside = {name: item for name, item in _flat(rest, path).items() if _is_small(item)}
        yield from _songs(node[level[0]], level[1:], {**around, **beside}, (*path, level[0]))


def _is_small(value: Any) -> bool:
    return not isinstance(value, list | SectionMap) or len(value) <= MAX_OUTER_ITEMS


def _flat(node: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the values in an object by their paths; those in lists of objects together."""
    flat: dict[str, Any] = {}
    for key, item in node.items():
        below = (*path, key)
        if _is_object(item):
            flat |= _flat(item, below)
        elif isinstance(item, list) and _holds_objects(item):
            flat |= {name: _lines(key, parts) for name, parts in _gathered(item, below).items()}
        else:
            flat[path_name(below)] = item
    return flat


def _gathered(items: list[Any], path: Path) -> dict[str, Labelled]:
    """Return the values in a list of objects by their paths, each with its object's label."""
    gathered: dict[str, Labelled] = {}
    for part in _objects(items):
        label = label_of(part)
        for name, value in _flat(part, path).items():
            parts = gathered.setdefault(name, Labelled())
            if isinstance(value, Labelled):
                parts += [(inner or label, text) for inner, text in value]
            else:
                parts.append((label, value))
    return gathered


def _lines(key: str, parts: Labelled) -> Labelled | list[str]:
    """Return parts as the lines of a text if their list is one of lines."""
    texts = [text for label, text in parts if not label and isinstance(text, str)]
    single = len(texts) == len(parts) > 1 and not any("\n" in text.strip() for text in texts)
    return texts if single and (is_line_list(key) or not is_container(key)) else parts


def _objects(items: list[Any], limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the objects in a list, and in lists inside it."""
    for item in sample(items, limit) if limit else items:
        if _is_object(item):
            yield item
        elif isinstance(item, list):
            yield from _objects(item, limit)


def _holds_objects(items: list[Any]) -> bool:
    return any(
        _is_object(item) or (isinstance(item, list) and _holds_objects(item)) for item in items
    )


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and not isinstance(value, SectionMap)
