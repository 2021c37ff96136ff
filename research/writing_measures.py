"""What can be counted in written songs: established measures of repetition, variety and form."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from lyricslab.english.rhyme import rhymes
from lyricslab.english.rhyme_strength import NEAR
from lyricslab.english.syllables import line_syllables
from lyricslab.model.decoding.loop_guard import MAX_TIMES, WINDOW_WORDS
from lyricslab.songs.words import words

REFERENCES = 20
"""Self-BLEU compares a song with at most this many others."""


def loops(text: str) -> bool:
    """Return whether three words come more than three times within sixty."""
    said = words(text)
    threes = [tuple(said[k : k + 3]) for k in range(len(said) - 2)]
    return any(
        threes[first : first + WINDOW_WORDS - 2].count(three) > MAX_TIMES
        for first, three in enumerate(threes)
    )


def distinct(texts: Sequence[str], n: int) -> float:
    """Return the share of n-grams of words that differ, over all songs (Li et al., 2016)."""
    grams = [gram for text in texts for gram in _grams(words(text), n)]
    return len(set(grams)) / max(1, len(grams))


def self_bleu(texts: Sequence[str]) -> float:
    """Return the mean BLEU-4 of each song against others (Zhu et al., 2018); 1 is no variety."""
    said = [words(text) for text in texts]
    scores = []
    for k, one in enumerate(said):
        others = [said[(k + step) % len(said)] for step in range(1, min(REFERENCES + 1, len(said)))]
        precisions = []
        for n in range(1, 5):
            counts = Counter(_grams(one, n))
            most: Counter[tuple[str, ...]] = Counter()
            for other in others:
                most |= Counter(_grams(other, n))
            hits = sum(min(times, most[gram]) for gram, times in counts.items())
            precisions.append((hits + 1) / (sum(counts.values()) + 1))
        scores.append(math.exp(sum(map(math.log, precisions)) / 4))
    return sum(scores) / max(1, len(scores))


def repeated_lines(text: str) -> float:
    """Return the share of lines that an earlier line says already."""
    lines = [line.strip().lower() for line in text.split("\n") if line.strip()]
    return 1 - len(set(lines)) / max(1, len(lines))


def open_brackets(text: str) -> bool:
    """Return whether a bracket is never closed."""
    return any(text.count(a) != text.count(b) for a, b in ("()", "[]", "{}"))


def kept_rhymes(text: str, letters: str) -> tuple[int, int]:
    """Return how many of the rhymes that a scheme asks for are there, and how many it asks for."""
    there = asked = 0
    for section in text.split("\n\n")[1:]:
        lines = section.split("\n")
        for k, letter in enumerate(letters[: len(lines)]):
            earlier = letters.rfind(letter, 0, k)
            if earlier >= 0:
                asked += 1
                there += rhymes(lines[earlier], lines[k], NEAR)
    return there, asked


def kept_syllables(text: str, wanted: Sequence[int]) -> tuple[int, int]:
    """Return how many lines have their syllables, to one, and how many lines there are."""
    near = count = 0
    for section in text.split("\n\n")[1:]:
        for k, line in enumerate(section.split("\n")):
            count += 1
            near += abs(line_syllables(line) - wanted[k % len(wanted)]) <= 1
    return near, count


def _grams(said: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(said[k : k + n]) for k in range(len(said) - n + 1)]
