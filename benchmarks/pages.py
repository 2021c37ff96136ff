"""The app's pages, in processor time of the server: opened, and ticking while a run trains.

The measure is what the server's process spends, not the clock on the wall: that is what thirty
visitors share. The reference is the same server with a page that shows nothing, Streamlit's own
part. Rates are of pages or ticks for each second of processor time: 125 a second are 8 ms.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.app_sessions import ROOT, AppSession, Server, no_engine
from benchmarks.harness import Case, Group
from benchmarks.records import Growing, fill
from lyricslab.store.store import Store

EMPTY = """
import streamlit as st

def page():
    every = 1 if st.query_params.get("tick") else None
    st.fragment(lambda: None, run_every=every)()

st.navigation([st.Page(page, title="Empty", default=True)], position="top").run()
"""
"""A page that shows nothing, in the app's own frame and with its settings; it ticks if asked to."""

PAGES = {"start": "", "corpus": "corpus", "train": "train", "run": "run", "compare": "compare"}
PAGES |= {"write": "write"}
GOALS = {"compare": "1.4 (700 ms)"}
LOAD_GOAL = "2.5 (400 ms)"


@dataclass(frozen=True, slots=True)
class Size:
    """The number of runs and points in a store."""

    runs: int
    points: int

    def __str__(self) -> str:
        return f"{self.runs:,} runs x {self.points:,} points"


USUAL, LARGE = Size(500, 2000), Size(2000, 5000)
QUICK = Size(12, 40)


def cases(quick: bool) -> Sequence[Group]:
    """Return groups: ticks, pages of a running server and of a fresh one, growth."""
    usual = QUICK if quick else USUAL
    sizes = [Size(4, 40), QUICK] if quick else [Size(20, 2000), USUAL, Size(500, 5000), LARGE]
    return [
        _ticks(usual),
        _opened(usual),
        *([] if quick else [_opened(LARGE)]),
        *([] if quick else [_first(USUAL), _first(LARGE, ["compare", "write"])]),
        Group(
            "Compare opened, by the size of the store",
            "pages",
            str(sizes[0]),
            [
                Case(str(size), _open(_app(size), "compare"), clock=_app(size).server_s)
                for size in sizes
            ],
        ),
    ]


def _ticks(size: Size) -> Group:
    """What a tick costs."""
    empty, app = _empty(), _app(size)
    reference = Case("an empty fragment", empty.ticks("", "tick=1"), clock=empty.server_s)
    made = [reference]
    for name, page in (("a run's page", "run"), ("Compare", "compare")):
        for what, goal, more in (
            ("nothing new", "125 (8 ms)", None),
            ("new points", "33 (30 ms)", app.more),
        ):
            run = app.ticks(page, app.address(page, growing=True), more)
            made.append(Case(f"{name}, {what}", run, goal, clock=app.server_s))
    return Group(f"a tick, {size}", "ticks", reference.name, made)


def _opened(size: Size) -> Group:
    """What a new tab costs."""
    empty, app = _empty(), _app(size)
    reference = Case("an empty page", _open(empty, ""), clock=empty.server_s)
    made = [
        Case(name, _open(app, page), GOALS.get(name, LOAD_GOAL), clock=app.server_s)
        for name, page in PAGES.items()
    ]
    name = f"a page opened in a server that runs, {size}"
    return Group(name, "pages", reference.name, [reference, *made])


def _first(size: Size, pages: Sequence[str] = tuple(PAGES)) -> Group:
    """What the very first page costs, once the server is idle after its start."""
    empty, app = _empty(), _app(size)
    reference = _Fresh(empty, "")
    made = [Case("an empty page", reference.open, clock=reference.server_s)]
    for name in pages:
        page = PAGES[name]
        fresh = _Fresh(app, page)
        goal = GOALS.get(name, LOAD_GOAL)
        made.append(Case(name, fresh.open, goal, clock=fresh.server_s))
    return Group(f"the first page of a fresh server, {size}", "pages", made[0].name, made, rounds=2)


class App:
    """A server with its own home, started when it is first needed."""

    def __init__(self, home: Path, store: Store | None, entry: Path) -> None:
        self.home, self.store, self.entry = home, store, entry
        self._server: Server | None = None
        self._growing: Growing | None = None

    @property
    def server(self) -> Server:
        """The server, running."""
        if self._server is None:
            self._server = Server(self.home, self.entry)
            atexit.register(self._server.end)
        return self._server

    @property
    def growing(self) -> Growing:
        """The one run that trains; it starts when this is first called."""
        assert self.store is not None
        if self._growing is None:
            self._growing = Growing(self.store, points=400)
        return self._growing

    def server_s(self) -> float:
        """The server's processor time."""
        return self.server.cpu_s

    def more(self) -> None:
        """Add some points to the run that trains."""
        self.growing.more()

    def address(self, page: str, growing: bool = False) -> str:
        """Return a page's query: a finished run or the growing one, four runs to compare."""
        run = self.growing.run.id if growing else "r0000003"
        chosen = f"runs={run},r0000000,r0000001,r0000002"
        return {"run": f"run={run}", "compare": chosen}.get(page, "")

    def ticks(
        self, page: str, query: str, before: Callable[[], None] | None = None
    ) -> Callable[[], float]:
        """One tick of a tab that stays open."""

        @cache
        def tab() -> AppSession:
            visitor = AppSession(self.server)
            visitor.open(page, query)
            return visitor

        def tick() -> float:
            visitor = tab()
            if before:
                before()
            visitor.tick()
            return 1.0

        return tick


class _Fresh:
    """Servers that are each started for one page."""

    def __init__(self, app: App, page: str) -> None:
        self._app, self._page, self._spent_s = app, page, 0.0

    def server_s(self) -> float:
        """Processor seconds that these servers spent between being ready and showing the page."""
        return self._spent_s

    def open(self) -> float:
        """Start a server and open the page."""
        server = Server(self._app.home, self._app.entry)
        try:
            server.rest()
            before_s = server.cpu_s
            _visit(server, self._page, self._app.address(self._page))
            self._spent_s += server.cpu_s - before_s
        finally:
            server.end()
        return 1.0


def _open(app: App, page: str) -> Callable[[], float]:
    """A page opened in a new tab."""

    def opened() -> float:
        _visit(app.server, page, app.address(page))
        return 1.0

    return opened


def _visit(server: Server, page: str, query: str) -> None:
    visitor = AppSession(server)
    visitor.open(page, query)
    visitor.close()


@cache
def _app(size: Size) -> App:
    """The app over a store of this size."""
    home = _folder()
    return App(home, fill(home, size.runs, size.points), ROOT / "app.py")


@cache
def _empty() -> App:
    """Streamlit with a page that shows nothing."""
    home = _folder()
    entry = home / "empty.py"
    entry.write_text(EMPTY)
    shutil.copytree(ROOT / ".streamlit", home / ".streamlit")
    return App(home, None, entry)


def _folder() -> Path:
    """Return a temporary home in which no engine is started."""
    made = tempfile.TemporaryDirectory(prefix="lyricslab-benchmark-")
    atexit.register(made.cleanup)
    home = Path(made.name)
    engine = no_engine(home)
    engine.__enter__()
    atexit.register(engine.__exit__, None, None, None)
    return home
