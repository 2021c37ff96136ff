"""How verse is built: the syllables of its lines, and how many lines rhyme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lyricslab.english.rhyme import last_word, rhyme_strength
from lyricslab.english.rhyme_strength import NEAR
from lyricslab.english.syllables import line_syllables
from lyricslab.songs.song import Song, sung_lines

SAMPLED_SONGS, SAMPLED_LINES = 50, 40
"""The most songs that are read, evenly chosen, and the most lines of each: enough for a share to
within a few points."""
REACH = 4
"""A rhyme that is more lines away is not heard as one."""


@dataclass(frozen=True, slots=True)
class Verse:
    """How the lines of some English songs are built."""

    line_syllables: float
    """Mean syllables of a line."""
    rhyming_line_share: float
    """The share of the lines that rhyme, at least nearly, with a line close by, 0 to 1."""


def verse(songs: Sequence[Song]) -> Verse:
    """Return how the lines of songs are built, from a sample of them if there are many."""
    step = max(1, -(-len(songs) // SAMPLED_SONGS))
    stanzas = [stanza for song in songs[::step] for stanza in _stanzas(song)]
    lines = [line for stanza in stanzas for line in stanza]
    rhyming = sum(sum(rhyming_lines(stanza)) for stanza in stanzas)
    return Verse(
        line_syllables=sum(map(line_syllables, lines)) / max(1, len(lines)),
        rhyming_line_share=rhyming / max(1, len(lines)),
    )


def rhyming_lines(stanza: Sequence[str]) -> list[bool]:
    """Return for each line whether it rhymes, at least nearly, with another one close by."""
    ends = [last_word(line) for line in stanza]
    return [
        any(
            rhyme_strength(word, other) >= NEAR
            for other in (*ends[max(0, k - REACH) : k], *ends[k + 1 : k + 1 + REACH])
        )
        for k, word in enumerate(ends)
    ]


def _stanzas(song: Song) -> Iterator[list[str]]:
    stanza: list[str] = []
    left = SAMPLED_LINES
    for line in (*song.text.split("\n"), ""):
        if sung_lines(line):
            stanza.append(line)
            left -= 1
        if stanza and (left == 0 or not line.strip()):
            yield stanza
            stanza = []
        if left == 0:
            return
