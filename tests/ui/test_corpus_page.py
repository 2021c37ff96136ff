"""The page Corpus: corrections stay, whatever is added, left out or looked at meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lyricslab.importing.cleaning.rules import RULES
from lyricslab.library.corpora import add_corpus, load_corpus, rename_corpus
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.plain_tables import table_height
from lyricslab.ui.corpus.song_list import LIST_HEIGHT_PX
from lyricslab.ui.corpus.song_panel import SHOWN_CHARS, SPLIT_LINES
from tests.support.app_page import fine, heading, labelled, lyrics, open_page, press, said
from tests.support.guessing import guess_pairs
from tests.support.lab import Lab


def bring(at: AppTest, name: str, data: bytes) -> AppTest:
    """Uploads one file."""
    return fine(at.file_uploader[0].upload(name, data).run())


def switch(at: AppTest, rule: str) -> AppTest:
    """Turns the switch of a finding."""
    toggle = next(t for t in at.toggle if str(t.key).startswith(f"remedy_{rule}_"))
    toggle.set_value(not toggle.value).run()
    return fine(at)


def finding(at: AppTest, rule: str) -> str:
    """What is said of a finding, as Markdown."""
    title = next(r.title for r in RULES if r.name == rule)
    said = [block.value for block in at.markdown if block.value.startswith(f"**{plain(title)}**")]
    return str(said[0]) if said else ""


def has(at: AppTest, label: str) -> bool:
    """Whether there is a button of this label."""
    return any(button.label == label for button in at.button)


def write(at: AppTest, label: str, text: str) -> AppTest:
    """Types a text and presses Enter."""
    next(box for box in at.text_input if box.label == label).set_value(text).run()
    return fine(at)


def named(at: AppTest) -> str:
    """The name that the corpus would be saved under."""
    return next(str(box.value) for box in at.text_input if box.label == "Name of the corpus")


def titles(at: AppTest) -> list[str]:
    """The songs in the list."""
    return list(at.dataframe[-1].value["Title"])


def book(tag: str, songs: int = 3) -> bytes:
    """Songs that all differ, each with a section label."""
    made = [
        f"{tag} {k}\n\n[Chorus]\n"
        + "\n".join(f"The {tag} keeps {k * 31 + line} miles of rope and tar" for line in range(20))
        for k in range(songs)
    ]
    return "\n\n---\n\n".join(made).encode()


# ---- files and corrections


def test_leaving_a_file_out_keeps_the_corrections_to_the_others(lab: Lab) -> None:
    at = bring(bring(open_page("corpus"), "a.txt", book("Bell")), "b.txt", book("Gull"))
    at = switch(press(at, "Drop"), "labels")
    at = press(at, "Leave out", 1)
    assert titles(at) == ["Bell 1", "Bell 2"]
    assert "[Chorus]" not in lyrics(at)
    at = press(at, "Undo")
    assert titles(at) == ["Bell 1", "Bell 2", "Gull 0", "Gull 1", "Gull 2"]
    assert "b.txt: text" in said(at)
    at = press(press(at, "Undo"), "Undo")
    assert titles(at)[0] == "Bell 0"
    assert finding(at, "labels").endswith("6 labels, in 6 songs\\.")
    assert "[Chorus]" in lyrics(at)


def test_leaving_out_the_first_file_keeps_what_was_joined_from_the_second(lab: Lab) -> None:
    at = bring(bring(open_page("corpus"), "a.txt", book("Bell")), "b.txt", book("Gull"))
    at = press(press(press(at, "Drop"), "Drop"), "Join with next")
    assert titles(at) == ["Bell 2", "Gull 1", "Gull 2"]
    assert titles(press(at, "Leave out")) == ["Bell 2", "Gull 1", "Gull 2"]


def test_one_file_of_a_saved_corpus_is_left_out(lab: Lab) -> None:
    at = open_page("corpus")
    for tag in ("Bell", "Gull", "Rope", "Tide"):
        at = bring(at, f"{tag}.txt", book(tag, 1))
    assert "4 songs from 4 files" in said(at)
    at = press(press(at, "Drop"), "Save")
    at = press(edit(at, lab.store.corpora()[0].id), "Leave out", 2)
    assert titles(at) == ["Gull 0", "Tide 0"] and "from 3 files" in said(at)
    assert titles(press(at, "Undo")) == ["Gull 0", "Rope 0", "Tide 0"]


def paste(at: AppTest, text: str) -> AppTest:
    """Pastes a text and has it read."""
    labelled(at.text_area, at.text_area[0].label).set_value(text)
    return press(at, "Read it")


def test_pasted_songs_under_their_titles_are_told_apart(lab: Lab) -> None:
    tight = "\n\n\n".join(f"Paper Boat {k}\nwe made {k}\nand sent {k}" for k in "ABC")
    at = paste(open_page("corpus"), tight)
    assert "3 songs from pasted text" in said(at)
    assert titles(at) == ["Paper Boat A", "Paper Boat B", "Paper Boat C"]


def test_a_paste_says_how_many_songs_it_holds_and_offers_to_split_it(lab: Lab) -> None:
    boats = [f"we made a boat of {k},\nand never saw it, {k}." for k in ("oak", "ash", "elm")]
    at = paste(open_page("corpus"), "\n\n\n".join(boats))
    assert "1 song from pasted text" in said(at)
    at = press(at, "Split into 3 songs")
    assert "3 songs from pasted text" in said(at)
    assert titles(at) == [f"(we made a boat of {k},)" for k in ("oak", "ash", "elm")]
    assert not has(at, "Split into 3 songs") and has(press(at, "Undo"), "Split into 3 songs")


def test_leaving_everything_out_can_be_undone(lab: Lab) -> None:
    at = press(bring(open_page("corpus"), "a.txt", book("Bell")), "Drop")
    at = press(at, "Leave out")
    assert not has(at, "Save") and "a.txt" not in said(at)
    assert titles(press(at, "Undo")) == ["Bell 1", "Bell 2"]


def test_another_file_keeps_undo(lab: Lab) -> None:
    at = press(bring(open_page("corpus"), "a.txt", book("Bell")), "Drop")
    at = bring(at, "b.txt", book("Gull", 1))
    assert titles(at) == ["Bell 1", "Bell 2", "Gull 0"]
    at = press(press(at, "Undo"), "Undo")
    assert titles(at) == ["Bell 0", "Bell 1", "Bell 2"]
    assert not has(at, "Undo")


def test_reading_a_file_again_keeps_the_corrections_to_the_others(lab: Lab) -> None:
    at = bring(bring(open_page("corpus"), "a.txt", book("Bell")), "b.txt", book("Gull", 2))
    at = press(press(at, "Drop"), "Read it again", 1)
    assert titles(at) == ["Bell 1", "Bell 2", "Gull 0", "Gull 1"]
    at = press(at, "Read it again", 0)
    assert titles(at) == ["Bell 0", "Bell 1", "Bell 2", "Gull 0", "Gull 1"]


def test_the_name_the_shares_and_the_seed_outlast_files_and_pages(lab: Lab) -> None:
    at = bring(open_page("corpus"), "a.txt", book("Bell"))
    assert named(at) == "a"
    at = bring(bring(at, "b.txt", book("Gull")), "c.txt", book("Tide"))
    assert named(at) == "a and 2 more"
    at = write(at, "Name of the corpus", "Harbour")
    next(box for box in at.number_input if box.label == "Seed").set_value(7).run()
    fine(at.segmented_control(key="draft_shares").set_value("thirds").run())
    at = open_page("corpus", open_page("start", bring(at, "d.txt", book("Rope"))))
    assert named(at) == "Harbour"
    assert "4 to learn from, 4 to check by, 4 to judge by" in said(at)
    press(at, "Save")
    (row,) = lab.store.corpora()
    assert (row.name, row.songs) == ("Harbour", 12)
    assert (row.report["split"]["seed"], row.report["split"]["train"]) == (7, pytest.approx(1 / 3))
    assert named(bring(at, "e.txt", book("Lamp"))) == "e"


def test_the_words_of_a_song_are_edited_and_the_edit_undone(lab: Lab) -> None:
    at = press(bring(open_page("corpus"), "a.txt", sheet()), "Edit")
    before = lyrics(press(at, "Cancel"))
    at = press(at, "Edit")
    labelled(at.text_input, "Title").set_value("Caf\u00e9")
    labelled(at.text_area, "Words").set_value("Am    G7\n  typed by hand\n\n" + before)
    at = press(at, "Keep these words")
    assert (titles(at)[0], heading(at)) == ("Cafe", "Cafe")
    assert lyrics(at).startswith("Am    G7\n  typed by hand\n\nThe bell")
    assert at.dataframe[-1].value["Lines"][0] == 33
    at = press(at, "Undo")
    assert (titles(at)[0], lyrics(at)) == ("No. 0 Bell", before)
    at = press(at, "Edit")
    labelled(at.text_area, "Words").set_value(" ")
    at = press(at, "Keep these words")
    assert "A song needs words" in at.error[0].value and lyrics(press(at, "Cancel")) == before


# ---- what the doctor found


def sheet(songs: int = 3) -> bytes:
    """Songs as they are found on chord sheets."""
    made = [
        f"No. {k} Bell\n\nAm      G7\nThe bell   keeps {k} miles\nWritten by Ann Lowe\n\n"
        + "\n".join(f"It rings {k} times over {line} roofs" for line in range(30))
        for k in range(songs)
    ]
    return "\n---\n".join(made).encode()


def test_every_switch_changes_what_is_learned_and_can_be_turned_back(lab: Lab) -> None:
    at = bring(open_page("corpus"), "a.txt", sheet())
    assert lyrics(at).startswith("The bell keeps 0 miles\n")
    assert finding(at, "chords").endswith("3 lines with chords or tabs, in 3 songs\\.")
    at = switch(at, "spaces")
    assert lyrics(at).startswith("The bell   keeps 0 miles\n")
    at = switch(at, "chords")
    assert lyrics(at).startswith("Am      G7\nThe bell   keeps 0 miles\n")
    at = press(at, "Undo")
    assert lyrics(at).startswith("The bell   keeps 0 miles\n")
    at = switch(at, "spaces")
    press(at, "Save")
    (row,) = lab.store.corpora()
    saved = load_corpus(lab.store, row.id)
    assert saved.songs[0].text.startswith("The bell keeps 0 miles\n")
    kept = {found["remedy"]: found["on"] for found in row.report["findings"]}
    assert kept["chords"] and kept["spaces"]


def guess_switch(at: AppTest) -> Any:
    """The switch of the guess, if there is one."""
    return next((t for t in at.toggle if str(t.key).startswith("guess_pairs_")), None)


def test_a_guess_is_turned_back_and_corrections_to_other_files_stay(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = bring(open_page("corpus"), "plain.md", book("Bell"))
    at = press(at, "Drop")
    guess_pairs(monkeypatch)
    at = bring(bring(at, "a.txt", b"oak ash elm fir"), "b.txt", b"tin zinc")
    assert titles(at) == ["Bell 1", "Bell 2", "oak", "elm", "tin"]
    assert "4 lines, joined in twos. 1 more file likewise." in said(at)
    at = fine(guess_switch(at).set_value(False).run())
    assert titles(at) == ["Bell 1", "Bell 2", "oak", "ash", "elm", "fir", "tin", "zinc"]
    assert not guess_switch(at).value
    at = bring(at, "c.txt", b"silk wool")  # read as the others are
    assert titles(at)[-2:] == ["silk", "wool"]
    at = fine(guess_switch(at).set_value(True).run())
    assert titles(at) == ["Bell 1", "Bell 2", "oak", "elm", "tin", "silk"]
    assert titles(press(at, "Undo"))[2:4] == ["oak", "ash"]


def test_a_saved_corpus_tells_of_a_guess_without_a_switch(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = bring(open_page("corpus"), "plain.md", book("Bell"))
    guess_pairs(monkeypatch)
    at = press(bring(at, "a.txt", b"oak ash elm fir"), "Save")
    at = edit(at, lab.store.corpora()[0].id)
    assert "4 lines, joined in twos." in said(at)
    assert guess_switch(at) is None
    at = bring(at, "b.txt", b"tin zinc iron lead")
    at = fine(guess_switch(at).set_value(False).run())
    assert titles(at)[3:] == ["oak", "elm", "tin", "zinc", "iron", "lead"]


def test_the_places_of_one_finding_are_shown_at_a_time(lab: Lab) -> None:
    at = bring(open_page("corpus"), "a.txt", sheet(7))
    looks = [button for button in at.button if button.label == "Before and after"]
    looks[0].click().run()
    at = fine(at)
    assert sum(button.label == "Close" for button in at.button) == 1
    assert "Songs 1 to 5 of 7" in said(at)
    at = press(at, "Next")
    assert "Songs 6 to 7 of 7" in said(at)
    at = press(at, "Close")
    assert "Songs 6" not in said(at)


def test_a_split_is_made_at_the_line_that_is_seen(lab: Lab) -> None:
    at = bring(open_page("corpus"), "a.txt", sheet())
    line = lyrics(at).split("\n").index("It rings 0 times over 4 roofs")
    labelled(at.selectbox, "The next song begins with").set_value(line).run()
    at = press(at, "Split here")
    assert lyrics(at).split("\n")[-1] == "It rings 0 times over 3 roofs"
    assert len(titles(at)) == 4


def test_what_a_character_becomes_is_typed_into_its_table(lab: Lab) -> None:
    text = sheet().decode().replace("roofs", "\u00fcber roofs")
    at = bring(open_page("corpus"), "a.txt", text.encode())
    assert "over 0 uber roofs" in lyrics(at)
    key = f"spelling_{at.session_state['draft'].turn}"
    at.session_state[key] = {
        "edited_rows": {0: {"Replaced by": "ue"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    at = fine(at.run())
    assert "over 0 ueber roofs" in lyrics(at)
    assert "over 0 uber roofs" in lyrics(press(at, "Undo"))


# ---- a saved corpus, corrected


def edit(at: AppTest, corpus_id: str) -> AppTest:
    """Opens a saved corpus to correct it."""
    at.button(key=f"edit_{corpus_id}").click().run()
    return fine(at)


def test_a_saved_corpus_is_changed_in_place_while_no_run_has_learned_from_it(lab: Lab) -> None:
    at = press(bring(open_page("corpus"), "a.txt", sheet()), "Save")
    (row,) = lab.store.corpora()
    at = edit(at, row.id)
    assert "No run has learned from it yet" in said(at)
    at = press(switch(at, "chords"), "Save")
    (again,) = lab.store.corpora()
    assert (again.id, again.name) == (row.id, "a")
    assert again.digest != row.digest
    assert load_corpus(lab.store, row.id).songs[0].text.startswith("Am G7\n")
    assert not lab.store.home.corpus_file(row.digest).exists()
    at = switch(edit(at, row.id), "chords")
    assert lyrics(at).startswith("The bell keeps")


def test_once_a_run_has_learned_from_it_a_corpus_gets_a_new_version(lab: Lab) -> None:
    lab.base()
    corpus = lab.corpus("Harbour")
    lab.run(corpus, "Tuned")
    at = edit(open_page("corpus"), corpus.id)
    assert "1 run learned from Harbour" in said(at)
    at = press(press(at, "Drop"), "Save")
    new, old = lab.store.corpora()
    assert (new.name, old) == ("Harbour, version 2", corpus)
    assert new.report["version_of"] == corpus.id
    assert len(load_corpus(lab.store, old.id).songs) == old.songs
    assert new.songs == old.songs - 1


def test_a_saved_corpus_is_read_in_figures_beside_the_one_being_brought(lab: Lab) -> None:
    corpus = lab.corpus("Harbour", songs=5)
    at = bring(open_page("corpus", corpus=corpus.id), "b.txt", book("Gull"))
    counted = [metric.value for metric in at.metric if metric.label == "Songs"]
    assert counted == ["3", "5"]


def test_what_was_being_brought_comes_back_with_undo(lab: Lab) -> None:
    corpus = lab.corpus("Harbour")
    at = edit(bring(open_page("corpus"), "b.txt", book("Gull")), corpus.id)
    assert named(at) == "Harbour"
    at = press(at, "Undo")
    assert titles(at) == ["Gull 0", "Gull 1", "Gull 2"]
    assert named(at) == "b"


# ---- columns


def test_the_column_chooser_proposes_the_longest_texts_and_can_be_called_back(lab: Lab) -> None:
    rows = [
        f'{k},Tune {k},"{"water over stone " * 60}\n{k}",heard by the river {"often " * 60}{k}'
        for k in range(5)
    ]
    table = "alpha,beta,gamma,delta\n" + "\n".join(rows)
    at = bring(open_page("corpus"), "songs.csv", table.encode())
    boxes = {box.label: box.value for box in at.selectbox}
    assert (boxes["Lyrics are in"], boxes["Titles are in"]) == ("gamma", "beta")
    next(box for box in at.selectbox if box.label == "Lyrics are in").select("delta").run()
    at = press(at, "Use these columns")
    assert lyrics(at).startswith("heard by the river")
    next(box for box in at.selectbox if box.label == "Lyrics are in").select("gamma").run()
    at = press(at, "Use these columns")
    assert lyrics(at).startswith("water over stone")
    assert titles(at)[0] == "Tune 0"


# ---- size


def test_what_is_too_small_gets_no_verdict_and_a_way_to_start_over(lab: Lab) -> None:
    at = bring(
        open_page("corpus"), "a.txt", b"One\n\nfew words\n---\nTwo\n\nfewer\n---\nThree\n\nfewest"
    )
    assert "at least 3 songs" in at.error[0].value.replace("\\", "")
    assert "a beginning" not in said(at)
    assert not has(at, "Save") and not has(at, "Cut this text into pieces")
    at = press(at, "Start over")
    assert "a.txt" not in said(at) and not at.error


def test_songs_of_one_line_are_shown(lab: Lab) -> None:
    songs = "\n---\n".join(f"Song {k}\n\n" + f"all on line {k} " * 80 for k in range(4))
    assert has(bring(open_page("corpus"), "a.txt", songs.encode()), "Save")


def test_of_a_text_as_long_as_a_novel_the_beginning_is_shown(lab: Lab) -> None:
    text = "\n".join(f"line {k} of a very long text" for k in range(3_000))
    at = bring(open_page("corpus"), "a.txt", text.encode())
    assert lyrics(at) == text[:SHOWN_CHARS].strip()  # as the browser trims it
    assert f"And {len(text) - SHOWN_CHARS:,} more characters." in said(at)
    assert labelled(at.button, "Edit").disabled
    assert len(labelled(at.selectbox, "The next song begins with").options) == SPLIT_LINES


def test_the_list_is_as_high_as_its_songs() -> None:
    assert table_height(4, LIST_HEIGHT_PX) < table_height(7, LIST_HEIGHT_PX) < LIST_HEIGHT_PX
    assert table_height(400, LIST_HEIGHT_PX) == LIST_HEIGHT_PX


# ---- names


def test_a_long_title_stays_whole(lab: Lab) -> None:
    long = "A title without an end " * 6
    row = f'title,lyrics\n"{long}","{"water over stone " * 200}"\n'
    at = bring(open_page("corpus"), "b.csv", row.encode())
    assert not has(at, "Undo")
    assert "Song 1 of 1" in said(at) and heading(at) == long.strip()


def test_two_corpora_of_one_name_are_told_apart(lab: Lab) -> None:
    at = open_page("corpus")
    for tag in ("Bell", "Gull", "Gull"):
        at = write(bring(at, "a.txt", book(tag)), "Name of the corpus", "Harbour")
        at = press(at, "Save")
    assert [row.name for row in lab.store.corpora()] == ["Harbour 2", "Harbour"]


def test_a_saved_corpus_is_renamed_and_an_empty_name_refused(lab: Lab) -> None:
    lab.corpus("Harbour")
    other = lab.corpus("Other", songs=5)
    at = open_page("corpus")
    for name, becomes in ((" ", "Other"), ("Harbour", "Harbour 2"), ("Sea", "Sea")):
        next(box for box in at.text_input if box.label == "Name").set_value(name)
        at = press(at, "Rename")
        assert lab.store.corpus(other.id).name == becomes
        assert f"{becomes}\n5 songs" in said(at)


def test_the_library_numbers_a_name_that_other_songs_have(lab: Lab) -> None:
    def saved(word: str, name: str) -> str:
        song = Song("", word)
        return add_corpus(lab.store, Corpus(name, (song,))).name

    assert [saved(word, "Sea") for word in "abcab"] == ["Sea", "Sea 2", "Sea 3", "Sea", "Sea 2"]
    assert saved("a", "Shore") == "Shore"
    assert len(lab.store.corpora()) == 4
    newest = lab.store.corpora()[0]
    assert rename_corpus(lab.store, newest.id, "Shore").name == "Shore"
    assert rename_corpus(lab.store, newest.id, "Sea").name == "Sea 4"


# ---- links


@pytest.mark.parametrize("saved", [0, 2])
def test_a_link_to_no_corpus_says_so_above_everything(lab: Lab, saved: int) -> None:
    for k in range(saved):
        lab.corpus(f"Songs {k}")
    at = open_page("corpus", corpus="nope")
    assert "no corpus nope" in at.error[0].value
    shown = [element.type for element in at.main]
    assert shown.index("error") < shown.index("subheader")


def test_a_songbook_that_ships_is_brought_with_a_click(lab: Lab, tmp_path: Path) -> None:
    shelf = tmp_path / "songbooks"
    shelf.mkdir()
    songs = [f"Mud {k}\n\n" + f"The river leaves me {k} boots\n" * 40 for k in range(4)]
    (shelf / "ours.txt").write_text("---\n".join(songs), "ascii")
    card = {"title": "Low water", "artist": "Some Body", "about": "Songs of mud.", "origin": "us"}
    (shelf / "ours.json").write_text(json.dumps(card))
    at = open_page("corpus")
    assert any(text.value == "Low water, by Some Body\nSongs of mud." for text in at.text)
    at = press(at, "Use these")
    assert "4 songs from 1 file" in said(at) and heading(at) == "Mud 0"
    assert named(at) == "Low water"
