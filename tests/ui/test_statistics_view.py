"""The reading of a corpus on the page: what is said, of songs of every kind."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from lyricslab.analysis.expectation import Expectation, FinishedRun, Range
from lyricslab.ui.common.component import PLAIN
from lyricslab.ui.common.expectation_view import in_words
from lyricslab.wording import about

NASTY = "**bold** :red[x] <b>y</b> [z](u) $1$"


def page(songs: list[tuple[str, str]], train_chars: int) -> None:
    from lyricslab.songs.corpus import Corpus
    from lyricslab.songs.song import Song
    from lyricslab.ui.corpus import statistics_view

    statistics_view.show(
        Corpus("c", tuple(Song(title, text) for title, text in songs)), train_chars
    )


def shown(songs: list[tuple[str, str]], train_chars: int = 40_000) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60, args=(songs, train_chars)).run()
    assert not at.exception
    return at


def two_pages(songs: list[tuple[str, str]]) -> None:
    from lyricslab.songs.corpus import Corpus
    from lyricslab.songs.song import Song
    from lyricslab.ui.corpus import statistics_view

    corpus = Corpus("c", tuple(Song(title, text) for title, text in songs))
    statistics_view.show(corpus, 40_000)
    statistics_view.show(corpus, 20_000, key="other")


def said(at: AppTest) -> str:
    kinds = (at.markdown, at.caption, at.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def harbour(k: int) -> tuple[str, str]:
    lines = [f"The gulls of Saltmarsh know me, all {k * 31 + n} of them do" for n in range(12 + k)]
    return f"Harbour {k}", "\n".join(lines)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists as text, which these tests can read."""
    monkeypatch.setenv(PLAIN, "1")


def test_figures_words_lengths_and_expectations_are_there() -> None:
    at = shown([harbour(k) for k in range(5)])
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Songs"] == "5"
    assert figures["Lines"] == str(12 + 13 + 14 + 15 + 16)
    assert figures["Lines sung again"] == "0 %"
    assert int(figures["Known in English"].removesuffix(" %")) > 80
    assert figures["Syllables a line"] == "15"  # 11, and the number's
    assert figures["Lines that rhyme"] == "0 %"
    text = said(at)
    for heading in ("Your words", "How long", "Repeated songs and lines", "What to expect"):
        assert heading in text
    assert "Saltmarsh 70" in text
    assert "About 40,000 characters to learn from" in text and "An estimate" in text
    assert "Nothing but refrains" in text


def test_versions_are_named_with_their_lines() -> None:
    title, text = harbour(3)
    live = "\n".join(text.split("\n")[:12]) + "\nthank you\ngood night, good night"
    text_of = said(shown([(title, text), ("Live", live), harbour(9)]))
    assert "Versions of one song" in text_of
    assert "Harbour 3 and Live: 12 of 14 lines" in text_of


def test_of_many_versions_a_few_are_named() -> None:
    text_of = said(shown([(f"Take {k}", harbour(1)[1]) for k in range(7)]))
    assert "Take 0, Take 1, Take 2 and 4 more: 13 of 13 lines" in text_of


def test_other_languages_are_not_compared_with_english() -> None:
    verse = "la casa esta vacia y no se donde estas\nmanana por la tarde volvere a preguntar"
    at = shown([(f"Canto {k}", f"{verse}\notra cosa {k}") for k in range(4)])
    known = next(metric.value for metric in at.metric if metric.label == "Known in English")
    assert int(known.removesuffix(" %")) < 50
    assert not any(metric.label == "Lines that rhyme" for metric in at.metric)
    text = said(at)
    assert "Most used words" in text and "Your words" not in text


@pytest.mark.parametrize(
    "songs",
    [
        [],
        [("Only a title", "")],
        [("", "one line alone")],
        [("...", "- - -\n***")],
        [("A", "a"), ("B", "b")],
    ],
    ids=["none", "title", "line", "signs", "letters"],
)
def test_little_or_nothing_is_shown_as_such(songs: list[tuple[str, str]]) -> None:
    at = shown(songs, train_chars=0)
    of_verse = {"Syllables a line", "Lines that rhyme"}  # only where lines are English
    assert len([metric for metric in at.metric if metric.label not in of_verse]) == 8
    assert "What to expect" not in said(at)


def test_of_very_little_text_it_is_said_that_no_run_was_like_it() -> None:
    assert "No run of ours" in said(shown([harbour(1)], train_chars=900))


def test_the_songs_own_words_never_act_as_markdown() -> None:
    songs = [(NASTY, f"{NASTY} and on\n{NASTY} and up\nline {k} alone\nline {k}") for k in range(3)]
    at = shown(songs)
    assert NASTY in "\n".join(text.value for text in at.text)
    for element in (*at.markdown, *at.caption):
        assert "bold" not in element.value.replace("Most used of all", "").split(":")[0]
        assert "**bold" not in element.value and ":red[" not in element.value


def test_without_plain_lists_it_is_drawn_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PLAIN)
    shown([harbour(k) for k in (1, 2, 2, 3)])


def test_two_readings_stand_on_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PLAIN)
    songs = [harbour(k) for k in (1, 1, 2, 3)]
    at = AppTest.from_function(two_pages, default_timeout=60, args=(songs,)).run()
    assert not at.exception


# ---- words


def outcome(runs: int, settled: tuple[float, float], below: tuple[float, float]) -> FinishedRun:
    return FinishedRun(runs, Range(*settled), Range(*below))


def test_what_to_expect_in_words() -> None:
    today, old = outcome(9, (6.2, 9.4), (0.061, 0.102)), outcome(12, (1.1, 1.4), (0.004, 0.031))
    novels = Expectation(20.0, {"today": outcome(9, (7.0, 9.0), (0.098, 0.126))})
    nothing = Expectation(20.0, {})
    songs = Expectation(20.0, {"today": today, "old": old})
    lines = in_words(49_112, "Train will suggest Songs.", songs, novels)
    assert lines[0] == "**About 49,000 characters to learn from.** Train will suggest Songs."
    assert "In most of 9 runs of ours" in lines[1] and "after 6 to 9 of 20 epochs" in lines[1]
    assert "6 to 10 % below the base" in lines[1]
    assert "0 to 3 % after 1 epoch, in most of 12 runs" in lines[2]
    assert "base of novels, such songs came 10 to 13 % below that base" in lines[3]
    (_, alone, _) = in_words(200_000, "", Expectation(20.0, {"old": old}), nothing)
    assert "In most of 12 runs" in alone and "Songs of today" in alone
    (_, none, _) = in_words(10, "", nothing, nothing)
    assert "No run of ours" in none


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "10 seconds"),
        (44, "40 seconds"),
        (60, "a minute"),
        (240, "4 minutes"),
        (7800, "2 h 10 min"),
    ],
)
def test_guessed_times(seconds: float, words: str) -> None:
    assert about(seconds) == words
