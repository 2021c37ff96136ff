"""Choose the draft of a song that reads best. Free of torch."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.english.lexicon import is_english
from lyricslab.songs.words import words

MIN_LINES, MAX_LINES = 8, 60
"""The lines of a song."""
MAX_REPEATED = 0.5
"""The largest share of lines that say what an earlier one said."""


def best_draft(drafts: Sequence[str], songs: Sequence[str]) -> int:
    """Return the index of the draft that reads best: one as long as a song, of known words.

    Args:
        drafts: at least one; of equal ones the first counts.
        songs: whose words are known, as English words are.
    """
    known = {word for song in songs for word in words(song)}
    marks = [(_like_a_song(draft), _share(draft, known)) for draft in drafts]
    return marks.index(max(marks))


def _like_a_song(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    repeated = 1 - len(set(lines)) / max(1, len(lines))
    return MIN_LINES <= len(lines) <= MAX_LINES and repeated <= MAX_REPEATED


def _share(text: str, known: set[str]) -> float:
    """Return the share of the words that are known, 0 to 1."""
    found = words(text)
    return sum(word in known or is_english(word) for word in found) / max(1, len(found))
