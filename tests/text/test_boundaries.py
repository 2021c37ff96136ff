"""Where songs begin in plain text: small files written by hand, and how they must fall apart."""

from __future__ import annotations

import pytest

from lyricslab.text.boundaries import divide


def songs(text: str) -> list[tuple[str, str]]:
    return [(draft.title, draft.text) for draft in divide(text)]


TWO = [("Old Dog", "the dog sleeps\nby the door\n\nand dreams"), ("Red River", "the river ran")]


@pytest.mark.parametrize(
    "mark", ["---", "***", "===", "TOP", "- - -", "_____", "\u2014\u2014\u2014", "~~~", "###"]
)
def test_separator_lines(mark: str) -> None:
    body = "Old Dog\n\nthe dog sleeps\nby the door\n\nand dreams"
    assert songs(f"{body}\n{mark}\nRed River\n\nthe river ran\n") == TWO
    assert songs(f"{mark}\n{body}\n\n{mark}\n\nRed River\n\nthe river ran\n{mark}\n") == TWO


def test_form_feeds() -> None:
    assert (
        songs("Old Dog\n\nthe dog sleeps\nby the door\n\nand dreams\f\nRed River\n\nthe river ran")
        == TWO
    )


@pytest.mark.parametrize("blank", [2, 3, 5])
@pytest.mark.parametrize(
    "titles",
    [
        ("Old Dog", "Red River"),
        ("1. Old Dog", "2. Red River"),
        ("\u201cOld Dog\u201d", "\u201cRed River\u201d"),
    ],
)
def test_blank_lines_before_a_title(blank: int, titles: tuple[str, str]) -> None:
    gap = "\n" * (blank + 1)
    text = f"{titles[0]}\n\nthe dog sleeps\nby the door\n\nand dreams"
    text += f"{gap}{titles[1]}\n\nthe river ran\n"
    assert songs(text) == TWO


def test_titles_in_capitals_may_stand_close_to_their_songs() -> None:
    text = "OLD DOG\nthe dog sleeps\nby the door\n\nand dreams\n\n\nRED RIVER\nthe river ran\n"
    assert songs(text) == [(title.upper(), words) for title, words in TWO]


def test_titles_in_small_letters_where_all_is_small() -> None:
    text = "old dog\n\nthe dog sleeps\nby the door\n\nand dreams\n\n\nred river\n\nthe river ran\n"
    assert songs(text) == [(title.lower(), words) for title, words in TWO]


STANZAS = "The dog sleeps\nBy the door\n\n\nAnd dreams\nOf snow\n\n\nThe snow\nIs deep"


def test_stanzas_two_blank_lines_apart_are_one_song() -> None:
    assert songs(STANZAS) == [("", STANZAS)]
    assert songs("Old Dog\n\n" + STANZAS) == [("Old Dog", STANZAS)]


def test_a_refrain_of_one_line_is_no_title() -> None:
    refrain = STANZAS.replace("\n\n\nThe snow", "\n\n\nHallelujah\n\n\nThe snow")
    assert songs(refrain) == [("", refrain)]
    near = "\n\n\nHallelujah\n\n".join(
        ["The dog\nsleeps", "And dreams\nof snow", "The snow\nfalls"]
    )
    assert songs(near) == [("", near)]


def test_a_double_spaced_text_is_one_song() -> None:
    lines = [f"The {word} line of it" for word in "first second third fourth fifth sixth".split()]
    stanza = "\n\n".join(lines)
    text = "\n\n\n".join(
        [stanza, stanza.replace("The", "Then the"), stanza.replace("The", "Now the")]
    )
    assert songs(text) == [("", text)]


def test_numbered_stanzas_are_no_songs() -> None:
    text = "1. I was lost\nAnd now\n\n\n2. I was blind\nAnd see\n\n\n3. The end\nIs near"
    assert songs(text) == [("", text)]


@pytest.mark.parametrize("label", ["[Chorus]", "CHORUS", "Verse 2", "(Bridge)", "REFRAIN:"])
def test_a_section_label_is_no_title(label: str) -> None:
    text = f"The dog\nsleeps\n\n\n{label}\n\nAnd dreams\nof snow"
    assert songs(text) == [("", text)]


def test_a_text_all_in_capitals_is_not_all_titles() -> None:
    text = STANZAS.upper()
    assert songs(text) == [("", text)]


def test_separators_win_over_blank_lines() -> None:
    text = "Old Dog\n\nthe dog\n\n\nRuns Home\n\nat night\n---\nRed River\n\nthe river ran"
    assert [title for title, _ in songs(text)] == ["Old Dog", "Red River"]


def test_titles_close_above_every_song_between_separators() -> None:
    text = (
        "Old Dog\nthe dog\nsleeps\n===\nRed River\nthe river\nran\n===\nBlue Moon\nthe moon\nwas up"
    )
    assert songs(text) == [
        ("Old Dog", "the dog\nsleeps"),
        ("Red River", "the river\nran"),
        ("Blue Moon", "the moon\nwas up"),
    ]


def test_verses_between_separators_keep_their_first_lines() -> None:
    text = "The dog is old\nand sleeps\n---\nA river ran\nto the sea"
    assert songs(text) == [("", "The dog is old\nand sleeps"), ("", "A river ran\nto the sea")]


def test_a_title_alone_between_separators() -> None:
    text = "===\nOld Dog\n===\nthe dog\nsleeps\n===\nRed River\n===\nthe river\nran\n"
    assert songs(text) == [("Old Dog", "the dog\nsleeps"), ("Red River", "the river\nran")]


def test_markdown() -> None:
    text = "# Old Dog\n\nthe dog sleeps\n\n## Chorus\nby the door\n\n# Red River #\nthe river ran"
    assert songs(text) == [
        ("Old Dog", "the dog sleeps\n\nChorus\nby the door"),
        ("Red River", "the river ran"),
    ]
    assert songs("# My Songs\n\n## Old Dog\nthe dog") == [("My Songs", ""), ("Old Dog", "the dog")]


def test_underlined_titles() -> None:
    text = "Old Dog\n=======\n\nthe dog\nsleeps\n\nRed River\n---------\nthe river\nran\n"
    assert songs(text) == [("Old Dog", "the dog\nsleeps"), ("Red River", "the river\nran")]


def test_a_heading_over_all_songs_is_kept_apart() -> None:
    text = "MY SONGS\n\n\nOld Dog\n\nthe dog\nsleeps\n\n\nRed River\n\nthe river\nran"
    assert songs(text)[0] == ("MY SONGS", "")
    assert [title for title, _ in songs(text)[1:]] == ["Old Dog", "Red River"]


@pytest.mark.parametrize(
    "head",
    [
        "Old Dog\nby Ann Lee\n\n",
        "Title: Old Dog\nArtist: Ann Lee\n\n",
        "OLD DOG\n(words by Ann Lee)\n\n",
    ],
)
def test_who_made_it(head: str) -> None:
    (draft,) = divide(head + "the dog sleeps\nby the door")
    assert (draft.title.title(), draft.artist) == ("Old Dog", "Ann Lee")
    assert draft.text == "the dog sleeps\nby the door"


@pytest.mark.parametrize(
    "first",
    ["And so we go,", "I said that we would walk until the morning light came through again"],
)
def test_a_first_verse_that_is_no_title(first: str) -> None:
    text = f"{first}\n\nthe dog sleeps\nby the door"
    assert songs(text) == [("", text)]


def test_line_ends_of_every_system() -> None:
    text = "\ufeffOld Dog\n\nthe dog sleeps\nby the door\n\nand dreams\n"
    text += "---\nRed River\n\nthe river ran\n"
    assert songs(text.replace("\n", "\r\n")) == TWO
    assert songs(text.replace("\n", "\r")) == TWO


def test_no_word_is_lost() -> None:
    text = "1 one\n\n\nTwo\n\nthree four\n---\n\nFIVE\nsix\n\n\n\nSeven\n\neight\n===\nNine"
    words = " ".join(f"{draft.title} {draft.text}" for draft in divide(text)).split()
    assert sorted(words) == sorted("1 one Two three four FIVE six Seven eight Nine".split())


def test_nothing() -> None:
    assert divide("") == divide(" \n\n\t\n") == []
    assert songs("one line") == [("", "one line")]


def test_a_verse_that_begins_with_by_names_no_one() -> None:
    text = "The dog sleeps\nBy the door\n\nand dreams\nof snow"
    assert songs(text) == [("", text)]


def test_an_odd_title_among_good_ones_is_a_title() -> None:
    odd = "from the long letter that was never sent, or: how the winter of that year went by,"
    titles = ["Old Dog", "Red River", odd, "Blue Moon", "Green Door"]
    text = "\n---\n".join(f"{title}\n\nthe first line\nthe second" for title in titles)
    assert [title for title, _ in songs(text)] == titles


def test_two_songs_of_one_name_are_two_songs() -> None:
    names = ["A Song", "Old Dog", "A Song"]
    text = "\n\n\n".join(f"{name}\n\nthe {k} line\nof it" for k, name in enumerate(names))
    assert [title for title, _ in songs(text)] == names


def test_a_loud_line_after_one_blank_line_is_no_title() -> None:
    text = "The dog sleeps\nby the door\n\nWAKE UP\n\nand dreams\nof snow"
    assert songs(text) == [("", text)]
