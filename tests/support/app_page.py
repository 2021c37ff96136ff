"""Pages of the app without a browser: open one, press its buttons, read what it says."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from lyricslab.ui.common import navigation

SHELL = navigation.ROOT / "lyricslab" / "ui" / "shell.py"


def open_page(page: str, at: AppTest | None = None, **address: object) -> AppTest:
    """Open a page as its link does, in a new session or in the one given."""
    at = at or AppTest.from_file(SHELL, default_timeout=60).run()
    at.query_params.clear()
    at.switch_page(navigation.page_file(page))
    for name, value in address.items():
        at.query_params[name] = str(value)
    return fine(at.run())


def fine(at: AppTest) -> AppTest:
    """Return the page, having checked that nothing unexpected went wrong."""
    assert not at.exception
    assert not any("Sorry" in error.value for error in at.error)
    return at


def press(at: AppTest, label: str, which: int = 0) -> AppTest:
    """Click a button of this label, the first unless `which` says another."""
    [button for button in at.button if button.label == label][which].click().run()
    return fine(at)


def labelled(elements: Any, label: str) -> Any:
    """Return the first element with this label."""
    return next(element for element in elements if element.label == label)


def container(at: AppTest, key: str) -> Any:
    """Return the container of this key."""
    waiting = [at.main]
    while waiting:
        block = waiting.pop()
        children = getattr(block, "children", {})
        if getattr(getattr(block, "proto", None), "id", "").endswith(key):
            return block
        waiting += children.values()
    raise KeyError(key)


def lyrics(at: AppTest) -> str:
    """Return the words of the song that Corpus shows."""
    return str(container(at, "sheet_lyrics_song").text[0].value)


def heading(at: AppTest) -> str:
    """Return the title of the song that Corpus shows."""
    return str(container(at, "sheet_title_song").text[0].value)


def said(at: AppTest) -> str:
    """Return everything the page says, without the backslashes that disarm Markdown."""
    kinds = (at.title, at.subheader, at.markdown, at.caption, at.text, at.info, at.success)
    elements = [element for kind in (*kinds, at.warning, at.error) for element in kind]
    return "\n".join(str(element.value) for element in elements).replace("\\", "")


def stated(at: AppTest, name: str) -> str:
    """Return a value of the page's address."""
    value = at.query_params[name]
    return value if isinstance(value, str) else value[0]


def names_in_table(at: AppTest) -> list[str]:
    """Return the names of the runs in the table of Compare, in order."""
    [table] = at.get("bidi_component")
    rows, _ = table.proto.bytes.split(b"\n")
    return [row["name"] for row in json.loads(rows)]
