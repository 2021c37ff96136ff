"""Writing songs: the sheets, the controls in the address, the page with and without runs."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice

import pytest

from lyricslab.config import STANDARD_DECODING, DecodingConfig, FormConfig, SampleConfig
from lyricslab.importing.lines import is_label
from lyricslab.library.writer_knowledge import knowledge_of, knowledge_of_bases
from lyricslab.model import sampler
from lyricslab.model.inference import Network
from lyricslab.ui.common import writers
from lyricslab.ui.write import write_settings
from lyricslab.ui.write.writing import (
    SEPARATOR,
    SETTING_WORDS,
    Sheet,
    Writing,
    mood,
    title_and_lyrics,
)
from tests.support.app_page import open_page, said, stated
from tests.support.lab import SMALL, Lab, weights


def network(seed: int) -> Network:
    return Network(weights(seed), SMALL)


def endless(seed: int) -> Network:
    """A network that never ends a song by itself."""
    made = weights(seed)
    made["head.bias"][0] = -99
    return Network(made, SMALL)


# ---- sheets


def test_writing_ends_with_what_the_sampler_writes() -> None:
    config = SampleConfig(length_chars=90, seed=5, prime="The harbour", count=2)
    writing = Writing(("one", "two"), config, [network(1), network(2)])
    changed = list(writing.go_on())
    expected = [song.text for n in (1, 2) for song in sampler.write(network(n), config)]
    assert [sheet.text for sheet in writing.sheets] == expected
    assert [sheet.seed for sheet in writing.sheets] == [5, 6, 5, 6]
    assert set(changed) == {0, 1, 2, 3}
    assert writing.over


def test_writing_goes_on_where_a_rerun_cut_it_off() -> None:
    config = SampleConfig(length_chars=400, seed=3)
    writing = Writing(("one",), config, [endless(4)])
    first = len(list(islice(writing.go_on(), 1)))
    before = writing.sheets[0].text
    assert first == 1
    assert not writing.over
    list(writing.go_on())
    whole = sampler.write(endless(4), config)[0].text
    assert whole.startswith(before)
    assert writing.sheets[0].text == whole


def test_writing_stops_and_keeps_what_there_is() -> None:
    writing = Writing(("one",), SampleConfig(length_chars=4000, seed=3), [endless(4)])
    next(writing.go_on())
    writing.stop()
    kept = writing.sheets[0].text
    assert list(writing.go_on()) == []
    assert writing.over
    assert writing.sheets[0].text == kept != ""
    assert writing.ending(writing.sheets[0]).endswith("stopped.")


def test_two_runs_of_the_page_may_write_at_once() -> None:
    config = SampleConfig(length_chars=900, seed=3, count=2)
    writing = Writing(("one",), config, [endless(4)])
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(list, writing.go_on()) for _ in range(4)]:
            done.result()
    assert [s.text for s in writing.sheets] == [s.text for s in sampler.write(endless(4), config)]


def test_writing_shows_a_line_that_does_not_end_in_parts() -> None:
    made = weights(4)
    made["head.bias"][:] = -99.0
    made["head.bias"][ord("x")] = 99.0
    writing = Writing(("one",), SampleConfig(length_chars=300), [Network(made, SMALL)])
    seen = [len(writing.sheets[0].text) for _ in writing.go_on()]
    assert seen == [80, 160, 240, 300]


def test_endings() -> None:
    config = SampleConfig(length_chars=10, prime="ab")
    writing = Writing(("one",), config, [network(1)])
    assert writing.ending(Sheet("one", 0, "ab")) == "1 line so far"
    assert writing.ending(Sheet("one", 0, "ab\ncd\n", True)) == "2 lines. It ended by itself."
    cut = Sheet("one", 0, "ab\ncd\nefghijk", True)
    assert writing.ending(cut) == (
        "2 lines. It would have gone on: it was cut at 10 characters, after the last whole line."
    )
    assert writing.shown(cut) == ("", "ab\ncd")
    assert writing.shown(Sheet("one", 0, "ab" + "c" * 10, True)) == ("", "ab" + "c" * 10)


def test_rows_put_the_same_seed_beside_each_other() -> None:
    nets = [network(1), network(2)]
    two = Writing(("a", "b"), SampleConfig(count=3), nets)
    assert two.rows == [(0, 3), (1, 4), (2, 5)]
    assert [[two.sheets[k].seed for k in row] for row in two.rows] == [[0, 0], [1, 1], [2, 2]]
    assert Writing(("a",), SampleConfig(count=3), nets[:1]).rows == [(0, 1), (2,)]
    assert Writing(("a",), SampleConfig(), nets[:1]).rows == [(0,)]


def test_file_of_songs() -> None:
    writing = Writing(("one",), SampleConfig(seed=7, count=2, temperature=0.5), [network(1)])
    for sheet, text in zip(writing.sheets, ("First\n\nline\n", "Second\n\nline"), strict=True):
        sheet.text = text
    first, second = (f"[one · seed {seed} · temperature 0.5]" for seed in (7, 8))
    assert writing.text == (f"First\n\nline\n\n{first}{SEPARATOR}Second\n\nline\n\n{second}\n")
    assert writing.file_name == "songs-seed-7-temperature-0.5.txt"


def test_what_the_file_adds_can_be_taken_out_as_a_section_label() -> None:
    writing = Writing(("0,2 on songs · Harbour",), SampleConfig(seed=7), [network(1)])
    writing.sheets[0].text = "First\n\nline\n"
    kept = [line for line in writing.text.split("\n") if line and not is_label(line)]
    assert kept == ["First", "line"]


def test_what_changed_since() -> None:
    config = SampleConfig(seed=7, temperature=0.5)
    writing = Writing(("one",), config, [network(1)], ("a",))
    assert writing.changed(["a"], config) == []
    other = replace(config, seed=8, prime="x", count=2, length_chars=9, temperature=1.0)
    form = FormConfig(sections=("verse",))
    other = replace(other, decoding=DecodingConfig(min_p=0.1), form=form)
    assert writing.changed(["a", "b"], other) == [
        "who writes", "how it begins", "temperature", "length", "number of songs", "seed",
        "which letters may be drawn", "the form",
    ]  # fmt: skip
    assert set(SETTING_WORDS) == set(config.to_dict())


def test_title_and_lyrics() -> None:
    assert title_and_lyrics("A title\n\none\ntwo\n") == ("A title", "one\ntwo")
    assert title_and_lyrics("one\ntwo\n\nthree") == ("", "one\ntwo\n\nthree")
    assert title_and_lyrics("so far") == ("", "so far")
    assert title_and_lyrics("") == ("", "")


def test_every_temperature_has_a_mood() -> None:
    moods = [mood(k / 20) for k in range(41)]
    assert moods[0] != moods[1]
    assert len(set(moods)) == 8


# ---- the page


def test_a_manner_sets_the_temperature_and_a_line_shows_it(lab: Lab) -> None:
    lab.base("songs", seed=6)
    at = open_page("write", temperature=0.7)
    assert at.button(key="write_manner_steady").label == "**Steady**"
    steady = [caption.value for caption in at.caption if "For example: " in caption.value]
    assert len(steady) == 1
    at.button(key="write_manner_wild").click().run()
    assert at.slider(key="write_temperature").value == 1.2
    assert stated(at, "temperature") == "1.2"
    assert [caption.value for caption in at.caption if "For example: " in caption.value] != steady
    at.slider(key="write_temperature").set_value(0.45).run()
    assert not any("**" in button.label for button in at.button if "manner" in button.key)


def test_page_writes_in_a_form(lab: Lab) -> None:
    lab.base("songs", seed=6)
    at = open_page("write", form="chorus", rhymes="AABB", syllables="5")
    assert [at.selectbox(key=f"write_{name}").value for name in ("form", "rhymes")] == [
        "chorus", "AABB",
    ]  # fmt: skip
    assert not any(box.key == "write_length" for box in at.number_input)
    at.button(key="write_go").click().run()
    assert not at.exception
    made = at.session_state["write_now"]
    form = FormConfig(
        sections=("verse", "chorus", "verse", "chorus"), rhymes="AABB", syllables=(5,)
    )
    assert made.config.form == form
    _title, *sections = made.sheets[0].text.rstrip("\n").split("\n\n")
    assert [len(section.split("\n")) for section in sections] == [4, 4, 4, 4]
    assert sections[1] == sections[3]
    assert "The form is complete." in said(at)
    at.text_input(key="write_syllables").set_value("eight").run()
    assert "write them so: 8 6 8 6" in said(at)
    at.selectbox(key="write_form").set_value("free").run()
    assert not any(box.key == "write_syllables" for box in at.text_input)
    assert "Changed since these songs were written: length, the form." not in said(at)


def test_page_writes_only_words_it_knows_unless_told_otherwise(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "mine")
    at = open_page("write", model=run.id, length=200, seed=4)
    at.button(key="write_go").click().run()
    assert not at.exception
    words = knowledge_of(lab.store, run).words
    text = at.session_state["write_now"].sheets[0].text
    assert {word for word in re.findall(r"[A-Za-z]+", text) if not words.knows(word.lower())} <= {
        "st", "nd", "rd", "th", "s", "d", "ll", "ve", "re", "m",
    }  # fmt: skip
    assert "The longest passage that is also in a song it learned from" in said(at)
    at.select_slider(key="write_words").set_value("free").run()
    at.toggle(key="write_loops_switch").set_value(False).run()
    at.toggle(key="write_endings_switch").set_value(False).run()
    at.toggle(key="write_original_switch").set_value(False).run()
    assert "Changed since these songs were written: which letters may be drawn" in said(at)
    assert [stated(at, name) for name in ("words", "loops", "endings", "original")] == [
        "free", "no", "no", "no",
    ]  # fmt: skip
    at.button(key="write_go").click().run()
    plain = SampleConfig(seed=4, length_chars=200)
    made = at.session_state["write_now"]
    assert made.config == plain
    assert made.sheets[0].text == sampler.write(made.networks[0], plain)[0].text


def test_page_names_the_songs_that_passages_are_from(lab: Lab) -> None:
    run = lab.run(lab.corpus(), "mine")
    prime = "and 25 slow bells\nThe harbour #harbour keeps 3 lamps\nand 9"
    at = open_page("write", model=run.id, length=100, prime=prime)
    at.button(key="write_go").click().run()
    assert not at.exception
    shown = said(at)
    assert "Passages of 20 characters or more that are also in songs it learned from" in shown
    assert "and 25 slow bells The harbour” of “Harbour songs 5”, 30 characters" in shown
    assert "harbour keeps 3 lamps and 9” of “Harbour songs 3”, 2" in shown
    assert "Those songs share up to" in shown
    assert shown.count("characters with each other") == 1


def test_page_without_any_network(lab: Lab) -> None:
    at = open_page("write")
    assert "Nobody can write yet" in said(at)
    assert not at.exception
    assert not at.button


def test_page_with_a_base_alone(lab: Lab) -> None:
    lab.base("songs")
    at = open_page("write")
    assert "a base can" in said(at)
    assert at.selectbox(key="write_model").value == "songs"
    assert stated(at, "model") == "songs"


def test_runs_of_a_sweep_come_last(lab: Lab) -> None:
    lab.base("songs")
    corpus = lab.corpus()
    mine = lab.run(corpus, "mine")
    swept = lab.run(corpus, "swept", made_for="sweep")
    known = writers.writers(lab.store, "local")
    assert [writer.key for writer in known] == [mine.id, "songs", swept.id]
    assert known[2].label == "swept · Harbour songs, of a sweep"
    called = lab.run(corpus, "Harbour songs · Songs · all layers")
    label = next(w.label for w in writers.writers(lab.store, "local") if w.key == called.id)
    assert label == called.name  # its songs are in its name already


def test_page_writes_what_the_sampler_writes(lab: Lab) -> None:
    lab.base("songs", seed=6)
    at = open_page("write", temperature=0.6, seed=12, length=150, prime="Low tide")
    at.button(key="write_go").click().run()
    assert not at.exception
    config = SampleConfig(
        temperature=0.6,
        seed=12,
        length_chars=150,
        prime="Low tide",
        decoding=STANDARD_DECODING,
    )
    text = sampler.write(Network(weights(6), SMALL), config, known=knowledge_of_bases())[0].text
    title, lyrics = title_and_lyrics(text)
    lyrics = lyrics.replace("\\", "")  # as `said` shows them
    assert lyrics in said(at)
    assert title in said(at)
    # It stays when something else on the page is touched, and says with which seed it was made.
    at.slider(key="write_temperature").set_value(1.0).run()
    assert lyrics in said(at)
    assert "Base of songs · base · seed 12 · temperature 0.6" in said(at)
    assert "Changed since these songs were written: temperature." in said(at)
    at.slider(key="write_temperature").set_value(0.6).run()
    assert "Changed since" not in said(at)


def test_page_writes_several_songs_by_two_networks_at_one_seed(lab: Lab) -> None:
    lab.base("songs", seed=6)
    run = lab.run(lab.corpus(), "0,2 on songs")
    at = open_page("write", model=run.id, beside="songs", songs=2, seed=3, length=120)
    at.button(key="write_go").click().run()
    assert not at.exception
    captions = [caption.value for caption in at.caption if "· seed" in caption.value]
    seeds = [caption.split("seed ")[1].split(" ")[0] for caption in captions]
    assert seeds == ["3", "3", "4", "4"]
    # Columns keep two sheets beside each other at widths where fixed ones would wrap.
    sheets = [column for column in at.columns if any("· seed" in c.value for c in column.caption)]
    assert len(sheets) == 4
    assert at.session_state["write_now"].text.count(SEPARATOR) == 3


def test_page_opens_with_the_run_of_a_link(lab: Lab) -> None:
    lab.base("songs")
    corpus = lab.corpus()
    first = lab.run(corpus, "first")
    lab.run(corpus, "second")
    at = open_page("write", run=first.id)
    assert at.selectbox(key="write_model").value == first.id
    assert "run" not in at.query_params
    assert stated(at, "model") == first.id
    assert open_page("write", model="first").selectbox(key="write_model").value == first.id


def test_page_opens_with_a_base_that_the_address_calls_so(lab: Lab) -> None:
    lab.base("songs")
    lab.base("books", seed=2)
    at = open_page("write", base="books", temperature=0.4)
    assert at.selectbox(key="write_model").value == "books"
    assert at.selectbox(key="write_model").options == [
        "Base of books · base",
        "Base of songs · base",
    ]
    assert at.slider(key="write_temperature").value == 0.4
    assert "base" not in at.query_params
    assert stated(at, "model") == "books"
    assert "neither a base nor a run called 'gone'" in said(open_page("write", base="gone"))


def test_page_says_how_an_opening_begins_a_new_word(lab: Lab) -> None:
    lab.base("songs")
    at = open_page("write", prime="the cafe ", length=100)
    assert "end with a space" in at.text_area(key="write_prime").help
    at.button(key="write_go").click().run()
    assert at.session_state["write_now"].sheets[0].text.startswith("the cafe ")


def test_page_says_that_a_model_is_not_there(lab: Lab) -> None:
    lab.base("songs")
    lab.run(lab.corpus(), "later", status="queued")
    assert "neither a base nor a run called 'gone'" in said(open_page("write", model="gone"))
    assert "'later' has no network to write with yet: it is waiting." in said(
        open_page("write", model="later")
    )


def test_page_puts_a_temperature_of_5_right_and_says_so(lab: Lab) -> None:
    lab.base("songs")
    at = open_page("write", temperature=5)
    assert at.slider(key="write_temperature").value == 2.0
    assert "a temperature of 5, which is out of reach" in said(at)
    # Said as long as it stands, also after another control was touched.
    at.number_input(key="write_seed").set_value(4).run()
    assert "a temperature of 5" in said(at)
    at.slider(key="write_temperature").set_value(1.0).run()
    assert "a temperature of 5" not in said(at)
    assert stated(at, "temperature") == "1.0"


def test_page_warns_of_temperature_0_and_of_folded_letters(lab: Lab) -> None:
    lab.base("songs")
    at = open_page("write", temperature=0, prime="Café")
    assert "At temperature 0 the likeliest character is always taken" in said(at)
    assert "é became e" in said(at)


def test_page_refuses_an_opening_that_folds_to_nothing(lab: Lab) -> None:
    lab.base("songs")
    at = open_page("write", prime="\ufe0f\u200d")
    at.button(key="write_go").click().run()
    assert "Begin with words in the Latin alphabet" in said(at)
    assert "write_now" not in at.session_state


def test_page_says_that_a_base_is_cut_short(lab: Lab) -> None:
    lab.base("songs")
    file = lab.store.home.base_file("songs")
    file.write_bytes(file.read_bytes()[:-7])
    at = open_page("write")
    at.button(key="write_go").click().run()
    assert "is damaged or cut short" in said(at)
    assert at.button(key="write_go")


def test_another_draws_a_new_seed_and_writes(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.base("songs")
    monkeypatch.setattr(write_settings.secrets, "randbelow", lambda _: 4321)
    at = open_page("write", length=100)
    at.button(key="write_go").click().run()
    at.button(key="write_another").click().run()
    assert at.number_input(key="write_seed").value == 4321
    assert at.session_state["write_now"].config.seed == 4321
    assert stated(at, "seed") == "4321"


def test_page_offers_stop_while_it_writes(lab: Lab) -> None:
    lab.base("songs")
    at = open_page("write", length=5000)
    at.session_state["write_now"] = writing = Writing(
        ("songs",), SampleConfig(length_chars=5000), [network(1)]
    )
    next(writing.go_on())
    writing.stop()
    at.run()
    assert "stopped" in said(at)
