"""What the titles of a set have in common: "Old Dog lyrics and chords", "Old Songs | Old Dog".

A dash or a colon is no sign of a page: people put the name of a cycle before one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from math import ceil

SHARE = 0.8
"""The share of the titles that must begin or end alike."""
MIN_TITLES = 3
MAX_WORDS = 8
_PAGE_WORD = re.compile(
    r"lyrics?|songtexte?|chords?|tabs?|tablature|letras?|paroles", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[|>\u00bb]{1,2}|::")


def without_shared_ends(titles: Sequence[str]) -> list[str]:
    """Return titles without the page's words around them, where most titles have the same."""
    words = [title.split() for title in titles]
    reverse = _without_shared_starts([of_title[::-1] for of_title in words], _is_foot)
    words = _without_shared_starts([of_title[::-1] for of_title in reverse], _is_head)
    return [
        title if len(of_title) == len(title.split()) else " ".join(of_title)
        for title, of_title in zip(titles, words, strict=True)
    ]


def _without_shared_starts(
    titles: Sequence[list[str]], is_of_page: Callable[[Sequence[str]], bool]
) -> list[list[str]]:
    """Return titles, as words, without the longest start that most of them share."""
    named = sum(map(bool, titles))
    counts = Counter(
        tuple(map(str.lower, words[:size]))
        for words in titles
        for size in range(1, min(MAX_WORDS, len(words) - 1) + 1)
    )
    need = max(MIN_TITLES, ceil(SHARE * named))
    shared = [start for start, count in counts.items() if count >= need and is_of_page(start)]
    longest = max(shared, key=len, default=())
    if not longest:
        return list(titles)
    return [
        words[len(longest) :]
        if len(words) > len(longest) and tuple(map(str.lower, words[: len(longest)])) == longest
        else words
        for words in titles
    ]


def _is_head(words: Sequence[str]) -> bool:
    """Return whether words before a title are a page's: "Old Songs |", "Lyrics:"."""
    return bool(_SEPARATOR.fullmatch(words[-1])) or (
        words[-1].endswith(":") and any(map(_PAGE_WORD.fullmatch, [words[-1][:-1], *words]))
    )


def _is_foot(words: Sequence[str]) -> bool:
    """Return whether words after a title, the last first, are a page's: "chords and lyrics"."""
    return bool(_SEPARATOR.fullmatch(words[-1])) or any(
        _PAGE_WORD.fullmatch(word.strip("()[]:,")) for word in words
    )
