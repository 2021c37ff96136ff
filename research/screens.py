"""Pictures of every page, and what jumps and what cannot be read on them.

    python -m research.screens FOLDER --home HOME [--pages start,train] [--widths 1280,800,390]
        [--themes light,dark] [--measure] [--readme]

Opens the app on a home that has songs and runs (nothing in it is changed but the time of its last
use), and writes FOLDER/PAGE-WIDTH-THEME.png. With --measure a table follows: for each page how far
it shifts while it opens (the web's CLS; below 0.1 is good), and what axe-core finds serious. With
--readme the demo is trained in a home of its own, and docs/train.png taken at its end.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.app_sessions import ROOT, Server
from lyricslab.engine import client
from lyricslab.store.home import open_home
from lyricslab.store.store import Store
from tests.browser import chromium

PAGES = {
    "start": "",
    "corpus": "corpus",
    "bases": "bases",
    "make": "bases?section=make",
    "books": "bases?section=books",
    "train": "train",
    "paper": "paper",
    "compare": "compare",
    "run": "run?run={run}",
    "write": "write",
    "help": "help",
    "missing": "nosuchpage",
}
"""The address of each page by the name of its pictures."""
HEIGHTS = {1920: 1080, 800: 1100, 390: 844}
COUNT_SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
OPEN_MS = 120_000
DEMO_MS = 420_000
SETTLE_MS = 1_200
"""Charts are drawn after the page says that it is complete."""


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it is taken."""

    page: str
    width: int
    theme: str

    @property
    def file(self) -> str:
        """Return the name of its picture."""
        return f"{self.page}-{self.width}-{self.theme}.png"


def main(arguments: Sequence[str] | None = None) -> None:
    """Take the pictures that the command asks for."""
    options = _options(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    with _browser() as browser:
        if options.readme:
            with tempfile.TemporaryDirectory() as home, _app(Path(home)) as url:
                picture_of_the_demo(browser, url, ROOT / "docs" / "train.png")
        if options.home:
            looks = [
                Look(page, int(width), theme)
                for page in options.pages.split(",")
                for width in options.widths.split(",")
                for theme in options.themes.split(",")
            ]
            with _app(options.home) as url:
                run = _a_run(options.home)
                found = [take(browser, url, look, run, options) for look in looks]
            if options.measure:
                print("| page | width | theme | shift | axe: serious |\n|---|---|---|---|---|")
                print("\n".join(found))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pictures of every page.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--pages", default=",".join(PAGES))
    parser.add_argument("--widths", default="1280,800,390")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--readme", action="store_true")
    return parser.parse_args(arguments)


def _a_run(home: Path) -> str:
    """Return the id of a finished run, as Start lists them; "" if there is none."""
    runs = Store(open_home(home)).runs(statuses=("done",), exclude_experiments=True, most=1)
    return runs[0].id if runs else ""


def take(browser: Browser, url: str, look: Look, run: str, options: argparse.Namespace) -> str:
    """Take a picture; return a line of the table of measures."""
    context = browser.new_context(
        viewport={"width": look.width, "height": HEIGHTS.get(look.width, 800)},
        color_scheme="dark" if look.theme == "dark" else "light",
        locale="en-GB",
    )
    context.set_default_timeout(OPEN_MS)
    page = context.new_page()
    page.add_init_script(COUNT_SHIFTS)
    page.goto(f"{url}/{PAGES[look.page].format(run=run)}")
    _settle(page)
    page.screenshot(path=options.folder / look.file)
    told = ""
    if options.measure:
        shift = page.evaluate("window.shifted")
        told = f"| {look.page} | {look.width} | {look.theme} | {shift:.3f} | {_faults(page)} |"
    context.close()
    print(look.file, flush=True)
    return told


def _settle(page: Page) -> None:
    done = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    page.wait_for_selector(f"html:not([data-opening]) {done}, main:has(h1)", state="attached")
    page.wait_for_timeout(SETTLE_MS)


def _faults(page: Page) -> str:
    """Return what axe-core finds serious, and how often; "none" if nothing."""
    page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    serious = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    return ", ".join(f"{fault['id']} {len(fault['nodes'])}" for fault in serious) or "none"


def picture_of_the_demo(browser: Browser, url: str, file: Path) -> None:
    """Train the demo, and take the page of its run at the end, with the song that it wrote."""
    page = browser.new_page(viewport={"width": 1280, "height": 815}, color_scheme="light")
    page.set_default_timeout(DEMO_MS)
    page.goto(url)
    page.get_by_role("button", name="Try it").first.click()
    page.wait_for_url(re.compile(r"/run\?run="))
    badge = page.locator(".stMarkdownBadge").filter(has_text=re.compile("finished$"))
    badge.first.wait_for()
    page.get_by_text("It is writing a song.").wait_for(state="hidden")
    page.wait_for_timeout(3 * SETTLE_MS)
    page.screenshot(path=file)
    page.close()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@contextmanager
def _app(home: Path) -> Iterator[str]:
    """Run the app on a home, and end it with its engine."""
    server = Server(home)
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.end()
        client.stop_engine(open_home(home))


if __name__ == "__main__":
    main()
