"""What every test stands on: a home of its own, and no network beyond this computer."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.support.lab_fixtures import (  # noqa: F401  # fixtures for every folder
    dataset,
    engine_dataset,
    engine_lab,
    lab,
    songs,
    until,
)

hypothesis.settings.register_profile("ci", max_examples=150, deadline=None)
hypothesis.settings.register_profile("dev", max_examples=15, deadline=None)
hypothesis.settings.load_profile("ci")  # another by --hypothesis-profile

TESTS = Path(__file__).parent
ENGINE = (
    "benchmarks",
    "engine/test_dask_engine.py",
    "engine/test_inline.py",
    "engine/test_job.py",
    "engine/test_team.py",
    "experiments",
    "pretraining",
    "test_benchmarks.py",
    "test_cli.py",
    "training/test_loop.py",
    "training/test_process_group.py",
)
"""Folders and files whose tests start processes or train networks."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slower tiers, which `-m` selects, and put the browser tests last.

    browser: a real Chromium. app: a page through AppTest. engine: processes or training.
    property: Hypothesis.
    """
    for item in items:
        path = item.path.relative_to(TESTS).as_posix()
        module = getattr(item, "module", None)
        if path.startswith("browser/"):
            item.add_marker("browser")
        elif hasattr(module, "AppTest") or path == "test_app.py":
            item.add_marker("app")
        elif path.startswith(ENGINE):
            item.add_marker("engine")
        if hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("property")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh LYRICSLAB_HOME, so that no test meets the person's own lab."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    monkeypatch.setenv("LYRICSLAB_HOME", str(home))
    monkeypatch.delenv("LYRICSLAB_ENGINE", raising=False)
    return home


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuses every connection that would leave this computer."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _loopback(address[0]):
            raise AssertionError(f"A test reached for the network: {address[0]}.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
