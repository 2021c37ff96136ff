"""A corpus on its way in: what was brought, what was read, and each correction made by hand.

It lives in the session, so that a look at another page loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from lyricslab.errors import ColumnsError, InputError
from lyricslab.importing import reading
from lyricslab.importing.reading import Columns, Intake

PASTED = "Pasted songs"


@dataclass(frozen=True)
class Brought:
    """One file, or one pasted text, and what became of it."""

    name: str
    data: bytes = field(repr=False)
    encoding: str | None = None
    columns: Columns | None = None
    pasted: bool = False
    saved: bool = False
    """Whether it is a corpus of the library, opened to be corrected."""
    intake: Intake | None = None
    problem: str | None = None
    """Why it could not be read, as a sentence."""
    asks: tuple[str, ...] = ()
    """The columns of a table of which one must be chosen."""
    likely: Columns | None = None
    """Which of them the lyrics and titles are probably in."""


@dataclass(frozen=True)
class Draft:
    """Everything brought so far; `songs` is None until something could be read."""

    brought: tuple[Brought, ...] = ()
    songs: Intake | None = None
    past: tuple[Draft, ...] = ()
    """The draft before each step, the latest last; a step is a file or a correction."""
    at: int = 0
    """The song that is looked at."""
    turn: int = 0
    """Grows with every change; widgets that show the songs begin anew with it."""
    name: str | None = None
    """What the corpus shall be called; None until the person says."""
    shares: str = "tenths"
    """How the songs shall be divided."""
    seed: int = 0
    """Which division it shall be."""
    editing: str | None = None
    """The id of the saved corpus that these songs are, or None."""
    finding: str | None = None
    """The rule whose places are looked at."""
    finding_page: int = 0
    """Which page of them."""


def get() -> Draft:
    """The draft of this session."""
    draft = st.session_state.get("draft")
    return draft if isinstance(draft, Draft) else Draft()


def put(draft: Draft) -> None:
    """Makes this the draft of the session."""
    st.session_state["draft"] = replace(draft, turn=get().turn + 1)


def clear() -> None:
    """Forgets what was brought."""
    put(Draft())


def read(one: Brought) -> Brought:
    """Reads what was brought; a fault is kept as its sentence, so that other files go on."""
    fresh = replace(one, intake=None, problem=None)
    try:
        if one.pasted:
            return replace(fresh, intake=reading.read_paste(one.data.decode(), one.name))
        found = reading.read_file(one.name, one.data, encoding=one.encoding, columns=one.columns)
        return replace(fresh, intake=found)
    except ColumnsError as error:
        likely = _likely(one, error.columns)
        return replace(fresh, problem=str(error), asks=error.columns, likely=likely)
    except InputError as error:
        return replace(fresh, problem=str(error))


READING = 0.4
"""About the share of the work that reading files is; the rest is looking through their songs."""


def add(
    new: Sequence[Brought], tell: Callable[[float, str], object] = lambda share, doing: None
) -> None:
    """Reads files and puts their songs after those already there, corrections kept.

    Args:
        tell: given the share that is done, 0 to 1, and what is being done, as it goes on.
    """
    draft = get()
    fresh = []
    total, done = sum(len(one.data) for one in new), 0
    for one in new:
        tell(READING * done / max(1, total), f"Reading {one.name}")
        fresh.append(read(one))
        done += len(one.data)
    brought = (*draft.brought, *fresh)
    found = [draft.songs] if draft.songs else []
    found += _intakes(fresh)
    name = reading.joint_name(_intakes(brought)) if found else ""
    songs = reading.gather(found, name) if found else None
    if songs:
        songs.clean(lambda share: tell(READING + (1 - READING) * share, "Looking through"))
    _step(brought, songs, draft.at)


def read_again(which: int, *, encoding: str | None = None, columns: Columns | None = None) -> None:
    """Reads one file another way; corrections to its songs begin anew, as these may differ."""
    one = get().brought[which]
    other = replace(one, encoding=encoding or one.encoding, columns=columns or one.columns)
    _exchange(which, [read(other)])


def leave_out(which: int) -> None:
    """Takes one file out of the draft again."""
    _exchange(which, [])


def correct(songs: Intake, at: int | None = None) -> None:
    """Takes over a correction."""
    draft = get()
    _step(draft.brought, songs, draft.at if at is None else at)


def undo() -> None:
    """Takes the latest step back: a correction, a file brought, read again or left out."""
    draft = get()
    if draft.past:
        before = draft.past[-1]
        put(
            replace(
                draft,
                brought=before.brought,
                songs=before.songs,
                at=before.at,
                editing=before.editing,
                name=before.name if before.editing != draft.editing else draft.name,
                past=draft.past[:-1],
            )
        )


def open_saved(corpus_id: str, songs: Intake, shares: str, seed: int) -> None:
    """Takes up a saved corpus to correct it; `undo` comes back to what was here before."""
    draft = get()
    brought = (Brought(songs.name, b"", saved=True, intake=songs),)
    past = (replace(draft, past=()),) if draft.brought else ()
    put(
        Draft(
            brought,
            songs,
            past=past,
            name=songs.name,
            shares=shares,
            seed=seed,
            editing=corpus_id,
        )
    )


def look_at_finding(rule: str | None, page: int = 0) -> None:
    """Turns to the places that a rule is about, or away from them."""
    _set("finding", rule)
    _set("finding_page", page)


def look_at(song: int) -> None:
    """Turns to another song; nothing else changes, so no widget begins anew."""
    _set("at", song)


def key(field: str, otherwise: Any = None) -> str:
    """The session key of a widget that shows a field of the draft; `keep` is its `on_change`.

    Args:
        otherwise: what the widget shows as long as the field is None.
    """
    value = getattr(get(), field)
    st.session_state[f"draft_{field}"] = otherwise if value is None else value
    return f"draft_{field}"


def keep(field: str) -> None:
    """Keeps what the person put into the widget of a field; see `key`."""
    _set(field, st.session_state[f"draft_{field}"])


def _set(field: str, value: Any) -> None:
    changed: dict[str, Any] = {field: value}
    st.session_state["draft"] = replace(get(), **changed)


def _step(brought: Sequence[Brought], songs: Intake | None, at: int) -> None:
    """Goes on to this; `undo` comes back."""
    draft = get()
    past = (*draft.past, replace(draft, past=())) if draft.brought else ()
    last = max(0, len(songs.songs) - 1) if songs else 0
    put(replace(draft, brought=tuple(brought), songs=songs, past=past, at=min(last, at)))


def _exchange(which: int, fresh: Sequence[Brought]) -> None:
    """Puts these in the place of one file; corrections to the songs of the others are kept."""
    draft = get()
    before, after = draft.brought[:which], draft.brought[which + 1 :]
    brought = (*before, *fresh, *after)
    found = _intakes(brought)
    songs = reading.gather(found) if found else None
    if songs and draft.songs:
        start, end = _files(before), _files(draft.brought[: which + 1])
        parts = [draft.songs.of_files(0, start), *_intakes(fresh), draft.songs.of_files(end)]
        kept = reading.gather(parts)
        if kept.raw_songs:  # else all songs of the others were dropped: they begin anew
            songs = replace(songs, raw_songs=kept.raw_songs, origins=kept.origins)
        songs = replace(songs, enabled_rules=draft.songs.enabled_rules, mapping=draft.songs.mapping)
    _step(brought, songs, draft.at)


def _intakes(brought: Sequence[Brought]) -> list[Intake]:
    return [one.intake for one in brought if one.intake]


def _files(brought: Sequence[Brought]) -> int:
    """How many files came with these, those in archives counted."""
    return sum(len(found.files) for found in _intakes(brought))


def _likely(one: Brought, columns: Sequence[str]) -> Columns | None:
    try:
        return reading.likely_columns(one.name, one.data, columns, one.encoding)
    except InputError:
        return None
