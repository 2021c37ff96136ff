"""A corpus on its way in: what was brought, what was read, and each correction made by hand.

It lives in the session, so that a look at another page loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import streamlit as st

from lyricslab.errors import ColumnsError, InputError
from lyricslab.text import intake
from lyricslab.text.intake import Columns, Intake

PASTED = "Pasted songs"


@dataclass(frozen=True)
class Brought:
    """One file, or one pasted text, and what became of it."""

    name: str
    data: bytes = field(repr=False)
    encoding: str | None = None
    columns: Columns | None = None
    pasted: bool = False
    intake: Intake | None = None
    problem: str | None = None
    """Why it could not be read, as a sentence."""
    asks: tuple[str, ...] = ()
    """The columns of a table of which one must be chosen."""


@dataclass(frozen=True)
class Draft:
    """Everything brought so far; `songs` is None until something could be read."""

    brought: tuple[Brought, ...] = ()
    songs: Intake | None = None
    past: tuple[Intake, ...] = ()
    """What `songs` was before each correction, the latest last."""
    at: int = 0
    """The song that is looked at."""
    turn: int = 0
    """Grows with every change; widgets that show the songs begin anew with it."""


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
    fresh = replace(one, intake=None, problem=None, asks=())
    try:
        if one.pasted:
            return replace(fresh, intake=intake.read_paste(one.data.decode(), one.name))
        found = intake.read_file(one.name, one.data, encoding=one.encoding, columns=one.columns)
        return replace(fresh, intake=found)
    except ColumnsError as error:
        return replace(fresh, problem=str(error), asks=error.columns)
    except InputError as error:
        return replace(fresh, problem=str(error))


def add(new: Sequence[Brought]) -> None:
    """Reads files and puts their songs after those already there, corrections kept."""
    draft = get()
    fresh = [read(one) for one in new]
    found = [draft.songs] if draft.songs else []
    found += [one.intake for one in fresh if one.intake]
    songs = intake.gather(found) if found else None
    put(replace(draft, brought=(*draft.brought, *fresh), songs=songs, past=()))


def read_again(which: int, *, encoding: str | None = None, columns: Columns | None = None) -> None:
    """Reads one file another way; corrections begin anew, since lines and songs may differ."""
    draft = get()
    brought = list(draft.brought)
    brought[which] = read(
        replace(
            brought[which],
            encoding=encoding or brought[which].encoding,
            columns=columns or brought[which].columns,
        )
    )
    found = [one.intake for one in brought if one.intake]
    put(Draft(tuple(brought), intake.gather(found) if found else None))


def leave_out(which: int) -> None:
    """Takes one file out of the draft again."""
    draft = get()
    brought = [one for k, one in enumerate(draft.brought) if k != which]
    found = [one.intake for one in brought if one.intake]
    if draft.brought[which].intake is None:
        put(replace(draft, brought=tuple(brought)))
    else:
        put(Draft(tuple(brought), intake.gather(found) if found else None))


def correct(songs: Intake, at: int | None = None) -> None:
    """Takes over a correction; `undo` takes it back."""
    draft = get()
    past = (*draft.past, draft.songs) if draft.songs else draft.past
    last = max(0, len(songs.songs) - 1)
    put(replace(draft, songs=songs, past=past, at=min(last, draft.at if at is None else at)))


def undo() -> None:
    """Takes the latest correction back."""
    draft = get()
    if draft.past:
        songs = draft.past[-1]
        at = min(draft.at, max(0, len(songs.songs) - 1))
        put(replace(draft, songs=songs, past=draft.past[:-1], at=at))


def look_at(song: int) -> None:
    """Turns to another song; nothing else changes, so no widget begins anew."""
    st.session_state["draft"] = replace(get(), at=song)
