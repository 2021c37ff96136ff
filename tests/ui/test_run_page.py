"""The page of a run, without a browser and without an engine."""

from __future__ import annotations

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lyricslab.engine import client
from tests.support.app_page import open_page
from tests.support.lab import Lab


def test_a_page_that_a_click_replaced_leaves_the_fragments_of_the_next(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What made a live page freeze: the page before it cleared its fragment, and it never ran."""
    storages = []

    def click(home: object) -> None:
        """While the engine is looked after, a click starts the next script, which has a panel."""
        context = get_script_run_ctx()
        assert context is not None and context.script_requests is not None
        context.script_requests.request_stop()
        context.fragment_storage.register("the panel of the next page", lambda: None)
        storages.append(context.fragment_storage)

    monkeypatch.setattr(client, "keep_alive", click)
    open_page("start")
    assert storages[-1].contains("the panel of the next page")
