"""Where songs begin in plain text: small files written by hand, and how they must fall apart."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.importing.boundaries.divide import divide
from tests.support.examples import one_in


def songs(text: str) -> list[tuple[str, str]]:
    return [(draft.title, draft.text) for draft in divide(text).songs]


TWO = [("Old Dog", "the dog sleeps\nby the door\n\nand dreams"), ("Red River", "the river ran")]


@pytest.mark.parametrize(
    "mark", ["---", "***", "===", "TOP", "- - -", "_____", "\u2014\u2014\u2014", "~~~", "###", "\f"]
)
def test_separator_lines(mark: str) -> None:
    body = "Old Dog\n\nthe dog sleeps\nby the door\n\nand dreams"
    assert songs(f"{body}\n{mark}\nRed River\n\nthe river ran\n") == TWO
    assert songs(f"{mark}\n{body}\n\n{mark}\n\nRed River\n\nthe river ran\n{mark}\n") == TWO


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


STANZAS = "The dog sleeps\nBy the door\n\n\nAnd dreams\nOf snow\n\n\nThe snow\nIs deep"
DOUBLE_SPACED = "\n\n\n".join(
    "\n\n".join(f"{begin} {word} line of it" for word in "first second third fourth".split())
    for begin in ("The", "Then the", "Now the")
)
ONE_SONG = {
    "stanzas two blank lines apart": STANZAS,
    "a refrain of one line": STANZAS.replace("\n\n\nThe snow", "\n\n\nHallelujah\n\n\nThe snow"),
    "a refrain near its stanza": "\n\n\nHallelujah\n\n".join(
        ["The dog\nsleeps", "And dreams\nof snow", "The snow\nfalls"]
    ),
    "double spacing": DOUBLE_SPACED,
    "numbered stanzas": "1. I was lost\nAnd now\n\n\n2. I was blind\nAnd see\n\n\n3. The end\nIs",
    "all in capitals": STANZAS.upper(),
    "a loud line": "The dog sleeps\nby the door\n\nWAKE UP\n\nand dreams\nof snow",
    "a first verse that ends in a comma": "And so we go,\n\nthe dog sleeps\nby the door",
    "a long first verse": "I said that we would walk until the morning light came through again\n\n"
    "the dog sleeps\nby the door",
    "a verse that begins with By": "The dog sleeps\nBy the door\n\nand dreams\nof snow",
    "one line": "one line",
} | {
    f"a section label, {label}": f"The dog\nsleeps\n\n\n{label}\n\nAnd dreams\nof snow"
    for label in ("[Chorus]", "CHORUS", "Verse 2", "(Bridge)", "REFRAIN:")
}


@pytest.mark.parametrize("name", ONE_SONG)
def test_what_has_no_title_is_one_song(name: str) -> None:
    assert songs(ONE_SONG[name]) == [("", ONE_SONG[name])]


DOG, RIVER, MOON = ("Old Dog", "the dog\nsleeps"), ("Red River", "the river\nran"), ("Blue", "moon")
SEVERAL = {
    "titles in capitals close to their songs": (
        "OLD DOG\nthe dog\nsleeps\n\n\nRED RIVER\nthe river\nran\n",
        [("OLD DOG", DOG[1]), ("RED RIVER", RIVER[1])],
    ),
    "titles in small letters where all is small": (
        "old dog\n\nthe dog\nsleeps\n\n\nred river\n\nthe river\nran\n",
        [("old dog", DOG[1]), ("red river", RIVER[1])],
    ),
    "a title above stanzas two blank lines apart": (
        f"Old Dog\n\n{STANZAS}",
        [("Old Dog", STANZAS)],
    ),
    "separators win over blank lines": (
        "Old Dog\n\nthe dog\n\n\nRuns Home\n\nat night\n---\nRed River\n\nthe river\nran",
        [("Old Dog", "the dog\n\n\nRuns Home\n\nat night"), RIVER],
    ),
    "titles close above every song between separators": (
        "Old Dog\nthe dog\nsleeps\n===\nRed River\nthe river\nran\n===\nBlue\nmoon",
        [DOG, RIVER, MOON],
    ),
    "verses between separators": (
        "The dog is old\nand sleeps\n---\nA river ran\nto the sea",
        [("", "The dog is old\nand sleeps"), ("", "A river ran\nto the sea")],
    ),
    "a title alone between separators": (
        "===\nOld Dog\n===\nthe dog\nsleeps\n===\nRed River\n===\nthe river\nran\n",
        [DOG, RIVER],
    ),
    "Markdown": (
        "# Old Dog\n\nthe dog sleeps\n\n## Chorus\nby the door\n\n# Red River #\nthe river\nran",
        [("Old Dog", "the dog sleeps\n\nChorus\nby the door"), RIVER],
    ),
    "a Markdown book": ("# My Songs\n\n## Old Dog\nthe dog\nsleeps", [("My Songs", ""), DOG]),
    "a deeper heading above the only top one": (
        "## Old Dog\n\nthe dog\nsleeps\n\n# Red River\n\nthe river\nran",
        [DOG, RIVER],
    ),
    "underlined titles": (
        "Old Dog\n=======\n\nthe dog\nsleeps\n\nRed River\n---------\nthe river\nran\n",
        [DOG, RIVER],
    ),
    "a heading over all songs": (
        "MY SONGS\n\n\nOld Dog\n\nthe dog\nsleeps\n\n\nRed River\n\nthe river\nran",
        [("MY SONGS", ""), DOG, RIVER],
    ),
    "two songs of one name": (
        "Blue\n\nmoon\n\n\nOld Dog\n\nthe dog\nsleeps\n\n\nBlue\n\nmoon",
        [MOON, DOG, MOON],
    ),
    "nothing": (" \n\n\t\n", []),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_songs_are_found(name: str) -> None:
    text, expected = SEVERAL[name]
    assert songs(text) == expected


@pytest.mark.parametrize(
    "head",
    [
        "Old Dog\nby Ann Lee\n\n",
        "Title: Old Dog\nArtist: Ann Lee\n\n",
        "OLD DOG\n(words by Ann Lee)\n\n",
    ],
)
def test_who_made_it(head: str) -> None:
    (draft,) = divide(head + "the dog sleeps\nby the door").songs
    assert (draft.title.title(), draft.artist) == ("Old Dog", "Ann Lee")
    assert draft.text == "the dog sleeps\nby the door"


def test_line_ends_of_every_system() -> None:
    text = "\ufeffOld Dog\n\nthe dog sleeps\nby the door\n\nand dreams\n"
    text += "---\nRed River\n\nthe river ran\n"
    assert songs(text.replace("\n", "\r\n")) == TWO
    assert songs(text.replace("\n", "\r")) == TWO


def test_no_word_is_lost() -> None:
    text = "1 one\n\n\nTwo\n\nthree four\n---\n\nFIVE\nsix\n\n\n\nSeven\n\neight\n===\nNine"
    words = " ".join(f"{draft.title} {draft.text}" for draft in divide(text).songs).split()
    assert sorted(words) == sorted("1 one Two three four FIVE six Seven eight Nine".split())


def test_an_odd_title_among_good_ones_is_a_title() -> None:
    odd = "from the long letter that was never sent, or: how the winter of that year went by,"
    titles = ["Old Dog", "Red River", odd, "Blue Moon", "Green Door"]
    text = "\n---\n".join(f"{title}\n\nthe first line\nthe second" for title in titles)
    assert [title for title, _ in songs(text)] == titles


# ---- every layout of a songbook


@dataclass(frozen=True)
class Layout:
    """How a file may be written: what stands before, between and above the songs."""

    head: Callable[[str, int], str]
    between: str
    titled: bool = True
    artist: str = ""


ROMAN = "I II III IV V VI VII VIII IX X".split()
LAYOUTS = {
    "capitals after one blank line, close": Layout(lambda t, k: f"{t.upper()}\n", "\n\n"),
    "capitals after one blank line, apart": Layout(lambda t, k: f"{t.upper()}\n\n", "\n\n"),
    "numbers after one blank line": Layout(lambda t, k: f"{k}. {t}\n\n", "\n\n"),
    "numbers close to the song": Layout(lambda t, k: f"{k}) {t}\n", "\n\n"),
    "numbers after two blank lines, close": Layout(lambda t, k: f"{k}. {t}\n", "\n\n\n"),
    "Roman numerals": Layout(lambda t, k: f"{ROMAN[k - 1]}. {t}\n\n", "\n\n"),
    "hash and number": Layout(lambda t, k: f"#{k} {t}\n\n", "\n\n"),
    "Song 1": Layout(lambda t, k: f"Song {k}: {t}\n", "\n\n"),
    "Track 1": Layout(lambda t, k: f"Track {k} - {t}\n\n", "\n\n"),
    "equals signs, close": Layout(lambda t, k: f"=== {t} ===\n", "\n\n\n"),
    "equals signs, apart": Layout(lambda t, k: f"=== {t} ===\n\n", "\n\n"),
    "dashes around": Layout(lambda t, k: f"--- {t} ---\n", "\n\n"),
    "bold": Layout(lambda t, k: f"**{t}**\n\n", "\n\n"),
    "brackets": Layout(lambda t, k: f"[{t}]\n", "\n\n"),
    "quotation marks": Layout(lambda t, k: f"\u201c{t}\u201d\n\n", "\n\n"),
    "a site's lyrics": Layout(lambda t, k: f"{t} Lyrics\n[Verse 1]\n", "\n\n"),
    "first verses named": Layout(lambda t, k: f"{t}\n\n[Verse 1]\n", "\n\n"),
    "fields": Layout(lambda t, k: f"Title: {t}\nArtist: Ann Lee\n\n", "\n\n", artist="Ann Lee"),
    "fields turned round": Layout(
        lambda t, k: f"Artist: Ann Lee\nTitle: {t}\n\n", "\n\n\n", artist="Ann Lee"
    ),
    "by-lines, two blank lines": Layout(
        lambda t, k: f"{t}\nby Ann Lee\n\n", "\n\n\n", artist="Ann Lee"
    ),
    "by-lines, one blank line": Layout(
        lambda t, k: f"{t}\n(words by Ann Lee)\n\n", "\n\n", artist="Ann Lee"
    ),
    "two blank lines, close": Layout(lambda t, k: f"{t}\n", "\n\n\n"),
    "two blank lines, apart": Layout(lambda t, k: f"{t}\n\n", "\n\n\n"),
    "two blank lines on both sides": Layout(lambda t, k: f"{t}\n\n\n", "\n\n\n"),
    "three blank lines, two below": Layout(lambda t, k: f"{t}\n\n\n", "\n\n\n\n"),
    "four blank lines, close": Layout(lambda t, k: f"{t}\n", "\n\n\n\n\n"),
    "small letters": Layout(lambda t, k: f"{t.lower()}\n\n", "\n\n\n"),
    "titles as sentences, close": Layout(lambda t, k: f"{t.capitalize()}\n", "\n\n\n"),
    "one blank line, apart": Layout(lambda t, k: f"{t}\n\n", "\n\n"),
    "one blank line, close": Layout(lambda t, k: f"{t}\n", "\n\n"),
    "three blank lines, no titles": Layout(lambda t, k: "", "\n\n\n\n", titled=False),
    "Markdown": Layout(lambda t, k: f"# {t}\n\n", "\n\n"),
    "Markdown without a blank": Layout(lambda t, k: f"#{t}\n\n", "\n\n"),
    "Markdown by": Layout(lambda t, k: f"# {t}\n*by Ann Lee*\n\n", "\n\n", artist="Ann Lee"),
    "Markdown, artist below": Layout(
        lambda t, k: f"# {t}\n\n## Ann Lee\n\n", "\n\n", artist="Ann Lee"
    ),
    "Markdown and rules": Layout(lambda t, k: f"## {t}\n", "\n\n---\n\n"),
    "framed by rules": Layout(lambda t, k: f"========\n{t}\n========\n", "\n\n"),
    "TeX": Layout(lambda t, k: f"\\section{{{t}}}\n", "\n\n"),
    "rules, close, the first in capitals": Layout(
        lambda t, k: f"{t.upper() if k == 1 else t}\n", "\n---\n"
    ),
    "rules, no titles": Layout(lambda t, k: "", "\n---\n", titled=False),
    "bullets": Layout(lambda t, k: f"{t}\n\n", "\n\n\u2022 \u2022 \u2022\n\n"),
    "dots": Layout(lambda t, k: f"{t}\n", "\n. . .\n"),
    "percents": Layout(lambda t, k: f"{t}\n\n", "\n%%\n"),
    "strokes": Layout(lambda t, k: f"{t}\n", "\n\n//////\n\n"),
    "page breaks, close": Layout(lambda t, k: f"{t}\n", "\n\f"),
}
FIRST = "old red blue cold deep green last lost low wild".split()
SECOND = "bell coat gate hill lamp moon road sand 7 8".split()
NONSENSE = "a the we you sun was saw ran took long far by under river shadow night".split()

titles_of = st.lists(
    st.tuples(st.sampled_from(FIRST), st.sampled_from(SECOND)), min_size=4, max_size=9, unique=True
)


@st.composite
def books(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Songs of two to four stanzas, no two of which have a line in common."""
    seed = draw(st.integers(0, 2**32))
    chance = random.Random(seed)
    count = 0

    def line() -> str:
        nonlocal count
        count += 1
        words = [chance.choice(NONSENSE) for _ in range(chance.randint(5, 9))]
        return " ".join(["Oh", *words, f"number {count}"])

    made = []
    for first, second in draw(titles_of):
        stanzas = draw(st.lists(st.integers(2, 6), min_size=2, max_size=4))
        text = "\n\n".join("\n".join(line() for _ in range(size)) for size in stanzas)
        made.append((f"{first.title()} {second.title()}", text))
    return made


@pytest.mark.parametrize("name", LAYOUTS)
@one_in(10)
@given(book=books())
def test_songs_in_each_layout_are_read_back(name: str, book: list[tuple[str, str]]) -> None:
    layout = LAYOUTS[name]
    text = layout.between.join(
        layout.head(title, k) + words for k, (title, words) in enumerate(book, 1)
    )
    read = divide(text + "\n").songs
    assert len(read) == len(book)
    for draft, (title, words) in zip(read, book, strict=True):
        assert draft.title.lower() == (title.lower() if layout.titled else "")
        assert draft.text.removeprefix("[Verse 1]\n") == words
        assert draft.artist == layout.artist


def verses(*sizes: int, word: str = "line") -> str:
    """Stanzas of so many lines, all different."""
    rows = iter(range(1, 1000))
    return "\n\n".join(
        "\n".join(f"and here the {word} of {next(rows)} goes on" for _ in range(size))
        for size in sizes
    )


def test_separators_inside_titled_songs_do_not_cut_them() -> None:
    book = [("Old Dog", 2, 3), ("Red River", 4, 2), ("Blue Moon", 3, 5)]
    text = "\n\n\n".join(
        f"{title}\n\n{verses(a, word=title)}\n***\n{verses(b, word=title.upper())}"
        for title, a, b in book
    )
    assert [title for title, _ in songs(text)] == [title for title, *_ in book]
    assert "***" not in "".join(words for _, words in songs(text))
    between = text.replace("\n\n\n", "\n\n---\n\n")
    assert [title for title, _ in songs(between)] == [title for title, *_ in book]


def test_rules_under_headings_are_no_boundaries() -> None:
    text = f"# Old Dog\n\n{verses(2)}\n\n---\n\n{verses(3)}\n\n# Red River\n\n{verses(4, 2)}"
    assert [title for title, _ in songs(text)] == ["Old Dog", "Red River"]


def test_headings_below_the_titles_are_labels() -> None:
    text = "\n\n".join(
        f"# {title}\n\n## Stanza of rain\n\n{verses(size)}\n\n## Second part\n\n{verses(3)}"
        for title, size in (("Old Dog", 2), ("Red River", 5))
    )
    assert [title for title, _ in songs(text)] == ["Old Dog", "Red River"]
    assert songs(text)[0][1].startswith("[Stanza of rain]\n\nand here")


@pytest.mark.parametrize("head", ["# Ann Lee\n\n", "# Ann Lee\nall of 2019\n\n"])
def test_a_book_above_its_songs(head: str) -> None:
    text = head + f"## Old Dog\n\n{verses(3)}\n\n## Red River\n\n{verses(2)}"
    assert [title for title, words in songs(text) if title != "Ann Lee"] == ["Old Dog", "Red River"]


@pytest.mark.parametrize(
    "head",
    [
        "Contents\n1. Old Dog\n2. Red River\n3. Blue Moon\n",
        "Old Dog ..... 1\nRed River .... 7\nBlue Moon .. 9\n",
    ],
)
def test_a_list_of_contents_is_no_song(head: str) -> None:
    names = ["Old Dog", "Red River", "Blue Moon"]
    body = "\n\n\n".join(f"{name}\n{verses(k + 2, 3, word=name)}" for k, name in enumerate(names))
    divided = songs(f"{head}\n\n{body}")
    assert divided[0] == ("Contents", "")
    assert [title for title, _ in divided[1:]] == names


# ---- one song that must stay whole


WHOLE = {
    "stanzas two blank lines apart": "\n\n\n".join(verses(4, word=w) for w in "abcd"),
    "verse and chorus, two blank lines apart": "\n\n\n".join(
        verses(4, 2, word=word) for word in ("sun", "moon", "star")
    ),
    "the same chorus in each part": "\n\n\n\n".join(
        verses(6, 5, word=word) + "\n\nOh the dog,\nthe old dog" for word in ("sun", "moon", "star")
    ),
    "a refrain in capitals": "\n\n".join(f"{verses(4, 3, word=w)}\n\nWAKE UP NOW" for w in "abcd"),
    "other refrains in capitals": "\n\n".join(
        f"{w.upper()} AGAIN\n{verses(3, word=w)}" for w in ("wake", "run", "sing", "sleep")
    ),
    "a count": f"{verses(4)}\n\n1, 2, 3\n\n{verses(3)}\n\n1. 2. 3.\n\n{verses(2)}",
    "spoken words": "\n\n".join(f"(quietly {k})\n{verses(4, 2, word=str(k))}" for k in range(5)),
    "a hook": "\n\n".join(f"Hallelujah\n\n{verses(4, 4, word=w)}" for w in "abcd"),
    "a hook two blank lines apart": "\n\n\n".join(
        f"{verses(4, word=w)}\n\n\nHallelujah Day" for w in "abcdef"
    ),
    "stanzas with Roman numbers": "\n\n".join(
        f"{number}\n\n{verses(4, word=number)}" for number in ROMAN[:5]
    ),
    "stanzas with numbers, close": "\n\n".join(
        f"{k}. {verses(4, word=str(k))}" for k in range(1, 6)
    ),
    "stanzas with Roman numbers, close": "\n\n".join(
        f"{number}. {verses(4, word=number)}" for number in ROMAN[:6]
    ),
    "rows of dots": "\n\n".join(f"{verses(3, word=w)}\n...\n{verses(2, word=w)}" for w in "abc"),
    "singers": "\n\n".join(
        f"[{name}]\n{verses(4, word=name)}" for name in ("Ann", "Bob", "Cat", "Both")
    ),
    "bold hooks": "\n\n".join(f"**Sing it {w}**\n\n{verses(3, word=w)}" for w in "abcd"),
    "spoken quotations": "\n\n".join(f'"Stay, {w}"\n\n{verses(3, word=w)}' for w in "abcd"),
}
SECTIONS = {
    "brackets": ["[Verse 1]", "[Chorus]", "[Guitar Solo]", "[Verse 2: Ann]", "[Bridge]", "[Outro]"],
    "plain": ["Verse 1", "Pre-Chorus", "Chorus", "Guitar Solo", "Second Verse", "Final Chorus"],
    "capitals": ["INTRO", "VERSE 1", "CHORUS", "VERSE 2", "MIDDLE EIGHT", "OUTRO"],
    "colons": ["Verse 1:", "Chorus:", "Verse 2:", "Bridge:", "Solo:", "Coda:"],
    "rounds": ["(verse)", "(refrain)", "(spoken)", "(refrain x2)", "(fade out)"],
    "bold": ["**Verse 1**", "**Chorus**", "**Verse 2**", "**Bridge**"],
    "framed": ["--- Verse 1 ---", "--- Chorus ---", "--- Verse 2 ---", "--- Bridge ---"],
    "quaint": ["Opening Words", "Rain Section", "Ad Lib", "All Together", "Slow Again"],
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("title", ["", "Old Dog"])
def test_one_song_stays_whole(name: str, title: str) -> None:
    text = WHOLE[name]
    divided = songs(f"{title}\n\n{text}" if title else text)
    assert len(divided) == 1
    assert divided[0][1].split()[-3:] == text.split()[-3:]


@pytest.mark.parametrize("gap", ["\n\n", "\n\n\n"])
@pytest.mark.parametrize("kind", SECTIONS)
def test_sections_are_one_song(kind: str, gap: str) -> None:
    parts = [f"{label}\n{verses(4, word=label)}" for label in SECTIONS[kind]]
    assert len(songs("Old Dog\n\n" + gap.join(parts))) == 1
    assert len(songs(gap.join(parts))) == 1


def test_ornaments_between_the_stanzas_of_a_titled_song() -> None:
    text = "Old Dog\n\n" + "\n***\n".join(verses(4, word=word) for word in "abcd")
    assert [title for title, _ in songs(text)] == ["Old Dog"]


def test_a_refrain_in_capitals_after_wide_gaps_begins_no_song() -> None:
    verses = ("I walked along the shore\nAnd heard the water roar", "The gulls were low", "Nobody")
    song = "My Only Song\n\n" + "\n\n\nI WILL COME HOME\n\n".join(verses) + " was there\n"
    assert [draft.title for draft in divide(song).songs] == ["My Only Song"]


@pytest.mark.parametrize("artist", ["Ann Lee", "The Tin Oars", "The The"])
def test_bands_under_titles_are_artists(artist: str) -> None:
    songs = [
        f"{title}\nby {artist if k == 1 else 'Bo Reed'}\n\n{title} is cold\nand so am I\n\nso {k}"
        for k, title in enumerate(["Slow Rain", "Two Geese", "Last Ferry", "Thin Ice", "Red Door"])
    ]
    found = divide("\n\n\n".join(songs)).songs
    assert [song.artist for song in found] == ["Bo Reed", artist, *["Bo Reed"] * 3]
