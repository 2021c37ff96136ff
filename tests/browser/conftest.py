"""A real app on a free port, and a real Chromium to use it with."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lyricslab.engine import client
from lyricslab.store.home import Home, open_home
from tests.browser import chromium as chromium_program

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_ARGS = [
    "--no-sandbox",  # in a container Chromium has none to offer
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 120_000
"""How long to wait for something on the page; a busy computer is slow, not wrong."""


@pytest.fixture(scope="module")  # not longer: its event loop would be in other tests' way
def chromium() -> Iterator[Browser]:
    """One Chromium for the tests of a file; each test gets a fresh window."""
    path = chromium_program.find() or chromium_program.install()
    if path is None:
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(f"There is no Chromium for the browser tests: {chromium_program.HINT}.")
        pytest.skip(chromium_program.HINT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@dataclass
class App:
    """A running app: its address, its home, its process."""

    url: str
    home: Home
    process: subprocess.Popen[bytes]
    log: Path

    def end(self, how: int = signal.SIGINT) -> None:
        """End the server as Ctrl-C would; the engine keeps running."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., App]]:
    """Start apps, each in a new home unless one is given; end them after the tests of a file."""
    started: list[App] = []

    def start(home: Home | None = None) -> App:
        app = _start(home or open_home(tmp_path_factory.mktemp("home")))
        started.append(app)
        _wait_until_healthy(app)
        return app

    yield start
    for app in started:
        app.end()
    for root in {app.home.root for app in started}:
        client.stop_engine(open_home(root))


def _start(home: Home) -> App:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += ["--server.headless", "true", "--server.port", str(port)]
    log = home.root / "server.log"
    foreign = ("LYRICSLAB_ENGINE", "STREAMLIT_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=home.root,  # not the repository: the app must not depend on where it is started
            env={**env, "LYRICSLAB_HOME": str(home.root)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    return App(f"http://localhost:{port}", home, process, log)


def _wait_until_healthy(app: App) -> None:
    """Poll the server's health address, which is not a page and so not a first request."""
    until = time.monotonic() + 60
    while time.monotonic() < until and app.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    app.end()
    pytest.fail(f"The app did not start:\n{app.log.read_text('utf-8', 'replace')}")


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """A window; the test fails if it reached beyond this computer."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 1000}, accept_downloads=True, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    window = context.new_page()
    outside: list[str] = []
    window.on("request", lambda sent: _note_outside(sent.url, outside))
    failures = request.session.testsfailed
    yield window
    if request.session.testsfailed > failures:
        window.screenshot(path=tmp_path / "failed.png", full_page=True)
        print(f"\nPicture: {tmp_path / 'failed.png'}\n{window.locator('body').inner_text()}")
    context.close()
    assert not outside, f"The page reached for {outside[0]}"


def _note_outside(url: str, outside: list[str]) -> None:
    if not re.match(r"(https?|wss?)://(localhost|127\.0\.0\.1)[:/]|data:|blob:|about:", url):
        outside.append(url)
