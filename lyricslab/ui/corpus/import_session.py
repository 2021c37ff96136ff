"""A corpus that is being imported: its files, its songs, and each correction made by hand.

It is kept in the session, so that other pages can be visited meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from lyricslab.importing import reading
from lyricslab.importing.reading import Columns, Intake
from lyricslab.importing.reading_messages import ReadOutcome, Room
from lyricslab.ui.corpus import reading_job
from lyricslab.ui.corpus.upload_item import UploadItem

PASTED = "Pasted songs"
LARGE_CHARS = 1_000_000
"""A larger corpus takes longer to look through than anybody waits for without a bar."""
CORRECTIONS_LOST = "Corrections to its songs are lost; Undo restores them."
"""What reading a file again does."""


@dataclass(frozen=True)
class ImportSession:
    """Everything added so far; `songs` is None until something could be read."""

    items: tuple[UploadItem, ...] = ()
    songs: Intake | None = None
    past: tuple[ImportSession, ...] = ()
    """The session before each step, the latest last; a step is a file or a correction."""
    at: int = 0
    """The song that is shown."""
    turn: int = 0
    """Grows with every change, so that widgets that show the songs start afresh."""
    name: str | None = None
    """The name of the corpus; None until the person types one."""
    shares: str = "tenths"
    """How the songs are divided."""
    seed: int = 0
    """The seed of the split."""
    editing: str | None = None
    """The id of the saved corpus that is being edited, or None."""
    finding: str | None = None
    """The rule whose places are shown."""
    finding_page: int = 0
    """Which page of them."""
    file_page: int = 0
    """Which page of the files is shown."""
    typing: bool = False
    """Whether the words of the song that is shown are being edited."""


@dataclass(frozen=True, slots=True)
class Step:
    """The files and the songs of an import after something was done."""

    items: tuple[UploadItem, ...]
    songs: Intake | None
    at: int
    """The song that is shown."""


def get() -> ImportSession:
    """Return the import of this session."""
    session = st.session_state.get("draft")
    return session if isinstance(session, ImportSession) else ImportSession()


def put(session: ImportSession) -> None:
    """Make this the import of the session."""
    st.session_state["draft"] = replace(session, turn=get().turn + 1, typing=False)


def clear() -> None:
    """Forget everything that was added."""
    put(ImportSession())


def add(new: Sequence[UploadItem]) -> None:
    """Begin to read files whose songs are appended; corrections to the others are kept."""
    session = get()
    declined = frozenset[str]().union(*(one.declined for one in session.items))
    first = len(session.items)
    _begin({first + k: replace(one, declined=declined) for k, one in enumerate(new)})


def read_again(which: int, *, encoding: str | None = None, columns: Columns | None = None) -> None:
    """Begin to read one file another way.

    Corrections to its songs are lost, since these may differ.
    """
    one = get().items[which]
    _begin({which: replace(one, encoding=encoding or one.encoding, columns=columns or one.columns)})


def switch_guess(kind: str, on: bool) -> None:
    """Accept or decline a kind of guess; the files where it was made are read again."""
    _begin(
        {
            which: replace(one, declined=one.declined - {kind} if on else one.declined | {kind})
            for which, one in enumerate(get().items)
            if can_switch(one, kind)
        }
    )


def can_switch(one: UploadItem, kind: str) -> bool:
    """Return whether a guess was made in a file that can be read again."""
    guesses = one.intake.guesses if one.intake else ()
    return not one.saved and any(guess.kind == kind for guess in guesses)


def take(step: Step) -> None:
    """Make a step of what was read, which `undo` can take back."""
    _make(step)


def _begin(changed: Mapping[int, UploadItem]) -> None:
    """Begin to read these files, by number; corrections to the songs of the others are kept."""
    session, files = get(), list(changed.values())
    others = [one for which, one in enumerate(session.items) if which not in changed]

    def finish(outcomes: Sequence[ReadOutcome], on_progress: Callable[[float], object]) -> Step:
        fresh = [one.after(outcome) for one, outcome in zip(files, outcomes, strict=True)]
        step = _read_step(session, dict(zip(changed, fresh, strict=True)))
        if step.songs:
            step.songs.prepare(on_progress)
        return step

    room = Room()
    for intake in _intakes(others):
        room = room.less(intake)
    reading_job.begin([one.file for one in files], room, finish)
    put(session)  # a new turn: the uploader is empty, whatever comes of its files


def _read_step(session: ImportSession, fresh: Mapping[int, UploadItem]) -> Step:
    """Return the files and songs of a session, some files read again or added, by number."""
    new = [one for which, one in fresh.items() if which >= len(session.items)]
    items = [*(fresh.get(which, one) for which, one in enumerate(session.items)), *new]
    parts: list[Intake] = []
    if session.songs:
        files = set(range(len(session.songs.files)))
        kept: set[int] = set()  # the files between two that are read
        number = 0
        for which, one in enumerate(session.items):
            count = len(one.intake.files) if one.intake else 0
            if which in fresh:
                parts += [session.songs.without_files(files - kept), *_intakes([fresh[which]])]
                kept = set()
            else:
                kept |= set(range(number, number + count))
            number += count
        parts += [session.songs.without_files(files - kept), *_intakes(new)]
    return Step(tuple(items), _songs_of(session, items, parts), session.at)


def leave_out(which: int, file: int = 0) -> None:
    """Remove one file, or one of the files of an archive or of a saved corpus."""
    session = get()
    one = session.items[which]
    others = (*session.items[:which], *session.items[which + 1 :])
    parts = []
    if session.songs and one.intake:
        number = _first_file(which) + file
        parts = [session.songs.without_files([number])]
        if len(one.intake.files) > 1:
            less = replace(one, intake=one.intake.without_files([file]))
            others = (*session.items[:which], less, *session.items[which + 1 :])
    elif session.songs:
        parts = [session.songs]
    _step(others, _songs_of(session, others, parts), session.at)


def correct(songs: Intake, at: int | None = None) -> None:
    """Apply a correction."""
    session = get()
    _step(session.items, songs, session.at if at is None else at)


def undo() -> None:
    """Undo the latest step: a correction, a file added, read again or left out."""
    session = get()
    if session.past:
        before = session.past[-1]
        put(
            replace(
                session,
                items=before.items,
                songs=before.songs,
                at=before.at,
                editing=before.editing,
                name=before.name if before.editing != session.editing else session.name,
                past=session.past[:-1],
            )
        )


def open_saved(corpus_id: str, songs: Intake, shares: str, seed: int) -> None:
    """Open a saved corpus to correct it; `undo` restores what was there before."""
    session = get()
    items = (UploadItem(songs.name, b"", saved=True, intake=songs),)
    past = (replace(session, past=()),) if session.items else ()
    put(
        ImportSession(
            items,
            songs,
            past=past,
            name=songs.name,
            shares=shares,
            seed=seed,
            editing=corpus_id,
        )
    )


def look_at_finding(rule: str | None, page: int = 0) -> None:
    """Show the places that a rule is about, or hide them."""
    _set("finding", rule)
    _set("finding_page", page)


def look_at_files(page: int) -> None:
    """Show another page of the files."""
    _set("file_page", page)


def look_at(song: int) -> None:
    """Show another song; nothing else changes, so no widget starts afresh."""
    if song != get().at:
        _set("typing", False)
    _set("at", song)


def edit(on: bool) -> None:
    """Open or close the words of the song that is shown for editing."""
    _set("typing", on)


def key(field: str, otherwise: Any = None) -> str:
    """Return the session key of a widget that shows a field; `keep` is its `on_change`.

    Args:
        otherwise: what the widget shows while the field is None.
    """
    value = getattr(get(), field)
    st.session_state[f"draft_{field}"] = otherwise if value is None else value
    return f"draft_{field}"


def keep(field: str) -> None:
    """Keep what the person put into the widget of a field; see `key`."""
    _set(field, st.session_state[f"draft_{field}"])


def _set(field: str, value: Any) -> None:
    changed: dict[str, Any] = {field: value}
    st.session_state["draft"] = replace(get(), **changed)


def _step(items: Sequence[UploadItem], songs: Intake | None, at: int) -> None:
    """Make a step that `undo` can take back; large corpora are looked through behind a bar."""
    step = Step(tuple(items), songs, at)
    if songs is None or songs.characters_read < LARGE_CHARS:
        _make(step)
        return

    def finish(_: Sequence[ReadOutcome], on_progress: Callable[[float], object]) -> Step:
        songs.prepare(on_progress)
        return step

    reading_job.begin([], Room(), finish)


def _make(step: Step) -> None:
    session, songs = get(), step.songs
    begun = session.items or session.past
    past = (*session.past, replace(session, past=())) if begun else ()
    last = max(0, len(songs.songs) - 1) if songs else 0
    put(replace(session, items=step.items, songs=songs, past=past, at=min(last, step.at)))


def _songs_of(
    session: ImportSession, items: Sequence[UploadItem], corrected: Sequence[Intake]
) -> Intake | None:
    """Return the songs of some files, corrected as in these intakes where there are any."""
    found = _intakes(items)
    songs = reading.gather(found) if found else None
    if songs and session.songs:
        kept = reading.gather(corrected)
        if kept.raw_songs:  # else all songs of the others were dropped: their corrections are lost
            songs = replace(songs, raw_songs=kept.raw_songs, origins=kept.origins)
        songs = replace(
            songs, enabled_rules=session.songs.enabled_rules, mapping=session.songs.mapping
        )
    return songs


def _first_file(which: int) -> int:
    """Return the number, among all files, of the first file of an item."""
    return sum(len(found.files) for found in _intakes(get().items[:which]))


def _intakes(items: Sequence[UploadItem]) -> list[Intake]:
    return [one.intake for one in items if one.intake]
