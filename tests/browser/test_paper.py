"""The page of the paper in a real browser: a field is pressed, the report downloaded."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lyricslab.library.corpora import add_corpus
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.store.home import open_home
from lyricslab.store.store import Store
from tests.browser.conftest import App
from tests.support.finished_sweep import begin, work_off


@pytest.fixture(scope="module")
def app(start_app: Callable[..., App], tmp_path_factory: pytest.TempPathFactory) -> App:
    """An app whose home has a sweep of the bases that ship, its figures made up."""
    store = Store(open_home(tmp_path_factory.mktemp("swept")))
    songs = tuple(
        Song(f"Lamp {k}", f"The harbour keeps {k} lamps\nand {k * k} slow bells\n" * 9)
        for k in range(12)
    )
    corpus = add_corpus(store, Corpus("Harbour songs", songs))
    begin(store, corpus, seeds=1, bases=("books", "songs"))
    work_off(store)
    return start_app(store.home)


def test_a_field_is_pressed_and_the_report_downloaded(app: App, page: Page, tmp_path: Path) -> None:
    page.goto(f"{app.url}/paper")
    chosen = page.locator(".st-key-paper_cell input")
    expect(chosen).to_have_value(re.compile("^Songs: layer"))
    heat = page.get_by_role("group", name="Loss on the test songs")
    field = heat.get_by_role("button", name=re.compile("^Books, layer 1;"))
    field.focus()
    page.keyboard.press("Enter")
    expect(chosen).to_have_value("Books: layer 1")
    expect(field).to_have_attribute("aria-pressed", "true")

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Report", exact=True).click()
    path = tmp_path / "report.html"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename.endswith(".html")
    page.set_content(path.read_text("utf-8"))  # the window fails if it reaches for anything
    expect(page.get_by_role("heading", name="What they write")).to_be_visible()
