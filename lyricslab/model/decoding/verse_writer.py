"""Write a song in a form: its sections, and the rhymes and syllables of their lines.

A line that must rhyme is made from drafts of it: each is cut before its last word, every word that
rhymes is scored by the network in its place, and the likeliest whole line is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from lyricslab.config import FormConfig, SampleConfig
from lyricslab.english.rhyme import last_word, rhyme_class, rhymes
from lyricslab.english.rhyme_strength import NEAR, PERFECT
from lyricslab.english.syllables import line_syllables, syllables
from lyricslab.model.decoding.decoder import Decoder, SongSoFar
from lyricslab.model.decoding.knowledge import Knowledge
from lyricslab.model.decoding.line_drafts import SIGNS, Draft, best_endings, write_drafts
from lyricslab.model.inference import Network
from lyricslab.model.state import State

MAX_RHYMES = 60
"""The most words of a rhyme class that are tried, the most frequent ones."""
MIN_RHYMES = 5
"""With fewer perfect rhymes near ones are tried, too; and a line that others will rhyme with does
not end in such a word if there is another."""
MISSED_SYLLABLE_NATS = 0.15
"""What a syllable too many or too few costs a line, in nats/char: it is chosen all the same where
every other line is much less likely."""
END_WEIGHT = 0.05
"""What each nat of the newline costs a line beyond its share, in nats/char: a line that breaks off
reads worse than an unlikely word in it."""
MAX_TITLE_CHARS = 40
MAX_TRIES = 8
"""How often new drafts are written where all lines would make a copy that is too long."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was chosen."""

    text: str
    nats_per_char: float
    end_nats: float
    """Of the newline, after the last sign."""


@dataclass
class VerseWriter:
    """Writes one song, line by line."""

    network: Network
    config: SampleConfig
    known: Knowledge
    state: State
    """Of the song so far."""
    rng: np.random.Generator
    song: SongSoFar = field(default_factory=SongSoFar)
    _decoder: Decoder = field(init=False)
    _sung: set[str] = field(default_factory=set)
    """The lines so far: none comes twice but in a chorus."""
    _ends: set[str] = field(default_factory=set)
    """The last words of the lines so far: none is rhymed with twice."""

    def __post_init__(self) -> None:
        self._decoder = Decoder(self.config, self.known)

    @property
    def form(self) -> FormConfig:
        """The form of the song."""
        return self.config.form

    def write(self, prime: str = "") -> Iterator[str]:
        """Yield the song's title, then its lines, each with its newlines.

        Args:
            prime: the title, or the title and what the song begins with.
        """
        title, _, rest = prime.partition("\n")
        yield self._add((title if title.strip() else self._title()) + "\n\n")
        if rest.strip():
            yield self._add(rest.strip("\n") + "\n")
        chorus: list[str] = []
        for number, section in enumerate(self.form.sections):
            if number:
                yield self._add("\n")
            if section == "chorus" and chorus:
                for line in chorus:
                    yield self._add(line + "\n")
                continue
            for line in self._section(self._after(number, chorus)):
                if section == "chorus":
                    chorus.append(line)
                yield self._add(line + "\n")

    def _after(self, number: int, chorus: Sequence[str]) -> str:
        """Return what is sure to follow the last line of a section: a blank line, a chorus."""
        following = self.form.sections[number + 1 : number + 2]
        if not following:
            return ""
        returns = chorus and following == ("chorus",)
        return "\n" + "".join(line + "\n" for line in chorus if returns)

    def _add(self, text: str) -> str:
        self.song.add(text)
        self.state = self.network.read(text, self.state)
        return text

    def _title(self) -> str:
        """Return a title: the first short one of some drafts."""

        def titles() -> list[str]:
            texts = [draft.text for draft in self._drafts(None)]
            return sorted(texts, key=lambda text: len(text) > MAX_TITLE_CHARS)

        return self._original(titles, "\n\n")

    def _section(self, after: str) -> Iterator[str]:
        """Yield the lines of a section.

        Args:
            after: what will follow it.
        """
        letters = self.form.rhymes or "-" * self.form.lines
        ends: dict[str, list[str]] = {}
        for number, letter in enumerate(letters):
            wanted = None
            if self.form.syllables:
                wanted = self.form.syllables[number % len(self.form.syllables)]
            later = letter != "-" and letter in letters[number + 1 :]
            others = [end for other, some in ends.items() if other != letter for end in some]
            choose = partial(
                self._best_lines, wanted, ends.get(letter, []), others, rhymed_later=later
            )
            line = self._original(choose, "\n" + after * (number == len(letters) - 1))
            self._sung.add(line.lower())
            self._ends.add(last_word(line))
            if letter != "-":
                ends.setdefault(letter, []).append(last_word(line))
            yield line

    def _original(self, choose: Callable[[], Sequence[str]], after: str) -> str:
        """Return the first line that makes no copy that is too long.

        Args:
            choose: returns lines, the best first, others each time.
            after: what will follow the line.
        """
        guard = self._decoder.copy_guard
        lines = choose()
        for _ in range(MAX_TRIES):
            for line in lines:
                if guard is None or not guard.copies(self.song, line + after):
                    return line
            lines = [*choose(), *(line + sign for line in lines for sign in SIGNS)]
        return lines[0]

    def _best_lines(
        self, wanted: int | None, ends: Sequence[str], others: Sequence[str], *, rhymed_later: bool
    ) -> list[str]:
        """Return lines, the best first.

        Args:
            ends: the words it must rhyme with.
            others: words it should not rhyme with.
        """
        drafts = self._drafts(wanted)
        if ends:
            lines = self._rhyming(drafts, ends, wanted)
        else:
            lines = [_whole(draft) for draft in drafts]
        fresh = [line for line in lines if line.text.lower() not in self._sung] or lines
        apart = [
            line
            for line in fresh
            if not any(rhymes(last_word(line.text), other, NEAR) for other in others)
        ]
        fresh = apart or fresh
        if rhymed_later:
            rich = [line for line in fresh if self._can_be_rhymed(last_word(line.text))]
            fresh = rich or fresh
        return [line.text for line in sorted(fresh, key=lambda line: self._cost(line, wanted))]

    def _can_be_rhymed(self, word: str) -> bool:
        return word not in self._ends and len(rhyme_class(word, PERFECT)) >= MIN_RHYMES

    def _cost(self, line: Line, wanted: int | None) -> float:
        missed = 0 if wanted is None else abs(line_syllables(line.text) - wanted)
        return line.nats_per_char + END_WEIGHT * line.end_nats + MISSED_SYLLABLE_NATS * missed

    def _rhyming(
        self, drafts: Sequence[Draft], ends: Sequence[str], wanted: int | None
    ) -> list[Line]:
        """Return drafts with another last word, one that rhymes; the drafts where none is known."""
        known = [word for word in _rhymes(ends[-1]) if word not in ends]
        fitting = [word for word in known if word not in self._ends] or known
        words = [self._fitting(draft, fitting, wanted) for draft in drafts]
        states = [draft.states[draft.last_word_at] for draft in drafts]
        lines = []
        for draft, found in zip(drafts, best_endings(self.network, states, words), strict=True):
            at = draft.last_word_at
            for ending in found:
                text = draft.text[:at] + ending.text
                nats = draft.nats[:at].sum() + ending.nats
                lines.append(Line(text, float(nats) / (len(text) + 1), ending.end_nats))
        return lines or [_whole(draft) for draft in drafts]

    def _fitting(self, draft: Draft, rhymes: Sequence[str], wanted: int | None) -> list[str]:
        """Return the rhymes that bring a draft nearest to its syllables, in its case."""
        at = draft.last_word_at
        some = [word for word in rhymes if self.known.words.knows(word)] or list(rhymes)
        if wanted is not None:
            missing = wanted - draft.syllables_before(at)
            misses = {word: abs(syllables(word) - missing) for word in some}
            least = min(misses.values(), default=0)
            some = [word for word in some if misses[word] == least]
        begins = not draft.text[:at].strip(" \"'([")
        return [_in_case(word, begins) for word in some[:MAX_RHYMES]]

    def _drafts(self, wanted: int | None) -> list[Draft]:
        drafts: list[Draft] = []
        while not drafts:
            drafts = write_drafts(
                self.network,
                self._decoder,
                self.state,
                self.song,
                count=self.form.candidates,
                syllables_wanted=wanted,
                rng=self.rng,
            )
        return drafts


def _whole(draft: Draft) -> Line:
    return Line(draft.text, draft.nats_per_char, float(draft.nats[-1]))


def _rhymes(word: str) -> tuple[str, ...]:
    """Return words that rhyme with a word, near rhymes too where there are few others."""
    perfect = rhyme_class(word, PERFECT)
    return perfect if len(perfect) >= MIN_RHYMES else rhyme_class(word, NEAR)


def _in_case(word: str, begins: bool) -> str:
    if begins or word == "i" or word.startswith("i'"):
        return word[:1].upper() + word[1:]
    return word
