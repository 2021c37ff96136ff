"""Characters written by name or number."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.importing.entities import unescape


@pytest.mark.parametrize("number", ["&#" + "9" * 4_301, "&#x" + "f" * 5_000, "&#123456789012;"])
def test_a_number_beyond_any_character_is_replaced(number: str) -> None:
    assert unescape(f"la {number};oh").startswith("la \ufffd")


@given(st.text("&#xX;amplt0129f \u00e9", max_size=30))
def test_all_others_are_those_of_html(text: str) -> None:
    assert unescape(text) == html.unescape(text)
