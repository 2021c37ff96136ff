"""The entry: what it answers, and imports while a browser still loads Streamlit's own part."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

import app
from lyricslab.ui.common import navigation

ROOT = Path(__file__).parent.parent


def answer(path: str, query: str = "", method: str = "GET") -> tuple[int, dict[str, str], str]:
    """The status, the headers and the text that an address gets; Streamlit says "streamlit"."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
    scope |= {"headers": [], "http_version": "1.1"}
    asyncio.run(app.Frame(PlainTextResponse("streamlit"))(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent).decode()


@pytest.mark.parametrize("page", sorted(navigation.ADDRESSES))
def test_each_page_comes_with_our_styles(page: str) -> None:
    status, headers, text = answer(f"/{page}")
    assert (status, headers["x-frame-options"]) == (200, "SAMEORIGIN")
    assert "<title>Lyrics Lab</title>" in text and ".st-key-app_pages" in text
    assert "data-size" not in text.split("<style>")[0]
    assert '<html lang="en" data-size="large">' in answer(f"/{page}", "size=large&run=1")[2]


def test_an_address_without_a_page_says_so() -> None:
    for path in ("/nosuchpage", "/train/more", "/start"):
        status, headers, text = answer(path)
        assert (status, headers["x-content-type-options"]) == (404, "nosniff")
        assert "There is no page here" in text and 'href="/"' in text
    for path in ("/_stcore/health", "/static/js/index.js", "/favicon.png", "/media/abc.svg"):
        assert answer(path)[2] == "streamlit"
    assert answer("/train", method="POST")[2] == "streamlit"


def test_no_page_waits_for_a_library_that_could_have_been_imported_ahead(own_home: Path) -> None:
    script = """
        import sys
        from importlib.metadata import packages_distributions
        from streamlit.testing.v1 import AppTest
        import app
        from lyricslab.engine import client
        from lyricslab.ui.common import navigation

        client.keep_alive = lambda home: None
        app.import_ahead()
        assert "torch" not in sys.modules
        before = set(sys.modules)
        shell = str(navigation.ROOT / "lyricslab/ui/shell.py")
        at = AppTest.from_file(shell, default_timeout=60).run()
        for page in ("start", "corpus", "bases", "train", "run", "compare", "write"):
            at.switch_page(navigation.page_file(page)).run()
            assert not at.exception
        wanted = {name.split("==")[0] for name in open("requirements.txt") if "==" in name}
        packages = {name.split(".")[0] for name in set(sys.modules) - before}
        brought = {owner for name in packages for owner in packages_distributions().get(name, ())}
        late = (wanted & brought) - {"streamlit"}
        assert not late, f"A page imported {', '.join(sorted(late))}."
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr.strip().splitlines()[-1]
