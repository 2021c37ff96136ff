"""How much of a text is English: its words, and lines with the form of a clause (Sec. 4.1).

The paper judges its samples by eye: a higher share of English words, and so many lines that are a
sentence with some meaning. Departure: both are counted here by a rule, so that anybody's count of
any sample comes out the same; meaning no rule can see.
"""

from __future__ import annotations

from dataclasses import dataclass

from lyricslab.english.grammar import (
    AFTER_COMMAND,
    AUXILIARIES,
    BARE,
    BETWEEN,
    FINITE,
    HANGING,
    JOINING,
    LEADING,
    ONLY_LEADING,
    PLAIN,
    SHORTENED,
    SMALL,
    SUBJECTS,
)
from lyricslab.english.lexicon import is_english
from lyricslab.songs.words import words

LONG_LETTERS = 4
"""From so many letters on a word is hardly English by chance."""
_NOUN_REACH = 3
"""At most so many words stand between "the" and the verb of its noun."""

CLAUSE_RULE = (
    "A line counts as a clause if all its words are English and it has a subject with a verb that "
    "fits it (she goes, the rain was falling, roses are red) or begins with a command (bring me "
    "home). Every I, he, she, we and they must have a verb, no article may stand before a small "
    "word (the of), and the line must not end in the air (into the). The rule knows the form of "
    "words alone: nonsense in good form passes, and some good lines do not."
)
"""The rule of `is_clause`, in words for the screen."""


@dataclass(frozen=True, slots=True)
class Sense:
    """The counts of a text."""

    words: int
    english: int
    long_words: int
    """Words of four letters or more."""
    long_english: int
    lines: int
    """Lines with a word in them."""
    clauses: int
    """Lines that have the form of a clause."""

    @property
    def english_share(self) -> float:
        """The share of words that are English, 0 to 1."""
        return self.english / max(1, self.words)

    @property
    def long_english_share(self) -> float:
        """The same of words of four letters or more."""
        return self.long_english / max(1, self.long_words)

    @property
    def clause_share(self) -> float:
        """The share of lines that have the form of a clause, 0 to 1."""
        return self.clauses / max(1, self.lines)

    def __add__(self, other: Sense) -> Sense:
        """The counts of two texts together."""
        return Sense(
            self.words + other.words,
            self.english + other.english,
            self.long_words + other.long_words,
            self.long_english + other.long_english,
            self.lines + other.lines,
            self.clauses + other.clauses,
        )


def read(text: str) -> Sense:
    """The counts of a text."""
    lines = [found for line in text.split("\n") if (found := words(line))]
    said = [word for line in lines for word in line]
    english = [word for word in said if is_english(word)]
    return Sense(
        words=len(said),
        english=len(english),
        long_words=sum(map(_is_long, said)),
        long_english=sum(map(_is_long, english)),
        lines=len(lines),
        clauses=sum(map(_is_clause, lines)),
    )


def is_clause(line: str) -> bool:
    """Whether a line has the form of a clause: see `CLAUSE_RULE`."""
    return _is_clause(words(line))


def _is_long(word: str) -> bool:
    return len(word.replace("'", "")) >= LONG_LETTERS


def _is_clause(written: list[str]) -> bool:
    if len(written) < 2 or not all(map(is_english, written)) or written[-1] in HANGING:
        return False
    line = _in_full(written)
    pairs = list(zip(line, [*line[1:], ""], strict=True))
    if any(word in ONLY_LEADING and after in SMALL for word, after in pairs):
        return False
    with_verb = [_has_verb(line, at) for at, word in enumerate(line) if word in BARE]
    if not all(with_verb):
        return False
    return bool(with_verb) or _states(line) or _commands(line)


def _in_full(written: list[str]) -> list[str]:
    """The words with "I'm" and its like taken apart."""
    full: list[str] = []
    for word in written:
        stem, mark, end = word.partition("'")
        if stem in SUBJECTS and mark + end in SHORTENED:
            full += [stem, SHORTENED[mark + end]]
        else:
            full += ["let", "us"] if word == "let's" else [word]
    return full


def _has_verb(line: list[str], at: int) -> bool:
    """Whether the subject at a place has a verb that agrees: behind it, or an asking one before."""
    person = SUBJECTS[line[at]]
    after = next((word for word in line[at + 1 :] if word not in BETWEEN), "")
    asking = line[at - 1] if at and line[at - 1] in AUXILIARIES else ""
    return person in _persons(after) or person in FINITE.get(asking, ())


def _persons(word: str) -> frozenset[str]:
    """The persons that a word can be the verb of: as listed, or else by its ending."""
    if word in FINITE or word in SMALL:
        return FINITE.get(word, frozenset())
    if word.endswith("ed"):
        return frozenset(SUBJECTS.values())
    return frozenset({"singular"} if word.endswith("s") and not word.endswith("ss") else ())


def _states(line: list[str]) -> bool:
    """Whether some subject other than I, he, she, we and they has its verb."""
    for at, word in enumerate(line):
        if word in SUBJECTS and _has_verb(line, at):
            return True
        if at and word in AUXILIARIES and line[at - 1] not in SMALL and _fits(line[at - 1], word):
            return True  # "love is", "the rain will"
        if word in LEADING and _noun_has_verb(line[at + 1 : at + 2 + _NOUN_REACH]):
            return True
    return False


def _noun_has_verb(words_on: list[str]) -> bool:
    """Whether a noun that was announced is soon followed by its verb."""
    for before, word in zip(words_on, words_on[1:], strict=False):
        if before in SMALL:
            return False
        if word in FINITE and _fits(before, word):
            return True
    return False


def _fits(noun: str, verb: str) -> bool:
    """Whether a verb agrees with a noun, many if it ends in s."""
    many = noun.endswith("s") and not noun.endswith("ss")
    return ("plural" if many else "singular") in FINITE[verb]


def _commands(line: list[str]) -> bool:
    """Whether the line begins with a command."""
    rest = line[1:] if line[0] in JOINING or line[0] in ("please", "oh", "o", "don't") else line
    rest = rest[1:] if rest and rest[0] in ("never", "always", "just") else rest
    return len(rest) > 1 and rest[0] in PLAIN - {"like"} and rest[1] in AFTER_COMMAND
