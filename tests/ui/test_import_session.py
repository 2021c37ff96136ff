"""The import of a session: whatever is done to it, undo takes back the latest step, whole."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyricslab.errors import InputError
from lyricslab.ui.corpus import import_session, reading_job
from lyricslab.ui.corpus.import_session import ImportSession
from lyricslab.ui.corpus.upload_item import UploadItem
from tests.support.read_here import read_here

FILES = st.lists(
    st.sampled_from(
        ["the dog  sleeps\nby the door", "[Solo]\nRed River\n\nit runs", "x\n\n\ny\nz"]
    ),
    min_size=1,
    max_size=3,
).map("\n---\n".join)
STEPS = st.tuples(
    st.sampled_from(["add", "leave_out", "edit", "drop", "join", "rename", "rule", "split"]),
    st.integers(0, 5),
    FILES,
)


def take(step: str, number: int, text: str) -> None:
    """Make a step, if it can be made."""
    session = import_session.get()
    songs = session.songs
    if step == "add" or songs is None:
        import_session.add([UploadItem(f"{number}.txt", text.encode())])
        job = reading_job.current()
        assert job is not None
        job.wait_briefly()
        import_session.take(job.result)
    elif step == "leave_out":
        import_session.leave_out(number % len(session.items))
    else:
        make: Any = {
            "edit": lambda: songs.edit(number, text),
            "drop": lambda: songs.drop(number),
            "join": lambda: songs.join(number),
            "rename": lambda: songs.rename(number, text[:9]),
            "rule": lambda: songs.with_rule("labels", "labels" not in songs.enabled_rules),
            "split": songs.split_undivided,
        }  # fmt: skip
        with suppress(InputError):
            import_session.correct(make[step]())


def shown(session: ImportSession) -> tuple[object, ...]:
    return session.items, session.songs, session.songs and session.songs.songs, session.at


@given(st.lists(STEPS, min_size=1, max_size=8))
@settings(max_examples=40)
def test_undo_takes_back_every_step(steps: list[tuple[str, int, str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        streamlit = SimpleNamespace(session_state={})
        patch.setattr(import_session, "st", streamlit)
        patch.setattr(reading_job, "st", streamlit)
        patch.setattr(reading_job, "read_files", read_here)
        patch.setattr(reading_job, "WAIT_S", 60.0)
        done: list[tuple[object, ...]] = []
        for step in steps:
            import_session.look_at(step[1] // 3)
            before = import_session.get()
            take(*step)
            now = import_session.get()
            if now.past != before.past:
                done.append(shown(before))
            if now.songs:
                read = [one.intake for one in now.items if one.intake]
                assert len(now.songs.files) == sum(len(intake.files) for intake in read)
                assert len(now.songs.origins) == len(now.songs.raw_songs)
        while import_session.get().past:
            import_session.undo()
            assert shown(import_session.get()) == done.pop()
        assert not done
