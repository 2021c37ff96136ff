"""What is said of the passages that a new song shares with those it learned from."""

from __future__ import annotations

import pytest

from lyricslab.analysis.originality import Source
from lyricslab.library.learned_songs import LearnedSongs
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song

TIDE = Song("Low tide", "We mend the nets by lantern light\nand nobody asks us why")
KILN = Song("The kiln", "Seven bricks for the baker's door, nine for the wall behind it")
UNNAMED = Song("", "Grey geese over the gravel pit go honking home to Sunday")
OTHERS = [Song(f"Number {k}", f"{word * 30}\n{word} and nobody asks us") for k, word in
          enumerate(("oak ", "elm fir ", "yew box bay ", "ash ivy "))]  # fmt: skip


@pytest.fixture
def learned() -> LearnedSongs:
    songs = (TIDE, KILN, UNNAMED, *OTHERS)
    return LearnedSongs(Corpus("Mine", songs), Source([song.framed for song in songs]))


def test_a_copied_passage_is_named_with_its_song(learned: LearnedSongs) -> None:
    said = learned.say("Dawn\n\nI think we mend the nets by lantern time\n")
    assert said.startswith(
        "The longest passage that is also in a song it learned from: “e mend the nets by lantern” "
        "of “Low tide”, 27 characters."
    )


def test_three_passages_are_named_and_the_rest_counted(learned: LearnedSongs) -> None:
    text = (
        "mend the nets by lantern light\n#bricks for the baker's door, nine\n"
        "#geese over the gravel pit go home\n#and nobody asks us why\n"
    )
    said = learned.say(text)
    assert "Passages of 20 characters or more that are also in songs it learned from: " in said
    order = [said.index(word) for word in ("bricks for the baker", "mend the nets", "geese over")]
    assert order == sorted(order)
    assert "of “The kiln”, 33 characters; " in said
    assert ", and 1 more. " in said


def test_a_short_passage_is_told_where_there_is_no_long_one(learned: LearnedSongs) -> None:
    said = learned.say("Zzz\n\nnine for the jury\n")
    assert "“nine for the” of “The kiln”, 13 characters." in said
    assert learned.say("QQQQ") == "It shares nothing with the songs it learned from."


def test_the_yardstick_is_what_held_out_songs_share_with_the_others(learned: LearnedSongs) -> None:
    assert 0 < learned.shared_chars < 40
    sentence = f"Those songs share up to {learned.shared_chars} characters with each other."
    assert learned.say("mend the nets by lantern").endswith(sentence)


def test_too_few_songs_have_no_yardstick() -> None:
    songs = (TIDE, KILN)
    few = LearnedSongs(Corpus("Few", songs), Source([song.framed for song in songs]))
    assert few.shared_chars == 0
    assert few.say("nets by lantern").endswith("15 characters.")
