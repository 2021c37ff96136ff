"""Chords over the words and between them, tablature, and letters that are sung."""

from __future__ import annotations

from typing import Any

import pytest

from lyricslab.english.lexicon import frequent_rows
from lyricslab.importing.cleaning import chords
from lyricslab.importing.cleaning.chords import is_tab

CHORDS = (
    "Cmaj7 CM7 CmMaj7 Am7b5 Asus4 A7sus4 Cadd9 C(add9) G/B F#m7 Bbmaj7 Edim7 Caug C-7 C6/9 D7#9 "
    "Gmaj7/B Dsus E5 Cdeg Bo7 C#m Bb7 G13 Em9 G-D-Em-C Dm7/G Bbm6 G7(#5) N.C. C*"
).split()

SUNG = """A, B, C, it's easy
Am I the one
A
B
I
I'm
O.K.
TV
A man
A A A
Bad
Dad
E.T.
Go
Do
Ho-
Ho ho ho
Go, go, go
Hmm
Hm hm
Emma
Ah
Be
Gee
D
Em
Ab
AM
1 2 3 4
C'mon
(oh)
Dee dee dee""".split("\n")


@pytest.mark.parametrize("chord", CHORDS)
def test_a_line_of_chords_is_removed(traced: Any, body: str, chord: str) -> None:
    for line in (
        f"  {chord}     G",
        f"{chord} {chord} C",
        f"| {chord} / / | G x2",
        f"Intro: {chord} A",
    ):
        first, rest = body.split("\n", 1)
        fixed = chords.remove_chords(traced(f"{line}\n{first}\n{line}\n{rest}"))
        assert fixed.text == body
        assert list(fixed.origins) == [1, 3, 4]


@pytest.mark.parametrize("line", SUNG)
def test_what_is_sung_stays(traced: Any, body: str, line: str) -> None:
    for text in (f"{line}\n{body}", f"{body}\n{line}\n{body}\n{line}", "\n".join([line] * 5)):
        song = traced(text)
        assert chords.remove_chords(song) is song


def test_no_english_word_is_an_unambiguous_chord() -> None:
    words = [form for word, _ in frequent_rows() for form in (word.capitalize(), word.upper())]
    taken = {word for word in words if chords._TOKEN.fullmatch(word)}
    assert taken == {"A", "Am", "As", "Dis", "Em", "Hm"}
    assert all(map(chords._AMBIGUOUS.fullmatch, taken))


def test_markup_of_a_chord_site_is_removed(traced: Any) -> None:
    text = "[tab][ch]G[/ch]      [ch]D[/ch]\nI saw the sea[/tab]\nAm7 (hold)\nF#m..\nand ran"
    assert chords.remove_chords(traced(text)).text == "I saw the sea\nand ran"


def test_simple_chords_are_recognised_by_their_spacing(traced: Any) -> None:
    assert chords.remove_chords(traced("C     G\nsing\nD   C\nlow")).text == "sing\nlow"
    assert chords.remove_chords(traced("C G\nsing it\nD C\nvery low")).text == "sing it\nvery low"


def test_letters_that_are_spelled_stay(traced: Any) -> None:
    for text in (
        "A B C D E F G\nH I J K\nA B C D E F G\nsing along",
        "A  B  C\none two three\nA  B  C\nthat is it",
        "D A D\n" + "oh my dad\n" * 9 + "D A D",
    ):
        song = traced(text)
        assert chords.remove_chords(song) is song


def test_stanza_letters_stay_in_songs_without_chords(traced: Any, body: str) -> None:
    song = traced(f"[A]\n{body}\n\n[B]\n{body}\n\nA\n{body}")
    assert chords.remove_chords(song) is song


def test_a_typical_chord_sheet(traced: Any) -> None:
    text = """Intro | G | D | Em | C :||

[Verse]
G        D
I went down to the river
Em       C
N.C.
to see about a boat
   G
(hold) oh
Chorus:
[G]Row on, [D]ro[Em7]wing on
[C] [G/B] [N.C.]
e|-----0-----|-----| x2
B|--1-----1--|
P.M.-----|
{Am}home {C G}again
Am   F   C   G   (x 4)
Outro: G - Em7 - C (let it ring)
D  A
A
words here
G"""
    assert chords.remove_chords(traced(text)).text == (
        "[Verse]\nI went down to the river\nto see about a boat\n(hold) oh\nChorus:\n"
        "Row on, rowing on\nhome again\nwords here"
    )


@pytest.mark.parametrize(
    "line",
    ["e|--0---2--|--3--|", "B|-----------|", "----5---7----", "HH|x---x---x-|", " G |--0h2p0--|"],
)
def test_tablature(line: str) -> None:
    assert is_tab(line)


@pytest.mark.parametrize(
    "line",
    ["----------", "- - - - - -", "1-2-3-4-5-6", "shh-------h", "oh--oh--oh--", "go -- 4 -- home"],
)
def test_lines_that_are_not_tablature(line: str) -> None:
    assert not is_tab(line)


WORDS = ["Nine brass buttons on the sill", "The thread is blue, the needle still", "Sew me in"]


def over_words(*chord_lines: str) -> str:
    return "\n".join(f"{chords}\n{words}" for chords, words in zip(chord_lines, WORDS, strict=True))


@pytest.mark.parametrize(
    "chord_lines",
    [
        ("> Em H7", ">\t\t  Em      H7", "> G"),
        ("`Am`   `G`", "`Am  F7`", "`C`{.a}"),
        ("`Am`{.a}      `G`{.a}", "`F`{.a}", "`C`{.b}"),
        ("<Am>   <G>", "<F>", "<C>  <G7>"),
        ("^Am^   ^G^", "^F^", "^C^"),
        ("{Am}   {G}", "{F}", "{C}"),
        ("Em    H7", "H7   Fism", "Cis7   H"),
        ("a     d     E7", "Am   Dm", "a     E7"),
        ("Lam     Sol", "Fa      Mi7", " Lam"),
        ("Do      Sol7", "Fa#m    Sib", "Do"),
        ("SOL    LAm   RE7", "DO     RE7", "SOL    SOL7"),
        ("Do      Sol", "Fa      Do", "Sol     La"),
    ],
)
def test_chords_in_other_marks_and_names_are_removed(
    traced: Any, chord_lines: tuple[str, ...]
) -> None:
    expected = "\n".join(WORDS)
    if chord_lines[-1] == "Do":  # it may be sung
        expected = expected.replace("Sew", "Do\nSew")
    assert chords.remove_chords(traced(over_words(*chord_lines))).text == expected


@pytest.mark.parametrize(
    "mark", ["`{}`", "`{}`{{.a}}", "<{}>", "^{}^", "{{{}}}", "[{}]", "\\[{}]"], ids=str
)
@pytest.mark.parametrize("names", [("Am", "G7"), ("Em", "H"), ("Lam", "Sol")])
def test_marked_chords_between_words_are_removed(
    traced: Any, mark: str, names: tuple[str, str]
) -> None:
    first, second = map(mark.format, names)
    song = traced(f"{first}Nine brass {second}buttons\non {first}the s{second}ill")
    assert chords.remove_chords(song).text == "Nine brass buttons\non the sill"


def test_chords_in_parentheses_between_words_are_removed(traced: Any) -> None:
    song = traced("(Am)Nine brass (G)buttons (oh)\non the (C)sill\n(F) (G)\nand out")
    assert chords.remove_chords(song).text == "Nine brass buttons (oh)\non the sill\nand out"
    song = traced("(A)Nine (D)brass\n(A)buttons (E)on\nthe (D)sill (A)")
    assert chords.remove_chords(song).text == "Nine brass\nbuttons on\nthe sill"
    song = traced("(G)Nine brass\n(D7)buttons on\nthe (G)sill")
    assert chords.remove_chords(song).text == "Nine brass\nbuttons on\nthe sill"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"({letter}) is what we call it" for letter in "AABBCCDDE"),
        "(A) is for apple\n(B) is for bee\n(A) is for all",
        "(Go) home (Am I) late\n(Bad) dog\n(Em) said she\n(Em)",
        "Do re mi, do re mi\nsing with me\nDo Re Mi Fa Sol La Si Do\nand again",
        "La La La\nhow we go\nLa La\nLa  La  La\nback home",
        "Si\nyo canto\nSi Si\nquiero mas\nSol\nde la tarde",
        "Sim\neu vou\nSim Sim\neu canto\nDom\nde voar",
        "Do\nas you may\nMi amor\nFa la la",
        "I wrote `dear` and <love> and ^here^\nA\nand B",
        "a b c d\nthat is the way\ne f g\nthe letters play",
        "> Am I the one\n> A man\n> Go on",
        "As\nwe go\nEs\nist spaet\nDes Abends",
    ],
)
def test_note_names_that_are_sung_stay(traced: Any, text: str) -> None:
    song = traced(text)
    assert chords.remove_chords(song) is song
