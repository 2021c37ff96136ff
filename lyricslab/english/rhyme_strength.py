"""How alike two rhyme parts sound, 0 to 1."""

from __future__ import annotations

from functools import cache, lru_cache

PERFECT = 1.0
NEAR = 0.75
"""The least strength of rhymes with the same vowel and related consonants: "time", "mine"."""
ASSONANCE = 0.4
"""The strength of the same vowel with unrelated consonants: "road", "hope"."""
CONSONANCE = 0.3
"""The strength of the same consonants with another vowel: "moon", "mine"."""
PROMOTED = 0.85
"""What an unstressed last syllable is worth of a stressed one: "memory" and "free"."""

_KIN = ("P T K", "B D G", "M N NG", "L R", "F TH", "V DH", "S SH", "Z ZH", "SH CH", "ZH JH")
_VOICING = ("P B", "T D", "K G", "F V", "TH DH", "S Z", "SH ZH", "CH JH")
_RELATED = tuple(frozenset(group.split()) for group in (*_KIN, *_VOICING))
_RELATED_SHARE = 0.75
"""How alike related consonants are: made in the same way, or in the same place."""
_ADDED = frozenset(("S", "Z", "T", "D"))
_ADDED_SHARE = 0.75
"""How alike consonants are that one of the words lengthens by an ending: "night", "lights"."""
_NEAR_VOWELS = tuple(
    frozenset(pair.split()) for pair in ("AA AO", "UH UW", "IH IY", "EH IH", "AH UH", "AO OW")
)
_NEAR_VOWEL_SHARE = 0.7
_MAX_CONSONANTS = 6
"""More are not compared."""

Consonants = tuple[str, ...]


@lru_cache(100_000)
def part_strength(one: str, other: str) -> float:
    """Return how alike two rhyme parts in ARPAbet without stress sound, 0 to 1."""
    if one == other:
        return PERFECT
    mine, yours = _syllables(one), _syllables(other)
    if len(mine) != len(yours):
        return 0.0
    codas = [_consonants_alike(a, b) for (_, a), (_, b) in zip(mine, yours, strict=True)]
    vowels = [vowels_alike(a, b) for (a, _), (b, _) in zip(mine, yours, strict=True)]
    alike = sum(codas) / len(codas)
    if not vowels[0]:
        return CONSONANCE if alike == 1 and any(coda for _, coda in mine) else 0.0
    follows = min(vowels[1:], default=1.0) or 0.5
    return vowels[0] * follows * (ASSONANCE + (PERFECT - ASSONANCE) * alike)


@cache
def _syllables(part: str) -> tuple[tuple[str, Consonants], ...]:
    """Return each vowel of a rhyme part with the consonants after it."""
    found: list[tuple[str, list[str]]] = []
    for sound in part.split():
        if sound[0] in "AEIOU":
            found.append((sound, []))
        elif found and len(found[-1][1]) < _MAX_CONSONANTS:
            found[-1][1].append(sound)
    return tuple((vowel, tuple(after)) for vowel, after in found)


def vowels_alike(one: str, other: str) -> float:
    """Return how alike two vowels sound, 0 to 1."""
    if one == other:
        return 1.0
    return _NEAR_VOWEL_SHARE if {one, other} in _NEAR_VOWELS else 0.0


@lru_cache(100_000)
def _consonants_alike(one: Consonants, other: Consonants) -> float:
    """Return how alike consonants after a vowel are, 0 to 1: the share that can be paired."""
    if one == other:
        return 1.0
    shorter, longer = sorted((one, other), key=len)
    if shorter and longer[:-1] == shorter and longer[-1] in _ADDED:
        return _ADDED_SHARE
    return _paired(one, other) / max(len(one), len(other))


@lru_cache(100_000)
def _paired(one: Consonants, other: Consonants) -> float:
    """Return how much of two rows of consonants can be paired in order."""
    if not one or not other:
        return 0.0
    return max(
        _paired(one[1:], other),
        _paired(one, other[1:]),
        _one_alike(one[0], other[0]) + _paired(one[1:], other[1:]),
    )


def _one_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return _RELATED_SHARE if any({one, other} <= group for group in _RELATED) else 0.0
