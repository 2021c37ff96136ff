"""The frame around every page: its bar, its menu, its styles, the help."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.file_util import get_static_dir

from lyricslab.engine.client import EngineStatus
from lyricslab.ui import html_page
from lyricslab.ui.app_menu import engine_state
from lyricslab.ui.common import navigation
from lyricslab.ui.common.draw_chart import enlarged
from lyricslab.ui.common.theme import LARGER
from tests.support.app_page import open_page, said


def links(page: str, **address: object) -> dict[str, str]:
    """The links of a page: their words, and the query that they carry."""
    shown = open_page(page, **address).get("page_link")
    return {link.proto.label: link.proto.query_string for link in shown}


def test_the_bar_has_every_page_and_keeps_the_size(own_home: Path) -> None:
    bar = ["Start", "Corpus", "Bases", "Train", "The paper", "Compare", "Write"]
    plain = links("help")
    assert [label for label in plain if label in bar] == bar
    assert not any("size" in query for query in plain.values())
    assert all("size=large" in query for query in links("help", size="large").values())


def test_the_help_has_words_for_everything(own_home: Path) -> None:
    for section, word in {"help": "nats per character", "glossary": "Temperature"}.items():
        assert word in said(open_page("help", section=section))
    about = said(open_page("help", section="about"))
    assert "MIT" in about and str(own_home) in about


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (EngineStatus(running=False), "asleep"),
        (EngineStatus(running=False, error="The disk is full."), "The disk is full."),
        (EngineStatus(running=True), "starting"),
        (EngineStatus(running=True, workers=2), "nothing trains"),
        (EngineStatus(running=True, workers=2, busy=1), "1 of 2 workers busy"),
    ],
)
def test_the_menu_says_how_the_engine_is(status: EngineStatus, says: str) -> None:
    assert says in engine_state(status)


def test_the_first_page_asks_only_for_what_streamlit_has() -> None:
    page = html_page.app_page().decode()
    asked = re.findall(r"""["'(]\./(static/[\w/.-]+)["')]""", page)
    assert all((Path(get_static_dir()) / name).is_file() for name in asked)
    loaded = re.findall(r"import\('\./static/js/([A-Za-z]+)\.", page)
    assert set(loaded) == set(html_page.WIDGETS)
    assert all(f"/{font}." in page for font in html_page.FONTS)
    assert f"--type: {LARGER};" in html_page.styles()
    assert navigation.LARGE in html_page.STYLES.read_text("utf-8")


def test_a_chart_is_enlarged_as_the_letters_are() -> None:
    spec = {"height": 200, "layer": [{"mark": {"fontSize": 12, "strokeWidth": 2, "dx": 4}}]}
    spec |= {"config": {"axis": {"labelFontSize": 13}}, "title": "fontSize"}
    assert enlarged(spec, 1.0) == spec
    assert enlarged(spec, 1.5) == {
        "height": 300,
        "layer": [{"mark": {"fontSize": 18, "strokeWidth": 3, "dx": 4}}],
        "config": {"axis": {"labelFontSize": 19.5}},
        "title": "fontSize",
    }
