"""Properties of every cleaning rule: alone, with all others, on and off again."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lyricslab.importing.cleaning.apply import apply_rules
from lyricslab.importing.cleaning.repeats import MAX_GROWTH
from lyricslab.importing.cleaning.rule import Hunk
from lyricslab.importing.cleaning.rules import DEFAULT_RULES, NAMES, RULES
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.intake import Intake
from lyricslab.importing.lines import tidy
from lyricslab.songs.raw_song import RawSong
from tests.support.examples import one_in

WORDS = (
    "river stone the dog go home tonight I we she runs down and on my old road, again. Oh!".split()
)
FAULTS = [
    "[Chorus]", "Chorus x2", "Verse 2:", "(x3)", "oh baby (x2)", "la la la", "Repeat chorus",
    "G   D   Em  C", "A B C", "[Am]home a[G]gain", "e|--0---2--|--3--|",
    "12 ContributorsHome Lyrics",
    "You might also like", "home again7Embed", "Written by: Ann Bell", "Capo 2", "GO HOME, OLD DOG",
    "the  dog\tgoes", "   home", "home /  again", "we go home againAnd the river runs" * 4,
    "Old Dog",
    "Old Dog by Ann", "\u2014 caf\u00e9 \u266a", "----------", "www.example.com", "(", "]",
]  # fmt: skip
LINE = st.one_of(
    st.just(""),
    st.sampled_from(FAULTS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join),
    st.text(max_size=12),
)
TEXT = st.lists(LINE, min_size=1, max_size=14).map("\n".join)
DRAFT = st.builds(RawSong, st.sampled_from(["", "Old Dog", "HOME", "\u266a"]), TEXT, st.just("Ann"))
DRAFTS = st.lists(DRAFT, min_size=1, max_size=5)

AGAIN_CHANGES = {"repeats", "page", "chords", "title"}
"""Rules that may change more when applied again: one removed line can expose the next."""


def traced_songs(raw_songs: Sequence[RawSong]) -> list[TracedSong]:
    songs = [TracedSong.of(raw_song, {}) for raw_song in raw_songs]
    return [song for song in songs if song.text.strip()]


def check(raw_song: RawSong, song: TracedSong) -> None:
    """Check that a song is in ASCII and that each of its lines has an origin."""
    assert (song.title + song.artist + song.text).isascii()
    assert "\n" not in song.title
    assert len(song.origins) == len(song.lines)
    assert list(song.origins) == sorted(song.origins)
    lines = TracedSong.of(raw_song, {}).lines
    assert all(0 <= origin < len(lines) for origin in song.origins)


def rebuilds(lines: list[str], hunks: Sequence[Hunk], after: list[str], at: int = 0) -> bool:
    """Return whether the hunks turn these lines into those after, from `at` on.

    A hunk is located by the lines around it; if these occur twice, either may be meant.
    """
    if not hunks:
        return lines == after
    (hunk, *others), size = hunks, len(hunks[0].before)
    for k in range(at, len(lines) - size + 1):
        if (
            tuple(lines[k : k + size]) == hunk.before
            and (lines[k - 1] if k else "") == hunk.above
            and (lines[k + size] if k + size < len(lines) else "") == hunk.below
        ):
            done = [*lines[:k], *hunk.after, *lines[k + size :]]
            if rebuilds(done, others, after, k + len(hunk.after)):
                return True
    return False


@one_in(4)
@given(DRAFTS)
@example([RawSong("", "\u200b", ""), RawSong("Old Dog", "the dog", "")])
def test_each_rule_alone_keeps_origins(raw_songs: list[RawSong]) -> None:
    for name in NAMES:
        result = apply_rules(raw_songs, {name}, {})
        for raw_song, song in zip(raw_songs, result.songs, strict=True):
            if song is not None:
                check(raw_song, song)


@one_in(4)
@given(DRAFTS)
def test_all_rules_together_leave_tidy_songs(raw_songs: list[RawSong]) -> None:
    result = apply_rules(raw_songs, NAMES, {})
    for raw_song, song in zip(raw_songs, result.songs, strict=True):
        if song is not None:
            check(raw_song, song)
            assert song.text
            assert song.text == tidy(song.text)
    for finding in result.findings:
        assert finding.fixes
        assert finding.summary.endswith(".")
        assert all(fix.changed_lines >= 0 for fix in finding.fixes)


@one_in(4)
@given(DRAFTS)
def test_without_rules_songs_are_only_tidied(raw_songs: list[RawSong]) -> None:
    for raw_song, song in zip(raw_songs, apply_rules(raw_songs, (), {}).songs, strict=True):
        folded = TracedSong.of(raw_song, {})
        if song is None:
            assert not folded.text.strip()
        else:
            assert (song.title, song.text) == (folded.title, tidy(folded.text))


@one_in(4)
@given(DRAFTS)
def test_an_unchanged_song_is_the_same_object(raw_songs: list[RawSong]) -> None:
    songs = [song.tidied() for song in traced_songs(raw_songs)]
    for rule in RULES:
        for was, now in zip(songs, rule.fix(songs), strict=True):
            if now is not was and now is not None:
                assert (now.title, now.text) != (was.title, was.text), rule.name


@one_in(4)
@given(DRAFTS)
def test_a_rule_applied_again_changes_nothing(raw_songs: list[RawSong]) -> None:
    for rule in RULES:
        songs = traced_songs(raw_songs)
        if rule.name != "gaps":
            songs = [song.tidied() for song in songs]
        once = [song for song in rule.fix(songs) if song is not None and song.text]
        if rule.name not in AGAIN_CHANGES and once:
            twice = [song for song in rule.fix(once) if song is not None]
            assert [song.text for song in twice] == [song.text for song in once], rule.name


@one_in(4)
@given(DRAFTS)
def test_hunks_are_all_that_changes(raw_songs: list[RawSong]) -> None:
    for finding in apply_rules(raw_songs, NAMES, {}).findings:
        for fix in finding.fixes:
            if fix.after is None:
                (hunk,) = fix.hunks
                assert list(hunk.before) == fix.before.lines
            else:
                titled = fix.before.title != fix.after.title  # its own place, the first
                assert rebuilds(fix.before.lines, fix.hunks[int(titled) :], fix.after.lines)


@one_in(4)
@given(DRAFTS, st.sets(st.sampled_from(NAMES)), st.sampled_from(NAMES))
def test_a_rule_switched_off_again_gives_the_same_songs(
    raw_songs: list[RawSong], on: set[str], name: str
) -> None:
    taken = Intake("mine", tuple(raw_songs), (), 0, enabled_rules=frozenset(on - {name}))
    assert taken.with_rule(name, True).with_rule(name, False).songs == taken.songs


@one_in(4)
@given(DRAFTS, st.sets(st.sampled_from(NAMES)))
def test_findings_do_not_depend_on_the_rules_own_switch(
    raw_songs: list[RawSong], on: set[str]
) -> None:
    for name in NAMES:
        off, turned = (
            {f.rule.name: f.fixes for f in apply_rules(raw_songs, names, {}).findings}
            for names in (on - {name}, on | {name})
        )
        assert off.get(name) == turned.get(name)


@one_in(4)
@given(DRAFTS)
def test_rules_that_rearrange_lose_no_word(raw_songs: list[RawSong]) -> None:
    for raw_song in raw_songs:
        plain = TracedSong.of(raw_song, {})
        if not plain.text.strip():
            continue
        for name in ("gaps", "spaces"):
            (song,) = apply_rules([raw_song], {name}, {}).songs
            assert song is not None
            assert song.text.split() == plain.text.split()
        (song,) = apply_rules([raw_song], {"capitals"}, {}).songs
        assert song is not None
        assert song.text.lower() == tidy(plain.text).lower()
        (song,) = apply_rules([raw_song], {"long"}, {}).songs
        if song is not None:
            bare = "".join(plain.text.replace("\\n", "").replace("<br>", "").split())
            kept = "".join(song.text.replace("\\n", "").replace("<br>", "").split())
            assert Counter(bare.replace("/", "").replace("|", "")) == Counter(
                kept.replace("/", "").replace("|", "")
            )


@one_in(4)
@given(DRAFTS)
def test_expanded_songs_have_a_limit(raw_songs: list[RawSong]) -> None:
    for raw_song, song in zip(
        raw_songs, apply_rules(raw_songs, {"repeats"}, {}).songs, strict=True
    ):
        if song is not None:
            assert len(song.text) <= (MAX_GROWTH + 2) * len(TracedSong.of(raw_song, {}).text) + 200


def test_ten_thousand_random_songs() -> None:
    rng = random.Random(5)
    pool = [*WORDS, *FAULTS]
    raw_songs = [
        RawSong(
            "",
            "\n".join(" ".join(rng.choices(WORDS, k=4)) for _ in range(6))
            + "\n"
            + rng.choice(pool),
            "",
        )
        for _ in range(10_000)
    ]
    shares: list[float] = []
    result = apply_rules(raw_songs, DEFAULT_RULES, {}, shares.append)
    assert len(result.songs) == 10_000
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {f.rule.name for f in result.findings} >= {
        "page",
        "chords",
        "spaces",
        "repeats",
        "long",
    }


def test_a_rule_that_would_leave_no_song_is_skipped() -> None:
    raw_songs = [RawSong("A", "[Solo]", ""), RawSong("B", "[Intro]", "")]
    assert not apply_rules(raw_songs, {"labels"}, {}).findings
    result = apply_rules([*raw_songs, RawSong("C", "the dog", "")], {"labels"}, {})
    assert [song and song.title for song in result.songs] == [None, None, "C"]


def test_a_song_of_nothing_but_blanks_is_left_out() -> None:
    raw_songs = [RawSong("A", "\u266a \u266a\n\u266a", ""), RawSong("B", "the dog", "")]
    for on in ((), NAMES):
        result = apply_rules(raw_songs, on, {"\u266a": " "})
        assert [song and song.text for song in result.songs] == [None, "the dog"]


@pytest.mark.parametrize("unit", ["(", "A ", "- ", "x2", " by", "'-", "a-", "' ", "1", " ", "\n"])
@pytest.mark.parametrize("frame", ["{}", "lyrics by {}!", "www. {}Embed", "12 Contributors{} x2"])
def test_hostile_lines_end(unit: str, frame: str) -> None:
    """A pattern that backtracks over one of these would never end."""
    text = frame.format(unit * (6_000 // len(unit)))
    apply_rules([RawSong("", text, ""), RawSong("B", "the dog", "")], NAMES, {})
