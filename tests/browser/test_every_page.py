"""Every page as everybody meets it: by keyboard or ear, light or dark, wide or narrow."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lyricslab.library.corpora import add_corpus
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.store.home import open_home
from lyricslab.store.store import Store
from tests.browser.conftest import App
from tests.support.finished_sweep import begin, work_off

PAGES = ("", "corpus", "bases", "bases?section=make", "bases?section=books", "train", "paper")
PAGES += ("compare", "run?run=RUN", "write", "help", "nosuchpage")
MAX_SHIFT = 0.1
"""The sum that the web's own measure of jumping calls good."""
COUNT_SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def app(start_app: Callable[..., App], tmp_path_factory: pytest.TempPathFactory) -> App:
    """An app whose home has songs, and a sweep with made-up figures."""
    store = Store(open_home(tmp_path_factory.mktemp("home")))
    songs = tuple(
        Song(f"Lamp {k}", f"The harbour keeps {k} lamps\nand {k * k} slow bells\n" * 9)
        for k in range(12)
    )
    begin(store, add_corpus(store, Corpus("Harbour songs", songs)), seeds=1, bases=("songs",))
    work_off(store)
    return start_app(store.home)


def opened(page: Page, address: str) -> None:
    """Opens an address and waits until the page shows itself."""
    page.goto(address)
    done = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    page.wait_for_selector(f"html:not([data-opening]) {done}, main:has(h1)", state="attached")


def faults(page: Page, **options: Any) -> list[str]:
    """What axe finds that keeps somebody from using the page."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{fault['id']}: {node['html'][:150]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@pytest.mark.timeout(420)
def test_axe_finds_nothing_serious_and_nothing_jumps(app: App, page: Page) -> None:
    run = Store(app.home).runs(most=1)[0].id
    page.set_viewport_size({"width": 1280, "height": 800})
    page.add_init_script(COUNT_SHIFTS)
    wrong = []
    for name in PAGES:
        page.emulate_media(color_scheme="light")
        opened(page, f"{app.url}/{name.replace('RUN', run)}")
        light = faults(page, resultTypes=["violations"])
        shifted = page.evaluate("window.shifted")
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("getComputedStyle(document.body).colorScheme != 'light'")
        dark = faults(page, runOnly=["color-contrast"], resultTypes=["violations"])
        wrong += [f"/{name} {what}" for what in (*light, *dark)]
        wrong += [f"/{name} jumps by {shifted:.2f}"] if shifted >= MAX_SHIFT else []
    assert not wrong, "\n".join(wrong)


def test_the_bar_leads_everywhere_at_any_width(app: App, page: Page) -> None:
    opened(page, f"{app.url}/help")
    menu = page.locator(".st-key-app_menu button").first
    anchors = page.get_by_label("Link to heading").locator("visible=true")
    expect(anchors).to_have_count(0)  # each would be a stop of the Tab key
    for width in (1280, 800, 390):
        page.set_viewport_size({"width": width, "height": 800})
        links = page.locator(".st-key-app_pages a")
        expect(links).to_have_count(7)
        boxes = [link.bounding_box() for link in links.all()]
        expect(menu).to_be_visible()
        ends = [box["x"] + box["width"] for box in boxes if box]
        assert len(ends) == 7 and max(ends) <= width
        assert all(end <= box["x"] + 1 for end, box in zip(ends, boxes[1:], strict=False) if box)
        room = menu.bounding_box()
        assert width < 700 or (room and max(ends) <= room["x"])

    # Gone to another page with the menu open: what it switched holds there, and that page shows.
    page.set_viewport_size({"width": 1280, "height": 800})
    menu.click()
    page.get_by_text("Large, for a projector").click()
    page.wait_for_url(re.compile("size=large"))
    links.filter(has_text=re.compile("Write$")).click()
    expect(page.get_by_role("heading", name="Write", level=1)).to_be_visible()
    expect(links.filter(has_text="Write")).to_have_attribute("aria-current", "page")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "21.6px"
    page.reload()
    expect(page.get_by_role("heading", name="Write", level=1)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "21.6px"
