"""Setting up a run: what the person typed and changed by hand stays, and is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lyricslab.config import THIRDS, SplitConfig, TrainConfig
from lyricslab.engine import client
from lyricslab.library import pace
from lyricslab.library.corpora import load_corpus
from lyricslab.model import network_file
from lyricslab.model.recommendation import Recommendation
from lyricslab.songs.split import split
from lyricslab.ui.common import component, setting_words
from lyricslab.ui.compare import differences
from lyricslab.ui.train import steps
from tests.support.app_page import labelled, open_page, said, stated
from tests.support.lab import Lab, weights


@pytest.fixture
def lab(lab_with_bases: Lab) -> Lab:
    return lab_with_bases


def rate(at: AppTest) -> Any:
    return labelled(at.number_input, "Learning rate")


def preset(at: AppTest, name: str) -> AppTest:
    return at.button_group(key="train_preset").set_value(name).run()


def bases_offered(at: AppTest) -> Any:
    [cards] = [one for one in at.radio if one.key and one.key.startswith("base_picker_")]
    return cards


def test_the_recommended_base_is_chosen_at_first_and_each_says_what_it_takes(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "keep_alive", lambda home: None)
    monkeypatch.setenv(component.PLAIN, "1")
    made = Lab(own_home)  # with the bases that ship
    made.corpus(songs=40)
    made.base("mine")
    at = open_page("train")
    cards = bases_offered(at)
    assert cards.value == "all-512"
    assert cards.options == [
        "Base of mine",
        "Songs",
        "Songs, large",
        "Everything, largest",
        "Books",
        "Books, large",
    ]
    times = [caption.rpartition("·")[2].strip() for caption in cards.proto.captions]
    assert all(time.startswith("about ") and time.endswith(" a run") for time in times)
    assert times[1] == times[4] != times[3]  # as many units, as long


# ---- what is recommended


def rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have few songs tuned in one way and more in another."""
    few = Recommendation("books", "none", "studio", "Few songs teach a head.")
    many = Recommendation("songs", "all", "quick", "Many songs teach all.")
    monkeypatch.setattr(
        steps, "recommend", lambda songs, characters, bases: few if songs < 9 else many
    )


def chosen(at: AppTest) -> tuple[str, ...]:
    return tuple(stated(at, name) for name in ("base", "layers", "preset"))


def test_what_is_recommended_follows_the_songs_until_something_is_chosen(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(monkeypatch)
    lab.corpus("Many songs", songs=12)
    at = open_page("train")
    assert chosen(at) == ("songs", "all", "quick")
    assert "Chosen to suit 12 songs. Many songs teach all." in said(at)
    few, many = at.selectbox[0].options[1], at.selectbox[0].options[0]
    at.selectbox[0].select(few).run()
    assert chosen(at) == ("books", "none", "studio")
    assert "Few songs teach a head." in said(at)
    preset(at, "paper")
    assert "Not sure? For 7 songs we recommend Base of books, head only, Studio." in said(at)
    at.selectbox[0].select(many).run()
    assert chosen(at) == ("books", "none", "paper")  # as the person had it
    labelled(at.button, "Take it").click().run()
    assert chosen(at) == ("songs", "all", "quick")
    assert not any(button.label == "Take it" for button in at.button)


# ---- the name


def name_of_run(at: AppTest) -> Any:
    return labelled(at.text_input, "Name of the run")


def test_the_name_outlives_a_layer_and_a_page_but_not_its_run(lab: Lab) -> None:
    at = open_page("train")
    name_of_run(at).set_value("Mine").run()
    before = name_of_run(at).placeholder
    at.session_state["layer_picker_3_1"] = {"layers": [1]}
    at.run()
    assert at.query_params["layers"] in ("1", ["1"])
    assert name_of_run(at).placeholder != before
    assert name_of_run(at).value == "Mine"
    open_page("train", open_page("corpus", at))
    assert name_of_run(at).value == "Mine"
    labelled(at.button, "Start").click().run()
    assert [run.name for run in lab.store.runs()] == ["Mine"]
    open_page("train", open_page("corpus", at))
    assert name_of_run(at).value == ""


# ---- settings of one's own


def test_a_changed_setting_outlives_pages_presets_and_bases(lab: Lab) -> None:
    at = open_page("train", preset="studio")
    rate(at).set_value(0.004).run()
    labelled(at.selectbox, "Course of the learning rate").select("constant").run()
    open_page("train", open_page("corpus", at))
    assert rate(at).value == 0.004
    steps = labelled(at.number_input, "Steps at most").value
    preset(at, "quick")
    assert labelled(at.number_input, "Steps at most").value < steps
    assert rate(at).value == 0.004
    words = "Set by you: learning rate 0.004 and course of the learning rate stays."
    assert f"{words} The rest is as Quick has it." in said(at)
    preset(at, "studio")
    at.session_state["base_picker_1"] = {"value": "books"}
    at.run()
    assert rate(at).value == 0.004
    labelled(at.button, "Start").click().run()
    (run,) = lab.store.runs()
    assert (run.base, run.config.preset) == ("books", "own")
    assert (run.config.settings.learning_rate, run.config.settings.schedule) == (0.004, "constant")
    assert run.config.settings.max_steps == steps


def test_back_to_the_preset(lab: Lab) -> None:
    at = open_page("train")
    assert not any(button.label == "Back to the preset" for button in at.button)
    usual = rate(at).value
    rate(at).set_value(0.004).run()
    labelled(at.button, "Back to the preset").click().run()
    assert rate(at).value == usual
    assert "Set by you" not in said(at)
    labelled(at.button, "Start").click().run()
    assert lab.store.runs()[0].config.preset == "quick"


def test_a_setting_put_back_by_hand_is_the_presets_again(lab: Lab) -> None:
    at = open_page("train")
    usual = rate(at).value
    rate(at).set_value(0.004).run()
    rate(at).set_value(usual).run()
    assert "Set by you" not in said(at)
    preset(at, "studio")
    assert rate(at).value != usual


def test_the_division_of_the_songs_stays_too(lab: Lab) -> None:
    at = open_page("train")
    at.button_group(key="knob_split").set_value("thirds").run()
    open_page("train", open_page("corpus", at))
    assert "Set by you: songs divided in thirds, as the paper." in said(at)
    preset(at, "paper")
    assert "Set by you" not in said(at)  # the paper divides so itself
    preset(at, "quick")
    labelled(at.button, "Start").click().run()
    assert lab.store.runs()[0].config.split.test == pytest.approx(1 / 3)


# ---- words


def test_every_setting_is_explained_and_is_called_the_same_on_every_page() -> None:
    # Only pretraining rounds its products: a run on a corpus gives the same figures everywhere.
    names = set(TrainConfig().to_dict()) - {"precision"}
    assert set(setting_words.LABELS) == set(setting_words.HELP) == names
    assert len(set(setting_words.LABELS.values())) == len(names)
    assert {name: words.capitalize() for name, words in differences.SETTING_LABELS.items()} == (
        setting_words.LABELS
    )
    choices = {choice for name in names for choice in TrainConfig.CHOICES.get(name, ())}
    assert set(setting_words.VALUES) == choices


def test_train_shows_these_words(lab: Lab) -> None:
    at = open_page("train")
    shown = {element.label: element.help for element in [*at.number_input, *at.selectbox]}
    for name, label in setting_words.LABELS.items():
        assert shown[label] == setting_words.HELP[name]


def test_a_base_says_how_many_of_its_texts_it_learned_from(lab: Lab) -> None:
    card = lab.base("songs")
    told = replace(card, reads="7 songs and 3 poems", songs=9, characters=1234)
    network_file.save(lab.store.home.base_file("songs"), weights(1), told)
    text = said(open_page("train"))
    assert "Texts: 7 songs and 3 poems" in text
    learned = "Learned from: 9 songs or pieces of these, 1,234 characters"
    assert f"{learned}; the rest was kept to check and judge it" in text


# ---- how long it takes


def test_the_paper_preset_takes_as_long_as_the_longest_of_these_songs(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = load_corpus(lab.store, lab.store.corpora()[0].id)
    longest = max(len(s.framed) for s in split(corpus, SplitConfig.from_dict(THIRDS)).train)
    assumed: list[int] = []

    def likely_s(*of: Any) -> float:
        assumed.append(of[-1].longest_chars)
        return 7 * 60.0

    monkeypatch.setattr(pace, "likely_s", likely_s)
    at = preset(open_page("train"), "paper")
    assert "About 7 minutes on this computer" in said(at)
    assert assumed[-1] == longest
