"""For every test: the tiers, a home of its own, no network beyond this computer, a tiny lab."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from lyricslab import files
from lyricslab.engine import client
from lyricslab.importing.bulk.dataset import Dataset
from lyricslab.songs.song import Song
from tests.support.lab import DEADLINE_S, TinyLab, tiny_dataset, tiny_songs, wait_until

hypothesis.settings.register_profile("ci", max_examples=150, deadline=None)
hypothesis.settings.register_profile("dev", max_examples=10, deadline=None)

TESTS = Path(__file__).parent
TIERS = {
    "browser": ("browser/",),
    "app": ("ui/", "test_app.py"),
    "engine": (
        "engine/",
        "experiments/",
        "pretraining/",
        "research/",
        "test_benchmarks.py",
        "test_cli",
        "training/test_distributed.py",
        "training/test_loop.py",
    ),
}
"""Where the tests of a tier are."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--fast`: what needs no process, no page and no browser, with fewer examples."""
    parser.addoption("--fast", action="store_true", help="only the fast tests")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the profile of Hypothesis."""
    hypothesis.settings.load_profile("dev" if config.getoption("--fast") else "ci")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the slower tiers where only the fast tests are wanted; not even import them."""
    return True if config.getoption("--fast") and tier_of(collection_path) else None


def tier_of(path: Path) -> str | None:
    """Return the tier of a test file or folder; None for the fast one."""
    name = path.relative_to(TESTS).as_posix() + ("/" if path.is_dir() else "")
    return next((tier for tier, places in TIERS.items() if name.startswith(places)), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the slower tiers, which `-m` selects, and put the browser tests last.

    browser: a real Chromium. app: a page through AppTest. engine: processes or training.
    property: Hypothesis.
    """
    for item in items:
        tier = tier_of(item.path)
        if tier is not None:
            item.add_marker(tier)
        if hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("property")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if config.getoption("--fast"):
        items[:] = [item for item in items if item.get_closest_marker("engine") is None]


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New folders: counted here, for `mktemp` looks through all earlier ones for each new one."""
    root = tmp_path_factory.mktemp("homes")
    return (root / str(n) for n in count())


@pytest.fixture(autouse=True)
def own_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set LYRICSLAB_HOME to an empty folder, so that no test touches the developer's lab."""
    home = next(homes)
    home.mkdir()
    monkeypatch.setenv("LYRICSLAB_HOME", str(home))
    monkeypatch.delenv("LYRICSLAB_ENGINE", raising=False)
    return home


@pytest.fixture(autouse=True, scope="session")
def no_sync() -> Iterator[None]:
    """Leave files to the system's own time: syncing thousands of them would take minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "sync", lambda handle: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this computer."""
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


@pytest.fixture
def until() -> Callable[..., Any]:
    """Polling on a condition, with a deadline: the only way tests wait."""
    return wait_until


@pytest.fixture
def songs() -> Callable[..., tuple[Song, ...]]:
    """Return songs made by code; another seed gives others."""
    return tiny_songs


@pytest.fixture
def lab(tmp_path: Path) -> TinyLab:
    """A lab without an engine."""
    return TinyLab(tmp_path / "home")


@pytest.fixture
def dataset(lab: TinyLab, tmp_path: Path) -> Dataset:
    """Text to pretrain a tiny base on."""
    return tiny_dataset(lab.home, tmp_path)


@pytest.fixture(scope="session")
def engine_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyLab]:
    """A lab with an engine of one worker, which two apps asked for at once."""
    lab = TinyLab(tmp_path_factory.mktemp("engine") / "home")
    settings = {"LYRICSLAB_WORKERS": "1", "LYRICSLAB_CHECKPOINT_S": "0.3"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        patch.delenv("LYRICSLAB_ENGINE", raising=False)
        patch.delenv("LYRICSLAB_HOME", raising=False)
        apps = [lab.app("client.ensure_engine(home)") for _ in range(2)]
        try:
            assert [app.wait(DEADLINE_S) for app in apps] == [0, 0]
            yield lab
        finally:
            for app in apps:
                app.kill()
                app.communicate()
            client.stop_engine(lab.home)
            wait_until(lambda: not lab.processes())


@pytest.fixture
def engine_dataset(engine_lab: TinyLab, tmp_path: Path) -> Dataset:
    """The same text in the lab that has an engine."""
    return tiny_dataset(engine_lab.home, tmp_path)
