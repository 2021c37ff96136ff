"""What a person should know of an intake, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.songs.fold import Change

MANY_CHANGES = 0.1
"""From this share of changed characters on, a text will look foreign to whoever wrote it."""
COMMONEST = 3
"""So many kinds of replaced characters are named in a note."""


def change_notes(changes: Sequence[Change], characters: int) -> list[str]:
    """Which characters were replaced and which were left out, of so many that were read."""
    replaced = [change for change in changes if change.target]
    lost = [change for change in changes if not change.target]
    notes = []
    if replaced:
        share = _total(changes) / max(1, characters)
        notes.append(_replaced_note(replaced, characters, share >= MANY_CHANGES))
    if lost:
        times = _total(lost)
        which = ", ".join(f"U+{ord(change.source[0]):04X}" for change in lost[:5])
        left = "1 character was" if times == 1 else f"{times:,} characters were"
        notes.append(f"{left} left out, as nothing plain stands for them: {which}.")
    return notes


def duplicates_note(duplicates: int) -> str:
    """That songs came more than once."""
    were = "1 song was" if duplicates == 1 else f"{duplicates:,} songs were"
    return f"{were} there already, word for word, and left out."


def long_note(texts: int) -> str:
    """That some texts are longer than songs are."""
    are = "1 text is" if texts == 1 else f"{texts:,} texts are"
    return (
        f"{are} here longer than any song. If there are several songs in it, split it; else it can "
        "be cut into pieces."
    )


def bare_note(name: str, titles: Sequence[str]) -> str:
    """That some entries of a file had titles and no lyrics."""
    named = [f"'{title}'" for title in titles if title]
    if named and len(titles) <= 3 and len(named) == len(titles):
        has = "has" if len(titles) == 1 else "have"
        return (
            f"{' and '.join(named)} in '{name}' {has} no lyrics and {_were(len(titles))} left out."
        )
    return f"{len(titles):,} entries of '{name}' had no lyrics and were left out."


def _replaced_note(replaced: Sequence[Change], characters: int, much: bool) -> str:
    """How many characters were replaced, and which; what is named adds up to the whole."""
    total, others = _total(replaced), replaced[COMMONEST:]
    named = [
        f"{_shown(change.source)} -> {_shown(change.target)} ({_times(change.count)})"
        for change in replaced[:COMMONEST]
    ]
    if others:
        named.append(
            f"{len(others):,} other{'s' if len(others) > 1 else ''} ({_times(_total(others))})"
        )
    which = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    share = total / max(1, characters)
    percent = f"{share:.0%}" if share >= MANY_CHANGES else f"{max(share, 0.0001):.2%}"
    amount = f"1 character ({percent})" if total == 1 else f"{total:,} characters ({percent})"
    if much:
        return (
            f"{amount} {_were(total)} rewritten in plain Latin letters, as the networks here know "
            f"only the 128 of ASCII: {which}. What they write will be spelled so, too."
        )
    return f"{amount} {_were(total)} replaced by plain ones: {which}."


def _total(changes: Sequence[Change]) -> int:
    return sum(change.count for change in changes)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _shown(text: str) -> str:
    return text if text.strip() and text.isprintable() else repr(text)


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
