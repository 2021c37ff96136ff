"""Notes to the user about what an import changed or left out, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.songs.fold import Change
from lyricslab.wording import listed, plural, times

MANY_CHANGES = 0.1
"""Above this share of changed characters a text looks foreign to its author, and a note says so."""
MAX_NAMED = 3
"""How many kinds of replaced characters a note names."""


def change_notes(changes: Sequence[Change], characters: int) -> list[str]:
    """Say which of the characters that were read were replaced, and which were left out."""
    replaced = [change for change in changes if change.target]
    dropped = [change for change in changes if not change.target]
    notes = []
    if replaced:
        notes.append(_replaced_note(replaced, characters, _total(changes) / max(1, characters)))
    if dropped:
        codes = ", ".join(f"U+{ord(change.source[0]):04X}" for change in dropped[:5])
        were = plural(_total(dropped), "character was", "characters were")
        notes.append(f"{were} left out, as they have no plain equivalent: {codes}.")
    return notes


def duplicates_note(duplicates: int) -> str:
    """Say how many songs were in the import more than once."""
    were = plural(duplicates, "song was", "songs were")
    return f"{were} there already, word for word, and left out."


def long_note(texts: int) -> str:
    """Say how many texts are longer than any song."""
    are = plural(texts, "text is", "texts are")
    return f"{are} longer than any song. Split what holds several songs; cut the rest into pieces."


def bare_note(name: str, titles: Sequence[str]) -> str:
    """Say which entries of a file had a title and no lyrics."""
    if all(titles) and len(titles) <= 3:
        named = listed([f"'{title}'" for title in titles])
        have = "has no lyrics and was" if len(titles) == 1 else "have no lyrics and were"
        return f"{named} in '{name}' {have} left out."
    return f"{len(titles):,} entries of '{name}' had no lyrics and were left out."


def _replaced_note(replaced: Sequence[Change], characters: int, changed_share: float) -> str:
    """Say how many characters were replaced, and which; the counts add up to the total."""
    total, others = _total(replaced), replaced[MAX_NAMED:]
    named = [
        f"{_shown(change.source)} -> {_shown(change.target)} ({times(change.count)})"
        for change in replaced[:MAX_NAMED]
    ]
    if others:
        named.append(f"{plural(len(others), 'other')} ({times(_total(others))})")
    share = total / max(1, characters)
    percent = f"{share:.0%}" if share >= MANY_CHANGES else f"{max(share, 0.0001):.2%}"
    amount = f"{plural(total, 'character')} ({percent}) {'was' if total == 1 else 'were'}"
    if changed_share >= MANY_CHANGES:
        return (
            f"{amount} rewritten in plain Latin letters, as the networks here know only the 128 "
            f"of ASCII: {listed(named)}. What they write will be spelled so, too."
        )
    return f"{amount} replaced by plain ones: {listed(named)}."


def _total(changes: Sequence[Change]) -> int:
    return sum(change.count for change in changes)


def _shown(text: str) -> str:
    return text if text.strip() and text.isprintable() else repr(text)
