"""Old verse is rewritten in modern English."""

from __future__ import annotations

import pytest

from lyricslab.importing.bulk import modernise as module
from lyricslab.importing.bulk.modernise import modernise


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the spelling changes."""
    for name in ("LOWER", "BARE", "SHORT", "CHORUS", "DROPPED_G"):
        monkeypatch.setattr(module, f"{name}_SHARE", 0.0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Thou art my rock", "You're my rock"),
        ("I love thee, and thine eyes", "I love you, and your eyes"),
        ("My heart is thine, O lord", "My heart is yours, O lord"),
        ("'Tis done, 'twas so", "It's done, it was so"),
        ("He hath turn'd o'er and lov'd", "He has turned over and loved"),
        ("She cometh, he singeth, it raineth", "She comes, he sings, it rains"),
        ("I am weary and I do not know", "I'm weary and I don't know"),
        ("He maketh and she loveth", "He makes and she loves"),
        ("the seventh forest, teeth, best", "the seventh forest, teeth, best"),
    ],
)
def test_spelling(plain: None, old: str, new: str) -> None:
    assert modernise(old) == new


def test_the_same_song_gives_the_same_result() -> None:
    text = "O'er hill and dale, my love,\nThou goest far,\n\nAnd I am left alone.\n\nSing, sing;"
    assert len({modernise(text) for _ in range(5)}) == 1


def test_long_lines_are_broken_and_no_word_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOWER", "BARE", "CHORUS", "DROPPED_G"):
        monkeypatch.setattr(module, f"{name}_SHARE", 0.0)
    monkeypatch.setattr(module, "SHORT_SHARE", 1.0)
    text = "Down by the river where the willows are swaying, we waited for morning to come"
    lines = modernise(text).split("\n")
    assert lines == [
        "Down by the river where the willows are swaying,",
        "We waited for morning to come",
    ]
    assert modernise("x" * 70) == "x" * 70


def test_a_chorus_comes_after_every_stanza(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOWER", "BARE", "SHORT", "DROPPED_G"):
        monkeypatch.setattr(module, f"{name}_SHARE", 0.0)
    monkeypatch.setattr(module, "CHORUS_SHARE", 1.0)
    stanzas = modernise("one\n\ntwo\n\nthree\n\nfour").split("\n\n")
    assert len(stanzas) == 6
    assert len(set(stanzas[1::2])) == 1
    assert set(stanzas) == {"one", "two", "three", "four"}


def test_shares_without_commas_and_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHORT", "CHORUS", "DROPPED_G"):
        monkeypatch.setattr(module, f"{name}_SHARE", 0.0)
    texts = [f"Line {n} of Mine,\nwhat now?\nthe End." for n in range(400)]
    modernised = [modernise(text) for text in texts]
    lower = sum(text == text.lower() for text in modernised) / 400
    bare = sum("," not in text for text in modernised) / 400
    assert abs(lower - module.LOWER_SHARE) < 0.07
    assert abs(bare - module.BARE_SHARE) < 0.08
    assert all("?" in text for text in modernised)
