"""Choices in a page's address: which value wins, what is remembered, what a link gets told."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from lyricslab.config_base import Range
from lyricslab.ui.common.url_state import Replaced, parse_number


def page() -> AppTest:
    """A page with a choice of songs, a length, and a component; `away` stands for another page."""

    def script() -> None:
        import streamlit as st

        from lyricslab.config_base import Range
        from lyricslab.ui.common.url_state import ComponentParam, UrlParam, number_param, publish

        if st.session_state.get("away"):
            return
        songs = UrlParam("demo", "songs", default="all", options=("all", "own"), hide_default=True)
        songs.commit(st.selectbox("Songs", ["all", "own"], key=songs.bind()))
        length = number_param("demo", "length", Range(1, 9), 3)
        length.commit(st.number_input("Length", 1, 9, key=length.bind()))
        board = ComponentParam("demo", "board", default="a")
        board.resolve()
        st.text(f"board {board.version}")
        board.commit(st.session_state.pop("clicked", board.resolve()))
        publish()

    return AppTest.from_function(script).run()


def stated(at: AppTest) -> dict[str, str]:
    values = at.query_params.items()
    return {name: v if isinstance(v, str) else v[0] for name, v in values}


def back_from_another_page(at: AppTest, **address: str) -> AppTest:
    at.session_state["away"] = True
    at.run()
    at.session_state["away"] = False
    at.query_params.clear()
    at.query_params.update(address)
    return at.run()


def test_a_default_may_stay_out_of_the_address() -> None:
    assert stated(page()) == {"length": "3", "board": "a"}


def test_a_link_wins_and_then_the_widget() -> None:
    at = page()
    at.query_params.update(songs="own", length="5")
    at.run()
    assert (at.selectbox[0].value, at.number_input[0].value) == ("own", 5)
    at.number_input[0].set_value(7).run()
    assert stated(at) == {"songs": "own", "length": "7", "board": "a"}
    at.query_params["length"] = "5"  # the back button
    assert at.run().number_input[0].value == 5


def test_a_choice_outlives_another_page() -> None:
    at = page()
    at.selectbox[0].select("own").run()
    back_from_another_page(at)
    assert at.selectbox[0].value == "own"
    assert stated(at)["songs"] == "own"


def test_a_link_to_what_is_gone_says_so_until_something_else_is_chosen() -> None:
    at = page()
    at.query_params["songs"] = "gone"
    assert "There is no songs 'gone'" in at.run().warning[0].value.replace("\\", "")
    assert at.selectbox[0].value == "all"
    assert at.run().warning
    assert not at.selectbox[0].select("own").run().warning


def test_what_a_link_got_told_is_forgotten_with_the_page() -> None:
    at = page()
    at.query_params["length"] = "99"
    assert "out of reach" in at.run().warning[0].value
    assert at.number_input[0].value == 9
    back_from_another_page(at)
    assert at.number_input[0].value == 9
    assert not at.warning


def test_a_component_starts_again_only_when_its_choice_was_changed_elsewhere() -> None:
    at = page()
    at.session_state["clicked"] = "b"
    at.run()
    assert stated(at.run())["board"] == "b"
    assert at.text[0].value == "board 1"
    at.query_params["board"] = "c"
    assert at.run().text[0].value == "board 2"
    assert at.run().text[0].value == "board 2"


@pytest.mark.parametrize(
    ("text", "value", "sentence"),
    [
        ("0.7", 0.7, ""),
        ("2", 2.0, ""),
        ("5", 2.0, "a warmth of 5, which is out of reach: it goes from 0 to 2. It is 2 here."),
        ("-1", 0.0, "It is 0 here."),
        ("inf", 2.0, "It is 2 here."),
        ("nan", 0.8, "not a number"),
        ("warm", 0.8, "'warm', which is not a number"),
    ],
)
def test_numbers(text: str, value: float, sentence: str) -> None:
    if not sentence:
        assert parse_number(text, "warmth", Range(0, 2), 0.8) == value
        return
    with pytest.raises(Replaced) as refused:
        parse_number(text, "warmth", Range(0, 2), 0.8)
    assert refused.value.value == value
    assert sentence in str(refused.value)


def test_whole_numbers() -> None:
    limits = Range(0, 2**31 - 1)
    assert parse_number("7", "seed", limits, 0) == 7
    with pytest.raises(Replaced, match="not a whole number"):
        parse_number("7.5", "seed", limits, 0)
    with pytest.raises(Replaced) as refused:
        parse_number("9" * 400, "seed", limits, 0)
    assert refused.value.value == limits.high
