"""Lyrics Lab's entry: `streamlit run app.py`.

A thin frame around the shell: headers that keep other sites from embedding or sniffing the app,
and, in the background while the app comes up, the engine started and the pages' imports made.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from urllib.parse import parse_qs

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lyricslab.engine import client
from lyricslab.errors import LyricsLabError
from lyricslab.store.home import open_home
from lyricslab.ui import html_page
from lyricslab.ui.common import navigation

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"no-referrer"),
)

SERVED = ("_stcore", "static", "media", "component", "app", "auth", "oauth2callback")
"""First parts of addresses under which Streamlit serves what is not a page."""

AHEAD = (
    *("pandas", "pyarrow", "wasmtime", "lyricslab.library.runs", "altair", "urllib3"),
    *("psutil", "threadpoolctl"),
)
"""What the pages import and takes long; no part of the screen, which has its own thread."""


class Frame:
    """Answer for the addresses of pages, and add HEADERS to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        answer = _page(scope) if scope["type"] == "http" else None
        await (answer or self.app)(scope, receive, framed)


def _page(scope: Scope) -> Response | None:
    """Return the HTML for a page's address or for one that nothing has; None for the rest.

    Streamlit itself answers any address with the app, which then shows Start.
    """
    if scope["method"] not in ("GET", "HEAD"):
        return None
    base = st.get_option("server.baseUrlPath").strip("/")
    path = scope["path"].strip("/").removeprefix(base).strip("/")
    fresh = {"Cache-Control": "no-cache"}
    if path in navigation.ADDRESSES:
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        large = asked.get(navigation.SIZE.name) == [navigation.LARGE]
        return HTMLResponse(html_page.app_page(large), 200, fresh)
    if "." in path or path.partition("/")[0] in SERVED:
        return None
    return HTMLResponse(html_page.missing_page(f"/{base}"), 404, fresh)


def start_engine() -> None:
    """Start the engine, or log why not; every page shows the reason, too."""
    try:
        client.keep_alive(open_home())
    except LyricsLabError as error:
        logging.getLogger(__name__).warning("%s", error)


def import_ahead() -> None:
    """Import what the first page would wait for, while the browser still loads Streamlit."""
    for name in AHEAD:
        import_module(name)
    import_module(
        "lyricslab.importing.reading"
    ).extensions()  # each reader imports what it reads with


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the engine in the background; it ends by itself once unused."""
    started = [asyncio.to_thread(start_engine), asyncio.to_thread(import_ahead)]
    waiting = asyncio.gather(*started)
    yield
    await waiting


app = st.App("lyricslab/ui/shell.py", middleware=[Middleware(Frame)], lifespan=lifespan)
