"""The page Bases: cards, samples, what is imported, renamed and deleted."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lyricslab.config import ModelConfig
from lyricslab.experiments import experiment
from lyricslab.library.bases import list_base_users, list_bases, load_base_card
from lyricslab.library.exports import export_base
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.ui.bases import base_cards, base_import, base_samples
from lyricslab.ui.bases.base_cards import LibraryBase
from lyricslab.ui.common import navigation
from tests.support.app_page import SHELL, fine, open_page, press, said
from tests.support.finished_sweep import add_bases, begin
from tests.support.lab import SMALL, Lab, weights


@pytest.fixture
def shipped(lab: Lab, tmp_path: Path) -> Card:
    card = Card(
        name="songs",
        kind="base",
        title="Songs",
        model=SMALL,
        reads="7 old songs.",
        lyrics=True,
        sources=("The <b>Lake</b>, Nobody",),
        characters=36_345_000,
        characters_seen=72_690_000,
        songs=25_851,
        steps=200,
        seconds=2860,
        test_nats_per_char=math.log(4),
        licence="CC0-1.0",
        details={"curve": [{"step": 100 * k, "train": 2.0, "val": 2.5 - k / 9} for k in range(3)]},
    )
    return network_file.save(tmp_path / "bases" / "songs.safetensors", weights(2), card)


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    return fine(at)


def has(at: AppTest, key: str) -> bool:
    return any(button.key == key for button in at.button)


def import_question() -> AppTest:
    """What the dialog asks; in a trial a dialog itself is gone with the next click."""

    def script() -> None:
        from lyricslab.ui.bases import base_import

        base_import.question()

    return AppTest.from_function(script, default_timeout=60)


def delete_question(name: str) -> AppTest:
    def script(name: str) -> None:
        from lyricslab.ui.bases import base_cards

        base_cards.delete_question(name)

    return fine(AppTest.from_function(script, default_timeout=60, args=(name,)).run())


def upload(data: bytes) -> AppTest:
    at = import_question().run()
    return fine(at.file_uploader[0].upload("a.zip", data).run())


def test_a_card_says_what_a_base_read_how_big_and_how_good_it_is(lab: Lab, shipped: Card) -> None:
    text = said(open_page("bases"))
    assert "Has read 7 old songs." in text
    assert f"**3 layers of 5 units** · {SMALL.parameters:,} weights · 0.1 MB" in text
    assert "**36.3 million characters** learned from · 25,851 songs or pieces" in text
    assert "**1.386 nats/char** on unread texts of its kind: as unsure as among 4.0 letters" in text
    assert "**48 min** of training" in text
    assert "began with it" not in text
    assert "they stay and keep their names" in text


def test_a_shipped_base_can_be_taken_along_and_started_from(lab: Lab, shipped: Card) -> None:
    lab.corpus()
    at = open_page("bases")
    assert not has(at, "base_delete_songs")
    assert not at.text_input
    assert [download.label for download in at.get("download_button")] == ["Export"]
    at = click(at, "base_train_songs")
    assert at.query_params["base"] == "songs"
    at = click(open_page("bases"), "base_write_songs")
    assert at.query_params["model"] == "songs"


def test_what_a_card_says_is_text_and_not_markup(lab: Lab) -> None:
    card = Card(name="own", kind="base", title="**Loud** :red[x]", reads="<b>all</b>", model=SMALL)
    network_file.save(lab.store.home.base_file("own"), weights(1), card)
    at = open_page("bases")
    assert not any("**Loud**" in heading.value for heading in at.subheader)
    assert any(text.value == "Has read <b>all</b>." for text in at.text)


def test_more_is_drawn_only_once_it_is_open(lab: Lab, shipped: Card) -> None:
    at = open_page("bases")
    assert "whom to credit" not in said(at)
    assert not at.get("vega_lite_chart")
    at.session_state["base_more_songs"] = True
    at = fine(at.run())
    assert "whom to credit (1)" in said(at)
    assert any(text.value == "The <b>Lake</b>, Nobody" for text in at.text)
    assert "Licence: CC0-1.0" in said(at)
    assert len(at.get("vega_lite_chart")) == 1


def test_ones_own_come_first_and_the_newest_on_top(lab: Lab, shipped: Card) -> None:
    for name, made in (("early", "2026-01-02"), ("late", "2026-02-01")):
        card = Card(name=name, kind="base", title=name, model=SMALL, created_at=made)
        network_file.save(lab.store.home.base_file(name), weights(1), card)
    headings = [heading.value for heading in open_page("bases").subheader]
    assert headings == ["Yours", "late", "early", "With Lyrics Lab", "Songs"]


def test_an_empty_library_says_what_to_do(lab: Lab) -> None:
    assert "Import one" in said(open_page("bases"))


def test_a_damaged_base_spoils_no_other_card(lab: Lab, shipped: Card) -> None:
    lab.base("own", seed=77)  # of which nobody has seen a sample
    path = lab.store.home.base_file("own")
    path.write_bytes(path.read_bytes()[:-5])
    at = open_page("bases")
    assert "own.safetensors is damaged" in at.error[0].value.replace("\\", "")
    assert "Has read 7 old songs." in said(at)


def test_a_graphics_card_is_named_with_the_time_it_took(lab: Lab, shipped: Card) -> None:
    assert "graphics card" not in said(open_page("bases"))
    swift = replace(shipped, details={"hardware": "NVIDIA H100 80GB HBM3"})
    facts = base_cards.facts(LibraryBase(swift, Path(), False, 0), 9)
    assert facts.endswith("**48 min** of training on a graphics card")


def test_two_sittings_are_told_with_the_curve_of_the_second(lab: Lab, shipped: Card) -> None:
    assert base_cards.stages(shipped) == ""
    assert base_cards.stages(replace(shipped, details={"first": {"steps": "many"}})) == ""
    twice = replace(shipped, details=shipped.details | {"first": {"steps": 150}})
    told = "Trained in two stages: 150 steps on all its texts, then the 50 of this curve"
    assert base_cards.stages(twice).startswith(told)
    assert [point.epoch for point in base_cards.curve(shipped)] == [0, 1, 2]
    assert [point.epoch for point in base_cards.curve(twice)] == [0, 0, 0]


# ---- samples


def test_prose_is_laid_out_in_paragraphs_and_verse_in_lines(lab: Lab) -> None:
    told = [{"text": "It was a dark\nand stormy night.\n\nRain\nfell."}]
    for name, lyrics in (("novel", False), ("ballad", True)):
        card = Card(name=name, kind="base", model=SMALL, lyrics=lyrics, details={"samples": told})
        network_file.save(lab.store.home.base_file(name), weights(1), card)
    texts = [text.value for text in open_page("bases").text]
    assert "It was a dark and stormy night.\n\nRain fell." in texts
    assert told[0]["text"] in texts


def test_a_sample_of_unknown_seed_says_when_it_was_written(lab: Lab) -> None:
    card = Card(name="own", kind="base", model=SMALL, details={"samples": ["Down by the lake"]})
    network_file.save(lab.store.home.base_file("own"), weights(1), card)
    assert "written when it was made" in said(open_page("bases"))


def test_a_sample_can_be_rolled_again(lab: Lab, shipped: Card) -> None:
    at = open_page("bases")
    assert "seed 0 · temperature 0.8, lively" in said(at)
    at = click(at, "base_again_songs")
    assert "seed 1 · temperature 0.8, lively" in said(at)
    at.select_slider(key="base_temperature_songs").set_value(0.4).run()
    assert "seed 1 · temperature 0.8, lively" in said(at)  # nothing is written unasked
    at = click(at, "base_again_songs")
    assert "seed 2 · temperature 0.4, careful" in said(at)


def test_a_large_network_writes_only_when_it_is_asked_to(lab: Lab, tmp_path: Path) -> None:
    model = ModelConfig(hidden_size=102, num_layers=3)
    assert model.parameters > base_samples.SMALL
    card = Card(name="large", kind="base", model=model)
    network_file.save(lab.store.home.base_file("large"), weights(1, model), card)
    at = open_page("bases")
    assert "It writes when you ask it to" in said(at)
    assert at.button(key="base_again_large").label == "Write a few lines"
    at = click(at, "base_again_large")
    assert "seed 1" in said(at)
    assert at.button(key="base_again_large").label == "Write another"


def test_a_sample_that_a_card_brings_is_shown(lab: Lab) -> None:
    told = [7, {"text": " "}, {"text": "Down by the lake\n", "seed": 4, "temperature": 0.6}]
    card = Card(name="own", kind="base", model=SMALL, details={"samples": told})
    network_file.save(lab.store.home.base_file("own"), weights(1), card)
    text = said(open_page("bases"))
    assert "Down by the lake" in text and "seed 4 · temperature 0.6" in text


# ---- import


def test_what_was_exported_is_imported_under_another_name(lab: Lab, shipped: Card) -> None:
    at = upload(export_base(lab.store.home, "songs"))
    assert "You have this very network already, as songs" in said(at)
    assert at.text_input[0].value == "songs-2"
    at.text_input[0].set_value("songs")
    at = press(at, "Import")
    assert "'songs-2' is free" in at.error[0].value.replace("\\", "")
    assert not lab.store.home.base_file("songs").exists()
    at.text_input[0].set_value("mine")
    at = press(at, "Import")
    assert load_base_card(lab.store.home, "mine").weights_digest == shipped.weights_digest
    page = AppTest.from_file(SHELL, default_timeout=60)
    page.session_state[base_import.IMPORTED] = at.session_state[base_import.IMPORTED]
    page.run()
    page = fine(page.switch_page(navigation.page_file("bases")).run())
    assert "Mine is in your library" in page.success[0].value
    assert [heading.value for heading in page.subheader][:2] == ["Yours", "Mine"]
    assert not fine(page.run()).success  # it is said once


def test_import_asks_for_a_file(lab: Lab, shipped: Card) -> None:
    at = click(open_page("bases"), "base_import")
    assert len(at.file_uploader) == 1
    assert "nothing in it can run" in said(at)


@pytest.mark.parametrize("data", [b"no zip", b"PK\x03\x04 cut short"])
def test_what_was_not_exported_is_refused_with_a_sentence(lab: Lab, data: bytes) -> None:
    at = upload(data)
    assert "Choose a file" in at.error[0].value or "download it again" in at.error[0].value
    assert not any(button.label == "Import" for button in at.button)
    assert not list(lab.store.home.bases.iterdir())


# ---- rename and delete


def test_a_base_is_renamed_and_its_runs_follow(lab: Lab) -> None:
    lab.base("own")
    run = lab.run(lab.corpus(), "tuned", base="own")
    at = open_page("bases")
    assert "**1 run** began with it" in said(at)
    at.text_input(key="base_rename_own").set_value("../x")
    at = press(at, "Rename")
    assert "cannot be a base's name" in at.error[0].value.replace("\\", "")
    at.text_input(key="base_rename_own").set_value("hers")
    at = press(at, "Rename")
    assert [card.name for card in list_bases(lab.store.home)] == ["hers"]
    assert lab.store.run(run.id).base == "hers"
    assert "**1 run** began with it" in said(at)


def test_a_base_in_use_is_not_deleted_and_its_runs_are_named(lab: Lab) -> None:
    lab.base("own")
    corpus = lab.corpus()
    ids = [lab.run(corpus, name, base="own").id for name in ("first", "second")]
    at = click(open_page("bases"), "base_delete_own")
    assert "'second' and 'first' began with it" in said(at)
    assert not has(at, "base_delete_now")
    assert [b.label for b in at.button][-2:] == ["Look at the runs", "Close"]
    assert len(list_base_users(lab.store, "own")) == len(ids)


def test_a_base_is_deleted_after_a_question(lab: Lab) -> None:
    lab.base("own")
    assert has(click(open_page("bases"), "base_delete_own"), "base_delete_now")
    press(delete_question("own"), "Keep it")
    assert len(list_bases(lab.store.home)) == 1
    at = delete_question("own")
    assert "will be back" not in said(at)
    click(at, "base_delete_now")
    assert list_bases(lab.store.home) == []


def test_a_base_that_hides_a_shipped_one_gives_way_to_it(lab: Lab, shipped: Card) -> None:
    lab.base("songs")
    at = delete_question("songs")
    assert "will be back in its place" in said(at)
    at.button(key="base_delete_now").click().run()
    headings = [heading.value for heading in open_page("bases").subheader]
    assert headings == ["With Lyrics Lab", "Songs"]


# ---- in words


@pytest.mark.parametrize(
    ("number", "spoken"),
    [(0, "0"), (9_999, "9,999"), (247_412, "247,000"), (29_649_126, "29.6 million")],
)
def test_large_numbers_are_rounded(number: int, spoken: str) -> None:
    assert base_cards.many(number) == spoken


@pytest.mark.parametrize(
    ("size", "spoken"), [(16_000, "0.1 MB"), (500_000, "0.5 MB"), (11_167_168, "11 MB")]
)
def test_sizes_are_in_megabytes(size: int, spoken: str) -> None:
    assert base_cards.megabytes(size) == spoken


def test_a_loss_is_a_number_of_letters() -> None:
    assert base_cards.unsure(math.log(128)) == "as unsure as among 128 letters"
    assert base_cards.unsure(0.0) == "as unsure as among 1.0 letters"


@pytest.mark.parametrize(
    "told",
    [None, 7, "x", {}, [1, None, "x"], [{}], [{"step": "a"}], [{"step": True, "val": 1.0}]],
)
def test_a_curve_that_is_none_is_none(told: Any) -> None:
    assert base_cards.curve(Card(name="x", kind="base", details={"curve": told})) == []


def test_a_curve_is_thinned_and_keeps_its_end(shipped: Card) -> None:
    few = base_cards.curve(shipped)
    assert [(p.step, p.epoch, p.seconds) for p in few] == [
        (0, 0.0, 0.0),
        (100, 1.0, 1430.0),
        (200, 2.0, 2860.0),
    ]
    looks = [{"step": k, "train": None, "val": 2.0} for k in range(1_003)]
    points = base_cards.curve(replace(shipped, details={"curve": looks}))
    assert len(points) <= base_cards.MAX_POINTS and points[-1].step == 1_002
    assert {b.step - a.step for a, b in zip(points, points[1:], strict=False)} == {3}


def test_where_a_base_comes_from(lab: Lab, shipped: Card) -> None:
    details = {
        "base": "songs",
        "trainable": "0,2",
        "imported": {"name": "x", "kind": "run", "at": "2026-03-04T05:06:07Z"},
    }
    card = replace(shipped, name="hers", details=details, created_at="2026-01-02T03:04:05Z")
    said = base_cards.origin(LibraryBase(card, Path("nowhere"), True, 0))
    assert "Began as: Songs\nWhat learned: layers 0 and 2\n" in said
    assert "Made: 2026-01-02\nImported: 2026-03-04\n" in said
    odd = replace(shipped, details={"base": 7, "imported": "x", "trainable": []})
    assert "Began as" not in base_cards.origin(LibraryBase(odd, Path("nowhere"), True, 0))


def test_a_base_that_a_sweep_has_yet_to_ask_for_is_not_offered_for_deletion(lab: Lab) -> None:
    add_bases(lab.store, "own")
    sweep = begin(lab.store, lab.corpus(songs=12), seeds=1, only=("zero-shot", "1"))
    for run in lab.store.runs():
        lab.store.delete_run(run.id)
    at = delete_question("own")
    assert "a sweep on 'Harbour songs' still needs it" in said(at)
    assert not has(at, "base_delete_now")
    experiment.stop(lab.store, sweep.id)
    assert has(delete_question("own"), "base_delete_now")
