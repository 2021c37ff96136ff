"""From a file of lyrics to a new song, as a person does it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from lyricslab.importing import reading
from lyricslab.importing.intake_report import report
from lyricslab.library.corpora import add_corpus
from lyricslab.library.songbooks import list_songbooks
from lyricslab.store.store import Store

from .conftest import App

SONGBOOK = "nell_harrow.txt"
LONG_RUN_STEPS = 20_000
"""Far more than the journey waits for: it is stopped by hand."""


@pytest.fixture(scope="module")
def app(start_app: Callable[..., App]) -> App:
    """One app for all journeys of this file; the first of them makes its very first request."""
    return start_app()


def settled(page: Page) -> None:
    """Waits until the page has been drawn to its end."""
    done = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    page.wait_for_selector(done, state="attached")


def open_page(page: Page, app: App, address: str) -> None:
    """Opens an address of the app as a link in a mail would."""
    page.goto(f"{app.url}{address}")
    settled(page)


def go_to(page: Page, name: str) -> None:
    """Clicks a page in the bar."""
    page.locator(".st-key-app_pages a").filter(has_text=re.compile(f"{name}$")).click()
    settled(page)


def chosen(page: Page, name: str) -> str:
    """A choice as the address states it."""
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def layer(page: Page, k: int) -> Locator:
    """The switch of a layer in the diagram."""
    return page.get_by_role("switch", name=re.compile(f"^Layer {k}"))


def badge(page: Page, word: str) -> Locator:
    """The coloured word that says how a run is."""
    return page.locator(".stMarkdownBadge").filter(has_text=re.compile(rf"{word}$"))


def step_shown(page: Page) -> int:
    """How far the run on the page says it is."""
    said = page.get_by_text(re.compile(r"^Step [\d,]+ of [\d,]+"))
    text = said.inner_text()
    return int(re.findall(r"[\d,]+", text)[0].replace(",", ""))


def no_errors(page: Page) -> None:
    """Nothing on the page says that something went wrong."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Sorry, something went wrong")).to_have_count(0)


def songbook() -> Path:
    """The demo songs' file."""
    return next(b.path for b in list_songbooks() if b.path.name == SONGBOOK)


def own_songs() -> str:
    """All but one of them, with the quotes that a word processor makes."""
    text = songbook().read_text("ascii")
    return text.rpartition("\n---\n")[0].replace("'", "\u2019")


def bring_songs(app: App) -> str:
    """Puts the demo songs into the library without the browser; the corpus's id."""
    found = reading.read_path(songbook())
    return add_corpus(Store(app.home), found.corpus("Demo songs"), report(found)).id


def test_a_link_works_as_the_very_first_request(app: App, page: Page) -> None:
    corpus_id = bring_songs(app)
    open_page(page, app, f"/train?corpus={corpus_id}&base=songs&layers=0,1&preset=quick&seed=7")
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible()
    expect(page).to_have_title(re.compile("Train|Lyrics Lab"))
    expect(page.locator(".st-key-app_pages a")).to_have_count(7)
    expect(page.get_by_text("Page not found")).to_have_count(0)
    for k, learns in ((0, "true"), (1, "true"), (2, "false")):
        expect(layer(page, k)).to_have_attribute("aria-checked", learns)
    for width, height in ((1280, 720), (390, 844), (1280, 1000)):
        page.set_viewport_size({"width": width, "height": height})
        start = page.get_by_role("button", name="Start", exact=True)
        expect(start).to_be_in_viewport(ratio=1)
        # By Tab, Start comes after the name of the run and before what need not be looked at.
        page.get_by_label("Name of the run").focus()
        page.keyboard.press("Tab")
        expect(start).to_be_focused()
    page.get_by_text("Advanced: every setting").click()
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("7")
    assert chosen(page, "layers") == "0,1"
    no_errors(page)


def train(page: Page, app: App, corpus_id: str, layers: str, preset: str, steps: int | None) -> str:
    """Chooses songs base and layers, starts a run; its id."""
    open_page(page, app, f"/train?corpus={corpus_id}&base=songs&preset={preset}")
    for k in range(3):
        learns = str(str(k) in layers.split(",")).lower()
        if layer(page, k).get_attribute("aria-checked") != learns:
            layer(page, k).click()
            expect(layer(page, k)).to_have_attribute("aria-checked", learns)
            settled(page)
    page.wait_for_url(re.compile(f"layers={layers}".replace(",", "(,|%2C)")))
    if steps is not None:
        page.get_by_text("Advanced: every setting").click()
        for label, value in (("Evaluations without gain", 0), ("Steps at most", steps)):
            field = page.get_by_role("spinbutton", name=label)
            field.fill(str(value))
            field.press("Enter")
            settled(page)
        expect(page.get_by_text(f"at most {steps:,} steps")).to_be_visible()
        settled(page)
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile(r"/run\?run="))
    return chosen(page, "run")


def test_the_demo_is_one_click(app: App, page: Page) -> None:
    open_page(page, app, "/")
    page.get_by_role("button", name="Try it with demo songs").click()
    page.wait_for_url(re.compile(r"/run\?run="))
    expect(page.get_by_test_id("stVegaLiteChart").locator("svg, canvas").first).to_be_visible()
    expect(page.get_by_text("Before learning")).to_be_visible()
    go_to(page, "Start")
    expect(page.get_by_role("heading", name="Latest runs")).to_be_visible()
    expect(page.get_by_role("link", name="Nell Harrow ·")).to_be_visible()
    no_errors(page)


@pytest.mark.timeout(420)
def test_from_a_file_to_a_song(
    app: App, start_app: Callable[..., App], page: Page, tmp_path: Path
) -> None:
    # Bring: a file of one's own, checked and saved.
    mine = tmp_path / "my lyrics (final).txt"
    mine.write_text(own_songs(), "utf-8")
    open_page(page, app, "/corpus")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(mine)
    songs = own_songs().count("\n---\n") + 1
    expect(page.get_by_text(f"{songs} songs from 1 file")).to_be_visible()
    expect(page.get_by_text(re.compile(r"were replaced by plain ones: .* times"))).to_be_visible()
    name = page.get_by_role("textbox", name="Name of the corpus")
    name.fill("Nell's songs")
    name.press("Enter")
    settled(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile("is saved.* Next, choose a base"))).to_be_visible()
    corpus_id = next(row.id for row in Store(app.home).corpora() if row.name == "Nell's songs")

    # Train layers 0 and 2 of the songs base; the curve moves, and a reload changes nothing.
    first = train(page, app, corpus_id, "0,2", "quick", LONG_RUN_STEPS)
    chart = page.get_by_test_id("stVegaLiteChart").first
    expect(chart.locator("svg, canvas").first).to_be_visible()
    before = step_shown(page)
    drawn = chart.inner_html()
    page.wait_for_function(
        "drawn => document.querySelector('[data-testid=stVegaLiteChart]')?.innerHTML !== drawn",
        arg=drawn,
    )
    page.reload()
    settled(page)
    still_training(page, first, before)

    # Ctrl-C ends the app but not the run: a fresh one shows it, with its link as first request.
    app.end()
    app = start_app(app.home)
    open_page(page, app, f"/train?run={first}")
    still_training(page, first, before)
    expect(page.get_by_text("Before learning")).to_be_visible()
    page.get_by_role("button", name="Stop the run").click()
    expect(badge(page, "stopped")).to_be_visible()
    expect(page.get_by_role("button", name="Write with it")).to_be_visible()
    expect(page.get_by_text("every frozen weight is equal to the base's")).to_be_visible()
    no_errors(page)

    # A second run, of the last layer alone, to its end.
    second = train(page, app, corpus_id, "2", "quick", None)
    expect(badge(page, "finished")).to_be_visible()
    assert second != first
    no_errors(page)

    compare(page, app, first, second)
    write(page, app, first)
    stayed_light(app)


def still_training(page: Page, run: str, step: int) -> None:
    """The page shows this run, under way and not behind what was seen before."""
    assert chosen(page, "run") == run
    expect(badge(page, "training")).to_be_visible()
    expect(page.get_by_text(re.compile(rf"^Step [\d,]+ of {LONG_RUN_STEPS:,}"))).to_be_visible()
    assert step_shown(page) >= step


def stayed_light(app: App) -> None:
    """After all pages and a song the app's process has not loaded torch, where one can see that."""
    loaded = Path(f"/proc/{app.process.pid}/maps")
    if loaded.exists():
        text = loaded.read_text()
        assert "numpy" in text
        assert "libtorch" not in text


def compare(page: Page, app: App, first: str, second: str) -> None:
    """Both runs side by side, by a link that names them."""
    open_page(page, app, f"/compare?runs={first},{second}")
    expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="What differs")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("svg, canvas").first).to_be_visible()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Table as CSV").click()
    table = Path(waiting.value.path()).read_text("utf-8-sig").splitlines()
    assert len(table) == 1 + 3  # a heading, these two, the demo's
    no_errors(page)


def write(page: Page, app: App, run: str) -> None:
    """Two songs at two temperatures and one seed: each its own, each to be had again."""
    open_page(page, app, f"/write?run={run}&length=300&seed=11&temperature=0.3")
    expect(page.get_by_role("heading", name="Write", level=1)).to_be_visible()
    careful = written(page)
    assert chosen(page, "model") == run
    slider = page.get_by_role("slider", name="Temperature")
    for _ in range(14):
        slider.press("ArrowRight")
    page.wait_for_url(re.compile(r"temperature=1(\.0)?(&|$)"))
    settled(page)
    lively = written(page)
    assert lively != careful
    open_page(page, app, f"/write?run={run}&length=300&seed=11&temperature=0.3")
    assert written(page) == careful
    no_errors(page)


def written(page: Page) -> str:
    """Asks for a song and waits for its end; what the downloaded file holds."""
    sheet = page.locator(".st-key-sheet_0")
    before = sheet.inner_text() if sheet.count() else ""
    page.get_by_role("button", name="Write", exact=True).click()
    expect(sheet).not_to_have_text(before, use_inner_text=True)
    expect(sheet.get_by_text(re.compile("cut at 300 characters|ended by itself"))).to_be_visible()
    expect(page.get_by_role("button", name="Write", exact=True)).to_be_visible()
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download as text").click()
    song = Path(waiting.value.path()).read_text("utf-8")
    assert 10 < len(song) <= 420
    assert song.split()[0] in sheet.inner_text()
    return song
