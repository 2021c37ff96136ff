"""No three words come too often; and nothing is forbidden that is not."""

from __future__ import annotations

import numpy as np

from lyricslab.model.decoding.loop_guard import MAX_TIMES, WINDOW_WORDS, LoopGuard


def most_often(words: list[str]) -> int:
    """How often the same three words come in any window."""
    worst = 0
    for first in range(max(1, len(words) - WINDOW_WORDS + 1)):
        some = words[first : first + WINDOW_WORDS]
        threes = [tuple(some[k : k + 3]) for k in range(len(some) - 2)]
        worst = max(worst, *(threes.count(three) for three in set(threes)), 0)
    return worst


def test_words_at_random_never_loop_once_the_banned_are_left_out() -> None:
    rng = np.random.default_rng(3)
    guard, words = LoopGuard(), list[str]()
    refused = 0
    for _ in range(700):
        word = "abc"[int(rng.choice(3, p=[0.8, 0.15, 0.05]))]
        if word in guard.banned:
            refused += 1
            continue
        guard = guard.after(word)
        words.append(word)
    assert refused > 20
    assert most_often(words) == MAX_TIMES


def test_only_words_that_would_loop_are_banned() -> None:
    rng = np.random.default_rng(5)
    guard, words = LoopGuard(), list[str]()
    for _ in range(400):
        recent = words[-WINDOW_WORDS:]
        threes = [tuple(recent[k : k + 3]) for k in range(len(recent) - 2)]
        expected = {word for word in "abcd" if threes.count((*recent[-2:], word)) >= MAX_TIMES}
        assert set(guard.banned) == expected
        word = "abcd"[int(rng.integers(4))] if rng.random() < 0.6 else "a"
        guard = guard.after(word)
        words.append(word)


def test_a_line_may_be_sung_three_times() -> None:
    guard = LoopGuard()
    for word in "ring the bell for me".split() * MAX_TIMES:
        assert word not in guard.banned
        guard = guard.after(word)
    for word in "ring the".split():
        guard = guard.after(word)
    assert guard.banned == ("bell",)
