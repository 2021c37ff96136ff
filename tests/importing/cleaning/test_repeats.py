"""Repeats are written out, and long runs of a line shortened."""

from __future__ import annotations

from typing import Any

import pytest

from lyricslab.importing.cleaning.repeats import MAX_TIMES, expand_repeats, shorten_runs


@pytest.mark.parametrize(
    ("mark", "times"),
    [
        ("(x2)", 2), ("(x 3)", 3), ("[X2]", 2), ("(2x)", 2), ("(3 times)", 3), ("x2", 2),
        ("(twice)", 2), ("(two times)", 2), ("(bis)", 2), ("(repeat x3)", 3), ("(x99)", MAX_TIMES),
        ("2x", 2), ("x 3", 3), ("(x1)", 1), ("(thrice).", 3), ("{x2}", 2),
    ],
)  # fmt: skip
def test_a_line_with_a_count(traced: Any, mark: str, times: int) -> None:
    long = "\nand the river runs on and on and on, and nobody minds" * 3
    fixed = expand_repeats(traced(f"oh my dog {mark}{long}"))
    assert fixed.text == "\n".join(["oh my dog"] * times) + long
    assert list(fixed.origins) == [0] * times + [1, 2, 3]


@pytest.mark.parametrize(
    "line",
    [
        "Times two", "twice", "three times", "knock twice", "two times", "the fox", "Malcolm X",
        "(oh oh)", "(1999)", "4 x 4", "seven times seventy times", "Again", "x", "my ex", "no. 9",
        "[Verse x2]", "[Solo 2x]", "we met in the chorus", "(again)", "Repeat",
    ],
)  # fmt: skip
def test_what_is_sung_or_only_a_label_stays(traced: Any, line: str) -> None:
    for text in (f"the dog\n{line}\nsleeps", f"the dog\n\n{line}\n\nsleeps", line):
        song = traced(text)
        assert expand_repeats(song) is song


@pytest.mark.parametrize(
    ("call", "times"),
    [
        ("[Chorus]", 1), ("CHORUS", 1), ("Repeat chorus", 1), ("(Repeat the chorus)", 1),
        ("Chorus x2", 2), ("(Chorus 2x)", 2), ("[Chorus] x2", 2), ("[Chorus x3]", 3),
        ("Chorus:", 1), ("Chorus again", 1), ("chorus repeats twice", 2),
    ],
)  # fmt: skip
def test_a_repeated_chorus(traced: Any, call: str, times: int) -> None:
    head = "Chorus:\noh my dog\noh my door\n\n[Verse 2]\nthe dog sleeps\n\n"
    fixed = expand_repeats(traced(f"{head}{call}\n\nthe end"))
    chorus = "\n\n".join(["oh my dog\noh my door"] * times)
    assert fixed.text == f"{head}Chorus:\n{chorus}\n\nthe end"


def test_a_label_with_words_behind_it(traced: Any) -> None:
    fixed = expand_repeats(traced("[Chorus] oh my dog\nstay\n\n[Verse] I go\n\n[Chorus]"))
    assert fixed.text == "[Chorus] oh my dog\nstay\n\n[Verse] I go\n\n[Chorus]\noh my dog\nstay"


def test_labels_separated_from_their_words(traced: Any) -> None:
    text = "Chorus:\n\noh my dog\n\nVerse:\n\nI go\n\nChorus:"
    assert expand_repeats(traced(text)).text == f"{text}\noh my dog"
    written = traced(f"{text}\n\noh my dog")
    assert expand_repeats(written) is written


def test_sections_go_by_their_names(traced: Any) -> None:
    head = "[Pre-Chorus]\nwe rise\n\n[Chorus]\noh my dog\n\n[Hook]\nla\n\n"
    assert expand_repeats(traced(f"{head}[Prechorus]\n\n[Hook]\n\n[Refrain]")).text == (
        f"{head}[Pre-Chorus]\nwe rise\n\n[Hook]\nla\n\n[Refrain]"
    )


def test_sections_with_numbers_and_singers(traced: Any) -> None:
    head = "[Chorus 1: Ann & Bob]\nla\n\nChorus 2:\nlo\n\n"
    assert expand_repeats(traced(f"{head}[Chorus 1]\n\nChorus: \n\n[Chorus 3]")).text == (
        f"{head}[Chorus 1: Ann & Bob]\nla\n\nChorus 2:\nlo\n\n[Chorus 3]"
    )


def test_the_last_chorus_is_repeated(traced: Any) -> None:
    text = "[Chorus]\none dog\n\n[Chorus]\ntwo dogs\n\n[Chorus]"
    assert expand_repeats(traced(text)).text == f"{text}\ntwo dogs"


def test_a_count_under_a_stanza(traced: Any) -> None:
    for gap in ("\n", "\n\n"):
        text = f"the river\n\noh my dog\nstay{gap}(x2)\n\nthe end"
        assert (
            expand_repeats(traced(text)).text
            == "the river\n\noh my dog\nstay\n\noh my dog\nstay\n\nthe end"
        )


def test_an_expanded_song_is_unchanged(traced: Any) -> None:
    once = expand_repeats(traced("[Chorus]\noh my dog (x2)\n\nverse\n\nRepeat chorus\n\n(x2)"))
    assert expand_repeats(once) is once


def test_growth_is_limited(traced: Any) -> None:
    song = traced("[Chorus]\n" + "oh\n" * 50 + "\n" + "Chorus x8\n\n" * 50 + "(x8)\n" * 50)
    fixed = expand_repeats(song)
    assert len(fixed.text) < 8 * len(song.text)
    at_once = traced("[Chorus]\n" + "oh\n" * 100 + "\nChorus x8")
    assert expand_repeats(at_once) is at_once


def test_a_line_many_times_in_a_row(traced: Any) -> None:
    fixed = shorten_runs(traced("go\nla la\nLa, la!\nla la\nla la\n\nla la\nstay\nstay\nstay"))
    assert fixed.text == "go\nla la\nLa, la!\n\nla la\nstay\nstay\nstay"
    song = traced("la la\nla la\nla la\nla lo\nla la")
    assert shorten_runs(song) is song
