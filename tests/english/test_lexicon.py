"""The English lexicon matches its card and knows modern words."""

from __future__ import annotations

import json

import pytest

from lyricslab.english.lexicon import (
    LEXICON,
    EnglishShare,
    english_share,
    frequency_per_million,
    is_english,
)


def rows() -> list[tuple[str, float]]:
    lines = (LEXICON / "english.txt").read_text("ascii").splitlines()
    return [(line.split()[0], float(line.split()[1].rstrip("*"))) for line in lines]


def test_the_table_is_what_its_card_says() -> None:
    card = json.loads((LEXICON / "english.json").read_text())
    found = rows()
    assert len(found) == len({word for word, _ in found}) == card["words"] > 19_000
    stars = (LEXICON / "english.txt").read_text("ascii").count("*\n")
    assert stars == card["estimated"] > 300
    assert {"licence", "origin", "sources", "weights"} <= card.keys()
    assert (LEXICON / "english.txt").stat().st_size <= 300_000


def test_rates_fall_and_add_up_to_most_of_a_million() -> None:
    rates = [rate for _, rate in rows()]
    assert rates == sorted(rates, reverse=True)
    assert 900_000 < sum(rates) < 1_000_000
    assert rows()[0][0] == "the"
    assert all(frequency_per_million(word) == rate for word, rate in rows()[::97])


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
