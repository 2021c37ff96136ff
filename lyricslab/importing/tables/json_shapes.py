"""JSON values brought to one shape: lists of objects with named values, whatever they were.

Objects whose keys are data become lists: titles with their texts, numbers with their rows, names of
sections with their words, columns with their values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lyricslab.importing.tables.column_names import (
    artist_rank,
    detail_of,
    is_about,
    lyrics_rank,
    title_rank,
    words,
)
from lyricslab.importing.tables.json_rows import (
    are_texts,
    has_title,
    rows_by_number,
    rows_of_columns,
    rows_of_lists,
)
from lyricslab.importing.tables.song_sections import (
    SectionMap,
    is_container,
    is_section_label,
    is_section_name,
    section_of,
    words_in,
    words_key,
)

MAX_NESTING = 60
"""What is nested more deeply is no list of songs."""
MIN_UNKNOWN_KEYS = 0.8
"""At least this share of an object's keys is unknown here if they are titles."""
_SONG_LISTS = frozenset(
    "songs tracks poems texts data items hymns entries records rows results lieder canciones "
    "chansons canzoni lyricslist songlist tracklist playlist docs documents".split()
)
_FIELD_NAMES = ({"name", "value"}, {"key", "value"}, {"field", "value"}, {"property", "value"})


def is_song_list(key: str) -> bool:
    """Return whether a key is that of a list of songs."""
    return "".join(words(key)) in _SONG_LISTS


def shaped(value: Any) -> Any:
    """Return the value of a file as a list of objects or an object; None if it has no words.

    Raises:
        RecursionError: if it is nested more than MAX_NESTING deep.
    """
    if isinstance(value, list):
        value = rows_of_lists(value)
    shape = _shaped(value, "", 0)
    if isinstance(shape, SectionMap | str):
        return {"text": shape}
    if isinstance(shape, list):
        key = next((words_key(item) for item in shape if _is_object(item)), None) or "text"
        return [item if _is_object(item) else {key: item} for item in shape if item is not None]
    return shape if isinstance(shape, dict) else None


def _shaped(value: Any, key: str, depth: int) -> Any:
    if depth > MAX_NESTING:
        raise RecursionError
    if isinstance(value, list):
        if not any(isinstance(item, list | dict) for item in value):
            return value
        return _list([_shaped(item, key, depth + 1) for item in value])
    if isinstance(value, dict):
        if (rows := rows_by_number(value)) is not None:
            return _shaped(rows, key, depth + 1)
        inner = {name: _shaped(item, name, depth + 1) for name, item in value.items()}
        return _object(inner, key)
    return value


def _list(items: list[Any]) -> Any:
    if items and all(isinstance(item, dict) and len(item) == 2 for item in items):
        for names in _FIELD_NAMES:
            if all({name.casefold() for name in item} == names for item in items):
                return _fields(items)
    if any(isinstance(item, SectionMap) for item in items):
        return [_section_entry(item) for item in items]
    if items and all(map(_is_labelled_pair, items)):
        return [{"label": label, "lines": text} for label, text in items]
    key = next((words_key(item) for item in items if _is_object(item)), None)
    if key is not None:  # so that texts among objects are not lost
        return [{key: item} if isinstance(item, str) else item for item in items]
    return items


def _is_labelled_pair(item: Any) -> bool:
    """Return whether a list is a section's label and its words."""
    pair = isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)
    return pair and is_section_label(item[0]) and isinstance(item[1], str | list)


def _fields(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the fields of a list such as [{"name": "artist", "value": "Ann"}]."""
    fields = {}
    for item in items:
        by_name = {name.casefold(): part for name, part in item.items()}
        name = next(part for key, part in by_name.items() if key != "value")
        fields[str(name)] = by_name["value"]
    return fields


def _section_entry(item: Any) -> Any:
    """Return an object of sections inside a list as a song, or as the one section it is."""
    if not isinstance(item, SectionMap):
        return item
    if len(item) == 1:
        ((label, text),) = item.items()
        return {"label": label, "lines": text}
    return {"lyrics": item}


def _object(inner: dict[str, Any], key: str) -> Any:
    values = list(inner.values())
    if not inner:
        return inner
    if all(name.isdecimal() for name in inner):
        return _list(values)
    named = len(inner) > 1 or is_section_name(next(iter(inner)))
    if named and all(map(section_of, inner)) and all(map(_is_words, values)):
        return SectionMap(inner)
    if (rows := rows_of_columns(inner)) is not None:
        return rows
    if is_container(key) and all(map(_is_object, values)) and _are_data(inner):
        return values
    if lyrics_rank(key) is None and not is_section_name(key) and not is_about(key):
        if texts := _texts_by_title(inner):
            return [{"title": title, "lyrics": text} for title, text in texts.items()]
        if _are_data(inner) and _are_alike(inner):
            return [_entry(title, item) for title, item in inner.items()]
    inner = _coded(inner)
    return {name: _songs_of(name, item, len(inner) == 1) for name, item in inner.items()}


def _songs_of(key: str, item: Any, alone: bool) -> Any:
    """Return texts in a list of songs as objects; other values as they are."""
    if not isinstance(item, list) or any(map(_is_object, item)):
        return item
    unknown = lyrics_rank(key) is None and title_rank(key) is None and not is_container(key)
    if is_song_list(key) or (alone and unknown):
        return [{"text": part} for part in item if isinstance(part, str | list)]
    return item


def _texts_by_title(inner: Mapping[str, Any]) -> dict[str, Any]:
    """Return the texts of an object whose keys are their titles; empty if it is none."""
    texts = {name: item for name, item in inner.items() if _is_words(item) and not _is_object(item)}
    rest = [item for name, item in inner.items() if name not in texts]
    if not texts or any(isinstance(item, list | dict) for item in rest) or not _are_data(texts):
        return {}
    one_title = len(inner) > 1 or " " in next(iter(inner)) or not next(iter(inner)).islower()
    most = len(texts) >= MIN_UNKNOWN_KEYS * len(inner)
    return texts if most and one_title and are_texts(list(texts.values())) else {}


def _coded(inner: dict[str, Any]) -> dict[str, Any]:
    """Return an object with its sections under one key, if it names them v1, v2, c and so on."""
    coded = {name: item for name, item in inner.items() if _is_code(name) and _is_words(item)}
    if len(coded) < 2 or not any(name[0] in "vV" and len(name) > 1 for name in coded):
        return inner
    rest = {name: item for name, item in inner.items() if name not in coded}
    return {**rest, "lyrics": SectionMap(coded)} if "lyrics" not in rest else inner


def _is_code(name: str) -> bool:
    return section_of(name) is not None and len(name) <= 3 and name[:1].isalpha()


def _are_data(inner: Mapping[str, Any]) -> bool:
    """Return whether the keys of an object are data, such as titles, and not names of values."""
    unknown = [name for name in inner if not _is_known(name)]
    return len(unknown) >= MIN_UNKNOWN_KEYS * len(inner)


def _is_known(name: str) -> bool:
    return (
        (len(name) <= 3 and name.isalpha() and name.islower())
        or is_song_list(name)
        or is_container(name)
        or is_about(name)
        or detail_of(name) is not None
        or (
            any(rank(name) is not None for rank in (lyrics_rank, title_rank, artist_rank))
            and name[:1].islower()
        )
    )


def _are_alike(inner: Mapping[str, Any]) -> bool:
    """Return whether the values are all objects, or lists of objects, that share some keys."""
    names = [_names(value) for value in inner.values()]
    if not all(names):
        return False
    if len(names) == 1:
        (key,) = inner
        name = next(iter(inner.values()))
        said = any(lyrics_rank(one) is not None for one in names[0])
        return said and _is_object(name) and not key.islower() and not has_title(names[0])
    shared = set.intersection(*names)
    return bool(shared) and len(shared) >= min(map(len, names)) / 3


def _names(value: Any) -> set[str]:
    if isinstance(value, SectionMap):
        return set()
    if isinstance(value, dict):
        return set(value)
    inside = [item for item in value if _is_object(item)] if isinstance(value, list) else []
    return {name for item in inside[:100] for name in item}


def _entry(key: str, item: Any) -> dict[str, Any]:
    """Return an entry with its key, which is its title if it has none."""
    if isinstance(item, list):
        return {"name": key, "entries": item}
    return item if has_title(item) else {"title": key, **item}


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and not isinstance(value, SectionMap)


def _is_words(value: Any) -> bool:
    """Return whether a value is a text, or lists of texts."""
    if isinstance(value, str | SectionMap):
        return True
    if isinstance(value, list):
        return bool(value) and all(map(_is_words, value[:50]))
    return isinstance(value, dict) and isinstance(words_in(value), str | list)
