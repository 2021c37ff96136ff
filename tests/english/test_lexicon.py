"""The English lexicon matches its card and knows modern words."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from functools import cache
from itertools import pairwise

import pytest

from lyricslab.english.lexicon import (
    LEXICON,
    TABLE,
    EnglishShare,
    english_share,
    frequency_per_million,
    is_english,
    listed_pronunciations,
    rows,
)

FREQUENCIES = "94cbd5899f02829cc8397eb983207704102a211dbba4957d06868c0694799c81"
"""SHA-256 of "word rate" lines: the frequency list from before pronunciations joined it."""


@cache
def table() -> tuple[str, str]:
    """The lines of counted words, and of the others."""
    counted, _, rare = gzip.decompress(TABLE.read_bytes()).decode("ascii").partition("\n\n")
    return counted, rare


def rated() -> list[tuple[str, float]]:
    rows = (line.split("\t") for line in table()[0].splitlines())
    return [(word, float(rate.rstrip("*"))) for word, rate, *_ in rows]


def test_the_table_is_what_its_card_says() -> None:
    card = json.loads((LEXICON / "english.json").read_text())
    found = rated()
    assert len(found) == len({word for word, _ in found}) == card["words"] > 19_000
    stars = sum(line.split("\t")[1].endswith("*") for line in table()[0].splitlines())
    assert stars == card["estimated"] > 300
    assert {"licence", "origin", "sources", "weights"} <= card.keys()
    assert sum(1 for _, said in rows() if said) == card["pronounced"] > 110_000
    assert TABLE.stat().st_size <= 1_000_000


def test_frequencies_are_as_they_were_counted() -> None:
    lines = (" ".join(line.split("\t")[:2]) + "\n" for line in table()[0].splitlines())
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == FREQUENCIES


def test_rarer_words_can_be_looked_up() -> None:
    rare = [line.split("\t")[0] for line in table()[1].splitlines()]
    assert all(a < b for a, b in pairwise(sorted(table()[1].splitlines())))
    assert table()[1].splitlines() == sorted(table()[1].splitlines())
    assert not {word for word, _ in rated()} & set(rare)
    for word in (rare[0], rare[-1], *rare[::4999]):
        assert listed_pronunciations(word), word
        assert frequency_per_million(word) == 0
    assert listed_pronunciations("river") == ("R IH1 V ER0",)
    assert listed_pronunciations("rive") != listed_pronunciations("river")
    assert listed_pronunciations("") == listed_pronunciations("zzzzz") == ()


def test_every_pronunciation_is_arpabet_with_a_stress() -> None:
    consonants = set("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split())
    vowels = set("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())
    sounds = {sound for _, said in rows() for one in said for sound in one.split()}
    assert sounds <= consonants | {f"{vowel}{stress}" for vowel in vowels for stress in "012"}
    unstressed = [word for word, said in rows() for one in said if not set("12") & set(one)]
    assert len(unstressed) < 30


def test_the_dictionarys_notice_is_beside_it() -> None:
    notice = (LEXICON / "CMUDICT_LICENSE.txt").read_text("ascii")
    assert "Carnegie Mellon University" in notice and "Redistributions of source code" in notice
    assert "CMUDICT_LICENSE.txt" in (LEXICON / "english.json").read_text()


@pytest.mark.engine
def test_it_loads_fast_and_without_pandas() -> None:
    script = (
        "import sys, time; from lyricslab.english import lexicon; start = time.process_time();"
        "lexicon.is_english('river'); print(time.process_time() - start, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    seconds, pandas = done.stdout.split()
    assert float(seconds) < 0.15
    assert pandas == "False"


def test_rates_fall_and_add_up_to_most_of_a_million() -> None:
    rates = [rate for _, rate in rated()]
    assert rates == sorted(rates, reverse=True)
    assert 900_000 < sum(rates) < 1_000_000
    assert rated()[0][0] == "the"
    assert all(frequency_per_million(word) == rate for word, rate in rated()[::97])


def test_common_words_come_oftener_than_rare_ones() -> None:
    in_order = ["the", "you", "love", "river", "lantern", "zzyzx"]
    rates = [frequency_per_million(word) for word in in_order]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == 0.0


@pytest.mark.parametrize(
    "word",
    "don't i'm okay phone radio truck tv gonna wanna yeah baby car highway thee o'er bonnie wee "
    "harbours singin soooo yeahhh mother's running prettiest laptop homie thang ain't".split(),
)
def test_english_old_and_new(word: str) -> None:
    assert is_english(word)


@pytest.mark.parametrize("word", ["whisperin", "jukebox's", "laaaantern", "accordions"])
def test_english_that_is_made_from_a_listed_word(word: str) -> None:
    assert frequency_per_million(word) == 0.0
    assert is_english(word)


@pytest.mark.parametrize(
    "word", "corazon nicht_wahr toujours vous quiero ich und blorf zbigniew que madchen".split()
)
def test_not_english(word: str) -> None:
    assert not is_english(word)
    assert frequency_per_million(word) == 0.0


def test_the_english_share_by_hand() -> None:
    # 10 words; "wannyoull" and "qzx" are not English. Of four letters or more: know, wannyoull,
    # town, that, door.
    text = "I know a wannyoull\n\nqzx town\n\nthat is a door\n"
    assert english_share(text) == EnglishShare(all_words=0.8, long_words=0.8)
    assert english_share(" \n\n 12 - !") == EnglishShare(0.0, 0.0)
