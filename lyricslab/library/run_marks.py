"""What a person marks on their runs: a star, a note, tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store

MAX_NOTE_CHARS = 500
MAX_TAG_CHARS = 24
MAX_TAGS = 8
"""The most tags on one run."""


def star_run(store: Store, run_id: str, starred: bool) -> RunRow:
    """Put a star on a run, or take it off."""
    store.mark_run(run_id, starred=starred)
    return store.run(run_id)


def note_on_run(store: Store, run_id: str, text: str) -> RunRow:
    """Write a note on a run in place of the one that was there; "" for none."""
    store.mark_run(run_id, own_note=text.strip()[:MAX_NOTE_CHARS])
    return store.run(run_id)


def tag_run(store: Store, run_id: str, tags: Iterable[str]) -> RunRow:
    """Give a run these tags and no others."""
    store.mark_run(run_id, tags=tidy_tags(tags))
    return store.run(run_id)


def tidy_tags(tags: Iterable[str]) -> list[str]:
    """Return tags as they are kept: spaces evened, each once, at most `MAX_TAGS`."""
    evened = (" ".join(tag.replace(",", " ").split())[:MAX_TAG_CHARS].strip() for tag in tags)
    by_word: dict[str, str] = {}
    for tag in filter(None, evened):
        by_word.setdefault(tag.casefold(), tag)
    return list(by_word.values())[:MAX_TAGS]


def tags_in_use(runs: Sequence[RunRow]) -> list[str]:
    """Return the tags of these runs in alphabetical order."""
    return sorted({tag for run in runs for tag in run.tags}, key=str.casefold)
