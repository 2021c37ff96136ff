"""A text as it is spoken: numbers in words, "twenty-one" as two words."""

from __future__ import annotations

import re

from anyascii import anyascii

_TOKEN = re.compile(r"\d[\d,]*(?:st|nd|rd|th|s)?|'?[a-z]+(?:'[a-z]+)*'?|&")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_LARGE = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_YEARS = range(1100, 2000)
"""Numbers that are spoken as two pairs of digits: nineteen sixty-nine."""
_MAX_DIGITS = 12
"""Longer numbers are spoken digit by digit."""


def spoken_words(text: str) -> list[str]:
    """Return the words of a text as they are spoken, in lower case.

    Unlike `songs.words.words` it keeps the apostrophes at both ends, which tell "'cause" and
    "lovin'" from other words, and reads numbers: "Rollin' '69" is rollin', sixty, nine.
    """
    if not text.isascii():
        text = anyascii(text)
    text = text.lower().replace("`", "'").replace("'n'", " 'n ")
    found: list[str] = []
    for token in _TOKEN.findall(text):
        if token[0].isdigit():
            found += number_words(token)
        else:
            found.append("and" if token == "&" else token)
    return found


def number_words(token: str) -> list[str]:
    """Return how "1969", "24,000", "2nd" or "80s" is spoken."""
    digits = re.sub(r"\D", "", token)
    ending = token.lstrip("0123456789,")
    if len(digits) > _MAX_DIGITS or (digits[0] == "0" and len(digits) > 1):
        return [_ONES[int(digit)] for digit in digits]
    number = int(digits)
    if number in _YEARS and "," not in token and number % 1000:
        century, rest = divmod(number, 100)
        low = ["oh", *_cardinal(rest)] if 0 < rest < 10 else _cardinal(rest)
        found = [*_cardinal(century), *(low if rest else ["hundred"])]
    else:
        found = _cardinal(number)
    if ending == "s":
        return [*found[:-1], _plural(found[-1])]
    return [*found[:-1], _ordinal(found[-1])] if ending else found


def _cardinal(number: int) -> list[str]:
    if number < 20:
        return [_ONES[number]]
    if number < 100:
        tens, ones = divmod(number, 10)
        return [_TENS[tens], *([_ONES[ones]] if ones else [])]
    size, name = next(pair for pair in _LARGE if number >= pair[0])
    many, rest = divmod(number, size)
    return [*_cardinal(many), name, *(_cardinal(rest) if rest else [])]


def _plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("y") else word + ("es" if word == "six" else "s")


def _ordinal(word: str) -> str:
    return _ORDINALS.get(word) or (word[:-1] + "ieth" if word.endswith("y") else word + "th")
