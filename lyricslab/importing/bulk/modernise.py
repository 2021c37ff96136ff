"""Modernise old verse: spelling, contractions, line ends, short lines, a chorus.

Most lyrics in the public domain say thee and thou, begin lines with capitals and end them with
commas. Rewriting a share of them makes the text for a base more like the songs it is fine-tuned on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from zlib import crc32

LOWER_SHARE = 0.25
"""The share of modernised songs that are in lower case."""
BARE_SHARE = 0.6
"""The share without commas and full stops at the ends of lines."""
SHORT_SHARE = 0.5
"""The share whose long lines are broken in two."""
CHORUS_SHARE = 0.3
"""The share in which one stanza is repeated after every other."""
DROPPED_G_SHARE = 0.2
"""The share with "singin'" instead of "singing"."""
LONG_LINE_CHARS = 44
MIN_LINE_CHARS = 12


def _pairs(text: str) -> dict[str, str]:
    """Read "thee: you, thou: you" as a table."""
    return dict(pair.split(": ") for pair in text.split(", "))


_WORDS = _pairs(
    "thee: you, thou: you, ye: you, thy: your, thine: your, thyself: yourself, hath: has, "
    "hast: have, doth: does, dost: do, didst: did, wilt: will, shalt: will, canst: can, "
    "wouldst: would, couldst: could, shouldst: should, wert: were, wast: were, saith: says, "
    "quoth: said, o'er: over, e'er: ever, ne'er: never, e'en: even, 'tis: it's, 'twas: it was, "
    "'twere: it were, 'twill: it will, th': the, i': in, ere: before, oft: often, nigh: near, "
    "yon: that, yonder: that, whence: where, thence: there, hither: here, thither: there, "
    "mine own: my own, thou art: you are, art thou: are you, upon: on, maiden: girl, lad: boy, "
    "lass: girl, naught: nothing, nought: nothing, aught: anything, amid: in, 'mid: in, "
    "'neath: under, beneath: under"
)
_CONTRACTIONS = _pairs(
    "i am: I'm, i will: I'll, i shall: I'll, i have: I've, i had: I'd, i would: I'd, "
    "you are: you're, you will: you'll, you have: you've, we are: we're, we will: we'll, "
    "they are: they're, he is: he's, she is: she's, it is: it's, that is: that's, "
    "there is: there's, what is: what's, do not: don't, does not: doesn't, did not: didn't, "
    "is not: isn't, are not: aren't, was not: wasn't, could not: couldn't, would not: wouldn't, "
    "will not: won't, cannot: can't, can not: can't, let us: let's, know not: don't know, "
    "care not: don't care, fear not: don't fear"
)


def _pattern(words: dict[str, str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: -len(word))
    return re.compile(rf"(?<![\w'])(?:{'|'.join(longest_first)})(?![\w'])", re.IGNORECASE)


_OLD_WORD, _UNCONTRACTED = _pattern(_WORDS), _pattern(_CONTRACTIONS)
_CLIPPED_ED = re.compile(r"(?<=[b-df-hj-np-tv-z])'d\b|(?<=[aeiou])'d\b")
_SECOND_PERSON = re.compile(r"\b([Yy]ou) (\w{2,}[^e\W])est\b")
_THIRD_PERSON = re.compile(r"\b(\w{2,}[b-df-hj-np-rtvwxz])eth\b")
_MUTE_E = re.compile(r"(?<![aeiou])[aeiou][mkvzcg]$|[vzc]$")
"""What a verb ends with that lost its e before "eth": com-eth, mak-eth, lov-eth."""
_THINE_ALONE = re.compile(r"(?<![\w'])([Tt])hine(?=[,;:.!?]|\n|$)")
_LINE_END = re.compile(r"[,;:.]+(?=\n|$)")
_BREAK = re.compile(r"[,;:] (?=\S)")
_DROPPED_G = re.compile(r"(?<=\w{3})ing\b")


def modernise(text: str) -> str:
    """Rewrite a song as it might be written today; the same song always gives the same result."""
    rng = random.Random(crc32(text.encode()))
    text = _respelled(text)
    if rng.random() < SHORT_SHARE:
        text = "\n".join(_short_lines(line) for line in text.split("\n"))
    if rng.random() < BARE_SHARE:
        text = _LINE_END.sub("", text)
    if rng.random() < DROPPED_G_SHARE:
        text = _DROPPED_G.sub("in'", text)
    if rng.random() < CHORUS_SHARE:
        text = _with_chorus(text, rng)
    if rng.random() < LOWER_SHARE:
        text = text.lower()
    return text


def _respelled(text: str) -> str:
    """Replace old words and forms by modern ones, and contract words as they are spoken."""
    text = _THINE_ALONE.sub(lambda m: "Yours" if m[1] == "T" else "yours", text)
    text = _OLD_WORD.sub(_replace_by(_WORDS), text)
    text = _CLIPPED_ED.sub(lambda m: "ed" if text[m.start() - 1] not in "aeiou" else "d", text)
    text = _SECOND_PERSON.sub(r"\1 \2", text)
    text = _THIRD_PERSON.sub(lambda m: m[1] + ("es" if _MUTE_E.search(m[1]) else "s"), text)
    return _UNCONTRACTED.sub(_replace_by(_CONTRACTIONS), text)


def _replace_by(words: dict[str, str]) -> Callable[[re.Match[str]], str]:
    """Return the replacement function for a pattern of these words, which keeps capitals."""

    def replacement(match: re.Match[str]) -> str:
        word = words[match.group().lower()]
        is_capital = match.group().lstrip("'")[:1].isupper()
        return word[0].upper() + word[1:] if is_capital else word

    return replacement


def _short_lines(line: str) -> str:
    """Break a long line in two, after the comma nearest to its middle, else at a blank."""
    if len(line) <= LONG_LINE_CHARS:
        return line
    places = [m.start() + 1 for m in _BREAK.finditer(line)]
    middle = len(line) // 2
    fitting = [k for k in places if MIN_LINE_CHARS <= k <= len(line) - MIN_LINE_CHARS]
    places = fitting or [k for k, char in enumerate(line) if char == " "]
    if not places:
        return line
    place = min(places, key=lambda k: abs(k - middle))
    rest = line[place:].strip()
    return f"{line[:place].rstrip()}\n{rest[:1].upper()}{rest[1:]}"


def _with_chorus(text: str, rng: random.Random) -> str:
    """Repeat one of three to six stanzas after each of the others."""
    stanzas = [stanza for stanza in text.split("\n\n") if stanza.strip()]
    if not 3 <= len(stanzas) <= 6:
        return text
    chorus = stanzas.pop(rng.randrange(1, len(stanzas)))
    return "\n\n".join(part for stanza in stanzas for part in (stanza, chorus))
