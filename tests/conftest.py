"""What every test stands on: a home of its own, and no network beyond this computer."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.lab_fixtures import (  # noqa: F401  # fixtures for every folder
    dataset,
    engine_dataset,
    engine_lab,
    lab,
    songs,
    until,
)


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
