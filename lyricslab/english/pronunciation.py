"""How a word is pronounced: as the lexicon says, or as follows from the words it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lyricslab.english.lexicon import LENGTHENED, frequency_per_million, listed_pronunciations

MIN_PART_LETTERS = 3
"""The shortest part of a compound."""
MAX_LETTERS = 40
"""A longer "word" is not taken apart."""
MAX_ENDINGS = 2
"""A word may have two endings, as "dreamers'" has; with more, most letters would be words."""
_CACHED = 100_000

_DOUBLE_LIKELIER = 50
"""How much likelier "goood" is "good" than "god" if both were as frequent."""

_VOICELESS = frozenset("P T K F TH S SH CH".split())
_SIBILANTS = frozenset("S Z SH ZH CH JH".split())

_CLITICS = (
    ("n't", "AH0 N T"), ("'ll", "AH0 L"), ("'ve", "AH0 V"), ("'re", "ER0"), ("'m", "M"),
    ("'st", "S T"), ("'s", "s"), ("'d", "ed"), ("'", ""),
)  # fmt: skip
"""What is written with an apostrophe, and its sounds; "s" and "ed" depend on the sound before."""
_ENDINGS = (
    ("ing", "IH0 NG"), ("in", "AH0 N"), ("ed", "ed"), ("s", "s"), ("es", "s"), ("er", "ER0"),
    ("ers", "ER0 Z"), ("est", "AH0 S T"), ("eth", "AH0 TH"), ("ly", "L IY0"), ("y", "IY0"),
    ("ness", "N AH0 S"), ("less", "L AH0 S"), ("ful", "F AH0 L"), ("ish", "IH0 SH"),
    ("able", "AH0 B AH0 L"),
)  # fmt: skip
_PREFIXES = (
    ("o'er", "AO0 R"), ("un", "AH0 N"), ("re", "R IY0"), ("be", "B IH0"), ("en", "EH0 N"),
    ("dis", "D IH0 S"), ("out", "AW0 T"), ("over", "OW0 V ER0"), ("under", "AH0 N D ER0"),
    ("fore", "F AO0 R"),
)  # fmt: skip
_SPELLINGS = (
    ("our", "or"), ("is", "iz"), ("ys", "yz"), ("ll", "l"), ("tre", "ter"), ("ence", "ense"),
    ("grey", "gray"),
)  # fmt: skip
"""British spellings and the American ones that the lexicon has."""


def vowels(pronunciation: str) -> str:
    """Return the stress of each vowel of a pronunciation, as "010": one digit a syllable."""
    return "".join(char for char in pronunciation if char in "012")


@lru_cache(_CACHED)
def pronunciations(word: str) -> tuple[str, ...]:
    """Return how a word is pronounced in ARPAbet, the usual way first; () if that is unknown.

    "streetlights", "wanderin'", "soooo" and "turn'd" follow from words that are listed.

    Args:
        word: one word, its apostrophes included: "'cause".
    """
    word = _of_usual_length(word.lower())
    bare = word.strip("'")
    if not bare or len(word) > MAX_LETTERS:
        return ()
    if word.endswith("in'"):  # "lovin'" is no surname
        sung = _sung_ing(word.removesuffix("'"))
        if sung:
            return sung
    return listed_pronunciations(word) or listed_pronunciations(bare) or _derived(word, bare)


def is_word(word: str) -> bool:
    """Return whether a word is in the lexicon, or an inflected or sung form of one that is.

    "lanterns", "singin'", "she'd've", "the boys'" and "laaantern" are; compounds of two words are
    not, unless each is written as one: "moon-swept".
    """
    parts = [part for part in word.lower().split("-") if part.strip("'")]
    return bool(parts) and all(_is_known(part, MAX_ENDINGS) for part in parts)


def _is_known(word: str, endings: int) -> bool:
    word = _of_usual_length(word)
    bare = word.strip("'")
    if not bare or len(word) > MAX_LETTERS:
        return False
    if frequency_per_million(bare) or listed_pronunciations(word) or listed_pronunciations(bare):
        return True
    if word.endswith("in'") and _sung_ing(word.removesuffix("'")):
        return True
    return (endings > 0 and any(_is_known(stem, endings - 1) for stem, _ in stems(word))) or any(
        _is_known(short, 1) for short in _shortened(bare)
    )


def derived_pronunciations(word: str) -> tuple[str, ...]:
    """Return how a word is pronounced that is derived from a listed word; () if it is not.

    Compounds of two words are not among these.
    """
    for stem, ending in stems(word):
        found = tuple(_with_ending(sounds, ending) for sounds in pronunciations(stem))
        if found:
            return found
    for prefix, sounds in _PREFIXES:
        stem = word.removeprefix(prefix)
        if stem != word and len(stem) >= MIN_PART_LETTERS and frequency_per_million(stem):
            return tuple(f"{sounds} {of_stem}" for of_stem in listed_pronunciations(stem))
    return ()


def stems(word: str) -> Iterator[tuple[str, str]]:
    """Yield what a word may be derived from, with the sounds of its ending as in `_ENDINGS`."""
    for written, sounds in _CLITICS:
        stem = word.removesuffix(written)
        if stem != word and stem:
            yield stem, sounds
            if written == "'d":  # "lov'd"
                yield stem + "e", sounds
            return
    for written, sounds in _ENDINGS:
        stem = word.removesuffix(written)
        if stem == word or len(stem) < 2:
            continue
        for whole in _whole_stems(stem, written):
            yield whole, sounds


def _derived(word: str, bare: str) -> tuple[str, ...]:
    for short in _shortened(bare):
        if found := listed_pronunciations(short) or derived_pronunciations(short):
            return found
    return (
        derived_pronunciations(word)
        or derived_pronunciations(bare)
        or _respelled(bare)
        or _compound(bare)
    )


def _of_usual_length(word: str) -> str:
    """Return a very long word with three letters where one is repeated more often."""
    return LENGTHENED.sub(r"\1\1\1", word) if len(word) > MAX_LETTERS else word


def _shortened(word: str) -> Iterator[str]:
    """Yield "so" for "soooo", "yeah" for "yeaaah", but "good" for "goood", "mm" for "mmmm"."""
    short, double = LENGTHENED.sub(r"\1", word), LENGTHENED.sub(r"\1\1", word)
    if short != word:
        rate = frequency_per_million(double) * _DOUBLE_LIKELIER
        yield from (short, double) if rate < frequency_per_million(short) else (double, short)


def _sung_ing(word: str) -> tuple[str, ...]:
    """Return the sounds of "lovin" as of "loving"; () if there is no such word."""
    found = listed_pronunciations(word + "g") or derived_pronunciations(word + "g")
    return tuple(
        f"{sounds.removesuffix('IH0 NG')}AH0 N" for sounds in found if sounds.endswith("IH0 NG")
    )


def _whole_stems(stem: str, ending: str) -> Iterator[str]:
    """Yield the words that may lose something before an ending: hop(e), run(n), carr(y)."""
    if ending in ("s", "ly", "ness", "less", "ful"):
        if not (ending == "s" and stem.endswith(("s", "i"))):
            yield stem
        if stem.endswith("i"):
            yield stem[:-1] + "y"
        return
    if ending == "es":
        if stem.endswith("i"):
            yield stem[:-1] + "y"
        yield stem
        return
    doubled = len(stem) > 2 and stem[-1] == stem[-2]
    if doubled and stem[-1] not in "lsfz":
        yield stem[:-1]
    if not doubled and stem[-1] not in "aeiouy" and stem[-2] in "aeiouy":
        yield stem + "e"
    yield stem
    if doubled:
        yield stem[:-1]
    yield stem + "e"
    if stem.endswith("i"):
        yield stem[:-1] + "y"


def _with_ending(sounds: str, ending: str) -> str:
    last = sounds.rpartition(" ")[2]
    if ending == "s":
        ending = "AH0 Z" if last in _SIBILANTS else "S" if last in _VOICELESS else "Z"
    elif ending == "ed":
        ending = "AH0 D" if last in ("T", "D") else "T" if last in _VOICELESS else "D"
    elif last[-1] in "012" and ending in ("AH0 L", "AH0 V"):  # "you'll", "they've"
        ending = ending[-1]
    return f"{sounds} {ending}" if ending else sounds


def _respelled(word: str) -> tuple[str, ...]:
    for british, american in _SPELLINGS:
        if british in word:
            other = word.replace(british, american)
            if found := listed_pronunciations(other) or derived_pronunciations(other):
                return found
    return ()


def _compound(word: str) -> tuple[str, ...]:
    """Return the sounds of two words written as one, such as "moonswept"."""
    if "'" in word:
        return ()
    best: tuple[str, str] | None = None
    evidence = 0.0
    for cut in range(MIN_PART_LETTERS, len(word) - MIN_PART_LETTERS + 1):
        first, last = word[:cut], word[cut:]
        rarer = min(frequency_per_million(first), _rate(last))
        if rarer > evidence and listed_pronunciations(first) and pronunciations(last):
            best, evidence = (first, last), rarer
    if best is None:
        return ()
    sounds = listed_pronunciations(best[0])[0]
    lighter = [other.replace("1", "2") for other in pronunciations(best[1])]
    return tuple(f"{sounds} {other}" for other in lighter)


def _rate(word: str) -> float:
    """Return the frequency of a word, or of what it is derived from."""
    rate = frequency_per_million(word)
    return rate or max((frequency_per_million(stem) for stem, _ in stems(word)), default=0.0)
