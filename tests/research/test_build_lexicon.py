"""What the builder of the lexicon takes from a pronouncing dictionary."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from lyricslab.english import lexicon, pronunciation
from research import build_lexicon
from research.build_lexicon import pronounced, sung, worth_having

OF_THE_PACKAGE = """/** @type {{ [word: string]: string }} */
export const dictionary = {
  "'em": "AH0 M",
  "hello": "HH AH0 L OW1",
  "hello(2)": "HH EH0 L OW1",
  "hello's": "HH AH0 L OW1 Z",
  "e-mail": "IY1 M EY2 L",
  "ph.d": "P IY2 EY1 CH D IY1",
  "live": "L AY1 V",
  "live(2)": "L IH1 V"
}
"""
PLAIN = """'em AH0 M
hello HH AH0 L OW1
hello(2) HH EH0 L OW1
hello's HH AH0 L OW1 Z
live L AY1 V
live(2) L IH1 V # a note
"""


@pytest.mark.parametrize("text", [OF_THE_PACKAGE, PLAIN], ids=["package", "plain"])
def test_a_dictionary_is_read(text: str) -> None:
    assert pronounced(text) == {
        "'em": ["AH1 M"],
        "hello": ["HH AH0 L OW1"],
        "live": ["L AY1 V", "L IH1 V"],
    }


@pytest.mark.parametrize(
    ("word", "said", "kept"),
    [
        ("was", ["W AA1 Z", "W AH0 Z"], ["W AA1 Z"]),
        ("last", ["L AE1 S T", "L AE1 S"], ["L AE1 S T"]),
        ("which", ["W IH1 CH", "HH W IH1 CH"], ["W IH1 CH"]),
        ("fire", ["F AY1 ER0", "F AY1 R"], ["F AY1 R"]),
        ("higher", ["HH AY1 ER0"], ["HH AY1 ER0"]),
        ("hours", ["AW1 ER0 Z"], ["AW1 R Z"]),
        ("company", ["K AH1 M P AH0 N IY2"], ["K AH1 M P AH0 N IY0"]),
        ("turnkey", ["T ER1 N K IY2"], ["T ER1 N K IY2"]),
        ("trying", ["T R AY1 IH0 NG", "T R AY1 NG"], ["T R AY1 IH0 NG"]),
        ("read", ["R EH1 D", "R IY1 D"], ["R EH1 D", "R IY1 D"]),
    ],
)
def test_what_is_never_sung_is_left_out(word: str, said: list[str], kept: list[str]) -> None:
    assert worth_having(word, said) == kept


def test_the_hand_written_list_is_read() -> None:
    said = sung()
    assert said["gonna"] == ["G AH1 N AH0", "G AA1 N AH0"]
    assert len(said) > 250 and all(sounds for every in said.values() for sounds in every)


def test_the_same_files_give_the_same_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "table.tsv.gz"
    for module in (lexicon, build_lexicon):
        monkeypatch.setattr(module, "TABLE", table)
    rates = {"hello": "20.5", "the": "44800", "selfie": "40*", "hellos": "1.2", "qwop": "1.2"}
    spoken = {"the": ["DH AH1"], "hello": ["HH AH0 L OW1"], "aloe": ["AE1 L OW0"], "zoo": ["Z UW1"]}
    try:
        build_lexicon.write_table(rates, spoken)
        first = table.read_bytes()
        assert build_lexicon.derived(rates, spoken) == {"hellos": ["HH AH0 L OW1 Z"]}
        assert build_lexicon.present_rates() == rates
        build_lexicon.write_table(dict(reversed(rates.items())), dict(reversed(spoken.items())))
        assert table.read_bytes() == first
    finally:
        lexicon.clear_cache()
        pronunciation.pronunciations.cache_clear()
    assert gzip.decompress(first).decode().splitlines() == [
        "the\t44800\tDH AH1",
        "selfie\t40*",
        "hello\t20.5\tHH AH0 L OW1",
        "hellos\t1.2",
        "qwop\t1.2",
        "",
        "aloe\t\tAE1 L OW0",
        "zoo\t\tZ UW1",
    ]
