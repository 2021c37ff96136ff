"""Words that are known: every row against all spellings written out."""

from __future__ import annotations

from itertools import product

import pytest

from lyricslab.model.decoding.word_mask import ANY, WordMask, spelled_words

KNOWN = ("a", "an", "and", "ant", "i", "don't", "do", "sing", "singing", "b", "o'er")
SPELLED = ("McVey", "DJs", "Tarn", "hums")
CLITICS = ("s", "d", "ll", "ve", "re", "m")
LETTERS = [chr(code) for code in range(128) if chr(code).isalpha()]


@pytest.fixture(scope="module")
def mask() -> WordMask:
    return WordMask(KNOWN, SPELLED)


@pytest.fixture(scope="module")
def spellings() -> set[str]:
    """Every way in which a known word may be written, its clitics included."""
    words = {*KNOWN, "mcvey", "djs", "tarn", "hums", "singin"} - {"b"}
    found = {*SPELLED}
    for word in words:
        for whole in (word, *(f"{word}'{clitic}" for clitic in CLITICS)):
            found |= {whole, whole[0].upper() + whole[1:], whole.upper()}
    return found


def test_every_row_is_what_all_spellings_say(mask: WordMask, spellings: set[str]) -> None:
    beginnings = {word[:k] for word in spellings for k in range(len(word) + 1)}
    for begun in sorted(beginnings):
        row = mask.row(begun)
        for char in LETTERS:
            leads_on = any(word.startswith(begun + char) for word in spellings)
            assert row[ord(char)] == leads_on, (begun, char)
        assert row[ord("7")] == (begun == "")
        for char in "\n .,!?-" + chr(0):
            ends = begun == "" or begun in spellings or begun.removesuffix("'") in spellings
            assert row[ord(char)] == ends, (begun, char)
        joins = any(word.startswith(f"{begun}'") for word in spellings)
        assert row[ord("'")] or not joins, begun


def test_an_apostrophe_before_a_word_changes_nothing(mask: WordMask) -> None:
    for begun in ("", "an", "Do", "SING"):
        assert (mask.row("'" + begun) == mask.row(begun)).all() or not begun


def test_what_no_known_word_begins_with_is_free(mask: WordMask) -> None:
    for begun in ("zzz", "anx", "don'x"):
        assert (mask.row(begun) == ANY).all()


def test_a_number_ends_as_numbers_do(mask: WordMask) -> None:
    assert [char for char in LETTERS if mask.row("12")[ord(char)]] == ["n", "r", "s", "t"]
    assert [char for char in LETTERS if mask.row("3r")[ord(char)]] == ["d"]
    for begun, ends in (("4", True), ("4t", False), ("4th", True), ("80s", True)):
        assert mask.row(begun)[ord(" ")] == ends


def test_a_banned_word_cannot_be_written_but_longer_ones_can(mask: WordMask) -> None:
    words = {*KNOWN, "mcvey", "djs", "tarn", "hums", "singin"} - {"b"}
    for banned in (("and",), ("sing",), ("a", "an"), ("don't", "do"), ("singing", "singin")):
        kept = words - set(banned)
        for begun in {word[:k] for word in words for k in range(1, len(word))}:
            can_be_reached = any(word.startswith(begun) for word in kept)
            if begun in banned or not can_be_reached:
                continue
            row = mask.row(begun, banned)
            for char in LETTERS:
                if not char.isupper() and any(word.startswith(begun + char) for word in words):
                    assert row[ord(char)] == any(word.startswith(begun + char) for word in kept)
        for word in banned:
            assert not mask.row(word, banned)[[ord(char) for char in "\n ,."]].any()


def test_a_word_that_is_banned_and_leads_to_no_other_is_never_the_end(mask: WordMask) -> None:
    row = mask.row("tarn", ("tarn",))
    assert not row[[0, ord(" "), ord("\n")]].any()
    assert row.any()


def test_knows_words_with_their_endings(mask: WordMask) -> None:
    assert all(map(mask.knows, ("and", "'do'", "ant's", "don't", "singin'", "mcvey'll")))
    assert not any(map(mask.knows, ("b", "ands", "tarn'x", "zz")))


def test_spelled_words_keep_their_case_and_inner_apostrophes() -> None:
    song = "McVey's 'night' -- o'er DJs, 3rd\nTarn"
    assert spelled_words([song]) == {"McVey's", "night", "o'er", "DJs", "rd", "Tarn"}


def test_no_mask_knows_no_word_and_all_is_free() -> None:
    mask = WordMask(())
    for begun, char in product(("x", "Xy", "q'"), "ab "):
        assert mask.row(begun)[ord(char)]
